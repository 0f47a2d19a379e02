// The mediator's page: its words and numbers are those of the report.
#include "client/handover_text.h"

#include <string>

#include "audit/completeness/engine.h"
#include "audit/completeness/render.h"
#include "audit/completeness/rule_set.h"
#include "audit/completeness/shipped.h"
#include "audit/ledger/handover_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::testing::LogBuilder;
using ::testing::HasSubstr;

TEST(HandoverText, AgreesWithTheReportByNameAndNumber) {
  LogBuilder log;
  log.Found();
  const cairn::testing::Id handover = log.OpenHandover();
  v1::Statement declaring = log.Say("holding", handover);
  v1::HoldingRow& row = *declaring.mutable_declare_holding()->add_rows();
  row.set_area("north");
  row.set_source("archive");
  row.set_documents(10);
  row.add_withheld()->set_documents(2);
  row.mutable_withheld(0)->mutable_withholding()->set_ground(v1::WITHHOLDING_GROUND_OWN_FORCES);
  row.mutable_withheld(0)->mutable_withholding()->set_end(v1::WITHHOLDING_END_AGREEMENT);
  log.Accept(declaring);
  log.Submit(handover, "S1");  // Three documents of north.

  ASSERT_OK_AND_ASSIGN(const v1::HandoverState state,
                       ledger::ReadHandover(log.state(), handover, log.size()));
  ASSERT_OK_AND_ASSIGN(v1::HandoverFacts facts,
                       ledger::ReadFacts(log.state(), handover, log.size()));
  ASSERT_OK_AND_ASSIGN(
      const completeness::Rules rules,
      completeness::Rules::FromFile("apii_1996.textproto", completeness::ReadShippedFile));
  *facts.mutable_rule_set() = rules.ref();
  ASSERT_OK_AND_ASSIGN(const v1::HandoverResult result, completeness::AssessHandover(rules, facts));
  ASSERT_EQ(state.areas_size(), result.areas_size());
  for (int i = 0; i < state.areas_size(); ++i) {
    EXPECT_EQ(state.areas(i).outstanding_documents(), result.areas(i).outstanding()) << i;
    EXPECT_EQ(state.areas(i).owed_documents(), result.areas(i).owed()) << i;
  }
  EXPECT_EQ(state.outstanding_documents(), 7u);
  EXPECT_EQ(state.withheld_documents(), result.total().withheld());
  EXPECT_EQ(state.owed_documents(), 5u);

  v1::Report report;
  *report.mutable_handover_level() = result;
  const std::string of_report = completeness::PlainText(report, rules);
  const std::string page = HandoverText(state);
  for (const char* name : {"declared", "withheld", "unknown", "outstanding", "owed"}) {
    EXPECT_THAT(page, HasSubstr(name));
    EXPECT_THAT(of_report, HasSubstr(name));
  }
  EXPECT_THAT(page, HasSubstr("3 of 10 declared records submitted, 7 outstanding; 2 declared "
                              "withheld, 5 owed"));
}

TEST(HandoverText, SaysHowManyOpeningsFoundAMismatch) {
  v1::HandoverState state;
  v1::ProgressObject& progress = *state.add_packages()->mutable_progress();
  progress.add_openings();
  EXPECT_THAT(HandoverText(state), HasSubstr("opened by 1, not assessed"));
  progress.add_openings()->add_mismatches(v1::OPENING_MISMATCH_NOT_SEALED_TO_US);
  EXPECT_THAT(HandoverText(state), HasSubstr("opened by 2, 1 of them with a mismatch"));
}

TEST(HandoverText, NamesThePackageOrTheRequestThatIsOutstanding) {
  v1::HandoverState state;
  v1::Matter& custody = *state.add_outstanding();
  custody.set_kind(v1::MATTER_KIND_CUSTODY);
  custody.set_party("receiving");
  custody.set_about(std::string(32, '\xab'));
  v1::Matter& answer = *state.add_outstanding();
  answer.set_kind(v1::MATTER_KIND_ANSWER);
  answer.set_party("holding");
  answer.set_about(std::string(32, '\x12'));
  const std::string page = HandoverText(state);
  EXPECT_THAT(page, HasSubstr("custody, package abababababababab\n"));
  EXPECT_THAT(page, HasSubstr("request, request 1212121212121212\n"));
}

TEST(HandoverText, SaysWhatBecameOfTheLog) {
  LogBuilder old;
  old.Found();
  const cairn::testing::Id handover = old.OpenHandover();
  LogBuilder ended = old;
  ended.Freeze();
  ASSERT_OK_AND_ASSIGN(v1::HandoverState state,
                       ledger::ReadHandover(ended.state(), handover, ended.size()));
  EXPECT_THAT(HandoverText(state), HasSubstr("The log ended with leaf"));

  LogBuilder log(old, "log.example.org/second");
  v1::Statement genesis = log.GenesisStatement();
  v1::LostRange& lost = *genesis.mutable_genesis()->mutable_predecessor()->add_lost();
  lost.set_first(merkle::ToInt(old.size()));
  lost.set_end(lost.first() + 3);
  log.Accept(genesis);
  ASSERT_OK_AND_ASSIGN(state, ledger::ReadHandover(log.state(), handover, log.size()));
  EXPECT_THAT(HandoverText(state), HasSubstr("goes on from log.example.org/test after"));
  EXPECT_THAT(HandoverText(state), HasSubstr("ADMITTED LOSS: 3 leaves of it, 0 of what"));
}

}  // namespace
}  // namespace cairn::client
