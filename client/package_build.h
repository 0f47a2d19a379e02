// Building a package: from transcriptions and scans to sealed files and the submission that will be
// signed for them. What may not be signed is refused here.
#ifndef CAIRN_CLIENT_PACKAGE_BUILD_H_
#define CAIRN_CLIENT_PACKAGE_BUILD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/record/commitment.h"
#include "cairn/v1/statement.pb.h"
#include "client/context.h"
#include "client/package_home.h"
#include "keys/digest.h"
#include "keys/sealing.h"

namespace cairn::client {

struct BuildOrder {
  keys::Bytes handover;
  v1::PackageKind kind = v1::PACKAGE_KIND_ORIGINAL;
  std::string first;   // Folder of the (first) transcription.
  std::string second;  // Folder of the second one; empty: none.
  std::string scans;   // Where the scans are said to stand; empty: wherever they do.
  std::string rules;   // Rule set file: the charter's.
  std::string out;     // Folder to write.
  std::optional<v1::ReceivedOutside> received_outside;
};

struct PackageMade {
  keys::Digest digest;
  v1::SubmitPackage submission;
  PackageFolder out;
  std::size_t recipients = 0;
  std::vector<std::string> remarks;  // What the holder should look at before it signs.
};

// Seals the package to the recipients of the charter and writes OUT/package.age, OUT/persons.age
// if there are persons, and OUT/submission.pb; the seed goes into the home.
// kInvalidArgument names file, line and column, or the record: a blank without a type (check I-22),
// an exercise flag that is not the charter's, a supplement that changes a value without a reason,
// an area that totals.csv does not have. kFailedPrecondition: the rule set is not the charter's, or
// nobody may get the persons' file. kAlreadyExists: OUT has a package.
absl::StatusOr<PackageMade> BuildPackage(Context& context, const BuildOrder& order);

// The keys that a file of a package is sealed to, ascending by their text: those of the charter.
absl::StatusOr<std::vector<keys::SealingPublicKey>> RecipientsOf(const v1::Charter& charter,
                                                                 record::PackageFile file);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_PACKAGE_BUILD_H_
