#include "broker/chunk_disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/errors.h"
#include "broker/limits.h"

namespace cairn::broker {
namespace {

absl::Status DiskError(int error, absl::string_view doing, const std::string& path) {
  const std::string what =
      absl::StrCat(doing, " ", path, ": ", std::generic_category().message(error));
  if (error == ENOSPC || error == EDQUOT) {
    return WithReason(absl::ResourceExhaustedError(
                          absl::StrCat(what, "; the broker's operator has to make room")),
                      reason::kDiskFull);
  }
  if (error == ENOENT) return absl::NotFoundError(what);
  return absl::UnavailableError(what);
}

absl::Status WriteAll(int file, keys::ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return DiskError(errno, "writing", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return DiskError(errno, "opening", path);
  const int result = ::fsync(folder);
  const int error = errno;
  ::close(folder);
  return result == 0 ? absl::OkStatus() : DiskError(error, "syncing", path);
}

// Makes the folder if it is not there; the name is durable once its parent is synced.
absl::StatusOr<bool> MakeFolder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return true;
  if (errno == EEXIST) return false;
  return DiskError(errno, "making", path);
}

}  // namespace

StagedChunk::~StagedChunk() {
  ::close(file_);
  if (!settled_) ::unlink(path_.c_str());
}

absl::StatusOr<std::unique_ptr<ChunkDisk>> ChunkDisk::Open(const std::string& folder) {
  const std::filesystem::path beside = std::filesystem::path(folder) / "beside";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  if (!error) std::filesystem::remove_all(beside, error);
  if (!error) std::filesystem::create_directory(beside, error);
  if (error) return DiskError(error.value(), "preparing", folder);
  return std::unique_ptr<ChunkDisk>(new ChunkDisk(folder));
}

std::unique_ptr<ChunkDisk> ChunkDisk::OpenToRead(const std::string& folder) {
  return std::unique_ptr<ChunkDisk>(new ChunkDisk(folder));
}

std::string ChunkDisk::FolderOf(const keys::Digest& digest) const {
  const std::string hex = digest.Hex();
  return absl::StrCat(folder_, "/", hex.substr(0, 2), "/", hex.substr(2, 2));
}

std::string ChunkDisk::PathOf(const keys::Digest& digest) const {
  return absl::StrCat(FolderOf(digest), "/", digest.Hex());
}

absl::StatusOr<std::unique_ptr<StagedChunk>> ChunkDisk::Stage(const keys::Digest& digest,
                                                              keys::ByteView bytes) {
  static std::atomic<std::uint64_t> number{0};
  std::string path = absl::StrCat(folder_, "/beside/", number.fetch_add(1));
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return DiskError(errno, "making", path);
  auto staged = std::make_unique<StagedChunk>(file, std::move(path), digest);
  if (absl::Status written = WriteAll(file, bytes, staged->path()); !written.ok()) return written;
  // Starts the writing out, so that Settle finds little left to wait for.
  ::sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE);
  return staged;
}

absl::Status ChunkDisk::Settle(const std::vector<std::unique_ptr<StagedChunk>>& staged) {
  // 1. The bytes, under names that nobody reads.      Crash: removed when the broker starts.
  for (const auto& chunk : staged) {
    if (::fdatasync(chunk->file()) != 0) return DiskError(errno, "syncing", chunk->path());
  }
  // 2. The names.                                     Crash: some are there; each has its bytes.
  std::set<std::string> folders;
  for (const auto& chunk : staged) {
    const std::string folder = FolderOf(chunk->digest());
    const std::string parent = std::filesystem::path(folder).parent_path().string();
    const absl::StatusOr<bool> made_parent = MakeFolder(parent);
    if (!made_parent.ok()) return made_parent.status();
    if (*made_parent) folders.insert(folder_);
    const absl::StatusOr<bool> made = MakeFolder(folder);
    if (!made.ok()) return made.status();
    if (*made) folders.insert(parent);
    const std::string path = PathOf(chunk->digest());
    if (::rename(chunk->path().c_str(), path.c_str()) != 0) {
      return DiskError(errno, "renaming to", path);
    }
    chunk->MarkSettled();
    folders.insert(folder);
  }
  // 3. The folders. One journal commit covers all; the later syncs find nothing to do.
  for (const std::string& folder : folders) {
    if (absl::Status synced = SyncFolder(folder); !synced.ok()) return synced;
  }
  return absl::OkStatus();
}

absl::StatusOr<keys::Bytes> ChunkDisk::Read(const keys::Digest& digest) const {
  const std::string path = PathOf(digest);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return DiskError(errno, "opening", path);
  keys::Bytes bytes(kChunkBytes + 1, '\0');
  std::size_t size = 0;
  absl::Status status;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status = DiskError(errno, "reading", path);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  ::close(file);
  if (!status.ok()) return status;
  bytes.resize(size);
  if (size > kChunkBytes || keys::Sha256(keys::AsBytes(bytes)) != digest) {
    return WithReason(absl::DataLossError(absl::StrCat(
                          "chunk ", digest.Hex(),
                          ": the bytes on the broker's disk do not hash to "
                          "the name of the chunk; its operator has to bring it back from a copy")),
                      reason::kContentDamaged);
  }
  return bytes;
}

absl::Status ChunkDisk::Remove(const keys::Digest& digest) {
  const std::string path = PathOf(digest);
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return DiskError(errno, "removing", path);
}

absl::StatusOr<std::uint64_t> ChunkDisk::FreeBytes() const {
  struct statvfs info {};
  if (::statvfs(folder_.c_str(), &info) != 0) return DiskError(errno, "asking about", folder_);
  return std::uint64_t{info.f_bavail} * info.f_frsize;
}

}  // namespace cairn::broker
