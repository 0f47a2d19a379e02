// DSSE: what is signed around every body (secure-systems-lab DSSE v1, protocol.md).
//
//   PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body
//
// with SP one space and LEN the length in bytes in decimal ASCII. The type separates what is signed
// for one purpose from what is signed for another; one type a kind and version. Bodies are the
// bytes as their signer made them: verify first, parse then, never serialise again.
#ifndef CAIRN_KEYS_DSSE_H_
#define CAIRN_KEYS_DSSE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/signing.h"

namespace cairn::keys {

inline constexpr absl::string_view kStatementPayloadType =
    "application/vnd.cairn.statement.v1+protobuf";
inline constexpr absl::string_view kPossessionPayloadType =
    "application/vnd.cairn.possession.v1+protobuf";
inline constexpr absl::string_view kRefusalPayloadType =
    "application/vnd.cairn.refusal.v1+protobuf";
inline constexpr absl::string_view kLodgingPayloadType =
    "application/vnd.cairn.lodging.v1+protobuf";
inline constexpr absl::string_view kManifestPayloadType =
    "application/vnd.cairn.manifest.v1+protobuf";
inline constexpr absl::string_view kAccessPayloadType = "application/vnd.cairn.access.v1+protobuf";

// The bytes that are signed. Pure.
Bytes PreAuthEncoding(absl::string_view type, ByteView body);

// SHA-256(PreAuthEncoding(type, body)) without building it: the id of a statement is this.
Digest PreAuthDigest(absl::string_view type, ByteView body);

// The 64-byte Ed25519 signature of PreAuthEncoding(type, body).
Bytes SignPayload(const SigningPrivateKey& key, absl::string_view type, ByteView body);

// kInvalidArgument: `signature` is not 64 bytes. kDataLoss: it does not verify.
absl::Status VerifyPayload(const SigningPublicKey& key, absl::string_view type, ByteView body,
                           ByteView signature);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_DSSE_H_
