// The fold's time where the log's policy asks for witnesses, and what a charter may say of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "audit/ledger/read.h"
#include "audit/note/cosignature.h"
#include "audit/note/note.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/refusal.h"
#include "tests/testing/status.h"

namespace cairn::ledger {
namespace {

using cairn::testing::Id;
using cairn::testing::LogBuilder;
using cairn::testing::RefusedFor;

constexpr auto kBad = v1::REFUSAL_REASON_FIELD;
constexpr std::uint64_t kStartS = LogBuilder::kStartMs / 1000;

std::string WitnessName(int n) { return absl::StrCat("witness.example.org/w", n); }
keys::SigningPrivateKey WitnessKey(int n) {
  return LogBuilder::SigningKey(absl::StrCat("witness ", n));
}
std::string WitnessLine(int n) {
  const auto vkey = keys::VerifierKey::Create(WitnessName(n), keys::NoteKeyType::kCosignature,
                                              WitnessKey(n).Public());
  return absl::StrCat("witness w", n, " ", vkey->ToString(), "\n");
}
// Three neutral witnesses, two of which make progress.
std::string Progress() {
  return WitnessLine(1) + WitnessLine(2) + WitnessLine(3) +
         "group neutral 2 w1 w2 w3\nquorum neutral\n";
}
std::string Final() {
  return WitnessLine(1) + WitnessLine(2) + WitnessLine(3) + WitnessLine(4) +
         "group neutral 2 w1 w2 w3\ngroup all-of-it all neutral w4\nquorum all-of-it\n";
}

// A log whose time its witnesses give.
class WitnessedTest : public ::testing::Test {
 protected:
  WitnessedTest() {
    v1::Statement genesis = log_.GenesisStatement();
    genesis.mutable_genesis()->set_progress_policy(Progress());
    genesis.mutable_genesis()->set_final_policy(Final());
    const Id id = log_.Accept(genesis);
    log_.Endorse("registrar-a", id);
    log_.Endorse("registrar-b", id);
  }
  // The newest note, cosigned by each witness at its time.
  std::string Cosigned(const std::vector<std::pair<int, std::uint64_t>>& times) {
    std::string note = log_.Note();
    const std::string text = note.substr(0, note.find("\n\n") + 1);
    for (const auto& [n, time_s] : times) {
      const auto line =
          note::Cosign(text, note::PosixSeconds{time_s}, WitnessName(n), WitnessKey(n));
      note = note::MergeSignatureLines(keys::AsBytes(note), {&*line, 1}).value();
    }
    return note;
  }
  v1::Statement Saying(const std::string& note) {
    v1::Statement statement = log_.Say("operator");
    statement.mutable_witnessed()->set_note(note);
    return statement;
  }
  v1::ClockObject Clock() { return ReadClock(log_.state()).value(); }

  LogBuilder log_;
};

TEST_F(WitnessedTest, TheTimeIsTheLowerMedianOfTheNeutralCosignatures) {
  log_.Accept(Saying(Cosigned({{1, kStartS + 5}, {2, kStartS + 900}, {3, kStartS + 7}})));
  EXPECT_EQ(Clock().time_ms(), (kStartS + 7) * 1000);
  EXPECT_EQ(Clock().kind(), v1::TIME_KIND_WITNESSED);
  // Of two, the lower; one that runs ahead moves nothing.
  log_.Accept(Saying(Cosigned({{1, kStartS + 20}, {3, kStartS + 90'000}})));
  EXPECT_EQ(Clock().time_ms(), (kStartS + 20) * 1000);
  // Never back.
  log_.Accept(Saying(Cosigned({{1, kStartS + 1}, {2, kStartS + 2}, {3, kStartS + 3}})));
  EXPECT_EQ(Clock().time_ms(), (kStartS + 20) * 1000);
}

TEST_F(WitnessedTest, ASidesWitnessHasNoSayInTheTime) {
  log_.Accept(Saying(Cosigned({{1, kStartS + 5}, {2, kStartS + 6}, {4, kStartS + 1}})));
  EXPECT_EQ(Clock().time_ms(), (kStartS + 5) * 1000);
}

TEST_F(WitnessedTest, TooFewNeutralWitnessesGiveNoTime) {
  for (const auto& times : std::vector<std::vector<std::pair<int, std::uint64_t>>>{
           {}, {{1, kStartS}}, {{1, kStartS}, {4, kStartS}}}) {
    EXPECT_THAT(log_.Refuse(Saying(Cosigned(times))), RefusedFor(kBad, "witnessed.note"));
  }
  EXPECT_EQ(Clock().marks(), 0u);
}

TEST_F(WitnessedTest, ACosignatureThatFailsSpoilsTheNote) {
  std::string note = Cosigned({{1, kStartS}, {2, kStartS}, {3, kStartS}});
  note[note.size() - 10] = note[note.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_THAT(log_.Refuse(Saying(note)), RefusedFor(kBad, "witnessed.note"));
}

TEST_F(WitnessedTest, TheOperatorsClockHasNoSay) {
  v1::Statement statement = Saying(Cosigned({{1, kStartS}, {2, kStartS}}));
  statement.mutable_witnessed()->set_operator_time_ms(LogBuilder::kStartMs);
  EXPECT_THAT(log_.Refuse(statement), RefusedFor(kBad, "witnessed.operator_time_ms"));
}

TEST_F(WitnessedTest, ATimeBeyondAllIsTheEndOfTheCalendar) {
  const std::uint64_t far = (std::uint64_t{1} << 63) - 1;
  log_.Accept(Saying(Cosigned({{1, far}, {2, far}})));
  EXPECT_EQ(Clock().time_ms(), 253'402'300'799'000u);
}

TEST(FoldGenesis, APolicyForProgressWithoutOneForFinalIsRefused) {
  for (const bool progress : {true, false}) {
    LogBuilder log;
    v1::Statement statement = log.GenesisStatement();
    if (progress) statement.mutable_genesis()->set_progress_policy(Progress());
    if (!progress) statement.mutable_genesis()->set_final_policy(Final());
    EXPECT_THAT(log.Refuse(statement), RefusedFor(kBad, "genesis.final_policy"));
  }
}

TEST(FoldGenesis, FoldVersionOneKnowsNoWitnesses) {
  LogBuilder log;
  v1::Statement statement = log.GenesisStatement();
  statement.mutable_genesis()->set_fold_version(1);
  statement.mutable_genesis()->set_progress_policy(Progress());
  statement.mutable_genesis()->set_final_policy(Final());
  EXPECT_THAT(log.Refuse(statement),
              RefusedFor(v1::REFUSAL_REASON_NOT_IMPLEMENTED, "genesis.progress_policy"));
}

class WitnessedCharterTest : public WitnessedTest {
 protected:
  WitnessedCharterTest() {
    log_.Accept(Saying(Cosigned({{1, kStartS}, {2, kStartS}})));
    for (const char* party :
         {"holding", "receiving", "mediator-a", "mediator-b", "assessor", "auditor"}) {
      log_.Enrol(party);
    }
  }
  v1::Statement Opening(const std::vector<std::pair<std::string, std::string>>& witnesses) {
    v1::Statement statement = log_.Say("mediator-a");
    v1::Charter& charter = *statement.mutable_open_handover()->mutable_charter();
    charter = log_.SomeCharter();
    charter.set_progress_policy(Progress());
    charter.set_final_policy(Final());
    for (const auto& [party, name] : witnesses) {
      v1::SideWitness& witness = *charter.add_witnesses();
      witness.set_party(party);
      witness.set_name(name);
    }
    return statement;
  }
};

TEST_F(WitnessedCharterTest, MayNameTheWitnessesOfItsPolicies) {
  log_.Accept(Opening({{"", "w1"}, {"", "w2"}, {"", "w3"}, {"receiving", "w4"}}));
}

TEST_F(WitnessedCharterTest, CannotNameAWitnessThatNoPolicyHas) {
  EXPECT_THAT(log_.Refuse(Opening({{"", "w1"}, {"holding", "w5"}})),
              RefusedFor(kBad, "open_handover.charter.witnesses[1].name"));
}

}  // namespace
}  // namespace cairn::ledger
