// What becomes of a statement that was given to the sequencer.
#ifndef CAIRN_AUDIT_LOG_OUTCOME_H_
#define CAIRN_AUDIT_LOG_OUTCOME_H_

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/store.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/types.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"

namespace cairn::log {

// A tree head with the log's signature: the note as it went into the anchor.
struct SignedHead {
  TreeHead head;
  keys::Bytes note;
};

// The statement is a leaf, durable and covered by `head`. A value; threads may share it.
struct Logged {
  merkle::LeafIndex index{};
  std::uint64_t logged_at_ms = 0;
  bool already_logged = false;  // It was in the log before this call, in an earlier batch or copy.
  std::shared_ptr<const SignedHead> head;
  // Answers for the tree of `head`: from memory for leaves of the batch, from the store for others.
  std::shared_ptr<const merkle::NodeSource> nodes;

  // The inclusion proof of the leaf under `head`. Left to whoever answers, so that the sequencer's
  // thread need not make it. Errors are the store's, for leaves of earlier batches.
  absl::StatusOr<std::vector<merkle::NodeHash>> ProveInclusion() const;
};

// Logged; or refused, signed by the operator unless nobody enrolled had signed it; or an error,
// after which the same statement may be given again:
//   kUnavailable         the clock stands behind the last leaf; the store failed; shutting down.
//   kFailedPrecondition  the log is sealed.
//   kUnimplemented       the log's fold version is not known to this program.
using Outcome = std::variant<Logged, v1::SignedRefusal, absl::Status>;

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_OUTCOME_H_
