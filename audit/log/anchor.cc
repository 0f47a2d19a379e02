#include "audit/log/anchor.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/log/layout.h"
#include "keys/digest.h"

namespace cairn::log {
namespace {

constexpr absl::string_view kAnchorMagic = "cairn-anchor-1\n";
constexpr std::size_t kAnchorFileBytes = 2 * kAnchorSlotBytes;
constexpr std::size_t kFixedBytes = 15 + 16 + 8 + keys::kDigestSize + 4;

absl::Status SystemError(absl::string_view what, const std::string& path, int error) {
  const std::string message = absl::StrCat(what, " the anchor ", path, ": ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  if (error == EEXIST) return absl::AlreadyExistsError(message);
  return absl::UnavailableError(message);
}

std::pair<std::string, std::string> SplitPath(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

absl::StatusOr<int> OpenDirectory(const std::string& path) {
  const int fd = open(SplitPath(path).first.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError("opening the directory of", path, errno);
  return fd;
}

// Reads exactly `size` bytes from `offset`.
absl::StatusOr<keys::Bytes> ReadAt(int file, std::size_t offset, std::size_t size,
                                   const std::string& path) {
  keys::Bytes bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        pread(file, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("reading", path, errno);
    if (got == 0) return absl::DataLossError(absl::StrCat("the anchor ", path, " is cut short"));
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

absl::Status WriteAt(int file, std::size_t offset, const keys::Bytes& bytes,
                     const std::string& path) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put =
        pwrite(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return SystemError("writing", path, put < 0 ? errno : EIO);
    done += static_cast<std::size_t>(put);
  }
  return absl::OkStatus();
}

absl::StatusOr<AnchorContents> ReadSlots(int file, const std::string& path) {
  struct stat info {};
  if (fstat(file, &info) != 0) return SystemError("reading", path, errno);
  if (info.st_size != static_cast<off_t>(kAnchorFileBytes)) {
    return absl::DataLossError(absl::StrCat("the anchor ", path, " has ", info.st_size,
                                            " bytes, an anchor has ", kAnchorFileBytes));
  }
  auto bytes = ReadAt(file, 0, kAnchorFileBytes, path);
  if (!bytes.ok()) return bytes.status();
  const keys::ByteView view = keys::AsBytes(*bytes);
  return AnchorContents{{ParseAnchorSlot(view.first(kAnchorSlotBytes)),
                         ParseAnchorSlot(view.last(kAnchorSlotBytes))}};
}

bool SameSlots(const AnchorContents& a, const AnchorContents& b) {
  for (std::size_t i = 0; i < a.slots.size(); ++i) {
    if (a.slots[i].ok() != b.slots[i].ok()) return false;
    if (a.slots[i].ok() && *a.slots[i] != *b.slots[i]) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<keys::Bytes> EncodeAnchorSlot(const AnchorRecord& record) {
  if (record.note.size() > kMaxAnchorNoteBytes) {
    return absl::InvalidArgumentError(absl::StrCat("a note of ", record.note.size(),
                                                   " bytes is too long for an anchor, at most ",
                                                   kMaxAnchorNoteBytes));
  }
  keys::Bytes slot(kAnchorMagic);
  keys::AppendBytes(slot, record.database.bytes);
  keys::AppendU64(slot, merkle::ToInt(record.head.size));
  keys::AppendBytes(slot, record.head.root.digest.View());
  keys::AppendU32(slot, static_cast<std::uint32_t>(record.note.size()));
  slot += record.note;
  keys::AppendBytes(slot, keys::Sha256(keys::AsBytes(slot)).View());
  slot.resize(kAnchorSlotBytes, '\0');
  return slot;
}

absl::StatusOr<AnchorRecord> ParseAnchorSlot(keys::ByteView slot) {
  if (slot.size() != kAnchorSlotBytes) return absl::DataLossError("not the length of a slot");
  const absl::string_view text = keys::AsText(slot);
  if (text.substr(0, kAnchorMagic.size()) != kAnchorMagic) {
    return absl::DataLossError("the slot does not begin as an anchor's does");
  }
  AnchorRecord record;
  std::copy_n(slot.begin() + 15, record.database.bytes.size(), record.database.bytes.begin());
  record.head.size = merkle::TreeSize{layout::ParseU64(text.substr(31, 8))};
  record.head.root.digest = *keys::Digest::FromBytes(slot.subspan(39, keys::kDigestSize));
  const std::uint64_t note_size =
      layout::ParseU64(absl::StrCat(std::string(4, '\0'), text.substr(71, 4)));
  if (note_size > kMaxAnchorNoteBytes) return absl::DataLossError("its note is too long");
  record.note = keys::Bytes(text.substr(kFixedBytes, note_size));
  // The sum, the zeros behind it and everything before: compared in one.
  const auto again = EncodeAnchorSlot(record);
  if (!again.ok() || *again != text) {
    return absl::DataLossError("the bytes of the slot do not match their SHA-256");
  }
  return record;
}

std::optional<AnchorRecord> AnchorContents::Newest() const {
  if (!slots[0].ok() && !slots[1].ok()) return std::nullopt;
  if (!slots[0].ok()) return *slots[1];
  if (!slots[1].ok()) return *slots[0];
  if (slots[0]->head.size == slots[1]->head.size && *slots[0] != *slots[1]) return std::nullopt;
  return slots[0]->head.size >= slots[1]->head.size ? *slots[0] : *slots[1];
}

absl::StatusOr<AnchorContents> ReadAnchor(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return SystemError("opening", path, errno);
  auto contents = ReadSlots(file, path);
  close(file);
  return contents;
}

Anchor::Anchor(std::string path, int file, int directory)
    : path_(std::move(path)),
      file_(file),
      directory_(directory),
      contents_{{absl::DataLossError("not read"), absl::DataLossError("not read")}} {}

Anchor::~Anchor() {
  close(file_);  // Gives up the lock.
  close(directory_);
}

absl::Status Anchor::Lock() {
  if (flock(file_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno != EWOULDBLOCK) return SystemError("locking", path_, errno);
  return absl::FailedPreconditionError(
      absl::StrCat("the anchor ", path_, " is held by another process; stop that one first"));
}

absl::Status Anchor::Load() {
  auto contents = ReadSlots(file_, path_);
  if (!contents.ok()) return contents.status();
  contents_ = *std::move(contents);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Anchor>> Anchor::Open(const std::string& path) {
  auto directory = OpenDirectory(path);
  if (!directory.ok()) return directory.status();
  const int file = openat(*directory, SplitPath(path).second.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) {
    const int error = errno;
    close(*directory);
    return SystemError("opening", path, error);
  }
  std::unique_ptr<Anchor> anchor(new Anchor(path, file, *directory));
  if (absl::Status status = anchor->Lock(); !status.ok()) return status;
  if (absl::Status status = anchor->Load(); !status.ok()) return status;
  return anchor;
}

// The file appears under its name only when it is whole: written beside, synced, then linked.
absl::StatusOr<std::unique_ptr<Anchor>> Anchor::Create(const std::string& path,
                                                       const AnchorRecord& first) {
  auto slot = EncodeAnchorSlot(first);
  if (!slot.ok()) return slot.status();
  auto directory = OpenDirectory(path);
  if (!directory.ok()) return directory.status();
  const std::string name = SplitPath(path).second;
  const std::string making = absl::StrCat(name, ".new");
  const int file = openat(*directory, making.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    const int error = errno;
    close(*directory);
    return SystemError("making", path, error);
  }
  std::unique_ptr<Anchor> anchor(new Anchor(path, file, *directory));
  if (absl::Status status = anchor->Lock(); !status.ok()) return status;
  if (ftruncate(file, 0) != 0) return SystemError("making", path, errno);
  if (absl::Status status = WriteAt(file, 0, *slot + *slot, path); !status.ok()) return status;
  if (fsync(file) != 0) return SystemError("syncing", path, errno);
  if (linkat(*directory, making.c_str(), *directory, name.c_str(), 0) != 0) {
    return SystemError("naming", path, errno);
  }
  if (unlinkat(*directory, making.c_str(), 0) != 0) return SystemError("naming", path, errno);
  if (fsync(*directory) != 0) return SystemError("syncing", path, errno);
  if (absl::Status status = anchor->Load(); !status.ok()) return status;
  return anchor;
}

absl::Status Anchor::CheckUnchanged() const {
  struct stat named {};
  struct stat held {};
  const bool same = fstatat(directory_, SplitPath(path_).second.c_str(), &named, 0) == 0 &&
                    fstat(file_, &held) == 0 && named.st_ino == held.st_ino &&
                    named.st_dev == held.st_dev;
  if (!same) {
    return absl::FailedPreconditionError(
        absl::StrCat("the anchor ", path_, " was moved or replaced while the log was running"));
  }
  auto now = ReadSlots(file_, path_);
  if (!now.ok()) return now.status();
  if (!SameSlots(*now, contents_)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the anchor ", path_, " was changed by somebody else"));
  }
  return absl::OkStatus();
}

absl::Status Anchor::WriteSlot(std::size_t slot, const AnchorRecord& record) {
  auto bytes = EncodeAnchorSlot(record);
  if (!bytes.ok()) return bytes.status();
  if (absl::Status status = CheckUnchanged(); !status.ok()) return status;
  absl::Status status = WriteAt(file_, slot * kAnchorSlotBytes, *bytes, path_);
  if (!status.ok()) return status;
  // The length never changes, so that the data is all there is to sync.
  if (fdatasync(file_) != 0) return SystemError("syncing", path_, errno);
  contents_.slots[slot] = record;
  return absl::OkStatus();
}

absl::Status Anchor::Write(const AnchorRecord& record) {
  const auto& [first, second] = contents_.slots;
  const bool take_first = !first.ok() || (second.ok() && first->head.size < second->head.size);
  return WriteSlot(take_first ? 0 : 1, record);
}

absl::Status Anchor::Repair() {
  const std::size_t damaged = contents_.slots[0].ok() ? 1 : 0;
  return WriteSlot(damaged, *contents_.slots[1 - damaged]);
}

}  // namespace cairn::log
