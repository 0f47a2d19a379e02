#include "audit/ledger/facts_ground.h"

#include "audit/ledger/said.h"
#include "audit/ledger/standing.h"

namespace cairn::ledger {
namespace {

void AddFindings(const HandoverMatter& matter, v1::HandoverFacts& facts) {
  for (const FindingMatter& found : matter.findings) {
    v1::FactFinding& fact = *facts.add_findings();
    fact.set_statement(found.id);
    fact.set_leaf(found.finding.leaf());
    fact.set_author(found.finding.author());
    *fact.mutable_finding() = found.finding.finding();
    const Standing standing = StandingOf(matter, found);
    fact.set_standing(standing.standing);
    fact.set_basis(standing.basis);
    if (standing.due_ms.has_value()) fact.set_due_ms(*standing.due_ms);
    for (const v1::GivenReply& reply : found.finding.replies()) {
      if (reply.has_withdrawn_at()) continue;
      v1::FactReply& given = *fact.add_replies();
      given.set_leaf(reply.leaf());
      given.set_party(reply.party());
      given.set_kind(reply.kind());
      given.set_late(standing.due_ms.has_value() &&
                     matter.timeline.IsLate(reply.leaf(), *standing.due_ms));
    }
    AddDispute(matter, found.id, fact);
  }
}

}  // namespace

bool FillDispute(const HandoverMatter& matter, absl::string_view id, v1::FactDispute& out) {
  const SaidMatter* known = matter.FindSaid(id);
  if (known == nullptr) return false;
  const v1::SaidObject& said = known->said;
  for (const v1::GivenContest& contest : said.contests()) {
    if (contest.has_withdrawn_at()) continue;
    v1::FactContest& given = *out.add_contests();
    given.set_leaf(contest.leaf());
    given.set_party(contest.party());
    given.set_reason(contest.reason());
  }
  if (!said.rulings().empty()) {
    const v1::GivenRuling& newest = said.rulings(said.rulings_size() - 1);
    out.set_ruling(newest.ruling());
    out.set_ruled_at(newest.leaf());
  }
  if (said.has_ended_at()) {
    out.set_ended_at(said.ended_at());
    out.set_superseded_by(said.superseded_by());
  }
  return !out.contests().empty() || !said.rulings().empty() || said.has_ended_at();
}

void AddGround(const HandoverMatter& matter, v1::HandoverFacts& facts) {
  AddFindings(matter, facts);
  for (const LocationMatter& located : matter.locations) {
    v1::FactLocation& fact = *facts.add_locations();
    fact.set_statement(located.id);
    fact.set_leaf(located.location.leaf());
    fact.set_author(located.location.author());
    fact.set_package(located.location.location().package());
    fact.set_record_commitment(located.location.location().record_commitment());
    AddDispute(matter, located.id, fact);
  }
  for (const ProposalMatter& proposed : matter.proposals) {
    v1::FactProposal& fact = *facts.add_proposals();
    fact.set_statement(proposed.id);
    fact.set_leaf(proposed.proposal.leaf());
    fact.set_author(proposed.proposal.author());
    fact.set_package(proposed.proposal.proposal().package());
    fact.set_record_commitment(proposed.proposal.proposal().record_commitment());
    fact.set_kind(proposed.proposal.proposal().kind());
    AddDispute(matter, proposed.id, fact);
  }
  for (const IncidentMatter& happened : matter.incidents) {
    const v1::Incident& incident = happened.incident.incident();
    v1::FactIncident& fact = *facts.add_incidents();
    fact.set_statement(happened.id);
    fact.set_leaf(happened.incident.leaf());
    fact.set_author(happened.incident.author());
    fact.set_area(incident.area());
    fact.set_year(incident.year());
    fact.set_month(incident.month());
    fact.set_casualties(incident.casualties());
    fact.set_device(incident.device());
    fact.set_position(incident.position());
    AddDispute(matter, happened.id, fact);
  }
}

}  // namespace cairn::ledger
