// A place in a record, as people find it on the form.
#ifndef CAIRN_AUDIT_PAGE_PLACE_H_
#define CAIRN_AUDIT_PAGE_PLACE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "audit/page/messages.h"
#include "cairn/v1/report.pb.h"

namespace cairn::page {

// 63 for "what.ordnance[2].fuze": the field of the catalogue that a path of a record lies in
// (README of audit/completeness, 1). 0 if it lies in none.
int FieldOfPlace(absl::string_view path);

// "F63 fuse, entry 3". Empty for the empty path and for one in no field.
std::string PlaceText(const Messages& messages, absl::string_view path);

// "district aghdam", of the places of the handover's checks. Numbers count from 0, as in the path.
std::string HandoverPlaceText(const Messages& messages, absl::string_view place);

// "F63 fuse"; the text itself for what is no field ("the time of the log").
std::string MissingText(const Messages& messages, absl::string_view missing);

// What would mend it: how the field stands for a gap (I-23), what passes for a fault, what is
// needed first for what could not be evaluated; a known single mistake as a suggestion.
std::string MendText(const Messages& messages, const v1::CheckResult& result);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_PLACE_H_
