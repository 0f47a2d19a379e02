#include "tests/bench/offline.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/merkle/bundle.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/tile.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/replay_folder.h"
#include "audit/mirror/source.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/entry.h"
#include "tests/bench/rows.h"
#include "tests/testing/small_log.h"

namespace cairn::bench {
namespace {

using testing::OrDie;
using testing::Speaker;

constexpr std::uint64_t kLoggedAtMs = 1'700'000'000'000;
constexpr int kSpeakers = 64;
// Of which so many are verified and folded in each round: a tenth of a minute of two cores.
constexpr std::uint64_t kVerifiedLeaves = 131'072;
constexpr int kVerifications = 20'000;  // On each of two threads.

void OfflineMust(bool good) {
  if (!good) std::abort();
}

// The resources of a log, held in memory.
class MemorySource final : public mirror::Source {
 public:
  absl::StatusOr<keys::Bytes> Fetch(const std::string& path, std::size_t limit) override {
    const auto found = resources_.find(path);
    if (found == resources_.end()) return absl::NotFoundError(path);
    if (found->second.size() > limit) return absl::ResourceExhaustedError(path);
    return found->second;
  }
  std::string Name() const override { return "memory"; }
  void Put(std::string path, keys::Bytes bytes) { resources_[std::move(path)] = std::move(bytes); }

 private:
  std::map<std::string, keys::Bytes> resources_;
};

struct Copy {
  MemorySource source;
  std::vector<keys::Bytes> entries;
  testing::SmallLog log;
};

void AppendEntry(Copy& copy, const keys::Bytes& signed_statement) {
  copy.entries.push_back(statement::EncodeEntry(kLoggedAtMs, keys::AsBytes(signed_statement)));
}

// Signs with two threads, each for half of the speakers, and lays the claims out in turns.
void SignClaims(Copy& copy, std::vector<Speaker>& speakers, std::uint64_t count) {
  std::vector<keys::Bytes> signed_claims(count);
  const auto sign = [&](int half) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const int speaker = static_cast<int>(i % kSpeakers);
      if (speaker % 2 != half) continue;
      signed_claims[i] = speakers[static_cast<std::size_t>(speaker)].Sign(Speaker::Claim(i));
    }
  };
  std::thread other(sign, 1);
  sign(0);
  other.join();
  for (const keys::Bytes& one : signed_claims) AppendEntry(copy, one);
}

// Tiles, bundles and checkpoint of the entries.
void LayOut(Copy& copy) {
  merkle::Frontier frontier;
  std::vector<keys::Bytes> rows(merkle::kMaxTileLevel + 1);
  const auto put_tile = [&](unsigned level, std::uint64_t index) {
    const auto width = static_cast<unsigned>(rows[level].size() / keys::kDigestSize);
    copy.source.Put(merkle::TilePath({level, index, width}), std::move(rows[level]));
    rows[level].clear();
  };
  for (const keys::Bytes& entry : copy.entries) {
    frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)),
                    [&](const merkle::NodeId& id, const merkle::NodeHash& hash) {
                      if (id.level % merkle::kTileHeight != 0) return;
                      const unsigned level = id.level / merkle::kTileHeight;
                      keys::AppendBytes(rows[level], hash.digest.View());
                      if (rows[level].size() == merkle::kMaxTileBytes) {
                        put_tile(level, id.index / merkle::kTileWidth);
                      }
                    });
  }
  const merkle::TreeSize size = frontier.size();
  for (unsigned level = 0; level <= merkle::kMaxTileLevel; ++level) {
    if (!rows[level].empty()) put_tile(level, merkle::FullTiles(level, size));
  }
  for (std::uint64_t first = 0; first < copy.entries.size(); first += merkle::kTileWidth) {
    const merkle::BundleId id = merkle::BundleAt(first / merkle::kTileWidth, size);
    keys::Bytes bundle;
    for (std::uint64_t i = first; i < first + id.width; ++i) {
      OfflineMust(merkle::AppendToBundle(keys::AsBytes(copy.entries[i]), bundle).ok());
    }
    copy.source.Put(merkle::BundlePath(id), std::move(bundle));
  }
  copy.source.Put(
      "checkpoint",
      OrDie(note::SignCheckpoint({copy.log.origin(), size, frontier.Root()}, copy.log.log_key())));
}

std::unique_ptr<Copy> MakeCopy(std::uint64_t leaves) {
  auto copy = std::make_unique<Copy>();
  std::vector<Speaker> speakers;
  for (const auto& founding : copy->log.Founding()) AppendEntry(*copy, founding.signed_bytes());
  for (int i = 0; i < kSpeakers; ++i) {
    speakers.push_back(copy->log.NewSpeaker(absl::StrCat("party-", i)));
    AppendEntry(*copy, copy->log.registrar().SignEnrol(speakers.back()).signed_bytes());
  }
  SignClaims(*copy, speakers, leaves - copy->entries.size());
  LayOut(*copy);
  return copy;
}

// SHA-256 of each leaf and of each node above, from memory to nowhere: leaves a second.
double RawHashing(const std::vector<keys::Bytes>& entries) {
  EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  OfflineMust(sha256 != nullptr && context != nullptr);
  const std::array<unsigned char, 65> node{1};
  unsigned char digest[32];
  const double start = Seconds();
  for (const keys::Bytes& entry : entries) {
    EVP_DigestInit_ex2(context, sha256, nullptr);
    EVP_DigestUpdate(context, "", 1);  // The prefix of a leaf.
    EVP_DigestUpdate(context, entry.data(), entry.size());
    EVP_DigestFinal_ex(context, digest, nullptr);
    EVP_DigestInit_ex2(context, sha256, nullptr);
    EVP_DigestUpdate(context, node.data(), node.size());
    EVP_DigestFinal_ex(context, digest, nullptr);
  }
  const double rate = static_cast<double>(entries.size()) / (Seconds() - start);
  EVP_MD_CTX_free(context);
  EVP_MD_free(sha256);
  return rate;
}

double HashOffline(Copy& copy) {
  const double start = Seconds();
  const auto reader = OrDie(mirror::LogReader::Open(copy.source, copy.log.vkey()));
  std::uint64_t seen = 0;
  for (std::uint64_t bundle = 0; seen < copy.entries.size(); ++bundle) {
    seen += OrDie(reader->ReadBundle(bundle)).size();
  }
  return static_cast<double>(seen) / (Seconds() - start);
}

double TwoCoreVerifications() {
  const auto verify = [] {
    const keys::SigningPrivateKey key = testing::KeyFromName("verify");
    const std::string message(300, 'm');
    const std::string signature = key.Sign(keys::AsBytes(message));
    for (int i = 0; i < kVerifications; ++i) {
      OfflineMust(key.Public().Verify(keys::AsBytes(message), keys::AsBytes(signature)).ok());
    }
  };
  const double start = Seconds();
  std::thread other(verify);
  verify();
  other.join();
  return 2 * kVerifications / (Seconds() - start);
}

double VerifyOffline(Copy& copy, std::uint64_t leaves) {
  const double start = Seconds();
  const auto reader = OrDie(mirror::LogReader::Open(copy.source, copy.log.vkey()));
  ledger::Replay replay;
  std::uint64_t faults = 0;
  OfflineMust(mirror::ReplayLog(*reader, merkle::TreeSize{leaves}, replay,
                                [&](const ledger::ReplayStep& step, keys::ByteView) {
                                  faults += step.has_fault() ? 1U : 0U;
                                  return absl::OkStatus();
                                })
                  .ok());
  OfflineMust(faults == 0);
  return static_cast<double>(leaves) / (Seconds() - start);
}

}  // namespace

void MeasureOffline(int rounds, std::uint64_t leaves) {
  const std::unique_ptr<Copy> copy = MakeCopy(leaves);
  const std::uint64_t verified = std::min(leaves, kVerifiedLeaves);
  Rounds hashing, verifying;
  for (int round = 0; round < rounds; ++round) {
    const double raw = RawHashing(copy->entries);
    hashing.Add(HashOffline(*copy), raw);
    const double limit = TwoCoreVerifications();
    verifying.Add(VerifyOffline(*copy, verified), limit);
  }
  PrintRow(absl::StrCat(leaves, " leaves hashed offline"), "/s", hashing, "/s raw SHA-256", 0.8);
  PrintRow("the same with signatures, and folded", "/s", verifying, "/s Ed25519 on two cores", 0.85,
           absl::StrCat("the first ", verified, " leaves"));
}

}  // namespace cairn::bench
