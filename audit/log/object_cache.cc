#include "audit/log/object_cache.h"

namespace cairn::log {
namespace {

constexpr std::size_t kOverheadBytes = 128;  // Of the list and the map, roughly.

std::size_t CostOf(const std::string& key, const std::optional<keys::Bytes>& value) {
  return key.size() + (value ? value->size() : 0) + kOverheadBytes;
}

}  // namespace

absl::StatusOr<std::optional<keys::Bytes>> ObjectCache::Get(absl::string_view key) const {
  if (const auto found = index_.find(key); found != index_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return found->second->second;
  }
  auto value = base_.Get(key);
  if (value.ok()) Keep(std::string(key), *value);
  return value;
}

void ObjectCache::Apply(std::vector<ledger::Change> changes) {
  for (ledger::Change& change : changes) Keep(std::move(change.key), std::move(change.value));
}

void ObjectCache::Keep(std::string key, std::optional<keys::Bytes> value) const {
  if (const auto found = index_.find(key); found != index_.end()) {
    Item& item = *found->second;
    bytes_ -= CostOf(item.first, item.second);
    item.second = std::move(value);
    bytes_ += CostOf(item.first, item.second);
    recent_.splice(recent_.begin(), recent_, found->second);
  } else {
    bytes_ += CostOf(key, value);
    recent_.emplace_front(std::move(key), std::move(value));
    index_.emplace(recent_.front().first, recent_.begin());
  }
  while (bytes_ > capacity_bytes_ && !recent_.empty()) {
    bytes_ -= CostOf(recent_.back().first, recent_.back().second);
    index_.erase(recent_.back().first);
    recent_.pop_back();
  }
}

}  // namespace cairn::log
