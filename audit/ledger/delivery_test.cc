// Declarations, packages, custody and positions.
#include <string>

#include "audit/ledger/fold.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/refusal.h"
#include "tests/testing/status.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::LogBuilder;
using ::cairn::testing::RefusedFor;

constexpr auto kFieldWrong = v1::REFUSAL_REASON_FIELD;
constexpr auto kUnknownThing = v1::REFUSAL_REASON_UNKNOWN_REFERENCE;
constexpr auto kNotNow = v1::REFUSAL_REASON_WRONG_STATE;

class DeliveryTest : public ::testing::Test {
 protected:
  DeliveryTest() {
    log_.Found();
    handover_ = log_.OpenHandover();
  }
  v1::Statement Say(const std::string& party) { return log_.Say(party, handover_); }

  v1::HoldingRow Row(const std::string& area, const std::string& source,
                     std::uint64_t documents) const {
    v1::HoldingRow row;
    row.set_area(area);
    row.set_source(source);
    row.set_documents(documents);
    return row;
  }
  v1::Statement Declaring() {
    v1::Statement statement = Say("holding");
    v1::DeclareHolding& body = *statement.mutable_declare_holding();
    *body.add_rows() = Row("north", "archive", 10);
    *body.add_rows() = Row("north", "brigade", 5);
    *body.add_rows() = Row("east", "archive", 7);
    v1::WithheldRow& withheld = *body.mutable_rows(2)->add_withheld();
    withheld.set_documents(2);
    withheld.mutable_withholding()->set_ground(v1::WITHHOLDING_GROUND_SECURITY);
    withheld.mutable_withholding()->set_end(v1::WITHHOLDING_END_AGREEMENT);
    body.mutable_rows(2)->set_unknown(1);
    return statement;
  }
  template <typename Spoil>
  v1::Refusal RefusedDeclaration(Spoil spoil) {
    v1::Statement statement = Declaring();
    spoil(*statement.mutable_declare_holding());
    return log_.Refuse(statement);
  }
  template <typename Spoil>
  v1::Refusal RefusedPackage(Spoil spoil) {
    v1::Statement statement = Say("holding");
    *statement.mutable_submit_package() = log_.SomePackage("spoiled");
    spoil(*statement.mutable_submit_package());
    return log_.Refuse(statement);
  }
  v1::Statement Transmitting(const std::string& mediator, v1::TransmitKind kind,
                             const std::string& name) {
    v1::Statement statement = Say(mediator);
    statement.mutable_transmit()->set_kind(kind);
    statement.mutable_transmit()->add_packages(log_.SomePackage(name).digest());
    return statement;
  }
  v1::Statement Acknowledging(v1::AcknowledgeKind kind) {
    v1::Statement statement = Say("receiving");
    *statement.mutable_acknowledge() = log_.SomeAcknowledgement("S1", kind);
    return statement;
  }

  LogBuilder log_;
  Id handover_;
};

TEST_F(DeliveryTest, DeclarationRefusesEachSpoiledField) {
  const std::string rows = "declare_holding.rows";
  const auto refused = [&](auto spoil) { return RefusedDeclaration(spoil); };
  using Body = v1::DeclareHolding;
  EXPECT_THAT(refused([](Body& b) { b.clear_rows(); }), RefusedFor(kFieldWrong, rows));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(0)->set_area("west"); }),
              RefusedFor(kFieldWrong, rows + "[0]"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(0)->set_source("attic"); }),
              RefusedFor(kFieldWrong, rows + "[0]"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows()->SwapElements(0, 1); }),
              RefusedFor(kFieldWrong, rows + "[1]"));
  EXPECT_THAT(refused([](Body& b) { *b.mutable_rows(1) = b.rows(0); }),
              RefusedFor(kFieldWrong, rows + "[1]"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(0)->set_documents(~0ULL); }),
              RefusedFor(kFieldWrong, rows + "[0].documents"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(0)->add_mines()->set_mines(3); }),
              RefusedFor(kFieldWrong, rows + "[0].mines"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(2)->mutable_withheld(0)->set_documents(8); }),
              RefusedFor(kFieldWrong, rows + "[2].withheld"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(2)->mutable_withheld(0)->set_documents(0); }),
              RefusedFor(kFieldWrong, rows + "[2].withheld[0].documents"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(2)->mutable_withheld(0)->clear_withholding(); }),
              RefusedFor(kFieldWrong, rows + "[2].withheld[0].withholding"));
  EXPECT_THAT(refused([](Body& b) {
                b.mutable_rows(2)->mutable_withheld(0)->mutable_withholding()->set_end_day(3);
              }),
              RefusedFor(kFieldWrong, rows + "[2].withheld[0].withholding"));
  EXPECT_THAT(refused([](Body& b) {
                b.mutable_rows(2)->mutable_withheld(0)->mutable_scope()->set_size(3);
              }),
              RefusedFor(kFieldWrong, rows + "[2].withheld[0].scope"));
  EXPECT_THAT(refused([](Body& b) { b.set_holding_leaves(8); }),
              RefusedFor(kFieldWrong, "declare_holding.holding_leaves"));
  EXPECT_THAT(refused([](Body& b) {
                b.set_holding_root(LogBuilder::Digest("root"));
                b.set_holding_leaves(12);
              }),
              RefusedFor(kFieldWrong, "declare_holding.holding_leaves"));
  EXPECT_THAT(refused([](Body& b) { b.set_holding_root("short"); }),
              RefusedFor(kFieldWrong, "declare_holding.holding_root"));
  EXPECT_THAT(refused([](Body& b) { b.set_replaces(LogBuilder::Digest("none")); }),
              RefusedFor(kUnknownThing, "declare_holding.replaces"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_account()->set_size(1); }),
              RefusedFor(kFieldWrong, "declare_holding.account"));
}

TEST_F(DeliveryTest, ALaterDeclarationReplacesTheRowsThatItRepeats) {
  const Id first = log_.Accept(Declaring());
  v1::Statement second = Say("holding");
  *second.mutable_declare_holding()->add_rows() = Row("north", "archive", 12);
  EXPECT_THAT(log_.Refuse(second), RefusedFor(kUnknownThing, "declare_holding.replaces"));
  second.mutable_declare_holding()->set_replaces(first.ToBytes());
  log_.Accept(second);
  ASSERT_OK_AND_ASSIGN(const v1::HandoverState state,
                       ReadHandover(log_.state(), handover_, log_.size()));
  EXPECT_EQ(state.declared_documents(), 12u + 5u + 7u);
  EXPECT_EQ(state.withheld_documents(), 2u);
  ASSERT_OK_AND_ASSIGN(const v1::HandoverFacts facts,
                       ReadFacts(log_.state(), handover_, log_.size()));
  ASSERT_EQ(facts.declarations_size(), 3);
  EXPECT_EQ(facts.declarations(2).row().documents(), 12u);
}

TEST_F(DeliveryTest, AContinuedDeclarationIsOneAndIsOwedUntilItsEnd) {
  v1::Statement first = Declaring();
  first.mutable_declare_holding()->set_continued(true);
  const Id id = log_.Accept(first);
  const auto owes_declaration = [&] {
    const v1::HandoverState state = *ReadHandover(log_.state(), handover_, log_.size());
    for (const v1::Matter& matter : state.outstanding()) {
      if (matter.kind() == v1::MATTER_KIND_DECLARATION) return true;
    }
    return false;
  };
  EXPECT_TRUE(owes_declaration());
  v1::Statement second = Say("holding");
  *second.mutable_declare_holding()->add_rows() = Row("south", "archive", 9);
  second.mutable_declare_holding()->set_replaces(id.ToBytes());
  EXPECT_THAT(log_.Refuse(second), RefusedFor(kUnknownThing, "declare_holding.replaces"));
  second.mutable_declare_holding()->clear_replaces();
  log_.Accept(second);
  EXPECT_FALSE(owes_declaration());
  v1::Statement third = Say("holding");
  *third.mutable_declare_holding()->add_rows() = Row("south", "archive", 8);
  third.mutable_declare_holding()->set_replaces(id.ToBytes());
  EXPECT_TRUE(log_.Try(third).accepted());
}

TEST_F(DeliveryTest, PackageRefusesEachSpoiledField) {
  const auto refused = [&](auto spoil) { return RefusedPackage(spoil); };
  using Body = v1::SubmitPackage;
  const std::string body = "submit_package";
  EXPECT_THAT(refused([](Body& b) { b.clear_kind(); }), RefusedFor(kFieldWrong, body + ".kind"));
  EXPECT_THAT(refused([](Body& b) { b.set_digest("short"); }),
              RefusedFor(kFieldWrong, body + ".digest"));
  EXPECT_THAT(refused([](Body& b) { b.set_size(0); }), RefusedFor(kFieldWrong, body + ".size"));
  EXPECT_THAT(refused([](Body& b) { b.set_size((64ULL << 30) + 1); }),
              RefusedFor(kFieldWrong, body + ".size"));
  EXPECT_THAT(refused([](Body& b) { b.set_persons_size(5); }),
              RefusedFor(kFieldWrong, body + ".persons_size"));
  EXPECT_THAT(refused([](Body& b) { b.set_persons_digest(LogBuilder::Digest("p")); }),
              RefusedFor(kFieldWrong, body + ".persons_size"));
  EXPECT_THAT(refused([](Body& b) {
                b.set_persons_digest(b.digest());
                b.set_persons_size(5);
              }),
              RefusedFor(kFieldWrong, body + ".persons_digest"));
  EXPECT_THAT(refused([](Body& b) { b.clear_manifest_digest(); }),
              RefusedFor(kFieldWrong, body + ".manifest_digest"));
  EXPECT_THAT(refused([](Body& b) { b.clear_record_root(); }),
              RefusedFor(kFieldWrong, body + ".record_root"));
  EXPECT_THAT(refused([](Body& b) { b.set_record_count(1'000'001); }),
              RefusedFor(kFieldWrong, body + ".record_count"));
  EXPECT_THAT(refused([](Body& b) { b.set_record_root(LogBuilder::Digest("")); }),
              RefusedFor(kFieldWrong, body + ".record_root"));
  EXPECT_THAT(refused([](Body& b) { b.set_supplement_count(1); }),
              RefusedFor(kFieldWrong, body + ".kind"));
  EXPECT_THAT(refused([](Body& b) { b.set_kind(v1::PACKAGE_KIND_SCANS_ONLY); }),
              RefusedFor(kFieldWrong, body + ".kind"));
  EXPECT_THAT(refused([](Body& b) { b.set_kind(v1::PACKAGE_KIND_SUPPLEMENT); }),
              RefusedFor(kFieldWrong, body + ".kind"));
  EXPECT_THAT(refused([](Body& b) { b.clear_rows(); }), RefusedFor(kFieldWrong, body + ".rows"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(0)->set_area("west"); }),
              RefusedFor(kFieldWrong, body + ".rows[0]"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_rows(0)->clear_continuation(); }),
              RefusedFor(kFieldWrong, body + ".rows[0].continuation"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_received_outside(); }),
              RefusedFor(kFieldWrong, body + ".received_outside"));
  EXPECT_THAT(refused([](Body& b) { b.mutable_membership()->set_size(3); }),
              RefusedFor(kFieldWrong, body + ".membership"));
  EXPECT_THAT(refused([](Body& b) { b.set_escrowed(true); }),
              RefusedFor(v1::REFUSAL_REASON_NOT_IMPLEMENTED, body + ".escrowed"));
  log_.Submit(handover_, "S1");
  EXPECT_THAT(refused([&](Body& b) { b = log_.SomePackage("S1"); }),
              RefusedFor(kNotNow, body + ".digest"));
}

TEST_F(DeliveryTest, TakesAllFourKindsFromWhoMayGiveThem) {
  log_.Submit(handover_, "S1");
  v1::Statement scans = Say("holding");
  *scans.mutable_submit_package() = log_.SomePackage("S2");
  scans.mutable_submit_package()->set_kind(v1::PACKAGE_KIND_SCANS_ONLY);
  scans.mutable_submit_package()->set_record_count(0);
  scans.mutable_submit_package()->set_record_root(LogBuilder::Digest(""));
  log_.Accept(scans);

  v1::Statement supplement = Say("holding");
  v1::SubmitPackage& body = *supplement.mutable_submit_package();
  body = log_.SomePackage("S3");
  body.set_kind(v1::PACKAGE_KIND_SUPPLEMENT);
  body.clear_rows();
  body.add_supplements(LogBuilder::Digest("never submitted"));
  EXPECT_THAT(log_.Refuse(supplement), RefusedFor(kUnknownThing, "submit_package.supplements[0]"));
  body.set_supplements(0, log_.SomePackage("S1").digest());
  log_.Accept(supplement);

  for (const char* party : {"receiving", "mediator-a"}) {
    v1::Statement outside = Say(party);
    v1::SubmitPackage& came = *outside.mutable_submit_package();
    came = log_.SomePackage(std::string("S4 of ") + party);
    came.set_kind(v1::PACKAGE_KIND_RECEIVED_OUTSIDE);
    EXPECT_THAT(log_.Refuse(outside), RefusedFor(kFieldWrong, "submit_package.received_outside"));
    came.mutable_received_outside()->set_received_day(18850);
    EXPECT_THAT(log_.Refuse(outside), RefusedFor(kFieldWrong, "submit_package.received_outside"));
    came.mutable_received_outside()->set_channel(v1::CHANNEL_BY_HAND);
    log_.Accept(outside);
  }
  EXPECT_EQ(ReadFacts(log_.state(), handover_, log_.size())->submissions_size(), 5);
}

TEST_F(DeliveryTest, APackageOfOneHandoverIsUnknownInAnother) {
  log_.Submit(handover_, "S1");
  v1::Statement open = log_.Say("mediator-b");
  v1::Charter charter = log_.SomeCharter();
  charter.set_name("H-OTHER");
  *open.mutable_open_handover()->mutable_charter() = charter;
  const Id other = log_.Accept(open);
  log_.AcceptByAll(charter, other);
  v1::Statement receipt = log_.Say("receiving", other);
  *receipt.mutable_acknowledge() = log_.SomeAcknowledgement("S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  EXPECT_THAT(log_.Refuse(receipt), RefusedFor(kUnknownThing, "acknowledge.package"));
  log_.Submit(other, "S1");
  receipt = log_.Say("receiving", other);
  *receipt.mutable_acknowledge() = log_.SomeAcknowledgement("S1", v1::ACKNOWLEDGE_KIND_CUSTODY);
  log_.Accept(receipt);
  EXPECT_EQ(
      ReadHandover(log_.state(), handover_, log_.size())->packages(0).progress().custody_size(), 0);
}

TEST_F(DeliveryTest, TransmitNamesPackagesOnceInOrderAndOncePerMediator) {
  log_.Submit(handover_, "S1");
  log_.Accept(Transmitting("mediator-a", v1::TRANSMIT_KIND_TOOK_OVER, "S1"));
  log_.Accept(Transmitting("mediator-a", v1::TRANSMIT_KIND_PASSED_ON, "S1"));
  log_.Accept(Transmitting("mediator-b", v1::TRANSMIT_KIND_PASSED_ON, "S1"));
  EXPECT_THAT(log_.Refuse(Transmitting("mediator-a", v1::TRANSMIT_KIND_PASSED_ON, "S1")),
              RefusedFor(kNotNow, "transmit.packages[0]"));
  EXPECT_THAT(log_.Refuse(Transmitting("mediator-a", v1::TRANSMIT_KIND_PASSED_ON, "S2")),
              RefusedFor(kUnknownThing, "transmit.packages[0]"));
  v1::Statement statement = Transmitting("mediator-b", v1::TRANSMIT_KIND_TOOK_OVER, "S1");
  statement.mutable_transmit()->add_packages(log_.SomePackage("S1").digest());
  EXPECT_THAT(log_.Refuse(statement), RefusedFor(kFieldWrong, "transmit.packages"));
  statement.mutable_transmit()->clear_packages();
  EXPECT_THAT(log_.Refuse(statement), RefusedFor(kFieldWrong, "transmit.packages"));
  statement = Transmitting("mediator-b", v1::TRANSMIT_KIND_UNSPECIFIED, "S1");
  EXPECT_THAT(log_.Refuse(statement), RefusedFor(kFieldWrong, "transmit.kind"));
  statement = Transmitting("mediator-b", v1::TRANSMIT_KIND_TOOK_OVER, "S1");
  statement.mutable_transmit()->mutable_act()->set_size(1);
  EXPECT_THAT(log_.Refuse(statement), RefusedFor(kFieldWrong, "transmit.act"));
  ASSERT_OK_AND_ASSIGN(const v1::HandoverFacts facts,
                       ReadFacts(log_.state(), handover_, log_.size()));
  ASSERT_EQ(facts.transmits_size(), 3);
  EXPECT_EQ(facts.transmits(0).kind(), v1::TRANSMIT_KIND_TOOK_OVER);
  EXPECT_EQ(facts.transmits(2).mediator(), "mediator-b");
}

TEST_F(DeliveryTest, AReceiptRepeatsTheSubmissionByteForByte) {
  log_.Submit(handover_, "S1");
  const auto refused = [&](auto spoil) {
    v1::Statement statement = Acknowledging(v1::ACKNOWLEDGE_KIND_CUSTODY);
    spoil(*statement.mutable_acknowledge());
    return log_.Refuse(statement);
  };
  using Body = v1::Acknowledge;
  const std::string body = "acknowledge";
  EXPECT_THAT(refused([](Body& b) { b.clear_kind(); }), RefusedFor(kFieldWrong, body + ".kind"));
  EXPECT_THAT(refused([](Body& b) { b.set_package(LogBuilder::Digest("other")); }),
              RefusedFor(kUnknownThing, body + ".package"));
  EXPECT_THAT(refused([](Body& b) { b.set_size(b.size() + 1); }),
              RefusedFor(kFieldWrong, body + ".size"));
  EXPECT_THAT(refused([](Body& b) { b.set_record_root(LogBuilder::Digest("other")); }),
              RefusedFor(kFieldWrong, body + ".record_root"));
  EXPECT_THAT(refused([](Body& b) { b.set_persons_digest(LogBuilder::Digest("none")); }),
              RefusedFor(kFieldWrong, body + ".persons_digest"));
  EXPECT_THAT(refused([](Body& b) { b.set_persons_size(1); }),
              RefusedFor(kFieldWrong, body + ".persons_size"));
  EXPECT_THAT(refused([](Body& b) { b.add_mismatches(v1::OPENING_MISMATCH_LAYOUT); }),
              RefusedFor(kFieldWrong, body + ".mismatches"));
  log_.Accept(Acknowledging(v1::ACKNOWLEDGE_KIND_CUSTODY));
  EXPECT_THAT(refused([](Body&) {}), RefusedFor(kNotNow, body + ".kind"));
}

TEST_F(DeliveryTest, ASecondReceiptMayAddThePersonsFile) {
  v1::Statement submit = Say("holding");
  *submit.mutable_submit_package() = log_.SomePackage("S1");
  submit.mutable_submit_package()->set_persons_digest(LogBuilder::Digest("persons"));
  submit.mutable_submit_package()->set_persons_size(40);
  log_.Accept(submit);
  log_.Accept(Acknowledging(v1::ACKNOWLEDGE_KIND_CUSTODY));
  v1::Statement with_persons = Acknowledging(v1::ACKNOWLEDGE_KIND_CUSTODY);
  with_persons.mutable_acknowledge()->set_persons_digest(LogBuilder::Digest("persons"));
  with_persons.mutable_acknowledge()->set_persons_size(41);
  EXPECT_THAT(log_.Refuse(with_persons), RefusedFor(kFieldWrong, "acknowledge.persons_size"));
  with_persons.mutable_acknowledge()->set_persons_size(40);
  log_.Accept(with_persons);
  with_persons = Acknowledging(v1::ACKNOWLEDGE_KIND_CUSTODY);
  EXPECT_THAT(log_.Refuse(with_persons), RefusedFor(kNotNow, "acknowledge.kind"));
  EXPECT_TRUE(ReadFacts(log_.state(), handover_, log_.size())->acknowledgements(0).persons());
}

TEST_F(DeliveryTest, OpeningComesAfterCustodyAndMayBeMended) {
  log_.Submit(handover_, "S1");
  EXPECT_THAT(log_.Refuse(Acknowledging(v1::ACKNOWLEDGE_KIND_OPENED)),
              RefusedFor(kNotNow, "acknowledge.kind"));
  log_.Accept(Acknowledging(v1::ACKNOWLEDGE_KIND_CUSTODY));
  v1::Statement opened = Acknowledging(v1::ACKNOWLEDGE_KIND_OPENED);
  opened.mutable_acknowledge()->add_mismatches(v1::OPENING_MISMATCH_COUNTS);
  opened.mutable_acknowledge()->add_mismatches(v1::OPENING_MISMATCH_LAYOUT);
  EXPECT_THAT(log_.Refuse(opened), RefusedFor(kFieldWrong, "acknowledge.mismatches"));
  opened.mutable_acknowledge()->mutable_mismatches()->SwapElements(0, 1);
  log_.Accept(opened);
  log_.Accept(Acknowledging(v1::ACKNOWLEDGE_KIND_OPENED));
  EXPECT_THAT(log_.Refuse(Acknowledging(v1::ACKNOWLEDGE_KIND_OPENED)),
              RefusedFor(kNotNow, "acknowledge.kind"));
}

TEST_F(DeliveryTest, PositionsComeAfterOpeningAndTheNewestCounts) {
  log_.Submit(handover_, "S1");
  const auto accepting = [&] {
    v1::Statement statement = Say("receiving");
    statement.mutable_accept_content()->set_package(log_.SomePackage("S1").digest());
    return statement;
  };
  const auto reserving = [&] {
    v1::Statement statement = Say("receiving");
    statement.mutable_reserve()->set_package(log_.SomePackage("S1").digest());
    statement.mutable_reserve()->add_reasons(v1::POSITION_REASON_INCOMPLETE);
    return statement;
  };
  EXPECT_THAT(log_.Refuse(accepting()), RefusedFor(kNotNow, "accept_content.package"));
  log_.Accept(Acknowledging(v1::ACKNOWLEDGE_KIND_CUSTODY));
  v1::Statement opened = Acknowledging(v1::ACKNOWLEDGE_KIND_OPENED);
  opened.mutable_acknowledge()->add_mismatches(v1::OPENING_MISMATCH_LAYOUT);
  log_.Accept(opened);
  EXPECT_THAT(log_.Refuse(accepting()), RefusedFor(kNotNow, "accept_content.package"));
  v1::Statement reserve = reserving();
  reserve.mutable_reserve()->clear_reasons();
  EXPECT_THAT(log_.Refuse(reserve), RefusedFor(kFieldWrong, "reserve.reasons"));
  reserve = reserving();
  reserve.mutable_reserve()->set_assessment(LogBuilder::Digest("none"));
  EXPECT_THAT(log_.Refuse(reserve), RefusedFor(kUnknownThing, "reserve.assessment"));
  reserve = reserving();
  reserve.mutable_reserve()->mutable_text()->set_size(1);
  EXPECT_THAT(log_.Refuse(reserve), RefusedFor(kFieldWrong, "reserve.text"));
  log_.Accept(reserving());
  v1::Statement reject = Say("receiving");
  reject.mutable_reject()->set_package(LogBuilder::Digest("none"));
  EXPECT_THAT(log_.Refuse(reject), RefusedFor(kUnknownThing, "reject.package"));
  log_.Accept(Acknowledging(v1::ACKNOWLEDGE_KIND_OPENED));
  log_.Accept(accepting());
  ASSERT_OK_AND_ASSIGN(const v1::HandoverState state,
                       ReadHandover(log_.state(), handover_, log_.size()));
  ASSERT_EQ(state.packages(0).progress().positions_size(), 1);
  EXPECT_EQ(state.packages(0).progress().positions(0).kind(), v1::POSITION_KIND_ACCEPTED);
  EXPECT_EQ(state.packages(0).progress().positions(0).earlier(), 1u);
}

TEST_F(DeliveryTest, TranscriptionsAreCountedByPartyAndKind) {
  log_.Submit(handover_, "S1");
  const auto transcribing = [&](const std::string& party, v1::TranscriptionKind kind) {
    v1::Statement statement = Say(party);
    v1::Transcribe& body = *statement.mutable_transcribe();
    body.set_package(log_.SomePackage("S1").digest());
    body.set_scan_commitment(LogBuilder::Digest("scan"));
    body.set_record_commitment(LogBuilder::Digest("record"));
    body.set_kind(kind);
    *body.mutable_record() = LogBuilder::Annex("sealed transcription");
    return statement;
  };
  log_.Accept(transcribing("receiving", v1::TRANSCRIPTION_KIND_FIRST));
  log_.Accept(transcribing("receiving", v1::TRANSCRIPTION_KIND_FIRST));
  log_.Accept(transcribing("holding", v1::TRANSCRIPTION_KIND_FIRST));
  v1::Statement spoiled = transcribing("receiving", v1::TRANSCRIPTION_KIND_UNSPECIFIED);
  EXPECT_THAT(log_.Refuse(spoiled), RefusedFor(kFieldWrong, "transcribe.kind"));
  spoiled = transcribing("receiving", v1::TRANSCRIPTION_KIND_FIRST);
  spoiled.mutable_transcribe()->clear_record();
  EXPECT_THAT(log_.Refuse(spoiled), RefusedFor(kFieldWrong, "transcribe.record"));
  spoiled = transcribing("receiving", v1::TRANSCRIPTION_KIND_FIRST);
  spoiled.mutable_transcribe()->clear_scan_commitment();
  EXPECT_THAT(log_.Refuse(spoiled), RefusedFor(kFieldWrong, "transcribe.scan_commitment"));
  spoiled = transcribing("receiving", v1::TRANSCRIPTION_KIND_FIRST);
  spoiled.mutable_transcribe()->clear_record_commitment();
  EXPECT_THAT(log_.Refuse(spoiled), RefusedFor(kFieldWrong, "transcribe.record_commitment"));
  spoiled = transcribing("receiving", v1::TRANSCRIPTION_KIND_FIRST);
  spoiled.mutable_transcribe()->set_package(LogBuilder::Digest("none"));
  EXPECT_THAT(log_.Refuse(spoiled), RefusedFor(kUnknownThing, "transcribe.package"));
  const v1::HandoverState state = *ReadHandover(log_.state(), handover_, log_.size());
  const auto& counts = state.packages(0).progress().transcriptions();
  ASSERT_EQ(counts.size(), 2);
  EXPECT_EQ(counts[0].count(), 2u);
  EXPECT_EQ(counts[1].party(), "holding");
}

}  // namespace
}  // namespace cairn::ledger
