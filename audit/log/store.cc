#include "audit/log/store.h"

#include "audit/log/layout.h"
#include "audit/merkle/tile.h"
#include "keys/encoding.h"

namespace cairn::log {

std::string DatabaseId::Hex() const { return keys::Hex(bytes); }

namespace layout {
namespace {

bool ParseIndexItem(absl::string_view rest, absl::string_view leaf, StoredItem& item) {
  if (rest.size() != keys::kDigestSize || leaf.size() != 8) return false;
  item.id = *statement::StatementId::FromBytes(keys::AsBytes(rest));
  item.index = ParseU64(leaf);
  return true;
}

bool ParseTileItem(absl::string_view rest, absl::string_view value, StoredItem& item) {
  if (rest.size() != 9 || value.empty() || value.size() % keys::kDigestSize != 0) return false;
  item.level = static_cast<std::uint8_t>(rest[0]);
  item.index = ParseU64(rest.substr(1));
  return value.size() <= merkle::kMaxTileBytes;
}

StoredItem::Kind KindOf(absl::string_view key, absl::string_view value, StoredItem& item) {
  using Kind = StoredItem::Kind;
  const absl::string_view prefix = key.substr(0, 2);
  const absl::string_view rest = key.size() < 2 ? absl::string_view() : key.substr(2);
  if (prefix == kEntryPrefix && rest.size() == 8) {
    item.index = ParseU64(rest);
    return Kind::kEntry;
  }
  if (prefix == kTilePrefix && ParseTileItem(rest, value, item)) return Kind::kTile;
  if (prefix == kIdPrefix && ParseIndexItem(rest, value, item)) return Kind::kId;
  if (prefix == kHandoverPrefix && rest.size() == keys::kDigestSize + 8 && value.empty() &&
      ParseIndexItem(rest.substr(0, keys::kDigestSize), rest.substr(keys::kDigestSize), item)) {
    return Kind::kHandover;
  }
  if (prefix == kObjectPrefix) {
    item.key = rest;
    return Kind::kObject;
  }
  return Kind::kUnknown;
}

}  // namespace

StoredItem Classify(absl::string_view key, absl::string_view value) {
  StoredItem item;
  item.key = key;
  item.value = keys::AsBytes(value);
  item.kind = KindOf(key, value, item);
  return item;
}

}  // namespace layout
}  // namespace cairn::log
