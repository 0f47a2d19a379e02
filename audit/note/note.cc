#include "audit/note/note.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/note/cosignature.h"
#include "audit/note/text.h"

namespace cairn::note {
namespace {

// Verifies one line under one key whose name and id are the line's.
absl::StatusOr<VerifiedSignature> VerifyLine(absl::string_view text, const SignatureLine& line,
                                             const keys::VerifierKey& key) {
  const keys::ByteView signature = keys::AsBytes(line.signature);
  switch (key.type()) {
    case keys::NoteKeyType::kEd25519: {
      absl::Status status = key.key().Verify(keys::AsBytes(text), signature);
      if (!status.ok()) return status;
      return VerifiedSignature{.key = key, .time = std::nullopt};
    }
    case keys::NoteKeyType::kCosignature: {
      absl::StatusOr<PosixSeconds> time = VerifyCosignature(text, key, signature);
      if (!time.ok()) return time.status();
      return VerifiedSignature{.key = key, .time = *time};
    }
  }
  return absl::InvalidArgumentError("a key of an unknown type");
}

// Nothing if no trusted key has the line's name and id. Two may have, since an id has four bytes
// only: then one of them has to verify.
absl::StatusOr<std::optional<VerifiedSignature>> VerifyUnderTrusted(
    absl::string_view text, const SignatureLine& line, std::span<const keys::VerifierKey> trusted) {
  absl::Status failure;
  for (const keys::VerifierKey& key : trusted) {
    if (key.name() != line.name || key.id() != line.key_id) continue;
    absl::StatusOr<VerifiedSignature> verified = VerifyLine(text, line, key);
    if (verified.ok()) return *std::move(verified);
    failure = absl::Status(verified.status().code(), absl::StrCat("signature of ", line.name, ": ",
                                                                  verified.status().message()));
  }
  if (!failure.ok()) return failure;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<OpenedNote> Open(keys::ByteView note, std::span<const keys::VerifierKey> trusted,
                                RepeatedLines repeated) {
  absl::StatusOr<NoteParts> parts = ParseNoteParts(note, repeated);
  if (!parts.ok()) return parts.status();
  OpenedNote opened;
  for (const SignatureLine& line : parts->lines) {
    absl::StatusOr<std::optional<VerifiedSignature>> verified =
        VerifyUnderTrusted(parts->text, line, trusted);
    if (!verified.ok()) return verified.status();
    if (verified->has_value()) opened.signatures.push_back(**std::move(verified));
  }
  if (opened.signatures.empty()) {
    return absl::UnauthenticatedError("no known key has signed this note");
  }
  opened.text = std::string(parts->text);
  return opened;
}

absl::StatusOr<std::string> SignNote(absl::string_view text, absl::string_view name,
                                     const keys::SigningPrivateKey& key) {
  if (!absl::EndsWith(text, "\n")) {
    return absl::InvalidArgumentError("the text of a note ends with a newline");
  }
  absl::StatusOr<keys::VerifierKey> vkey =
      keys::VerifierKey::Create(name, keys::NoteKeyType::kEd25519, key.Public());
  if (!vkey.ok()) return vkey.status();
  const SignatureLine line{
      .name = std::string(name), .key_id = vkey->id(), .signature = key.Sign(keys::AsBytes(text))};
  std::string note = absl::StrCat(text, "\n", FormatSignatureLine(line));
  // Read back what was made, under the key that made it: a note that we could not open ourselves
  // does not leave.
  absl::StatusOr<OpenedNote> opened =
      Open(keys::AsBytes(note), {&*vkey, 1}, RepeatedLines::kRefuse);
  if (!opened.ok()) return opened.status();
  return note;
}

}  // namespace cairn::note
