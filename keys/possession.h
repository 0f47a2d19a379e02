// Proof of possession: whoever has a key enrolled shows that it holds the private part, for this
// log and this party, so that nobody can enrol the key of another as its own.
//
// An Ed25519 signature over PAE(kPossessionPayloadType, body) (keys/dsse.h), body being the
// canonical encoding of the message cairn.v1.Possession:
//
//   string log_origin = 1;   0A <length> <bytes>
//   string party      = 2;   12 <length> <bytes>
//   bytes  key        = 3;   1A 21 <type byte> <32 bytes>
//
// A signing key signs for itself. A sealing key cannot sign: the party's signing key vouches for
// it, with the sealing key in `key`. The three fields are written here by hand so that this folder
// needs no Protocol Buffers.
#ifndef CAIRN_KEYS_POSSESSION_H_
#define CAIRN_KEYS_POSSESSION_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/signing.h"

namespace cairn::keys {

// The body as above; fields that are empty are left out, as proto3 does.
Bytes PossessionBody(absl::string_view log_origin, absl::string_view party, ByteView typed_key);

// The 64-byte proof. REQUIRES: log_origin and party are not empty, typed_key is type byte || key.
Bytes ProvePossession(const SigningPrivateKey& signer, absl::string_view log_origin,
                      absl::string_view party, ByteView typed_key);

// kInvalidArgument: an empty origin or party, a typed key that is no valid key of a known type, a
// proof of another length, or an Ed25519 key that is not `signer` itself (a signing key proves its
// own possession). kDataLoss: the proof does not verify.
absl::Status CheckPossession(const SigningPublicKey& signer, absl::string_view log_origin,
                             absl::string_view party, ByteView typed_key, ByteView proof);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_POSSESSION_H_
