#include "audit/dossier/claim.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace cairn::dossier {
namespace {

constexpr std::uint64_t kYear10000Ms = 253'402'300'800'000;

bool SaysNothingToCheckWith(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

Claim MakeClaim(absl::string_view id, absl::string_view sentence, ClaimState state,
                absl::string_view why, Weight weight) {
  return {.id = std::string(id),
          .sentence = std::string(sentence),
          .state = state,
          .why = std::string(why),
          .weight = weight};
}

}  // namespace

absl::string_view StateName(ClaimState state) {
  switch (state) {
    case ClaimState::kHolds:
      return "holds";
    case ClaimState::kDoesNotHold:
      return "does not hold";
    case ClaimState::kNotChecked:
      break;
  }
  return "not checked";
}

void Examination::Holds(absl::string_view id, absl::string_view sentence, absl::string_view why,
                        Weight weight) {
  claims.push_back(MakeClaim(id, sentence, ClaimState::kHolds, why, weight));
}
void Examination::Fails(absl::string_view id, absl::string_view sentence, absl::string_view why,
                        Weight weight) {
  claims.push_back(MakeClaim(id, sentence, ClaimState::kDoesNotHold, why, weight));
}
void Examination::Skips(absl::string_view id, absl::string_view sentence, absl::string_view why,
                        Weight weight) {
  claims.push_back(MakeClaim(id, sentence, ClaimState::kNotChecked, why, weight));
}

void Examination::Judges(absl::string_view id, absl::string_view sentence,
                         const absl::Status& status, Weight weight) {
  if (status.ok()) return Holds(id, sentence, "", weight);
  if (SaysNothingToCheckWith(status)) return Skips(id, sentence, status.message(), weight);
  Fails(id, sentence, status.message(), weight);
}

void Examination::Says(absl::string_view fact, absl::string_view value) {
  facts.push_back({std::string(fact), std::string(value)});
}

const Claim* Examination::Find(absl::string_view id) const {
  const auto found = std::find_if(claims.begin(), claims.end(),
                                  [id](const Claim& claim) { return claim.id == id; });
  return found == claims.end() ? nullptr : &*found;
}

ClaimState WorstOf(const Examination& examination) {
  bool holds = false;
  bool missing = false;
  for (const Claim& claim : examination.claims) {
    if (claim.state == ClaimState::kDoesNotHold) return ClaimState::kDoesNotHold;
    holds |= claim.state == ClaimState::kHolds;
    missing |= claim.state == ClaimState::kNotChecked && claim.weight == Weight::kEssential;
  }
  return holds && !missing ? ClaimState::kHolds : ClaimState::kNotChecked;
}

ClaimState WorstOf(const std::vector<Examination>& examinations) {
  ClaimState worst = ClaimState::kHolds;
  for (const Examination& one : examinations) {
    const ClaimState state = WorstOf(one);
    if (state == ClaimState::kDoesNotHold) return state;
    if (state == ClaimState::kNotChecked) worst = state;
  }
  return worst;
}

ClaimCounts CountClaims(const std::vector<Examination>& examinations) {
  ClaimCounts counts;
  for (const Examination& one : examinations) {
    for (const Claim& claim : one.claims) {
      if (claim.state == ClaimState::kHolds) ++counts.hold;
      if (claim.state == ClaimState::kDoesNotHold) ++counts.do_not_hold;
      if (claim.state == ClaimState::kNotChecked) ++counts.not_checked;
    }
  }
  return counts;
}

std::string UtcText(std::uint64_t milliseconds) {
  if (milliseconds >= kYear10000Ms) return absl::StrCat(milliseconds, " ms since 1970");
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC",
                          absl::FromUnixMillis(static_cast<std::int64_t>(milliseconds)),
                          absl::UTCTimeZone());
}

}  // namespace cairn::dossier
