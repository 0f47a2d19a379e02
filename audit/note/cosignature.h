// Cosignatures of checkpoints (C2SP tlog-cosignature, type 04, Ed25519). Who makes one says: as of
// this time, this is the largest consistent tree that I have seen of this origin.
//
// The bytes signed, and the 72 bytes behind the key id in the signature line:
//
//   "cosignature/v1" 0A "time " <decimal seconds> 0A <checkpoint text with its last 0A>
//   uint64be seconds || Ed25519 signature
//
// The bytes signed do not name the cosigner, so each cosigning role needs a key of its own.
// Type 06 (ML-DSA-44) is neither made nor verified here; notes with such lines open all the same.
// Pure, thread-safe.
#ifndef CAIRN_AUDIT_NOTE_COSIGNATURE_H_
#define CAIRN_AUDIT_NOTE_COSIGNATURE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/note/note.h"
#include "audit/note/posix_seconds.h"
#include "keys/bytes.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::note {

inline constexpr std::size_t kCosignaturePayloadSize = 8 + keys::kSignatureSize;

// The bytes that a cosigner signs.
std::string CosignatureMessage(absl::string_view checkpoint_text, PosixSeconds time);

// The signature line of cosigner `name`. The caller has checked the checkpoint and has made it
// durable that it is the latest seen. kInvalidArgument: a time not in 1..kMaxPosixSeconds, a name
// that keys::CheckKeyName refuses, a text that is not a checkpoint.
absl::StatusOr<SignatureLine> Cosign(absl::string_view checkpoint_text, PosixSeconds time,
                                     absl::string_view name, const keys::SigningPrivateKey& key);

// Verifies the payload of a line of `key` and gives the time it states. REQUIRES: key.type() is
// kCosignature. kInvalidArgument: not 72 bytes, or a time not in 1..kMaxPosixSeconds. kDataLoss:
// not this key's signature. Whether the time lies in the future is the caller's to ask.
absl::StatusOr<PosixSeconds> VerifyCosignature(absl::string_view checkpoint_text,
                                               const keys::VerifierKey& key,
                                               keys::ByteView payload);

}  // namespace cairn::note

#endif  // CAIRN_AUDIT_NOTE_COSIGNATURE_H_
