// Evidence: one file that convicts a log or a witness by its own signatures, to be judged offline
// and by anybody. Nothing in it is to be believed but these signatures.
//
//   cairn evidence v1 <kind> 0A
//   part <name> <decimal length> 0A       then so many bytes, then 0A; once a part, in this order
//
//   two-roots            log, first, second                            two notes of one size
//   two-leaves           log, first, first-entry, second, second-entry  two receipts of one index
//   witness-signed-both  log, witness, first, second                   two cosigned notes of one
//   size
//
// `log` and `witness` are verifier keys in text; notes, receipts (C2SP tlog-proof) and entries are
// verbatim. A file has one spelling. Pure.
#ifndef CAIRN_AUDIT_DOSSIER_EVIDENCE_H_
#define CAIRN_AUDIT_DOSSIER_EVIDENCE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/dossier/claim.h"
#include "audit/dossier/verify.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::dossier {

inline constexpr absl::string_view kEvidenceMagic = "cairn evidence v1 ";
inline constexpr std::size_t kMaxEvidenceBytes = std::size_t{512} * 1024;

enum class EvidenceKind { kTwoRoots, kTwoLeaves, kWitnessSignedBoth };
absl::string_view EvidenceName(EvidenceKind kind);

struct Evidence {
  EvidenceKind kind = EvidenceKind::kTwoRoots;
  std::string log;      // vkey
  std::string witness;  // vkey; of kWitnessSignedBoth alone.
  keys::Bytes first;
  keys::Bytes first_entry;  // Of kTwoLeaves alone.
  keys::Bytes second;
  keys::Bytes second_entry;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// kInvalidArgument: not of the form above, an unknown kind, over a limit. Judges nothing.
absl::StatusOr<Evidence> ParseEvidence(keys::ByteView file);
// The inverse. REQUIRES: exactly the parts of its kind are not empty.
keys::Bytes FormatEvidence(const Evidence& evidence);

// Whether it convicts. OK: it does, whoever looks at it. kDataLoss: its signatures do not verify,
// or what they sign can stand side by side. kInvalidArgument: a part is not what it ought to be.
[[nodiscard]] absl::Status JudgeEvidence(const Evidence& evidence);

// Makes evidence of two notes or two receipts (with their entries) of a log, if they convict it;
// with `witness`, if they convict that. Errors of JudgeEvidence otherwise.
absl::StatusOr<Evidence> MakeEvidence(Evidence parts);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_EVIDENCE_H_
