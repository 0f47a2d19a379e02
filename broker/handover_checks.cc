#include "broker/handover_checks.h"

#include <memory>
#include <utility>

#include "audit/completeness/engine.h"
#include "audit/ledger/handover_view.h"
#include "audit/statement/statement.h"
#include "broker/logging.h"

namespace cairn::broker {
namespace {

std::uint64_t FailedChecks(const v1::HandoverResult& result) {
  std::uint64_t failed = 0;
  for (const v1::CheckResult& check : result.results()) {
    failed += check.outcome() == v1::OUTCOME_FAIL ? 1 : 0;
  }
  return failed;
}

}  // namespace

void HandoverChecks::Touch(const keys::Bytes& handover) {
  log::MutexLock lock(mutex_);
  touched_.insert(handover);
}

bool HandoverChecks::HasTouched() const {
  log::MutexLock lock(mutex_);
  return !touched_.empty();
}

void HandoverChecks::Refresh() {
  std::set<keys::Bytes> touched;
  {
    log::MutexLock lock(mutex_);
    touched.swap(touched_);
  }
  for (const keys::Bytes& handover : touched) RefreshOne(handover);
}

void HandoverChecks::RefreshOne(const keys::Bytes& handover) {
  const auto id = statement::StatementId::FromBytes(keys::AsBytes(handover));
  if (!id.ok()) return;
  const std::unique_ptr<const log::Reader> reader = store_.TakeSnapshot();
  const auto head = reader->ReadHead();
  const auto facts = head.ok() ? ledger::ReadFacts(*reader, *id, head->size)
                               : absl::StatusOr<v1::HandoverFacts>(head.status());
  if (!facts.ok()) return LogStatus(Severity::kWarning, "handover_checks_failed", facts.status());
  absl::StatusOr<v1::HandoverResult> result = Make(*facts);
  if (!result.ok()) return LogStatus(Severity::kDebug, "handover_checks_failed", result.status());
  const std::string name = id->Hex();
  const std::uint64_t failed = FailedChecks(*result);
  bool changed = false;
  {
    log::MutexLock lock(mutex_);
    Made& made = made_[handover];
    changed = FailedChecks(made.result) != failed;
    made = {.at_size = facts->at_size(), .result = *std::move(result)};
  }
  if (changed) {
    LogEvent(Severity::kInfo, "handover_checks_changed",
             {{"handover", name}, {"size", facts->at_size()}, {"failed", failed}});
  }
}

absl::StatusOr<v1::HandoverResult> HandoverChecks::Make(const v1::HandoverFacts& facts) {
  const auto rules = agreed_.FindRules(facts.rule_set());
  if (!rules.ok()) return rules.status();
  return completeness::AssessHandover(**rules, facts);
}

absl::StatusOr<v1::HandoverResult> HandoverChecks::For(const v1::HandoverFacts& facts) {
  {
    log::MutexLock lock(mutex_);
    const auto made = made_.find(facts.handover());
    if (made != made_.end() && made->second.at_size == facts.at_size()) return made->second.result;
  }
  return Make(facts);
}

}  // namespace cairn::broker
