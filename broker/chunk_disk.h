// Chunks of content as files named by their SHA-256, in two levels of folders:
//
//   content/ab/cd/abcd0123...      a chunk, at most 1 MiB
//   content/beside/<number>        one being written
//
// A chunk is written beside, synced, renamed, and its folder synced. Whoever reads one gets bytes
// that hash to the name, or an error.
#ifndef CAIRN_BROKER_CHUNK_DISK_H_
#define CAIRN_BROKER_CHUNK_DISK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::broker {

// A chunk that was written beside and not yet settled. Gone, file and all, when destroyed.
class StagedChunk {
 public:
  StagedChunk(int file, std::string path, const keys::Digest& digest)
      : file_(file), path_(std::move(path)), digest_(digest) {}
  ~StagedChunk();
  StagedChunk(const StagedChunk&) = delete;
  StagedChunk& operator=(const StagedChunk&) = delete;

  int file() const { return file_; }
  const std::string& path() const { return path_; }
  const keys::Digest& digest() const { return digest_; }
  void MarkSettled() { settled_ = true; }

 private:
  int file_;
  std::string path_;
  keys::Digest digest_;
  bool settled_ = false;
};

// Thread-safe. Codes of what writes: kResourceExhausted (reason DISK_FULL): no room, or over a
// quota of the system. kUnavailable: otherwise the system's error, with path and cause.
class ChunkDisk {
 public:
  // Makes the folders where they are missing and removes what was left beside.
  static absl::StatusOr<std::unique_ptr<ChunkDisk>> Open(const std::string& folder);
  // For reading only: changes nothing.
  static std::unique_ptr<ChunkDisk> OpenToRead(const std::string& folder);
  virtual ~ChunkDisk() = default;

  // Writes `bytes` beside. REQUIRES: `digest` is their SHA-256.
  virtual absl::StatusOr<std::unique_ptr<StagedChunk>> Stage(const keys::Digest& digest,
                                                             keys::ByteView bytes);
  // Gives the chunks their names. Durable when it returns OK; after an error some may be there.
  virtual absl::Status Settle(const std::vector<std::unique_ptr<StagedChunk>>& staged);

  // kNotFound: no such file. kDataLoss: its bytes have another SHA-256, or it is too large.
  absl::StatusOr<keys::Bytes> Read(const keys::Digest& digest) const;

  // OK if there is none any more.
  absl::Status Remove(const keys::Digest& digest);

  // Of the file system that the folder is on, for this user.
  virtual absl::StatusOr<std::uint64_t> FreeBytes() const;

 protected:
  explicit ChunkDisk(std::string folder) : folder_(std::move(folder)) {}

 private:
  std::string FolderOf(const keys::Digest& digest) const;
  std::string PathOf(const keys::Digest& digest) const;

  std::string folder_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_CHUNK_DISK_H_
