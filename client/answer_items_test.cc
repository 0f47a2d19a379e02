#include "client/answer_items.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::testing::IsOk;
using ::testing::HasSubstr;

v1::RequestState Asked(v1::RequestKind kind) {
  v1::RequestState state;
  v1::Request& request = *state.mutable_object()->mutable_request();
  request.set_kind(kind);
  if (kind == v1::REQUEST_KIND_RECORDS) {
    request.add_areas("aghdam");
    request.add_areas("fuzuli");
  }
  if (kind == v1::REQUEST_KIND_GAPS) request.set_items(10);
  return state;
}

std::string Refusal(const v1::RequestState& request, const std::vector<std::string>& texts) {
  const auto items = FitAnswerItems(request, texts);
  EXPECT_FALSE(items.ok());
  return std::string(items.status().message());
}

TEST(AnswerItems, AListIsAnsweredUpToWhatIsOpen) {
  v1::RequestState gaps = Asked(v1::REQUEST_KIND_GAPS);
  gaps.set_items_answered(3);
  const auto items = FitAnswerItems(gaps, {"fulfilled:4", "do-not-have:3"});
  ASSERT_THAT(items.status(), IsOk());
  EXPECT_EQ((*items)[0].items() + (*items)[1].items(), 7u);
  EXPECT_THAT(Refusal(gaps, {"fulfilled:9999"}),
              HasSubstr("--item fulfilled:9999: of the 10 entries of the request 7 are left"));
  EXPECT_THAT(Refusal(gaps, {"fulfilled:4", "do-not-have:4"}),
              HasSubstr("--item do-not-have:4: of the 10 entries of the request 3 are left"));
  EXPECT_THAT(Refusal(gaps, {"fulfilled:0"}), HasSubstr("--item fulfilled:0"));
}

TEST(AnswerItems, AreasAreAnsweredOnceAndAsOneThing) {
  const v1::RequestState records = Asked(v1::REQUEST_KIND_RECORDS);
  EXPECT_THAT(FitAnswerItems(records, {"fulfilled:1:fuzuli", "refused:0:aghdam"}).status(), IsOk());
  EXPECT_THAT(Refusal(records, {"fulfilled:9999:fuzuli"}), HasSubstr("one thing here, not 9999"));
  EXPECT_THAT(Refusal(records, {"fulfilled:1"}), HasSubstr("asks for records of aghdam, fuzuli"));
  EXPECT_THAT(Refusal(records, {"fulfilled:1:fuzuli", "refused:1:fuzuli"}),
              HasSubstr("--item refused:1:fuzuli: the same area"));
}

TEST(AnswerItems, AConfirmationIsOneThing) {
  const v1::RequestState confirmation = Asked(v1::REQUEST_KIND_CONFIRMATION);
  EXPECT_THAT(FitAnswerItems(confirmation, {"fulfilled:1"}).status(), IsOk());
  EXPECT_THAT(Refusal(confirmation, {"fulfilled:2"}), HasSubstr("--item fulfilled:2"));
}

}  // namespace
}  // namespace cairn::client
