#include "audit/completeness/ground.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/handover_checks.h"
#include "audit/completeness/summary.h"

namespace cairn::completeness {
namespace {

using RecordName = std::pair<std::string, std::string>;  // Package digest, commitment.

void AddOnce(const std::string& name, google::protobuf::RepeatedPtrField<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) *names.Add() = name;
}

// A value of the record's place, ordnance or layout that the holding party has changed by a
// supplement, in a package behind `leaf`. A gap that was filled takes nothing back.
bool WasChangedAfter(const v1::Report& report, const v1::RecordRef& record, std::uint64_t leaf) {
  return std::any_of(
      report.supplements().begin(), report.supplements().end(),
      [&](const v1::SupplementResult& one) {
        const std::string& field = one.field();
        return one.outcome() == v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE &&
               one.record().package() == record.package() &&
               one.record().record() == record.record() &&
               report.packages(static_cast<int>(one.package())).leaf_index() > leaf &&
               (absl::StartsWith(field, "where.") || absl::StartsWith(field, "what.") ||
                absl::StartsWith(field, "layout."));
      });
}

// The state that one finding alone would give.
v1::FindingState StateOfOne(const v1::Report& report, const v1::RecordRef& record,
                            const v1::FactFinding& fact) {
  const v1::FindingKind kind = fact.finding().kind();
  if (kind == v1::FINDING_KIND_CONFIRMS) {
    return fact.standing() == v1::FINDING_STANDING_CONTESTED ? v1::FINDING_STATE_OPEN
                                                             : v1::FINDING_STATE_CONFIRMED;
  }
  const bool disproof = kind == v1::FINDING_KIND_FIELD_DISPROOF;
  const bool stands = fact.standing() == v1::FINDING_STANDING_STANDS;
  if ((stands || !disproof) && WasChangedAfter(report, record, fact.leaf())) {
    return v1::FINDING_STATE_SUPPLEMENTED;
  }
  if (!disproof) return v1::FINDING_STATE_OPEN;
  switch (fact.standing()) {
    case v1::FINDING_STANDING_STANDS:
      return v1::FINDING_STATE_DISPROVED;
    case v1::FINDING_STANDING_CONTESTED:
    case v1::FINDING_STANDING_UNDECIDED:
      return v1::FINDING_STATE_DISPROOF_CONTESTED;
    case v1::FINDING_STANDING_UNANSWERED:
      return v1::FINDING_STATE_DISPROOF_UNANSWERED;
    default:
      return v1::FINDING_STATE_DISPROOF_CLAIMED;
  }
}

// Which of two states a record with both has: what was decided before what is claimed, and what is
// in dispute before what nobody disputes.
int Weight(v1::FindingState state) {
  switch (state) {
    case v1::FINDING_STATE_DISPROVED:
      return 7;
    case v1::FINDING_STATE_DISPROOF_CONTESTED:
      return 6;
    case v1::FINDING_STATE_DISPROOF_UNANSWERED:
      return 5;
    case v1::FINDING_STATE_DISPROOF_CLAIMED:
      return 4;
    case v1::FINDING_STATE_SUPPLEMENTED:
      return 3;
    case v1::FINDING_STATE_OPEN:
      return 2;
    case v1::FINDING_STATE_CONFIRMED:
      return 1;
    default:
      return 0;
  }
}

bool SpeaksStill(v1::FindingStanding standing) {
  return standing != v1::FINDING_STANDING_WITHDRAWN && standing != v1::FINDING_STANDING_DISMISSED;
}

void NameContesters(const v1::FactFinding& fact, v1::RecordResult& record) {
  for (const v1::FactReply& reply : fact.replies()) {
    if (reply.kind() == v1::REPLY_KIND_CONTESTS) {
      AddOnce(reply.party(), *record.mutable_contested_by());
    }
  }
  for (const v1::FactContest& contest : fact.dispute().contests()) {
    AddOnce(contest.party(), *record.mutable_contested_by());
  }
}

void TakeUpFinding(const v1::Report& report, const v1::FactFinding& fact,
                   v1::RecordResult& record) {
  record.add_finding_leaves(fact.leaf());
  const v1::FindingState state = StateOfOne(report, record.at(), fact);
  if (Weight(state) < Weight(record.finding())) return;
  if (state != record.finding()) {
    record.clear_found_by();
    record.clear_contested_by();
    record.clear_unanswered_since_ms();
    record.clear_basis();
    record.set_finding(state);
  }
  AddOnce(fact.author(), *record.mutable_found_by());
  if (state == v1::FINDING_STATE_DISPROOF_CONTESTED) NameContesters(fact, record);
  if (state == v1::FINDING_STATE_DISPROOF_UNANSWERED && fact.has_due_ms() &&
      !record.has_unanswered_since_ms()) {
    record.set_unanswered_since_ms(fact.due_ms());
  }
  // Several bases: the holding party's own word first, then the mediators', then the finder's.
  const bool stronger =
      record.basis() == v1::FINDING_BASIS_UNSPECIFIED || fact.basis() < record.basis();
  if (state == v1::FINDING_STATE_DISPROVED && stronger) record.set_basis(fact.basis());
}

void SumUpFindings(v1::Report& report) {
  std::map<std::pair<int, int>, v1::ClassSummary> rows;
  for (const v1::RecordResult& record : report.records()) {
    if (record.finding() == v1::FINDING_STATE_UNSPECIFIED) continue;
    AddRecord(record, rows[{record.finding(), record.basis()}]);
  }
  for (auto& [key, classes] : rows) {
    v1::FindingRow& row = *report.mutable_handover_level()->add_findings();
    row.set_state(static_cast<v1::FindingState>(key.first));
    row.set_basis(static_cast<v1::FindingBasis>(key.second));
    *row.mutable_classes() = std::move(classes);
  }
}

bool WasConfirmedAfter(const v1::Report& report, const v1::RecordRef& record, std::uint64_t leaf) {
  return std::any_of(report.supplements().begin(), report.supplements().end(),
                     [&](const v1::SupplementResult& one) {
                       return one.outcome() == v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE &&
                              one.reason() == v1::SUPPLEMENT_REASON_CONFIRMS_PROPOSAL &&
                              one.record().package() == record.package() &&
                              one.record().record() == record.record() &&
                              report.packages(static_cast<int>(one.package())).leaf_index() > leaf;
                     });
}

// Casualties of a band: at least, at most; no upper end of the last one.
std::pair<std::uint64_t, std::optional<std::uint64_t>> Casualties(v1::CasualtyBand band) {
  switch (band) {
    case v1::CASUALTY_BAND_ONE:
      return {1, 1};
    case v1::CASUALTY_BAND_TWO_TO_FOUR:
      return {2, 4};
    case v1::CASUALTY_BAND_FIVE_OR_MORE:
      return {5, std::nullopt};
    default:
      return {0, 0};
  }
}

void CountIncident(v1::IncidentPosition position, v1::IncidentRow& row) {
  row.set_incidents(row.incidents() + 1);
  if (position == v1::INCIDENT_POSITION_INSIDE) row.set_inside(row.inside() + 1);
  if (position == v1::INCIDENT_POSITION_NEAR) row.set_near(row.near() + 1);
  if (position == v1::INCIDENT_POSITION_OUTSIDE) row.set_outside(row.outside() + 1);
}

// Whether documents of the area had been delivered before the leaf.
bool WasDelivered(const v1::HandoverFacts& facts, const std::string& area, std::uint64_t leaf) {
  for (const v1::FactSubmission& submission : facts.submissions()) {
    if (submission.leaf() > leaf || !DeliversDocuments(submission.kind())) continue;
    for (const v1::SubmissionRow& row : submission.rows()) {
      if (row.area() == area && row.documents() > 0) return true;
    }
  }
  return false;
}

void AddCasualties(v1::CasualtyBand band, v1::IncidentSummary& out) {
  const auto [least, most] = Casualties(band);
  out.set_casualties_at_least(out.casualties_at_least() + least);
  if (!out.has_casualties_at_most()) return;
  if (most.has_value()) {
    out.set_casualties_at_most(out.casualties_at_most() + *most);
  } else {
    out.clear_casualties_at_most();
  }
}

}  // namespace

void FillIncidents(const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  v1::IncidentSummary summary;
  summary.set_casualties_at_most(0);
  std::map<std::string, v1::IncidentRow> rows;
  for (const v1::FactIncident& fact : facts.incidents()) {
    if (fact.dispute().has_ended_at() || fact.dispute().ruling() == v1::RULING_DISMISSED) continue;
    CountIncident(fact.position(), *summary.mutable_total());
    CountIncident(fact.position(), rows[fact.area()]);
    AddCasualties(fact.casualties(), summary);
    if (fact.position() != v1::INCIDENT_POSITION_OUTSIDE) continue;
    if (WasDelivered(facts, fact.area(), fact.leaf())) {
      summary.set_outside_with_records(summary.outside_with_records() + 1);
    } else {
      summary.set_outside_without_records(summary.outside_without_records() + 1);
    }
  }
  if (rows.empty()) return;
  for (const v1::AreaRow& area : out.areas()) {
    const auto found = rows.find(area.area());
    if (found == rows.end()) continue;
    v1::IncidentRow& row = *summary.add_areas();
    row = found->second;
    row.set_area(area.area());
    row.set_delivered(area.delivered() > 0);
    if (row.delivered()) {
      summary.set_outside_with_records_now(summary.outside_with_records_now() + row.outside());
    } else {
      summary.set_outside_without_records_now(summary.outside_without_records_now() +
                                              row.outside());
    }
  }
  *out.mutable_incidents() = std::move(summary);
}

void JudgeGround(const v1::HandoverFacts& facts, v1::Report& report) {
  if (facts.findings().empty() && facts.locations().empty() && facts.proposals().empty()) return;
  std::map<RecordName, int> places;
  for (int i = 0; i < report.records_size(); ++i) {
    const v1::RecordResult& record = report.records(i);
    const v1::AssessedPackage& package = report.packages(static_cast<int>(record.at().package()));
    places.emplace(RecordName(package.digest(), record.commitment()), i);
  }
  const auto find = [&](const std::string& package, const std::string& commitment) {
    const auto found = places.find(RecordName(package, commitment));
    return found == places.end() ? nullptr : report.mutable_records(found->second);
  };
  v1::HandoverResult& handover = *report.mutable_handover_level();
  for (const v1::FactFinding& fact : facts.findings()) {
    if (!SpeaksStill(fact.standing())) continue;
    if (fact.finding().kind() == v1::FINDING_KIND_UNRECORDED) {
      handover.set_unrecorded_findings(handover.unrecorded_findings() + 1);
    } else if (v1::RecordResult* record =
                   find(fact.finding().package(), fact.finding().record_commitment())) {
      TakeUpFinding(report, fact, *record);
    } else {
      handover.set_findings_elsewhere(handover.findings_elsewhere() + 1);
    }
  }
  SumUpFindings(report);
  for (const v1::FactLocation& fact : facts.locations()) {
    v1::RecordResult* record = find(fact.package(), fact.record_commitment());
    const bool stands =
        !fact.dispute().has_ended_at() && fact.dispute().ruling() != v1::RULING_DISMISSED;
    if (record != nullptr && stands) record->set_located(true);
  }
  for (const v1::FactProposal& fact : facts.proposals()) {
    v1::ProposalRow& row = *handover.add_proposals();
    row.set_leaf(fact.leaf());
    row.set_kind(fact.kind());
    const v1::RecordResult* record = find(fact.package(), fact.record_commitment());
    if (record != nullptr) *row.mutable_record() = record->at();
    row.set_outcome(record == nullptr               ? v1::PROPOSAL_OUTCOME_NO_SUCH_RECORD
                    : fact.dispute().has_ended_at() ? v1::PROPOSAL_OUTCOME_TAKEN_BACK
                    : WasConfirmedAfter(report, record->at(), fact.leaf())
                        ? v1::PROPOSAL_OUTCOME_CONFIRMED
                        : v1::PROPOSAL_OUTCOME_OPEN);
  }
}

}  // namespace cairn::completeness
