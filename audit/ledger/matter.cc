#include "audit/ledger/matter.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/coverage.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/objects.h"
#include "audit/ledger/read.h"
#include "audit/ledger/scan.h"
#include "audit/ledger/standing.h"
#include "audit/statement/statement.h"
#include "keys/encoding.h"

namespace cairn::ledger {
namespace {

keys::Bytes FromHexKey(absl::string_view hex) {
  return keys::ParseHex(hex).value_or(keys::Bytes());
}

absl::string_view LastPart(absl::string_view key) { return key.substr(key.rfind('/') + 1); }

template <typename List, typename HandleOf>
std::map<std::string, int> PlacesOf(const List& list, HandleOf handle_of) {
  std::map<std::string, int> places;
  for (int i = 0; i < list.size(); ++i) places.emplace(handle_of(list[i]), i);
  return places;
}

absl::Status ReadCore(const ScanView& view, keys::ByteView id, HandoverMatter& matter) {
  auto charter = ReadCharter(view, id);
  if (!charter.ok()) return charter.status();
  auto handover = ReadHandoverObject(view, id);
  if (!handover.ok()) return handover.status();
  if (!charter->has_value() || !handover->has_value()) {
    return absl::NotFoundError(absl::StrCat("no handover ", keys::Hex(id)));
  }
  matter.id = keys::ToBytes(id);
  matter.charter = **std::move(charter);
  matter.handover = **std::move(handover);
  auto timeline = Timeline::Read(view);
  if (!timeline.ok()) return timeline.status();
  matter.timeline = *std::move(timeline);
  return absl::OkStatus();
}

absl::Status ReadDeclared(const ScanView& view, HandoverMatter& matter) {
  const keys::ByteView id = keys::AsBytes(matter.id);
  absl::Status status = ScanObjects<v1::DeclarationObject>(
      view, HandoverPrefix("declaration", id),
      [&matter](absl::string_view party, const v1::DeclarationObject& declaration) {
        matter.declarations.push_back({std::string(party), declaration});
      });
  if (!status.ok()) return status;
  status = ScanObjects<v1::HoldingObject>(
      view, HandoverPrefix("holding", id),
      [&matter](absl::string_view rest, const v1::HoldingObject& holding) {
        matter.holdings.push_back({std::string(LastPart(rest)), holding});
      });
  const v1::Charter& charter = matter.charter.charter();
  const auto areas = PlacesOf(charter.areas(), [](const auto& a) { return a.area(); });
  const auto sources = PlacesOf(charter.sources(), [](const auto& s) { return s.source(); });
  const auto place = [&](const HoldingMatter& holding) {
    const v1::HoldingRow& row = holding.holding.row();
    const auto area = areas.find(row.area());
    const auto source = sources.find(row.source());
    return std::make_tuple(area == areas.end() ? -1 : area->second,
                           source == sources.end() ? -1 : source->second, holding.party);
  };
  std::sort(matter.holdings.begin(), matter.holdings.end(),
            [&](const HoldingMatter& a, const HoldingMatter& b) { return place(a) < place(b); });
  return status;
}

absl::Status ReadDelivered(const ScanView& view, HandoverMatter& matter) {
  const keys::ByteView id = keys::AsBytes(matter.id);
  absl::Status status = ScanObjects<v1::PackageObject>(
      view, HandoverPrefix("package", id),
      [&matter](absl::string_view, const v1::PackageObject& package) {
        matter.packages.push_back({.package = package, .progress = {}, .assessed = false});
      });
  if (!status.ok()) return status;
  std::sort(matter.packages.begin(), matter.packages.end(),
            [](const PackageMatter& a, const PackageMatter& b) {
              return a.package.leaf() < b.package.leaf();
            });
  for (PackageMatter& package : matter.packages) {
    const std::string& digest = package.package.submission().digest();
    auto progress = GetObject<v1::ProgressObject>(view, ProgressKey(id, keys::AsBytes(digest)));
    if (!progress.ok()) return progress.status();
    package.progress = progress->value_or(v1::ProgressObject());
  }
  return absl::OkStatus();
}

absl::Status ReadAssessed(const ScanView& view, HandoverMatter& matter) {
  const keys::ByteView id = keys::AsBytes(matter.id);
  std::set<std::string> assessed;
  absl::Status status = ScanObjects<v1::AssessmentObject>(
      view, HandoverPrefix("assessment", id),
      [&](absl::string_view hex, const v1::AssessmentObject& assessment) {
        matter.assessments.push_back({FromHexKey(hex), assessment});
        assessed.insert(assessment.assess().packages().begin(),
                        assessment.assess().packages().end());
      });
  if (!status.ok()) return status;
  std::sort(matter.assessments.begin(), matter.assessments.end(),
            [](const AssessmentMatter& a, const AssessmentMatter& b) {
              return a.assessment.leaf() < b.assessment.leaf();
            });
  for (PackageMatter& package : matter.packages) {
    package.assessed = assessed.count(package.package.submission().digest()) > 0;
  }
  status = ScanObjects<v1::ComparisonObject>(
      view, HandoverPrefix("comparison", id),
      [&matter](absl::string_view, const v1::ComparisonObject& comparison) {
        if (comparison.reports_size() > 0) matter.comparisons.push_back(comparison);
      });
  std::sort(matter.comparisons.begin(), matter.comparisons.end(),
            [](const v1::ComparisonObject& a, const v1::ComparisonObject& b) {
              return a.reports(0).leaf() < b.reports(0).leaf();
            });
  return status;
}

absl::Status ReadSaid(const ScanView& view, HandoverMatter& matter) {
  const keys::ByteView id = keys::AsBytes(matter.id);
  absl::Status status = ScanObjects<v1::RequestObject>(
      view, HandoverPrefix("request", id),
      [&matter](absl::string_view hex, const v1::RequestObject& request) {
        matter.requests.push_back({FromHexKey(hex), request});
      });
  if (!status.ok()) return status;
  std::sort(matter.requests.begin(), matter.requests.end(),
            [](const RequestMatter& a, const RequestMatter& b) {
              return a.request.leaf() < b.request.leaf();
            });
  status =
      ScanObjects<v1::ClaimObject>(view, HandoverPrefix("claim", id),
                                   [&matter](absl::string_view leaf, const v1::ClaimObject& claim) {
                                     // Sixteen hex digits, in ascending order as they come.
                                     const keys::Bytes digits = FromHexKey(leaf);
                                     std::uint64_t value = 0;
                                     for (const char byte : digits)
                                       value = value << 8 | static_cast<unsigned char>(byte);
                                     matter.claims.push_back({value, claim});
                                   });
  if (!status.ok()) return status;
  auto pending = ReadPending(view, id);
  if (!pending.ok()) return pending.status();
  matter.pending = *std::move(pending);
  return absl::OkStatus();
}

template <typename List>
const auto* EntryOf(const List& list, absl::string_view party) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const auto& entry) { return entry.party() == party; });
  return found == list.end() ? nullptr : &*found;
}

// Custody is owed by every receiving party for what it has not submitted itself; a position by each
// for what it has opened. What comes after the closing is owed nothing: no act could pay it.
void AddPackageTerms(const HandoverMatter& matter, const PackageMatter& package,
                     absl::string_view party, std::vector<Term>& terms) {
  const v1::Terms& agreed = matter.charter.charter().terms();
  const std::string& digest = package.package.submission().digest();
  if (package.package.author() == party) return;
  Term custody{.kind = v1::MATTER_KIND_CUSTODY,
               .party = std::string(party),
               .about = digest,
               .due_ms = matter.timeline.DueAfter(package.package.leaf(), agreed.custody_ms()),
               .done_at = std::nullopt,
               .term_ms = agreed.custody_ms(),
               .open = 0};
  if (const auto* taken = EntryOf(package.progress.custody(), party)) {
    custody.done_at = taken->leaf();
  }
  terms.push_back(std::move(custody));
  const auto* opening = EntryOf(package.progress.openings(), party);
  if (opening == nullptr || agreed.position_ms() == 0) return;
  Term position{.kind = v1::MATTER_KIND_POSITION,
                .party = std::string(party),
                .about = digest,
                .due_ms = matter.timeline.DueAfter(opening->leaf(), agreed.position_ms()),
                .done_at = std::nullopt,
                .term_ms = agreed.position_ms(),
                .open = 0};
  if (const auto* taken = EntryOf(package.progress.positions(), party)) {
    position.done_at = taken->leaf();
  }
  terms.push_back(std::move(position));
}

// A reply is owed by each holding party concerned, unless the finding confirms its record or was
// taken back.
void AddFindingTerms(const HandoverMatter& matter, const FindingMatter& found,
                     std::vector<Term>& terms) {
  const Standing standing = StandingOf(matter, found);
  const std::uint64_t term_ms = matter.charter.charter().terms().finding_answer_ms();
  if (standing.standing == v1::FINDING_STANDING_NOTED ||
      standing.standing == v1::FINDING_STANDING_WITHDRAWN || term_ms == 0) {
    return;
  }
  for (const std::string& holder : HoldersOf(matter, found.finding.finding())) {
    Term reply{.kind = v1::MATTER_KIND_REPLY,
               .party = holder,
               .about = found.id,
               .due_ms = standing.due_ms,
               .done_at = std::nullopt,
               .term_ms = term_ms,
               .open = 0};
    if (const auto* given = EntryOf(found.finding.replies(), holder)) reply.done_at = given->leaf();
    terms.push_back(std::move(reply));
  }
}

}  // namespace

const AssessmentMatter* HandoverMatter::FindAssessment(absl::string_view assessment_id) const {
  for (const AssessmentMatter& matter : assessments) {
    if (matter.id == assessment_id) return &matter;
  }
  return nullptr;
}

bool HandoverMatter::TouchesArea(absl::string_view about, absl::string_view area) const {
  const AssessmentMatter* assessment = FindAssessment(about);
  for (const PackageMatter& matter : packages) {
    const v1::SubmitPackage& submission = matter.package.submission();
    bool concerned = about.empty() || about == matter.package.statement();
    if (assessment != nullptr) {
      const auto& assessed = assessment->assessment.assess().packages();
      concerned =
          std::find(assessed.begin(), assessed.end(), submission.digest()) != assessed.end();
    }
    if (!concerned) continue;
    for (const v1::SubmissionRow& row : submission.rows()) {
      if (row.area() == area) return true;
    }
  }
  return false;
}

absl::StatusOr<HandoverMatter> ReadMatter(const ScanView& view, keys::ByteView handover) {
  HandoverMatter matter;
  if (absl::Status status = ReadCore(view, handover, matter); !status.ok()) return status;
  if (absl::Status status = ReadDeclared(view, matter); !status.ok()) return status;
  if (absl::Status status = ReadDelivered(view, matter); !status.ok()) return status;
  if (absl::Status status = ReadAssessed(view, matter); !status.ok()) return status;
  if (absl::Status status = ReadSaid(view, matter); !status.ok()) return status;
  if (absl::Status status = ReadGround(view, matter); !status.ok()) return status;
  return matter;
}

absl::StatusOr<std::vector<PendingMatter>> ReadPending(const ScanView& view,
                                                       keys::ByteView handover) {
  std::vector<PendingMatter> all;
  absl::Status status = ScanObjects<v1::PendingObject>(
      view, PendingKey(handover, {}), [&all](absl::string_view hex, const v1::PendingObject& p) {
        all.push_back({FromHexKey(hex), p});
      });
  if (!status.ok()) return status;
  std::sort(all.begin(), all.end(), [](const PendingMatter& a, const PendingMatter& b) {
    return a.pending.leaf() < b.pending.leaf();
  });
  return all;
}

v1::PendingState ShowPending(const PendingMatter& matter, std::uint32_t threshold) {
  v1::PendingState state;
  state.set_statement(matter.id);
  v1::Statement act;
  if (act.ParseFromString(matter.pending.statement())) {
    state.set_act(std::string(statement::BodyName(act)));
    state.set_author(act.actor());
  }
  state.set_leaf(matter.pending.leaf());
  *state.mutable_endorsements() = matter.pending.endorsements();
  state.set_threshold(threshold);
  return state;
}

std::vector<Term> TermsOf(const HandoverMatter& matter) {
  std::vector<Term> terms;
  const v1::Charter& charter = matter.charter.charter();
  for (const PackageMatter& package : matter.packages) {
    if (matter.handover.has_closed_at() && package.package.leaf() > matter.handover.closed_at()) {
      continue;
    }
    for (const v1::CharterParty& named : charter.parties()) {
      if (HasRole(charter, named.party(), v1::CHARTER_ROLE_RECEIVING)) {
        AddPackageTerms(matter, package, named.party(), terms);
      }
    }
  }
  for (const RequestMatter& request : matter.requests) {
    Term answer{.kind = v1::MATTER_KIND_ANSWER,
                .party = request.request.request().to(),
                .about = request.id,
                .due_ms = request.request.request().due_ms(),
                .done_at = std::nullopt,
                .term_ms = 0,
                .open = RequestCoverage(charter, request.request).Open()};
    if (request.request.has_complete_at()) answer.done_at = request.request.complete_at();
    terms.push_back(std::move(answer));
  }
  for (const FindingMatter& found : matter.findings) AddFindingTerms(matter, found, terms);
  return terms;
}

}  // namespace cairn::ledger
