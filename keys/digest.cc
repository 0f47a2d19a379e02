#include "keys/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "keys/encoding.h"

namespace cairn::keys {
namespace {

constexpr std::size_t kBlockSize = 64;  // Of SHA-256; what HMAC pads its key to.

// libcrypto fails here only without memory or without its default provider: nothing that any input
// brings about, and nothing to go on from.
void MustHash(bool ok) {
  if (!ok) std::abort();
}

// Fetched once: fetching by name costs more than hashing a tree node.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = [] {
    const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    MustHash(fetched != nullptr);
    return fetched;
  }();
  return algorithm;
}

// One context a thread, freed when the thread ends.
EVP_MD_CTX* ThreadContext() {
  struct Owner {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~Owner() { EVP_MD_CTX_free(context); }
  };
  thread_local Owner owner;
  MustHash(owner.context != nullptr);
  return owner.context;
}

void StartHash(EVP_MD_CTX* context) {
  MustHash(EVP_DigestInit_ex2(context, Sha256Algorithm(), nullptr) == 1);
}
void AddToHash(EVP_MD_CTX* context, ByteView bytes) {
  MustHash(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}
Digest FinishHash(EVP_MD_CTX* context) {
  Digest digest;
  MustHash(EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr) == 1);
  return digest;
}

}  // namespace

std::string Digest::Hex() const { return keys::Hex(bytes); }

absl::StatusOr<Digest> Digest::FromBytes(ByteView bytes) {
  if (bytes.size() != kDigestSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a SHA-256 digest has 32 bytes, not ", bytes.size()));
  }
  Digest digest;
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

absl::StatusOr<Digest> Digest::FromHex(absl::string_view hex) {
  if (hex.size() != 2 * kDigestSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a SHA-256 digest has 64 hexadecimal digits, not ", hex.size()));
  }
  absl::StatusOr<Bytes> bytes = ParseHex(hex, kDigestSize);
  if (!bytes.ok()) return bytes.status();
  return FromBytes(AsBytes(*bytes));
}

Digest Sha256(ByteView bytes) { return Sha256({bytes}); }

Digest Sha256(std::initializer_list<ByteView> parts) {
  EVP_MD_CTX* context = ThreadContext();
  StartHash(context);
  for (ByteView part : parts) AddToHash(context, part);
  return FinishHash(context);
}

struct Sha256Stream::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  Context() {
    MustHash(evp != nullptr);
    StartHash(evp);
  }
  ~Context() { EVP_MD_CTX_free(evp); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::Update(ByteView bytes) { AddToHash(context_->evp, bytes); }

Digest Sha256Stream::Finish() {
  Digest digest = FinishHash(context_->evp);
  StartHash(context_->evp);
  return digest;
}

// RFC 2104: H((K ^ opad) || H((K ^ ipad) || message)).
Digest HmacSha256(ByteView key, ByteView message) {
  std::array<std::uint8_t, kBlockSize> block{};
  if (key.size() > kBlockSize) {
    Digest hashed = Sha256(key);
    std::copy(hashed.bytes.begin(), hashed.bytes.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  for (std::uint8_t& byte : block) byte ^= 0x36;
  Digest inner = Sha256({block, message});
  for (std::uint8_t& byte : block) byte ^= 0x36 ^ 0x5c;
  return Sha256({block, inner.bytes});
}

// RFC 5869, 2.2 and 2.3 with L = 32: one expansion step, whose counter is 1. An absent salt is a
// key of zeros, which an empty one equals after padding.
Digest HkdfSha256(ByteView key_material, ByteView salt, ByteView info) {
  Digest pseudorandom_key = HmacSha256(salt, key_material);
  Bytes step(AsText(info));
  step.push_back('\x01');
  return HmacSha256(pseudorandom_key.View(), AsBytes(step));
}

}  // namespace cairn::keys
