// Signed notes (C2SP signed-note): a text, an empty line, and one line a signature.
//
//   <text, ending in 0A>
//   0A
//   — <key name> <base64(4-byte key id || signature)> 0A        1 to 16 of these
//
// What a line signs depends on the type of its key: 01 the text, 04 the text and a time
// (audit/note/cosignature.h). The text of a note cannot be had before a key that the caller trusts
// has signed it: there is no function here that gives it. Pure, thread-safe.
#ifndef CAIRN_AUDIT_NOTE_NOTE_H_
#define CAIRN_AUDIT_NOTE_NOTE_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/note/posix_seconds.h"
#include "keys/bytes.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::note {

// Room for 16 lines of the post-quantum type 06, about 3.3 kB each.
inline constexpr std::size_t kMaxNoteBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxSignatureLines = 16;

// One signature line, decoded. Says nothing about whether it is any good.
struct SignatureLine {
  std::string name;
  keys::NoteKeyId key_id;
  keys::Bytes signature;  // What follows the key id: at least one byte.

  friend bool operator==(const SignatureLine&, const SignatureLine&) = default;
};

// A signature that was verified, by a key of the caller's.
struct VerifiedSignature {
  keys::VerifierKey key;
  // When, as the cosigner says; given exactly for keys of type 04.
  std::optional<PosixSeconds> time;

  friend bool operator==(const VerifiedSignature&, const VerifiedSignature&) = default;
};

// The text of a note and who of those asked about has signed it. At least one.
struct OpenedNote {
  std::string text;                           // Ends in 0A.
  std::vector<VerifiedSignature> signatures;  // In the order of the note; one a key.
};

// What becomes of a second line with the name and key id of one before it. The specification lets
// readers drop it; our own notes never have one.
enum class RepeatedLines { kDrop, kRefuse };

// Verifies `note` under `trusted`. Lines of other keys are skipped, whatever their type.
// kInvalidArgument: not a signed note: over a limit, not UTF-8, a control character, a line not of
//   the form above, base64 in another than its one spelling; a trusted key's signature of the wrong
//   length; a repeated line under kRefuse.
// kDataLoss: a line of a trusted key does not verify. One such line spoils the whole note.
// kUnauthenticated: well formed, and signed by none of `trusted`.
absl::StatusOr<OpenedNote> Open(keys::ByteView note, std::span<const keys::VerifierKey> trusted,
                                RepeatedLines repeated = RepeatedLines::kDrop);

// The note of `text` with one signature of type 01. Deterministic: the same arguments give the same
// bytes. kInvalidArgument: a text that does not end in 0A, is not UTF-8, has a control character or
// makes the note larger than kMaxNoteBytes; a name that keys::CheckKeyName refuses.
absl::StatusOr<std::string> SignNote(absl::string_view text, absl::string_view name,
                                     const keys::SigningPrivateKey& key);

// --- Lines alone, as witnesses answer with them
// ---------------------------------------------------

// One line with its 0A. REQUIRES: a valid name, a signature of at least one byte.
std::string FormatSignatureLine(const SignatureLine& line);

// 1 to 16 lines and nothing else. kInvalidArgument as for Open, kRefuse included.
absl::StatusOr<std::vector<SignatureLine>> ParseSignatureLines(absl::string_view lines);

// The lines of a note, unverified: to see which keys claim to have signed it.
// kInvalidArgument as for Open under kDrop.
absl::StatusOr<std::vector<SignatureLine>> ListSignatureLines(keys::ByteView note);

// `note` with `lines` behind its own. A line whose name and key id are there already takes the
// place of the old one, so a fresh cosignature replaces a stale one; the bytes of all others stay.
// kInvalidArgument: not a note, or over a limit with the lines added. Verifies nothing.
absl::StatusOr<std::string> MergeSignatureLines(keys::ByteView note,
                                                std::span<const SignatureLine> lines);

}  // namespace cairn::note

#endif  // CAIRN_AUDIT_NOTE_NOTE_H_
