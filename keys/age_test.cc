#include "keys/age.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "keys/age_header.h"
#include "keys/age_test_support.h"
#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

constexpr std::size_t kSizes[] = {0, 1, 65535, 65536, 65537, 131072, 3'000'000};

TEST(Age, EverySizeGoesBothWaysAndHasTheSizeForetold) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  for (std::size_t size : kSizes) {
    Bytes content = SomeContent(size);
    Bytes sealed = SealTo(key, AsBytes(content));
    EXPECT_EQ(sealed.size(), SealedSize(size, 1));
    ASSERT_OK_AND_ASSIGN(Bytes opened, OpenAll(sealed, key));
    EXPECT_EQ(opened == content, true) << size;
  }
}

TEST(Age, EveryRecipientOpensAndNobodyElse) {
  std::vector<SealingPrivateKey> keys;
  std::vector<SealingPublicKey> recipients;
  for (int i = 0; i < 5; ++i) {
    keys.push_back(SealingPrivateKey::Generate());
    recipients.push_back(keys.back().Public());
  }
  ASSERT_OK_AND_ASSIGN(Bytes sealed, SealAll(recipients, AsBytes("content")));
  EXPECT_EQ(sealed.size(), SealedSize(7, 5));
  for (const SealingPrivateKey& key : keys) {
    ASSERT_OK_AND_ASSIGN(Bytes opened, OpenAll(sealed, key));
    EXPECT_EQ(opened, "content");
  }
  EXPECT_THAT(OpenAll(sealed, SealingPrivateKey::Generate()),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("not sealed to this key")));
  // One of several identities is enough.
  std::vector<SealingPrivateKey> mine;
  mine.push_back(SealingPrivateKey::Generate());
  mine.push_back(std::move(keys[3]));
  Bytes opened;
  EXPECT_THAT(Open(SourceOf(AsBytes(sealed)), mine, AppendTo(opened)), IsOk());
  EXPECT_EQ(opened, "content");
}

TEST(Age, PiecesWrittenAndReadAreTheSameAsTheWhole) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  const SealingPublicKey recipients[] = {key.Public()};
  Bytes content = SomeContent(200'000);
  for (std::size_t piece : {std::size_t{1000}, std::size_t{65536}, std::size_t{65537}}) {
    Bytes sealed;
    ASSERT_OK_AND_ASSIGN(Sealer sealer, Sealer::Create(recipients, AppendTo(sealed)));
    for (std::size_t at = 0; at < content.size(); at += piece) {
      ASSERT_THAT(sealer.Write(AsBytes(absl::string_view(content).substr(at, piece))), IsOk());
    }
    ASSERT_THAT(sealer.Finish(), IsOk());
    // A source that gives one byte, then many, then one.
    Source source = SourceOf(AsBytes(sealed));
    bool one = false;
    ASSERT_OK_AND_ASSIGN(Opener opener, Opener::Create(
                                            [&](std::span<std::uint8_t> out) {
                                              one = !one;
                                              return source(one ? out.first(1) : out);
                                            },
                                            std::span(&key, 1)));
    Bytes opened;
    std::array<std::uint8_t, 777> buffer;
    while (true) {
      ASSERT_OK_AND_ASSIGN(std::size_t got, opener.Read(buffer));
      if (got == 0) break;
      AppendBytes(opened, std::span(buffer).first(got));
    }
    EXPECT_EQ(opened == content, true) << piece;
    EXPECT_THAT(opener.Read(buffer).value(), 0u) << "the end stays the end";
  }
}

TEST(Age, EveryTruncationOfASmallFileFails) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  Bytes sealed = SealTo(key, AsBytes("a small file"));
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    Bytes released;
    absl::StatusOr<Bytes> opened = OpenAll(sealed.substr(0, size), key, &released);
    EXPECT_THAT(opened, StatusIs(size < SealedSize(0, 1) - 32 ? absl::StatusCode::kInvalidArgument
                                                              : absl::StatusCode::kDataLoss))
        << size;
    EXPECT_EQ(released, "");
  }
}

TEST(Age, EveryFlippedBitOfASmallFileFails) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  const Bytes sealed = SealTo(key, AsBytes("a small file"));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes spoiled = sealed;
    spoiled[bit / 8] = static_cast<char>(spoiled[bit / 8] ^ 1 << bit % 8);
    Bytes released;
    EXPECT_FALSE(OpenAll(spoiled, key, &released).ok()) << bit;
    EXPECT_EQ(released, "") << bit;
  }
}

TEST(Age, AppendedBytesAreRefused) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  for (std::size_t size : kSizes) {
    Bytes sealed = SealTo(key, AsBytes(SomeContent(size)));
    EXPECT_THAT(OpenAll(sealed + "x", key), StatusIs(absl::StatusCode::kDataLoss)) << size;
    EXPECT_THAT(OpenAll(sealed + Bytes(100'000, 'x'), key), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(Age, AFileCutBetweenChunksIsRefusedAndNamesTheChunk) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  Bytes content = SomeContent(3 * kAgeChunkSize);
  Bytes sealed = SealTo(key, AsBytes(content));
  std::size_t chunk = kAgeChunkSize + 16;
  Bytes released;
  EXPECT_THAT(OpenAll(sealed.substr(0, sealed.size() - chunk), key, &released),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("chunk 1")));
  EXPECT_EQ(released.size(), kAgeChunkSize) << "the chunk before is authentic";
  EXPECT_THAT(OpenAll(sealed.substr(0, sealed.size() - 3 * chunk), key),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("chunk 0")));
}

TEST(Age, ChunksInAnotherOrderAreRefused) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  Bytes sealed = SealTo(key, AsBytes(SomeContent(3 * kAgeChunkSize)));
  std::size_t chunk = kAgeChunkSize + 16;
  std::size_t begin = sealed.size() - 3 * chunk;
  Bytes swapped = sealed.substr(0, begin) + sealed.substr(begin + chunk, chunk) +
                  sealed.substr(begin, chunk) + sealed.substr(begin + 2 * chunk);
  Bytes released;
  EXPECT_THAT(OpenAll(swapped, key, &released),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("chunk 0")));
  EXPECT_EQ(released, "");
}

TEST(Age, AfterAnErrorEveryReadGivesIt) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  Bytes sealed = SealTo(key, AsBytes(SomeContent(100'000)));
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  ASSERT_OK_AND_ASSIGN(Opener opener,
                       Opener::Create(SourceOf(AsBytes(sealed)), std::span(&key, 1)));
  std::vector<std::uint8_t> buffer(kAgeChunkSize);
  EXPECT_THAT(opener.Read(buffer), IsOk());
  EXPECT_THAT(opener.Read(buffer),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("nothing of it or behind it")));
  EXPECT_THAT(opener.Read(buffer), StatusIs(absl::StatusCode::kDataLoss));
}

// A file of the chunks given, whatever the rules say of them.
Bytes FileOfChunks(const SealingPrivateKey& key,
                   const std::vector<std::pair<Bytes, bool>>& chunks) {
  const SealingPublicKey recipients[] = {key.Public()};
  BuiltAgeHeader header = BuildAgeHeader(recipients, RandomSecret(32)).value();
  Bytes nonce = RandomBytes(kAgeNonceSize);
  ChunkCipher cipher(AgePayloadKey(header.file_key, AsBytes(nonce)), ChunkCipher::Direction::kSeal);
  Bytes file = header.text + nonce;
  for (const auto& [plaintext, last] : chunks) {
    std::vector<std::uint8_t> sealed(plaintext.size() + kAgeTagSize);
    cipher.Seal(AsBytes(plaintext), last, sealed);
    AppendBytes(file, sealed);
  }
  return file;
}

TEST(AgePayload, TheRulesOfTheLastChunkHold) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  const Bytes full(kAgeChunkSize, 'f');
  EXPECT_THAT(OpenAll(FileOfChunks(key, {{full, false}, {"age", true}}), key), IsOk());
  EXPECT_THAT(OpenAll(FileOfChunks(key, {{"", true}}), key), IsOk());
  const std::pair<std::vector<std::pair<Bytes, bool>>, const char*> cases[] = {
      {{}, "cut short inside"},
      {{{full, false}, {"", true}}, "empty chunk"},         // Not marked on the full one before.
      {{{full, false}}, "does not verify as the last"},     // None is marked last.
      {{{"age", false}}, "does not verify as the last"},    // Likewise, short.
      {{{full, true}, {"age", true}}, "does not verify"},   // Two are.
      {{{"age", true}, {"age", true}}, "does not verify"},  // Two short ones.
      {{{"age", false}, {full, true}}, "does not verify"},  // A short one in the middle.
  };
  for (const auto& [chunks, why] : cases) {
    EXPECT_THAT(OpenAll(FileOfChunks(key, chunks), key),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr(why)));
  }
}

TEST(Sealer, RefusesNoRecipientTwiceTheSameAndTooMany) {
  Bytes out;
  EXPECT_THAT(Sealer::Create({}, AppendTo(out)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least one")));
  SealingPublicKey key = SealingPrivateKey::Generate().Public();
  EXPECT_THAT(Sealer::Create(std::vector{key, key}, AppendTo(out)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
  EXPECT_THAT(Sealer::Create(std::vector(kMaxAgeRecipients + 1, key), AppendTo(out)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most")));
  EXPECT_EQ(out, "");
}

TEST(Sealer, ManyRecipientsFitTheLimitOfTheReader) {
  std::vector<SealingPublicKey> recipients;
  SealingPrivateKey last = SealingPrivateKey::Generate();
  for (std::size_t i = 1; i < kMaxAgeRecipients; ++i) {
    recipients.push_back(SealingPrivateKey::Generate().Public());
  }
  recipients.push_back(last.Public());
  ASSERT_OK_AND_ASSIGN(Bytes sealed, SealAll(recipients, AsBytes("content")));
  EXPECT_THAT(OpenAll(sealed, last), IsOk());
}

TEST(Sealer, PassesOnTheErrorOfItsSinkForEver) {
  SealingPublicKey key = SealingPrivateKey::Generate().Public();
  std::size_t left = 2;  // Header and nonce.
  Sink sink = [&left](ByteView) {
    if (left == 0) return absl::UnavailableError("disk full");
    --left;
    return absl::OkStatus();
  };
  ASSERT_OK_AND_ASSIGN(Sealer sealer, Sealer::Create(std::span(&key, 1), sink));
  Bytes content(kAgeChunkSize + 1, 'x');
  EXPECT_THAT(sealer.Write(AsBytes(content)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("disk full")));
  left = 100;
  EXPECT_THAT(sealer.Finish(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(Sealer, NothingCanBeWrittenAfterFinish) {
  SealingPublicKey key = SealingPrivateKey::Generate().Public();
  Bytes out;
  ASSERT_OK_AND_ASSIGN(Sealer sealer, Sealer::Create(std::span(&key, 1), AppendTo(out)));
  EXPECT_THAT(sealer.Finish(), IsOk());
  EXPECT_THAT(sealer.Write(AsBytes("x")), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(sealer.Finish(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(Opener, PassesOnTheErrorOfItsSource) {
  SealingPrivateKey key = SealingPrivateKey::Generate();
  Bytes sealed = SealTo(key, AsBytes(SomeContent(100'000)));
  for (std::size_t fail_after : {std::size_t{10}, std::size_t{190}, std::size_t{70'000}}) {
    Source good = SourceOf(AsBytes(absl::string_view(sealed).substr(0, fail_after)));
    Source source = [&](std::span<std::uint8_t> out) -> absl::StatusOr<std::size_t> {
      absl::StatusOr<std::size_t> got = good(out);
      if (got.ok() && *got == 0) return absl::UnavailableError("connection lost");
      return got;
    };
    Bytes out;
    EXPECT_THAT(Open(source, std::span(&key, 1), AppendTo(out)),
                StatusIs(absl::StatusCode::kUnavailable, HasSubstr("connection lost")));
  }
}

// --- Sealing from a seed -------------------------------------------------------------------------

TEST(SealedFromSeed, TheSeedShowsWhatWasSealedAndToWhom) {
  std::vector<SealingPublicKey> recipients = {SealingPrivateKey::Generate().Public(),
                                              SealingPrivateKey::Generate().Public()};
  SecretBytes seed = RandomSecret(32);
  Bytes sealed;
  ASSERT_OK_AND_ASSIGN(Sealer sealer, Sealer::CreateFromSeed(recipients, seed, AppendTo(sealed)));
  ASSERT_THAT(sealer.Write(AsBytes("what was sent")), IsOk());
  ASSERT_THAT(sealer.Finish(), IsOk());

  ASSERT_OK_AND_ASSIGN(Opener opener,
                       Opener::CreateWithSeed(SourceOf(AsBytes(sealed)), seed, recipients));
  Bytes opened;
  EXPECT_THAT(opener.DrainTo(AppendTo(opened)), IsOk());
  EXPECT_EQ(opened, "what was sent");

  // Not with another seed, other recipients or another order.
  EXPECT_THAT(Opener::CreateWithSeed(SourceOf(AsBytes(sealed)), RandomSecret(32), recipients),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(
      Opener::CreateWithSeed(SourceOf(AsBytes(sealed)), seed, std::span(recipients).first(1)),
      StatusIs(absl::StatusCode::kPermissionDenied));
  std::swap(recipients[0], recipients[1]);
  EXPECT_THAT(Opener::CreateWithSeed(SourceOf(AsBytes(sealed)), seed, recipients),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(SealedFromSeed, TheSameSeedTwiceRepeatsTheHeaderButNoKeystream) {
  SealingPublicKey key = SealingPrivateKey::Generate().Public();
  SecretBytes seed = RandomSecret(32);
  Bytes files[2];
  for (Bytes& file : files) {
    ASSERT_OK_AND_ASSIGN(Sealer sealer,
                         Sealer::CreateFromSeed(std::span(&key, 1), seed, AppendTo(file)));
    ASSERT_THAT(sealer.Write(AsBytes("the same")), IsOk());
    ASSERT_THAT(sealer.Finish(), IsOk());
  }
  std::size_t header = SealedSize(0, 1) - 32;
  EXPECT_EQ(files[0].substr(0, header), files[1].substr(0, header));
  EXPECT_NE(files[0].substr(header + 16), files[1].substr(header + 16));
}

TEST(SealedFromSeed, RefusesSeedsOfOtherLengths) {
  SealingPublicKey key = SealingPrivateKey::Generate().Public();
  Bytes out;
  EXPECT_THAT(Sealer::CreateFromSeed(std::span(&key, 1), SecretBytes(16), AppendTo(out)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("32 bytes")));
}

}  // namespace
}  // namespace cairn::keys
