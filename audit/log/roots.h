// Roots of earlier sizes of the log's own tree: what a statement's `seen` is compared with.
#ifndef CAIRN_AUDIT_LOG_ROOTS_H_
#define CAIRN_AUDIT_LOG_ROOTS_H_

#include <cstddef>
#include <cstdint>
#include <deque>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "audit/log/store.h"
#include "audit/merkle/tile_source.h"
#include "audit/merkle/types.h"

namespace cairn::log {

inline constexpr std::size_t kRecentRoots = 4096;

// Remembers the newest kRecentRoots heads; computes others from tiles. Not thread-safe.
class Roots {
 public:
  // `tiles` must outlive this.
  explicit Roots(const merkle::TileReader& tiles) : tiles_(tiles) {}

  // A head that the log has signed.
  void Remember(const TreeHead& head);
  // The root of the first `size` leaves. REQUIRES: the stored tree has as many. Errors are the
  // reader's.
  absl::StatusOr<merkle::NodeHash> At(merkle::TreeSize size) const;

 private:
  const merkle::TileReader& tiles_;
  std::deque<merkle::TreeSize> order_;
  absl::flat_hash_map<std::uint64_t, merkle::NodeHash> recent_;
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_ROOTS_H_
