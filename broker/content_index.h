// Keys and objects of the index of uploaded content, as proto/cairn/v1/content.proto lists them.
// Internal to this folder.
#ifndef CAIRN_BROKER_CONTENT_INDEX_H_
#define CAIRN_BROKER_CONTENT_INDEX_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/log/store.h"
#include "broker/limits.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::broker {

inline std::string FileIndexKey(const std::string& hex) { return absl::StrCat("file/", hex); }
inline std::string ListIndexKey(const std::string& hex) { return absl::StrCat("list/", hex); }
inline std::string UploadIndexKey(const std::string& hex, const std::string& party) {
  return absl::StrCat("upload/", hex, "/", party);
}
inline std::string SentIndexKey(const std::string& hex, const std::string& party) {
  return absl::StrCat("sent/", hex, "/", party);
}
inline std::string UseIndexKey(const keys::Digest& chunk, const std::string& hex) {
  return absl::StrCat("use/", chunk.Hex(), "/", hex);
}

// Of a file of `size` bytes.
inline std::uint64_t ChunksOf(std::uint64_t size) { return (size + kChunkBytes - 1) / kChunkBytes; }

// Of a list of digests one behind the other. REQUIRES: the list is as long.
inline keys::Digest DigestAt(const keys::Bytes& list, std::size_t index) {
  keys::Digest digest;
  std::copy_n(list.begin() + static_cast<std::ptrdiff_t>(index * keys::kDigestSize),
              keys::kDigestSize, digest.bytes.begin());
  return digest;
}

// Nothing: there is no such object. kDataLoss: it cannot be read.
template <typename Message>
absl::StatusOr<std::optional<Message>> ReadIndexed(const log::Store& store,
                                                   const std::string& key) {
  absl::StatusOr<std::optional<keys::Bytes>> value = store.GetContent(key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::optional<Message>();
  Message message;
  if (!message.ParseFromString(**value)) {
    return absl::DataLossError(absl::StrCat("the content index has no readable object at ", key));
  }
  return std::optional<Message>(std::move(message));
}

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_CONTENT_INDEX_H_
