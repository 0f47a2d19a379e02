#include "client/package_home.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/statement/canonical.h"
#include "client/transfer.h"
#include "keys/key_file.h"
#include "keys/sealing.h"

namespace cairn::client {
namespace {

constexpr char kSeedName[] = "package-seed";
constexpr std::size_t kMaxSubmissionBytes = std::size_t{64} * 1024;

}  // namespace

PackageFolder PackageFolder::Of(const Home& home, const keys::Digest& digest) {
  return PackageFolder(absl::StrCat(home.Packages(), "/", digest.Hex()));
}

// A seed is 32 secret bytes, and so is the scalar of an X25519 key (any 32 bytes are one): the key
// file's format serves for it as it is. Its "public" line is good for nothing, and harmless.
absl::Status KeepSeed(Context& context, const std::string& path, const keys::SecretBytes& seed) {
  absl::StatusOr<const keys::SecretBytes*> passphrase = context.GetPassphrase();
  if (!passphrase.ok()) return passphrase.status();
  absl::StatusOr<keys::SealingPrivateKey> as_key = keys::SealingPrivateKey::FromSecret(seed);
  if (!as_key.ok()) return as_key.status();
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  // Guessing the passphrase shall cost the same here as with the key that signs.
  const absl::StatusOr<keys::KeyFileHeader> signing =
      keys::ReadKeyFileHeader(home->Key(context.options.signing_key));
  if (!signing.ok()) return signing.status();
  return keys::WriteKeyFile(path, kSeedName, keys::PrivateKey(*std::move(as_key)), **passphrase,
                            signing->cost);
}

absl::StatusOr<keys::SecretBytes> LoadSeed(Context& context, const std::string& path) {
  absl::StatusOr<keys::KeyFileHeader> header = keys::ReadKeyFileHeader(path);
  if (!header.ok()) return header.status();
  absl::StatusOr<const keys::SecretBytes*> passphrase = context.GetPassphrase();
  if (!passphrase.ok()) return passphrase.status();
  absl::StatusOr<keys::SealingPrivateKey> as_key = keys::ReadSealingKeyFile(path, **passphrase);
  if (!as_key.ok()) return as_key.status();
  return as_key->Secret();
}

absl::StatusOr<PackageFolder> FetchPackage(Context& context, const Submitted& package,
                                           bool persons) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const PackageFolder folder = PackageFolder::Of(*home, package.digest);
  if (absl::Status made = MakeFolder(folder.folder()); !made.ok()) return made;
  absl::StatusOr<Transfer> transfer = Transfer::Create(context);
  if (!transfer.ok()) return transfer.status();
  absl::Status fetched =
      transfer->Download(package.digest, package.submission.size(), folder.Main());
  if (fetched.ok() && persons && !package.submission.persons_digest().empty()) {
    const auto digest = keys::Digest::FromBytes(keys::AsBytes(package.submission.persons_digest()));
    if (!digest.ok()) return digest.status();
    fetched = transfer->Download(*digest, package.submission.persons_size(), folder.Persons());
  }
  if (fetched.ok()) fetched = WriteSubmission(folder, package.submission);
  if (!fetched.ok()) return fetched;
  return folder;
}

void LinkIntoHome(const Home& home, const PackageFolder& built, const v1::SubmitPackage& said) {
  const auto digest = keys::Digest::FromBytes(keys::AsBytes(said.digest()));
  if (!digest.ok()) return;
  const PackageFolder kept = PackageFolder::Of(home, *digest);
  if (!MakeFolder(kept.folder()).ok() || !WriteSubmission(kept, said).ok()) return;
  const bool linked = link(built.Main().c_str(), kept.Main().c_str()) == 0;
  if (!linked || said.persons_digest().empty()) return;
  if (link(built.Persons().c_str(), kept.Persons().c_str()) != 0) return;
}

absl::StatusOr<v1::SubmitPackage> ReadSubmission(const PackageFolder& folder) {
  absl::StatusOr<keys::Bytes> bytes = ReadFile(folder.Submission(), kMaxSubmissionBytes);
  if (!bytes.ok()) return bytes.status();
  v1::SubmitPackage submission;
  const absl::Status parsed = statement::ParseCanonical(keys::AsBytes(*bytes), submission);
  if (parsed.ok()) return submission;
  return absl::InvalidArgumentError(absl::StrCat(folder.Submission(),
                                                 " is no submission as `cairn package build` ",
                                                 "writes it: ", parsed.message()));
}

absl::Status WriteSubmission(const PackageFolder& folder, const v1::SubmitPackage& submission) {
  absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(submission);
  if (!bytes.ok()) return bytes.status();
  return WriteFileDurably(folder.Submission(), keys::AsBytes(*bytes));
}

}  // namespace cairn::client
