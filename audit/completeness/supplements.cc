#include "audit/completeness/supplements.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"
#include "audit/completeness/leaf.h"
#include "audit/record/field_value.h"
#include "audit/record/path.h"
#include "audit/record/supplement.h"

namespace cairn::completeness {
namespace {

// Why a supplement was not taken up. The first reason that applies, in the order of the enumeration
// from the record inwards.
v1::SupplementOutcome WhyNot(const v1::Supplement& supplement, const PackageRecord& record,
                             const v1::MinefieldRecord& now) {
  if (!record::CheckSupplement(supplement).ok()) return v1::SUPPLEMENT_OUTCOME_MALFORMED;
  if (supplement.record_commitment() != record.commitment.ToBytes()) {
    return v1::SUPPLEMENT_OUTCOME_NO_SUCH_RECORD;
  }
  const auto leaf = record::FindLeaf(now, supplement.field());
  if (!leaf.ok()) return v1::SUPPLEMENT_OUTCOME_NO_SUCH_FIELD;
  const auto old_value = record::SupplementValue(supplement.field(), supplement.old_value());
  if (!old_value.ok()) return v1::SUPPLEMENT_OUTCOME_MALFORMED;
  if (!record::SaysTheSame(**leaf, **old_value)) return v1::SUPPLEMENT_OUTCOME_OLD_VALUE_DIFFERS;
  return IsGiven(record::LeafOf(**leaf)) ? v1::SUPPLEMENT_OUTCOME_NO_REASON
                                         : v1::SUPPLEMENT_OUTCOME_MALFORMED;
}

std::optional<std::int64_t> LineSum(const v1::MinefieldRecord& record) {
  std::int64_t sum = 0;
  for (const v1::OrdnanceLine& line : record.what().ordnance()) {
    const std::optional<std::int64_t> count = CountOf(line.count());
    if (!count.has_value()) return std::nullopt;
    sum += *count;
  }
  return sum;
}

bool IsLineCount(absl::string_view field) {
  return absl::StartsWith(field, "what.ordnance[") && absl::EndsWith(field, "].count");
}

}  // namespace

absl::Status SupplementBook::Collect(std::span<const AssessedInput> packages) {
  for (const AssessedInput& package : packages) digests_.push_back(package.digest);
  for (std::size_t p = 0; p < packages.size(); ++p) {
    std::uint64_t position = 0;
    absl::Status status = packages[p].content->ForEachSupplement(
        [&](const v1::Supplement& supplement) -> absl::Status {
          entries_.push_back({p, position++, supplement, false});
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
  }
  for (std::size_t e = 0; e < entries_.size(); ++e) {
    const v1::Supplement& supplement = entries_[e].supplement;
    for (std::size_t p = 0; p <= entries_[e].package; ++p) {
      if (digests_[p].ToBytes() != supplement.package()) continue;
      by_target_[Target(p, supplement.record_index())].push_back(e);
    }
  }
  return absl::OkStatus();
}

v1::MinefieldRecord SupplementBook::Apply(std::size_t package, const PackageRecord& record,
                                          v1::Report& report) {
  const auto it = by_target_.find(Target(package, record.index));
  if (it == by_target_.end()) return *record.record;
  record::SuppliedRecord now{digests_[package], record.index, merkle::LeafHash{record.commitment},
                             *record.record};
  // One at a time, so that each sees what the earlier ones left.
  for (const std::size_t e : it->second) {
    Entry& entry = entries_[e];
    entry.used = true;
    record::EffectiveRecord next =
        record::ApplySupplements(now, std::span(&entry.supplement, std::size_t{1}));
    v1::SupplementResult& result = *report.add_supplements();
    result.set_package(entry.package);
    result.set_position(entry.position);
    result.mutable_record()->set_package(package);
    result.mutable_record()->set_record(record.index);
    result.set_field(entry.supplement.field());
    result.set_reason(entry.supplement.reason());
    switch (next.results[0].outcome) {
      case record::SupplementOutcome::kGapFilled:
        result.set_outcome(v1::SUPPLEMENT_OUTCOME_FILLED_GAP);
        break;
      case record::SupplementOutcome::kValueChanged:
        result.set_outcome(v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE);
        break;
      case record::SupplementOutcome::kNotTakenUp:
        result.set_outcome(WhyNot(entry.supplement, record, now.record));
        continue;
    }
    if (IsLineCount(entry.supplement.field())) {
      const std::optional<std::int64_t> before = LineSum(now.record);
      const std::optional<std::int64_t> after = LineSum(next.record);
      if (before.has_value()) result.set_old_count(*before);
      if (after.has_value()) result.set_new_count(*after);
    }
    now.record = std::move(next.record);
  }
  return std::move(now.record);
}

void SupplementBook::Finish(v1::Report& report) {
  for (const Entry& entry : entries_) {
    if (entry.used) continue;
    v1::SupplementResult& result = *report.add_supplements();
    result.set_package(entry.package);
    result.set_position(entry.position);
    result.set_field(entry.supplement.field());
    result.set_reason(entry.supplement.reason());
    result.set_outcome(v1::SUPPLEMENT_OUTCOME_NO_SUCH_RECORD);
  }
  auto& results = *report.mutable_supplements();
  std::sort(results.pointer_begin(), results.pointer_end(),
            [](const v1::SupplementResult* a, const v1::SupplementResult* b) {
              return std::make_pair(a->package(), a->position()) <
                     std::make_pair(b->package(), b->position());
            });
}

}  // namespace cairn::completeness
