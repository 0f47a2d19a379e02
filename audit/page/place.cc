#include "audit/page/place.h"

#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/catalogue.h"

namespace cairn::page {
namespace {

struct PathField {
  absl::string_view path;  // Without indices.
  int field;
};
// The longest that a path begins with decides.
constexpr auto kPathFields = std::to_array<PathField>({
    {"identity.record_number", 1},
    {"identity.form_kind", 2},
    {"identity.copy_number", 3},
    {"identity.copy_total", 3},
    {"identity.sheet_number", 4},
    {"identity.sheet_total", 4},
    {"identity.secrecy_marking", 5},
    {"identity.drawn_up", 6},
    {"identity.replaces", 7},
    {"identity.archive", 8},
    {"identity.same_original_as", 8},
    {"identity.attachments", 111},
    {"identity.transcription", 112},
    {"laying.laying_unit", 10},
    {"laying.authority", 11},
    {"laying.commander_named", 12},
    {"laying.signature_present", 13},
    {"laying.recorder_named", 14},
    {"laying.begun", 80},
    {"laying.ended", 80},
    {"laying.purpose", 82},
    {"laying", 80},
    {"where.map.sheet", 20},
    {"where.map.scale", 21},
    {"where.map.series", 22},
    {"where.map.edition_year", 22},
    {"where.map.declared_crs", 23},
    {"where.map.declination", 24},
    {"where.map.convergence", 25},
    {"where.map.correction", 25},
    {"where.reference_points", 30},
    {"where.reference_points.position", 31},
    {"where.reference_points.description", 32},
    {"where.reference_points.kind", 32},
    {"where.reference_points.intermediate_of", 35},
    {"where.ties", 33},
    {"where.ties.distance", 34},
    {"where.perimeter", 40},
    {"where.front_mm", 41},
    {"where.depth_mm", 42},
    {"where.area_m2", 43},
    {"where.district", 44},
    {"where.settlement", 44},
    {"where.place", 44},
    {"layout.kind", 50},
    {"layout.rows", 51},
    {"layout.rows.spacing_mm", 52},
    {"layout.row_gap_mm", 52},
    {"layout.rows.mines", 53},
    {"layout.mines", 54},
    {"layout.mines.tripwires", 66},
    {"layout.remotely_delivered", 81},
    {"layout.controlled", 83},
    {"what.ordnance", 60},
    {"what.ordnance.model", 61},
    {"what.ordnance.count", 62},
    {"what.ordnance.fuze", 63},
    {"what.ordnance.anti_handling", 64},
    {"what.booby_traps", 65},
    {"what.ordnance.production", 67},
    {"what.ordnance.method", 68},
    {"what.ordnance.burial_mm", 69},
    {"what.ordnance.life", 70},
    {"what.declared_total", 71},
    {"what.density", 72},
    {"marking.fence", 90},
    {"marking.signs", 90},
    {"marking.lanes", 91},
    {"marking.observed_by", 92},
    {"marking.changes", 100},
    {"marking.remaining_total", 100},
    {"marking.transferred_to", 101},
});

// "what.ordnance[2].fuze" without "[2]"; the numbers, counted from 1, go to `entries`.
std::string WithoutIndices(absl::string_view path, std::vector<std::uint64_t>* entries) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '[') {
      out += path[i];
      continue;
    }
    const std::size_t close = path.find(']', i);
    if (close == absl::string_view::npos) return {};
    std::uint64_t index = 0;
    if (entries != nullptr && absl::SimpleAtoi(path.substr(i + 1, close - i - 1), &index)) {
      entries->push_back(index + 1);
    }
    i = close;
  }
  return out;
}

int FieldOfPlainPath(absl::string_view path) {
  const PathField* best = nullptr;
  for (const PathField& one : kPathFields) {
    if (absl::StartsWith(path, one.path) &&
        (best == nullptr || one.path.size() > best->path.size())) {
      best = &one;
    }
  }
  return best == nullptr ? 0 : best->field;
}

std::string FieldText(const Messages& messages, int field) {
  const std::string id = completeness::FieldId(field);
  const std::string key = absl::StrCat("field.", id);
  return messages.Has(key) ? absl::StrCat(id, " ", messages.Text(key)) : id;
}

}  // namespace

int FieldOfPlace(absl::string_view path) { return FieldOfPlainPath(WithoutIndices(path, nullptr)); }

std::string PlaceText(const Messages& messages, absl::string_view path) {
  std::vector<std::uint64_t> entries;
  const int field = FieldOfPlainPath(WithoutIndices(path, &entries));
  if (field == 0) return {};
  std::string out = FieldText(messages, field);
  for (const std::uint64_t entry : entries) {
    absl::StrAppend(&out, ", ", messages.Text("entry", {{"n", messages.Number(entry)}}));
  }
  return out;
}

std::string HandoverPlaceText(const Messages& messages, absl::string_view place) {
  if (place.empty()) return messages.Text("place.handover");
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(place, absl::MaxSplits('/', 1));
  const std::string key = absl::StrCat("place.", parts.first);
  if (!messages.Has(key)) return std::string(place);
  return messages.Text(key, {{"what", std::string(parts.second)}});
}

std::string MissingText(const Messages& messages, absl::string_view missing) {
  if (const int field = completeness::FieldNumber(missing); field != 0) {
    return FieldText(messages, field);
  }
  const std::string key = absl::StrCat("missing.", absl::StrReplaceAll(missing, {{" ", "_"}}));
  return messages.Has(key) ? messages.Text(key) : std::string(missing);
}

std::string MendText(const Messages& messages, const v1::CheckResult& result) {
  std::string out;
  if (result.outcome() == v1::OUTCOME_NOT_EVALUABLE) {
    std::vector<std::string> missing;
    for (const std::string& one : result.missing()) missing.push_back(MissingText(messages, one));
    out = messages.Text("mend.open", {{"what", absl::StrJoin(missing, ", ")}});
  } else if (!result.field().empty()) {
    out = messages.Text(
        absl::StrCat("mend.", absl::AsciiStrToLower(v1::Presence_Name(result.presence()))));
  } else if (const std::string key = absl::StrCat("check.", result.check()); messages.Has(key)) {
    out = messages.Text("mend.fail", {{"what", messages.Text(key)}});
  }
  if (result.repair() != v1::REPAIR_UNSPECIFIED) {
    absl::StrAppend(
        &out, out.empty() ? "" : " ",
        messages.Text("suggestion", {{"what", messages.Enum(v1::Repair_Name(result.repair()))}}),
        ".");
  }
  return out;
}

}  // namespace cairn::page
