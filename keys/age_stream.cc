#include "keys/age_stream.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "sodium.h"

namespace cairn::keys {
namespace {

constexpr std::size_t kReaderBufferSize = 4096;
constexpr std::size_t kChunkNonceSize = 12;
constexpr std::size_t kPayloadKeySize = 32;

// libcrypto fails on sealing only without memory or without its default provider.
void MustCipher(bool ok) {
  if (!ok) std::abort();
}

const EVP_CIPHER* ChaCha20Poly1305() {
  static const EVP_CIPHER* const cipher = [] {
    const EVP_CIPHER* fetched = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
    MustCipher(fetched != nullptr);
    return fetched;
  }();
  return cipher;
}

}  // namespace

ByteReader::ByteReader(Source source)
    : source_(std::move(source)), buffer_(kReaderBufferSize, '\0') {}

absl::StatusOr<std::size_t> ByteReader::Pull(std::span<std::uint8_t> out) {
  if (!failed_.ok()) return failed_;
  absl::StatusOr<std::size_t> got = source_(out);
  if (!got.ok()) failed_ = got.status();
  if (got.ok() && *got > out.size())
    failed_ = absl::InternalError("a source overfilled its buffer");
  if (!failed_.ok()) return failed_;
  return got;
}

absl::Status ByteReader::Fill() {
  absl::StatusOr<std::size_t> got =
      Pull({reinterpret_cast<std::uint8_t*>(buffer_.data()), buffer_.size()});
  if (!got.ok()) return got.status();
  begin_ = 0;
  end_ = *got;
  return absl::OkStatus();
}

absl::Status ByteReader::AppendLine(Bytes& out, std::size_t max_size) {
  while (true) {
    if (begin_ == end_) {
      absl::Status status = Fill();
      if (!status.ok()) return status;
      if (begin_ == end_) return absl::OkStatus();
    }
    const char* from = buffer_.data() + begin_;
    const void* found = std::memchr(from, '\n', end_ - begin_);
    std::size_t take =
        found == nullptr ? end_ - begin_ : static_cast<const char*>(found) - from + 1;
    if (take > max_size - std::min(max_size, out.size())) {
      return absl::ResourceExhaustedError("line beyond the limit");
    }
    out.append(from, take);
    begin_ += take;
    if (found != nullptr) return absl::OkStatus();
  }
}

absl::StatusOr<std::size_t> ByteReader::ReadFull(std::span<std::uint8_t> out) {
  std::size_t filled = std::min(out.size(), end_ - begin_);
  std::copy_n(buffer_.data() + begin_, filled, out.begin());
  begin_ += filled;
  while (filled < out.size()) {
    absl::StatusOr<std::size_t> got = Pull(out.subspan(filled));
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

struct ChunkCipher::Evp {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  ~Evp() { EVP_CIPHER_CTX_free(context); }  // Wipes the key.
};

ChunkCipher::ChunkCipher(const SecretBytes& payload_key, Direction direction)
    : evp_(std::make_unique<Evp>()) {
  MustCipher(evp_->context != nullptr && payload_key.size() == kPayloadKeySize);
  MustCipher(EVP_CipherInit_ex2(evp_->context, ChaCha20Poly1305(), payload_key.View().data(),
                                nullptr, direction == Direction::kSeal ? 1 : 0, nullptr) == 1);
}

ChunkCipher::~ChunkCipher() = default;

// Sets the nonce of the current chunk; key and direction stay as they were.
void ChunkCipher::Start(bool last) {
  std::array<std::uint8_t, kChunkNonceSize> nonce{};
  for (int i = 0; i < 8; ++i) nonce[10 - i] = static_cast<std::uint8_t>(chunk_ >> (8 * i));
  nonce[11] = last ? 1 : 0;
  MustCipher(EVP_CipherInit_ex2(evp_->context, nullptr, nullptr, nonce.data(), -1, nullptr) == 1);
}

void ChunkCipher::Seal(ByteView plaintext, bool last, std::span<std::uint8_t> out) {
  MustCipher(plaintext.size() <= kAgeChunkSize && out.size() == plaintext.size() + kAgeTagSize);
  Start(last);
  int written = 0;
  // An update of no bytes would be taken for the end of the additional data.
  if (!plaintext.empty()) {
    MustCipher(EVP_CipherUpdate(evp_->context, out.data(), &written, plaintext.data(),
                                static_cast<int>(plaintext.size())) == 1);
  }
  MustCipher(EVP_CipherFinal_ex(evp_->context, out.data() + plaintext.size(), &written) == 1);
  MustCipher(EVP_CIPHER_CTX_ctrl(evp_->context, EVP_CTRL_AEAD_GET_TAG, kAgeTagSize,
                                 out.data() + plaintext.size()) == 1);
  ++chunk_;
}

bool ChunkCipher::Open(std::span<std::uint8_t> sealed, bool last) {
  if (sealed.size() < kAgeTagSize || sealed.size() > kSealedChunkSize) return false;
  Start(last);
  std::span<std::uint8_t> text = sealed.first(sealed.size() - kAgeTagSize);
  std::uint8_t* tag = sealed.data() + text.size();
  MustCipher(EVP_CIPHER_CTX_ctrl(evp_->context, EVP_CTRL_AEAD_SET_TAG, kAgeTagSize, tag) == 1);
  int written = 0;
  if (!text.empty()) {
    MustCipher(EVP_CipherUpdate(evp_->context, text.data(), &written, text.data(),
                                static_cast<int>(text.size())) == 1);
  }
  // Only here is the tag compared: what was deciphered above is not to be seen if it is wrong.
  std::array<std::uint8_t, kAgeTagSize> rest;
  if (EVP_CipherFinal_ex(evp_->context, rest.data(), &written) != 1) {
    sodium_memzero(sealed.data(), sealed.size());
    return false;
  }
  ++chunk_;
  return true;
}

SecretBytes AgePayloadKey(const SecretBytes& file_key, ByteView nonce) {
  return HkdfSecret(file_key.View(), nonce, AsBytes("payload"));
}

}  // namespace cairn::keys
