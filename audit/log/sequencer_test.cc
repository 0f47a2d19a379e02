#include "audit/log/sequencer.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "audit/log/testing.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/statement/refusal.h"
#include "gmock/gmock.h"

namespace cairn::log {
namespace {

using testing::Doubts;
using testing::ExpectReceipt;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::RefusalOf;
using testing::Speaker;
using testing::Statements;
using testing::StatusIs;
using testing::SubmitAll;
using testing::SubmitOne;
using testing::TempFolder;
using testing::TestLog;
using Code = absl::StatusCode;

const Logged& LoggedIn(const Outcome& outcome) {
  static const Logged kNone;
  if (const auto* logged = std::get_if<Logged>(&outcome)) return *logged;
  ADD_FAILURE() << "not logged: "
                << (std::holds_alternative<absl::Status>(outcome)
                        ? std::get<absl::Status>(outcome).ToString()
                        : RefusalOf(outcome).ShortDebugString());
  return kNone;
}

absl::Status ErrorIn(const Outcome& outcome) {
  const auto* status = std::get_if<absl::Status>(&outcome);
  return status != nullptr ? *status : absl::OkStatus();
}

class SequencerTest : public ::testing::Test {
 protected:
  SequencerTest() : log_(folder_) { EXPECT_THAT(log_.Open(), IsOk()); }

  // The log stands, with `claims` claims of the registrar.
  void Found(std::size_t claims = 0) {
    for (const Outcome& outcome : SubmitAll(log_.sequencer(), log_.Found(claims))) {
      LoggedIn(outcome);
    }
  }
  std::uint64_t Size() { return merkle::ToInt(log_.sequencer().Head()->head.size); }
  // The store and everything in it are as they should be.
  void ExpectClean() {
    const FsckReport report = log_.Check();
    EXPECT_TRUE(report.clean()) << Doubts(report);
  }

  TempFolder folder_;
  TestLog log_;
};

TEST_F(SequencerTest, AnEmptyLogHasANoteOfSizeZeroAndAnAnchor) {
  EXPECT_FALSE(log_.sequencer().sealed().has_value());
  EXPECT_EQ(Size(), 0u);
  EXPECT_THAT(note::OpenCheckpoint(keys::AsBytes(log_.sequencer().Head()->note), log_.small.vkey()),
              IsOk());
  EXPECT_EQ(ReadAnchor(log_.anchor_path())->Newest()->head.size, merkle::TreeSize{0});
  ExpectClean();
}

TEST_F(SequencerTest, EveryLeafGetsAReceiptThatHoldsOffline) {
  const Statements statements = log_.Found(40);
  const std::vector<Outcome> outcomes = SubmitAll(log_.sequencer(), statements);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    EXPECT_EQ(LoggedIn(outcomes[i]).index, merkle::LeafIndex{i});
    EXPECT_FALSE(LoggedIn(outcomes[i]).already_logged);
    ExpectReceipt(outcomes[i], statements[i], log_.small.vkey());
  }
  ExpectClean();
}

TEST_F(SequencerTest, TheSameStatementAgainGivesTheSameLeafWithAFreshProof) {
  const Statements statements = log_.Found(3);
  const std::vector<Outcome> first = SubmitAll(log_.sequencer(), statements);
  log_.now_ms += 5000;
  LoggedIn(SubmitOne(log_.sequencer(), log_.small.registrar().SignClaim(99)));
  const std::vector<Outcome> again = SubmitAll(log_.sequencer(), statements);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    EXPECT_TRUE(LoggedIn(again[i]).already_logged);
    EXPECT_EQ(LoggedIn(again[i]).index, LoggedIn(first[i]).index);
    EXPECT_EQ(LoggedIn(again[i]).logged_at_ms, LoggedIn(first[i]).logged_at_ms);
    EXPECT_EQ(LoggedIn(again[i]).head->head.size, merkle::TreeSize{6});
    ExpectReceipt(again[i], statements[i], log_.small.vkey());
  }
  EXPECT_EQ(Size(), 6u);
}

TEST_F(SequencerTest, TheSameStatementTwiceInOneBatchIsOneLeaf) {
  Found();
  Statements twice;
  for (std::uint64_t i = 0; i < 100; ++i) {
    twice.push_back(log_.small.registrar().SignClaim(i));
    twice.push_back(twice.back());
  }
  const std::vector<Outcome> outcomes = SubmitAll(log_.sequencer(), twice);
  for (std::size_t i = 0; i < twice.size(); ++i) {
    EXPECT_EQ(LoggedIn(outcomes[i]).index, merkle::LeafIndex{2 + i / 2});
    EXPECT_EQ(LoggedIn(outcomes[i]).already_logged, i % 2 == 1);
    ExpectReceipt(outcomes[i], twice[i], log_.small.vkey());
  }
  EXPECT_EQ(Size(), 102u);
  ExpectClean();
}

TEST_F(SequencerTest, ARefusalIsSignedAndNamesTheSizeOfTheNote) {
  Found(1);
  Speaker stranger = log_.small.NewSpeaker("registrar");  // The same name and key, another chain.
  stranger.SetChain(2, keys::Bytes(32, 'x'));
  const Outcome outcome = SubmitOne(log_.sequencer(), stranger.SignClaim(1));
  const v1::Refusal refusal = RefusalOf(outcome);
  EXPECT_EQ(refusal.reason(), v1::REFUSAL_REASON_PREVIOUS) << refusal.ShortDebugString();
  EXPECT_EQ(refusal.tree_size(), 3u);
  EXPECT_EQ(refusal.chain_head(), log_.small.registrar().previous());
  EXPECT_EQ(refusal.chain_sequence(), 2u);
  EXPECT_THAT(statement::VerifyRefusal(std::get<v1::SignedRefusal>(outcome),
                                       log_.small.the_operator().key().Public()),
              IsOk());
  EXPECT_EQ(Size(), 3u);
}

TEST_F(SequencerTest, NobodyUnknownCanMakeTheOperatorSign) {
  Found();
  Speaker stranger = log_.small.NewSpeaker("stranger");
  const Outcome outcome = SubmitOne(log_.sequencer(), stranger.SignClaim(1));
  EXPECT_EQ(RefusalOf(outcome).reason(), v1::REFUSAL_REASON_UNKNOWN_KEY);
  EXPECT_EQ(std::get<v1::SignedRefusal>(outcome).signature(), "");
}

TEST_F(SequencerTest, WhatFollowsARefusedStatementOfTheSameKeyIsToldSo) {
  Found();
  Speaker& speaker = log_.small.registrar();
  v1::Statement bad = Speaker::Claim(1);
  bad.mutable_claim()->clear_speaker();
  const std::uint64_t sequence = speaker.sequence();
  const keys::Bytes previous = speaker.previous();
  const Statements statements = {speaker.SignVerified(bad), speaker.SignClaim(2),
                                 speaker.SignClaim(3)};
  const std::vector<Outcome> outcomes = SubmitAll(log_.sequencer(), statements);
  EXPECT_EQ(RefusalOf(outcomes[0]).reason(), v1::REFUSAL_REASON_FIELD);
  EXPECT_EQ(RefusalOf(outcomes[1]).reason(), v1::REFUSAL_REASON_PREVIOUS_REFUSED);
  EXPECT_EQ(RefusalOf(outcomes[2]).reason(), v1::REFUSAL_REASON_PREVIOUS_REFUSED);
  EXPECT_EQ(RefusalOf(outcomes[2]).chain_head(), previous);
  // The chain is where it was: signed again on its head, they are taken.
  speaker.SetChain(sequence, previous);
  LoggedIn(SubmitOne(log_.sequencer(), speaker.SignClaim(2)));
  EXPECT_EQ(Size(), 3u);
}

// Makes the sequencer wait in the middle of a batch, so that a test can fill the next one.
class HeldSequencerTest : public SequencerTest {
 protected:
  HeldSequencerTest() {
    log_.check = [this](const statement::VerifiedStatement& statement)
        -> absl::StatusOr<std::optional<ledger::Objection>> {
      if (!statement.statement().has_claim()) return std::nullopt;
      if (statement.statement().claim().quantity().value() == kHold) {
        const MutexLock wait(gate_);
      }
      return std::nullopt;
    };
    EXPECT_THAT(log_.Open(), IsOk());
    Found();
  }
  // What becomes of `statements`, all in one batch.
  std::vector<Outcome> SubmitInOneBatch(const statement::VerifiedStatement& holding,
                                        const Statements& statements) {
    gate_.Lock();
    EXPECT_THAT(log_.sequencer().Submit({holding, [](const Outcome&) {}}), IsOk());
    while (log_.sequencer().Stats().waiting > 0) std::this_thread::yield();
    std::vector<Outcome> outcomes;
    std::thread submitting([&] { outcomes = SubmitAll(log_.sequencer(), statements); });
    while (log_.sequencer().Stats().waiting < statements.size()) std::this_thread::yield();
    gate_.Unlock();
    submitting.join();
    return outcomes;
  }

  static constexpr std::uint64_t kHold = 424242;
  Mutex gate_;
};

TEST_F(HeldSequencerTest, WhatComesInTheWrongOrderWithinABatchIsPutRight) {
  Speaker& registrar = log_.small.registrar();
  Speaker other = log_.small.NewSpeaker("other");
  const auto holding = registrar.SignClaim(kHold);
  const auto enrol = registrar.SignEnrol(other);
  const auto first = other.SignClaim(1);
  const std::vector<Outcome> outcomes = SubmitInOneBatch(holding, {first, enrol});
  EXPECT_EQ(LoggedIn(outcomes[1]).index, merkle::LeafIndex{3});
  EXPECT_EQ(LoggedIn(outcomes[0]).index, merkle::LeafIndex{4});
  ExpectReceipt(outcomes[0], first, log_.small.vkey());
  ExpectClean();
}

TEST_F(HeldSequencerTest, ARefusalHoldsOnTheStateThatTheBatchLeadsTo) {
  Speaker& registrar = log_.small.registrar();
  Speaker stranger = log_.small.NewSpeaker("stranger");
  const auto holding = registrar.SignClaim(kHold);
  const auto refused = stranger.SignClaim(1);
  const std::vector<Outcome> outcomes =
      SubmitInOneBatch(holding, {refused, registrar.SignClaim(1), registrar.SignClaim(2), refused});
  EXPECT_EQ(RefusalOf(outcomes[0]).tree_size(), 5u);
  EXPECT_EQ(RefusalOf(outcomes[3]).tree_size(), 5u);
  EXPECT_EQ(Size(), 5u);
}

TEST_F(HeldSequencerTest, AChainInReverseOrderIsNotPutRightForEver) {
  Speaker& registrar = log_.small.registrar();
  const auto holding = registrar.SignClaim(kHold);
  Statements chain;
  for (std::uint64_t i = 0; i < 5; ++i) chain.push_back(registrar.SignClaim(i));
  const std::vector<Outcome> outcomes =
      SubmitInOneBatch(holding, Statements(chain.rbegin(), chain.rend()));
  // Two rounds take two of them; the third could be taken and is asked for again; the rest is
  // refused, on the state that the batch has led to.
  EXPECT_EQ(LoggedIn(outcomes[4]).index, merkle::LeafIndex{3});
  EXPECT_EQ(LoggedIn(outcomes[3]).index, merkle::LeafIndex{4});
  EXPECT_THAT(ErrorIn(outcomes[2]), StatusIs(Code::kUnavailable, HasSubstr("send it again")));
  EXPECT_EQ(RefusalOf(outcomes[1]).tree_size(), 5u);
  EXPECT_EQ(RefusalOf(outcomes[0]).tree_size(), 5u);
  for (std::size_t i = 2; i < chain.size(); ++i) LoggedIn(SubmitOne(log_.sequencer(), chain[i]));
  ExpectClean();
}

TEST_F(SequencerTest, ReadersProveWhatTheyLikeWhileTheLogGrows) {
  Found(20);
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const TreeHead head = log_.sequencer().Head()->head;
        const merkle::TileSource nodes(head.size, log_.sequencer().Tiles());
        const merkle::LeafIndex leaf{merkle::ToInt(head.size) / 2};
        const auto proof = merkle::ProveInclusion(leaf, head.size, nodes);
        ASSERT_THAT(proof, IsOk());
        const auto entry = log_.store().ReadEntry(leaf);
        ASSERT_THAT(entry, IsOk());
        ASSERT_THAT(merkle::VerifyInclusion(merkle::HashLeaf(keys::AsBytes(*entry)), leaf,
                                            head.size, *proof, head.root),
                    IsOk());
      }
    });
  }
  for (std::uint64_t i = 0; i < 300; i += 20) {
    Statements statements;
    for (std::uint64_t j = 0; j < 20; ++j) {
      statements.push_back(log_.small.registrar().SignClaim(i + j));
    }
    SubmitAll(log_.sequencer(), statements);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(Size(), 322u);
}

TEST_F(SequencerTest, AStatementThatHasSeenAnotherHistoryIsRefusedWithTheLogsOwnNote) {
  Found(5);
  Speaker& speaker = log_.small.registrar();
  const std::uint64_t sequence = speaker.sequence();
  const keys::Bytes previous = speaker.previous();
  speaker.SetSeen(merkle::TreeSize{4}, {keys::Sha256(keys::AsBytes("another tree"))});
  const Outcome outcome = SubmitOne(log_.sequencer(), speaker.SignClaim(1));
  EXPECT_EQ(RefusalOf(outcome).reason(), v1::REFUSAL_REASON_OTHER_HISTORY);
  const auto& refusal = std::get<v1::SignedRefusal>(outcome);
  auto opened = note::OpenCheckpoint(keys::AsBytes(refusal.note()), log_.small.vkey());
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->checkpoint.size, merkle::TreeSize{4});
  // Having seen what the log's own note says is fine.
  speaker.SetChain(sequence, previous);
  speaker.SetSeen(opened->checkpoint.size, opened->checkpoint.root);
  LoggedIn(SubmitOne(log_.sequencer(), speaker.SignClaim(1)));
}

TEST_F(SequencerTest, ATreeLargerThanTheLogCannotHaveBeenSeen) {
  Found();
  log_.small.registrar().SetSeen(merkle::TreeSize{3}, {keys::Sha256(keys::AsBytes("more"))});
  const Outcome outcome = SubmitOne(log_.sequencer(), log_.small.registrar().SignClaim(1));
  const v1::Refusal refusal = RefusalOf(outcome);
  EXPECT_NE(refusal.reason(), v1::REFUSAL_REASON_UNSPECIFIED);
  EXPECT_EQ(Size(), 2u);
}

TEST_F(SequencerTest, LogsNothingWhileTheClockStandsBehindTheLastLeaf) {
  const Statements founding = log_.Found();
  SubmitAll(log_.sequencer(), founding);
  log_.now_ms -= 1;
  const Statements next = {log_.small.registrar().SignClaim(1), founding[0]};
  std::vector<Outcome> outcomes = SubmitAll(log_.sequencer(), next);
  EXPECT_THAT(ErrorIn(outcomes[0]), StatusIs(Code::kUnavailable, HasSubstr("1 ms behind")));
  EXPECT_TRUE(LoggedIn(outcomes[1]).already_logged);  // What is there is answered all the same.
  // Also after opening again, when the time of the last leaf is read from the store.
  ASSERT_THAT(log_.Open(), IsOk());
  EXPECT_THAT(ErrorIn(SubmitOne(log_.sequencer(), next[0])), StatusIs(Code::kUnavailable));
  log_.now_ms += 1;
  LoggedIn(SubmitOne(log_.sequencer(), next[0]));
}

TEST_F(SequencerTest, TheHookRefusesWhatTheFoldWouldTake) {
  log_.check = [](const statement::VerifiedStatement& statement)
      -> absl::StatusOr<std::optional<ledger::Objection>> {
    if (!statement.statement().has_claim()) return std::nullopt;
    if (statement.statement().claim().quantity().value() == 7) {
      return absl::ResourceExhaustedError("the disk cannot be asked");
    }
    return ledger::ContentMissing("submit_package.digest", keys::AsBytes("digest"), 2, 5);
  };
  ASSERT_THAT(log_.Open(), IsOk());
  Found();
  const Outcome outcome = SubmitOne(log_.sequencer(), log_.small.registrar().SignClaim(1));
  EXPECT_EQ(RefusalOf(outcome).reason(), v1::REFUSAL_REASON_CONTENT_MISSING);
  log_.small.registrar().SetChain(RefusalOf(outcome).chain_sequence(),
                                  RefusalOf(outcome).chain_head());
  EXPECT_THAT(ErrorIn(SubmitOne(log_.sequencer(), log_.small.registrar().SignClaim(7))),
              StatusIs(Code::kResourceExhausted));
  EXPECT_EQ(Size(), 2u);
}

TEST_F(SequencerTest, AHeadIsInTheAnchorBeforeAnybodyHearsOfIt) {
  std::vector<std::uint64_t> sizes;
  log_.on_head = [&](const std::shared_ptr<const SignedHead>& head) {
    sizes.push_back(merkle::ToInt(head->head.size));
    const std::optional<AnchorRecord> newest = ReadAnchor(log_.anchor_path())->Newest();
    EXPECT_TRUE(newest.has_value() && newest->note == head->note);
  };
  ASSERT_THAT(log_.Open(), IsOk());
  Found(10);
  log_.Close();
  EXPECT_TRUE(std::is_sorted(sizes.begin(), sizes.end()));
  ASSERT_FALSE(sizes.empty());
  EXPECT_EQ(sizes.back(), 12u);
}

TEST_F(SequencerTest, GoesOnWhereItWasWheneverItIsClosed) {
  Statements statements = log_.Found(20);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Outcome outcome = SubmitOne(log_.sequencer(), statements[i]);
    EXPECT_EQ(LoggedIn(outcome).index, merkle::LeafIndex{i});
    const TreeHead head = log_.sequencer().Head()->head;
    ASSERT_THAT(log_.Open(), IsOk());
    ASSERT_FALSE(log_.sequencer().sealed().has_value()) << *log_.sequencer().sealed();
    EXPECT_EQ(log_.sequencer().Head()->head, head);
  }
  ExpectClean();
}

TEST_F(SequencerTest, FinishesWhatWaitsWhenItIsStopped) {
  Found();
  Mutex mutex;
  std::size_t answered = 0;
  for (std::uint64_t i = 0; i < 600; ++i) {
    ASSERT_THAT(log_.sequencer().Submit({log_.small.registrar().SignClaim(i),
                                         [&](Outcome outcome) {
                                           const MutexLock lock(mutex);
                                           answered += std::holds_alternative<Logged>(outcome);
                                         }}),
                IsOk());
  }
  log_.sequencer().Stop();
  const MutexLock lock(mutex);
  EXPECT_EQ(answered, 600u);
  EXPECT_THAT(log_.sequencer().Submit({log_.small.registrar().SignClaim(1), [](Outcome) {}}),
              StatusIs(Code::kUnavailable, HasSubstr("shutting down")));
  EXPECT_EQ(log_.sequencer().Stats().leaves, 602u);
}

TEST_F(SequencerTest, ManyThreadsSubmitAtOnceAndEachKeepsItsOrder) {
  Found();
  constexpr int kThreads = 8;
  constexpr std::uint64_t kEach = 50;
  std::vector<Speaker> speakers;
  for (int i = 0; i < kThreads; ++i) {
    speakers.push_back(log_.small.NewSpeaker(absl::StrCat("party-", i)));
    LoggedIn(SubmitOne(log_.sequencer(), log_.small.registrar().SignEnrol(speakers.back())));
  }
  std::vector<std::thread> threads;
  for (Speaker& speaker : speakers) {
    threads.emplace_back([this, &speaker] {
      Statements mine;
      for (std::uint64_t i = 0; i < kEach; ++i) mine.push_back(speaker.SignClaim(i));
      const std::vector<Outcome> outcomes = SubmitAll(log_.sequencer(), mine);
      for (std::size_t i = 0; i < mine.size(); ++i) {
        ExpectReceipt(outcomes[i], mine[i], log_.small.vkey());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Size(), 2 + kThreads * (1 + kEach));
  ExpectClean();
}

TEST_F(SequencerTest, TakesNoMoreThanMayWait) {
  Found();
  log_.Close();
  // A sequencer of its own, whose batches wait until the test lets them go.
  auto store = testing::OrDie(OpenRocksStore(log_.database_path()));
  Mutex gate;
  gate.Lock();
  SequencerHooks hooks;
  hooks.now_ms = [&] {
    const MutexLock wait(gate);
    return log_.now_ms;
  };
  SequencerOptions options;
  options.max_waiting = 3;
  auto sequencer =
      testing::OrDie(Sequencer::Open(*store, log_.anchor_path(), log_.Identity(), hooks, options));
  absl::Status status;
  int taken = 0;
  while (status.ok() && taken < 1000) {
    status = sequencer->Submit({log_.small.registrar().SignClaim(1), [](const Outcome&) {}});
    taken += status.ok();
  }
  gate.Unlock();
  EXPECT_THAT(status, StatusIs(Code::kResourceExhausted, HasSubstr("3 statements wait")));
  EXPECT_LE(taken, 3 + static_cast<int>(kMaxBatchEntries));
}

}  // namespace
}  // namespace cairn::log
