#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// What X-14 says of a package of one record with one scan, submitted as having so many.
std::vector<std::string> SayX14(std::uint64_t submitted, bool logged) {
  v1::HandoverFacts facts = SmallFacts();
  v1::FactSubmission& submission = AddSubmission(facts, "aghdam", 1, 0, 1);
  submission.set_attachment_count(submitted);
  if (logged) submission.set_statement(std::string(32, 's'));
  PackageInMemory package;
  package.Add(CompleteRecord(), keys::Sha256(keys::AsBytes("record")));
  const AssessedInput input{*keys::Digest::FromBytes(keys::AsBytes(submission.digest())), &package};
  AssessInputs inputs;
  inputs.rules = &ApiiRules();
  inputs.facts = &facts;
  inputs.packages = std::span(&input, std::size_t{1});
  std::vector<std::string> out;
  const absl::StatusOr<v1::Report> report = Assess(inputs);
  for (const v1::CheckResult& one : report->handover_level().results()) {
    if (one.check() == "X-14") out.push_back(one.place() + " " + v1::Outcome_Name(one.outcome()));
  }
  return out;
}

TEST(CheckX14, PassesIfAllAreThere) { EXPECT_THAT(SayX14(1, true), ElementsAre()); }

TEST(CheckX14, FailsIfOneIsAbsentOrUnreferenced) {
  EXPECT_THAT(SayX14(0, true), ElementsAre("package/0 OUTCOME_FAIL"));
  EXPECT_THAT(SayX14(2, true), ElementsAre("package/0 OUTCOME_FAIL"));
}

TEST(CheckX14, IsNotEvaluableBeforeItIsSubmitted) {
  EXPECT_THAT(SayX14(1, false), ElementsAre("package/0 OUTCOME_NOT_EVALUABLE"));
}

}  // namespace
}  // namespace cairn::completeness::testing
