#include "audit/mirror/monitor.h"

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/log_folder.h"
#include "tests/testing/status.h"

namespace cairn::mirror {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::ReadTestFile;
using ::cairn::testing::ScratchFolder;
using ::cairn::testing::StatusIs;
using ::cairn::testing::WriteTestFile;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint64_t kNow = LogBuilder::kStartMs / 1000;

MATCHER_P2(Tells, kind, text, "tells " + AlertName(kind)) {
  *result_listener << AlertName(arg.kind) << " " << arg.text;
  return arg.kind == kind && ::testing::Value(arg.text, HasSubstr(text));
}

class MonitorTest : public ::testing::Test {
 protected:
  MonitorTest() {
    log_.Found();
    handover_ = log_.OpenHandover();
    Serve();
    Open();
  }
  void Serve() { Serve(log_.entries(), log_.Note()); }
  void Serve(const std::vector<keys::Bytes>& entries, const std::string& note) {
    for (const auto& old : std::filesystem::directory_iterator(served_.path())) {
      std::filesystem::remove_all(old.path());
    }
    cairn::testing::WriteLogFolder(served_.path(), entries, note);
  }
  absl::Status TryOpen(const std::string& vkey = "") {
    monitor_.reset();
    auto opened =
        Monitor::Open({.folder = state_ / "watch",
                       .log = vkey.empty() ? log_.LogVkey() : *keys::VerifierKey::Parse(vkey),
                       .parties = {"receiving"}},
                      kNow);
    if (!opened.ok()) return opened.status();
    monitor_ = *std::move(opened);
    return absl::OkStatus();
  }
  void Open() { ASSERT_TRUE(TryOpen().ok()); }
  Look See(std::uint64_t now_s = kNow) {
    FolderSource source(served_.path());
    auto look = monitor_->LookAt(source, now_s);
    if (!look.ok()) throw std::runtime_error(look.status().ToString());
    if (absl::Status kept = monitor_->Keep(); !kept.ok()) throw std::runtime_error(kept.ToString());
    return *std::move(look);
  }
  // One whole log whose history differs from leaf `from` on.
  std::pair<std::vector<keys::Bytes>, std::string> Fork(std::size_t from) {
    std::vector<keys::Bytes> entries = log_.entries();
    for (std::size_t i = from; i < entries.size(); ++i) entries[i] = entries[0];
    merkle::Frontier frontier;
    for (const keys::Bytes& entry : entries) {
      frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
    }
    return {entries,
            *note::SignCheckpoint(
                {.origin = log_.origin(), .size = frontier.size(), .root = frontier.Root()},
                log_.LogKey())};
  }

  LogBuilder log_;
  Id handover_;
  ScratchFolder served_;
  ScratchFolder state_;
  std::unique_ptr<Monitor> monitor_;
};

TEST_F(MonitorTest, TellsEveryActOfItsPartyOnceAndSaysWhatItHasProved) {
  const Look first = See();
  EXPECT_EQ(first.proved, log_.size());
  EXPECT_EQ(first.fresh, log_.size());
  EXPECT_EQ(first.since, log_.size());
  EXPECT_EQ(first.since_s, kNow);
  EXPECT_THAT(first.alerts, Contains(Tells(AlertKind::kOwnAct, "accept_charter by receiving")));
  EXPECT_THAT(first.alerts, Not(Contains(Tells(AlertKind::kOwnAct, "by holding"))));
  EXPECT_THAT(See().alerts, IsEmpty());
  Open();
  EXPECT_THAT(See().alerts, IsEmpty());
  log_.Witness(log_.now_ms() + 1000);
  Serve();
  const Look later = See();
  EXPECT_THAT(later.alerts, IsEmpty());
  EXPECT_EQ(later.fresh, merkle::TreeSize{1});
  EXPECT_EQ(later.since_s, kNow);
}

// A first look at a long log finds an act in every leaf, perhaps. Memory holds those of one look.
TEST_F(MonitorTest, WhatIsTooMuchForOneLookComesWithTheNextOnes) {
  const auto look_with = [this](const std::string& name, std::size_t alerts_a_look) {
    monitor_.reset();
    auto opened = Monitor::Open({.folder = state_ / name,
                                 .log = log_.LogVkey(),
                                 .parties = {"receiving", "holding", "mediator-a", "mediator-b"},
                                 .alerts_a_look = alerts_a_look},
                                kNow);
    if (!opened.ok()) throw std::runtime_error(opened.status().ToString());
    monitor_ = *std::move(opened);
    return See();
  };
  const Look whole = look_with("whole", kAlertsALook);
  ASSERT_GT(whole.alerts.size(), 3U);
  EXPECT_FALSE(whole.more);
  std::vector<std::string> bits;
  Look look;
  do {
    look = look_with("bits", 1);
    EXPECT_LE(look.alerts.size(), 1U);
    for (const Alert& alert : look.alerts) bits.push_back(alert.text);
  } while (look.more);
  ASSERT_EQ(bits.size(), whole.alerts.size());
  for (std::size_t i = 0; i < bits.size(); ++i) EXPECT_EQ(bits[i], whole.alerts[i].text);
  EXPECT_EQ(look.proved, log_.size());
}

TEST_F(MonitorTest, WhatWasNotKeptIsToldAgain) {
  FolderSource source(served_.path());
  ASSERT_FALSE(monitor_->LookAt(source, kNow)->alerts.empty());
  Open();
  EXPECT_FALSE(See().alerts.empty());
}

TEST_F(MonitorTest, TellsALeafThatShouldNotBeThere) {
  See();
  v1::Statement statement = log_.WitnessedStatement(log_.now_ms() + 1000);
  statement.mutable_witnessed()->clear_operator_time_ms();
  log_.AppendRefused(statement);
  Serve();
  const Look look = See();
  EXPECT_THAT(look.alerts, ElementsAre(Tells(AlertKind::kFault, "should not be there")));
  EXPECT_TRUE(IsMisbehaviour(look.alerts[0].kind));
}

TEST_F(MonitorTest, TellsWhatIsOverdueOnceEvenOverARestart) {
  log_.Submit(handover_, "S1");
  log_.Witness(log_.now_ms() + 1000);
  log_.Witness(log_.now_ms() + 4 * LogBuilder::kDayMs);
  Serve();
  EXPECT_THAT(See().alerts, Contains(Tells(AlertKind::kOverdue, "custody owed by receiving")));
  Open();
  EXPECT_THAT(See().alerts, IsEmpty());
}

TEST_F(MonitorTest, TellsThatTheOperatorLetsTheTimeStandStill) {
  log_.Submit(handover_, "S1");
  log_.Witness(log_.now_ms() + 1000);
  Serve();
  EXPECT_THAT(See().alerts, Not(Contains(Tells(AlertKind::kTimeOwed, ""))));
  const std::uint64_t late = kNow + 4 * LogBuilder::kDayMs / 1000;
  EXPECT_THAT(See(late).alerts, ElementsAre(Tells(AlertKind::kTimeOwed, "owes a Witnessed")));
  EXPECT_THAT(See(late + 10).alerts, IsEmpty());
}

TEST_F(MonitorTest, AnotherHistoryIsToldOnceAndBothNotesAreKept) {
  See();
  const auto [entries, note] = Fork(5);
  Serve(entries, note);
  const Look look = See();
  ASSERT_THAT(look.alerts, ElementsAre(Tells(AlertKind::kOtherHistory, "two histories")));
  EXPECT_TRUE(IsMisbehaviour(look.alerts[0].kind));
  EXPECT_EQ(look.proved, log_.size());
  std::size_t notes = 0;
  for (const auto& file : std::filesystem::directory_iterator(state_ / "watch/copy/evidence")) {
    notes += file.path().extension() == ".note" ? 1 : 0;
  }
  EXPECT_EQ(notes, 2u);
  Open();
  EXPECT_THAT(See().alerts, IsEmpty());
}

TEST_F(MonitorTest, ASmallerTreeThanBeforeIsTold) {
  See();
  std::vector<keys::Bytes> entries = log_.entries();
  entries.pop_back();
  merkle::Frontier frontier;
  for (const keys::Bytes& entry : entries) frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  Serve(entries, *note::SignCheckpoint(
                     {.origin = log_.origin(), .size = frontier.size(), .root = frontier.Root()},
                     log_.LogKey()));
  EXPECT_THAT(See().alerts, ElementsAre(Tells(AlertKind::kShrunk, "has shown")));
  EXPECT_THAT(See().alerts, IsEmpty());
}

TEST_F(MonitorTest, BytesThatTheCheckpointDoesNotCommitToAreTold) {
  const std::string bundle =
      served_ / "tile/entries/000.p/" + std::to_string(log_.entries().size());
  std::string bytes = ReadTestFile(bundle);
  bytes[bytes.size() / 2] ^= 1;
  WriteTestFile(bundle, bytes);
  const Look look = See();
  ASSERT_EQ(look.alerts.size(), 1u);
  EXPECT_EQ(look.alerts[0].kind, AlertKind::kSpoiled);
  EXPECT_EQ(look.proved, merkle::TreeSize{0});
}

TEST_F(MonitorTest, AFolderThatIsCalledHistoryAccusesNobodyOfTwo) {
  const std::string folder = state_ / "history";
  std::filesystem::create_directories(folder);
  cairn::testing::WriteLogFolder(folder, log_.entries(), log_.Note());
  const std::string bundle =
      folder + "/tile/entries/000.p/" + std::to_string(log_.entries().size());
  std::string bytes = ReadTestFile(bundle);
  bytes[bytes.size() / 2] ^= 1;
  WriteTestFile(bundle, bytes);
  FolderSource source(folder);
  const auto look = monitor_->LookAt(source, kNow);
  ASSERT_TRUE(look.ok()) << look.status();
  EXPECT_THAT(look->alerts, ElementsAre(Tells(AlertKind::kSpoiled, "history")));
}

TEST_F(MonitorTest, ALogThatCannotBeReachedIsToldAfterThreeLooks) {
  See();
  std::filesystem::remove(served_ / "checkpoint");
  EXPECT_THAT(See().alerts, IsEmpty());
  EXPECT_THAT(See().alerts, IsEmpty());
  const Look third = See();
  EXPECT_THAT(third.alerts, ElementsAre(Tells(AlertKind::kUnreachable, "3 looks")));
  EXPECT_FALSE(IsMisbehaviour(third.alerts[0].kind));
  EXPECT_THAT(See().alerts, IsEmpty());
}

TEST_F(MonitorTest, GoesOnFromNothingButItsOwnFiles) {
  See();
  const std::string file = state_ / "watch/monitor";
  const std::string good = ReadTestFile(file);
  EXPECT_THAT(good, HasSubstr("cairn monitor v1\nlog "));
  for (const std::string& bad :
       {std::string("cairn monitor v2\n"), good.substr(0, good.size() - 1), good + "surprise\n",
        std::string("cairn monitor v1\n"), std::string()}) {
    WriteTestFile(file, bad);
    EXPECT_THAT(TryOpen(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr(file))) << bad;
  }
  std::string other_root = good;
  const std::size_t at = good.find("\ntold ") + 10;
  other_root[at] = other_root[at] == '0' ? '1' : '0';
  WriteTestFile(file, other_root);
  EXPECT_FALSE(TryOpen().ok());
  WriteTestFile(file, good);
  const auto other = keys::VerifierKey::Create("other.example.org", keys::NoteKeyType::kEd25519,
                                               LogBuilder::SigningKey("other").Public());
  EXPECT_THAT(TryOpen(other->ToString()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another log")));
  EXPECT_TRUE(TryOpen().ok());
}

}  // namespace
}  // namespace cairn::mirror
