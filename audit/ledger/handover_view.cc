#include "audit/ledger/handover_view.h"

#include <algorithm>
#include <set>
#include <utility>

#include "audit/ledger/counting.h"
#include "audit/ledger/coverage.h"
#include "audit/ledger/matter.h"
#include "audit/ledger/read.h"
#include "audit/ledger/said.h"
#include "audit/ledger/standing.h"

namespace cairn::ledger {
namespace {

v1::HandoverPhase PhaseOfHandover(const v1::HandoverObject& handover) {
  if (handover.has_closed_at()) return v1::HANDOVER_PHASE_CLOSED;
  if (handover.has_in_force_since()) return v1::HANDOVER_PHASE_IN_FORCE;
  return v1::HANDOVER_PHASE_OPENED;
}

v1::Agreement AgreementOf(const v1::Charter& charter, const v1::ComparisonObject& comparison) {
  bool holding = false;
  bool receiving = false;
  const v1::AnnexRef& first = comparison.reports(0).report();
  for (const v1::ComparedReport& report : comparison.reports()) {
    if (report.report().digest() != first.digest() || report.report().size() != first.size()) {
      return v1::AGREEMENT_DIFFER;
    }
    holding = holding || HasRole(charter, report.party(), v1::CHARTER_ROLE_HOLDING);
    receiving = receiving || HasRole(charter, report.party(), v1::CHARTER_ROLE_RECEIVING);
  }
  return holding && receiving ? v1::AGREEMENT_SAME : v1::AGREEMENT_ONE_SIDE;
}

// An assessment that its author withdrew or superseded is compared with none.
v1::ComparisonObject WithoutWithdrawn(const HandoverMatter& matter,
                                      const v1::ComparisonObject& comparison) {
  v1::ComparisonObject standing;
  for (const v1::ComparedReport& report : comparison.reports()) {
    const SaidMatter* said = matter.FindSaid(report.assessment());
    if (said == nullptr || !said->said.has_ended_at()) *standing.add_reports() = report;
  }
  return standing;
}

void AddDisputes(const HandoverMatter& matter, v1::HandoverState& state) {
  for (const keys::Bytes& id : matter.said_order) {
    const SaidMatter& said = matter.said.at(id);
    const bool open = IsOpenDispute(matter, said);
    if (!open && said.said.contests().empty() && said.said.rulings().empty()) continue;
    v1::DisputeState& dispute = *state.add_disputes();
    dispute.set_statement(id);
    dispute.set_act(SaidName(said.said));
    *dispute.mutable_said() = said.said;
    dispute.set_open(open);
  }
}

void AddComparisons(const HandoverMatter& matter, v1::HandoverState& state) {
  for (const v1::ComparisonObject& logged : matter.comparisons) {
    const v1::ComparisonObject comparison = WithoutWithdrawn(matter, logged);
    if (comparison.reports().empty()) continue;
    v1::ComparisonState& shown = *state.add_comparisons();
    shown.set_agreement(AgreementOf(matter.charter.charter(), comparison));
    *shown.mutable_reports() = comparison.reports();
    const AssessmentMatter* first = matter.FindAssessment(comparison.reports(0).assessment());
    if (first == nullptr) continue;
    const v1::Assess& assess = first->assessment.assess();
    *shown.mutable_rule_set() = assess.rule_set();
    shown.set_check_semantics(assess.check_semantics());
    *shown.mutable_packages() = assess.packages();
    shown.set_at_size(assess.at_size());
    *shown.mutable_summary() = assess.summary();
  }
}

void AddPackages(const HandoverMatter& matter, v1::HandoverState& state) {
  for (const PackageMatter& package : matter.packages) {
    v1::PackageState& shown = *state.add_packages();
    shown.set_statement(package.package.statement());
    shown.set_author(package.package.author());
    shown.set_leaf(package.package.leaf());
    *shown.mutable_submission() = package.package.submission();
    *shown.mutable_progress() = package.progress;
    shown.set_assessed(package.assessed);
  }
}

void AddRequests(const HandoverMatter& matter, v1::HandoverState& state) {
  for (const RequestMatter& asked : matter.requests) {
    const v1::RequestObject& request = asked.request;
    const std::uint64_t due = request.request().due_ms();
    v1::RequestState& shown = *state.add_requests();
    shown.set_statement(asked.id);
    *shown.mutable_object() = request;
    shown.set_overdue(!request.has_complete_at() && matter.timeline.IsOver(due));
    shown.set_late(request.has_complete_at() && matter.timeline.IsLate(request.complete_at(), due));
    shown.set_items_answered(RequestCoverage(matter.charter.charter(), request).Answered());
  }
}

v1::Matter& AddMatter(v1::HandoverState& state, v1::MatterKind kind, absl::string_view party) {
  v1::Matter& matter = *state.add_outstanding();
  matter.set_kind(kind);
  matter.set_party(std::string(party));
  return matter;
}

void AddAcceptances(const HandoverMatter& matter, v1::HandoverState& state) {
  std::set<absl::string_view> accepted;
  for (const v1::CharterAcceptance& acceptance : matter.handover.accepted()) {
    accepted.insert(acceptance.party());
  }
  for (const v1::CharterParty& named : matter.charter.charter().parties()) {
    if (accepted.count(named.party()) > 0) continue;
    AddMatter(state, v1::MATTER_KIND_ACCEPT_CHARTER, named.party()).set_about(matter.id);
  }
}

void AddDeclarations(const HandoverMatter& matter, v1::HandoverState& state) {
  const v1::Charter& charter = matter.charter.charter();
  for (const v1::CharterParty& named : charter.parties()) {
    if (!HasRole(charter, named.party(), v1::CHARTER_ROLE_HOLDING)) continue;
    const auto declared = std::find_if(
        matter.declarations.begin(), matter.declarations.end(),
        [&](const DeclarationMatter& declaration) { return declaration.party == named.party(); });
    if (declared != matter.declarations.end() && !declared->declaration.continued()) continue;
    AddMatter(state, v1::MATTER_KIND_DECLARATION, named.party());
  }
}

void AddTerms(const HandoverMatter& matter, v1::HandoverState& state) {
  for (const Term& term : TermsOf(matter)) {
    if (term.done_at.has_value()) continue;
    v1::Matter& owed = AddMatter(state, term.kind, term.party);
    owed.set_about(term.about);
    owed.set_documents(term.open);
    if (!term.due_ms.has_value()) continue;
    owed.set_due_ms(*term.due_ms);
    owed.set_overdue(matter.timeline.IsOver(*term.due_ms));
  }
}

// In a handover that is closed nothing can be done any more but what the closing says is owed.
void AddOutstanding(const HandoverMatter& matter, v1::HandoverState& state) {
  if (state.phase() == v1::HANDOVER_PHASE_OPENED) {
    AddAcceptances(matter, state);
  } else if (state.phase() == v1::HANDOVER_PHASE_IN_FORCE) {
    AddDeclarations(matter, state);
    AddTerms(matter, state);
    for (const PendingMatter& pending : matter.pending) {
      AddMatter(state, v1::MATTER_KIND_ENDORSEMENT, "").set_about(pending.id);
    }
    for (const v1::DisputeState& dispute : state.disputes()) {
      if (!dispute.open()) continue;
      AddMatter(state, v1::MATTER_KIND_RULING, "").set_about(dispute.statement());
    }
  }
  for (const OwedRecords& owed : CountOwed(matter)) {
    v1::Matter& records = AddMatter(state, v1::MATTER_KIND_RECORDS, owed.party);
    records.set_area(owed.area);
    records.set_documents(owed.documents);
  }
}

void AddTotals(v1::HandoverState& state) {
  std::uint64_t declared = 0;
  std::uint64_t withheld = 0;
  std::uint64_t submitted = 0;
  std::uint64_t outstanding = 0;
  std::uint64_t owed = 0;
  for (const v1::AreaState& area : state.areas()) {
    outstanding += area.outstanding_documents();
    owed += area.owed_documents();
    for (const v1::SourceState& source : area.sources()) {
      declared += source.declared().documents();
      withheld += source.withheld();
      submitted += source.submitted().documents();
    }
  }
  state.set_declared_documents(declared);
  state.set_withheld_documents(withheld);
  state.set_submitted_documents(submitted);
  state.set_outstanding_documents(outstanding);
  state.set_owed_documents(owed);
}

}  // namespace

absl::StatusOr<v1::HandoverState> ReadHandover(const ScanView& view,
                                               const statement::StatementId& handover,
                                               merkle::TreeSize size) {
  absl::StatusOr<HandoverMatter> matter = ReadMatter(view, handover.View());
  if (!matter.ok()) return matter.status();
  v1::HandoverState state;
  state.set_handover(matter->id);
  state.set_name(matter->charter.charter().name());
  state.set_exercise(matter->charter.charter().exercise());
  state.set_phase(PhaseOfHandover(matter->handover));
  absl::StatusOr<std::uint64_t> base = ReadBase(view);
  if (!base.ok()) return base.status();
  state.set_at_size(*base + merkle::ToInt(size));
  state.set_time_ms(matter->timeline.now_ms());
  state.set_time_kind(matter->timeline.kind());
  *state.mutable_charter() = matter->charter;
  *state.mutable_object() = matter->handover;
  for (v1::AreaState& area : CountAreas(*matter)) *state.add_areas() = std::move(area);
  AddTotals(state);
  AddPackages(*matter, state);
  AddComparisons(*matter, state);
  AddRequests(*matter, state);
  AddDisputes(*matter, state);
  AddOutstanding(*matter, state);
  for (const PendingMatter& pending : matter->pending) {
    *state.add_pending() = ShowPending(pending, matter->charter.charter().mediator_threshold());
  }
  state.set_claims(matter->handover.claims());
  absl::StatusOr<v1::LogStanding> log = ReadLogStanding(view);
  if (!log.ok()) return log.status();
  if (log->ByteSizeLong() > 0) *state.mutable_log() = *std::move(log);
  return state;
}

absl::StatusOr<std::optional<std::uint64_t>> NextDue(const ScanView& view) {
  absl::StatusOr<std::vector<statement::StatementId>> handovers = ListHandovers(view);
  if (!handovers.ok()) return handovers.status();
  std::optional<std::uint64_t> next;
  for (const statement::StatementId& handover : *handovers) {
    absl::StatusOr<HandoverMatter> matter = ReadMatter(view, handover.View());
    if (!matter.ok()) return matter.status();
    if (PhaseOfHandover(matter->handover) != v1::HANDOVER_PHASE_IN_FORCE) continue;
    for (const Term& term : TermsOf(*matter)) {
      // A finding comes to stand when its time has run, replied to or not.
      if (term.done_at.has_value() && term.kind != v1::MATTER_KIND_REPLY) continue;
      const std::uint64_t now = matter->timeline.now_ms();
      const std::uint64_t due = term.due_ms.value_or(now + term.term_ms);
      if (due > now && (!next.has_value() || due < *next)) next = due;
    }
  }
  return next;
}

}  // namespace cairn::ledger
