// Where the bytes of a log come from: a prefix below which lie `checkpoint`, `tile/...` and
// `tile/entries/...` (C2SP tlog-tiles). Nothing that a source gives is believed: log_reader.h
// verifies it against a signed checkpoint.
#ifndef CAIRN_AUDIT_MIRROR_SOURCE_H_
#define CAIRN_AUDIT_MIRROR_SOURCE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "audit/merkle/bundle.h"
#include "audit/merkle/tile.h"
#include "audit/note/note.h"
#include "keys/bytes.h"

namespace cairn::mirror {

inline constexpr char kPredecessorFolder[] = "predecessor";

// Not thread-safe.
class Source {
 public:
  virtual ~Source() = default;

  // The bytes at `path` (no leading slash), at most `limit` of them.
  // kNotFound: there is nothing at `path`. kResourceExhausted: more than `limit`.
  // kUnavailable, kDeadlineExceeded: it could not be read; trying again later may help.
  // kInvalidArgument, kPermissionDenied: it never will. Messages name the place.
  virtual absl::StatusOr<keys::Bytes> Fetch(const std::string& path, std::size_t limit) = 0;

  // Where a copy of the log lies that this one goes on from, if this one is a successor: beside it,
  // under "predecessor". Null: nowhere. Whether anything is there only fetching shows.
  virtual std::unique_ptr<Source> Predecessor() const { return nullptr; }

  // The place as people write it, for messages: "https://log.example.org/h", "folder /srv/log".
  virtual std::string Name() const = 0;
};

// The four kinds of resource, each with the largest size that it can have. Where only a wider tile
// or bundle is left (a partial one may be dropped once the full one is there), the beginning of the
// full one is given. Errors are the source's; kDataLoss: a length that the resource cannot have.
absl::StatusOr<keys::Bytes> FetchCheckpoint(Source& source);
absl::StatusOr<merkle::Tile> FetchTile(Source& source, const merkle::TileId& tile);
// Each entry owned.
absl::StatusOr<std::vector<keys::Bytes>> FetchBundle(Source& source,
                                                     const merkle::BundleId& bundle);

// A folder in the same layout, as SyncFolder writes it or as a web server serves it.
class FolderSource final : public Source {
 public:
  explicit FolderSource(std::string folder) : folder_(std::move(folder)) {}
  absl::StatusOr<keys::Bytes> Fetch(const std::string& path, std::size_t limit) override;
  std::unique_ptr<Source> Predecessor() const override;
  std::string Name() const override;

 private:
  std::string folder_;
};

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_SOURCE_H_
