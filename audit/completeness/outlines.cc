#include "audit/completeness/outlines.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/geometry.h"

namespace cairn::completeness {
namespace {

constexpr int kMaxJsonDepth = 16;

// A JSON value that keeps numbers as their text.
struct Node {
  enum class Kind { kNull, kText, kNumber, kArray, kObject } kind = Kind::kNull;
  std::string text;  // Of text, and of numbers as written.
  std::vector<std::string> names;
  std::vector<Node> items;  // Of arrays, and the values of objects.

  const Node* Find(absl::string_view name) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return &items[i];
    }
    return nullptr;
  }
};

// Builds the tree from nlohmann's events, which give the text of a number beside its double.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Node root;
  std::string fault;

  bool null() override { return Put({}); }
  bool boolean(bool) override { return Put({}); }
  bool number_integer(number_integer_t value) override { return PutNumber(absl::StrCat(value)); }
  bool number_unsigned(number_unsigned_t value) override { return PutNumber(absl::StrCat(value)); }
  bool number_float(number_float_t, const string_t& text) override { return PutNumber(text); }
  bool string(string_t& value) override {
    Node node;
    node.kind = Node::Kind::kText;
    node.text = value;
    return Put(std::move(node));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(Node::Kind::kObject); }
  bool key(string_t& value) override {
    open_.back()->names.push_back(value);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Node::Kind::kArray); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t at, const std::string&,
                   const nlohmann::detail::exception&) override {
    fault = absl::StrCat("no JSON at byte ", at);
    return false;
  }

 private:
  bool PutNumber(std::string text) {
    Node node;
    node.kind = Node::Kind::kNumber;
    node.text = std::move(text);
    return Put(std::move(node));
  }
  bool Put(Node node) {
    if (open_.empty()) {
      root = std::move(node);
    } else {
      open_.back()->items.push_back(std::move(node));
    }
    return true;
  }
  bool Open(Node::Kind kind) {
    if (open_.size() >= kMaxJsonDepth) {
      fault = "nested too deeply";
      return false;
    }
    Node node;
    node.kind = kind;
    Put(std::move(node));
    // Pointers stay good: a node's list grows only while it is the innermost one.
    open_.push_back(open_.empty() ? &root : &open_.back()->items.back());
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  std::vector<Node*> open_;
};

// "46.980626" is 469806260. Nothing: another form, or more than seven decimals.
std::optional<std::int64_t> DegreesE7(absl::string_view text) {
  bool negative = false;
  if (!text.empty() && text[0] == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  int decimals = -1;
  int digits = 0;
  for (const char c : text) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
    } else if (c >= '0' && c <= '9' && decimals < 7 && digits < 10) {
      value = value * 10 + (c - '0');
      ++digits;
      if (decimals >= 0) ++decimals;
    } else {
      return std::nullopt;
    }
  }
  if (digits == 0) return std::nullopt;
  for (int i = std::max(decimals, 0); i < 7; ++i) value *= 10;
  return negative ? -value : value;
}

absl::Status OutlineError(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("outlines: ", what));
}

absl::StatusOr<Ring> ReadRing(const Node& node, const std::string& area) {
  Ring ring;
  for (const Node& pair : node.items) {
    if (pair.kind != Node::Kind::kArray || pair.items.size() != 2) {
      return OutlineError(absl::StrCat(area, ": a vertex that is no pair of numbers"));
    }
    const std::optional<std::int64_t> longitude = DegreesE7(pair.items[0].text);
    const std::optional<std::int64_t> latitude = DegreesE7(pair.items[1].text);
    if (pair.items[0].kind != Node::Kind::kNumber || pair.items[1].kind != Node::Kind::kNumber ||
        !longitude.has_value() || !latitude.has_value() || *latitude > 900'000'000 ||
        *latitude < -900'000'000 || *longitude > 1'800'000'000 || *longitude < -1'800'000'000) {
      return OutlineError(
          absl::StrCat(area, ": a vertex that is no place in degrees with at most seven decimals"));
    }
    ring.push_back({*latitude, *longitude});
  }
  if (ring.size() < 4 || !(ring.front() == ring.back())) {
    return OutlineError(
        absl::StrCat(area, ": a ring is not closed, or has fewer than three corners"));
  }
  ring.pop_back();
  return ring;
}

absl::Status ReadPolygon(const Node& rings, Outline& outline) {
  for (const Node& node : rings.items) {
    absl::StatusOr<Ring> ring = ReadRing(node, outline.area);
    if (!ring.ok()) return ring.status();
    for (const Geographic& at : *ring) outline.box.Add(at);
    outline.rings.push_back(*std::move(ring));
  }
  return absl::OkStatus();
}

absl::StatusOr<Outline> ReadFeature(const Node& feature) {
  const Node* properties = feature.Find("properties");
  const Node* geometry = feature.Find("geometry");
  const Node* district = properties != nullptr ? properties->Find("district") : nullptr;
  const Node* name = properties != nullptr ? properties->Find("name") : nullptr;
  if (district == nullptr || name == nullptr || geometry == nullptr || district->text.empty()) {
    return OutlineError("a feature without district, name or geometry");
  }
  Outline outline;
  outline.area = district->text;
  outline.name = name->text;
  if (const Node* aliases = properties->Find("aliases"); aliases != nullptr) {
    for (const Node& alias : aliases->items) outline.aliases.push_back(alias.text);
  }
  const Node* type = geometry->Find("type");
  const Node* coordinates = geometry->Find("coordinates");
  if (type == nullptr || coordinates == nullptr) {
    return OutlineError(absl::StrCat(outline.area, ": no geometry"));
  }
  absl::Status status;
  if (type->text == "Polygon") {
    status = ReadPolygon(*coordinates, outline);
  } else if (type->text == "MultiPolygon") {
    for (const Node& polygon : coordinates->items) status.Update(ReadPolygon(polygon, outline));
  } else {
    status = OutlineError(absl::StrCat(outline.area, ": neither Polygon nor MultiPolygon"));
  }
  if (!status.ok()) return status;
  if (outline.rings.empty()) return OutlineError(absl::StrCat(outline.area, ": no ring"));
  return outline;
}

Point AsPoint(const Geographic& at) { return {at.longitude_e7, at.latitude_e7}; }

}  // namespace

void Box::Add(const Geographic& at) {
  south_e7 = std::min(south_e7, at.latitude_e7);
  north_e7 = std::max(north_e7, at.latitude_e7);
  west_e7 = std::min(west_e7, at.longitude_e7);
  east_e7 = std::max(east_e7, at.longitude_e7);
}

bool Box::Contains(const Geographic& at) const {
  return south_e7 <= at.latitude_e7 && at.latitude_e7 <= north_e7 && west_e7 <= at.longitude_e7 &&
         at.longitude_e7 <= east_e7;
}

absl::StatusOr<std::vector<Outline>> ParseOutlines(absl::string_view geojson) {
  if (geojson.size() > kMaxOutlineBytes) return OutlineError("larger than 64 MiB");
  TreeBuilder builder;
  if (!nlohmann::json::sax_parse(geojson.begin(), geojson.end(), &builder)) {
    return OutlineError(builder.fault.empty() ? "no JSON" : builder.fault);
  }
  const Node* features = builder.root.Find("features");
  if (features == nullptr || features->kind != Node::Kind::kArray || features->items.empty()) {
    return OutlineError("no FeatureCollection with features");
  }
  std::vector<Outline> outlines;
  std::size_t vertices = 0;
  for (const Node& feature : features->items) {
    absl::StatusOr<Outline> outline = ReadFeature(feature);
    if (!outline.ok()) return outline.status();
    for (const Ring& ring : outline->rings) vertices += ring.size();
    if (vertices > kMaxOutlineVertices) return OutlineError("too many vertices");
    for (const Outline& other : outlines) {
      if (other.area == outline->area) {
        return OutlineError(absl::StrCat("district ", other.area, " twice"));
      }
    }
    outlines.push_back(*std::move(outline));
  }
  return outlines;
}

bool Inside(const Outline& outline, const Geographic& at) {
  if (!outline.box.Contains(at)) return false;
  bool inside = false;
  std::vector<Point> points;
  for (const Ring& ring : outline.rings) {
    points.clear();
    for (const Geographic& vertex : ring) points.push_back(AsPoint(vertex));
    const Side side = SideOf(points, AsPoint(at));
    if (side == Side::kBoundary) return true;
    if (side == Side::kInside) inside = !inside;
  }
  return inside;
}

std::int64_t DistanceToBoundaryCm(const Outline& outline, const Geographic& at) {
  const LocalPlane plane(at);
  std::int64_t nearest = 4'000'000'000;
  for (const Ring& ring : outline.rings) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const PlanePoint a = plane.ToPlane(ring[i]);
      const PlanePoint b = plane.ToPlane(ring[(i + 1) % ring.size()]);
      nearest = std::min(
          nearest, DistanceToSegment({0, 0}, {a.east_cm, a.north_cm}, {b.east_cm, b.north_cm}));
    }
  }
  return nearest;
}

}  // namespace cairn::completeness
