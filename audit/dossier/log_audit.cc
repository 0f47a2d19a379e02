#include "audit/dossier/log_audit.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/view.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/replay_folder.h"
#include "audit/note/checkpoint.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"
#include "keys/encoding.h"

namespace cairn::dossier {
namespace {

constexpr absl::string_view kSignedTree = "The tree is the one that the log has signed.";
constexpr absl::string_view kWholeCopy =
    "Every tile and every entry is what the signed tree commits to.";
constexpr absl::string_view kPinnedGenesis =
    "The log begins with the Genesis that you have pinned.";
constexpr absl::string_view kStatements =
    "Every leaf is a well-formed statement, signed with the key that it names.";
constexpr absl::string_view kRules = "The log's own rules accept every leaf.";
constexpr absl::string_view kChains =
    "The statements of each key follow one another without a gap.";
constexpr absl::string_view kSeen =
    "What each author says it had seen of the log is what this log was then.";
constexpr absl::string_view kTimeNotes =
    "Every note that gives the log its time is one of this log.";
constexpr absl::string_view kEnded = "The log ended with its Freeze and did not grow any more.";
constexpr absl::string_view kNothingLost = "Nothing of the log that it goes on from is missing.";
constexpr absl::string_view kAllAdmitted =
    "Whatever came back from the log that it goes on from was admitted as lost.";
constexpr absl::string_view kWitnessed = "The tree was witnessed as your policy asks.";

// Faults of one kind: how many, and the first of them.
class Faults {
 public:
  void Add(merkle::LeafIndex leaf, absl::string_view what) {
    ++count_;
    if (named_.size() < kFaultsNamed) {
      named_.push_back(absl::StrCat("leaf ", merkle::ToInt(leaf), ": ", what));
    }
  }
  std::uint64_t count() const { return count_; }
  std::string Text() const {
    return absl::StrCat(count_, count_ == 1 ? " leaf. " : " leaves. ", absl::StrJoin(named_, "; "),
                        count_ > named_.size() ? "; ..." : "");
  }

 private:
  std::uint64_t count_ = 0;
  std::vector<std::string> named_;
};

// Whether an error says that something is not what it ought to be, rather than that it could not be
// read. With its checkpoint there, a copy that lacks anything else is not whole.
bool IsVerdict(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsUnauthenticated(status) ||
         absl::IsInvalidArgument(status) || absl::IsNotFound(status);
}

bool IsChainFault(v1::RefusalReason reason) {
  return reason == v1::REFUSAL_REASON_SEQUENCE || reason == v1::REFUSAL_REASON_PREVIOUS;
}

// One audit: judges leaf after leaf, and says at the end what was found.
class LogAuditor {
 public:
  LogAuditor(mirror::LogReader& log, const keys::VerifierKey& vkey, const AuditOptions& options)
      : log_(log), vkey_(vkey), options_(options) {}

  absl::Status Judge(const ledger::ReplayStep& step);
  // `ended`: how the reading of the leaves ended.
  void Conclude(const absl::Status& ended, const ledger::Replay& replay, Examination& out) const;

 private:
  absl::Status JudgeSeen(merkle::LeafIndex leaf, const v1::Seen& seen);
  absl::Status JudgeTimeNote(merkle::LeafIndex leaf, const std::string& note);
  // OK and true if the log had this root at this size.
  absl::StatusOr<bool> HadRoot(merkle::TreeSize size, keys::ByteView root);
  void Say(absl::string_view id, absl::string_view sentence, const Faults& faults,
           absl::string_view by, const absl::Status& ended, Examination& out) const;
  void SayGenesis(Examination& out) const;

  mirror::LogReader& log_;
  const keys::VerifierKey& vkey_;
  const AuditOptions& options_;
  std::optional<keys::Digest> first_;  // Id of leaf 0, if it is a Genesis.
  std::optional<std::pair<merkle::TreeSize, merkle::NodeHash>> last_root_;
  std::uint64_t leaves_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t time_notes_ = 0;
  Faults malformed_;
  Faults refused_;
  Faults chains_;
  Faults other_seen_;
  Faults other_notes_;
};

absl::StatusOr<bool> LogAuditor::HadRoot(merkle::TreeSize size, keys::ByteView root) {
  // Statements made close together mostly name the same size.
  if (!last_root_.has_value() || last_root_->first != size) {
    absl::StatusOr<merkle::NodeHash> had = log_.RootAt(size);
    if (!had.ok()) return had.status();
    last_root_ = std::make_pair(size, *had);
  }
  return last_root_->second.digest.ToBytes() == keys::AsText(root);
}

absl::Status LogAuditor::JudgeSeen(merkle::LeafIndex leaf, const v1::Seen& seen) {
  ++seen_;
  if (seen.tree_size() > merkle::ToInt(leaf)) {
    other_seen_.Add(leaf, absl::StrCat("its author had seen ", seen.tree_size(), " leaves"));
    return absl::OkStatus();
  }
  absl::StatusOr<bool> had =
      HadRoot(merkle::TreeSize{seen.tree_size()}, keys::AsBytes(seen.root_hash()));
  if (!had.ok()) return had.status();
  if (!*had) {
    other_seen_.Add(
        leaf, absl::StrCat("its author had seen another tree of ", seen.tree_size(),
                           " leaves, with the root ", keys::Hex(keys::AsBytes(seen.root_hash()))));
  }
  return absl::OkStatus();
}

absl::Status LogAuditor::JudgeTimeNote(merkle::LeafIndex leaf, const std::string& note) {
  ++time_notes_;
  const absl::StatusOr<note::OpenedCheckpoint> opened =
      note::OpenCheckpoint(keys::AsBytes(note), vkey_);
  if (!opened.ok()) {
    other_notes_.Add(leaf, opened.status().message());
    return absl::OkStatus();
  }
  const note::Checkpoint& checkpoint = opened->checkpoint;
  if (merkle::ToInt(checkpoint.size) > merkle::ToInt(leaf)) {
    other_notes_.Add(leaf, "its note is of a tree that came later");
    return absl::OkStatus();
  }
  absl::StatusOr<bool> had = HadRoot(checkpoint.size, checkpoint.root.digest.View());
  if (!had.ok()) return had.status();
  if (!*had) {
    other_notes_.Add(leaf, absl::StrCat("the log has signed another tree of ",
                                        merkle::ToInt(checkpoint.size), " leaves"));
  }
  return absl::OkStatus();
}

absl::Status LogAuditor::Judge(const ledger::ReplayStep& step) {
  ++leaves_;
  if (!step.malformed.ok()) {
    malformed_.Add(step.leaf, step.malformed.message());
    return absl::OkStatus();
  }
  if (step.refusal.has_value()) {
    const v1::Refusal& refusal = *step.refusal;
    Faults& faults = IsChainFault(refusal.reason()) ? chains_ : refused_;
    faults.Add(step.leaf,
               absl::StrCat(v1::RefusalReason_Name(refusal.reason()), ", ", refusal.message()));
  }
  const v1::Statement& said = step.statement->statement();
  if (merkle::ToInt(step.leaf) == 0 && said.has_genesis()) first_ = step.statement->id().digest;
  if (said.has_seen()) {
    if (absl::Status judged = JudgeSeen(step.leaf, said.seen()); !judged.ok()) return judged;
  }
  if (!said.has_witnessed()) return absl::OkStatus();
  return JudgeTimeNote(step.leaf, said.witnessed().note());
}

void LogAuditor::Say(absl::string_view id, absl::string_view sentence, const Faults& faults,
                     absl::string_view by, const absl::Status& ended, Examination& out) const {
  if (faults.count() > 0) return out.Fails(id, sentence, faults.Text());
  if (ended.ok()) return out.Holds(id, sentence, by);
  out.Skips(id, sentence,
            absl::StrCat("so far as leaf ", leaves_, " it holds; then: ", ended.message()));
}

void LogAuditor::SayGenesis(Examination& out) const {
  if (!options_.genesis.has_value()) {
    return out.Skips("genesis", kPinnedGenesis,
                     "no genesis digest is pinned: give it with --genesis. Who the parties are is "
                     "therefore not checked");
  }
  if (leaves_ == 0) return out.Skips("genesis", kPinnedGenesis, "no leaf could be read");
  if (first_ == options_.genesis) return out.Holds("genesis", kPinnedGenesis, first_->Hex());
  out.Fails("genesis", kPinnedGenesis,
            absl::StrCat(
                "pinned is ", options_.genesis->Hex(), "; leaf 0 ",
                first_.has_value() ? absl::StrCat("has the id ", first_->Hex()) : "is no Genesis"));
}

void LogAuditor::Conclude(const absl::Status& ended, const ledger::Replay& replay,
                          Examination& out) const {
  if (IsVerdict(ended)) {
    out.Fails("copy", kWholeCopy, ended.message());
  } else if (ended.ok()) {
    out.Holds("copy", kWholeCopy, absl::StrCat(leaves_, " leaves"));
  } else {
    out.Skips("copy", kWholeCopy, ended.message());
  }
  SayGenesis(out);
  Say("statements", kStatements, malformed_, "", ended, out);
  Say("rules", kRules, refused_, "", ended, out);
  Say("chains", kChains, chains_, "", ended, out);
  Say("seen", kSeen, other_seen_, absl::StrCat(seen_, " statements say so"), ended, out);
  Say("time-notes", kTimeNotes, other_notes_, absl::StrCat(time_notes_, " notes"), ended, out);
  if (!options_.policy.has_value() || !options_.policy->WantsWitnesses()) {
    out.Skips("witnessed", kWitnessed,
              options_.policy.has_value() ? "your policy asks for no witness (quorum none)"
                                          : "no policy was given with --policy",
              Weight::kBeside);
  } else if (options_.policy->IsSatisfiedBy(log_.opened().cosignatures)) {
    out.Holds("witnessed", kWitnessed);
  } else {
    out.Fails("witnessed", kWitnessed, "too few of the policy's witnesses have signed it");
  }
  const absl::StatusOr<keys::Digest> digest = ledger::StateDigest(replay.state());
  if (digest.ok()) {
    out.Says(absl::StrCat("state after ", merkle::ToInt(replay.size()), " leaves"), digest->Hex());
  }
}

std::string LostText(const v1::Predecessor& before) {
  std::vector<std::string> ranges;
  for (const v1::LostRange& lost : before.lost()) {
    ranges.push_back(absl::StrCat(lost.first(), " to ", lost.end() - 1));
  }
  return absl::StrJoin(ranges, ", ");
}

// What every verdict about a log says of the log itself: that it ended, and what it lost.
void SayStanding(const ledger::Replay& replay, Examination& out) {
  const absl::StatusOr<v1::LogStanding> standing = ledger::ReadLogStanding(replay.state());
  if (!standing.ok()) return;
  if (standing->has_frozen_at()) {
    const std::uint64_t end = standing->frozen_at() - standing->base() + 1;
    out.Says("frozen", absl::StrCat("with leaf ", end - 1, ", ",
                                    v1::FreezeReason_Name(standing->freeze_reason())));
    if (merkle::ToInt(replay.size()) == end) {
      out.Holds("ended", kEnded);
    } else {
      out.Fails("ended", kEnded,
                absl::StrCat("it has ", merkle::ToInt(replay.size()) - end,
                             " leaves behind it: `cairn log evidence --after-freeze` convicts it"));
    }
  }
  if (standing->evidence() > 0) {
    out.Says(
        "evidence published",
        absl::StrCat(standing->evidence(), " files, not judged here; see cairn log published"));
  }
  if (!standing->has_predecessor()) return;
  const v1::Predecessor& before = standing->predecessor();
  out.Says("goes on from",
           absl::StrCat(before.log_origin(), " after ", before.tree_size(), " leaves"));
  const std::uint64_t back = standing->relodged() - standing->relodged_unadmitted();
  if (before.lost().empty()) {
    out.Holds("loss", kNothingLost, "its Genesis admits no loss", Weight::kBeside);
  } else {
    out.Skips("loss", kNothingLost,
              absl::StrCat("leaves ", LostText(before), " were lost, as its Genesis admits; ", back,
                           " of them stand here again, of the others nothing is known"),
              Weight::kBeside);
  }
  if (standing->relodged_unadmitted() == 0) return;
  out.Fails("loss-admitted", kAllAdmitted,
            absl::StrCat(standing->relodged_unadmitted(),
                         " statements came back whose loss its Genesis does not admit"));
}

std::string HandoverText(const v1::HandoverState& state) {
  int same = 0;
  int differ = 0;
  int one_side = 0;
  for (const v1::ComparisonState& one : state.comparisons()) {
    same += one.agreement() == v1::AGREEMENT_SAME ? 1 : 0;
    differ += one.agreement() == v1::AGREEMENT_DIFFER ? 1 : 0;
    one_side += one.agreement() == v1::AGREEMENT_ONE_SIDE ? 1 : 0;
  }
  int overdue = 0;
  for (const v1::Matter& matter : state.outstanding()) overdue += matter.overdue() ? 1 : 0;
  const absl::string_view phase = state.phase() == v1::HANDOVER_PHASE_CLOSED     ? "closed"
                                  : state.phase() == v1::HANDOVER_PHASE_IN_FORCE ? "in force"
                                                                                 : "opened";
  return absl::StrCat(
      state.exercise() ? "exercise, " : "", phase, "; ", state.submitted_documents(), " of ",
      state.declared_documents(), " declared documents submitted; ", state.outstanding_size(),
      " matters outstanding, ", overdue, " of them overdue; reports: ", same,
      " computed the same by both sides, ", differ, " different, ", one_side, " by one side only");
}

void SayState(const ledger::Replay& replay, Examination& out) {
  const absl::StatusOr<std::vector<std::string>> parties = ledger::ListParties(replay.state());
  if (parties.ok()) out.Says("parties", absl::StrJoin(*parties, ", "));
  const auto handovers = ledger::ListHandovers(replay.state());
  if (!handovers.ok()) return;
  for (const statement::StatementId& id : *handovers) {
    const absl::StatusOr<v1::HandoverState> state =
        ledger::ReadHandover(replay.state(), id, replay.size());
    if (state.ok()) out.Says(absl::StrCat("handover ", state->name()), HandoverText(*state));
  }
}

}  // namespace

absl::StatusOr<LogAudit> AuditLog(mirror::Source& source, const keys::VerifierKey& log,
                                  const AuditOptions& options, OnAudited on_audited) {
  LogAudit audit;
  audit.found = {.name = source.Name(), .kind = "log", .claims = {}, .facts = {}};
  std::vector<keys::VerifierKey> witnesses;
  if (options.policy.has_value()) witnesses = options.policy->WitnessKeys();
  absl::StatusOr<keys::Bytes> note = mirror::FetchCheckpoint(source);
  if (!note.ok()) return note.status();
  absl::StatusOr<std::unique_ptr<mirror::LogReader>> reader =
      mirror::LogReader::Open(source, log, witnesses);
  if (!reader.ok() && !IsVerdict(reader.status())) return reader.status();
  if (!reader.ok()) {
    audit.found.Fails("log-signature", kSignedTree, reader.status().message());
    return audit;
  }
  const note::Checkpoint& checkpoint = (*reader)->checkpoint();
  const std::uint64_t total = merkle::ToInt(checkpoint.size);
  audit.found.Holds("log-signature", kSignedTree, absl::StrCat("signed with ", log.ToString()));
  audit.found.Says("log", checkpoint.origin);
  audit.found.Says("leaves", absl::StrCat(total));
  audit.found.Says("root", checkpoint.root.digest.Hex());

  LogAuditor auditor(**reader, log, options);
  const absl::Status ended = mirror::ReplayLog(**reader, (*reader)->size(), audit.replay,
                                               [&](const ledger::ReplayStep& step, keys::ByteView) {
                                                 on_audited(merkle::ToInt(step.leaf) + 1, total);
                                                 if (options.on_leaf) options.on_leaf(step);
                                                 return auditor.Judge(step);
                                               });
  auditor.Conclude(ended, audit.replay, audit.found);
  SayStanding(audit.replay, audit.found);
  SayState(audit.replay, audit.found);
  return audit;
}

}  // namespace cairn::dossier
