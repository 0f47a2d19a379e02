#include "tests/bench/sealing_work.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "keys/age.h"
#include "keys/sealing.h"
#include "keys/secret.h"
#include "tests/bench/rows.h"
#include "tests/testing/small_log.h"

namespace cairn::bench {
namespace {

constexpr std::size_t kPlainBytes = std::size_t{64} << 20;
constexpr std::size_t kPiece = std::size_t{1} << 20;  // As a file is read.

void SealingMust(bool good) {
  if (!good) std::abort();
}

// The cipher over the same chunks with the same tags, and nothing else.
class RawCipher {
 public:
  RawCipher() : context_(EVP_CIPHER_CTX_new()) {
    cipher_ = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
    SealingMust(context_ != nullptr && cipher_ != nullptr);
  }
  ~RawCipher() {
    EVP_CIPHER_CTX_free(context_);
    EVP_CIPHER_free(cipher_);
  }
  RawCipher(const RawCipher&) = delete;
  RawCipher& operator=(const RawCipher&) = delete;

  // Bytes a second over `plain`; with `tags` it opens instead of sealing, in both cases into one
  // buffer that stays in the cache, as the sink of the other side does.
  double Run(std::string& bytes, std::vector<std::string>& tags, bool seal) {
    const unsigned char key[32] = {1};
    SealingMust(EVP_CipherInit_ex2(context_, cipher_, key, nullptr, seal ? 1 : 0, nullptr) == 1);
    std::vector<unsigned char> out(keys::kAgeChunkSize);
    const double start = Seconds();
    std::size_t chunk = 0;
    for (std::size_t at = 0; at < bytes.size(); at += keys::kAgeChunkSize, ++chunk) {
      One(reinterpret_cast<const unsigned char*>(bytes.data()) + at,
          std::min(keys::kAgeChunkSize, bytes.size() - at), chunk, tags, seal, out);
    }
    return static_cast<double>(bytes.size()) / (Seconds() - start);
  }

 private:
  void One(const unsigned char* in, std::size_t size, std::size_t chunk,
           std::vector<std::string>& tags, bool seal, std::vector<unsigned char>& out) {
    unsigned char nonce[12] = {};
    nonce[0] = static_cast<unsigned char>(chunk);
    nonce[1] = static_cast<unsigned char>(chunk >> 8);
    SealingMust(EVP_CipherInit_ex2(context_, nullptr, nullptr, nonce, -1, nullptr) == 1);
    int written = 0;
    SealingMust(EVP_CipherUpdate(context_, out.data(), &written, in, static_cast<int>(size)) == 1);
    if (seal) {
      tags.resize(std::max(tags.size(), chunk + 1), std::string(16, '\0'));
      SealingMust(EVP_CipherFinal_ex(context_, out.data(), &written) == 1);
      SealingMust(EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, 16, tags[chunk].data()) ==
                  1);
      // What opening is to read.
      sealed_.append(reinterpret_cast<const char*>(out.data()), keep_ ? size : 0);
    } else {
      SealingMust(EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, 16, tags[chunk].data()) ==
                  1);
      SealingMust(EVP_CipherFinal_ex(context_, out.data(), &written) == 1);
    }
  }

  EVP_CIPHER_CTX* context_;
  EVP_CIPHER* cipher_;

 public:
  bool keep_ = false;
  std::string sealed_;
};

}  // namespace

void MeasureSealing(int rounds) {
  std::string plain(kPlainBytes, '\0');
  for (std::size_t i = 0; i < plain.size(); ++i)
    plain[i] = static_cast<char>(i * 2654435761U >> 13);
  const keys::SealingPrivateKey recipient = keys::SealingPrivateKey::Generate();
  const keys::SealingPublicKey recipients[] = {recipient.Public()};
  const auto seal = [&](const keys::Sink& sink) {
    auto sealer = testing::OrDie(keys::Sealer::Create(recipients, sink));
    for (std::size_t at = 0; at < plain.size(); at += kPiece) {
      SealingMust(sealer.Write(keys::AsBytes(plain).subspan(at, kPiece)).ok());
    }
    SealingMust(sealer.Finish().ok());
  };
  std::string sealed;
  seal([&](keys::ByteView bytes) {
    keys::AppendBytes(sealed, bytes);
    return absl::OkStatus();
  });
  const keys::Sink nowhere = [](keys::ByteView) { return absl::OkStatus(); };
  RawCipher raw;
  std::vector<std::string> tags;
  raw.keep_ = true;
  raw.Run(plain, tags, true);
  raw.keep_ = false;
  Rounds sealing, opening;
  for (int round = 0; round < rounds; ++round) {
    const double seal_limit = raw.Run(plain, tags, true);
    double start = Seconds();
    seal(nowhere);
    sealing.Add(kPlainBytes / (Seconds() - start) / 1e6, seal_limit / 1e6);
    const double open_limit = raw.Run(raw.sealed_, tags, false);
    start = Seconds();
    SealingMust(keys::Open(keys::SourceOf(keys::AsBytes(sealed)), {&recipient, 1}, nowhere).ok());
    opening.Add(kPlainBytes / (Seconds() - start) / 1e6, open_limit / 1e6);
  }
  PrintRow("sealing 64 MiB", "MB/s", sealing, "MB/s ChaCha20-Poly1305", 0.8);
  PrintRow("opening 64 MiB", "MB/s", opening, "MB/s ChaCha20-Poly1305", 0.8);
}

}  // namespace cairn::bench
