#include <utility>

#include "audit/ledger/handover_view.h"
#include "audit/ledger/read.h"
#include "audit/ledger/scan.h"

namespace cairn::ledger {

absl::StatusOr<v1::LogStanding> ReadLogStanding(const ScanView& view) {
  absl::StatusOr<std::optional<v1::LogObject>> log = ReadLog(view);
  if (!log.ok()) return log.status();
  v1::LogStanding standing;
  if (!log->has_value()) return standing;
  if ((*log)->has_frozen_at()) {
    standing.set_frozen_at((*log)->frozen_at());
    standing.set_freeze_reason((*log)->freeze_reason());
  }
  standing.set_evidence((*log)->evidence());
  standing.set_base((*log)->base());
  if ((*log)->base() == 0) return standing;
  absl::StatusOr<std::optional<v1::PolicyObject>> policy = ReadPolicy(view);
  if (!policy.ok()) return policy.status();
  if (policy->has_value()) *standing.mutable_predecessor() = (*policy)->predecessor();
  absl::Status scanned = ScanObjects<v1::RelodgedObject>(
      view, "relodged/", [&standing](absl::string_view, const v1::RelodgedObject& relodged) {
        standing.set_relodged(standing.relodged() + 1);
        if (relodged.admitted()) return;
        standing.set_relodged_unadmitted(standing.relodged_unadmitted() + 1);
      });
  if (!scanned.ok()) return scanned;
  return standing;
}

absl::StatusOr<std::vector<v1::EvidenceObject>> ListEvidence(const ScanView& view) {
  std::vector<v1::EvidenceObject> published;
  absl::Status scanned = ScanObjects<v1::EvidenceObject>(
      view, "evidence/",
      [&published](absl::string_view, const v1::EvidenceObject& one) { published.push_back(one); });
  if (!scanned.ok()) return scanned;
  return published;
}

}  // namespace cairn::ledger
