// Step (0) of a batch: what becomes of each statement, and what the batch will write. Nothing here
// touches the disk but for reading. Internal to this folder.
#ifndef CAIRN_AUDIT_LOG_PLANNER_H_
#define CAIRN_AUDIT_LOG_PLANNER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/ledger/view.h"
#include "audit/log/roots.h"
#include "audit/log/sequencer.h"
#include "audit/log/store.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::log {

// What becomes of one statement.
struct Verdict {
  enum class Kind {
    kLeaf,     // `leaf`: a new one of this batch.
    kSame,     // The same statement came before in this batch: its verdict is that of `same_as`.
    kLogged,   // `leaf`: it was logged before.
    kRefused,  // `refusal`, and with OTHER_HISTORY what the log's own note is to be for.
    kError     // `error`: nothing is said about the statement.
  };
  Kind kind = Kind::kError;
  merkle::LeafIndex leaf{};
  std::size_t same_as = 0;
  v1::Refusal refusal;
  std::optional<TreeHead> own_head;
  absl::Status error;
};

struct Plan {
  std::vector<Verdict> verdicts;        // One a submission, in their order.
  std::vector<NewEntry> entries;        // In leaf order.
  std::vector<ledger::Change> changes;  // Of all of them together.
};

// Statements refused lately, so that what follows them in the same key's stream can be told so.
// Bounded: forgets the oldest.
class RefusedIds {
 public:
  void Add(const statement::StatementId& id);
  void Remove(const statement::StatementId& id) { known_.erase(id); }
  bool Contains(const statement::StatementId& id) const { return known_.contains(id); }

 private:
  absl::flat_hash_set<statement::StatementId> known_;
  std::deque<statement::StatementId> order_;
};

// Not thread-safe: the sequencer's thread owns it.
class Planner {
 public:
  // All must outlive this. `objects` is the state of the newest tree.
  Planner(const Reader& store, const ledger::View& objects, const Roots& roots,
          const SequencerHooks& hooks)
      : store_(store), objects_(objects), roots_(roots), hooks_(hooks) {}

  // Judges `batch` in its order for the tree `head`. What is refused is judged again on the state
  // that the batch leads to, since a refusal names the size of the note that this batch produces:
  // folding again at that size must give the same answer. What is accepted then becomes a leaf too.
  // `now_ms` is behind `last_logged_ms`: nothing is logged. Errors: the store cannot be read.
  absl::StatusOr<Plan> Make(std::span<const Submission> batch, const TreeHead& head,
                            std::uint64_t now_ms, std::uint64_t last_logged_ms);

 private:
  class Round;

  const Reader& store_;
  const ledger::View& objects_;
  const Roots& roots_;
  const SequencerHooks& hooks_;
  RefusedIds refused_;
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_PLANNER_H_
