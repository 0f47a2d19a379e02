// The header of an age v1 file (C2SP age.md, "Header"), as text and as the file key that it wraps.
// Used by keys/age only; a header of its own so that it can be tested and fuzzed alone.
//
//   header   = "age-encryption.org/v1" LF  1*stanza  "--- " 43base64char LF
//   stanza   = "-> " argument *(SP argument) LF  *(64base64char LF)  0*63base64char LF
//   argument = one or more bytes from 21 to 7E
//
// The MAC is HMAC-SHA-256(HKDF(file key, salt "", info "header"), all bytes through "---").
#ifndef CAIRN_KEYS_AGE_HEADER_H_
#define CAIRN_KEYS_AGE_HEADER_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "keys/age_stream.h"
#include "keys/bytes.h"
#include "keys/sealing.h"
#include "keys/secret.h"

namespace cairn::keys {

inline constexpr std::size_t kAgeFileKeySize = 16;

struct AgeStanza {
  std::vector<std::string> arguments;  // At least one: the type of the stanza.
  Bytes body;
  std::size_t line = 0;  // Of its "->", counted from 1.
};

// A well-formed header. Not authentic until UnwrapFileKey returned.
struct AgeHeader {
  std::vector<AgeStanza> stanzas;  // At least one.
  Bytes text;                      // The whole of it, through the LF of the MAC line.
  Bytes mac;                       // 32 bytes

  // What the MAC is over.
  ByteView Authenticated() const;
};

// Reads exactly the header off `input`. kInvalidArgument, naming the line: not of the form above,
// base64 that is not canonical, an X25519 stanza with other than one share of 32 bytes and a body
// of 32, a passphrase stanza beside others, more than kMaxAgeHeaderSize or kMaxAgeStanzas.
absl::StatusOr<AgeHeader> ReadAgeHeader(ByteReader& input);

// The file key, from the first X25519 stanza that one of the identities opens, after checking the
// MAC. kPermissionDenied: no stanza opens. kInvalidArgument: a share of low order.
// kDataLoss: the MAC does not match.
absl::StatusOr<SecretBytes> UnwrapFileKey(const AgeHeader& header,
                                          std::span<const SealingPrivateKey> identities);

struct BuiltAgeHeader {
  Bytes text;
  SecretBytes file_key;
};

// The header that `seed` gives for these recipients, in their order:
//   file key         = first 16 bytes of HKDF(seed, salt "", "cairn/age/file-key/v1")
//   ephemeral secret = HKDF(seed, salt "", "cairn/age/ephemeral/v1" || u32be index || recipient)
// kInvalidArgument: as Sealer::Create.
absl::StatusOr<BuiltAgeHeader> BuildAgeHeader(std::span<const SealingPublicKey> recipients,
                                              const SecretBytes& seed);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_AGE_HEADER_H_
