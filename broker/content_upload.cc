// Taking chunks of unfinished uploads, finishing and forgetting them.
#include "broker/content_upload.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/content_index.h"
#include "broker/errors.h"
#include "broker/limits.h"

namespace cairn::broker {
namespace {

// Chunks that are settled together: fewer syncs, and never more than this at risk.
constexpr std::size_t kChunksPerFlush = 32;

}  // namespace

absl::Status SizeError(absl::string_view field, const std::string& what) {
  return WithField(WithReason(absl::InvalidArgumentError(absl::StrCat(field, ": ", what)),
                              reason::kSizeOutOfRange),
                   field, what);
}

absl::StatusOr<std::shared_ptr<ContentStore::Upload>> ContentStore::FindUpload(
    const std::string& party, const keys::Digest& digest) {
  const std::string hex = digest.Hex();
  {
    log::MutexLock lock(mutex_);
    const auto found = uploads_.find({hex, party});
    if (found != uploads_.end()) return found->second;
  }
  const auto object = ReadIndexed<v1::ContentUpload>(store_, UploadIndexKey(hex, party));
  if (!object.ok()) return object.status();
  if (!object->has_value()) {
    return WithReason(absl::NotFoundError("no such upload was begun; call BeginUpload first"),
                      reason::kUploadNotBegun);
  }
  absl::StatusOr<std::optional<keys::Bytes>> list = store_.GetContent(SentIndexKey(hex, party));
  if (!list.ok()) return list.status();
  if (!list->has_value() || (*list)->size() != ChunksOf((*object)->size()) * keys::kDigestSize) {
    return absl::DataLossError("the content index has no chunk list for an upload");
  }
  auto upload = std::make_shared<Upload>();
  upload->digest = digest;
  upload->hex = hex;
  upload->party = party;
  upload->list = *std::move(*list);
  {
    log::MutexLock lock(upload->mutex);
    upload->object = **object;
    upload->received = upload->object.committed_size();
  }
  log::MutexLock lock(mutex_);
  return uploads_.emplace(UploadKey{hex, party}, std::move(upload)).first->second;
}

absl::StatusOr<UploadState> ContentStore::Append(const std::string& party,
                                                 const keys::Digest& digest, std::uint64_t offset,
                                                 keys::ByteView data) {
  const absl::StatusOr<std::shared_ptr<Upload>> found = FindUpload(party, digest);
  if (!found.ok()) return found.status();
  Upload& upload = **found;
  log::MutexLock lock(upload.mutex);
  if (upload.forgotten || upload.complete || offset != upload.received) {
    return WithMetadata(WithReason(absl::AbortedError(absl::StrCat(
                                       "the upload stands at ", upload.received, ", not at ",
                                       offset, "; ask QueryUpload and go on from there")),
                                   reason::kOffsetWrong),
                        "committed_size", absl::StrCat(upload.object.committed_size()));
  }
  const std::uint64_t expected = std::min(kChunkBytes, upload.object.size() - offset);
  if (data.size() != expected) {
    return SizeError("data", absl::StrCat("the chunk at ", offset, " has ", expected,
                                          " bytes, found ", data.size()));
  }
  const keys::Digest chunk = DigestAt(upload.list, offset / kChunkBytes);
  if (keys::Sha256(data) != chunk) {
    return WithReason(
        absl::InvalidArgumentError(absl::StrCat(
            "the chunk at ", offset, " has another SHA-256 than declared; send it again")),
        reason::kChunkDiffers);
  }
  absl::StatusOr<std::unique_ptr<StagedChunk>> staged = disk_->Stage(chunk, data);
  if (!staged.ok()) return staged.status();
  upload.staged.push_back(*std::move(staged));
  if (upload.hashed == offset) {
    upload.hash.Update(data);
    upload.hashed += data.size();
  }
  upload.received += data.size();
  const bool last = upload.received == upload.object.size();
  if (last || upload.staged.size() >= kChunksPerFlush) {
    if (absl::Status flushed = FlushLocked(upload); !flushed.ok()) return flushed;
  }
  if (last) {
    if (absl::Status finished = FinishLocked(upload); !finished.ok()) return finished;
  }
  return upload.State();
}

absl::StatusOr<UploadState> ContentStore::Flush(const std::string& party,
                                                const keys::Digest& digest) {
  const absl::StatusOr<std::shared_ptr<Upload>> found = FindUpload(party, digest);
  if (!found.ok()) return found.status();
  log::MutexLock lock((*found)->mutex);
  if (absl::Status flushed = FlushLocked(**found); !flushed.ok()) return flushed;
  return (*found)->State();
}

absl::StatusOr<UploadState> ContentStore::Query(const std::string& party,
                                                const keys::Digest& digest) {
  absl::StatusOr<UploadState> state = Flush(party, digest);
  if (state.ok() || !absl::IsNotFound(state.status())) return state;
  const auto file = ReadIndexed<v1::ContentFile>(store_, FileIndexKey(digest.Hex()));
  if (!file.ok()) return file.status();
  if (!file->has_value()) return UploadState{};
  return UploadState{.committed_size = (*file)->size(), .complete = true};
}

// 1. The chunks get their names, durably.     Crash: chunks without use; written again when resent.
// 2. The index says so, synced.               Crash: the answer is lost, the bytes are not.
// After an error the upload falls back to what is committed.
absl::Status ContentStore::FlushLocked(Upload& upload) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (upload.staged.empty()) return absl::OkStatus();
  std::vector<ledger::Change> changes;
  for (const auto& chunk : upload.staged) {
    changes.push_back({UseIndexKey(chunk->digest(), upload.hex), keys::Bytes("1")});
  }
  v1::ContentUpload object = upload.object;
  object.set_committed_size(upload.received);
  changes.push_back({UploadIndexKey(upload.hex, upload.party), object.SerializeAsString()});
  absl::Status status;
  {
    const std::shared_lock<std::shared_mutex> names(names_mutex_);
    status = disk_->Settle(std::exchange(upload.staged, {}));
    if (status.ok()) status = store_.CommitContent(changes, log::Durability::kSynced);
  }
  if (status.ok()) {
    upload.object = std::move(object);
    return status;
  }
  upload.received = upload.object.committed_size();
  upload.hash.Finish();
  upload.hashed = 0;
  return status;
}

absl::StatusOr<keys::Digest> ContentStore::HashWhole(const Upload& upload) const {
  keys::Sha256Stream hash;
  for (std::size_t i = 0; i < upload.list.size() / keys::kDigestSize; ++i) {
    const absl::StatusOr<keys::Bytes> chunk = disk_->Read(DigestAt(upload.list, i));
    if (!chunk.ok()) return chunk.status();
    hash.Update(keys::AsBytes(*chunk));
  }
  return hash.Finish();
}

// All chunks are committed. The whole is judged by its digest: while it came in, or, where the
// upload was resumed by another process, by reading it back.
absl::Status ContentStore::FinishLocked(Upload& upload) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  absl::StatusOr<keys::Digest> whole = upload.hashed == upload.object.size()
                                           ? absl::StatusOr<keys::Digest>(upload.hash.Finish())
                                           : HashWhole(upload);
  upload.hashed = 0;
  if (!whole.ok()) return whole.status();
  if (*whole != upload.digest) {
    if (absl::Status forgotten = Forget(upload); !forgotten.ok()) return forgotten;
    return WithReason(absl::InvalidArgumentError(
                          absl::StrCat("the file has SHA-256 ", whole->Hex(), ", declared was ",
                                       upload.hex, "; the upload was forgotten: begin again")),
                      reason::kContentDamaged);
  }
  log::MutexLock lock(index_mutex_);
  const auto known = ReadIndexed<v1::ContentFile>(store_, FileIndexKey(upload.hex));
  if (!known.ok()) return known.status();
  v1::ContentFile file = known->value_or(v1::ContentFile());
  file.set_size(upload.object.size());
  const auto& handovers = file.handovers();
  if (std::find(handovers.begin(), handovers.end(), upload.object.handover()) == handovers.end()) {
    file.add_handovers(upload.object.handover());
  }
  const absl::Status written =
      store_.CommitContent({{FileIndexKey(upload.hex), file.SerializeAsString()},
                            {ListIndexKey(upload.hex), upload.list},
                            {SentIndexKey(upload.hex, upload.party), std::nullopt},
                            {UploadIndexKey(upload.hex, upload.party), std::nullopt}},
                           log::Durability::kSynced);
  if (!written.ok()) return written;
  upload.complete = true;
  log::MutexLock map_lock(mutex_);
  uploads_.erase({upload.hex, upload.party});
  return absl::OkStatus();
}

absl::StatusOr<absl::flat_hash_set<keys::Digest>> ContentStore::ChunksOfOthers(
    const Upload& upload) const {
  absl::flat_hash_set<keys::Digest> chunks;
  const auto add = [&](const std::string& list_key, std::uint64_t size) {
    const absl::StatusOr<std::optional<keys::Bytes>> list = store_.GetContent(list_key);
    if (!list.ok()) return list.status();
    if (!list->has_value() || (*list)->size() < ChunksOf(size) * keys::kDigestSize) {
      return absl::DataLossError(absl::StrCat("the content index has no chunk list ", list_key));
    }
    for (std::size_t i = 0; i < ChunksOf(size); ++i) chunks.insert(DigestAt(**list, i));
    return absl::OkStatus();
  };
  const auto file = ReadIndexed<v1::ContentFile>(store_, FileIndexKey(upload.hex));
  if (!file.ok()) return file.status();
  absl::Status added;
  if (file->has_value()) added = add(ListIndexKey(upload.hex), (*file)->size());
  const std::string prefix = UploadIndexKey(upload.hex, "");
  std::vector<std::pair<std::string, std::uint64_t>> others;  // Party, committed bytes.
  const absl::Status scanned =
      store_.ScanContent(prefix, [&](absl::string_view key, keys::ByteView value) {
        const std::string party(key.substr(prefix.size()));
        v1::ContentUpload other;
        if (party != upload.party &&
            other.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          others.emplace_back(party, other.committed_size());
        }
        return true;
      });
  if (!scanned.ok()) return scanned;
  for (const auto& [party, committed] : others) {
    if (added.ok()) added = add(SentIndexKey(upload.hex, party), committed);
  }
  if (!added.ok()) return added;
  return chunks;
}

// A chunk's file goes only when nobody else uses it, under this digest or another. The index
// forgets last: a crash on the way leaves an upload whose chunks are missing, which is forgotten
// again.
absl::Status ContentStore::Forget(Upload& upload) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  upload.staged.clear();
  // Nobody else begins to use a chunk between the look at the index and its end.
  const std::unique_lock<std::shared_mutex> names(names_mutex_);
  const auto of_others = ChunksOfOthers(upload);
  if (!of_others.ok()) return of_others.status();
  std::vector<ledger::Change> changes;
  for (std::size_t i = 0; i < ChunksOf(upload.object.committed_size()); ++i) {
    const keys::Digest chunk = DigestAt(upload.list, i);
    if (of_others->contains(chunk)) continue;
    const std::string own = UseIndexKey(chunk, upload.hex);
    bool used_elsewhere = false;
    absl::Status scanned = store_.ScanContent(absl::StrCat("use/", chunk.Hex(), "/"),
                                              [&](absl::string_view key, keys::ByteView) {
                                                used_elsewhere = key != own;
                                                return !used_elsewhere;
                                              });
    if (!scanned.ok()) return scanned;
    if (!used_elsewhere) {
      if (absl::Status removed = disk_->Remove(chunk); !removed.ok()) return removed;
    }
    changes.push_back({own, std::nullopt});
  }
  changes.push_back({SentIndexKey(upload.hex, upload.party), std::nullopt});
  changes.push_back({UploadIndexKey(upload.hex, upload.party), std::nullopt});
  // Each key once: a file may repeat a chunk.
  std::sort(changes.begin(), changes.end(),
            [](const ledger::Change& a, const ledger::Change& b) { return a.key < b.key; });
  changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
  if (absl::Status written = store_.CommitContent(changes, log::Durability::kSynced);
      !written.ok()) {
    return written;
  }
  upload.forgotten = true;
  log::MutexLock lock(mutex_);
  uploads_.erase({upload.hex, upload.party});
  return absl::OkStatus();
}

absl::StatusOr<std::uint64_t> ContentStore::Expire(std::uint64_t now_ms) {
  std::vector<std::pair<keys::Digest, std::string>> expired;
  const absl::Status scanned = store_.ScanContent("upload/", [&](absl::string_view key,
                                                                 keys::ByteView value) {
    const std::vector<absl::string_view> parts = absl::StrSplit(key, '/');
    v1::ContentUpload upload;
    if (parts.size() != 3 || !upload.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      return true;
    }
    const auto digest = keys::Digest::FromHex(parts[1]);
    if (digest.ok() && upload.expires_at_ms() <= now_ms) {
      expired.emplace_back(*digest, std::string(parts[2]));
    }
    return true;
  });
  if (!scanned.ok()) return scanned;
  log::MutexLock begin(begin_mutex_);
  for (const auto& [digest, party] : expired) {
    const absl::StatusOr<std::shared_ptr<Upload>> upload = FindUpload(party, digest);
    if (absl::IsNotFound(upload.status())) continue;
    if (!upload.ok()) return upload.status();
    log::MutexLock lock((*upload)->mutex);
    if ((*upload)->complete || (*upload)->forgotten) continue;
    if (absl::Status forgotten = Forget(**upload); !forgotten.ok()) return forgotten;
  }
  return expired.size();
}

}  // namespace cairn::broker
