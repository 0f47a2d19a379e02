// Finding and Reply: who may, about what, in which words.
#include <string>

#include "audit/ledger/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/refusal.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::RefusedFor;

constexpr auto kFindingField = v1::REFUSAL_REASON_FIELD;
constexpr auto kFindingUnknown = v1::REFUSAL_REASON_UNKNOWN_REFERENCE;
constexpr auto kFindingState = v1::REFUSAL_REASON_WRONG_STATE;
constexpr auto kFindingActor = v1::REFUSAL_REASON_NOT_ENTITLED;

class FindingTest : public GroundTest {
 protected:
  template <typename Spoil>
  v1::Refusal RefusedFinding(Spoil spoil) {
    v1::Statement statement = Disproof("receiving");
    spoil(*statement.mutable_finding());
    return log_.Refuse(statement);
  }
};

TEST_F(FindingTest, RefusesEachSpoiledField) {
  using Body = v1::Finding;
  const auto refused = [&](auto spoil) { return RefusedFinding(spoil); };
  EXPECT_THAT(refused([](Body& b) { b.clear_kind(); }), RefusedFor(kFindingField, "finding.kind"));
  EXPECT_THAT(refused([](Body& b) { b.clear_package(); }),
              RefusedFor(kFindingField, "finding.package"));
  EXPECT_THAT(refused([](Body& b) { b.set_package(LogBuilder::Digest("none")); }),
              RefusedFor(kFindingUnknown, "finding.package"));
  EXPECT_THAT(refused([](Body& b) { b.clear_record_commitment(); }),
              RefusedFor(kFindingField, "finding.record_commitment"));
  EXPECT_THAT(refused([](Body& b) { b.set_area("west"); }),
              RefusedFor(kFindingField, "finding.area"));
  EXPECT_THAT(refused([](Body& b) { b.clear_area(); }), RefusedFor(kFindingField, "finding.area"));
  // In the charter, but the package delivers nothing of it.
  EXPECT_THAT(refused([](Body& b) { b.set_area("south"); }),
              RefusedFor(kFindingField, "finding.area"));
  EXPECT_THAT(refused([](Body& b) { b.clear_method(); }),
              RefusedFor(kFindingField, "finding.method"));
  EXPECT_THAT(refused([](Body& b) { b.set_method(v1::FINDING_METHOD_NON_TECHNICAL); }),
              RefusedFor(kFindingField, "finding.method"));
  EXPECT_THAT(refused([](Body& b) { b.set_depth_mm(0); }),
              RefusedFor(kFindingField, "finding.depth_mm"));
  EXPECT_THAT(refused([](Body& b) { b.set_depth_mm(100'001); }),
              RefusedFor(kFindingField, "finding.depth_mm"));
  EXPECT_THAT(refused([](Body& b) { b.set_last_day(18899); }),
              RefusedFor(kFindingField, "finding.last_day"));
  EXPECT_THAT(refused([](Body& b) { b.clear_first_day(); }),
              RefusedFor(kFindingField, "finding.last_day"));
  EXPECT_THAT(refused([](Body& b) { b.add_devices()->set_mines(3); }),
              RefusedFor(kFindingField, "finding.devices"));
  EXPECT_THAT(refused([](Body& b) { b.clear_report(); }),
              RefusedFor(kFindingField, "finding.report"));
}

TEST_F(FindingTest, NamesAPackageWithRecordsAndNotASupplement) {
  v1::Statement supplement = Say("holding");
  v1::SubmitPackage& body = *supplement.mutable_submit_package();
  body.set_kind(v1::PACKAGE_KIND_SUPPLEMENT);
  body.set_digest(LogBuilder::Digest("package of fields"));
  body.set_size(10);
  body.set_record_root(LogBuilder::Digest(""));
  body.set_supplement_count(1);
  body.set_manifest_digest(LogBuilder::Digest("manifest of fields"));
  body.add_supplements(Package());
  log_.Accept(supplement);
  EXPECT_THAT(RefusedFinding(
                  [](v1::Finding& b) { b.set_package(LogBuilder::Digest("package of fields")); }),
              RefusedFor(kFindingUnknown, "finding.package"));
}

TEST_F(FindingTest, UnrecordedIsAboutAnAreaAndNoRecord) {
  v1::Statement finding = Finding("surveyor", v1::FINDING_KIND_UNRECORDED);
  EXPECT_TRUE(log_.Try(finding).accepted());
  finding.mutable_finding()->set_record_commitment(Record("1"));
  EXPECT_THAT(log_.Refuse(finding), RefusedFor(kFindingField, "finding.record_commitment"));
  finding = Finding("surveyor", v1::FINDING_KIND_UNRECORDED);
  finding.mutable_finding()->set_area("west");
  EXPECT_THAT(log_.Refuse(finding), RefusedFor(kFindingField, "finding.area"));
}

TEST_F(FindingTest, IsMadeByReceivingPartyFinderAndSurveyorOnly) {
  for (const char* party : {"receiving", "finder", "surveyor"}) {
    EXPECT_TRUE(log_.Try(Disproof(party)).accepted()) << party;
  }
  for (const char* party : {"holding", "mediator-a", "auditor", "assessor"}) {
    EXPECT_THAT(log_.Refuse(Disproof(party)), RefusedFor(kFindingActor, "actor")) << party;
  }
}

TEST_F(FindingTest, OfAnotherHandoverNamesAPackageThatIsNotThere) {
  const Id other = OpenOne("H-OTHER");
  v1::Statement finding = Disproof("receiving");
  finding.set_handover(other.ToBytes());
  EXPECT_THAT(log_.Refuse(finding), RefusedFor(kFindingUnknown, "finding.package"));
  finding.set_handover(LogBuilder::Digest("nowhere"));
  EXPECT_THAT(log_.Refuse(finding), RefusedFor(v1::REFUSAL_REASON_UNKNOWN_HANDOVER, "handover"));
  finding.clear_handover();
  EXPECT_THAT(log_.Refuse(finding), RefusedFor(kFindingField, "handover"));
}

TEST_F(FindingTest, TheSameWordsTwiceAreRefusedUntilTheFirstIsTakenBack) {
  const Id first = log_.Accept(Disproof("receiving"));
  EXPECT_THAT(log_.Refuse(Disproof("receiving")), RefusedFor(kFindingState, "finding"));
  // Somebody else may find the same.
  v1::Statement other = Disproof("surveyor");
  *other.mutable_finding() = Disproof("receiving").finding();
  EXPECT_TRUE(log_.Try(other).accepted());
  log_.Accept(Withdraw("receiving", first));
  EXPECT_TRUE(log_.Try(Disproof("receiving")).accepted());
}

TEST_F(FindingTest, AndReplyAreTakenAfterTheEndToo) {
  const Id before = log_.Accept(Disproof("receiving"));
  Close();
  EXPECT_TRUE(log_.Try(Disproof("surveyor")).accepted());
  EXPECT_TRUE(log_.Try(Reply(before, v1::REPLY_KIND_CONTESTS)).accepted());
}

TEST_F(FindingTest, ReplyRefusesEachSpoiledField) {
  const Id finding = log_.Accept(Disproof("receiving"));
  v1::Statement reply = Reply(finding, v1::REPLY_KIND_NOTED);
  reply.mutable_reply()->clear_kind();
  EXPECT_THAT(log_.Refuse(reply), RefusedFor(kFindingField, "reply.kind"));
  reply = Reply(finding, v1::REPLY_KIND_NOTED);
  reply.mutable_reply()->set_finding("short");
  EXPECT_THAT(log_.Refuse(reply), RefusedFor(kFindingField, "reply.finding"));
  reply.mutable_reply()->set_finding(LogBuilder::Digest("nothing"));
  EXPECT_THAT(log_.Refuse(reply), RefusedFor(kFindingUnknown, "reply.finding"));
  const Id claim = log_.Accept(Claim("auditor"));
  EXPECT_THAT(log_.Refuse(Reply(claim, v1::REPLY_KIND_NOTED)),
              RefusedFor(kFindingUnknown, "reply.finding"));
  reply = Reply(finding, v1::REPLY_KIND_NOTED);
  reply.mutable_reply()->mutable_text()->set_size(3);
  EXPECT_THAT(log_.Refuse(reply), RefusedFor(kFindingField, "reply.text"));
}

TEST_F(FindingTest, IsAnsweredByTheHoldingPartyOfTheRecordOnly) {
  const Id finding = log_.Accept(Disproof("receiving"));
  EXPECT_THAT(log_.Refuse(Reply(finding, v1::REPLY_KIND_CONTESTS, "receiving")),
              RefusedFor(kFindingActor, "actor"));
  EXPECT_THAT(log_.Refuse(Reply(finding, v1::REPLY_KIND_CONCEDES, "holding-2")),
              RefusedFor(kFindingActor, "actor"));
  EXPECT_TRUE(log_.Try(Reply(finding, v1::REPLY_KIND_CONTESTS, "holding")).accepted());
  // About an area every holding party may answer.
  const Id area = log_.Accept(Finding("receiving", v1::FINDING_KIND_UNRECORDED));
  EXPECT_TRUE(log_.Try(Reply(area, v1::REPLY_KIND_NOTED, "holding-2")).accepted());
}

TEST_F(FindingTest, ForWhatCameOutsideEveryHoldingPartyAnswers) {
  v1::Statement outside = Say("mediator-b");
  v1::SubmitPackage& came = *outside.mutable_submit_package();
  came = log_.SomePackage("S2");
  came.set_kind(v1::PACKAGE_KIND_RECEIVED_OUTSIDE);
  came.mutable_received_outside()->set_received_day(18840);
  came.mutable_received_outside()->set_channel(v1::CHANNEL_THROUGH_MEDIATOR);
  log_.Accept(outside);
  v1::Statement about = Disproof("receiving");
  about.mutable_finding()->set_package(came.digest());
  const Id finding = log_.Accept(about);
  for (const char* party : {"holding", "holding-2"}) {
    EXPECT_TRUE(log_.Try(Reply(finding, v1::REPLY_KIND_NOTED, party)).accepted()) << party;
  }
}

TEST_F(FindingTest, AReplyIsGivenOnceAndAConcessionEndsThem) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONTESTS));
  EXPECT_THAT(log_.Refuse(Reply(finding, v1::REPLY_KIND_CONTESTS)),
              RefusedFor(kFindingState, "reply.kind"));
  log_.Accept(Reply(finding, v1::REPLY_KIND_CONCEDES));
  for (const v1::ReplyKind kind : {v1::REPLY_KIND_CONTESTS, v1::REPLY_KIND_CONCEDES}) {
    EXPECT_THAT(log_.Refuse(Reply(finding, kind)), RefusedFor(kFindingState, "reply.kind"));
  }
}

TEST_F(FindingTest, HasSixteenRepliesAtMost) {
  const Id finding = log_.Accept(Disproof("receiving"));
  for (int i = 0; i < 8; ++i) {
    log_.Accept(Reply(finding, v1::REPLY_KIND_NOTED));
    log_.Accept(Reply(finding, v1::REPLY_KIND_SUPPLEMENTS));
  }
  EXPECT_THAT(log_.Refuse(Reply(finding, v1::REPLY_KIND_NOTED)),
              RefusedFor(kFindingState, "reply.finding"));
}

TEST_F(FindingTest, ThatWasWithdrawnIsNotRepliedTo) {
  const Id finding = log_.Accept(Disproof("receiving"));
  log_.Accept(Withdraw("receiving", finding));
  EXPECT_THAT(log_.Refuse(Reply(finding, v1::REPLY_KIND_CONTESTS)),
              RefusedFor(kFindingState, "reply.finding"));
}

TEST_F(FindingTest, IsRefusedUnderFoldVersionOneAndNothingIsKeptForIt) {
  LogBuilder old("log.example.org/old");
  v1::Statement genesis = old.GenesisStatement();
  genesis.mutable_genesis()->set_fold_version(1);
  const Id id = old.Accept(genesis);
  old.Endorse("registrar-a", id);
  old.Endorse("registrar-b", id);
  const Id handover = old.OpenHandover();
  old.Submit(handover, "S1");
  old.Acknowledge(handover, "S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  v1::Statement finding = old.Say("receiving", handover);
  *finding.mutable_finding() = Disproof("receiving").finding();
  EXPECT_THAT(old.Refuse(finding), RefusedFor(v1::REFUSAL_REASON_NOT_IMPLEMENTED, "finding"));
  int kept = 0;
  ASSERT_TRUE(old.state()
                  .Scan("word/",
                        [&](absl::string_view, keys::ByteView) {
                          ++kept;
                          return true;
                        })
                  .ok());
  EXPECT_EQ(kept, 0);
}

TEST_F(FindingTest, CountsItsRecordAtTheStageFoundOnce) {
  log_.Accept(Disproof("receiving", "1"));
  const Id second = log_.Accept(Disproof("surveyor", "1"));
  const Id third = log_.Accept(Disproof("surveyor", "2"));
  const auto found = [&] { return State().areas(0).sources(0).found().documents(); };
  EXPECT_EQ(found(), 2u);
  log_.Accept(Withdraw("surveyor", second));
  EXPECT_EQ(found(), 2u);
  log_.Accept(Withdraw("surveyor", third));
  EXPECT_EQ(found(), 1u);
}

}  // namespace
}  // namespace cairn::ledger
