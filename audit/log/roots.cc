#include "audit/log/roots.h"

#include "audit/merkle/proof.h"

namespace cairn::log {

void Roots::Remember(const TreeHead& head) {
  if (!recent_.emplace(merkle::ToInt(head.size), head.root).second) return;
  order_.push_back(head.size);
  if (order_.size() <= kRecentRoots) return;
  recent_.erase(merkle::ToInt(order_.front()));
  order_.pop_front();
}

absl::StatusOr<merkle::NodeHash> Roots::At(merkle::TreeSize size) const {
  if (const auto found = recent_.find(merkle::ToInt(size)); found != recent_.end()) {
    return found->second;
  }
  return merkle::RootAt(size, merkle::TileSource(size, tiles_));
}

}  // namespace cairn::log
