// Everything that stands of one handover, read at once and put in order of leaves: what the views
// are made of. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_MATTER_H_
#define CAIRN_AUDIT_LEDGER_MATTER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/timeline.h"
#include "audit/ledger/view.h"
#include "cairn/v1/state.pb.h"
#include "keys/bytes.h"

namespace cairn::ledger {

struct PackageMatter {
  v1::PackageObject package;
  v1::ProgressObject progress;
  bool assessed = false;
};
struct HoldingMatter {
  std::string party;
  v1::HoldingObject holding;
};
struct DeclarationMatter {
  std::string party;
  v1::DeclarationObject declaration;
};
struct RequestMatter {
  keys::Bytes id;
  v1::RequestObject request;
};
struct AssessmentMatter {
  keys::Bytes id;
  v1::AssessmentObject assessment;
};
struct ClaimMatter {
  std::uint64_t leaf = 0;
  v1::ClaimObject claim;
};
struct SaidMatter {
  keys::Bytes id;
  v1::SaidObject said;
};
struct FindingMatter {
  keys::Bytes id;
  v1::FindingObject finding;
};
struct LocationMatter {
  keys::Bytes id;
  v1::LocationObject location;
};
struct ProposalMatter {
  keys::Bytes id;
  v1::ProposalObject proposal;
};
struct IncidentMatter {
  keys::Bytes id;
  v1::IncidentObject incident;
};
struct PendingMatter {
  keys::Bytes id;
  v1::PendingObject pending;
};

struct HandoverMatter {
  keys::Bytes id;
  Timeline timeline;
  v1::CharterObject charter;
  v1::HandoverObject handover;
  std::vector<DeclarationMatter> declarations;  // By party.
  std::vector<HoldingMatter> holdings;          // By area, source, party: the charter's order.
  std::vector<PackageMatter> packages;          // By leaf, as all that follow.
  std::vector<AssessmentMatter> assessments;
  std::vector<v1::ComparisonObject> comparisons;  // By the leaf of their first report.
  std::vector<RequestMatter> requests;
  std::vector<ClaimMatter> claims;
  std::vector<PendingMatter> pending;
  std::map<keys::Bytes, SaidMatter> said;
  std::vector<keys::Bytes> said_order;  // Ids, by leaf.
  std::vector<FindingMatter> findings;
  std::vector<LocationMatter> locations;
  std::vector<ProposalMatter> proposals;
  std::vector<IncidentMatter> incidents;

  const SaidMatter* FindSaid(absl::string_view statement_id) const;
  const FindingMatter* FindFinding(absl::string_view statement_id) const;
  const AssessmentMatter* FindAssessment(absl::string_view assessment_id) const;
  // The package that this submission or assessment is about has a row in the area. An empty id is
  // about all packages.
  bool TouchesArea(absl::string_view about, absl::string_view area) const;
};

// kNotFound: no such handover. Other errors: the view's, kDataLoss.
absl::StatusOr<HandoverMatter> ReadMatter(const ScanView& view, keys::ByteView handover);

// The part of it that is about the ground and disputes (matter_ground.cc).
absl::Status ReadGround(const ScanView& view, HandoverMatter& matter);

// Acts that wait for endorsements: of the handover, or of the log if `handover` is empty. By leaf.
absl::StatusOr<std::vector<PendingMatter>> ReadPending(const ScanView& view,
                                                       keys::ByteView handover);
v1::PendingState ShowPending(const PendingMatter& matter, std::uint32_t threshold);

// The terms that run or ran in a handover: what is owed, by whom, by when.
struct Term {
  v1::MatterKind kind = v1::MATTER_KIND_UNSPECIFIED;
  std::string party;
  keys::Bytes about;
  std::optional<std::uint64_t> due_ms;   // Nothing: it has not begun to run.
  std::optional<std::uint64_t> done_at;  // Leaf; nothing: still owed.
  std::uint64_t term_ms = 0;             // How long it is; zero for a due date of its own.
  std::uint64_t open = 0;                // ANSWER: items or areas without one.
};
std::vector<Term> TermsOf(const HandoverMatter& matter);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_MATTER_H_
