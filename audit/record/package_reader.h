// Checks and takes a package apart in one pass, in constant memory beside one record and the names
// of its members.
//
// Nothing is believed before its turn: the order of members, each size, digest and canonical form,
// the record root, records.csv made again and compared, and last the manifest that the holder
// signed. What the callbacks got before an error is not to be used.
#ifndef CAIRN_AUDIT_RECORD_PACKAGE_READER_H_
#define CAIRN_AUDIT_RECORD_PACKAGE_READER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/merkle/types.h"
#include "audit/record/commitment.h"
#include "cairn/v1/package.pb.h"
#include "keys/age.h"
#include "keys/digest.h"
#include "keys/signing.h"

namespace cairn::record {

// What the reader knows of the package otherwise: from the log, the charter, its own key. What is
// left out is not checked; the result says what it is.
struct PackageExpectations {
  std::optional<std::string> log_origin;
  std::optional<keys::Bytes> handover;
  std::optional<std::string> holder;
  std::optional<bool> exercise;
  std::optional<std::uint64_t> record_count;
  std::optional<merkle::NodeHash> record_root;
  // One of these must have signed the manifest.
  std::vector<keys::SigningPublicKey> holder_keys;
  // The reader's own recipient must be among those that the manifest names: else the package was
  // meant for others, and somebody passed it on.
  std::optional<std::string> recipient;
  // Of the persons' file: the main file that it belongs to.
  std::optional<keys::Digest> main_manifest;
};

// Each may be empty. An error stops the reading and is returned as it is.
struct PackageCallbacks {
  std::function<absl::Status(const v1::PackageHeader&)> header;
  std::function<absl::Status(std::uint64_t index, UnpackedRecord)> record;
  std::function<absl::Status(std::uint64_t index, v1::Supplement)> supplement;
  // Gives where the attachment's bytes go; an empty sink for nowhere.
  std::function<absl::StatusOr<keys::Sink>(const keys::Digest& sha256, std::uint64_t size)>
      attachment;
  std::function<absl::Status(const keys::Digest& sha256)> attachment_end;
};

struct PackageAttachment {
  keys::Digest sha256;
  std::uint64_t size = 0;
};

struct ReadPackageResult {
  v1::PackageHeader header;
  v1::Manifest manifest;
  keys::Digest manifest_digest;
  keys::SigningPublicKey signer;  // Whose key it is, the log says.
  merkle::NodeHash record_root;
  std::vector<PackageAttachment> attachments;  // Ascending by digest.
};

// Reads the tar from `source` (keys::Opener gives it from a sealed file) to its end.
// kInvalidArgument: the package is not well made, or not what was expected; the message names
// member, byte, what was expected and found. kDataLoss: a digest, root or signature that does not
// match. Else what source and callbacks say.
absl::StatusOr<ReadPackageResult> ReadPackage(keys::Source source, PackageFile file,
                                              const PackageExpectations& expected,
                                              const PackageCallbacks& callbacks);

// The source of an opened age file. `opener` must outlive it.
keys::Source SourceOfOpener(keys::Opener& opener);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_PACKAGE_READER_H_
