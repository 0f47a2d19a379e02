// Verifier keys: the text form of public signing keys (C2SP signed-note, "Verifier keys").
//
//   <name>+<8 hex digits of the key id>+<base64(type byte || 32-byte raw key)>
//   example.org/log+530cd5a4+AbAz...
//
// key id = SHA-256(name || 0x0A || type byte || raw key)[0..4)
#ifndef CAIRN_KEYS_VKEY_H_
#define CAIRN_KEYS_VKEY_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/signing.h"

namespace cairn::keys {

// What a signature of the key is over: the type byte of signed-note.
enum class NoteKeyType : std::uint8_t {
  kEd25519 = 0x01,      // Ed25519 over the text of the note.
  kCosignature = 0x04,  // Timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature).
};

// Four bytes beside a name; a hint for looking a key up, which proves nothing.
struct NoteKeyId {
  std::array<std::uint8_t, 4> bytes{};

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 mistakes the zero inside <=>.
  friend auto operator<=>(const NoteKeyId&, const NoteKeyId&) = default;
  ByteView View() const { return bytes; }
  std::string Hex() const;

  template <typename H>
  friend H AbslHashValue(H h, const NoteKeyId& id) {
    return H::combine_contiguous(std::move(h), id.bytes.data(), id.bytes.size());
  }
};

inline constexpr std::size_t kMaxKeyNameSize = 255;
inline constexpr std::size_t kMaxVkeySize = kMaxKeyNameSize + 1 + 8 + 1 + 44;

// kInvalidArgument, saying which, unless `name` is 1 to 255 bytes of valid UTF-8 without '+',
// without Unicode white space and without control characters.
absl::Status CheckKeyName(absl::string_view name);

// `raw` without the type byte. Takes any type byte and length, so that lines of types which are
// only skipped (06) can be told apart too.
NoteKeyId ComputeNoteKeyId(absl::string_view name, std::uint8_t type, ByteView raw);

// A name, a type and a valid Ed25519 key. Immutable value, thread-safe.
class VerifierKey {
 public:
  // kInvalidArgument: a name that CheckKeyName refuses.
  static absl::StatusOr<VerifierKey> Create(absl::string_view name, NoteKeyType type,
                                            const SigningPublicKey& key);
  // kInvalidArgument: not of the form above, an id that the name and key do not give, base64 that
  // is not canonical, a type other than 01 and 04, a key that SigningPublicKey refuses, surrounding
  // white space, longer than kMaxVkeySize.
  static absl::StatusOr<VerifierKey> Parse(absl::string_view text);

  // The text that Parse takes; Parse(x).ToString() == x.
  std::string ToString() const;

  const std::string& name() const { return name_; }
  NoteKeyType type() const { return type_; }
  const NoteKeyId& id() const { return id_; }
  const SigningPublicKey& key() const { return key_; }

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

 private:
  VerifierKey(std::string name, NoteKeyType type, const SigningPublicKey& key);
  std::string name_;
  NoteKeyType type_;
  NoteKeyId id_;
  SigningPublicKey key_;
};

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_VKEY_H_
