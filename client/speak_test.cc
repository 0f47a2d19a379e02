#include "client/speak.h"

#include <map>
#include <string>
#include <vector>

#include "audit/statement/refusal.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "client/testing.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::client::testing::FakeBroker;
using ::cairn::client::testing::TestParty;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::Statement SomeClaim(std::uint64_t value) {
  v1::Statement statement;
  v1::Claim& claim = *statement.mutable_claim();
  claim.set_speaker("An office");
  claim.set_source_digest(std::string(32, 's'));
  claim.set_said_day(1);
  claim.set_subject(v1::CLAIM_SUBJECT_MINES_LAID);
  claim.mutable_quantity()->set_precision(v1::PRECISION_EXACT);
  claim.mutable_quantity()->set_value(value);
  return statement;
}

class SpeakTest : public ::testing::Test {
 protected:
  SpeakTest() : party_(broker_) {}
  std::vector<std::string> Outbox() {
    std::vector<std::string> waiting;
    for (const std::string& name : testing::OrAbort(ListFiles(party_.home().Outbox()))) {
      if (name != "lock") waiting.push_back(name);
    }
    return waiting;
  }
  static v1::Statement Parsed(const std::string& bytes) {
    return testing::OrAbort(statement::Verify(keys::AsBytes(bytes))).statement();
  }
  // No two different statements with one sequence were ever sent.
  void ExpectNoSequenceTwice() {
    std::map<std::uint64_t, std::string> by_sequence;
    for (const std::string& bytes : broker_.submitted()) {
      const auto [known, fresh] = by_sequence.emplace(Parsed(bytes).sequence(), bytes);
      EXPECT_TRUE(fresh || known->second == bytes) << "sequence " << known->first;
    }
  }

  FakeBroker broker_;
  TestParty party_;
};

TEST_F(SpeakTest, KeepsTheReceiptAndEmptiesTheOutbox) {
  ASSERT_OK_AND_ASSIGN(const Spoken first, Speak(party_.context(), SomeClaim(1)));
  ASSERT_OK_AND_ASSIGN(const Spoken second, Speak(party_.context(), SomeClaim(2)));
  EXPECT_EQ(first.leaf_index, 0u);
  EXPECT_EQ(second.leaf_index, 1u);
  EXPECT_EQ(second.tree_size, 2u);
  EXPECT_THAT(Outbox(), IsEmpty());
  EXPECT_THAT(ReadFile(party_.home().Receipts() + "/1.entry"), IsOk());
  EXPECT_THAT(ReadFile(second.receipt_path), IsOk());
  const v1::Statement said = Parsed(broker_.logged()[1]);
  EXPECT_EQ(said.sequence(), 2u);
  EXPECT_EQ(said.previous(), first.id.ToBytes());
  EXPECT_EQ(said.seen().tree_size(), 1u);
}

TEST_F(SpeakTest, ABrokenAnswerIsAskedForAgainWithTheSameBytes) {
  broker_.drop_answers = 2;
  ASSERT_OK_AND_ASSIGN(const Spoken spoken, Speak(party_.context(), SomeClaim(1)));
  EXPECT_TRUE(spoken.already_logged);
  EXPECT_THAT(broker_.logged(), SizeIs(1));
  EXPECT_THAT(broker_.submitted(), SizeIs(3));
  ExpectNoSequenceTwice();
}

TEST_F(SpeakTest, WhatCouldNotBeSentWaitsAndGoesFirst) {
  broker_.drop_requests = 4;  // As many as one call tries.
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Outbox(), SizeIs(1));
  const auto later = party_.AnotherContext();
  ASSERT_OK_AND_ASSIGN(const Spoken spoken, Speak(*later, SomeClaim(2)));
  EXPECT_EQ(spoken.leaf_index, 1u);
  EXPECT_EQ(Parsed(broker_.logged()[0]).claim().quantity().value(), 1u);
  EXPECT_THAT(Outbox(), IsEmpty());
  ExpectNoSequenceTwice();
}

TEST_F(SpeakTest, WhatWasLoggedUnansweredIsNotSignedAnew) {
  broker_.drop_answers = 4;
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(const Spoken spoken, Speak(party_.context(), SomeClaim(2)));
  EXPECT_EQ(Parsed(broker_.logged()[1]).sequence(), 2u);
  EXPECT_THAT(broker_.logged(), SizeIs(2));
  EXPECT_EQ(spoken.leaf_index, 1u);
  ExpectNoSequenceTwice();
}

TEST_F(SpeakTest, ARefusalSaysWhyAndFreesTheOutbox) {
  broker_.refuse = 1;
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       ::testing::AllOf(HasSubstr("refused (not-entitled)"),
                                        HasSubstr("not your role"), HasSubstr("ask a mediator"))));
  EXPECT_THAT(Outbox(), IsEmpty());
  EXPECT_THAT(Speak(party_.context(), SomeClaim(2)), IsOk());
}

TEST_F(SpeakTest, ARefusalIsKeptWithWhatItRefuses) {
  broker_.refuse = 1;
  const absl::StatusOr<Spoken> spoken = Speak(party_.context(), SomeClaim(1));
  const std::string bytes = broker_.submitted()[0];
  const statement::VerifiedStatement refused =
      testing::OrAbort(statement::Verify(keys::AsBytes(bytes)));
  const std::string stem = party_.home().Receipts() + "/" + refused.id().Hex();
  EXPECT_THAT(std::string(spoken.status().message()),
              ::testing::EndsWith("cairn verify " + stem + ".refusal"));
  EXPECT_EQ(testing::OrAbort(ReadFile(stem + ".signed")), bytes);
  v1::SignedRefusal kept;
  ASSERT_TRUE(kept.ParseFromString(testing::OrAbort(ReadFile(stem + ".refusal"))));
  ASSERT_OK_AND_ASSIGN(const v1::Refusal refusal,
                       statement::VerifyRefusal(kept, broker_.operator_key()));
  EXPECT_EQ(refusal.statement(), refused.id().ToBytes());
}

TEST_F(SpeakTest, TheSameCommandAfterABreakMakesOneStatement) {
  broker_.drop_requests = 4;
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(const Spoken spoken, Speak(party_.context(), SomeClaim(1)));
  EXPECT_TRUE(spoken.waited);
  EXPECT_EQ(spoken.leaf_index, 0u);
  EXPECT_THAT(broker_.logged(), SizeIs(1));
  EXPECT_THAT(SpokenAnswer("claim", spoken).text, HasSubstr("nothing was signed again"));
  // Deliberately once more.
  ASSERT_OK_AND_ASSIGN(const Spoken again, Speak(party_.context(), SomeClaim(1)));
  EXPECT_FALSE(again.waited);
  EXPECT_THAT(broker_.logged(), SizeIs(2));
  ExpectNoSequenceTwice();
}

TEST_F(SpeakTest, TheSameCommandAfterALostAnswerMakesOneStatement) {
  broker_.drop_answers = 4;
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(const Spoken spoken, Speak(party_.context(), SomeClaim(1)));
  EXPECT_TRUE(spoken.waited && spoken.already_logged);
  EXPECT_THAT(broker_.logged(), SizeIs(1));
}

TEST_F(SpeakTest, WhatIsNoStatementInTheOutboxIsNeitherSentNorRemoved) {
  const std::string strange = party_.home().Outbox() + "/notes.statement";
  ASSERT_THAT(MakeFolder(party_.home().Outbox()), IsOk());
  ASSERT_THAT(WriteFileDurably(strange, keys::AsBytes("my notes")), IsOk());
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)), IsOk());
  EXPECT_THAT(broker_.submitted(), SizeIs(1));
  EXPECT_EQ(testing::OrAbort(ReadFile(strange)), "my notes");
  // What a carrier has under way, spoiled: nobody knows which sequence it takes.
  const std::string carried = party_.home().Outbox() + "/1.carried.statement";
  ASSERT_THAT(WriteFileDurably(carried, keys::AsBytes("spoiled")), IsOk());
  EXPECT_THAT(Speak(party_.context(), SomeClaim(2)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(carried)));
  EXPECT_EQ(testing::OrAbort(ReadFile(carried)), "spoiled");
}

TEST_F(SpeakTest, TheSameWordsForAnotherHandoverAreAnotherAct) {
  broker_.drop_requests = 4;
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)), StatusIs(absl::StatusCode::kUnavailable));
  v1::Statement other = SomeClaim(1);
  other.set_handover(std::string(32, 'h'));
  ASSERT_OK_AND_ASSIGN(const Spoken spoken, Speak(party_.context(), other));
  EXPECT_FALSE(spoken.waited);
  EXPECT_THAT(broker_.logged(), SizeIs(2));
}

TEST_F(SpeakTest, WhatWaitedAndIsRefusedIsNotSignedAgain) {
  broker_.drop_requests = 4;
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)), StatusIs(absl::StatusCode::kUnavailable));
  broker_.refuse = 1;
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("refused (not-entitled)")));
  EXPECT_THAT(broker_.logged(), IsEmpty());
  EXPECT_THAT(Outbox(), IsEmpty());
}

TEST_F(SpeakTest, TheSameForACarrierGivesTheSameBytes) {
  ASSERT_OK_AND_ASSIGN(const keys::Bytes first, SignForCarrier(party_.context(), SomeClaim(1)));
  ASSERT_OK_AND_ASSIGN(const keys::Bytes again, SignForCarrier(party_.context(), SomeClaim(1)));
  EXPECT_EQ(first, again);
  EXPECT_THAT(Outbox(), SizeIs(1));
}

TEST_F(SpeakTest, ASignedRefusalFreesTheKeyFromWhatACarrierHas) {
  ASSERT_THAT(SignForCarrier(party_.context(), SomeClaim(1)), IsOk());
  broker_.refuse = 1;
  ASSERT_OK_AND_ASSIGN(const Spoken spoken, Speak(party_.context(), SomeClaim(2)));
  EXPECT_EQ(spoken.leaf_index, 0u);
  EXPECT_THAT(Outbox(), IsEmpty());
}

TEST_F(SpeakTest, AReceiptThatDoesNotHoldIsNotBelieved) {
  broker_.false_receipts = true;
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("does not hold")));
  EXPECT_THAT(Outbox(), SizeIs(1)) << "nobody has proven that it is logged";
  EXPECT_THAT(ReadFile(party_.home().Receipts() + "/0.tlog-proof"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(SpeakTest, NothingIsSignedPastWhatACarrierHas) {
  ASSERT_OK_AND_ASSIGN(const keys::Bytes carried, SignForCarrier(party_.context(), SomeClaim(1)));
  broker_.refuse = 1;
  broker_.reason = v1::REFUSAL_REASON_CONTENT_MISSING;  // It is still under way.
  EXPECT_THAT(Speak(party_.context(), SomeClaim(2)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("signed for a carrier")));
  EXPECT_THAT(Outbox(), SizeIs(1));
  // The carrier arrives; the holder goes on behind it.
  ASSERT_OK_AND_ASSIGN(const Spoken arrived, Carry(party_.context(), carried));
  EXPECT_EQ(arrived.leaf_index, 0u);
  ASSERT_OK_AND_ASSIGN(const Spoken next, Speak(party_.context(), SomeClaim(2)));
  EXPECT_EQ(next.leaf_index, 1u);
  EXPECT_THAT(Outbox(), IsEmpty());
  ExpectNoSequenceTwice();
}

TEST_F(SpeakTest, TwoProcessesDoNotSignAtOnce) {
  ASSERT_THAT(MakeFolder(party_.home().Outbox()), IsOk());
  ASSERT_OK_AND_ASSIGN(const FileLock lock, FileLock::Acquire(party_.home().Outbox() + "/lock"));
  EXPECT_THAT(Speak(party_.context(), SomeClaim(1)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another cairn process")));
  EXPECT_THAT(broker_.submitted(), IsEmpty());
}

TEST_F(SpeakTest, ANoteOfAnotherKeyIsNotBelieved) {
  ASSERT_THAT(Speak(party_.context(), SomeClaim(1)), IsOk());
  const FakeBroker other;
  Profile profile = testing::OrAbort(LoadProfile(party_.home()));
  profile.log_vkey = other.vkey();
  ASSERT_THAT(SaveProfile(party_.home(), profile), IsOk());
  const auto context = party_.AnotherContext();
  EXPECT_FALSE(Speak(*context, SomeClaim(2)).ok());
  EXPECT_THAT(broker_.logged(), SizeIs(1));
}

TEST_F(SpeakTest, AnotherHistoryIsKeptAsEvidence) {
  // The party has seen a note of a tree that this log never had.
  ASSERT_THAT(Speak(party_.context(), SomeClaim(1)), IsOk());
  ASSERT_THAT(Speak(party_.context(), SomeClaim(2)), IsOk());
  broker_.ForgeHistory();
  EXPECT_THAT(Speak(party_.context(), SomeClaim(3)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("another history")));
}

}  // namespace
}  // namespace cairn::client
