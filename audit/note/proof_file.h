// Proof files (C2SP tlog-proof): the receipt of one entry, to be verified offline for ever.
//
//   c2sp.org/tlog-proof@v1 0A
//   [ "extra " <base64> 0A ]                unauthenticated
//   "index " <decimal> 0A
//   ( <base64 of a 32-byte hash> 0A )       0 to 63, the leaf's sibling first
//   0A
//   <checkpoint note, verbatim, with cosignatures>
//
// Pure, thread-safe.
#ifndef CAIRN_AUDIT_NOTE_PROOF_FILE_H_
#define CAIRN_AUDIT_NOTE_PROOF_FILE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/merkle/types.h"
#include "audit/note/checkpoint.h"
#include "audit/note/policy.h"
#include "keys/bytes.h"

namespace cairn::note {

inline constexpr std::size_t kMaxProofFileBytes = std::size_t{64} * 1024;
// With `extra`, where an entry of 65,535 bytes takes some 87,000 in base64.
inline constexpr std::size_t kMaxProofFileBytesWithExtra = std::size_t{160} * 1024;

// The parts of a proof file. Having parsed one proves nothing: see VerifyProofFile.
struct ProofFile {
  std::optional<keys::Bytes> extra;  // Never to be trusted.
  merkle::LeafIndex index{};
  std::vector<merkle::NodeHash> path;
  std::string note;  // A checkpoint note; unverified, so its text is not to be looked at.

  friend bool operator==(const ProofFile&, const ProofFile&) = default;
};

// kInvalidArgument: not of the form above, over a cap, base64 or a number in another than its one
// spelling, more than 63 hashes, an index of 2^63 - 1 or above, what follows is not a signed note.
// For a file that parses, FormatProofFile gives the same bytes.
absl::StatusOr<ProofFile> ParseProofFile(keys::ByteView file);

// kInvalidArgument: parts that ParseProofFile would refuse.
absl::StatusOr<std::string> FormatProofFile(const ProofFile& proof);

// What a proof file shows. The steps are taken in the order of the specification; a step that could
// not be taken because an earlier one failed is kFailedPrecondition and says which.
struct ProofReport {
  // The file and its note are well formed. kInvalidArgument.
  absl::Status form;
  // A log of the policy has signed the checkpoint. kUnauthenticated: the policy lists no such log,
  // or it has not signed; kDataLoss: a signature by a key of the policy does not verify.
  absl::Status log_signature;
  // The cosignatures satisfy the policy's quorum. OK under `quorum none`, when nothing was asked:
  // Policy::WantsWitnesses tells. kUnauthenticated: too few.
  absl::Status quorum;
  // The entry is in the tree signed, at the index stated. kDataLoss: it is not; kInvalidArgument:
  // no such index, or a path of a length that cannot be.
  absl::Status inclusion;

  // What was shown. Meaningful only as far as the steps are OK: `opened` after log_signature.
  merkle::LeafHash leaf;
  merkle::LeafIndex index{};
  std::optional<OpenedCheckpoint> opened;

  // OK if all four are; else the first that failed, in this order.
  absl::Status Overall() const;
};

// Judges the bytes of a proof file for the exact bytes of an entry. `file` and `entry` may come
// from an adversary; `policy` is the verifier's own. For who tells a person each claim apart.
ProofReport ExamineProofFile(keys::ByteView entry, keys::ByteView file, const Policy& policy);

// What was proven of an entry: by this log, in a tree of this size, at this index.
struct VerifiedEntry {
  merkle::LeafHash leaf;
  merkle::LeafIndex index{};
  OpenedCheckpoint opened;  // Which log, which size and root, which witnesses, and when they say.
};

// The same with one answer: everything holds, or the first failure's status.
absl::StatusOr<VerifiedEntry> VerifyProofFile(keys::ByteView entry, keys::ByteView file,
                                              const Policy& policy);

}  // namespace cairn::note

#endif  // CAIRN_AUDIT_NOTE_PROOF_FILE_H_
