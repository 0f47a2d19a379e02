#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "audit/note/policy.h"
#include "audit/note/proof_file.h"
#include "broker/testing.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using cairn::testing::IsOk;
using ::testing::HasSubstr;

// The receipt as the proof file that a client writes, judged under the log's own key.
absl::Status JudgeReceipt(const BrokerUnderTest& under_test, const v1::Receipt& receipt,
                          const keys::Bytes& signed_statement) {
  note::ProofFile proof;
  proof.index = merkle::LeafIndex{receipt.leaf_index()};
  for (const std::string& hash : receipt.inclusion_proof()) {
    proof.path.push_back({keys::Digest::FromBytes(keys::AsBytes(hash)).value()});
  }
  proof.note = receipt.note();
  const auto file = note::FormatProofFile(proof);
  if (!file.ok()) return file.status();
  const auto policy = note::Policy::Parse("log " + under_test.broker->vkey() + "\nquorum none\n");
  const keys::Bytes entry =
      statement::EncodeEntry(receipt.logged_at_ms(), keys::AsBytes(signed_statement));
  return note::VerifyProofFile(keys::AsBytes(entry), keys::AsBytes(*file), *policy).status();
}

TEST(StatementServiceTest, ASubmittedStatementGetsAReceiptThatVerifies) {
  BrokerUnderTest under_test;
  under_test.Found();
  const keys::Bytes bytes = under_test.builder.Sign(under_test.SomeClaim("registrar-a"));
  const v1::SubmitResponse response = under_test.MustSubmit(bytes);
  ASSERT_TRUE(response.has_receipt()) << RefusalIn(response).ShortDebugString();
  EXPECT_FALSE(response.receipt().already_logged());
  EXPECT_THAT(JudgeReceipt(under_test, response.receipt(), bytes), IsOk());
}

TEST(StatementServiceTest, TheSameBytesAgainGetTheSameLeaf) {
  BrokerUnderTest under_test;
  under_test.Found();
  const keys::Bytes bytes = under_test.builder.Sign(under_test.SomeClaim("registrar-a"));
  const v1::SubmitResponse first = under_test.MustSubmit(bytes);
  const v1::SubmitResponse second = under_test.MustSubmit(bytes);
  ASSERT_TRUE(second.has_receipt());
  EXPECT_TRUE(second.receipt().already_logged());
  EXPECT_EQ(first.receipt().leaf_index(), second.receipt().leaf_index());
  EXPECT_THAT(JudgeReceipt(under_test, second.receipt(), bytes), IsOk());
}

TEST(StatementServiceTest, GetReceiptGivesAFreshProofByIdAndByIndex) {
  BrokerUnderTest under_test;
  under_test.Found();
  const keys::Bytes bytes = under_test.builder.Sign(under_test.SomeClaim("registrar-a"));
  const v1::SubmitResponse response = under_test.MustSubmit(bytes);
  v1::GetReceiptRequest request;
  request.set_statement(response.receipt().statement());
  v1::Receipt receipt;
  ASSERT_TRUE(
      under_test.statements->GetReceipt(BrokerUnderTest::Context().get(), request, &receipt).ok());
  EXPECT_EQ(receipt.signed_statement(), bytes);
  EXPECT_THAT(JudgeReceipt(under_test, receipt, bytes), IsOk());
  request.set_leaf_index(receipt.leaf_index());
  v1::Receipt by_index;
  ASSERT_TRUE(
      under_test.statements->GetReceipt(BrokerUnderTest::Context().get(), request, &by_index).ok());
  EXPECT_EQ(by_index.statement(), receipt.statement());
}

TEST(StatementServiceTest, AReceiptForWhatIsNotLoggedIsNotFound) {
  BrokerUnderTest under_test;
  under_test.Found();
  v1::GetReceiptRequest request;
  request.set_statement(std::string(32, 'x'));
  v1::Receipt receipt;
  const grpc::Status status =
      under_test.statements->GetReceipt(BrokerUnderTest::Context().get(), request, &receipt);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonIn(status), "NOT_LOGGED");
}

TEST(StatementServiceTest, TheChainHeadFollowsWhatWasLogged) {
  BrokerUnderTest under_test;
  under_test.Found();
  v1::GetChainHeadRequest request;
  request.set_key(LogBuilder::Fingerprint("registrar-a/desk"));
  v1::GetChainHeadResponse head;
  ASSERT_TRUE(
      under_test.statements->GetChainHead(BrokerUnderTest::Context().get(), request, &head).ok());
  EXPECT_TRUE(head.known());
  EXPECT_EQ(head.sequence(), 1u);
  EXPECT_EQ(head.previous().size(), 32u);
  EXPECT_THAT(head.note(), HasSubstr(under_test.builder.origin()));
}

TEST(StatementServiceTest, AnUnknownKeyHasNoChain) {
  BrokerUnderTest under_test;
  under_test.Found();
  v1::GetChainHeadRequest request;
  request.set_key(LogBuilder::Fingerprint("nobody"));
  v1::GetChainHeadResponse head;
  ASSERT_TRUE(
      under_test.statements->GetChainHead(BrokerUnderTest::Context().get(), request, &head).ok());
  EXPECT_FALSE(head.known());
  EXPECT_EQ(head.sequence(), 0u);
}

// --- Bad input: one clear error, and no change of state ------------------------------------------

class BadStatementTest : public ::testing::Test {
 protected:
  BadStatementTest() { under_test_.Found(); }

  std::uint64_t TreeSize() {
    v1::SubmitResponse response = under_test_.MustSubmit(*statement::Sign(witness_of_size_, key_));
    return response.receipt().leaf_index();
  }
  void ExpectMalformed(const keys::Bytes& bytes, const std::string& reason,
                       const std::string& message) {
    v1::SubmitResponse response;
    const grpc::Status status = under_test_.Submit(bytes, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_EQ(ReasonIn(status), reason);
    EXPECT_THAT(status.error_message(), HasSubstr(message));
  }
  void ExpectRefused(const v1::Statement& statement, v1::RefusalReason reason) {
    const v1::SubmitResponse response = under_test_.MustSubmit(under_test_.builder.Sign(statement));
    ASSERT_TRUE(response.has_refusal());
    const auto refusal = statement::VerifyRefusal(response.refusal(),
                                                  LogBuilder::SigningKey("operator/desk").Public());
    ASSERT_THAT(refusal, IsOk());
    EXPECT_EQ(refusal->reason(), reason) << refusal->ShortDebugString();
    EXPECT_FALSE(refusal->message().empty());
    EXPECT_FALSE(refusal->remedy().empty());
  }

  BrokerUnderTest under_test_;
  v1::Statement witness_of_size_ = under_test_.SomeClaim("registrar-c");
  keys::SigningPrivateKey key_ = LogBuilder::SigningKey("registrar-c/desk");
};

TEST_F(BadStatementTest, TruncatedBytesAreMalformed) {
  keys::Bytes bytes = under_test_.builder.Sign(under_test_.SomeClaim("registrar-a"));
  bytes.resize(bytes.size() - 1);
  ExpectMalformed(bytes, "STATEMENT_MALFORMED", "");
}

TEST_F(BadStatementTest, NothingIsMalformed) { ExpectMalformed("", "STATEMENT_MALFORMED", ""); }

TEST_F(BadStatementTest, AnOversizedStatementIsMalformed) {
  ExpectMalformed(keys::Bytes(40'000, 'x'), "STATEMENT_MALFORMED", "33792");
}

TEST_F(BadStatementTest, AMessageBeyondTheLimitOfTheCallIsRefusedBeforeItIsRead) {
  v1::SubmitResponse response;
  const grpc::Status status = under_test_.Submit(keys::Bytes(5'000'000, 'x'), response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(BadStatementTest, AFlippedSignatureIsNamedAsSuch) {
  keys::Bytes bytes = under_test_.builder.Sign(under_test_.SomeClaim("registrar-a"));
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  v1::SubmitResponse response;
  const grpc::Status status = under_test_.Submit(bytes, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "SIGNATURE_WRONG");
}

TEST_F(BadStatementTest, AReplayInAnotherLogIsRefusedSigned) {
  v1::Statement statement = under_test_.SomeClaim("registrar-a");
  statement.set_log_origin("log.example.org/other");
  ExpectRefused(statement, v1::REFUSAL_REASON_WRONG_LOG);
}

TEST_F(BadStatementTest, ASequenceThatWasUsedIsRefusedSigned) {
  const v1::Statement first = under_test_.SomeClaim("registrar-a");
  under_test_.MustSubmit(under_test_.builder.Sign(first));
  v1::Statement other = first;
  other.mutable_claim()->mutable_quantity()->set_value(1);
  ExpectRefused(other, v1::REFUSAL_REASON_SEQUENCE);
}

TEST_F(BadStatementTest, ALeapInTheChainIsRefusedSigned) {
  v1::Statement statement = under_test_.SomeClaim("registrar-a");
  statement.set_sequence(statement.sequence() + 1);
  ExpectRefused(statement, v1::REFUSAL_REASON_SEQUENCE);
}

TEST_F(BadStatementTest, AWrongHandoverIsRefusedSigned) {
  v1::Statement statement = under_test_.SomeClaim("registrar-a");
  statement.set_handover(LogBuilder::Digest("no such handover"));
  ExpectRefused(statement, v1::REFUSAL_REASON_UNKNOWN_HANDOVER);
}

TEST_F(BadStatementTest, AHistoryThatIsNotOursIsAnsweredWithOurOwnNote) {
  v1::Statement statement = under_test_.SomeClaim("registrar-a");
  statement.mutable_seen()->set_tree_size(2);
  statement.mutable_seen()->set_root_hash(std::string(32, 'r'));
  const v1::SubmitResponse response = under_test_.MustSubmit(under_test_.builder.Sign(statement));
  ASSERT_TRUE(response.has_refusal());
  EXPECT_EQ(RefusalIn(response).reason(), v1::REFUSAL_REASON_OTHER_HISTORY);
  EXPECT_THAT(response.refusal().note(), HasSubstr(under_test_.builder.origin() + "\n2\n"));
}

TEST_F(BadStatementTest, AKeyThatNobodyEnrolledGetsNoSignatureOfTheOperator) {
  v1::Statement statement = under_test_.SomeClaim("stranger");
  const v1::SubmitResponse response = under_test_.MustSubmit(under_test_.builder.Sign(statement));
  ASSERT_TRUE(response.has_refusal());
  EXPECT_EQ(RefusalIn(response).reason(), v1::REFUSAL_REASON_UNKNOWN_KEY);
  EXPECT_TRUE(response.refusal().signature().empty());
}

TEST_F(BadStatementTest, RefusalsLeaveTheTreeAsItWas) {
  v1::Statement statement = under_test_.SomeClaim("registrar-a");
  statement.set_handover(LogBuilder::Digest("no such handover"));
  under_test_.MustSubmit(under_test_.builder.Sign(statement));
  v1::SubmitResponse ignored;
  under_test_.Submit("garbage", ignored);
  v1::GetChainHeadRequest request;
  request.set_key(LogBuilder::Fingerprint("registrar-a/desk"));
  v1::GetChainHeadResponse head;
  ASSERT_TRUE(
      under_test_.statements->GetChainHead(BrokerUnderTest::Context().get(), request, &head).ok());
  EXPECT_EQ(head.sequence(), 1u);
}

TEST_F(BadStatementTest, ACallWithoutDeadlineIsRefused) {
  grpc::ClientContext context;
  v1::SubmitRequest request;
  request.set_signed_statement(under_test_.builder.Sign(under_test_.SomeClaim("registrar-a")));
  v1::SubmitResponse response;
  const grpc::Status status = under_test_.statements->Submit(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "DEADLINE_MISSING");
}

}  // namespace
}  // namespace cairn::broker::testing
