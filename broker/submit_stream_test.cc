#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "audit/statement/statement.h"
#include "broker/testing.h"
#include "cairn/v1/statement.pb.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

// Sends all, reads all answers, and returns what the call ended with.
grpc::Status Exchange(BrokerUnderTest& under_test, const std::vector<keys::Bytes>& statements,
                      std::vector<v1::SubmitResponse>& responses) {
  const auto context = BrokerUnderTest::Context(60);
  const auto stream = under_test.statements->SubmitStream(context.get());
  std::thread writer([&] {
    for (const keys::Bytes& bytes : statements) {
      v1::SubmitRequest request;
      request.set_signed_statement(bytes);
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
  });
  v1::SubmitResponse response;
  while (stream->Read(&response)) responses.push_back(response);
  writer.join();
  return stream->Finish();
}

// A chain of one key: each names the one before.
std::vector<keys::Bytes> ChainOfClaims(BrokerUnderTest& under_test, const std::string& party,
                                       std::size_t count) {
  std::vector<keys::Bytes> chain;
  for (std::size_t i = 0; i < count; ++i) {
    v1::Statement statement = under_test.SomeClaim(party);
    statement.mutable_claim()->mutable_quantity()->set_value(i + 1);
    chain.push_back(under_test.builder.Sign(statement));
    under_test.builder.Accept(statement);
  }
  return chain;
}

std::vector<v1::RefusalReason> ReasonsIn(const std::vector<v1::SubmitResponse>& responses) {
  std::vector<v1::RefusalReason> reasons;
  for (const v1::SubmitResponse& response : responses) {
    reasons.push_back(response.has_refusal() ? RefusalIn(response).reason()
                                             : v1::REFUSAL_REASON_UNSPECIFIED);
  }
  return reasons;
}

TEST(SubmitStreamTest, ALongChainOfOneKeyIsLoggedInItsOrder) {
  BrokerUnderTest under_test;
  under_test.Found();
  std::vector<v1::SubmitResponse> responses;
  const auto chain = ChainOfClaims(under_test, "registrar-a", 1500);
  const grpc::Status status = Exchange(under_test, chain, responses);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(responses.size(), chain.size());
  EXPECT_THAT(ReasonsIn(responses), Each(v1::REFUSAL_REASON_UNSPECIFIED));
  for (std::size_t i = 1; i < responses.size(); ++i) {
    EXPECT_LT(responses[i - 1].receipt().leaf_index(), responses[i].receipt().leaf_index());
  }
}

TEST(SubmitStreamTest, WhatFollowsARefusalOfTheSameKeyIsRefusedForThat) {
  BrokerUnderTest under_test;
  under_test.Found();
  auto chain = ChainOfClaims(under_test, "registrar-a", 3);
  // The first of the three is not sent; another party's statement goes in between.
  const keys::Bytes other = under_test.builder.Sign(under_test.SomeClaim("registrar-b"));
  std::vector<v1::SubmitResponse> responses;
  ASSERT_TRUE(Exchange(under_test, {chain[1], other, chain[2]}, responses).ok());
  EXPECT_THAT(ReasonsIn(responses),
              ElementsAre(v1::REFUSAL_REASON_SEQUENCE, v1::REFUSAL_REASON_UNSPECIFIED,
                          v1::REFUSAL_REASON_PREVIOUS_REFUSED));
  EXPECT_THAT(statement::VerifyRefusal(responses[2].refusal(),
                                       LogBuilder::SigningKey("operator/desk").Public()),
              cairn::testing::IsOk());
}

TEST(SubmitStreamTest, GarbageIsAnOutcomeAndTheStreamGoesOn) {
  BrokerUnderTest under_test;
  under_test.Found();
  const keys::Bytes good = under_test.builder.Sign(under_test.SomeClaim("registrar-a"));
  std::vector<v1::SubmitResponse> responses;
  ASSERT_TRUE(Exchange(under_test, {"garbage", good, ""}, responses).ok());
  EXPECT_THAT(ReasonsIn(responses),
              ElementsAre(v1::REFUSAL_REASON_MALFORMED, v1::REFUSAL_REASON_UNSPECIFIED,
                          v1::REFUSAL_REASON_MALFORMED));
  EXPECT_TRUE(responses[0].refusal().signature().empty());
}

TEST(SubmitStreamTest, AnEmptyStreamEndsWell) {
  BrokerUnderTest under_test;
  std::vector<v1::SubmitResponse> responses;
  EXPECT_TRUE(Exchange(under_test, {}, responses).ok());
}

TEST(SubmitStreamTest, ACallerThatHangsUpLeavesTheBrokerServing) {
  BrokerUnderTest under_test;
  under_test.Found();
  const auto chain = ChainOfClaims(under_test, "registrar-a", 200);
  {
    const auto context = BrokerUnderTest::Context();
    const auto stream = under_test.statements->SubmitStream(context.get());
    for (const keys::Bytes& bytes : chain) {
      v1::SubmitRequest request;
      request.set_signed_statement(bytes);
      stream->Write(request);
    }
    context->TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  std::vector<v1::SubmitResponse> responses;
  ASSERT_TRUE(Exchange(under_test, chain, responses).ok());
  EXPECT_THAT(ReasonsIn(responses), Each(v1::REFUSAL_REASON_UNSPECIFIED));
}

TEST(SubmitStreamTest, AStopAnswersWhatIsUnderWayAndEndsTheStream) {
  BrokerUnderTest under_test;
  under_test.Found();
  const auto context = BrokerUnderTest::Context();
  const auto stream = under_test.statements->SubmitStream(context.get());
  v1::SubmitRequest request;
  request.set_signed_statement(under_test.builder.Sign(under_test.SomeClaim("registrar-a")));
  ASSERT_TRUE(stream->Write(request));
  v1::SubmitResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_TRUE(response.has_receipt());
  const auto began = std::chrono::steady_clock::now();
  std::thread stopper([&] { under_test.broker->Stop(); });
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  stopper.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonIn(status), "SHUTTING_DOWN");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(8));
}

// Sends `statements` in messages of `sizes`, one after the other; all outcomes, whatever messages
// they came in.
grpc::Status ExchangeTogether(BrokerUnderTest& under_test,
                              const std::vector<keys::Bytes>& statements,
                              const std::vector<std::size_t>& sizes,
                              std::vector<v1::SubmitResponse>& outcomes) {
  const auto context = BrokerUnderTest::Context(60);
  const auto stream = under_test.statements->SubmitMany(context.get());
  std::thread writer([&] {
    std::size_t next = 0;
    for (const std::size_t size : sizes) {
      v1::SubmitManyRequest request;
      for (std::size_t i = 0; i < size; ++i) request.add_signed_statements(statements[next++]);
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
  });
  v1::SubmitManyResponse response;
  while (stream->Read(&response)) {
    EXPECT_GE(response.outcomes_size(), 1);
    EXPECT_LE(response.outcomes_size(), 64);
    outcomes.insert(outcomes.end(), response.outcomes().begin(), response.outcomes().end());
  }
  writer.join();
  return stream->Finish();
}

TEST(SubmitManyTest, MessagesOfAnySizeAreLoggedAndAnsweredInTheOrderOfTheirStatements) {
  BrokerUnderTest under_test;
  under_test.Found();
  // More than may be in flight at once.
  std::vector<std::size_t> sizes(24, 64);
  sizes.insert(sizes.end(), {1, 63, 2});
  const auto chain = ChainOfClaims(under_test, "registrar-a", 24 * 64 + 66);
  std::vector<v1::SubmitResponse> outcomes;
  const grpc::Status status = ExchangeTogether(under_test, chain, sizes, outcomes);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(outcomes.size(), chain.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ASSERT_TRUE(outcomes[i].has_receipt()) << i;
    v1::SignedStatement wrapper;
    ASSERT_TRUE(wrapper.ParseFromString(chain[i]));
    EXPECT_EQ(outcomes[i].receipt().statement(),
              statement::IdOf(keys::AsBytes(wrapper.statement())).ToBytes())
        << i;
  }
}

TEST(SubmitManyTest, GarbageAmongTheStatementsOfAMessageIsAnOutcome) {
  BrokerUnderTest under_test;
  under_test.Found();
  const keys::Bytes good = under_test.builder.Sign(under_test.SomeClaim("registrar-a"));
  std::vector<v1::SubmitResponse> outcomes;
  ASSERT_TRUE(ExchangeTogether(under_test, {"garbage", good, ""}, {3}, outcomes).ok());
  EXPECT_THAT(ReasonsIn(outcomes),
              ElementsAre(v1::REFUSAL_REASON_MALFORMED, v1::REFUSAL_REASON_UNSPECIFIED,
                          v1::REFUSAL_REASON_MALFORMED));
}

TEST(SubmitManyTest, AMessageWithNoneOrTooManyEndsTheCallAfterWhatCameBefore) {
  BrokerUnderTest under_test;
  under_test.Found();
  auto statements = ChainOfClaims(under_test, "registrar-a", 2);
  statements.resize(1 + 65, "garbage");
  for (const std::size_t wrong : {std::size_t{0}, std::size_t{65}}) {
    std::vector<v1::SubmitResponse> outcomes;
    const grpc::Status status = ExchangeTogether(under_test, statements, {1, wrong}, outcomes);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << wrong;
    EXPECT_EQ(ReasonIn(status), "FIELD_INVALID") << wrong;
    ASSERT_EQ(outcomes.size(), 1U) << wrong;
    EXPECT_TRUE(outcomes[0].has_receipt()) << wrong;
  }
}

}  // namespace
}  // namespace cairn::broker::testing
