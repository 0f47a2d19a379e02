// The rule sets that come with the program, compiled in: what a mediator's laptop has without a
// folder of files. The same bytes as under rule_sets/.
#ifndef CAIRN_AUDIT_COMPLETENESS_SHIPPED_H_
#define CAIRN_AUDIT_COMPLETENESS_SHIPPED_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cairn::completeness {

// The names of the files under rule_sets/, ascending: "apii_1996.textproto", ...
std::vector<std::string> ShippedFiles();

// One of them, as Rules::FromFile wants it. kNotFound: there is none of this name.
absl::StatusOr<std::string> ReadShippedFile(absl::string_view name);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_SHIPPED_H_
