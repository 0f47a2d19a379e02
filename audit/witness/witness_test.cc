// Every row of the witness's table, and what must hold between the rows.
#include "audit/witness/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "audit/witness/testing.h"
#include "tests/testing/status.h"
#include "tests/testing/vectors.h"

namespace cairn::witness::testing {
namespace {

using cairn::testing::IsOk;
using cairn::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

MATCHER_P(HasCode, status, "has status " + std::to_string(status)) {
  *result_listener << arg.status << " " << arg.body;
  return arg.status == status;
}
MATCHER_P(ConflictsAt, size, "is 409 at size " + std::to_string(size)) {
  *result_listener << arg.status << " " << arg.body;
  return arg == Answer{409, kSizeType, std::to_string(size) + "\n"};
}

// The time of the witness's line in `note` over the tree that the log says it is.
absl::StatusOr<std::uint64_t> CosignedAt(const std::string& note) {
  const std::vector<keys::VerifierKey> witnesses = {note::testing::WitnessVkey()};
  const auto opened =
      note::OpenCheckpoint(keys::AsBytes(note), note::testing::LogVkey(), witnesses);
  if (!opened.ok()) return opened.status();
  if (opened->cosignatures.size() != 1) return absl::NotFoundError("no cosignature");
  return note::ToInt(*opened->cosignatures[0].time);
}

TEST(AddCheckpoint, GivesTheLineOfTheConformanceVector) {
  WitnessUnderTest under_test;
  // The vector goes from 3 to 5, so size 3 comes first; its root is the vector's.
  TestLog log;
  const std::string root = note::testing::Vector().at("root_3");
  const auto first =
      TestLog::RequestOf(0, {}, log.NoteOf(3, {keys::Digest::FromHex(root).value()}));
  ASSERT_THAT(under_test.Add(first), HasCode(200));
  const Answer answer =
      under_test.Add(cairn::testing::ReadVectorFile("log/cairn-test-1.add-checkpoint"));
  ASSERT_THAT(answer, HasCode(200));
  const std::string cosigned = note::testing::CheckpointFile();
  EXPECT_EQ(answer.body, cosigned.substr(cosigned.find("\u2014 witness.example.net/w1")));
  EXPECT_EQ(under_test.Latest().body, cosigned);
}

TEST(AddCheckpoint, EveryStepOfAGrowingLogIsCosigned) {
  WitnessUnderTest under_test;
  TestLog log;
  std::size_t old = 0;
  for (const std::size_t size : {0, 0, 1, 2, 2, 7, 8, 33, 64}) {
    const Answer answer = under_test.Add(log.Request(old, size));
    ASSERT_THAT(answer, HasCode(200)) << size;
    EXPECT_THAT(CosignedAt(log.Note(size) + answer.body).status(), IsOk());
    EXPECT_EQ(under_test.Latest().body, log.Note(size) + answer.body);
    old = size;
  }
}

TEST(AddCheckpoint, WhatIsNoRequestIs400) {
  WitnessUnderTest under_test;
  const std::string good = TestLog().Request(0, 3);
  EXPECT_THAT(under_test.Add(""), HasCode(400));
  EXPECT_THAT(under_test.Add("old x\n\n" + TestLog().Note(3)), HasCode(400));
  EXPECT_THAT(under_test.Add(good.substr(0, good.size() - 1)), HasCode(400));
  EXPECT_THAT(under_test.Add(std::string(note::kMaxAddCheckpointBytes + 1, 'a')), HasCode(400));
  EXPECT_THAT(under_test.Latest(), HasCode(404));
}

TEST(AddCheckpoint, ACheckpointWithAnExtensionLineIs400) {
  WitnessUnderTest under_test;
  const std::string text = note::testing::CheckpointText() + "extension\n";
  const std::string note = note::SignNote(text, Origin(), note::testing::LogKey()).value();
  EXPECT_THAT(under_test.Add("old 0\n\n" + note), HasCode(400));
}

TEST(AddCheckpoint, AnUnknownLogIs404) {
  WitnessUnderTest under_test;
  EXPECT_THAT(under_test.Add(TestLog(1000, "log.example.org/other").Request(0, 3)), HasCode(404));
}

TEST(AddCheckpoint, NotSignedByTheLogIs403) {
  WitnessUnderTest under_test;
  const std::string text = note::testing::CheckpointText();
  const std::string note = note::SignNote(text, Origin(), note::testing::OtherKey(1)).value();
  EXPECT_THAT(under_test.Add("old 0\n\n" + note), HasCode(403));
}

TEST(AddCheckpoint, ALineOfTheLogThatFailsIs403) {
  WitnessUnderTest under_test;
  // The log's line for size 3 under the text of size 4.
  const std::string three = TestLog().Note(3);
  const std::string four = TestLog().Note(4);
  const std::string mixed =
      four.substr(0, four.find("\n\n") + 2) + three.substr(three.find("\n\n") + 2);
  EXPECT_THAT(under_test.Add("old 0\n\n" + mixed), HasCode(403));
  EXPECT_THAT(under_test.Latest(), HasCode(404));
}

TEST(AddCheckpoint, OldBeyondTheCheckpointIs400EvenWhereItIsTheSizeCosignedLast) {
  WitnessUnderTest under_test;
  TestLog log;
  ASSERT_THAT(under_test.Add(log.Request(0, 5)), HasCode(200));
  EXPECT_THAT(under_test.Add(TestLog::RequestOf(5, {}, log.Note(3))), HasCode(400));
}

TEST(AddCheckpoint, AnotherOldIs409WithTheSize) {
  WitnessUnderTest under_test;
  TestLog log;
  EXPECT_THAT(under_test.Add(log.Request(2, 5)), ConflictsAt(0));
  ASSERT_THAT(under_test.Add(log.Request(0, 5)), HasCode(200));
  EXPECT_THAT(under_test.Add(log.Request(0, 7)), ConflictsAt(5));
  EXPECT_THAT(under_test.Add(log.Request(4, 7)), ConflictsAt(5));
  EXPECT_THAT(under_test.Add(log.Request(2, 3)), ConflictsAt(5));
  EXPECT_THAT(under_test.Add(log.Request(5, 7)), HasCode(200));
}

TEST(AddCheckpoint, OldZeroAsksForTheSizeOfASmallerCheckpointToo) {
  WitnessUnderTest under_test;
  TestLog log;
  ASSERT_THAT(under_test.Add(log.Request(0, 5)), HasCode(200));
  EXPECT_THAT(under_test.Add(log.Request(0, 3)), ConflictsAt(5));
  EXPECT_THAT(under_test.Add(log.Request(0, 0)), ConflictsAt(5));
}

TEST(AddCheckpoint, SizeZeroWithARootThatNoEmptyTreeHasIs422) {
  WitnessUnderTest under_test;
  TestLog log;
  EXPECT_THAT(under_test.Add(TestLog::RequestOf(0, {}, log.NoteOf(0, log.Root(1)))), HasCode(422));
  EXPECT_THAT(under_test.Add(log.Request(0, 0)), HasCode(200));
  // Having cosigned the empty tree changes nothing: still from 0 without a proof.
  EXPECT_THAT(under_test.Add(log.Request(0, 0)), HasCode(200));
  EXPECT_THAT(under_test.Add(TestLog::RequestOf(0, {}, log.NoteOf(0, log.Root(1)))), HasCode(422));
  EXPECT_THAT(under_test.Add(log.Request(0, 4)), HasCode(200));
}

TEST(AddCheckpoint, AProofFromZeroIs422) {
  WitnessUnderTest under_test;
  TestLog log;
  EXPECT_THAT(under_test.Add(TestLog::RequestOf(0, {log.Root(1)}, log.Note(3))), HasCode(422));
  EXPECT_THAT(under_test.Latest(), HasCode(404));
}

TEST(AddCheckpoint, EqualSizeAndAnotherRootIs422AndIsKept) {
  WitnessUnderTest under_test;
  TestLog log;
  TestLog fork(4);
  ASSERT_THAT(under_test.Add(log.Request(0, 5)), HasCode(200));
  const std::string cosigned = under_test.Latest().body;
  EXPECT_THAT(under_test.Add(fork.Request(5, 5)), HasCode(422));
  EXPECT_EQ(under_test.Latest().body, cosigned);
  // Both notes, signed by the log for one size: that convicts it.
  EXPECT_THAT(*under_test.witness->ReadDisputed(Origin()),
              ElementsAre(Field(&LogNote::note, fork.Note(5))));
  EXPECT_THAT(*under_test.witness->ReadKept(Origin(), merkle::TreeSize{5}),
              ElementsAre(log.Note(5)));
}

TEST(AddCheckpoint, AProofThatFailsIs422) {
  WitnessUnderTest under_test;
  TestLog log;
  TestLog fork(4);
  ASSERT_THAT(under_test.Add(log.Request(0, 5)), HasCode(200));
  EXPECT_THAT(under_test.Add(fork.Request(5, 8)), HasCode(422));
  auto proof = note::ParseAddCheckpoint(keys::AsBytes(log.Request(5, 8)))->proof;
  for (std::size_t i = 0; i < proof.size(); ++i) {
    auto spoiled = proof;
    spoiled[i].digest.bytes[7] ^= 1;
    EXPECT_THAT(under_test.Add(TestLog::RequestOf(5, spoiled, log.Note(8))), HasCode(422)) << i;
  }
  proof.push_back(log.Root(1));
  EXPECT_THAT(under_test.Add(TestLog::RequestOf(5, proof, log.Note(8))), HasCode(422));
  proof.resize(1);
  EXPECT_THAT(under_test.Add(TestLog::RequestOf(5, proof, log.Note(8))), HasCode(422));
  EXPECT_THAT(under_test.Add(TestLog::RequestOf(5, {log.Root(1)}, log.Note(5))), HasCode(422));
  EXPECT_THAT(under_test.Add(log.Request(5, 8)), HasCode(200));
}

TEST(AddCheckpoint, TheSameAgainIsCosignedWithAFreshTimeThatNeverGoesBack) {
  WitnessUnderTest under_test;
  TestLog log;
  std::uint64_t last = under_test.now_s;
  for (const int later : {0, 10, -20, 30}) {
    under_test.now_s += static_cast<std::uint64_t>(later);
    const std::size_t old = under_test.Latest().status == 404 ? 0 : 5;
    const Answer answer = under_test.Add(log.Request(old, 5));
    ASSERT_THAT(answer, HasCode(200));
    last = std::max(last, under_test.now_s);
    EXPECT_EQ(*CosignedAt(log.Note(5) + answer.body), last);
  }
}

TEST(AddCheckpoint, MoreRequestsThanTheListAllowsAre429) {
  WitnessUnderTest under_test(1440);  // One a minute, and ten at once.
  TestLog log;
  for (std::size_t i = 0; i < 10; ++i)
    ASSERT_THAT(under_test.Add(log.Request(i, i + 1)), HasCode(200));
  EXPECT_THAT(under_test.Add(log.Request(10, 11)), HasCode(429));
  // What anybody sends costs the log nothing.
  const std::string unsigned_note =
      note::SignNote(note::testing::CheckpointText(), Origin(), note::testing::OtherKey(1)).value();
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(under_test.Add("old 0\n\n" + unsigned_note), HasCode(403));
  }
  under_test.now_s += 60;
  EXPECT_THAT(under_test.Add(log.Request(10, 11)), HasCode(200));
  EXPECT_THAT(under_test.Add(log.Request(11, 12)), HasCode(429));
}

TEST(AddCheckpoint, WhatWasCosignedOutlivesARestart) {
  WitnessUnderTest under_test;
  TestLog log;
  ASSERT_THAT(under_test.Add(log.Request(0, 5)), HasCode(200));
  ASSERT_THAT(under_test.Add(TestLog(4).Request(5, 8)), HasCode(422));
  const Answer latest = under_test.Latest();
  under_test.Open();
  EXPECT_EQ(under_test.Latest(), latest);
  EXPECT_THAT(under_test.Add(TestLog(4).Request(0, 5)), ConflictsAt(5));
  EXPECT_THAT(under_test.Add(TestLog(4).Request(5, 5)), HasCode(422));
  EXPECT_THAT(*under_test.witness->ReadDisputed(Origin()), SizeIs(2));
  EXPECT_THAT(under_test.Add(log.Request(5, 6)), HasCode(200));
}

// Two histories race each other: whatever the order, what was cosigned is one chain.
TEST(AddCheckpoint, RacingWritersNeverGetTwoHistoriesCosigned) {
  for (int round = 0; round < 20; ++round) {
    WitnessUnderTest under_test;
    const TestLog log;
    const TestLog fork(0);
    std::array<std::atomic<int>, 2> cosigned{};
    std::vector<std::thread> writers;
    for (int i = 0; i < 6; ++i) {
      writers.emplace_back([&, i] {
        const TestLog& mine = i % 2 == 0 ? log : fork;
        for (const auto& [old, size] :
             {std::pair<std::size_t, std::size_t>{0, 4}, {4, 9}, {9, 9}}) {
          if (under_test.Add(mine.Request(old, size)).status == 200) ++cosigned[i % 2];
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    EXPECT_TRUE((cosigned[0] > 0) != (cosigned[1] > 0)) << cosigned[0] << " " << cosigned[1];
    const TestLog& won = cosigned[0] > 0 ? log : fork;
    EXPECT_THAT(CosignedAt(under_test.Latest().body).status(), IsOk());
    EXPECT_THAT(under_test.Latest().body, ::testing::StartsWith(won.Note(9)));
  }
}

// Racing to one size from one old size: all that are answered 200 sign the same tree.
TEST(AddCheckpoint, RacingGrowthOfOneHistoryEndsAtTheLargestCosigned) {
  WitnessUnderTest under_test;
  const TestLog log;
  std::atomic<std::size_t> largest{0};
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&] {
      std::size_t old = 0;
      for (std::size_t size = 1; size <= 40; ++size) {
        const Answer answer = under_test.Add(log.Request(std::min(old, size), size));
        if (answer.status == 409) {
          old = std::stoul(answer.body);
        } else if (answer.status == 200) {
          old = size;
          std::size_t seen = largest;
          while (seen < size && !largest.compare_exchange_weak(seen, size)) {
          }
        } else {
          ADD_FAILURE() << answer.status << " " << answer.body;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_THAT(under_test.Latest().body, ::testing::StartsWith(log.Note(largest)));
}

// A store of which every write fails from some moment on.
TEST(AddCheckpoint, AWriteThatFailsIsNoCosignatureAndEndsTheWitness) {
  WitnessUnderTest under_test;
  TestLog log;
  ASSERT_THAT(under_test.Add(log.Request(0, 5)), HasCode(200));
  const std::string folder = [&] {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "cairn-witness-XXXXXX").string();
    return std::string(mkdtemp(pattern.data()));
  }();
  {
    (void)log::OpenRocksStore(folder + "/db").value();
    const auto read_only =
        log::OpenRocksStore(folder + "/db", {.mode = log::RocksOptions::Mode::kReadOnly});
    ASSERT_THAT(read_only.status(), IsOk());
    const keys::SigningPrivateKey key = note::testing::WitnessKey();
    absl::Status fatal;
    const auto witness =
        Witness::Create({.name = "witness.example.net/w1",
                         .key = &key,
                         .logs = {{note::testing::LogVkey()}},
                         .on_fatal = [&](const absl::Status& status) { fatal = status; }},
                        **read_only)
            .value();
    const auto add = [&](const std::string& body) {
      return witness->AddCheckpoint(keys::AsBytes(body), note::PosixSeconds{1});
    };
    EXPECT_THAT(add(log.Request(0, 5)), HasCode(503));
    EXPECT_FALSE(fatal.ok());
    EXPECT_THAT(add("garbage"), HasCode(503));
  }
  std::filesystem::remove_all(folder);
}

TEST(AddCheckpoint, OneLogsCheckpointsAreNoneOfAnother) {
  const keys::SigningPrivateKey key = note::testing::WitnessKey();
  WitnessUnderTest under_test;
  const auto other = *keys::VerifierKey::Create(
      "log.example.org/other", keys::NoteKeyType::kEd25519, note::testing::LogKey().Public());
  under_test.witness.reset();
  const auto witness =
      Witness::Create(
          {.name = "w", .key = &key, .logs = {{note::testing::LogVkey()}, {other}}, .on_fatal = {}},
          *under_test.store)
          .value();
  const auto add = [&](const std::string& body) {
    return witness->AddCheckpoint(keys::AsBytes(body), note::PosixSeconds{1});
  };
  const TestLog first;
  const TestLog second(0, "log.example.org/other");
  EXPECT_THAT(add(first.Request(0, 5)), HasCode(200));
  EXPECT_THAT(add(second.Request(0, 3)), HasCode(200));
  EXPECT_THAT(add(first.Request(5, 6)), HasCode(200));
  EXPECT_THAT(add(second.Request(3, 6)), HasCode(200));
  EXPECT_THAT(witness->ReadDisputed("log.example.org/none").status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(*witness->ReadDisputed(Origin()), IsEmpty());
}

TEST(Witness, CannotHaveTheKeyOfALog) {
  WitnessUnderTest under_test;
  const keys::SigningPrivateKey key = note::testing::LogKey();
  EXPECT_THAT(Witness::Create(
                  {.name = "w", .key = &key, .logs = {{note::testing::LogVkey()}}, .on_fatal = {}},
                  *under_test.store)
                  .status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("one role")));
}

TEST(ReadCheckpoint, ANameThatIsNoOriginHashIs404) {
  WitnessUnderTest under_test;
  ASSERT_THAT(under_test.Add(TestLog().Request(0, 5)), HasCode(200));
  EXPECT_THAT(under_test.Latest(), HasCode(200));
  std::string hex = OriginHash(Origin()).Hex();
  EXPECT_EQ(hex, note::testing::Vector().at("origin_sha256"));
  EXPECT_THAT(under_test.witness->ReadCheckpoint(hex.substr(1)), HasCode(404));
  EXPECT_THAT(under_test.witness->ReadCheckpoint(""), HasCode(404));
  hex[3] = hex[3] == '0' ? '1' : '0';
  EXPECT_THAT(under_test.witness->ReadCheckpoint(hex), HasCode(404));
}

TEST(Records, AnythingButTheBytesWrittenIsDataLoss) {
  const Latest latest{merkle::TreeSize{5}, TestLog().Root(5), note::PosixSeconds{7}, "note"};
  const keys::Bytes bytes = EncodeLatest(latest);
  EXPECT_EQ(*ParseLatest(keys::AsBytes(bytes)), latest);
  EXPECT_THAT(ParseLatest(keys::AsBytes(bytes).first(48)), StatusIs(absl::StatusCode::kDataLoss));
  keys::Bytes huge = bytes;
  huge[0] = '\xff';
  EXPECT_THAT(ParseLatest(keys::AsBytes(huge)), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace cairn::witness::testing
