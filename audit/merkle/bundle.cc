#include "audit/merkle/bundle.h"

#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"

namespace cairn::merkle {

absl::Status AppendToBundle(keys::ByteView entry, keys::Bytes& bundle) {
  if (entry.size() > kMaxEntryBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("an entry has at most ", kMaxEntryBytes, " bytes, not ", entry.size()));
  }
  keys::AppendU16(bundle, static_cast<std::uint16_t>(entry.size()));
  bundle.append(keys::AsText(entry).data(), entry.size());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<keys::ByteView>> ParseBundle(keys::ByteView bundle, unsigned width) {
  if (width < 1 || width > kTileWidth) {
    return absl::InvalidArgumentError(
        absl::StrCat("a bundle has 1 to ", kTileWidth, " entries, not ", width));
  }
  std::vector<keys::ByteView> entries;
  entries.reserve(width);
  for (unsigned i = 0; i < width; ++i) {
    if (bundle.size() < 2) {
      return absl::InvalidArgumentError(
          absl::StrCat("the bundle ends before entry ", i, " of ", width));
    }
    const std::size_t length = std::size_t{bundle[0]} << 8 | bundle[1];
    bundle = bundle.subspan(2);
    if (bundle.size() < length) {
      return absl::InvalidArgumentError(absl::StrCat("entry ", i, " is cut short: expected ",
                                                     length, " bytes, found ", bundle.size()));
    }
    entries.push_back(bundle.first(length));
    bundle = bundle.subspan(length);
  }
  if (bundle.empty()) return entries;
  return absl::InvalidArgumentError(
      absl::StrCat(bundle.size(), " bytes behind the last of ", width, " entries"));
}

absl::Status CheckBundle(std::span<const keys::ByteView> entries, const Tile& tile) {
  if (entries.empty() || entries.size() > tile.width()) {
    return absl::InvalidArgumentError(
        absl::StrCat(entries.size(), " entries for a tile of ", tile.width(), " hashes"));
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const NodeHash found = AsNode(HashLeaf(entries[i]));
    if (found == tile.Row()[i]) continue;
    return absl::DataLossError(
        absl::StrCat("entry ", i, " of the bundle is not the one in the tree: expected ",
                     tile.Row()[i].digest.Hex(), ", found ", found.digest.Hex()));
  }
  return absl::OkStatus();
}

}  // namespace cairn::merkle
