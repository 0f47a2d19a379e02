#include "audit/log/outcome.h"

#include "audit/merkle/proof.h"

namespace cairn::log {

absl::StatusOr<std::vector<merkle::NodeHash>> Logged::ProveInclusion() const {
  return merkle::ProveInclusion(index, head->head.size, *nodes);
}

}  // namespace cairn::log
