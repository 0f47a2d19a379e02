// Evidence: one file that convicts a log or a witness by its own signatures, to be judged offline
// and by anybody. Nothing in it is to be believed but these signatures, and what the log's rules
// make of its own entries. One kind convicts nobody: it shows that a statement was not logged.
//
//   cairn evidence v1 <kind> 0A
//   part <name> <decimal length> 0A       then so many bytes, then 0A; once a part, in this order
//   entries <decimal count> 0A            then so many times u16be length, bytes; then 0A
//
//   two-roots             log, first, second                            two notes of one size
//   two-leaves            log, first, first-entry, second, second-entry two receipts of one index
//   witness-signed-both   log, witness, first, second                   two cosigned notes of one
//                                                                       size
//   receipt-contradicted  log, first, first-entry, second, root, hashes
//       `first` is a receipt in a tree of n leaves, `second` a note of a larger tree; `hashes`
//       prove that the larger one begins with n leaves under `root`, which is not the receipt's
//   growth-after-freeze   log, first, second; entries
//       `entries` are all of the note `first`, and by the log's rules Freeze takes effect among
//       them; either they go on behind it, or `second` is a note of a larger tree
//   revoked-key-used      log, first, first-entry, second, second-entry
//       receipts of a RevokeKey and, at a later leaf, of a statement under that key: if the
//       revocation may stand there the other may not
//   wrongful-refusal      log, first, refusal, statement; entries
//       `entries` are all of the note `first`, whose size is at least the refusal's; on the state
//       at the refusal's size the log's rules accept the statement
//   not-logged            log, first, statement, lodging, hashes; entries
//       `entries` are the last ones of the note `first`, back to what the statement's author had
//       seen at least, `hashes` the peaks of what is before them; none of them is the statement
//
// `log` and `witness` are verifier keys in text; notes, receipts (C2SP tlog-proof) and entries are
// verbatim; `root` is 32 bytes, `hashes` 32 bytes each, perhaps none; `statement`, `refusal` and
// `lodging` are signed messages (statement.proto). Where rules are to be folded and the log goes on
// from a predecessor, the predecessor's entries stand before its own, up to what was carried over,
// the oldest log's first. A file has one spelling. Pure.
#ifndef CAIRN_AUDIT_DOSSIER_EVIDENCE_H_
#define CAIRN_AUDIT_DOSSIER_EVIDENCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/dossier/claim.h"
#include "audit/dossier/verify.h"
#include "cairn/v1/statement.pb.h"
#include "keys/age.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::dossier {

inline constexpr absl::string_view kEvidenceMagic = "cairn evidence v1 ";
// Of everything but entries, which are read one by one.
inline constexpr std::size_t kMaxEvidenceBytes = std::size_t{512} * 1024;
inline constexpr std::uint64_t kMaxEvidenceEntries = std::uint64_t{1} << 28;  // Of all lists.
inline constexpr int kMaxEvidenceLogs = 17;                                   // Lists of entries.

enum class EvidenceKind {
  kTwoRoots,
  kTwoLeaves,
  kWitnessSignedBoth,
  kReceiptContradicted,
  kGrowthAfterFreeze,
  kRevokedKeyUsed,
  kWrongfulRefusal,
  kNotLogged,
};
absl::string_view EvidenceName(EvidenceKind kind);
// As a PublishEvidence statement names it.
v1::EvidenceKind PublishedKind(EvidenceKind kind);
// Whether its file ends in lists of entries.
bool HasEntries(EvidenceKind kind);

// Everything but the entries. Which parts a kind has: above.
struct Evidence {
  EvidenceKind kind = EvidenceKind::kTwoRoots;
  std::string log;      // vkey
  std::string witness;  // vkey
  keys::Bytes first;
  keys::Bytes first_entry;
  keys::Bytes second;
  keys::Bytes second_entry;
  keys::Bytes root;
  keys::Bytes hashes;
  keys::Bytes refusal;
  keys::Bytes statement;
  keys::Bytes lodging;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// Lists of entries, one after the other; each must be taken to its end before the next.
class EntryLists {
 public:
  virtual ~EntryLists() = default;
  // Goes to the next list: how many entries it has. Nothing: there is none.
  virtual absl::StatusOr<std::optional<std::uint64_t>> NextList() = 0;
  // REQUIRES: the list has another one. Good until the next call.
  virtual absl::StatusOr<keys::ByteView> NextEntry() = 0;
};

// Lists in memory, which must outlive this.
class EntriesInMemory final : public EntryLists {
 public:
  explicit EntriesInMemory(const std::vector<std::vector<keys::Bytes>>& lists) : lists_(lists) {}
  absl::StatusOr<std::optional<std::uint64_t>> NextList() override;
  absl::StatusOr<keys::ByteView> NextEntry() override;

 private:
  const std::vector<std::vector<keys::Bytes>>& lists_;
  std::size_t list_ = 0;  // One past the present one.
  std::size_t entry_ = 0;
};

// --- Files ---------------------------------------------------------------------------------------

// kInvalidArgument: not of the form above, an unknown kind, over a limit, or of a kind with
// entries. Judges nothing.
absl::StatusOr<Evidence> ParseEvidence(keys::ByteView file);
// The inverse. REQUIRES: exactly the parts of its kind are there; of a kind without entries.
keys::Bytes FormatEvidence(const Evidence& evidence);
// The same for every kind, to a sink. Errors are those of `entries` and `sink`.
absl::Status WriteEvidence(const Evidence& evidence, EntryLists& entries, const keys::Sink& sink);

// --- Judging -------------------------------------------------------------------------------------

// Whether it convicts (not-logged: whether the statement is in none of the entries). OK: it does,
// whoever looks at it. kDataLoss: its signatures do not verify, or what they sign can stand side by
// side. kInvalidArgument: a part is not what it ought to be. kUnimplemented: the log goes by rules
// that this program does not know. Errors of `entries`.
[[nodiscard]] absl::Status JudgeEvidence(const Evidence& evidence, EntryLists& entries);
// Of a kind without entries.
[[nodiscard]] absl::Status JudgeEvidence(const Evidence& evidence);

struct JudgedEvidence {
  Evidence evidence;
  absl::Status verdict;  // Of JudgeEvidence, but for errors of the source and of the form.
};
// A file of any kind, read once from its beginning, in memory that does not grow with its entries
// but with the state that they give. kInvalidArgument: not of the form above. Errors of `file`.
absl::StatusOr<JudgedEvidence> JudgeEvidenceFile(const keys::Source& file);

// Makes evidence of a kind without entries, if it convicts. Errors of JudgeEvidence otherwise.
absl::StatusOr<Evidence> MakeEvidence(Evidence parts);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_EVIDENCE_H_
