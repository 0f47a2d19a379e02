// One examiner a kind of file: adds claims and facts to an examination. Inside audit/dossier.
#ifndef CAIRN_AUDIT_DOSSIER_EXAMINERS_H_
#define CAIRN_AUDIT_DOSSIER_EXAMINERS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/dossier/claim.h"
#include "audit/dossier/dossier_file.h"
#include "audit/dossier/verify.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/age.h"
#include "keys/bytes.h"

namespace cairn::dossier {

enum class FileKind {
  kUnknown,
  kReceipt,
  kEntry,
  kStatement,
  kRefusal,
  kNote,
  kPolicy,
  kVkey,
  kKeyFile,
  kSealed,
  kPackage,
  kSubmission,
  kReport,
  kPartyEntry,
  kRuleSet,
  kAnnex,
  kEvidence,
  kDossier,
  kLodging,
};
absl::string_view KindName(FileKind kind);

// By content; by the name's ending where the content fits nothing.
FileKind DetectKind(const std::string& name, keys::ByteView bytes);
// By the first bytes alone, for files that are streamed: kSealed, kPackage, kDossier, kEvidence or
// kUnknown.
FileKind DetectStreamed(keys::ByteView head);
inline constexpr std::size_t kStreamedHeadBytes = 512;

// Both are judged, as far as they are there; at least one is.
void ExamineReceipt(const std::optional<keys::Bytes>& proof,
                    const std::optional<keys::Bytes>& entry, Trust& trust, Examination& out);
void ExamineStatement(keys::ByteView bytes, Trust& trust, Examination& out);
void ExamineRefusal(keys::ByteView bytes, const Companions& beside, Trust& trust, Examination& out);
void ExamineNote(keys::ByteView bytes, Trust& trust, Examination& out);
void ExaminePolicy(keys::ByteView bytes, const Trust& trust, Examination& out);
void ExamineVkey(keys::ByteView bytes, const Trust& trust, Examination& out);
void ExamineKeyFile(keys::ByteView bytes, Examination& out);
void ExaminePartyEntry(keys::ByteView bytes, const Trust& trust, Examination& out);
void ExamineReport(keys::ByteView bytes, Examination& out);
// Beside it the statement that names it, if there is one.
void ExamineAnnex(keys::ByteView bytes, const Companions& beside, Trust& trust, Examination& out);
void ExamineRuleSet(keys::ByteView bytes, Examination& out);
void ExamineSubmissionFile(keys::ByteView bytes, Examination& out);
void ExamineLodging(keys::ByteView bytes, const Trust& trust, Examination& out);
void ExamineDossier(const std::string& name, const ReadAt& read, Trust& trust, Examination& out);

// Gives the file from its beginning; called once for each pass over it.
using OpenSource = std::function<absl::StatusOr<keys::Source>()>;
void ExamineEvidence(const OpenSource& open, const Trust& trust, Examination& out);
void ExamineSealed(const OpenSource& open, const Companions& beside, Trust& trust,
                   Examination& out);
void ExaminePackage(const OpenSource& open, Trust& trust, Examination& out);

// --- What several of them share ------------------------------------------------------------------

// The claims about a signed statement itself: its form, its signature, and whether it is meant for
// `origin` (or, without one, for a log that is believed). Nothing if it is not well signed.
std::optional<statement::VerifiedStatement> ExamineSigned(keys::ByteView signed_statement,
                                                          const std::optional<std::string>& origin,
                                                          const Trust& trust, Examination& out);
// The claim about a checkpoint that its log has signed: the same history as the verifier's copy.
void ExamineHistory(const note::Checkpoint& checkpoint, Trust& trust, Examination& out);
// The claims about cosignatures, under the policies for progress and for what is final, and the
// level that they come to: 0 the log alone, 1 progress, 2 final. `quorum` is for progress; `note`
// is one that `log` has signed. `act`, if it is known: what a charter's witness term is looked up
// for, after which progress is final too.
struct ActInLog {
  merkle::LeafIndex leaf{};
  keys::Bytes handover;
};
void ExamineWitnesses(const absl::Status& quorum, keys::ByteView note, const keys::VerifierKey& log,
                      const std::optional<ActInLog>& act, const Trust& trust, Examination& out);
// The believed log of this origin; null if there is none.
const keys::VerifierKey* BelievedLog(const Trust& trust, absl::string_view origin);

inline constexpr absl::string_view kFormId = "form";
inline constexpr absl::string_view kIdentitySentence =
    "It was signed with a key of the party that it names as its author.";

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_EXAMINERS_H_
