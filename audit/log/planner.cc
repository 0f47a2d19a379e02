#include "audit/log/planner.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/fold.h"
#include "audit/ledger/refusal.h"
#include "audit/log/listing.h"
#include "audit/statement/entry.h"

namespace cairn::log {
namespace {

constexpr std::size_t kRefusedIdsKept = 65'536;

absl::Status ClockBehind(std::uint64_t now_ms, std::uint64_t last_logged_ms) {
  return absl::UnavailableError(absl::StrCat("the broker's clock stands ", last_logged_ms - now_ms,
                                             " ms behind the last leaf; nothing is logged until it "
                                             "is set right"));
}

Verdict ErrorVerdict(absl::Status error) {
  Verdict verdict;
  verdict.error = std::move(error);
  return verdict;
}

}  // namespace

void RefusedIds::Add(const statement::StatementId& id) {
  if (!known_.insert(id).second) return;
  order_.push_back(id);
  if (order_.size() <= kRefusedIdsKept) return;
  known_.erase(order_.front());
  order_.pop_front();
}

// The judging of one batch.
class Planner::Round {
 public:
  Round(Planner& planner, std::span<const Submission> batch, const TreeHead& head,
        std::uint64_t now_ms)
      : planner_(planner), batch_(batch), head_(head), now_ms_(now_ms), overlay_(planner.objects_) {
    plan_.verdicts.resize(batch.size());
  }

  // Judges all in the first pass, later what was refused. `accepting`: what the fold accepts
  // becomes a leaf.
  absl::Status Pass(bool first, bool accepting) {
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      if (!first && plan_.verdicts[i].kind != Verdict::Kind::kRefused) continue;
      auto verdict = Judge(i, first, accepting);
      if (!verdict.ok()) return verdict.status();
      plan_.verdicts[i] = *std::move(verdict);
    }
    return absl::OkStatus();
  }

  // While the clock stands behind: only what is in the log already gets its answer.
  absl::Status OnlyLogged(const absl::Status& why) {
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      auto logged = FindLogged(batch_[i].statement.id());
      if (!logged.ok()) return logged.status();
      plan_.verdicts[i] = logged->has_value() ? **std::move(logged) : ErrorVerdict(why);
    }
    return absl::OkStatus();
  }

  std::uint64_t leaves() const { return plan_.entries.size(); }
  bool any_refused() const {
    for (const Verdict& verdict : plan_.verdicts) {
      if (verdict.kind == Verdict::Kind::kRefused) return true;
    }
    return false;
  }
  Plan Take() {
    plan_.changes = overlay_.TakeChanges();
    return std::move(plan_);
  }

 private:
  merkle::TreeSize Size() const {
    return merkle::TreeSize{merkle::ToInt(head_.size) + plan_.entries.size()};
  }

  absl::StatusOr<std::optional<Verdict>> FindLogged(const statement::StatementId& id) const {
    auto leaf = planner_.store_.FindLeaf(id);
    if (!leaf.ok()) return leaf.status();
    if (!leaf->has_value()) return std::optional<Verdict>();
    Verdict verdict;
    verdict.kind = Verdict::Kind::kLogged;
    verdict.leaf = **leaf;
    return std::optional<Verdict>(std::move(verdict));
  }

  // The head of our own tree that `seen` should have been, if it was not.
  absl::StatusOr<std::optional<TreeHead>> OtherHistory(const v1::Statement& statement) const {
    if (!statement.has_seen()) return std::optional<TreeHead>();
    const merkle::TreeSize size{statement.seen().tree_size()};
    // A tree larger than any that was signed cannot have been seen: ours is the newest.
    if (size > head_.size) return std::optional<TreeHead>(head_);
    auto root = planner_.roots_.At(size);
    if (!root.ok()) return root.status();
    if (statement.seen().root_hash() == keys::AsText(root->digest.View())) {
      return std::optional<TreeHead>();
    }
    return std::optional<TreeHead>(TreeHead{size, *root});
  }

  absl::StatusOr<Verdict> Refuse(const statement::VerifiedStatement& statement,
                                 ledger::Objection objection) const {
    auto refusal = ledger::MakeRefusal(overlay_, Size(), statement, std::move(objection));
    if (!refusal.ok()) return refusal.status();
    Verdict verdict;
    verdict.kind = Verdict::Kind::kRefused;
    verdict.refusal = *std::move(refusal);
    planner_.refused_.Add(statement.id());
    return verdict;
  }

  absl::StatusOr<Verdict> RefuseOtherHistory(const statement::VerifiedStatement& statement,
                                             const TreeHead& own) const {
    auto verdict = Refuse(
        statement, ledger::OtherHistory(statement.statement().seen(), own.root.digest.View()));
    if (verdict.ok()) verdict->own_head = own;
    return verdict;
  }

  absl::StatusOr<Verdict> Refused(const statement::VerifiedStatement& statement,
                                  v1::Refusal refusal,
                                  const std::optional<TreeHead>& other_history) const {
    // The accepted path needs no look at the index of ids: a statement that is in the log has moved
    // its key's chain on, so the fold refuses it.
    auto logged = FindLogged(statement.id());
    if (!logged.ok()) return logged.status();
    if (logged->has_value()) return **std::move(logged);
    const v1::RefusalReason reason = refusal.reason();
    if (other_history && ledger::IsSigned(reason)) {
      return RefuseOtherHistory(statement, *other_history);
    }
    const bool out_of_order =
        reason == v1::REFUSAL_REASON_SEQUENCE || reason == v1::REFUSAL_REASON_PREVIOUS;
    const auto previous =
        statement::StatementId::FromBytes(keys::AsBytes(statement.statement().previous()));
    if (out_of_order && previous.ok() && planner_.refused_.Contains(*previous)) {
      return Refuse(statement, ledger::PreviousRefused());
    }
    Verdict verdict;
    verdict.kind = Verdict::Kind::kRefused;
    verdict.refusal = std::move(refusal);
    planner_.refused_.Add(statement.id());
    return verdict;
  }

  absl::StatusOr<Verdict> Judge(std::size_t at, bool first, bool accepting) {
    const statement::VerifiedStatement& statement = batch_[at].statement;
    if (first) {
      const auto [same, inserted] = seen_in_batch_.emplace(statement.id(), at);
      if (!inserted) {
        Verdict verdict;
        verdict.kind = Verdict::Kind::kSame;
        verdict.same_as = same->second;
        return verdict;
      }
    }
    auto other_history = OtherHistory(statement.statement());
    if (!other_history.ok()) return other_history.status();
    auto outcome = ledger::Fold(overlay_, merkle::LeafIndex{merkle::ToInt(Size())}, statement);
    if (absl::IsUnimplemented(outcome.status())) return ErrorVerdict(outcome.status());
    if (!outcome.ok()) return outcome.status();
    if (!outcome->accepted()) {
      return Refused(statement, *std::move(outcome->refusal), *other_history);
    }
    if (other_history->has_value()) return RefuseOtherHistory(statement, **other_history);
    if (planner_.hooks_.check) {
      auto objection = planner_.hooks_.check(statement);
      if (!objection.ok()) return ErrorVerdict(objection.status());
      if (objection->has_value()) return Refuse(statement, **std::move(objection));
    }
    if (!accepting) {
      return ErrorVerdict(absl::UnavailableError(
          "what this statement builds on was logged in the same moment; send it again"));
    }
    return Accept(statement, std::move(outcome->changes));
  }

  Verdict Accept(const statement::VerifiedStatement& statement,
                 std::vector<ledger::Change> changes) {
    Verdict verdict;
    verdict.kind = Verdict::Kind::kLeaf;
    verdict.leaf = merkle::NextLeaf(Size());
    overlay_.Apply(std::move(changes));
    plan_.entries.push_back(
        {statement::EncodeEntry(now_ms_, keys::AsBytes(statement.signed_bytes())), statement.id(),
         ListedUnder(statement)});
    planner_.refused_.Remove(statement.id());
    return verdict;
  }

  Planner& planner_;
  const std::span<const Submission> batch_;
  const TreeHead head_;
  const std::uint64_t now_ms_;
  ledger::OverlayView overlay_;
  absl::flat_hash_map<statement::StatementId, std::size_t> seen_in_batch_;
  Plan plan_;
};

absl::StatusOr<Plan> Planner::Make(std::span<const Submission> batch, const TreeHead& head,
                                   std::uint64_t now_ms, std::uint64_t last_logged_ms) {
  Round round(*this, batch, head, now_ms);
  if (now_ms < last_logged_ms) {
    const absl::Status status = round.OnlyLogged(ClockBehind(now_ms, last_logged_ms));
    if (!status.ok()) return status;
    return round.Take();
  }
  // Two rounds that accept, so that whatever came in the wrong order within one batch is put right;
  // then one that only judges, on the state that will not change any more. Three bound the work.
  absl::Status status = round.Pass(true, true);
  std::uint64_t before = 0;
  if (status.ok() && round.any_refused() && round.leaves() > before) {
    before = round.leaves();
    status = round.Pass(false, true);
    if (status.ok() && round.any_refused() && round.leaves() > before) {
      status = round.Pass(false, false);
    }
  }
  if (!status.ok()) return status;
  return round.Take();
}

}  // namespace cairn::log
