// Entry bundles: the entries of one level-0 tile, each as uint16be length and bytes, one after the
// other (C2SP tlog-tiles, "Log entries"). Pure.
#ifndef CAIRN_AUDIT_MERKLE_BUNDLE_H_
#define CAIRN_AUDIT_MERKLE_BUNDLE_H_

#include <cstddef>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/merkle/tile.h"
#include "audit/merkle/types.h"
#include "keys/bytes.h"

namespace cairn::merkle {

inline constexpr std::size_t kMaxEntryBytes = 65'535;
inline constexpr std::size_t kMaxBundleBytes = kTileWidth * (2 + kMaxEntryBytes);

// Appends one entry to a bundle. kInvalidArgument: longer than kMaxEntryBytes; `bundle` unchanged.
[[nodiscard]] absl::Status AppendToBundle(keys::ByteView entry, keys::Bytes& bundle);

// The entries, as views into `bundle`, which must outlive them. Strict: exactly `width` entries and
// nothing after the last. kInvalidArgument: width not 1..256, an entry cut short, bytes left over.
absl::StatusOr<std::vector<keys::ByteView>> ParseBundle(keys::ByteView bundle, unsigned width);

// Checks that each entry hashes to the hash of the same position in the level-0 tile of the same
// index; the tile may be wider. kDataLoss names the first position that differs; kInvalidArgument:
// more entries than the tile has hashes, or none.
[[nodiscard]] absl::Status CheckBundle(std::span<const keys::ByteView> entries, const Tile& tile);

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_BUNDLE_H_
