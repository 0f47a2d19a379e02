// Uploaded content: sealed packages, persons' files, annexes, rule sets. Opaque bytes, named by
// SHA-256, in chunks of 1 MiB; the chunks as files (broker/chunk_disk.h), the index in the store's
// space for content (proto/cairn/v1/content.proto).
//
// An upload belongs to a party. Its bytes are counted as committed only when they are on the disk,
// and a file is there only when all of it was read and hashed to the digest declared; so a crash
// loses at most what was not yet reported as committed. Knowing a digest gives nobody a file: who
// is not entitled to it already has to send all its bytes before its handover is named with it.
//
// Memory does not grow with files beyond their list of chunk digests (2 MiB for 64 GiB).
#ifndef CAIRN_BROKER_CONTENT_STORE_H_
#define CAIRN_BROKER_CONTENT_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/mutex.h"
#include "audit/log/store.h"
#include "broker/chunk_disk.h"
#include "cairn/v1/content.pb.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::broker {

struct ContentLimits {
  std::uint64_t file_bytes = 0;         // Largest file.
  std::uint64_t open_uploads = 0;       // Unfinished, of one party.
  std::uint64_t open_upload_bytes = 0;  // Sum of their sizes.
  std::uint64_t expiry_ms = 0;
  std::uint64_t free_bytes = 0;  // Left free on the disk.
};

struct UploadDeclaration {
  keys::Digest digest;
  std::uint64_t size = 0;
  std::vector<keys::Digest> chunks;
  keys::Bytes handover;
};

struct UploadState {
  std::uint64_t committed_size = 0;
  bool complete = false;
  std::uint64_t expires_at_ms = 0;

  friend bool operator==(const UploadState&, const UploadState&) = default;
};

// A complete file, opened for reading. Immutable; thread-safe.
class ContentFile {
 public:
  std::uint64_t size() const { return size_; }
  const std::vector<keys::Bytes>& handovers() const { return handovers_; }
  std::size_t chunk_count() const { return list_.size() / keys::kDigestSize; }
  keys::Digest chunk(std::size_t index) const;

 private:
  friend class ContentStore;
  std::uint64_t size_ = 0;
  std::vector<keys::Bytes> handovers_;
  keys::Bytes list_;
};

// How much of a file is there for a handover.
struct ContentPresence {
  bool complete = false;
  std::uint64_t size = 0;            // If complete.
  std::uint64_t missing_chunks = 0;  // Of those that `size_expected` takes.
};

// Thread-safe. All calls may block on the disk: not for gRPC's threads. Calls about one upload wait
// for each other, calls about different ones do not.
class ContentStore {
 public:
  // `store` must outlive this.
  ContentStore(log::Store& store, std::unique_ptr<ChunkDisk> disk, const ContentLimits& limits);
  ~ContentStore();

  // Begins, or goes on with, `party`'s upload. `may_read` says whether the party may read content
  // of a handover: then a file that is there already needs no byte.
  // kInvalidArgument (field): a size of zero or above the limit, another number of chunk digests
  // than it has. kAlreadyExists (UPLOAD_DIFFERS): an unfinished upload of that digest was declared
  // otherwise. kResourceExhausted: UPLOAD_QUOTA or DISK_FULL.
  absl::StatusOr<UploadState> Begin(const std::string& party, const UploadDeclaration& declaration,
                                    std::uint64_t now_ms,
                                    const std::function<bool(const keys::Bytes&)>& may_read);

  // Takes the next chunk. What is taken is committed by Flush, by the last chunk, or when enough
  // has come together. kNotFound (UPLOAD_NOT_BEGUN). kAborted (OFFSET_WRONG; metadata
  // committed_size): `offset` is not where the upload stands. kInvalidArgument: CHUNK_DIFFERS, its
  // SHA-256 is not the one declared; SIZE_OUT_OF_RANGE, its length; with the last chunk
  // CONTENT_DAMAGED, the whole has another digest than declared, and the upload is forgotten.
  // kResourceExhausted (DISK_FULL).
  absl::StatusOr<UploadState> Append(const std::string& party, const keys::Digest& digest,
                                     std::uint64_t offset, keys::ByteView data);
  // Commits what was taken. Codes as Append's.
  absl::StatusOr<UploadState> Flush(const std::string& party, const keys::Digest& digest);
  // Flush, and where there is no such upload: the file if it is there, else committed_size 0.
  absl::StatusOr<UploadState> Query(const std::string& party, const keys::Digest& digest);

  // kNotFound (CONTENT_NOT_FOUND).
  absl::StatusOr<std::shared_ptr<const ContentFile>> Open(const keys::Digest& digest) const;
  // The bytes of one chunk, checked. kDataLoss (CONTENT_DAMAGED).
  absl::StatusOr<keys::Bytes> ReadChunk(const ContentFile& file, std::size_t index) const;

  // The digests of all files that are there in whole, ascending, until `visit` returns false.
  absl::Status VisitFiles(absl::FunctionRef<bool(const keys::Digest&)> visit) const;
  // Of all unfinished uploads: the digest of the file to be, and the chunks committed. kDataLoss:
  // the index of one is unreadable.
  absl::Status VisitUploads(
      absl::FunctionRef<bool(const keys::Digest&, const std::vector<keys::Digest>&)> visit) const;
  // The bytes of one chunk, checked. kDataLoss (CONTENT_DAMAGED): other bytes, or none.
  absl::StatusOr<keys::Bytes> ReadChunk(const keys::Digest& chunk) const;

  // For the check before SubmitPackage is logged: quick, reads only the index.
  absl::StatusOr<ContentPresence> Presence(const keys::Digest& digest, const keys::Bytes& handover,
                                           std::uint64_t size_expected) const;

  // Forgets uploads past their expiry and removes their chunks; how many.
  absl::StatusOr<std::uint64_t> Expire(std::uint64_t now_ms);

 private:
  struct Upload;
  using UploadKey = std::pair<std::string, std::string>;  // Digest in hex, party.

  absl::StatusOr<std::shared_ptr<Upload>> FindUpload(const std::string& party,
                                                     const keys::Digest& digest);
  absl::StatusOr<UploadState> Continue(Upload& upload, const UploadDeclaration& declaration);
  absl::Status CheckQuota(const std::string& party, std::uint64_t size) const;
  absl::Status CheckRoom(std::uint64_t size) const;
  absl::Status FlushLocked(Upload& upload);
  absl::Status FinishLocked(Upload& upload);
  absl::StatusOr<keys::Digest> HashWhole(const Upload& upload) const;
  absl::Status Forget(Upload& upload);
  // What the complete file, or other parties' uploads, have under the upload's digest.
  absl::StatusOr<absl::flat_hash_set<keys::Digest>> ChunksOfOthers(const Upload& upload) const;
  absl::Status AddHandover(const keys::Digest& digest, const keys::Bytes& handover);
  absl::StatusOr<std::uint64_t> LargestCommitted(const keys::Digest& digest) const;

  log::Store& store_;
  std::unique_ptr<ChunkDisk> disk_;
  const ContentLimits limits_;
  log::Mutex begin_mutex_;  // Quotas are counted and claimed in one piece.
  log::Mutex index_mutex_;  // Files change their handovers one at a time.
  // Shared while chunks get their names and the index learns who uses them; alone while chunks that
  // nobody uses go. Taken after an upload's own mutex.
  std::shared_mutex names_mutex_;
  mutable log::Mutex mutex_;
  std::map<UploadKey, std::shared_ptr<Upload>> uploads_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_CONTENT_STORE_H_
