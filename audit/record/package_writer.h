// Builds a package (package_format.h) in one pass over its files, in constant memory beside one
// records file and the names of the attachments: a package of any size is streamed from disk.
//
// The bytes of the tar depend on the plan, the seed and the holder's key alone, so that the holder
// can make them again and show what it sealed. (The sealed bytes differ: age takes a fresh nonce.)
#ifndef CAIRN_AUDIT_RECORD_PACKAGE_WRITER_H_
#define CAIRN_AUDIT_RECORD_PACKAGE_WRITER_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/merkle/types.h"
#include "audit/record/commitment.h"
#include "audit/record/scan_folder.h"
#include "cairn/v1/package.pb.h"
#include "cairn/v1/record.pb.h"
#include "keys/age.h"
#include "keys/digest.h"
#include "keys/sealing.h"
#include "keys/secret.h"
#include "keys/signing.h"

namespace cairn::record {

// What a package is to hold. The main file takes groups 1 to 6, the supplements to them and the
// masked scans; the persons' file takes the rest.
struct PackagePlan {
  std::string log_origin;
  keys::Bytes handover;   // 32 bytes: id of its OpenHandover statement.
  std::string holder;     // Handle.
  bool exercise = false;  // Every record must say the same.
  std::vector<v1::SubmissionTotals> totals;
  std::uint64_t record_count = 0;
  // Gives a record, without scan salts; called for 0, 1, 2 ... twice over for each file, and must
  // give the same each time (kAborted if it does not).
  std::function<absl::StatusOr<v1::MinefieldRecord>(std::uint64_t index)> record;
  std::vector<v1::Supplement> supplements;
  std::vector<Scan> scans;              // Any order; each digest once.
  std::vector<std::string> recipients;  // age recipients of this file, for the manifest.
};

struct PackageKeys {
  const keys::SecretBytes& seed;  // kPackageSeedSize bytes; never leaves the holder.
  const keys::SigningPrivateKey& holder;
};

struct BuiltPackage {
  keys::Digest manifest;  // SHA-256 of the Manifest bytes: other_manifest of the persons' file.
  merkle::NodeHash record_root;
  std::uint64_t record_count = 0;
  std::uint64_t tar_size = 0;
};

// Writes the tar. kInvalidArgument: a record or supplement that is not sound (its index named), the
// plan is not. kAborted: a record or scan changed meanwhile. Else what the sink or `record` says.
absl::StatusOr<BuiltPackage> WritePackage(const PackagePlan& plan, const PackageKeys& keys,
                                          const keys::Sink& sink);
// The persons' file beside the main file with this manifest.
absl::StatusOr<BuiltPackage> WritePersonsFile(const PackagePlan& plan, const PackageKeys& keys,
                                              const keys::Digest& main_manifest,
                                              const keys::Sink& sink);

struct SealedPackage {
  BuiltPackage built;
  keys::Digest digest;     // Of the sealed bytes: what SubmitPackage names.
  std::uint64_t size = 0;  // Of the sealed bytes.
};

// The same, sealed to `recipients` (plan.recipients is taken from them). The age keys come from the
// seed, so that the holder can show later what the file holds and who could read it
// (SealingSeed). kInvalidArgument also: no recipient.
absl::StatusOr<SealedPackage> SealPackage(PackagePlan plan, const PackageKeys& keys,
                                          std::span<const keys::SealingPublicKey> recipients,
                                          const keys::Sink& sink);
absl::StatusOr<SealedPackage> SealPersonsFile(PackagePlan plan, const PackageKeys& keys,
                                              const keys::Digest& main_manifest,
                                              std::span<const keys::SealingPublicKey> recipients,
                                              const keys::Sink& sink);

// The seed of the age layer, for keys::Opener::CreateWithSeed. It opens this one file and says
// nothing about the package seed.
keys::SecretBytes SealingSeed(const keys::SecretBytes& package_seed, PackageFile file);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_PACKAGE_WRITER_H_
