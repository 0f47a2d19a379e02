#include "audit/log/read_back.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/log/tile_cache.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile.h"
#include "audit/merkle/tile_source.h"

namespace cairn::log {
namespace {

constexpr std::size_t kReadBackBytes = std::size_t{16} * 1024 * 1024;  // Of tiles, at most.

absl::Status Differs(absl::string_view what, const merkle::TileId& tile, std::uint64_t position) {
  return absl::DataLossError(absl::StrCat("reading back what was written: ", what, " is not hash ",
                                          position, " of tile ", tile.level, "/", tile.index));
}

absl::StatusOr<std::shared_ptr<const merkle::Tile>> ReadOne(const merkle::TileReader& tiles,
                                                            const merkle::TileId& id) {
  auto read = tiles.ReadTiles({&id, 1});
  if (!read.ok()) return read.status();
  return read->front();
}

// The new entries of a level-0 tile against its row.
absl::Status CheckEntries(const Reader& reader, const merkle::TileId& id, const merkle::Tile& tile,
                          std::uint64_t from) {
  const std::uint64_t start = id.index * merkle::kTileWidth;
  const std::uint64_t first = std::max(from, start);
  const std::uint64_t count = start + id.width - first;
  std::uint64_t good = 0;
  absl::Status status = reader.ReadEntries(
      merkle::LeafIndex{first}, count, [&](merkle::LeafIndex index, keys::ByteView entry) {
        const auto position = static_cast<unsigned>(merkle::ToInt(index) - start);
        if (merkle::AsNode(merkle::HashLeaf(entry)) != tile.Row()[position]) return false;
        return ++good < count;
      });
  if (!status.ok()) return status;
  if (good != count) {
    return Differs(absl::StrCat("entry ", first + good), id, first + good - start);
  }
  return absl::OkStatus();
}

// Where `from` lies at this level, every later hash of the row must be the root of the full tile
// below it.
absl::Status CheckChildren(const merkle::TileReader& tiles, const merkle::TileId& id,
                           const merkle::Tile& tile, merkle::TreeSize from) {
  const std::uint64_t start = id.index * merkle::kTileWidth;
  const std::uint64_t known = merkle::FullTiles(id.level - 1, from);
  for (std::uint64_t child = std::max(start, known); child < start + id.width; ++child) {
    auto below = ReadOne(tiles, {id.level - 1, child, merkle::kTileWidth});
    if (!below.ok()) return below.status();
    if ((*below)->FullRoot() != tile.Row()[child - start]) {
      return Differs(absl::StrCat("tile ", id.level - 1, "/", child), id, child - start);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadBack(const Reader& reader, merkle::TreeSize from, const TreeHead& head) {
  auto stored = reader.ReadHead();
  if (!stored.ok()) return stored.status();
  if (*stored != head) {
    return absl::DataLossError("reading back what was written: another size or root is stored");
  }
  const TileCache tiles(reader, kReadBackBytes);  // Each is read once. Gone when it is done.
  for (const merkle::TileId& id : merkle::ChangedTiles(from, head.size)) {
    auto tile = ReadOne(tiles, id);
    if (!tile.ok()) return tile.status();
    absl::Status status = id.level == 0 ? CheckEntries(reader, id, **tile, merkle::ToInt(from))
                                        : CheckChildren(tiles, id, **tile, from);
    if (!status.ok()) return status;
  }
  auto root = merkle::RootAt(head.size, merkle::TileSource(head.size, tiles));
  if (!root.ok()) return root.status();
  if (*root != head.root) {
    return absl::DataLossError(
        absl::StrCat("reading back what was written: the stored tiles lead to the root ",
                     root->digest.Hex(), ", not to ", head.root.digest.Hex()));
  }
  return absl::OkStatus();
}

}  // namespace cairn::log
