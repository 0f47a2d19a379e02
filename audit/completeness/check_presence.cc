// I-22, I-23, P-09: every blank is typed, every mandatory field filled, nothing is a placeholder.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/checks.h"
#include "audit/completeness/mandatory.h"
#include "audit/completeness/placeholders.h"
#include "audit/record/path.h"

namespace cairn::completeness {

void CheckI22(const RecordView& view, Verdicts& out) {
  record::ForEachLeaf(view.record(), false, [&](const record::LeafVisit& visit) {
    if (record::LeafOf(visit.message).presence() != v1::PRESENCE_UNSPECIFIED) return out.Pass();
    out.Fail(PlaceOfLeaf(visit.path));
  });
}

void CheckI23(const RecordView& view, Verdicts& out) {
  ForEachMandatoryLeaf(view, [&](const MandatoryLeaf& leaf) {
    if (IsFilled(leaf.standing)) return out.Pass();
    v1::CheckResult& result = leaf.standing == Standing::kUnread
                                  ? out.NotEvaluable(leaf.place, {leaf.rule->field()})
                                  : out.Fail(leaf.place);
    result.set_field(leaf.rule->field());
    result.set_presence(leaf.presence);
  });
}

// Placeholders were marked when the record was taken up (MarkPlaceholders); those that a
// transcriber marked are the same from here on.
void CheckP09(const RecordView& view, Verdicts& out) {
  record::ForEachLeaf(view.record(), false, [&](const record::LeafVisit& visit) {
    if (record::LeafOf(visit.message).presence() != v1::PRESENCE_DEFAULTED) return;
    out.Fail(PlaceOfLeaf(visit.path));
  });
  if (out.results().empty()) out.Pass();
}

}  // namespace cairn::completeness
