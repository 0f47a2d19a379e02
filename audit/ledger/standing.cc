#include "audit/ledger/standing.h"

#include <algorithm>

#include "audit/ledger/bodies.h"
#include "audit/ledger/read.h"
#include "audit/ledger/said.h"

namespace cairn::ledger {
namespace {

bool IsConceded(const v1::FindingObject& finding) {
  return std::any_of(finding.replies().begin(), finding.replies().end(), [](const auto& reply) {
    return reply.kind() == v1::REPLY_KIND_CONCEDES && !reply.has_withdrawn_at();
  });
}

bool NeedsNoAnswer(v1::FindingKind kind) {
  return kind == v1::FINDING_KIND_CONFIRMS || kind == v1::FINDING_KIND_PARTLY_CONFIRMS;
}

v1::FindingBasis BasisOf(const HandoverMatter& matter, const FindingMatter& finding,
                         const v1::GivenRuling* newest, bool contested) {
  // Several holding parties may answer for what came outside: one's concession does not bind
  // another that contests.
  if (IsConceded(finding.finding) && !contested) return v1::FINDING_BASIS_CONCEDED;
  if (newest != nullptr) {
    return newest->ruling() == v1::RULING_UPHELD ? v1::FINDING_BASIS_RULING
                                                 : v1::FINDING_BASIS_UNSPECIFIED;
  }
  return HasRole(matter.charter.charter(), finding.finding.author(), v1::CHARTER_ROLE_FINDER)
             ? v1::FINDING_BASIS_ACCEPTED_FINDER
             : v1::FINDING_BASIS_UNSPECIFIED;
}

}  // namespace

std::vector<std::string> HoldersOf(const HandoverMatter& matter, const v1::Finding& finding) {
  std::string author;
  for (const PackageMatter& package : matter.packages) {
    if (package.package.submission().digest() == finding.package()) {
      author = package.package.author();
    }
  }
  std::vector<std::string> holders;
  const v1::Charter& charter = matter.charter.charter();
  for (const v1::CharterParty& named : charter.parties()) {
    if (IsConcerned(charter, named.party(), author)) holders.push_back(named.party());
  }
  return holders;
}

Standing StandingOf(const HandoverMatter& matter, const FindingMatter& finding) {
  const v1::SaidObject none;
  const SaidMatter* known = matter.FindSaid(finding.id);
  const v1::SaidObject& said = known == nullptr ? none : known->said;
  const v1::GivenRuling* newest =
      said.rulings().empty() ? nullptr : &said.rulings(said.rulings_size() - 1);
  const bool by_reply = IsContestedByReply(finding.finding);
  const bool contested = IsContested(said, by_reply);

  Standing out;
  out.due_ms = matter.timeline.DueAfter(finding.finding.leaf(),
                                        matter.charter.charter().terms().finding_answer_ms());
  const bool over = out.due_ms.has_value() && matter.timeline.IsOver(*out.due_ms);
  out.basis = BasisOf(matter, finding, newest, by_reply);
  if (said.has_ended_at()) {
    out.standing = v1::FINDING_STANDING_WITHDRAWN;
  } else if (newest != nullptr && newest->ruling() == v1::RULING_DISMISSED) {
    out.standing = v1::FINDING_STANDING_DISMISSED;
  } else if (out.basis != v1::FINDING_BASIS_UNSPECIFIED) {
    out.standing = over ? v1::FINDING_STANDING_STANDS : v1::FINDING_STANDING_PENDING;
  } else if (newest != nullptr) {
    out.standing = v1::FINDING_STANDING_UNDECIDED;
  } else if (contested) {
    out.standing = v1::FINDING_STANDING_CONTESTED;
  } else if (NeedsNoAnswer(finding.finding.finding().kind())) {
    out.standing = v1::FINDING_STANDING_NOTED;
  } else {
    out.standing = over ? v1::FINDING_STANDING_UNANSWERED : v1::FINDING_STANDING_PENDING;
  }
  if (out.standing == v1::FINDING_STANDING_WITHDRAWN ||
      out.standing == v1::FINDING_STANDING_DISMISSED) {
    out.basis = v1::FINDING_BASIS_UNSPECIFIED;
  }
  return out;
}

bool IsOpenDispute(const HandoverMatter& matter, const SaidMatter& said) {
  if (said.said.has_ended_at() || SettlingRuling(said.said) != nullptr) return false;
  const FindingMatter* finding = matter.FindFinding(said.id);
  return IsContested(said.said, finding != nullptr && IsContestedByReply(finding->finding));
}

}  // namespace cairn::ledger
