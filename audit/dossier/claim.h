// What a verification says: claims, each of which holds, does not hold, or was not checked. There
// is no verdict that hides them: who wants one word asks for the worst of them.
#ifndef CAIRN_AUDIT_DOSSIER_CLAIM_H_
#define CAIRN_AUDIT_DOSSIER_CLAIM_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cairn::dossier {

enum class ClaimState { kHolds, kDoesNotHold, kNotChecked };
// "holds", "does not hold", "not checked".
absl::string_view StateName(ClaimState state);

// Whether a file can be relied on without this claim. An essential claim that was not checked
// leaves the file unverified, whatever else holds.
enum class Weight { kEssential, kBeside };

struct Claim {
  std::string id;        // For programs, and for ever: "inclusion".
  std::string sentence;  // What is claimed, in words that are the same in each state.
  ClaimState state = ClaimState::kNotChecked;
  std::string why;  // Why it does not hold or was not checked; for one that holds, by what.
  Weight weight = Weight::kEssential;
};

// Something that the file says and nobody vouches for here: shown as claimed.
struct Fact {
  std::string name;  // "logged at"
  std::string value;
};

// What was found of one thing that was examined.
struct Examination {
  std::string name;  // The file, as it was given.
  std::string kind;  // "receipt", "entry", ...; "unknown"
  std::vector<Claim> claims;
  std::vector<Fact> facts;

  void Holds(absl::string_view id, absl::string_view sentence, absl::string_view why = "",
             Weight weight = Weight::kEssential);
  void Fails(absl::string_view id, absl::string_view sentence, absl::string_view why,
             Weight weight = Weight::kEssential);
  void Skips(absl::string_view id, absl::string_view sentence, absl::string_view why,
             Weight weight = Weight::kEssential);
  // Holds if `status` is OK; not checked if it says that something was not there to check with
  // (kFailedPrecondition, kNotFound, kOutOfRange, kUnavailable, kUnimplemented); else fails.
  void Judges(absl::string_view id, absl::string_view sentence, const absl::Status& status,
              Weight weight = Weight::kEssential);
  void Says(absl::string_view name, absl::string_view value);

  const Claim* Find(absl::string_view id) const;  // Null if there is none.
};

// The worst of what was found, as an exit code has it: kDoesNotHold if any claim does not hold;
// else kNotChecked if an essential one was not checked, or nothing holds; else kHolds.
ClaimState WorstOf(const Examination& examination);
// Of several: kDoesNotHold before kNotChecked before kHolds.
ClaimState WorstOf(const std::vector<Examination>& examinations);

// How many claims are in each state.
struct ClaimCounts {
  std::uint64_t hold = 0;
  std::uint64_t do_not_hold = 0;
  std::uint64_t not_checked = 0;
};
ClaimCounts CountClaims(const std::vector<Examination>& examinations);

// "2021-08-09 00:00:00 UTC"; what lies beyond the year 9999 as its number.
std::string UtcText(std::uint64_t milliseconds);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_CLAIM_H_
