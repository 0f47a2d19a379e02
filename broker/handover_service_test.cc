#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "broker/limits.h"
#include "broker/testing.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class HandoverServiceTest : public ::testing::Test {
 protected:
  HandoverServiceTest() {
    under_test_.Found();
    handover_ = under_test_.OpenHandover().ToBytes();
  }
  grpc::Status List(std::uint32_t page_size, const std::string& token,
                    v1::ListStatementsResponse& response) {
    v1::ListStatementsRequest request;
    request.set_handover(handover_);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return under_test_.handovers->ListStatements(BrokerUnderTest::Context().get(), request,
                                                 &response);
  }

  BrokerUnderTest under_test_;
  std::string handover_;
};

TEST_F(HandoverServiceTest, AHandoverIsShownAtTheSizeOfItsNote) {
  v1::GetHandoverRequest request;
  request.set_handover(handover_);
  v1::GetHandoverResponse response;
  ASSERT_TRUE(
      under_test_.handovers->GetHandover(BrokerUnderTest::Context().get(), request, &response)
          .ok());
  EXPECT_GE(response.tree_size(), under_test_.builder.entries().size());
  EXPECT_EQ(response.state().at_size(), response.tree_size());
  EXPECT_THAT(response.note(), HasSubstr(under_test_.builder.origin()));
  EXPECT_EQ(response.state().handover(), handover_);
  EXPECT_EQ(response.state().phase(), v1::HANDOVER_PHASE_IN_FORCE);
}

TEST_F(HandoverServiceTest, WhatIsNotThereIsNotFoundForAReasonOfItsOwn) {
  v1::GetHandoverRequest request;
  request.set_handover(std::string(32, 'x'));
  v1::GetHandoverResponse response;
  grpc::Status status =
      under_test_.handovers->GetHandover(BrokerUnderTest::Context().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonIn(status), "HANDOVER_UNKNOWN");
  v1::GetPartyRequest nobody;
  nobody.set_party("nobody");
  v1::GetPartyResponse party;
  status = under_test_.handovers->GetParty(BrokerUnderTest::Context().get(), nobody, &party);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonIn(status), "PARTY_UNKNOWN");
}

TEST_F(HandoverServiceTest, AnIdOfTheWrongLengthNamesTheField) {
  v1::GetHandoverRequest request;
  request.set_handover("short");
  v1::GetHandoverResponse response;
  const grpc::Status status =
      under_test_.handovers->GetHandover(BrokerUnderTest::Context().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "FIELD_INVALID");
  EXPECT_THAT(status.error_message(), HasSubstr("handover"));
}

TEST_F(HandoverServiceTest, AReadWithoutDeadlineIsRefused) {
  grpc::ClientContext context;
  v1::GetPartyRequest request;
  request.set_party("holding");
  v1::GetPartyResponse response;
  const grpc::Status status = under_test_.handovers->GetParty(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), "DEADLINE_MISSING");
}

TEST_F(HandoverServiceTest, PagesStayAtTheSizeOfTheFirst) {
  v1::ListStatementsResponse page;
  ASSERT_TRUE(List(2, "", page).ok());
  ASSERT_THAT(page.statements(), SizeIs(2));
  const std::uint64_t size = page.tree_size();
  std::set<std::uint64_t> leaves;
  for (const auto& logged : page.statements()) leaves.insert(logged.leaf_index());
  const Id later =
      under_test_.builder.Submit(Id::FromBytes(keys::AsBytes(handover_)).value(), "S1");
  EXPECT_FALSE(later.Hex().empty());
  v1::Statement claim = under_test_.SomeClaim("registrar-a");
  under_test_.MustSubmit(under_test_.builder.Sign(claim));
  while (!page.next_page_token().empty()) {
    const std::string token = page.next_page_token();
    page.Clear();
    ASSERT_TRUE(List(2, token, page).ok());
    EXPECT_EQ(page.tree_size(), size);
    for (const auto& logged : page.statements()) {
      EXPECT_LT(logged.leaf_index(), size);
      EXPECT_TRUE(leaves.insert(logged.leaf_index()).second) << "leaf twice";
    }
  }
  // OpenHandover and an acceptance of each party.
  EXPECT_GT(leaves.size(), 4u);
}

TEST_F(HandoverServiceTest, APageTokenOfAnotherListOrASpoiledOneIsRefused) {
  v1::ListStatementsResponse page;
  ASSERT_TRUE(List(1, "", page).ok());
  const std::string good = page.next_page_token();
  ASSERT_FALSE(good.empty());
  std::vector<std::string> bad = {"x", good + "0", std::string(5000, 'a')};
  for (std::size_t at = 0; at < good.size(); ++at) {
    bad.push_back(good);
    bad.back()[at] ^= 1;
  }
  for (const std::string& token : bad) {
    const grpc::Status status = List(1, token, page);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << token;
    EXPECT_EQ(ReasonIn(status), "PAGE_TOKEN_INVALID") << token;
  }
  v1::ListPartiesRequest request;
  request.set_page_token(good);
  v1::ListPartiesResponse parties;
  const grpc::Status status =
      under_test_.handovers->ListParties(BrokerUnderTest::Context().get(), request, &parties);
  EXPECT_EQ(ReasonIn(status), "PAGE_TOKEN_INVALID");
}

TEST_F(HandoverServiceTest, APageSizeBeyondTheLimitIsTheLimit) {
  v1::ListStatementsResponse all;
  ASSERT_TRUE(List(4'000'000'000, "", all).ok());
  EXPECT_TRUE(all.next_page_token().empty());
  v1::ListPartiesRequest request;
  request.set_page_size(1);
  std::set<std::string> parties;
  v1::ListPartiesResponse page;
  do {
    request.set_page_token(page.next_page_token());
    ASSERT_TRUE(
        under_test_.handovers->ListParties(BrokerUnderTest::Context().get(), request, &page).ok());
    ASSERT_THAT(page.parties(), SizeIs(1));
    EXPECT_TRUE(parties.insert(page.parties(0).party()).second);
  } while (!page.next_page_token().empty());
  EXPECT_TRUE(parties.contains("holding"));
  EXPECT_TRUE(parties.contains("registrar-b"));
}

}  // namespace
}  // namespace cairn::broker::testing
