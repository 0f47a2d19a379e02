#include "audit/ledger/counting.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "audit/ledger/read.h"

namespace cairn::ledger {
namespace {

// A sum is as precise as its parts: where they differ, it is rounded by somebody.
void AddMines(v1::StageCount& sum,
              const google::protobuf::RepeatedPtrField<v1::CategoryCount>& mines) {
  std::map<int, v1::CategoryCount> by_category;
  for (const v1::CategoryCount& count : sum.mines()) by_category[count.category()] = count;
  for (const v1::CategoryCount& count : mines) {
    v1::CategoryCount& total = by_category[count.category()];
    const bool first = total.category() == v1::MINE_CATEGORY_UNSPECIFIED;
    total.set_category(count.category());
    total.set_mines(total.mines() + count.mines());
    if (first) {
      total.set_precision(count.precision());
    } else if (total.precision() != count.precision()) {
      total.set_precision(v1::PRECISION_ABOUT);
    }
  }
  sum.clear_mines();
  for (const auto& [category, count] : by_category) *sum.add_mines() = count;
}

void AddRow(v1::StageCount& sum, const v1::SubmissionRow& row) {
  sum.set_documents(sum.documents() + row.documents());
  AddMines(sum, row.mines());
}

std::uint64_t Withheld(const v1::HoldingRow& row) {
  std::uint64_t sum = 0;
  for (const v1::WithheldRow& withheld : row.withheld()) sum += withheld.documents();
  return sum;
}

bool WasTransmitted(const v1::ProgressObject& progress) {
  return std::any_of(progress.transfers().begin(), progress.transfers().end(),
                     [](const auto& t) { return t.kind() == v1::TRANSMIT_KIND_PASSED_ON; });
}

bool WasOpened(const v1::ProgressObject& progress) {
  return std::any_of(progress.openings().begin(), progress.openings().end(),
                     [](const auto& opening) { return opening.mismatches().empty(); });
}

void AddDelivery(v1::SourceState& source, const PackageMatter& matter,
                 const v1::SubmissionRow& row) {
  AddRow(*source.mutable_submitted(), row);
  source.set_continuation(row.continuation());
  if (WasTransmitted(matter.progress)) AddRow(*source.mutable_transmitted(), row);
  if (matter.progress.custody_size() > 0) AddRow(*source.mutable_acknowledged(), row);
  if (WasOpened(matter.progress)) AddRow(*source.mutable_opened(), row);
  if (matter.assessed) AddRow(*source.mutable_assessed(), row);
}

// Records that findings speak about, each once. A finding names an area and no source: it counts at
// the first source under which its package delivers that area.
std::uint64_t CountFound(const HandoverMatter& matter, absl::string_view area,
                         absl::string_view source) {
  std::set<std::pair<std::string, std::string>> found;
  for (const FindingMatter& one : matter.findings) {
    const v1::Finding& finding = one.finding.finding();
    const SaidMatter* said = matter.FindSaid(one.id);
    if (finding.area() != area || (said != nullptr && said->said.has_ended_at())) continue;
    for (const PackageMatter& package : matter.packages) {
      const v1::SubmitPackage& submission = package.package.submission();
      if (submission.digest() != finding.package()) continue;
      const auto row = std::find_if(submission.rows().begin(), submission.rows().end(),
                                    [&](const auto& r) { return r.area() == area; });
      if (row != submission.rows().end() && row->source() == source) {
        found.emplace(finding.package(), finding.record_commitment());
      }
    }
  }
  return found.size();
}

v1::SourceState CountSource(const HandoverMatter& matter, absl::string_view area,
                            absl::string_view source, bool& any) {
  v1::SourceState state;
  state.set_source(std::string(source));
  for (const HoldingMatter& holding : matter.holdings) {
    const v1::HoldingRow& row = holding.holding.row();
    if (row.area() != area || row.source() != source) continue;
    any = true;
    state.mutable_declared()->set_documents(state.declared().documents() + row.documents());
    AddMines(*state.mutable_declared(), row.mines());
    state.set_withheld(state.withheld() + Withheld(row));
    state.set_unknown(state.unknown() + row.unknown());
  }
  for (const PackageMatter& package : matter.packages) {
    // A supplement fills gaps of documents that were counted when they came.
    if (package.package.submission().kind() == v1::PACKAGE_KIND_SUPPLEMENT) continue;
    for (const v1::SubmissionRow& row : package.package.submission().rows()) {
      if (row.area() != area || row.source() != source) continue;
      any = true;
      AddDelivery(state, package, row);
    }
  }
  state.mutable_found()->set_documents(CountFound(matter, area, source));
  if (state.found().documents() == 0) state.clear_found();
  return state;
}

std::uint64_t OutstandingBySource(const v1::SourceState& state) {
  const std::uint64_t submitted = state.submitted().documents();
  return state.declared().documents() > submitted ? state.declared().documents() - submitted : 0;
}

std::uint64_t OwedBySource(const v1::SourceState& state) {
  const std::uint64_t outstanding = OutstandingBySource(state);
  return outstanding > state.withheld() ? outstanding - state.withheld() : 0;
}

// Whether a request that touches the area still waits.
bool IsAskedFor(const HandoverMatter& matter, absl::string_view area) {
  for (const RequestMatter& asked : matter.requests) {
    const v1::Request& request = asked.request.request();
    if (asked.request.has_complete_at()) continue;
    if (request.kind() == v1::REQUEST_KIND_RECORDS &&
        std::find(request.areas().begin(), request.areas().end(), area) != request.areas().end()) {
      return true;
    }
    if (request.kind() == v1::REQUEST_KIND_GAPS && matter.TouchesArea(request.about(), area)) {
      return true;
    }
  }
  return false;
}

const v1::AreaPosition* ClosingOf(const HandoverMatter& matter, absl::string_view area) {
  for (const v1::AreaPosition& position : matter.handover.closing()) {
    if (position.area() == area) return &position;
  }
  return nullptr;
}

v1::AreaPhase PhaseOf(const HandoverMatter& matter, const v1::AreaState& state) {
  const v1::AreaPosition* closing = ClosingOf(matter, state.area());
  if (closing != nullptr && closing->settlement() == v1::SETTLEMENT_SETTLED) {
    return v1::AREA_PHASE_SETTLED;
  }
  bool delivered = false;
  bool finished = true;
  for (const v1::SourceState& source : state.sources()) {
    delivered = delivered || source.has_submitted();
    finished = finished && source.continuation() == v1::CONTINUATION_LAST;
  }
  if (!delivered) return v1::AREA_PHASE_NOTHING_DELIVERED;
  if (!finished) return v1::AREA_PHASE_PARTLY_DELIVERED;
  const bool owed = state.owed_documents() > 0 || IsAskedFor(matter, state.area()) ||
                    (closing != nullptr && closing->settlement() == v1::SETTLEMENT_GAPS_OWED);
  return owed ? v1::AREA_PHASE_GAPS_OWED : v1::AREA_PHASE_DECLARED_FINISHED;
}

// What this holding party has submitted of an area and source.
std::uint64_t SubmittedBy(const HandoverMatter& matter, const HoldingMatter& holding) {
  std::uint64_t documents = 0;
  for (const PackageMatter& package : matter.packages) {
    const v1::SubmitPackage& submission = package.package.submission();
    // What came outside came from the holding side too, whoever submitted it.
    const bool counts = submission.kind() == v1::PACKAGE_KIND_RECEIVED_OUTSIDE ||
                        (submission.kind() != v1::PACKAGE_KIND_SUPPLEMENT &&
                         package.package.author() == holding.party);
    if (!counts) continue;
    for (const v1::SubmissionRow& row : submission.rows()) {
      const bool same = row.area() == holding.holding.row().area() &&
                        row.source() == holding.holding.row().source();
      if (same) documents += row.documents();
    }
  }
  return documents;
}

}  // namespace

std::vector<v1::AreaState> CountAreas(const HandoverMatter& matter) {
  std::vector<v1::AreaState> areas;
  const v1::Charter& charter = matter.charter.charter();
  for (const v1::CharterArea& area : charter.areas()) {
    v1::AreaState state;
    state.set_area(area.area());
    state.set_name(area.name());
    for (const v1::CharterSource& source : charter.sources()) {
      bool any = false;
      v1::SourceState counted = CountSource(matter, area.area(), source.source(), any);
      if (!any) continue;
      state.set_outstanding_documents(state.outstanding_documents() + OutstandingBySource(counted));
      state.set_owed_documents(state.owed_documents() + OwedBySource(counted));
      *state.add_sources() = std::move(counted);
    }
    state.set_phase(PhaseOf(matter, state));
    areas.push_back(std::move(state));
  }
  return areas;
}

std::vector<OwedRecords> CountOwed(const HandoverMatter& matter) {
  std::vector<OwedRecords> owed;
  for (const HoldingMatter& holding : matter.holdings) {
    const v1::HoldingRow& row = holding.holding.row();
    const std::uint64_t gone = Withheld(row) + SubmittedBy(matter, holding);
    if (row.documents() <= gone) continue;
    const std::uint64_t open = row.documents() - gone;
    const auto same = std::find_if(owed.begin(), owed.end(), [&](const OwedRecords& o) {
      return o.party == holding.party && o.area == row.area();
    });
    if (same == owed.end()) {
      owed.push_back({.party = holding.party, .area = row.area(), .documents = open});
    } else {
      same->documents += open;
    }
  }
  return owed;
}

}  // namespace cairn::ledger
