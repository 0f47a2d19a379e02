// Opening sealed files with what this party has: the seed of packages that it made, or one of its
// sealing keys.
#ifndef CAIRN_CLIENT_UNSEALING_H_
#define CAIRN_CLIENT_UNSEALING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/record/commitment.h"
#include "client/context.h"
#include "client/package_home.h"
#include "keys/age.h"
#include "keys/digest.h"
#include "keys/sealing.h"
#include "keys/secret.h"

namespace cairn::client {

// The file's bytes, in pieces. kNotFound, kFailedPrecondition as DescribeContent.
absl::StatusOr<keys::Source> SourceOfFile(const std::string& path);

// Unlocks each key file at most once, and only when it is tried. Not thread-safe.
class Unsealer {
 public:
  // `context` must outlive this.
  explicit Unsealer(Context& context) : context_(context) {}

  struct Opened {
    keys::Opener opener;
    std::optional<std::string> recipient;  // Own key that opened it; none if it was the seed.
  };
  // What the bytes of a sealed file say to this party's keys, apart from what is wrong with the
  // keys.
  struct Tried {
    std::optional<Opened> opened;
    // Why not: kPermissionDenied: sealed to none of `keys`. kInvalidArgument, kDataLoss: the file's
    // header is damaged.
    absl::Status of_the_file;
    std::vector<std::string> keys;  // Own keys that were tried, as recipients; none if by the seed.
  };
  // Tries the sealed file at `path`: the main or the persons' file of the package of this digest.
  // An error is this party's own and says nothing of the file: of its disk, its passphrase or its
  // key files (one that cannot be used does not hinder another that opens). kFailedPrecondition:
  // it has no sealing key here.
  absl::StatusOr<Tried> Try(const std::string& path, const keys::Digest& package,
                            record::PackageFile file);
  // Try, for those who judge nothing by it: either error.
  absl::StatusOr<Opened> Open(const std::string& path, const keys::Digest& package,
                              record::PackageFile file);

  // All of a sealed file that is in memory, by one of this party's own keys; `name` names it in
  // messages. Either error of Try.
  absl::StatusOr<keys::Bytes> OpenBytes(keys::ByteView sealed, const std::string& name);

 private:
  absl::StatusOr<Tried> TryWithSeed(const std::string& path, const PackageFolder& made,
                                    record::PackageFile file);
  absl::StatusOr<const keys::SealingPrivateKey*> KeyByName(const std::string& name);
  absl::StatusOr<const keys::SecretBytes*> SeedAt(const std::string& path);

  Context& context_;
  std::map<std::string, absl::StatusOr<keys::SealingPrivateKey>> keys_;
  std::map<std::string, keys::SecretBytes> seeds_;
};

// The recipients of a package that this party made, as it sealed it: one a line.
absl::Status WriteRecipients(const std::string& path,
                             const std::vector<keys::SealingPublicKey>& recipients);
absl::StatusOr<std::vector<keys::SealingPublicKey>> ReadRecipients(const std::string& path);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_UNSEALING_H_
