// What a signature binds of a record, so that one group can be shown, or erased, alone.
//
//   salt_g        = HKDF-SHA-256(package seed, "", "cairn/group/v1" || u32be record index || g)
//   group digest  = SHA-256("cairn/group/v1" || g || salt_g || bytes)          g: one byte, 1 to 7
//   record leaf   = "cairn/record/v1" || the seven group digests               15 + 7 * 32 bytes
//   record root   = RFC 6962 tree over the record leaves, in the order of the package
//   package salt  = HKDF-SHA-256(package seed, "", "cairn/package-salt/v1")
//   scan salt     = HKDF-SHA-256(package seed, "", "cairn/scan/v1" || u32be record index ||
//                   u32be place among the record's attachments)
//   scan digest   = SHA-256("cairn/scan/v1" || scan salt || SHA-256 of the file)
//
// Whoever shows salt_g and the bytes opens one group to a third person, who checks it with
// VerifyOpenedGroup; the other six stay sealed. Erasing a group erases its bytes and its salt.
// The seed makes all salts, so it never leaves the holder.
#ifndef CAIRN_AUDIT_RECORD_COMMITMENT_H_
#define CAIRN_AUDIT_RECORD_COMMITMENT_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/merkle/types.h"
#include "cairn/v1/package.pb.h"
#include "cairn/v1/record.pb.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/secret.h"

namespace cairn::record {

inline constexpr int kGroups = 7;
inline constexpr int kPersonsGroup = 7;
inline constexpr std::size_t kPackageSeedSize = 32;

using GroupDigests = std::array<keys::Digest, kGroups>;

// REQUIRES everywhere: the seed has kPackageSeedSize bytes, 1 <= group <= kGroups.
keys::Digest GroupSalt(const keys::SecretBytes& seed, std::uint32_t record, int group);
keys::Digest PackageSalt(const keys::SecretBytes& seed);
keys::Digest ScanSalt(const keys::SecretBytes& seed, std::uint32_t record, std::uint32_t place);

keys::Digest GroupDigest(int group, const keys::Digest& salt, keys::ByteView bytes);
keys::Digest ScanDigest(const keys::Digest& salt, const keys::Digest& file);

keys::Bytes RecordLeaf(const GroupDigests& digests);
// RFC 6962 leaf hash of RecordLeaf: the record's commitment.
merkle::LeafHash RecordCommitment(const GroupDigests& digests);

// Checks a group that somebody opened, with the digests that were signed. kInvalidArgument: no
// such group, a salt that is not 32 bytes. kDataLoss: salt and bytes are not what was signed.
absl::Status VerifyOpenedGroup(const v1::Group& opened, const GroupDigests& digests);

// Puts the salts and salted digests of its attachments into a record that stands at this index.
void SaltAttachments(const keys::SecretBytes& seed, std::uint32_t index,
                     v1::MinefieldRecord& record);

// A record as the two files of a package carry it.
struct PackedPair {
  v1::PackedRecord main;     // Groups 1 to 6, and the digest of the seventh.
  v1::PackedRecord persons;  // Group 7, and the digests of the others.
  GroupDigests digests;
};
// Salts the attachments too. kInvalidArgument: the record has no proper shape (CheckRecordShape).
absl::StatusOr<PackedPair> PackRecord(const keys::SecretBytes& seed, std::uint32_t index,
                                      v1::MinefieldRecord record);

// A packed record read back: group by group canonical, digests computed.
struct UnpackedRecord {
  v1::MinefieldRecord record;  // Main file: without persons. Persons' file: with nothing else.
  GroupDigests digests;
};
enum class PackageFile { kMain, kPersons };
// kInvalidArgument: a group missing, unknown, twice or out of order; bytes that are not canonical;
// a record without proper shape; digests that are not 32 bytes.
absl::StatusOr<UnpackedRecord> UnpackRecord(const v1::PackedRecord& packed, PackageFile file);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_COMMITMENT_H_
