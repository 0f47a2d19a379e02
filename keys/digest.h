// SHA-256 and what is made of it: the one hash of everything public (FIPS 180-4, RFC 5869).
#ifndef CAIRN_KEYS_DIGEST_H_
#define CAIRN_KEYS_DIGEST_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "keys/bytes.h"

namespace cairn::keys {

inline constexpr std::size_t kDigestSize = 32;

// A SHA-256 value. Public data: compared with ==, printed as lowercase hex.
struct Digest {
  std::array<std::uint8_t, kDigestSize> bytes{};

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 mistakes the zero inside <=>.
  friend auto operator<=>(const Digest&, const Digest&) = default;

  ByteView View() const { return bytes; }
  Bytes ToBytes() const { return Bytes(AsText(bytes)); }
  std::string Hex() const;

  // kInvalidArgument unless `bytes` is exactly 32 long.
  static absl::StatusOr<Digest> FromBytes(ByteView bytes);
  // kInvalidArgument unless `hex` is 64 lowercase hexadecimal digits.
  static absl::StatusOr<Digest> FromHex(absl::string_view hex);

  // So that a digest can key an absl hash container, whose order decides nothing.
  template <typename H>
  friend H AbslHashValue(H h, const Digest& d) {
    return H::combine_contiguous(std::move(h), d.bytes.data(), d.bytes.size());
  }
};

// SHA-256 of the parts, one after the other. Uses libcrypto with one context a thread: for the
// 65 bytes of a tree node it costs a quarter of libsodium's.
Digest Sha256(ByteView bytes);
Digest Sha256(std::initializer_list<ByteView> parts);

// The same, in pieces, for what is larger than memory. Not thread-safe; one digest each.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void Update(ByteView bytes);
  // Ends the stream; a further Update starts a new one.
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869), one 32-byte block of output, of *public*
// or salt material. What derives secret keys stays inside keys/ and returns SecretBytes.
Digest HmacSha256(ByteView key, ByteView message);
Digest HkdfSha256(ByteView key_material, ByteView salt, ByteView info);

}  // namespace cairn::keys

#endif  // CAIRN_KEYS_DIGEST_H_
