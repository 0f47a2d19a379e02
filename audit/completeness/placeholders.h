// Values that forms and programs put where nothing was known (check P-09).
#ifndef CAIRN_AUDIT_COMPLETENESS_PLACEHOLDERS_H_
#define CAIRN_AUDIT_COMPLETENESS_PLACEHOLDERS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/record.pb.h"

namespace cairn::completeness {

// Gives every given leaf that holds one of the rule set's placeholders the presence DEFAULTED, so
// that all checks see it as left blank. The values stay.
void MarkPlaceholders(const Rules& rules, v1::MinefieldRecord& record);

// The place that a verdict names for the leaf at a path: lists have their own path, without
// "_listed" behind it.
std::string PlaceOfLeaf(absl::string_view path);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_PLACEHOLDERS_H_
