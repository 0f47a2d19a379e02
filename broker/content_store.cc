#include "broker/content_store.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/content_index.h"
#include "broker/content_upload.h"
#include "broker/errors.h"
#include "broker/limits.h"

namespace cairn::broker {
namespace {

absl::Status CheckDeclaration(const UploadDeclaration& declaration, const ContentLimits& limits) {
  if (declaration.size == 0 || declaration.size > limits.file_bytes) {
    return SizeError("size", absl::StrCat("expected 1 to ", limits.file_bytes, " bytes, found ",
                                          declaration.size));
  }
  if (declaration.chunks.size() != ChunksOf(declaration.size)) {
    return SizeError(
        "chunk_digests",
        absl::StrCat("a file of ", declaration.size, " bytes has ", ChunksOf(declaration.size),
                     " chunks of 1 MiB, found ", declaration.chunks.size()));
  }
  return absl::OkStatus();
}

// As it is kept: the digests one behind the other.
keys::Bytes ListOf(const UploadDeclaration& declaration) {
  keys::Bytes list;
  list.reserve(declaration.chunks.size() * keys::kDigestSize);
  for (const keys::Digest& chunk : declaration.chunks) keys::AppendBytes(list, chunk.View());
  return list;
}

}  // namespace

keys::Digest ContentFile::chunk(std::size_t index) const { return DigestAt(list_, index); }

ContentStore::ContentStore(log::Store& store, std::unique_ptr<ChunkDisk> disk,
                           const ContentLimits& limits)
    : store_(store), disk_(std::move(disk)), limits_(limits) {}

ContentStore::~ContentStore() = default;

absl::StatusOr<UploadState> ContentStore::Begin(
    const std::string& party, const UploadDeclaration& declaration, std::uint64_t now_ms,
    const std::function<bool(const keys::Bytes&)>& may_read) {
  if (absl::Status checked = CheckDeclaration(declaration, limits_); !checked.ok()) return checked;
  const std::string hex = declaration.digest.Hex();
  const auto file = ReadIndexed<v1::ContentFile>(store_, FileIndexKey(hex));
  if (!file.ok()) return file.status();
  if (file->has_value() &&
      std::any_of((*file)->handovers().begin(), (*file)->handovers().end(), may_read)) {
    const absl::Status added = AddHandover(declaration.digest, declaration.handover);
    if (!added.ok()) return added;
    return UploadState{.committed_size = (*file)->size(), .complete = true};
  }
  log::MutexLock begin(begin_mutex_);
  absl::StatusOr<std::shared_ptr<Upload>> upload = FindUpload(party, declaration.digest);
  if (upload.ok()) return Continue(**upload, declaration);
  if (!absl::IsNotFound(upload.status())) return upload.status();
  if (absl::Status quota = CheckQuota(party, declaration.size); !quota.ok()) return quota;
  if (absl::Status room = CheckRoom(declaration.size); !room.ok()) return room;

  v1::ContentUpload object;
  object.set_size(declaration.size);
  object.set_expires_at_ms(now_ms + limits_.expiry_ms);
  object.set_handover(declaration.handover);
  const absl::Status written =
      store_.CommitContent({{UploadIndexKey(hex, party), object.SerializeAsString()},
                            {SentIndexKey(hex, party), ListOf(declaration)}},
                           log::Durability::kSynced);
  if (!written.ok()) return written;
  return UploadState{.expires_at_ms = object.expires_at_ms()};
}

absl::StatusOr<UploadState> ContentStore::Continue(Upload& upload,
                                                   const UploadDeclaration& declaration) {
  log::MutexLock lock(upload.mutex);
  if (upload.object.size() != declaration.size || upload.list != ListOf(declaration) ||
      upload.object.handover() != declaration.handover) {
    return WithReason(
        absl::AlreadyExistsError("an unfinished upload of this digest was declared with another "
                                 "size, chunk list or handover; finish it, or wait for its expiry"),
        reason::kUploadDiffers);
  }
  if (absl::Status flushed = FlushLocked(upload); !flushed.ok()) return flushed;
  return upload.State();
}

absl::Status ContentStore::CheckQuota(const std::string& party, std::uint64_t size) const {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  absl::Status scanned =
      store_.ScanContent("upload/", [&](absl::string_view key, keys::ByteView value) {
        const std::vector<absl::string_view> parts = absl::StrSplit(key, '/');
        v1::ContentUpload upload;
        if (parts.size() == 3 && parts[2] == party &&
            upload.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          ++count;
          bytes += upload.size();
        }
        return true;
      });
  if (!scanned.ok()) return scanned;
  if (count < limits_.open_uploads && size <= limits_.open_upload_bytes &&
      bytes <= limits_.open_upload_bytes - size) {
    return absl::OkStatus();
  }
  return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                        "the party has ", count, " unfinished uploads of ", bytes,
                        " bytes; at most ", limits_.open_uploads, " of ", limits_.open_upload_bytes,
                        " bytes are allowed: finish one, or wait for its expiry")),
                    reason::kUploadQuota);
}

absl::Status ContentStore::CheckRoom(std::uint64_t size) const {
  const absl::StatusOr<std::uint64_t> free_bytes = disk_->FreeBytes();
  if (!free_bytes.ok()) return free_bytes.status();
  if (*free_bytes >= limits_.free_bytes && *free_bytes - limits_.free_bytes >= size) {
    return absl::OkStatus();
  }
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          "no room for ", size, " bytes: ", *free_bytes, " are free, of which ", limits_.free_bytes,
          " are kept for the log; the broker's operator has to make room")),
      reason::kDiskFull);
}

absl::Status ContentStore::AddHandover(const keys::Digest& digest, const keys::Bytes& handover) {
  log::MutexLock lock(index_mutex_);
  const std::string key = FileIndexKey(digest.Hex());
  auto file = ReadIndexed<v1::ContentFile>(store_, key);
  if (!file.ok()) return file.status();
  const auto& handovers = (*file)->handovers();
  if (std::find(handovers.begin(), handovers.end(), handover) != handovers.end()) {
    return absl::OkStatus();
  }
  (*file)->add_handovers(handover);
  return store_.CommitContent({{key, (*file)->SerializeAsString()}}, log::Durability::kSynced);
}

absl::StatusOr<std::shared_ptr<const ContentFile>> ContentStore::Open(
    const keys::Digest& digest) const {
  const std::string hex = digest.Hex();
  const auto file = ReadIndexed<v1::ContentFile>(store_, FileIndexKey(hex));
  if (!file.ok()) return file.status();
  if (!file->has_value()) {
    return WithReason(absl::NotFoundError(absl::StrCat("no content ", hex, " is here in whole")),
                      reason::kContentNotFound);
  }
  absl::StatusOr<std::optional<keys::Bytes>> list = store_.GetContent(ListIndexKey(hex));
  if (!list.ok()) return list.status();
  if (!list->has_value() || (*list)->size() != ChunksOf((*file)->size()) * keys::kDigestSize) {
    return absl::DataLossError(absl::StrCat("the content index has no chunk list for ", hex));
  }
  auto opened = std::make_shared<ContentFile>();
  opened->size_ = (*file)->size();
  opened->handovers_.assign((*file)->handovers().begin(), (*file)->handovers().end());
  opened->list_ = *std::move(*list);
  return std::shared_ptr<const ContentFile>(std::move(opened));
}

absl::StatusOr<keys::Bytes> ContentStore::ReadChunk(const ContentFile& file,
                                                    std::size_t index) const {
  return ReadChunk(file.chunk(index));
}

absl::StatusOr<keys::Bytes> ContentStore::ReadChunk(const keys::Digest& chunk) const {
  absl::StatusOr<keys::Bytes> bytes = disk_->Read(chunk);
  if (absl::IsNotFound(bytes.status())) {
    return WithReason(
        absl::DataLossError(absl::StrCat("chunk ", chunk.Hex(),
                                         " is missing on the broker's disk; its operator "
                                         "has to bring it back from a copy")),
        reason::kContentDamaged);
  }
  return bytes;
}

absl::Status ContentStore::VisitFiles(absl::FunctionRef<bool(const keys::Digest&)> visit) const {
  absl::Status wrong;
  const absl::Status scanned =
      store_.ScanContent("file/", [&](absl::string_view key, keys::ByteView) {
        const auto digest = keys::Digest::FromHex(key.substr(5));
        if (digest.ok()) return visit(*digest);
        wrong = absl::DataLossError("the content index has a file that is named by no digest");
        return false;
      });
  return scanned.ok() ? wrong : scanned;
}

absl::Status ContentStore::VisitUploads(
    absl::FunctionRef<bool(const keys::Digest&, const std::vector<keys::Digest>&)> visit) const {
  absl::Status wrong;
  const absl::Status scanned = store_.ScanContent("upload/", [&](absl::string_view key,
                                                                 keys::ByteView value) {
    const std::vector<absl::string_view> parts = absl::StrSplit(key, '/');
    v1::ContentUpload upload;
    const auto digest = keys::Digest::FromHex(parts.size() == 3 ? parts[1] : "");
    if (!digest.ok() || !upload.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      wrong = absl::DataLossError("the content index has an unfinished upload that is unreadable");
      return false;
    }
    const auto list = store_.GetContent(SentIndexKey(digest->Hex(), std::string(parts[2])));
    const std::uint64_t chunks = ChunksOf(upload.committed_size());
    if (!list.ok() || !list->has_value() || (*list)->size() < chunks * keys::kDigestSize) {
      wrong = list.ok() ? absl::DataLossError(absl::StrCat(
                              "the content index has no chunk list for the upload ", digest->Hex()))
                        : list.status();
      return false;
    }
    std::vector<keys::Digest> committed;
    for (std::size_t i = 0; i < chunks; ++i) committed.push_back(DigestAt(**list, i));
    return visit(*digest, committed);
  });
  return scanned.ok() ? wrong : scanned;
}

absl::StatusOr<std::uint64_t> ContentStore::LargestCommitted(const keys::Digest& digest) const {
  std::uint64_t largest = 0;
  const absl::Status scanned = store_.ScanContent(
      absl::StrCat("upload/", digest.Hex(), "/"), [&](absl::string_view, keys::ByteView value) {
        v1::ContentUpload upload;
        if (upload.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          largest = std::max(largest, upload.committed_size());
        }
        return true;
      });
  if (!scanned.ok()) return scanned;
  return largest;
}

absl::StatusOr<ContentPresence> ContentStore::Presence(const keys::Digest& digest,
                                                       const keys::Bytes& handover,
                                                       std::uint64_t size_expected) const {
  const auto file = ReadIndexed<v1::ContentFile>(store_, FileIndexKey(digest.Hex()));
  if (!file.ok()) return file.status();
  if (file->has_value()) {
    const auto& handovers = (*file)->handovers();
    if (std::find(handovers.begin(), handovers.end(), handover) != handovers.end()) {
      return ContentPresence{.complete = true, .size = (*file)->size()};
    }
  }
  const absl::StatusOr<std::uint64_t> committed = LargestCommitted(digest);
  if (!committed.ok()) return committed.status();
  const std::uint64_t chunks = ChunksOf(size_expected);
  return ContentPresence{.missing_chunks = chunks - std::min(chunks, ChunksOf(*committed))};
}

}  // namespace cairn::broker
