#include "audit/completeness/outstanding.h"

#include <algorithm>
#include <map>
#include <utility>

#include "audit/completeness/handover_checks.h"

namespace cairn::completeness {
namespace {

struct SourceCount {
  std::uint64_t declared = 0;
  std::uint64_t withheld = 0;
  std::uint64_t delivered = 0;
};

}  // namespace

Outstanding CountOutstanding(const v1::HandoverFacts& facts,
                             const std::function<bool(const std::string& area)>& is_asked,
                             std::optional<std::uint64_t> until) {
  const auto counts = [&](std::uint64_t leaf) { return !until.has_value() || leaf < *until; };
  Outstanding out;
  std::map<std::pair<std::string, std::string>, SourceCount> sources;
  for (const v1::FactDeclaration& declaration : facts.declarations()) {
    const v1::HoldingRow& row = declaration.row();
    if (!is_asked(row.area())) continue;
    if (!counts(declaration.leaf())) {
      out.redeclared = true;
      continue;
    }
    SourceCount& source = sources[{row.area(), row.source()}];
    source.declared += row.documents();
    for (const v1::WithheldRow& withheld : row.withheld()) source.withheld += withheld.documents();
  }
  for (const v1::FactSubmission& submission : facts.submissions()) {
    if (!DeliversDocuments(submission.kind()) || !counts(submission.leaf())) continue;
    for (const v1::SubmissionRow& row : submission.rows()) {
      if (is_asked(row.area())) sources[{row.area(), row.source()}].delivered += row.documents();
    }
  }
  for (const auto& [where, source] : sources) {
    const std::uint64_t open =
        source.declared > source.delivered ? source.declared - source.delivered : 0;
    out.declared += source.declared;
    out.documents += open;
    out.withheld += std::min(source.withheld, open);
  }
  return out;
}

}  // namespace cairn::completeness
