// A log as its signed checkpoint commits to it, read from wherever its bytes lie. Every tile and
// every entry that is handed out was hashed up to the signed root first, so that it does not matter
// who kept the bytes: a byte that was changed is an error that names its tile or bundle.
//
// A full tile is believed when the tile above it, itself believed, has its root; the partial tiles
// at the right edge, when together they give the root signed. Memory is constant: a cache of tiles
// and one bundle.
#ifndef CAIRN_AUDIT_MIRROR_LOG_READER_H_
#define CAIRN_AUDIT_MIRROR_LOG_READER_H_

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/tile.h"
#include "audit/merkle/tile_source.h"
#include "audit/merkle/types.h"
#include "audit/mirror/source.h"
#include "audit/note/checkpoint.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::mirror {

inline constexpr std::size_t kCachedTiles = 256;  // 9 KiB each.

// Errors of everything below: those of the source; kDataLoss: what was read is not what the
// checkpoint commits to. Not thread-safe.
class LogReader final : public merkle::NodeSource {
 public:
  // Reads the checkpoint at `source` and opens it with `log` (errors of note::OpenCheckpoint), then
  // as below. `witnesses`: whose cosignatures to verify. `source` must outlive the reader.
  static absl::StatusOr<std::unique_ptr<LogReader>> Open(
      Source& source, const keys::VerifierKey& log,
      std::span<const keys::VerifierKey> witnesses = {});
  // Reads the right edge of the tree and checks that it gives the checkpoint's root.
  static absl::StatusOr<std::unique_ptr<LogReader>> OpenAt(Source& source,
                                                           note::OpenedCheckpoint checkpoint);

  const Source& source() const { return source_; }
  const note::OpenedCheckpoint& opened() const { return opened_; }
  const note::Checkpoint& checkpoint() const { return opened_.checkpoint; }
  merkle::TreeSize size() const { return opened_.checkpoint.size; }

  // The tile in its width at this size. kInvalidArgument: the tree has no such tile.
  absl::StatusOr<std::shared_ptr<const merkle::Tile>> ReadTile(unsigned level, std::uint64_t index);
  // The entries of a bundle, in its width at this size. kInvalidArgument as above.
  absl::StatusOr<std::vector<keys::Bytes>> ReadBundle(std::uint64_t index);
  // One entry; keeps the last bundle. kInvalidArgument: beyond the tree.
  absl::StatusOr<keys::Bytes> ReadEntry(merkle::LeafIndex index);
  // The root that the log had at an earlier size. kInvalidArgument: size > size().
  absl::StatusOr<merkle::NodeHash> RootAt(merkle::TreeSize size);

  // Verified nodes, for proofs out of this copy.
  absl::StatusOr<std::vector<merkle::NodeHash>> ReadNodes(
      std::span<const merkle::NodeId> nodes) const override;

 private:
  using Place = std::pair<unsigned, std::uint64_t>;
  using TilePointer = std::shared_ptr<const merkle::Tile>;
  class Tiles;  // Lets a merkle::TileSource read through the reader.

  LogReader(Source& source, note::OpenedCheckpoint opened)
      : source_(source), opened_(std::move(opened)) {}
  absl::Status ReadEdge();
  void Keep(const Place& place, TilePointer tile);

  Source& source_;
  const note::OpenedCheckpoint opened_;
  absl::flat_hash_map<Place, TilePointer> edge_;  // Partial tiles: few, always kept.
  absl::flat_hash_map<Place, TilePointer> cache_;
  std::list<Place> order_;  // Of the cache, oldest first.
  std::uint64_t bundle_index_ = 0;
  std::vector<keys::Bytes> bundle_;  // The last one read by ReadEntry.
};

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_LOG_READER_H_
