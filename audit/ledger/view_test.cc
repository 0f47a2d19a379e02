// Terms, lateness, counts and area phases, as people are shown them.
#include <optional>
#include <string>

#include "audit/ledger/handover_view.h"
#include "audit/ledger/timeline.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/status.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::LogBuilder;

constexpr std::uint64_t kStart = LogBuilder::kStartMs;
constexpr std::uint64_t kDay = LogBuilder::kDayMs;

class HandoverViewTest : public ::testing::Test {
 protected:
  HandoverViewTest() {
    log_.Found();
    handover_ = log_.OpenHandover();
  }
  v1::HandoverState State() const { return *ReadHandover(log_.state(), handover_, log_.size()); }
  v1::HandoverFacts Facts() const { return *ReadFacts(log_.state(), handover_, log_.size()); }
  std::optional<v1::Matter> Owed(v1::MatterKind kind) const {
    const v1::HandoverState state = State();
    for (const v1::Matter& matter : state.outstanding()) {
      if (matter.kind() == kind) return matter;
    }
    return std::nullopt;
  }
  Id Declare(const std::string& area, std::uint64_t documents) {
    v1::Statement statement = log_.Say("holding", handover_);
    v1::HoldingRow& row = *statement.mutable_declare_holding()->add_rows();
    row.set_area(area);
    row.set_source("archive");
    row.set_documents(documents);
    return log_.Accept(statement);
  }
  void SubmitLast(const std::string& name) {
    v1::Statement statement = log_.Say("holding", handover_);
    *statement.mutable_submit_package() = log_.SomePackage(name);
    statement.mutable_submit_package()->mutable_rows(0)->set_continuation(v1::CONTINUATION_LAST);
    log_.Accept(statement);
  }
  Id AskFor(v1::RequestKind kind, const std::string& area, const Id* about = nullptr) {
    v1::Statement statement = log_.Say("receiving", handover_);
    v1::Request& body = *statement.mutable_request();
    body.set_to("holding");
    body.set_due_ms(log_.now_ms() + 5 * kDay);
    body.set_kind(kind);
    if (kind == v1::REQUEST_KIND_RECORDS) {
      body.add_areas(area);
    } else {
      body.set_items(1);
      *body.mutable_list() = LogBuilder::Annex("gaps");
    }
    if (about != nullptr) body.set_about(about->ToBytes());
    return log_.Accept(statement);
  }
  void Answer(const Id& request, const std::string& area) {
    v1::Statement statement = log_.Say("holding", handover_);
    statement.mutable_answer()->set_request(request.ToBytes());
    v1::AnswerItem& item = *statement.mutable_answer()->add_items();
    item.set_outcome(v1::ANSWER_OUTCOME_DO_NOT_HAVE);
    item.set_area(area);
    if (area.empty()) item.set_items(1);
    log_.Accept(statement);
  }

  LogBuilder log_;
  Id handover_;
};

TEST_F(HandoverViewTest, ATermBeginsAtTheFirstNoteThatCoversItsAct) {
  log_.Submit(handover_, "S1");
  ASSERT_TRUE(Owed(v1::MATTER_KIND_CUSTODY).has_value());
  EXPECT_FALSE(Owed(v1::MATTER_KIND_CUSTODY)->has_due_ms());
  log_.Witness(kStart + kDay);
  EXPECT_EQ(Owed(v1::MATTER_KIND_CUSTODY)->due_ms(), kStart + 4 * kDay);
  EXPECT_FALSE(Owed(v1::MATTER_KIND_CUSTODY)->overdue());
  EXPECT_EQ(NextDue(log_.state()).value(), kStart + 4 * kDay);
  log_.Witness(kStart + 4 * kDay);
  EXPECT_FALSE(Owed(v1::MATTER_KIND_CUSTODY)->overdue());
  log_.Witness(kStart + 4 * kDay + 1);
  EXPECT_TRUE(Owed(v1::MATTER_KIND_CUSTODY)->overdue());
  EXPECT_EQ(NextDue(log_.state()).value(), std::nullopt);
  EXPECT_EQ(State().time_kind(), v1::TIME_KIND_OPERATOR_CLOCK);
}

TEST_F(HandoverViewTest, AnActIsLateExactlyWhenALaterWitnessedLeafDoesNotCoverIt) {
  log_.Submit(handover_, "S1");
  log_.Submit(handover_, "S2");
  log_.Witness(kStart + kDay);  // Both are due at day 4.
  log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  const std::string covers_first = log_.Note();
  log_.Acknowledge(handover_, "S2", v1::ACKNOWLEDGE_KIND_CUSTODY);
  EXPECT_FALSE(Facts().acknowledgements(0).late());
  EXPECT_FALSE(Facts().acknowledgements(1).late());
  // A note after the due date that has the first receipt and not the second.
  v1::Statement witnessed = log_.WitnessedStatement(kStart + 5 * kDay);
  witnessed.mutable_witnessed()->set_note(covers_first);
  log_.Accept(witnessed);
  EXPECT_FALSE(Facts().acknowledgements(0).late());
  EXPECT_TRUE(Facts().acknowledgements(1).late());
  EXPECT_FALSE(Owed(v1::MATTER_KIND_CUSTODY).has_value());
}

TEST_F(HandoverViewTest, WhoSubmitsWhatCameOutsideOwesNoReceiptForIt) {
  v1::Statement statement = log_.Say("receiving", handover_);
  v1::SubmitPackage& body = *statement.mutable_submit_package();
  body = log_.SomePackage("S1");
  body.set_kind(v1::PACKAGE_KIND_RECEIVED_OUTSIDE);
  body.mutable_received_outside()->set_channel(v1::CHANNEL_POST);
  log_.Accept(statement);
  EXPECT_FALSE(Owed(v1::MATTER_KIND_CUSTODY).has_value());
}

TEST_F(HandoverViewTest, APositionIsOwedFromOpeningOn) {
  log_.Submit(handover_, "S1");
  log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  EXPECT_FALSE(Owed(v1::MATTER_KIND_POSITION).has_value());
  log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_OPENED);
  log_.Witness(kStart + kDay);
  EXPECT_EQ(Owed(v1::MATTER_KIND_POSITION)->due_ms(), kStart + 8 * kDay);
  v1::Statement accept = log_.Say("receiving", handover_);
  accept.mutable_accept_content()->set_package(log_.SomePackage("S1").digest());
  log_.Accept(accept);
  EXPECT_FALSE(Owed(v1::MATTER_KIND_POSITION).has_value());
}

TEST_F(HandoverViewTest, ARequestIsOverdueUntilAnsweredAndThenLate) {
  const Id request = AskFor(v1::REQUEST_KIND_RECORDS, "south");
  EXPECT_FALSE(State().requests(0).overdue());
  log_.Witness(kStart + 6 * kDay);
  EXPECT_TRUE(State().requests(0).overdue());
  EXPECT_TRUE(Facts().requests(0).overdue());
  EXPECT_FALSE(Facts().requests(0).complete());
  Answer(request, "south");
  EXPECT_FALSE(State().requests(0).overdue());
  EXPECT_TRUE(State().requests(0).late());
  EXPECT_TRUE(Facts().requests(0).complete());
  EXPECT_TRUE(Facts().requests(0).answers(0).late());
}

TEST_F(HandoverViewTest, CountsEveryStageByTheRowsThatReachedIt) {
  Declare("north", 10);
  log_.Submit(handover_, "S1");
  log_.Submit(handover_, "S2");
  v1::Statement transmit = log_.Say("mediator-a", handover_);
  transmit.mutable_transmit()->set_kind(v1::TRANSMIT_KIND_PASSED_ON);
  transmit.mutable_transmit()->add_packages(log_.SomePackage("S1").digest());
  log_.Accept(transmit);
  log_.Acknowledge(handover_, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  const v1::HandoverState state = State();
  ASSERT_EQ(state.areas_size(), 3);
  ASSERT_EQ(state.areas(0).sources_size(), 1);
  const v1::SourceState& source = state.areas(0).sources(0);
  EXPECT_EQ(source.declared().documents(), 10u);
  EXPECT_EQ(source.submitted().documents(), 6u);
  EXPECT_EQ(source.submitted().mines(0).mines(), 240u);
  EXPECT_EQ(source.submitted().mines(0).precision(), v1::PRECISION_EXACT);
  EXPECT_EQ(source.transmitted().documents(), 3u);
  EXPECT_EQ(source.acknowledged().documents(), 3u);
  EXPECT_FALSE(source.has_opened());
  EXPECT_FALSE(source.has_assessed());
  EXPECT_EQ(state.areas(0).owed_documents(), 4u);
  EXPECT_EQ(state.areas(0).outstanding_documents(), 4u);
  EXPECT_EQ(Owed(v1::MATTER_KIND_RECORDS)->documents(), 4u);
  EXPECT_EQ(Owed(v1::MATTER_KIND_RECORDS)->party(), "holding");
  EXPECT_EQ(state.areas(1).sources_size(), 0);
}

TEST_F(HandoverViewTest, AnAreaGoesFromNothingToFinishedAndSaysWhatIsOwed) {
  const auto phase = [&] { return State().areas(0).phase(); };
  EXPECT_EQ(phase(), v1::AREA_PHASE_NOTHING_DELIVERED);
  const Id declared = Declare("north", 6);
  EXPECT_EQ(phase(), v1::AREA_PHASE_NOTHING_DELIVERED);
  const Id first = log_.Submit(handover_, "S1");
  EXPECT_EQ(phase(), v1::AREA_PHASE_PARTLY_DELIVERED);
  SubmitLast("S2");
  EXPECT_EQ(phase(), v1::AREA_PHASE_DECLARED_FINISHED);
  const Id records = AskFor(v1::REQUEST_KIND_RECORDS, "north");
  EXPECT_EQ(phase(), v1::AREA_PHASE_GAPS_OWED);
  Answer(records, "north");
  EXPECT_EQ(phase(), v1::AREA_PHASE_DECLARED_FINISHED);
  const Id gaps = AskFor(v1::REQUEST_KIND_GAPS, "", &first);
  EXPECT_EQ(phase(), v1::AREA_PHASE_GAPS_OWED);
  EXPECT_EQ(State().areas(1).phase(), v1::AREA_PHASE_NOTHING_DELIVERED);
  Answer(gaps, "");
  EXPECT_EQ(phase(), v1::AREA_PHASE_DECLARED_FINISHED);
  v1::Statement more = log_.Say("holding", handover_);
  v1::HoldingRow& row = *more.mutable_declare_holding()->add_rows();
  row.set_area("north");
  row.set_source("archive");
  row.set_documents(7);
  more.mutable_declare_holding()->set_replaces(declared.ToBytes());
  log_.Accept(more);
  EXPECT_EQ(phase(), v1::AREA_PHASE_GAPS_OWED);
}

TEST_F(HandoverViewTest, FactsNameScopePartiesAndTime) {
  const v1::HandoverFacts facts = Facts();
  EXPECT_EQ(facts.name(), "H-TEST");
  EXPECT_TRUE(facts.exercise());
  EXPECT_EQ(facts.at_size(), merkle::ToInt(log_.size()));
  EXPECT_EQ(facts.time_ms(), kStart);
  EXPECT_EQ(facts.areas_size(), 3);
  EXPECT_EQ(facts.sources_size(), 2);
  ASSERT_EQ(facts.parties_size(), 6);
  EXPECT_EQ(facts.parties(0).name(), "Office of holding");
  EXPECT_FALSE(facts.closed());
}

TEST(Timeline, WithoutWitnessedLeavesThereIsNoTime) {
  LogBuilder log;
  log.Accept(log.GenesisStatement());
  ASSERT_OK_AND_ASSIGN(const Timeline timeline, Timeline::Read(log.state()));
  EXPECT_EQ(timeline.kind(), v1::TIME_KIND_UNSPECIFIED);
  EXPECT_EQ(timeline.ProvenAt(0), std::nullopt);
  EXPECT_FALSE(timeline.IsLate(0, 0));
}

}  // namespace
}  // namespace cairn::ledger
