#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/assessed.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/said.h"
#include "keys/digest.h"

namespace cairn::ledger {
namespace {

bool SameRuleSet(const v1::RuleSetRef& a, const v1::RuleSetRef& b) {
  return a.id() == b.id() && a.version() == b.version() && a.digest() == b.digest();
}

Verdict CheckInputs(Step& step, const v1::Assess& body) {
  if (!SameRuleSet(body.rule_set(), step.charter().rule_set())) {
    return FieldObjection("assess.rule_set",
                          {"it is not the rule set of the charter",
                           "Assess with the rule set that all parties have accepted."});
  }
  if (body.check_semantics() == 0) {
    return FieldObjection("assess.check_semantics",
                          {"it is not given", "Give the version, from 1."});
  }
  if (MaybeComplaint complaint =
          CheckCount(static_cast<std::uint64_t>(body.packages_size()), 1, kMaxPackagesNamed)) {
    return FieldObjection("assess.packages", *complaint);
  }
  // Leaf order makes the inputs of two assessors the same bytes; a leaf has one package.
  std::uint64_t after = 0;
  for (int i = 0; i < body.packages_size(); ++i) {
    const std::string path = absl::StrCat("assess.packages[", i, "]");
    v1::PackageObject package;
    if (Verdict no = FindPackage(step, body.packages(i), path, package)) return no;
    if (package.leaf() < after) {
      return FieldObjection(path, {"it is out of order, or there twice",
                                   "List each package once, in the order of submission."});
    }
    after = package.leaf() + 1;
  }
  if (body.at_size() >= after && body.at_size() <= step.leaf()) return std::nullopt;
  return FieldObjection("assess.at_size",
                        {absl::StrCat("it is ", body.at_size(), "; the last package is at leaf ",
                                      after - 1, ", and the log has ", step.leaf(), " leaves"),
                         "Give the number of leaves that were taken into account."});
}

Verdict CheckSummary(const v1::Assess& body) {
  if (MaybeComplaint complaint = CheckAnnex(body.report())) {
    return FieldObjection("assess.report", *complaint);
  }
  const v1::AssessmentSummary& sum = body.summary();
  const std::pair<const char*, std::uint64_t> counts[] = {{"records", sum.records()},
                                                          {"not_read", sum.not_read()},
                                                          {"complete", sum.complete()},
                                                          {"partial", sum.partial()},
                                                          {"no_information", sum.no_information()},
                                                          {"contradicting", sum.contradicting()},
                                                          {"declared_mines", sum.declared_mines()},
                                                          {"counted_mines", sum.counted_mines()},
                                                          {"faults", sum.faults()}};
  for (const auto& [name, count] : counts) {
    if (MaybeComplaint complaint = CheckCount(count, 0, kMaxCount)) {
      return FieldObjection(absl::StrCat("assess.summary.", name), *complaint);
    }
  }
  const std::uint64_t classes =
      sum.not_read() + sum.complete() + sum.partial() + sum.no_information() + sum.contradicting();
  if (classes == sum.records()) return std::nullopt;
  return FieldObjection(
      "assess.summary.records",
      {absl::StrCat("it is ", sum.records(), ", and the classes sum to ", classes),
       "Every record counts in exactly one class."});
}

}  // namespace

Verdict FoldAssess(Step& step) {
  const v1::Assess& body = step.statement().assess();
  if (Verdict no = CheckInputs(step, body)) return no;
  if (Verdict no = CheckSummary(body)) return no;

  v1::AssessmentObject assessment;
  assessment.set_party(step.actor());
  assessment.set_leaf(step.leaf());
  *assessment.mutable_assess() = body;
  step.Put(AssessmentKey(step.handover(), keys::AsBytes(step.id())), assessment);

  const std::string key = ComparisonKey(step.handover(), InputsOf(body).View());
  const auto before = step.Get<v1::ComparisonObject>(key).value_or(v1::ComparisonObject());
  v1::ComparisonObject comparison;
  for (const v1::ComparedReport& report : before.reports()) {
    if (report.party() != step.actor()) *comparison.add_reports() = report;
  }
  v1::ComparedReport& report = *comparison.add_reports();
  report.set_party(step.actor());
  report.set_assessment(step.id());
  report.set_leaf(step.leaf());
  *report.mutable_report() = body.report();
  step.Put(key, comparison);
  PutSaid(step);
  return std::nullopt;
}

}  // namespace cairn::ledger
