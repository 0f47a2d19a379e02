#include "keys/secret.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sodium.h"

namespace cairn::keys {

void InitSodium() {
  static const bool started = [] {
    if (sodium_init() < 0) std::abort();
    return true;
  }();
  static_cast<void>(started);
}

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  InitSodium();
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (data_ == nullptr) std::abort();
  sodium_memzero(data_, size);
}

SecretBytes SecretBytes::CopyOf(ByteView bytes) {
  SecretBytes copy(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.data_);
  return copy;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    sodium_free(data_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

bool ConstantTimeEquals(ByteView a, ByteView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes RandomBytes(std::size_t size) {
  InitSodium();
  Bytes bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

SecretBytes RandomSecret(std::size_t size) {
  SecretBytes secret(size);
  if (size > 0) randombytes_buf(secret.MutableView().data(), size);
  return secret;
}

// RFC 5869 with L = 32. On libsodium, unlike HkdfSha256: its state is on our stack and can be
// wiped.
SecretBytes HkdfSecret(ByteView key_material, ByteView salt, ByteView info) {
  constexpr std::uint8_t kFirstBlock = 1;
  constexpr std::uint8_t kNoSalt = 0;  // libsodium wants a pointer even to no bytes.
  SecretBytes pseudorandom_key(crypto_auth_hmacsha256_BYTES);
  SecretBytes output(crypto_auth_hmacsha256_BYTES);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, salt.empty() ? &kNoSalt : salt.data(), salt.size());
  crypto_auth_hmacsha256_update(&state, key_material.data(), key_material.size());
  crypto_auth_hmacsha256_final(&state, pseudorandom_key.MutableView().data());
  crypto_auth_hmacsha256_init(&state, pseudorandom_key.View().data(), pseudorandom_key.size());
  crypto_auth_hmacsha256_update(&state, info.data(), info.size());
  crypto_auth_hmacsha256_update(&state, &kFirstBlock, 1);
  crypto_auth_hmacsha256_final(&state, output.MutableView().data());
  sodium_memzero(&state, sizeof state);
  return output;
}

absl::Status DisableCoreDumps() {
  const struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) {
    return absl::InternalError(absl::StrCat("cannot forbid core files: ", std::strerror(errno)));
  }
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return absl::InternalError(
        absl::StrCat("cannot close this process to debuggers: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace cairn::keys
