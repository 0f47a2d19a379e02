// Private keys at rest: one key a file, encrypted under a passphrase.
//
//   cairn private key v1\n                  magic: kind and version
//   name: <key name>\n
//   type: Ed25519 | X25519\n
//   public: <base64 of the raw public key>\n
//   kdf: argon2id <passes> <memory in KiB> <base64 of the 16-byte salt>\n
//   nonce: <base64 of 24 bytes>\n
//   \n
//   <base64 of XChaCha20-Poly1305(key, nonce, 32 secret bytes, additional data = all lines
//   above)>\n
//
// The key is Argon2id version 1.3 of the passphrase. Name, type, public part and cost can be read
// without the passphrase, and are authentic once it has opened the file.
#ifndef CAIRN_KEYS_KEY_FILE_H_
#define CAIRN_KEYS_KEY_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/key_id.h"
#include "keys/sealing.h"
#include "keys/secret.h"
#include "keys/signing.h"

namespace cairn::keys {

// What trying one passphrase costs. A file that asks for more than the caps is refused before
// anything is allocated, so that a foreign file cannot exhaust the machine.
struct PassphraseCost {
  std::uint32_t passes;
  std::uint32_t memory_kib;
  friend bool operator==(const PassphraseCost&, const PassphraseCost&) = default;
};
inline constexpr std::uint32_t kMaxPasses = 10;
inline constexpr std::uint32_t kMaxMemoryKib = 1024 * 1024;      // 1 GiB
inline constexpr PassphraseCost kMinimumCost{1, 8};              // Tests and exercises only.
inline constexpr PassphraseCost kInteractiveCost{2, 64 * 1024};  // About 0.1 s.
inline constexpr PassphraseCost kModerateCost{3, 256 * 1024};    // About 0.5 s: the default.
inline constexpr PassphraseCost kSensitiveCost{4, 1024 * 1024};  // About 3.5 s: recovery keys.

inline constexpr std::size_t kMaxKeyFileSize = 4096;

using PrivateKey = std::variant<SigningPrivateKey, SealingPrivateKey>;

// What can be read without the passphrase. Not authentic until the file has been opened.
struct KeyFileHeader {
  std::string name;
  KeyType type;
  Bytes typed_public_key;  // type byte || 32 bytes; a valid key of its type.
  PassphraseCost cost;
};

struct NamedPrivateKey {
  std::string name;
  PrivateKey key;
};

// --- The bytes -----------------------------------------------------------------------------------

// kInvalidArgument: a name that CheckKeyName (keys/vkey.h) refuses, an empty passphrase, a cost
// outside the caps. kResourceExhausted: not enough memory for this cost.
absl::StatusOr<Bytes> EncryptKeyFile(absl::string_view name, const PrivateKey& key,
                                     const SecretBytes& passphrase, PassphraseCost cost);

// kInvalidArgument: not a key file of this version, naming the line.
absl::StatusOr<KeyFileHeader> ParseKeyFileHeader(ByteView file);

// kInvalidArgument: as above, or an empty passphrase. kPermissionDenied: "wrong passphrase, or the
// file was altered": nobody can tell which. kDataLoss: it opened, but holds another key than its
// header says. kResourceExhausted: not enough memory for its cost.
absl::StatusOr<NamedPrivateKey> DecryptKeyFile(ByteView file, const SecretBytes& passphrase);

// --- On disk -------------------------------------------------------------------------------------

// Writes a new file of mode 0600: beside, synced, then renamed, then the folder synced; a crash
// leaves the whole file or none. kAlreadyExists: something is at `path`; a key is never
// overwritten. Other errors name path and cause (kNotFound, kPermissionDenied, kUnavailable for the
// disk).
absl::Status WriteKeyFile(const std::string& path, absl::string_view name, const PrivateKey& key,
                          const SecretBytes& passphrase, PassphraseCost cost = kModerateCost);

// Errors of DecryptKeyFile, and: kNotFound; kFailedPrecondition, with the remedy: `path` is a
// symbolic link, not a regular file, not this user's, or its mode goes beyond 0600; kUnavailable:
// it cannot be read.
absl::StatusOr<NamedPrivateKey> ReadKeyFile(const std::string& path, const SecretBytes& passphrase);
absl::StatusOr<KeyFileHeader> ReadKeyFileHeader(const std::string& path);

// The same for one type; kFailedPrecondition if the file holds a key of the other.
absl::StatusOr<SigningPrivateKey> ReadSigningKeyFile(const std::string& path,
                                                     const SecretBytes& passphrase);
absl::StatusOr<SealingPrivateKey> ReadSealingKeyFile(const std::string& path,
                                                     const SecretBytes& passphrase);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_KEY_FILE_H_
