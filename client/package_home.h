// Where this party keeps packages: packages/DIGEST/ with the sealed files, what the log says of
// them, and for packages that it made itself the seeds, each an encrypted key file.
#ifndef CAIRN_CLIENT_PACKAGE_HOME_H_
#define CAIRN_CLIENT_PACKAGE_HOME_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/context.h"
#include "client/home.h"
#include "client/submissions.h"
#include "keys/digest.h"
#include "keys/secret.h"

namespace cairn::client {

// The files of a built or fetched package in one folder. A value.
class PackageFolder {
 public:
  explicit PackageFolder(std::string folder) : folder_(std::move(folder)) {}
  static PackageFolder Of(const Home& home, const keys::Digest& digest);

  const std::string& folder() const { return folder_; }
  std::string Main() const { return folder_ + "/package.age"; }
  std::string Persons() const { return folder_ + "/persons.age"; }
  std::string Submission() const { return folder_ + "/submission.pb"; }  // Canonical SubmitPackage.
  // Of packages that this party made, in its home only:
  std::string Seed() const { return folder_ + "/seed.key"; }
  std::string Recipients() const { return folder_ + "/recipients.txt"; }
  std::string PersonsRecipients() const { return folder_ + "/persons-recipients.txt"; }

 private:
  std::string folder_;
};

// Keeps a package's seed under the context's passphrase. kAlreadyExists: one is there.
absl::Status KeepSeed(Context& context, const std::string& path, const keys::SecretBytes& seed);
// kNotFound: this party did not make the package. Else as keys::ReadSealingKeyFile.
absl::StatusOr<keys::SecretBytes> LoadSeed(Context& context, const std::string& path);

// Fetches the sealed files that are not there yet, `persons` as well if there is one, and writes
// submission.pb. Errors as Transfer::Download.
absl::StatusOr<PackageFolder> FetchPackage(Context& context, const Submitted& package,
                                           bool persons);

// Keeps built files in the home too, as links, so that their maker can assess them without fetching
// them. Not being able to is no error: they can be fetched.
void LinkIntoHome(const Home& home, const PackageFolder& built, const v1::SubmitPackage& said);

// The canonical SubmitPackage of a folder. kInvalidArgument names the file.
absl::StatusOr<v1::SubmitPackage> ReadSubmission(const PackageFolder& folder);
absl::Status WriteSubmission(const PackageFolder& folder, const v1::SubmitPackage& submission);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_PACKAGE_HOME_H_
