#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/said.h"

namespace cairn::ledger {
namespace {

using S = v1::Statement;

// What is somebody's word about content or ground, and so can be spoken against. Replies, proposals
// and contests are themselves part of a dispute.
constexpr S::BodyCase kContestable[] = {S::kTranscribe, S::kTransmit, S::kAcknowledge, S::kAssess,
                                        S::kFinding,    S::kLocate,   S::kIncident,    S::kClaim};
// What its author may correct. A receipt is none of it: who signed for bytes has signed.
constexpr S::BodyCase kCorrectable[] = {S::kTranscribe, S::kAssess,   S::kFinding, S::kLocate,
                                        S::kPropose,    S::kIncident, S::kClaim};

template <typename List>
bool Has(const List& list, const v1::SaidObject& said) {
  return std::any_of(std::begin(list), std::end(list),
                     [&](S::BodyCase body) { return IsSaid(said, body); });
}

Objection AlreadyRuled(const std::string& path, const v1::GivenRuling& ruling) {
  return Object(v1::REFUSAL_REASON_WRONG_STATE, path,
                absl::StrCat("The mediators ruled on it at leaf ", ruling.leaf(), ": ",
                             ruling.ruling() == v1::RULING_UPHELD ? "upheld." : "dismissed."),
                "A ruling is not made twice; what is new is said by a new statement.");
}

// Whether a ruling could take effect on it now.
Verdict CheckCanBeRuled(Step& step, const v1::Rule& body, v1::SaidObject& said) {
  if (Verdict no = FindStanding(step, body.statement(), "rule.statement", said)) return no;
  bool replied = false;
  if (IsSaid(said, S::kFinding)) {
    const auto finding =
        step.Get<v1::FindingObject>(FindingKey(step.handover(), keys::AsBytes(body.statement())));
    replied = finding.has_value() && IsContestedByReply(*finding);
  }
  if (const v1::GivenRuling* ruling = SettlingRuling(said)) {
    return AlreadyRuled("rule.statement", *ruling);
  }
  if (said.rulings_size() >= kMaxRulings) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "rule.statement",
                  absl::StrCat("It was left undecided ", kMaxRulings, " times."),
                  "Nothing more can be ruled on it.");
  }
  if (IsContested(said, replied)) return std::nullopt;
  return Object(v1::REFUSAL_REASON_WRONG_STATE, "rule.statement",
                "Nobody contests the statement; there is nothing to rule on.",
                "Rule on a statement that a party has contested, by Contest or by its reply.");
}

Verdict CheckIsAuthors(const Step& step, const v1::SaidObject& said, const std::string& path) {
  if (said.author() == step.actor()) return std::nullopt;
  return Object(
      v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
      absl::StrCat("The statement at ", path, " is the word of ", Quoted(said.author()), "."),
      "A party corrects and withdraws its own word only; others contest it.");
}

// Marks what stands inside another object: the contest on its target, the reply on its finding.
void EndInside(Step& step, absl::string_view id, const v1::SaidObject& said) {
  if (IsSaid(said, S::kContest)) {
    v1::SaidObject target = GetSaid(step, said.about()).value_or(v1::SaidObject());
    for (v1::GivenContest& contest : *target.mutable_contests()) {
      if (contest.statement() == id) contest.set_withdrawn_at(step.leaf());
    }
    PutBackSaid(step, said.about(), target);
  }
  if (IsSaid(said, S::kReply)) {
    const std::string key = FindingKey(step.handover(), keys::AsBytes(said.about()));
    v1::FindingObject finding = step.Get<v1::FindingObject>(key).value_or(v1::FindingObject());
    for (v1::GivenReply& reply : *finding.mutable_replies()) {
      if (reply.statement() == id) reply.set_withdrawn_at(step.leaf());
    }
    step.Put(key, finding);
  }
}

Verdict CheckConcession(Step& step, absl::string_view id, const v1::SaidObject& said) {
  if (!IsSaid(said, S::kReply)) return std::nullopt;
  const auto finding =
      step.Get<v1::FindingObject>(FindingKey(step.handover(), keys::AsBytes(said.about())));
  if (!finding.has_value()) return std::nullopt;
  for (const v1::GivenReply& reply : finding->replies()) {
    if (reply.statement() != id || reply.kind() != v1::REPLY_KIND_CONCEDES) continue;
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "withdraw.statement",
                  "A concession is not taken back.",
                  "What is right instead is said by a supplement to the record.");
  }
  return std::nullopt;
}

}  // namespace

Verdict FoldContest(Step& step) {
  const v1::Contest& body = step.statement().contest();
  v1::SaidObject said;
  if (Verdict no = FindStanding(step, body.statement(), "contest.statement", said)) return no;
  if (!Has(kContestable, said)) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "contest.statement",
                  absl::StrCat("A statement \"", SaidName(said), "\" is not contested."),
                  "Contest a transcription, receipt, assessment, finding, location, incident or "
                  "claim.");
  }
  if (said.author() == step.actor()) {
    return Object(v1::REFUSAL_REASON_NOT_ENTITLED, "actor", "It is the party's own word.",
                  "Supersede or withdraw it.");
  }
  if (MaybeComplaint complaint = CheckChosen(body.reason())) {
    return FieldObjection("contest.reason", *complaint);
  }
  if (body.has_text()) {
    if (MaybeComplaint complaint = CheckAnnex(body.text())) {
      return FieldObjection("contest.text", *complaint);
    }
  }
  if (const v1::GivenContest* before = StandingContest(said, step.actor())) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "contest.statement",
                  absl::StrCat("The party contests it since leaf ", before->leaf(), "."),
                  "Nothing is left to do; withdraw that contest to give another reason.");
  }
  if (const v1::GivenRuling* ruling = SettlingRuling(said)) {
    return AlreadyRuled("contest.statement", *ruling);
  }
  if (said.contests_size() >= kMaxContests) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "contest.statement",
                  absl::StrCat("It was contested ", kMaxContests, " times."),
                  "Leave it to the mediators.");
  }
  v1::GivenContest& contest = *said.add_contests();
  contest.set_statement(step.id());
  contest.set_party(step.actor());
  contest.set_leaf(step.leaf());
  contest.set_reason(body.reason());
  if (body.has_text()) *contest.mutable_text() = body.text();
  PutBackSaid(step, body.statement(), said);
  PutSaid(step, body.statement());
  return std::nullopt;
}

Verdict FoldRule(Step& step) {
  const v1::Rule& body = step.statement().rule();
  v1::SaidObject said;
  if (Verdict no = CheckCanBeRuled(step, body, said)) return no;
  if (said.author() == step.actor()) {
    return Object(v1::REFUSAL_REASON_NOT_ENTITLED, "actor", "It is the mediator's own word.",
                  "Leave the ruling to the other mediators.");
  }
  if (MaybeComplaint complaint = CheckChosen(body.ruling())) {
    return FieldObjection("rule.ruling", *complaint);
  }
  if (body.has_text()) {
    if (MaybeComplaint complaint = CheckAnnex(body.text())) {
      return FieldObjection("rule.text", *complaint);
    }
  }
  return FoldThresholdAct(step, Quorum::kMediators);
}

Verdict TakeEffectRule(Step& step, absl::string_view id, const v1::Rule& act) {
  v1::SaidObject said;
  if (Verdict no = CheckCanBeRuled(step, act, said)) return no;
  v1::GivenRuling& ruling = *said.add_rulings();
  ruling.set_statement(std::string(id));
  ruling.set_leaf(step.leaf());
  ruling.set_ruling(act.ruling());
  if (act.has_text()) *ruling.mutable_text() = act.text();
  PutBackSaid(step, act.statement(), said);
  return std::nullopt;
}

Verdict FoldSupersede(Step& step) {
  const v1::Supersede& body = step.statement().supersede();
  v1::SaidObject old;
  if (Verdict no = FindStanding(step, body.statement(), "supersede.statement", old)) return no;
  if (Verdict no = CheckIsAuthors(step, old, "supersede.statement")) return no;
  if (!Has(kCorrectable, old)) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "supersede.statement",
                  absl::StrCat("A statement \"", SaidName(old), "\" is not superseded."),
                  "A receipt stands; to a finding another reply may follow; a contest can be "
                  "withdrawn.");
  }
  v1::SaidObject now;
  if (Verdict no = FindStanding(step, body.by(), "supersede.by", now)) return no;
  if (Verdict no = CheckIsAuthors(step, now, "supersede.by")) return no;
  if (now.body() != old.body() || now.leaf() <= old.leaf()) {
    return FieldObjection(
        "supersede.by",
        {now.body() == old.body() ? "it is not later than the statement that it replaces"
                                  : absl::StrCat("it is a \"", SaidName(now),
                                                 "\", the old one a \"", SaidName(old), "\""),
         "Name the later statement of the same kind that says it now."});
  }
  old.set_ended_at(step.leaf());
  old.set_superseded_by(body.by());
  PutBackSaid(step, body.statement(), old);
  return std::nullopt;
}

Verdict FoldWithdraw(Step& step) {
  const v1::Withdraw& body = step.statement().withdraw();
  v1::SaidObject said;
  if (Verdict no = FindStanding(step, body.statement(), "withdraw.statement", said)) return no;
  if (Verdict no = CheckIsAuthors(step, said, "withdraw.statement")) return no;
  if (!Has(kCorrectable, said) && !IsSaid(said, S::kReply) && !IsSaid(said, S::kContest)) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "withdraw.statement",
                  absl::StrCat("A statement \"", SaidName(said), "\" is not withdrawn."),
                  "A receipt stands.");
  }
  if (Verdict no = CheckConcession(step, body.statement(), said)) return no;
  EndInside(step, body.statement(), said);
  said.set_ended_at(step.leaf());
  PutBackSaid(step, body.statement(), said);
  return std::nullopt;
}

}  // namespace cairn::ledger
