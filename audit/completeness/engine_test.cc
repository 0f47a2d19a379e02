#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/handover_checks.h"
#include "audit/statement/canonical.h"
#include "tests/testing/status.h"

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

using cairn::testing::IsOk;
using cairn::testing::StatusIs;
using ::testing::HasSubstr;

keys::Digest DigestNamed(absl::string_view text) { return keys::Sha256(keys::AsBytes(text)); }

// A delivery of two records and a later package of supplements to it.
class TwoPackages {
 public:
  TwoPackages() {
    facts_ = SmallFacts();
    AddSubmission(facts_, "aghdam", 2, 240, 2);
    v1::FactSubmission& later = AddSubmission(facts_, "aghdam", 0, 0, 0);
    later.set_kind(v1::PACKAGE_KIND_SUPPLEMENT);
    for (const v1::FactSubmission& submission : facts_.submissions()) {
      digests_.push_back(*keys::Digest::FromBytes(keys::AsBytes(submission.digest())));
    }
    v1::MinefieldRecord blank = CompleteRecord();
    Blank(blank, "what.ordnance[0].fuze");
    delivered_.Add(blank, DigestNamed("record 0"));
    v1::MinefieldRecord other = CompleteRecord();
    SetText(*other.mutable_identity()->mutable_record_number(), "12-1993-18");
    other.mutable_identity()->mutable_attachments(0)->set_sha256(std::string(32, 'z'));
    Move(other, 300, 0);
    delivered_.Add(other, DigestNamed("record 1"));
  }

  v1::HandoverFacts& facts() { return facts_; }
  PackageInMemory& delivered() { return delivered_; }

  template <typename Field>
  void Supplement(std::uint64_t record, absl::string_view field, const Field& from, const Field& to,
                  v1::SupplementReason reason) {
    v1::Supplement supplement;
    supplement.set_package(digests_[0].ToBytes());
    supplement.set_record_index(record);
    supplement.set_record_commitment(DigestNamed(absl::StrCat("record ", record)).ToBytes());
    supplement.set_field(std::string(field));
    supplement.set_old_value(*statement::CanonicalBytes(from));
    supplement.set_new_value(*statement::CanonicalBytes(to));
    supplement.set_reason(reason);
    supplement.mutable_explanation()->mutable_leaf()->set_presence(v1::PRESENCE_NO_BOX);
    supplements_.Add(supplement);
    facts_.mutable_submissions(1)->set_supplement_count(facts_.submissions(1).supplement_count() +
                                                        1);
  }

  absl::StatusOr<v1::Report> Run() {
    std::vector<AssessedInput> packages;
    packages.push_back({digests_[0], &delivered_});
    packages.push_back({digests_[1], &supplements_});
    AssessInputs inputs;
    inputs.rules = &ApiiRules();
    inputs.facts = &facts_;
    inputs.log_origin = "example.org/log";
    inputs.packages = packages;
    return Assess(inputs);
  }

 private:
  v1::HandoverFacts facts_;
  std::vector<keys::Digest> digests_;
  PackageInMemory delivered_;
  PackageInMemory supplements_;
};

v1::Code FuzeNamed(absl::string_view code) {
  v1::Code fuze;
  SetCode(fuze, code);
  return fuze;
}
v1::Code BlankFuze() {
  v1::Code fuze;
  fuze.mutable_leaf()->set_presence(v1::PRESENCE_BLANK);
  return fuze;
}
v1::Integer CountNamed(std::int64_t count) {
  v1::Integer number;
  SetCount(number, count);
  return number;
}

TEST(Assess, GivesTheSameBytesEachTime) {
  TwoPackages packages;
  ASSERT_OK_AND_ASSIGN(const v1::Report first, packages.Run());
  ASSERT_OK_AND_ASSIGN(const v1::Report second, packages.Run());
  ASSERT_OK_AND_ASSIGN(const keys::Bytes bytes, ReportBytes(first));
  ASSERT_OK_AND_ASSIGN(const keys::Bytes again, ReportBytes(second));
  EXPECT_EQ(bytes, again);
  EXPECT_THAT(statement::CheckCanonical(*v1::Report::descriptor(), keys::AsBytes(bytes)), IsOk());
}

// A report that a later program must still compute, byte for byte. If this test fails, the meaning
// of a check, the rule set or the report has changed: raise kCheckSemantics, or the rule set's
// version, and keep the old one.
TEST(Assess, GoldenReport) {
  TwoPackages packages;
  packages.Supplement(0, "what.ordnance[0].fuze", BlankFuze(), FuzeNamed("MVCh-62"),
                      v1::SUPPLEMENT_REASON_GAP_FILLED);
  ASSERT_OK_AND_ASSIGN(v1::Report report, packages.Run());
  report.mutable_rule_set()->clear_digest();  // Comments and titles may still be bettered.
  ASSERT_OK_AND_ASSIGN(const keys::Bytes bytes, ReportBytes(report));
  EXPECT_EQ(keys::Sha256(keys::AsBytes(bytes)).Hex(),
            "6b0728face7539a0712a89b324be79836849cb5ae525f905aa27fcd54cf1e4f1");
}

TEST(Assess, ASupplementThatFillsAGapIsTakenUp) {
  TwoPackages packages;
  ASSERT_OK_AND_ASSIGN(const v1::Report before, packages.Run());
  EXPECT_EQ(before.records(0).headline(), v1::HEADLINE_CLASS_PARTIAL);
  packages.Supplement(0, "what.ordnance[0].fuze", BlankFuze(), FuzeNamed("MVCh-62"),
                      v1::SUPPLEMENT_REASON_GAP_FILLED);
  ASSERT_OK_AND_ASSIGN(const v1::Report after, packages.Run());
  ASSERT_EQ(after.supplements_size(), 1);
  EXPECT_EQ(after.supplements(0).outcome(), v1::SUPPLEMENT_OUTCOME_FILLED_GAP);
  EXPECT_EQ(after.records(0).headline(), v1::HEADLINE_CLASS_COMPLETE);
  EXPECT_EQ(after.summary().complete(), 2u);
}

TEST(Assess, AChangeWithReasonShowsBothTotals) {
  TwoPackages packages;
  packages.Supplement(1, "what.ordnance[0].count", CountNamed(120), CountNamed(100),
                      v1::SUPPLEMENT_REASON_READ_WRONG);
  ASSERT_OK_AND_ASSIGN(const v1::Report report, packages.Run());
  ASSERT_EQ(report.supplements_size(), 1);
  EXPECT_EQ(report.supplements(0).outcome(), v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE);
  EXPECT_EQ(report.supplements(0).old_count(), 120);
  EXPECT_EQ(report.supplements(0).new_count(), 100);
  EXPECT_EQ(report.handover_level().mines().all_forms(), 220u);
}

TEST(Assess, AChangeWithoutReasonIsNotTakenUp) {
  TwoPackages packages;
  packages.Supplement(1, "what.ordnance[0].count", CountNamed(120), CountNamed(100),
                      v1::SUPPLEMENT_REASON_UNSPECIFIED);
  ASSERT_OK_AND_ASSIGN(const v1::Report report, packages.Run());
  EXPECT_EQ(report.supplements(0).outcome(), v1::SUPPLEMENT_OUTCOME_NO_REASON);
  EXPECT_EQ(report.handover_level().mines().all_forms(), 240u);
  bool named = false;
  for (const v1::CheckResult& one : report.handover_level().results()) {
    named = named || (one.check() == "H-09" && one.place() == "supplement/1/0");
  }
  EXPECT_TRUE(named);
}

TEST(Assess, WhatFitsNoRecordOrFieldIsListed) {
  TwoPackages packages;
  packages.Supplement(7, "what.ordnance[0].fuze", BlankFuze(), FuzeNamed("MUV"),
                      v1::SUPPLEMENT_REASON_GAP_FILLED);
  packages.Supplement(0, "what.ordnance[5].fuze", BlankFuze(), FuzeNamed("MUV"),
                      v1::SUPPLEMENT_REASON_GAP_FILLED);
  packages.Supplement(1, "what.ordnance[0].fuze", BlankFuze(), FuzeNamed("MUV"),
                      v1::SUPPLEMENT_REASON_GAP_FILLED);
  ASSERT_OK_AND_ASSIGN(const v1::Report report, packages.Run());
  ASSERT_EQ(report.supplements_size(), 3);
  EXPECT_EQ(report.supplements(0).outcome(), v1::SUPPLEMENT_OUTCOME_NO_SUCH_RECORD);
  EXPECT_EQ(report.supplements(1).outcome(), v1::SUPPLEMENT_OUTCOME_NO_SUCH_FIELD);
  EXPECT_EQ(report.supplements(2).outcome(), v1::SUPPLEMENT_OUTCOME_OLD_VALUE_DIFFERS);
}

TEST(Assess, ComparesDeclaredAndCountedMines) {
  TwoPackages packages;
  ASSERT_OK_AND_ASSIGN(v1::Report report, packages.Run());
  EXPECT_EQ(SumOfMines(report.handover_level().areas(0).counted_mines()), 240u);
  for (const v1::CheckResult& one : report.handover_level().results()) {
    EXPECT_NE(one.check(), "H-03");
  }
  packages.facts().mutable_submissions(0)->mutable_rows(0)->mutable_mines(0)->set_mines(241);
  ASSERT_OK_AND_ASSIGN(report, packages.Run());
  bool differs = false;
  for (const v1::CheckResult& one : report.handover_level().results()) {
    if (one.check() != "H-03") continue;
    differs = one.outcome() == v1::OUTCOME_FAIL && one.expected() == 241 && one.found() == 240;
  }
  EXPECT_TRUE(differs);
}

TEST(Assess, RefusesWhatDoesNotBelongTogether) {
  {
    TwoPackages packages;
    packages.facts().set_exercise(false);
    EXPECT_THAT(packages.Run(),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("exercise")));
  }
  {
    TwoPackages packages;
    packages.facts().mutable_submissions(0)->set_record_count(3);
    EXPECT_THAT(packages.Run(), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("has 2 records; its submission says 3")));
  }
  {
    TwoPackages packages;
    packages.facts().mutable_submissions(1)->set_leaf(1);
    EXPECT_THAT(packages.Run(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("order")));
  }
  {
    TwoPackages packages;
    packages.facts().mutable_rule_set()->set_digest(std::string(32, 'x'));
    EXPECT_THAT(packages.Run(),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another digest")));
  }
  {
    TwoPackages packages;
    packages.facts().mutable_submissions(0)->set_digest(std::string(32, 'x'));
    EXPECT_THAT(packages.Run(), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(FactsForOnePackage, LetsAHolderCheckBeforeSigning) {
  v1::PackageHeader header;
  header.set_exercise(true);
  header.set_record_count(1);
  v1::SubmissionTotals& total = *header.add_totals();
  total.set_area("aghdam");
  total.set_documents(1);
  const keys::Digest digest = DigestNamed("package");
  const v1::HandoverFacts facts = FactsForOnePackage(ApiiRules(), digest, header, 0);
  PackageInMemory package;
  package.Add(CompleteRecord(), DigestNamed("record"));
  const AssessedInput input{digest, &package};
  AssessInputs inputs;
  inputs.rules = &ApiiRules();
  inputs.facts = &facts;
  inputs.packages = std::span(&input, std::size_t{1});
  ASSERT_OK_AND_ASSIGN(const v1::Report report, Assess(inputs));
  EXPECT_EQ(report.summary().complete(), 1u);
}

TEST(ReportRef, DependsOnEverySaltAndTheirOrder) {
  const keys::Bytes a(32, 'a');
  const keys::Bytes b(32, 'b');
  ASSERT_OK_AND_ASSIGN(const keys::Digest ab, ReportSalt(std::vector{a, b}));
  ASSERT_OK_AND_ASSIGN(const keys::Digest ba, ReportSalt(std::vector{b, a}));
  EXPECT_NE(ab, ba);
  const keys::Digest joined = keys::Sha256(keys::AsBytes(a + b));
  EXPECT_EQ(ab, keys::HkdfSha256(joined.View(), {}, keys::AsBytes("cairn/report/v1")));
  ASSERT_OK_AND_ASSIGN(const v1::AnnexRef ref, ReportRef(keys::AsBytes("report"), ab));
  EXPECT_EQ(ref.size(), 6u);
  EXPECT_EQ(ref.digest(),
            keys::Sha256({keys::AsBytes("cairn/annex/v1"), ab.View(), keys::AsBytes("report")})
                .ToBytes());
  EXPECT_THAT(ReportSalt({}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReportSalt(std::vector{keys::Bytes("short")}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace cairn::completeness::testing
