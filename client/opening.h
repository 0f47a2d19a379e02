// The opening check: does a sealed package hold what was signed for? Its answer is what a receiving
// party says in Acknowledge OPENED, reason by reason.
#ifndef CAIRN_CLIENT_OPENING_H_
#define CAIRN_CLIENT_OPENING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/record/package_reader.h"
#include "client/context.h"
#include "client/package_home.h"
#include "client/submissions.h"
#include "client/unsealing.h"
#include "keys/signing.h"

namespace cairn::v1 {
class PartyState;
}  // namespace cairn::v1

namespace cairn::client {

// What the opening showed. A mismatch is a result, not an error.
struct Opening {
  std::map<v1::OpeningMismatch, std::string> mismatches;  // Each with what was found.
  std::optional<record::ReadPackageResult> main;          // If it could be read to its end.
  std::optional<record::ReadPackageResult> persons;
  bool has_persons = false;  // The persons' file is here and was looked at.
  bool Matches() const { return mismatches.empty(); }
};

// Where the contents go while they are checked. What was given out is of no use if the opening
// does not match.
struct OpeningSinks {
  record::PackageCallbacks main;
  record::PackageCallbacks persons;
};

// What the log says beside the submission.
struct OpeningTerms {
  std::string log_origin;
  bool exercise = false;                            // Of the charter.
  std::vector<keys::SigningPublicKey> author_keys;  // All that the author ever had.
  bool with_persons = true;                         // Look at the persons' file if it is here.
  // Recipients that the charter names for this party: who has none of them here cannot say that a
  // package is not sealed to it. Empty: not a recipient.
  std::vector<std::string> own_keys = {};
  std::vector<std::string> own_persons_keys = {};
};

// Opens and checks the files in `folder` against the submission. kFailedPrecondition: a file is
// not the one that was submitted (fetch it again), or this party's sealing keys are not here.
// Otherwise errors of the disk, of key files and of the passphrase, and those of the sinks: only
// bytes of the package make a mismatch.
absl::StatusOr<Opening> CheckOpening(Unsealer& unsealer, const PackageFolder& folder,
                                     const Submitted& package, const OpeningTerms& terms,
                                     const OpeningSinks& sinks);

// Every signing key that a party has or had.
std::vector<keys::SigningPublicKey> SigningKeysOf(const v1::PartyState& party);

// The terms for a package, from the broker's word of its charter and of its author's keys.
absl::StatusOr<OpeningTerms> FetchTerms(Context& context, const Submitted& package);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_OPENING_H_
