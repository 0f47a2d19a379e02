// Records from anywhere, as canonical as they come: every check says something, every record gets
// its classes, the report has a canonical form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "audit/completeness/engine.h"
#include "audit/completeness/render.h"
#include "audit/completeness/rule_set.h"
#include "audit/completeness/shipped.h"
#include "audit/statement/canonical.h"
#include "keys/bytes.h"

namespace {

const cairn::completeness::Rules& FuzzRules() {
  static const auto* const kRules = [] {
    auto rules = cairn::completeness::Rules::FromFile("apii_1996.textproto",
                                                      cairn::completeness::ReadShippedFile);
    if (!rules.ok()) std::abort();
    return new cairn::completeness::Rules(*std::move(rules));
  }();
  return *kRules;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace completeness = cairn::completeness;
  cairn::v1::MinefieldRecord record;
  if (!cairn::statement::ParseCanonical({data, size}, record).ok()) return 0;
  record.mutable_identity()->set_exercise(true);

  // Twice, so that the checks across records have something to compare.
  cairn::v1::PackageHeader header;
  header.set_exercise(true);
  header.set_record_count(2);
  header.add_totals()->set_area("aghdam");
  const cairn::keys::Digest digest = cairn::keys::Sha256(cairn::keys::AsBytes("package"));
  const cairn::v1::HandoverFacts facts =
      completeness::FactsForOnePackage(FuzzRules(), digest, header, 1'790'000'000'000);
  completeness::PackageInMemory package;
  package.Add(record, digest);
  package.Add(record, digest);
  const completeness::AssessedInput input{digest, &package};
  completeness::AssessInputs inputs;
  inputs.rules = &FuzzRules();
  inputs.facts = &facts;
  inputs.packages = std::span(&input, std::size_t{1});
  const auto report = completeness::Assess(inputs);
  if (!report.ok() || !completeness::ReportBytes(*report).ok()) std::abort();
  for (const cairn::v1::RecordResult& one : report->records()) {
    if (one.headline() == cairn::v1::HEADLINE_CLASS_UNSPECIFIED) std::abort();
  }
  (void)completeness::PlainText(*report, FuzzRules());
  (void)completeness::GapListCsv(*report, FuzzRules());
  (void)completeness::Json(*report);
  return 0;
}
