// The text form of tiles' names (C2SP tlog-tiles, "Parameters").
#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/merkle/tile.h"

namespace cairn::merkle {
namespace {

constexpr absl::string_view kTilePrefix = "tile/";
constexpr absl::string_view kBundlePrefix = "entries/";
constexpr std::size_t kMaxPathBytes = 64;  // The longest that can be written has 46.

// 1234067 as "x001/x234/067".
std::string IndexText(std::uint64_t index) {
  std::string text = absl::StrCat(absl::Dec(index % 1000, absl::kZeroPad3));
  for (index /= 1000; index > 0; index /= 1000) {
    text = absl::StrCat("x", absl::Dec(index % 1000, absl::kZeroPad3), "/", text);
  }
  return text;
}

std::string WidthText(unsigned width) {
  return width == kTileWidth ? "" : absl::StrCat(".p/", width);
}

// Every reader below takes what it understands off the front, loosely: strictness is in comparing
// with what the parsed name would be written as.
bool TakeNumber(absl::string_view& text, std::uint64_t& number) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  if (!absl::SimpleAtoi(text.substr(0, end), &number)) return false;
  text.remove_prefix(end);
  return true;
}

// Whether the tile's leaves lie below 2^63, the only ones that a tree can have.
bool IsReachable(unsigned level, std::uint64_t index) {
  const unsigned height = kTileHeight * (level + 1);  // The tile is over 2^height leaves.
  return index == 0 || (height < 63 && index < (std::uint64_t{1} << (63 - height)));
}

bool TakeIndex(absl::string_view& text, unsigned level, std::uint64_t& index) {
  index = 0;
  for (bool more = true; more;) {
    more = absl::ConsumePrefix(&text, "x");
    std::uint64_t group = 0;
    if (!TakeNumber(text, group) || group > 999) return false;
    index = index * 1000 + group;
    if (!IsReachable(level, index)) return false;  // So it cannot overflow either.
    if (more && !absl::ConsumePrefix(&text, "/")) return false;
  }
  return true;
}

bool TakeWidth(absl::string_view& text, unsigned& width) {
  width = kTileWidth;
  if (!absl::ConsumePrefix(&text, ".p/")) return true;
  std::uint64_t number = 0;
  if (!TakeNumber(text, number) || number < 1 || number >= kTileWidth) return false;
  width = static_cast<unsigned>(number);
  return true;
}

std::optional<BundleId> TakeBundle(absl::string_view text) {
  BundleId bundle;
  if (!TakeIndex(text, 0, bundle.index) || !TakeWidth(text, bundle.width)) return std::nullopt;
  return bundle;
}

std::optional<TileId> TakeTile(absl::string_view text) {
  TileId tile;
  std::uint64_t level = 0;
  if (!TakeNumber(text, level) || level > kMaxPathLevel) return std::nullopt;
  tile.level = static_cast<unsigned>(level);
  if (!absl::ConsumePrefix(&text, "/") || !TakeIndex(text, tile.level, tile.index) ||
      !TakeWidth(text, tile.width)) {
    return std::nullopt;
  }
  return tile;
}

}  // namespace

std::string TilePath(const TileId& tile) {
  return absl::StrCat(kTilePrefix, tile.level, "/", IndexText(tile.index), WidthText(tile.width));
}

std::string BundlePath(const BundleId& bundle) {
  return absl::StrCat(kTilePrefix, kBundlePrefix, IndexText(bundle.index), WidthText(bundle.width));
}

absl::StatusOr<std::variant<TileId, BundleId>> ParseTilePath(absl::string_view path) {
  absl::string_view rest = path;
  if (path.size() <= kMaxPathBytes && absl::ConsumePrefix(&rest, kTilePrefix)) {
    if (absl::ConsumePrefix(&rest, kBundlePrefix)) {
      const std::optional<BundleId> bundle = TakeBundle(rest);
      if (bundle && BundlePath(*bundle) == path) return *bundle;
    } else {
      const std::optional<TileId> tile = TakeTile(rest);
      if (tile && TilePath(*tile) == path) return *tile;
    }
  }
  return absl::InvalidArgumentError("not the path of a tile or entry bundle");
}

}  // namespace cairn::merkle
