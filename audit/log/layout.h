// How a log lies in an ordered key-value store. Version 1. Numbers are big-endian, so that the
// order of keys is the order of numbers.
//
//   m/format                      "cairn-log-1"
//   m/database                    16 bytes: DatabaseId
//   m/head                        u64 size || 32-byte root
//   m/note                        u64 size || note: the newest
//   m/note-before                 the same: the one before
//   m/published                   the same: what /checkpoint shows
//   e/ <u64 leaf>                 entry bytes
//   t/ <u8 level> <u64 index>     row of the tile, 1 to 256 hashes of 32 bytes; only ever grows
//   i/ <32-byte statement id>     u64 leaf
//   h/ <32-byte handover> <u64 leaf>    nothing
//   o/ <key>                      object of the fold (audit/ledger/keys.h)
//   c/ <key>                      index of content, the broker's
//
// Internal to this folder.
#ifndef CAIRN_AUDIT_LOG_LAYOUT_H_
#define CAIRN_AUDIT_LOG_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/log/store.h"
#include "keys/bytes.h"

namespace cairn::log::layout {

inline constexpr absl::string_view kFormat = "cairn-log-1";
inline constexpr absl::string_view kFormatKey = "m/format";
inline constexpr absl::string_view kDatabaseKey = "m/database";
inline constexpr absl::string_view kHeadKey = "m/head";
inline constexpr absl::string_view kNoteKey = "m/note";
inline constexpr absl::string_view kPreviousNoteKey = "m/note-before";
inline constexpr absl::string_view kPublishedNoteKey = "m/published";

inline constexpr absl::string_view kEntryPrefix = "e/";
inline constexpr absl::string_view kTilePrefix = "t/";
inline constexpr absl::string_view kIdPrefix = "i/";
inline constexpr absl::string_view kHandoverPrefix = "h/";
inline constexpr absl::string_view kObjectPrefix = "o/";
inline constexpr absl::string_view kContentPrefix = "c/";

inline std::string U64(std::uint64_t value) {
  std::string out;
  keys::AppendU64(out, value);
  return out;
}

// REQUIRES: eight bytes.
inline std::uint64_t ParseU64(absl::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes.substr(0, 8)) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

inline std::string EntryKey(std::uint64_t leaf) { return absl::StrCat(kEntryPrefix, U64(leaf)); }

inline std::string TileKey(unsigned level, std::uint64_t index) {
  std::string key(kTilePrefix);
  key.push_back(static_cast<char>(level));
  keys::AppendU64(key, index);
  return key;
}

inline std::string IdKey(const statement::StatementId& id) {
  return absl::StrCat(kIdPrefix, keys::AsText(id.View()));
}

inline std::string HandoverKey(const statement::StatementId& handover, std::uint64_t leaf) {
  return absl::StrCat(kHandoverPrefix, keys::AsText(handover.View()), U64(leaf));
}

// The first key behind all that begin with `prefix`; empty if there is none.
inline std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<std::uint8_t>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<std::uint8_t>(end.back()) + 1);
  return end;
}

inline std::string EncodeHead(const TreeHead& head) {
  return absl::StrCat(U64(merkle::ToInt(head.size)), keys::AsText(head.root.digest.View()));
}

inline std::optional<TreeHead> ParseHead(absl::string_view value) {
  if (value.size() != 8 + keys::kDigestSize) return std::nullopt;
  const auto root = keys::Digest::FromBytes(keys::AsBytes(value.substr(8)));
  if (!root.ok()) return std::nullopt;
  return TreeHead{merkle::TreeSize{ParseU64(value)}, merkle::NodeHash{*root}};
}

inline std::string EncodeNote(const NoteRecord& note) {
  return absl::StrCat(U64(merkle::ToInt(note.size)), note.note);
}

inline std::optional<NoteRecord> ParseNote(absl::string_view value) {
  if (value.size() <= 8) return std::nullopt;
  return NoteRecord{merkle::TreeSize{ParseU64(value)}, keys::Bytes(value.substr(8))};
}

// What a stored key and value are; kUnknown for what a log does not have. Of metadata (m/) and
// content (c/) it says nothing: those are left out of ScanAll.
StoredItem Classify(absl::string_view key, absl::string_view value);

}  // namespace cairn::log::layout

#endif  // CAIRN_AUDIT_LOG_LAYOUT_H_
