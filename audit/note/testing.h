// The conformance log's keys and files, and the sweep that every parser has to stand. For tests.
#ifndef CAIRN_AUDIT_NOTE_TESTING_H_
#define CAIRN_AUDIT_NOTE_TESTING_H_

#include <map>
#include <string>

#include "audit/note/note.h"
#include "gtest/gtest.h"
#include "keys/encoding.h"
#include "keys/secret.h"
#include "keys/signing.h"
#include "keys/vkey.h"
#include "tests/testing/vectors.h"

namespace cairn::note::testing {

inline const std::map<std::string, std::string>& Vector() {
  static const auto* const vector =
      new std::map<std::string, std::string>(cairn::testing::ReadVectors("log/cairn-test-1.txt"));
  return *vector;
}
inline std::string Unhex(const std::string& hex) { return keys::ParseHex(hex).value(); }

inline std::string CheckpointFile() {
  return cairn::testing::ReadVectorFile("log/cairn-test-1.checkpoint");
}
// The signed text of that checkpoint.
inline std::string CheckpointText() {
  const std::string file = CheckpointFile();
  return file.substr(0, file.rfind("\n\n") + 1);
}

inline keys::SigningPrivateKey KeyOfSeed(const std::string& seed) {
  return keys::SigningPrivateKey::FromSeed(keys::SecretBytes::CopyOf(keys::AsBytes(seed))).value();
}
inline keys::SigningPrivateKey LogKey() { return KeyOfSeed(Unhex(Vector().at("log_seed"))); }
inline keys::SigningPrivateKey WitnessKey() {
  return KeyOfSeed(Unhex(Vector().at("witness_seed")));
}
inline keys::VerifierKey LogVkey() {
  return keys::VerifierKey::Parse(Vector().at("log_vkey")).value();
}
inline keys::VerifierKey WitnessVkey() {
  return keys::VerifierKey::Parse(Vector().at("witness_vkey")).value();
}
// The key of one more witness, of name w<n>, from a seed of its own.
inline keys::SigningPrivateKey OtherKey(int n) {
  return KeyOfSeed(std::string(32, static_cast<char>(0x10 + n)));
}
inline std::string OtherName(int n) { return "witness.example.net/w" + std::to_string(n); }
inline keys::VerifierKey OtherVkey(int n) {
  return keys::VerifierKey::Create(OtherName(n), keys::NoteKeyType::kCosignature,
                                   OtherKey(n).Public())
      .value();
}

// Cuts `good` at every length and flips every bit of it: what `parse` (bytes to StatusOr) makes of
// that must be an error, or something else than what it makes of `good`.
template <typename Parse>
void ExpectNoCutOrFlipPasses(const std::string& good, Parse parse) {
  const auto whole = parse(good);
  ASSERT_TRUE(whole.ok()) << whole.status().ToString();
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto cut = parse(good.substr(0, length));
    EXPECT_TRUE(!cut.ok() || !(*cut == *whole)) << "cut to " << length << " bytes";
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = good;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      const auto other = parse(flipped);
      EXPECT_TRUE(!other.ok() || !(*other == *whole)) << "bit " << bit << " of byte " << at;
    }
  }
}

}  // namespace cairn::note::testing

#endif  // CAIRN_AUDIT_NOTE_TESTING_H_
