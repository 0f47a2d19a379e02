#include "audit/witness/records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cairn::witness {
namespace {

constexpr absl::string_view kLatestSpace = "witness/latest/";
constexpr absl::string_view kKeptSpace = "witness/kept/";
constexpr absl::string_view kDisputedSpace = "witness/disputed/";
constexpr std::size_t kNoteKeyTail = 8 + keys::kDigestSize;
constexpr std::size_t kLatestHead = 8 + keys::kDigestSize + 8;

std::uint64_t TakeU64(keys::ByteView& bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes.first(8)) value = value << 8 | byte;
  bytes = bytes.subspan(8);
  return value;
}

std::string NoteKey(std::string key, const LogNote& note) {
  keys::AppendU64(key, merkle::ToInt(note.size));
  keys::AppendBytes(key, note.text_digest.View());
  return key;
}

}  // namespace

keys::Bytes EncodeLatest(const Latest& latest) {
  keys::Bytes out;
  keys::AppendU64(out, merkle::ToInt(latest.size));
  keys::AppendBytes(out, latest.root.digest.View());
  keys::AppendU64(out, note::ToInt(latest.time));
  return out + latest.note;
}

absl::StatusOr<Latest> ParseLatest(keys::ByteView bytes) {
  if (bytes.size() <= kLatestHead) {
    return absl::DataLossError("what the witness keeps of a log is too short");
  }
  Latest latest;
  latest.size = merkle::TreeSize{TakeU64(bytes)};
  latest.root.digest = keys::Digest::FromBytes(bytes.first(keys::kDigestSize)).value();
  bytes = bytes.subspan(keys::kDigestSize);
  latest.time = note::PosixSeconds{TakeU64(bytes)};
  latest.note = keys::ToBytes(bytes);
  if (latest.size > merkle::kMaxTreeSize || latest.time > note::kMaxPosixSeconds) {
    return absl::DataLossError("what the witness keeps of a log has a size or time beyond all");
  }
  return latest;
}

std::string Records::Key(absl::string_view space) const {
  return absl::StrCat(space, keys::AsText(origin_hash_.View()));
}

absl::StatusOr<std::optional<Latest>> Records::ReadLatest() const {
  const auto bytes = store_.GetContent(Key(kLatestSpace));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::nullopt;
  absl::StatusOr<Latest> latest = ParseLatest(keys::AsBytes(**bytes));
  if (!latest.ok()) return latest.status();
  return *std::move(latest);
}

absl::Status Records::Advance(const Latest& latest, const LogNote& note) {
  return store_.CommitContent({{.key = Key(kLatestSpace), .value = EncodeLatest(latest)},
                               {.key = NoteKey(Key(kKeptSpace), note), .value = note.note}},
                              log::Durability::kSynced);
}

absl::Status Records::KeepDisputed(const LogNote& note) {
  const auto there = ReadDisputed();
  if (!there.ok()) return there.status();
  if (there->size() >= kMaxDisputedNotes ||
      std::find(there->begin(), there->end(), note) != there->end()) {
    return absl::OkStatus();
  }
  return store_.CommitContent({{.key = NoteKey(Key(kDisputedSpace), note), .value = note.note}},
                              log::Durability::kSynced);
}

absl::StatusOr<std::vector<LogNote>> Records::ReadAll(const std::string& prefix) const {
  std::vector<LogNote> notes;
  absl::Status bad;
  const absl::Status scanned =
      store_.ScanContent(prefix, [&](absl::string_view key, keys::ByteView value) {
        if (key.size() < kNoteKeyTail) {
          bad = absl::DataLossError("a note that the witness keeps has a key of another form");
          return false;
        }
        keys::ByteView tail = keys::AsBytes(key.substr(key.size() - kNoteKeyTail));
        LogNote note;
        note.size = merkle::TreeSize{TakeU64(tail)};
        note.text_digest = keys::Digest::FromBytes(tail).value();
        note.note = keys::ToBytes(value);
        notes.push_back(std::move(note));
        return notes.size() < kMaxDisputedNotes;
      });
  if (!scanned.ok()) return scanned;
  if (!bad.ok()) return bad;
  return notes;
}

absl::StatusOr<std::vector<keys::Bytes>> Records::ReadKept(merkle::TreeSize size) const {
  std::string prefix = Key(kKeptSpace);
  keys::AppendU64(prefix, merkle::ToInt(size));
  const auto notes = ReadAll(prefix);
  if (!notes.ok()) return notes.status();
  std::vector<keys::Bytes> kept;
  for (const LogNote& note : *notes) kept.push_back(note.note);
  return kept;
}

absl::StatusOr<std::vector<LogNote>> Records::ReadDisputed() const {
  return ReadAll(Key(kDisputedSpace));
}

}  // namespace cairn::witness
