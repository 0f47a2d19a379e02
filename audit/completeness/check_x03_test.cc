#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

v1::MinefieldRecord OtherContent() {
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_identity()->mutable_attachments(0)->set_sha256(std::string(32, 'd'));
  SetCode(*record.mutable_what()->mutable_ordnance(0)->mutable_fuze(), "MVP-62");
  return record;
}

TEST(CheckX03, CopiesThatDifferContradictEachOther) {
  EXPECT_THAT(SayTogether("X-03", {CompleteRecord(), OtherContent()}),
              ElementsAre("0 identity.record_number FAIL", "1 identity.record_number FAIL"));
  const v1::Report report = AssessTogether({CompleteRecord(), OtherContent()});
  EXPECT_EQ(report.records(0).headline(), v1::HEADLINE_CLASS_CONTRADICTING);
  EXPECT_THAT(report.records(0).contradictions(), ElementsAre(v1::CONTRADICTION_OTHER_STATEMENT));
  EXPECT_EQ(report.records(0).fill_class(), v1::FILL_CLASS_COMPLETE);
}

TEST(CheckX03, ASignedChangeMakesAnUpdate) {
  v1::MinefieldRecord record = OtherContent();
  v1::Change& change = *record.mutable_marking()->add_changes();
  SetFlag(*change.mutable_is_signed(), true);
  EXPECT_THAT(SayTogether("X-03", {CompleteRecord(), record}), ElementsAre());
  SetFlag(*change.mutable_is_signed(), false);
  EXPECT_EQ(SayTogether("X-03", {CompleteRecord(), record}).size(), 2u);
}

TEST(CheckX03, TheOlderStateMayComeLast) {
  v1::MinefieldRecord update = OtherContent();
  SetFlag(*update.mutable_marking()->add_changes()->mutable_is_signed(), true);
  EXPECT_THAT(SayTogether("X-03", {update, CompleteRecord()}), ElementsAre());
}

TEST(CheckX03, TwoUpdatesThatDifferContradictEachOtherAlone) {
  v1::MinefieldRecord first = OtherContent();
  SetFlag(*first.mutable_marking()->add_changes()->mutable_is_signed(), true);
  v1::MinefieldRecord second = first;
  SetCount(*second.mutable_where()->mutable_depth_mm(), 61'000);
  EXPECT_THAT(SayTogether("X-03", {CompleteRecord(), first, second}),
              ElementsAre("1 identity.record_number FAIL", "2 identity.record_number FAIL"));
}

TEST(CheckX03, AnotherUnitOrYearIsAnotherNumber) {
  v1::MinefieldRecord record = OtherContent();
  SetText(*record.mutable_laying()->mutable_laying_unit(), "13th engineer battalion");
  EXPECT_THAT(SayTogether("X-03", {CompleteRecord(), record}), ElementsAre());
  record = OtherContent();
  SetDay(*record.mutable_identity()->mutable_drawn_up(), 1994, 1, 2);
  EXPECT_THAT(SayTogether("X-03", {CompleteRecord(), record}), ElementsAre());
}

TEST(CheckX03, IsNotEvaluableWithoutNumberUnitOrYear) {
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "identity.record_number");
  Blank(record, "laying.laying_unit");
  for (const char* date : {"identity.drawn_up", "laying.begun", "laying.ended"}) {
    Blank(record, date);
  }
  EXPECT_THAT(SayTogether("X-03", {record}),
              ElementsAre("0 identity.record_number NE F01 F10 F80"));
}

}  // namespace
}  // namespace cairn::completeness::testing
