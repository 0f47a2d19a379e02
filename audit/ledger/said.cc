#include "audit/ledger/said.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "audit/ledger/keys.h"
#include "keys/digest.h"

namespace cairn::ledger {
namespace {

constexpr std::uint32_t kKeptSince = 2;  // Fold version.

keys::Bytes SameDigest(const Step& step, absl::string_view body) {
  return keys::Sha256(keys::AsBytes(absl::StrCat("cairn/same/v1", step.actor(),
                                                 absl::string_view("\0", 1), body)))
      .ToBytes();
}

}  // namespace

void PutSaid(Step& step, absl::string_view about) {
  if (step.log().fold_version() < kKeptSince) return;
  v1::SaidObject said;
  said.set_author(step.actor());
  said.set_leaf(step.leaf());
  said.set_body(static_cast<std::uint32_t>(step.statement().body_case()));
  said.set_about(std::string(about));
  step.Put(WordKey(step.handover(), keys::AsBytes(step.id())), said);
}

std::optional<v1::SaidObject> GetSaid(Step& step, absl::string_view id) {
  auto said = step.Get<v1::SaidObject>(SaidKey(step.handover(), keys::AsBytes(id)));
  if (said.has_value()) return said;
  return step.Get<v1::SaidObject>(WordKey(step.handover(), keys::AsBytes(id)));
}

Verdict FindSaid(Step& step, absl::string_view id, const std::string& path, v1::SaidObject& said) {
  if (MaybeComplaint complaint = CheckDigest(id)) return FieldObjection(path, *complaint);
  auto found = GetSaid(step, id);
  if (!found.has_value()) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, path,
                  absl::StrCat("This handover has no statement ", Short(id),
                               " that anything could be said about."),
                  "Give the id of a transcription, receipt, assessment, finding, reply, location, "
                  "proposal, incident, claim or contest of this handover.");
  }
  said = *std::move(found);
  return std::nullopt;
}

Verdict FindStanding(Step& step, absl::string_view id, const std::string& path,
                     v1::SaidObject& said) {
  if (Verdict no = FindSaid(step, id, path, said)) return no;
  if (!said.has_ended_at()) return std::nullopt;
  return Object(
      v1::REFUSAL_REASON_WRONG_STATE, path,
      absl::StrCat("Its author ", said.superseded_by().empty() ? "withdrew" : "superseded",
                   " it at leaf ", said.ended_at(), "."),
      said.superseded_by().empty()
          ? "It stands no more; nothing is left to say about it."
          : absl::StrCat("Name what stands in its place: ", Short(said.superseded_by()), "."));
}

void PutBackSaid(Step& step, absl::string_view id, const v1::SaidObject& said) {
  step.Put(SaidKey(step.handover(), keys::AsBytes(id)), said);
  if (step.Has(WordKey(step.handover(), keys::AsBytes(id)))) {
    step.Remove(WordKey(step.handover(), keys::AsBytes(id)));
  }
}

std::string SaidName(const v1::SaidObject& said) {
  const auto* field = v1::Statement::descriptor()->FindFieldByNumber(static_cast<int>(said.body()));
  return field == nullptr ? "" : field->name();
}

bool IsSaid(const v1::SaidObject& said, v1::Statement::BodyCase body) {
  return said.body() == static_cast<std::uint32_t>(body);
}

const v1::GivenContest* StandingContest(const v1::SaidObject& said, absl::string_view party) {
  for (const v1::GivenContest& contest : said.contests()) {
    if (contest.party() == party && !contest.has_withdrawn_at()) return &contest;
  }
  return nullptr;
}

bool IsContested(const v1::SaidObject& said, bool replied) {
  return replied || std::any_of(said.contests().begin(), said.contests().end(),
                                [](const auto& contest) { return !contest.has_withdrawn_at(); });
}

const v1::GivenRuling* SettlingRuling(const v1::SaidObject& said) {
  if (said.rulings().empty()) return nullptr;
  const v1::GivenRuling& newest = said.rulings(said.rulings_size() - 1);
  return newest.ruling() == v1::RULING_UNDECIDED ? nullptr : &newest;
}

bool IsContestedByReply(const v1::FindingObject& finding) {
  std::map<std::string, bool> contests;
  for (const v1::GivenReply& reply : finding.replies()) {
    if (reply.has_withdrawn_at()) continue;
    if (reply.kind() == v1::REPLY_KIND_CONTESTS) contests[reply.party()] = true;
    if (reply.kind() == v1::REPLY_KIND_CONCEDES) contests[reply.party()] = false;
  }
  return std::any_of(contests.begin(), contests.end(), [](const auto& one) { return one.second; });
}

Verdict CheckNotSaidBefore(Step& step, absl::string_view body, const std::string& path) {
  const auto same =
      step.Get<v1::SameObject>(SameKey(step.handover(), keys::AsBytes(SameDigest(step, body))));
  if (!same.has_value()) return std::nullopt;
  const auto said = GetSaid(step, same->statement());
  if (!said.has_value() || said->has_ended_at()) return std::nullopt;
  return Object(v1::REFUSAL_REASON_WRONG_STATE, path,
                absl::StrCat(Quoted(step.actor()), " has said this at leaf ", said->leaf(),
                             ", and it stands."),
                "Nothing is left to do; to say it otherwise, make the new statement and supersede "
                "the old one.");
}

void PutSame(Step& step, absl::string_view body) {
  v1::SameObject same;
  same.set_statement(step.id());
  step.Put(SameKey(step.handover(), keys::AsBytes(SameDigest(step, body))), same);
}

}  // namespace cairn::ledger
