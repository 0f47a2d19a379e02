// The parts of each kind of evidence, and judging what several kinds have. Inside audit/dossier.
#ifndef CAIRN_AUDIT_DOSSIER_EVIDENCE_PARTS_H_
#define CAIRN_AUDIT_DOSSIER_EVIDENCE_PARTS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/dossier/evidence.h"
#include "audit/merkle/types.h"
#include "audit/note/checkpoint.h"
#include "audit/note/proof_file.h"
#include "keys/vkey.h"

namespace cairn::dossier {

struct EvidencePart {
  absl::string_view name;
  keys::Bytes Evidence::*member;
  bool may_be_empty = false;
};

// In their order.
std::vector<EvidencePart> PartsOf(EvidenceKind kind);

// A checkpoint that the log, and the witnesses if there are any, have signed. kDataLoss: not so.
absl::StatusOr<note::OpenedCheckpoint> SignedNote(const keys::Bytes& note,
                                                  const keys::VerifierKey& log,
                                                  const std::vector<keys::VerifierKey>& witnesses);
// What a receipt proves of an entry, under the log's key alone. kDataLoss: it proves nothing.
absl::StatusOr<note::VerifiedEntry> ProvenEntry(const keys::Bytes& proof, const keys::Bytes& entry,
                                                const keys::VerifierKey& log);
// kInvalidArgument: not 32 bytes each, or more than a proof has.
absl::StatusOr<std::vector<merkle::NodeHash>> HashesIn(const keys::Bytes& bytes);

// The kinds with entries (evidence_fold.cc).
absl::Status JudgeGrowth(const Evidence& evidence, const keys::VerifierKey& log,
                         EntryLists& entries);
absl::Status JudgeWrongfulRefusal(const Evidence& evidence, const keys::VerifierKey& log,
                                  EntryLists& entries);
absl::Status JudgeNotLogged(const Evidence& evidence, const keys::VerifierKey& log,
                            EntryLists& entries);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_EVIDENCE_PARTS_H_
