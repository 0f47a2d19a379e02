#include <algorithm>
#include <utility>
#include <vector>

#include "audit/ledger/assessed.h"
#include "audit/ledger/facts_ground.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/matter.h"
#include "audit/ledger/read.h"

namespace cairn::ledger {
namespace {

void AddScope(const HandoverMatter& matter, v1::HandoverFacts& facts) {
  const v1::Charter& charter = matter.charter.charter();
  *facts.mutable_rule_set() = charter.rule_set();
  for (const v1::CharterArea& area : charter.areas()) {
    v1::FactArea& fact = *facts.add_areas();
    fact.set_area(area.area());
    fact.set_name(area.name());
  }
  for (const v1::CharterSource& source : charter.sources()) {
    v1::FactSource& fact = *facts.add_sources();
    fact.set_source(source.source());
    fact.set_name(source.name());
  }
}

absl::Status AddParties(const ScanView& view, const v1::Charter& charter,
                        v1::HandoverFacts& facts) {
  for (const v1::CharterParty& named : charter.parties()) {
    absl::StatusOr<std::optional<v1::PartyObject>> party = ReadPartyObject(view, named.party());
    if (!party.ok()) return party.status();
    v1::FactParty& fact = *facts.add_parties();
    fact.set_party(named.party());
    if (party->has_value()) fact.set_name((*party)->name());
    *fact.mutable_roles() = named.roles();
  }
  return absl::OkStatus();
}

void AddDeclared(const HandoverMatter& matter, v1::HandoverFacts& facts) {
  for (const HoldingMatter& holding : matter.holdings) {
    v1::FactDeclaration& fact = *facts.add_declarations();
    fact.set_party(holding.party);
    fact.set_leaf(holding.holding.leaf());
    *fact.mutable_row() = holding.holding.row();
  }
  std::stable_sort(facts.mutable_declarations()->begin(), facts.mutable_declarations()->end(),
                   [](const auto& a, const auto& b) { return a.leaf() < b.leaf(); });
}

void AddSubmission(const v1::PackageObject& package, v1::HandoverFacts& facts) {
  const v1::SubmitPackage& submission = package.submission();
  v1::FactSubmission& fact = *facts.add_submissions();
  fact.set_statement(package.statement());
  fact.set_leaf(package.leaf());
  fact.set_author(package.author());
  fact.set_kind(submission.kind());
  fact.set_digest(submission.digest());
  fact.set_size(submission.size());
  fact.set_persons_digest(submission.persons_digest());
  fact.set_persons_size(submission.persons_size());
  fact.set_record_root(submission.record_root());
  fact.set_record_count(submission.record_count());
  fact.set_supplement_count(submission.supplement_count());
  fact.set_attachment_count(submission.attachment_count());
  fact.set_page_count(submission.page_count());
  *fact.mutable_rows() = submission.rows();
  *fact.mutable_supplements() = submission.supplements();
  if (submission.has_received_outside()) {
    *fact.mutable_received_outside() = submission.received_outside();
  }
}

void AddTransmits(const PackageMatter& package, v1::HandoverFacts& facts) {
  for (const v1::Transfer& transfer : package.progress.transfers()) {
    v1::FactTransmit& fact = *facts.add_transmits();
    fact.set_leaf(transfer.leaf());
    fact.set_mediator(transfer.mediator());
    fact.set_kind(transfer.kind());
    fact.set_package(package.package.submission().digest());
    fact.set_has_act(transfer.has_act());
  }
}

bool IsCustodyLate(const HandoverMatter& matter, const PackageMatter& package, std::uint64_t leaf) {
  const auto due = matter.timeline.DueAfter(package.package.leaf(),
                                            matter.charter.charter().terms().custody_ms());
  return due.has_value() && package.package.leaf() < leaf && matter.timeline.IsLate(leaf, *due);
}

void AddAcknowledgements(const HandoverMatter& matter, const PackageMatter& package,
                         v1::HandoverFacts& facts) {
  const std::string& digest = package.package.submission().digest();
  for (const v1::Custody& custody : package.progress.custody()) {
    v1::FactAcknowledgement& fact = *facts.add_acknowledgements();
    fact.set_leaf(custody.leaf());
    fact.set_party(custody.party());
    fact.set_kind(v1::ACKNOWLEDGE_KIND_CUSTODY);
    fact.set_package(digest);
    fact.set_persons(custody.persons());
    fact.set_late(package.package.author() != custody.party() &&
                  IsCustodyLate(matter, package, custody.leaf()));
  }
  for (const v1::Opening& opening : package.progress.openings()) {
    v1::FactAcknowledgement& fact = *facts.add_acknowledgements();
    fact.set_leaf(opening.leaf());
    fact.set_party(opening.party());
    fact.set_kind(v1::ACKNOWLEDGE_KIND_OPENED);
    fact.set_package(digest);
    fact.set_persons(opening.persons());
    *fact.mutable_mismatches() = opening.mismatches();
  }
}

void AddPositions(const PackageMatter& package, v1::HandoverFacts& facts) {
  for (const v1::ContentPosition& position : package.progress.positions()) {
    v1::FactPosition& fact = *facts.add_positions();
    fact.set_leaf(position.leaf());
    fact.set_party(position.party());
    fact.set_package(package.package.submission().digest());
    fact.set_kind(position.kind());
    *fact.mutable_reasons() = position.reasons();
  }
}

// By leaf; what one statement says of several packages, by their digests.
template <typename List>
void SortByLeaf(List* list) {
  std::stable_sort(list->begin(), list->end(), [](const auto& a, const auto& b) {
    return a.leaf() != b.leaf() ? a.leaf() < b.leaf() : a.package() < b.package();
  });
}

void AddDelivered(const HandoverMatter& matter, v1::HandoverFacts& facts) {
  for (const PackageMatter& package : matter.packages) {
    AddSubmission(package.package, facts);
    AddTransmits(package, facts);
    AddAcknowledgements(matter, package, facts);
    AddPositions(package, facts);
  }
  SortByLeaf(facts.mutable_transmits());
  SortByLeaf(facts.mutable_acknowledgements());
  SortByLeaf(facts.mutable_positions());
}

void AddAsked(const HandoverMatter& matter, v1::HandoverFacts& facts) {
  for (const RequestMatter& asked : matter.requests) {
    const v1::Request& request = asked.request.request();
    v1::FactRequest& fact = *facts.add_requests();
    fact.set_statement(asked.id);
    fact.set_leaf(asked.request.leaf());
    fact.set_from(asked.request.from());
    fact.set_to(request.to());
    fact.set_kind(request.kind());
    *fact.mutable_areas() = request.areas();
    fact.set_items(request.items());
    fact.set_due_ms(request.due_ms());
    fact.set_about(request.about());
    fact.set_complete(asked.request.has_complete_at());
    fact.set_overdue(asked.request.has_complete_at()
                         ? matter.timeline.IsLate(asked.request.complete_at(), request.due_ms())
                         : matter.timeline.IsOver(request.due_ms()));
    for (const v1::GivenAnswer& answer : asked.request.answers()) {
      v1::FactAnswer& given = *fact.add_answers();
      given.set_leaf(answer.leaf());
      *given.mutable_items() = answer.items();
      given.set_late(matter.timeline.IsLate(answer.leaf(), request.due_ms()));
    }
  }
}

void AddClaims(const HandoverMatter& matter, v1::HandoverFacts& facts) {
  for (const ClaimMatter& made : matter.claims) {
    const v1::Claim& claim = made.claim.claim();
    v1::FactClaim& fact = *facts.add_claims();
    fact.set_leaf(made.leaf);
    fact.set_author(made.claim.author());
    fact.set_speaker(claim.speaker());
    fact.set_reporter(claim.reporter());
    fact.set_subject(claim.subject());
    *fact.mutable_quantity() = claim.quantity();
    *fact.mutable_areas() = claim.areas();
    fact.set_said_day(claim.said_day());
    fact.set_statement(made.claim.statement());
    AddDispute(matter, made.claim.statement(), fact);
  }
  facts.set_claims_not_kept(matter.handover.claims() - matter.claims.size());
}

}  // namespace

absl::StatusOr<v1::HandoverFacts> ReadFacts(const ScanView& view,
                                            const statement::StatementId& handover,
                                            merkle::TreeSize size) {
  absl::StatusOr<HandoverMatter> matter = ReadMatter(view, handover.View());
  if (!matter.ok()) return matter.status();
  v1::HandoverFacts facts;
  facts.set_handover(matter->id);
  facts.set_name(matter->charter.charter().name());
  facts.set_exercise(matter->charter.charter().exercise());
  absl::StatusOr<std::uint64_t> base = ReadBase(view);
  if (!base.ok()) return base.status();
  facts.set_at_size(*base + merkle::ToInt(size));
  facts.set_time_ms(matter->timeline.now_ms());
  facts.set_time_kind(matter->timeline.kind());
  AddScope(*matter, facts);
  absl::Status status = AddParties(view, matter->charter.charter(), facts);
  if (!status.ok()) return status;
  AddDeclared(*matter, facts);
  AddDelivered(*matter, facts);
  AddAsked(*matter, facts);
  AddClaims(*matter, facts);
  AddGround(*matter, facts);
  AddAssessments(*matter, facts);
  facts.set_closed(matter->handover.has_closed_at());
  *facts.mutable_closing() = matter->handover.closing();
  return facts;
}

}  // namespace cairn::ledger
