// The checks of the handover as a whole (H), from what its leaves say.
#ifndef CAIRN_AUDIT_COMPLETENESS_HANDOVER_CHECKS_H_
#define CAIRN_AUDIT_COMPLETENESS_HANDOVER_CHECKS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// Whether records came with it: an original, scans, or what came outside Cairn.
bool DeliversDocuments(v1::PackageKind kind);

std::uint64_t SumOfMines(const google::protobuf::RepeatedPtrField<v1::CategoryCount>& counts);
// Adds `from` to `to`, category by category; `to` stays ascending.
void AddMines(const google::protobuf::RepeatedPtrField<v1::CategoryCount>& from,
              google::protobuf::RepeatedPtrField<v1::CategoryCount>& to);

// Fills the rows of areas, claims and requests from the leaves. What needs records stays empty:
// lies_in, counted_mines, classes.
void FillRows(const v1::HandoverFacts& facts, v1::HandoverResult& out);

// The checks that read only those rows: H-01, H-02, H-04, H-06, H-07, H-13. Appends to `out`.
void CheckLeaves(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out);

// The checks that need what records say: H-03, H-08, H-09, H-12. REQUIRES: counted mines of the
// areas and the supplements of the report are filled in.
void CheckWithRecords(const Rules& rules, const v1::Report& report, v1::HandoverResult& out);

// In byte order of check and place.
void SortResults(v1::HandoverResult& result);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_HANDOVER_CHECKS_H_
