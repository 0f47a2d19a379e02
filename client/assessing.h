// An assessment by this party: its own copy of the log, the packages that it can open, the rule set
// of the charter; one report out.
#ifndef CAIRN_CLIENT_ASSESSING_H_
#define CAIRN_CLIENT_ASSESSING_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "audit/completeness/delivered_fields.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/report.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/context.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::client {

struct AssessOrder {
  keys::Bytes handover;
  std::vector<std::string> packages;  // Beginnings of digests; none: all that were delivered.
  std::optional<std::uint64_t> at_size;
  std::string rules;  // Path; empty: found by the charter's digest (FindRules).
};

struct Assessed {
  v1::Report report;
  keys::Bytes bytes;  // Canonical: what is hashed and handed on.
  keys::Digest salt;  // Of the report's digest, from the packages' salts.
  v1::Assess body;    // What the statement says.
};

// Fetches what is not here, opens, checks and assesses. kPermissionDenied: a package is sealed to
// none of this party's keys. kFailedPrecondition: a package is not what was submitted, or the rule
// set is not the charter's. kNotFound: no rule set, no package.
absl::StatusOr<Assessed> RunAssessment(Context& context, const AssessOrder& order);

// Opens the packages of the order and hands them to `use`, with the rule set of the charter; they
// are valid during the call. Errors as RunAssessment, and those of `use`.
absl::Status WithPackages(
    Context& context, const AssessOrder& order,
    absl::FunctionRef<absl::Status(const completeness::Rules&,
                                   std::span<const completeness::AssessedInput>)>
        use);

// The fields of all packages of the handover that this party can open, at the newest state.
// Errors as RunAssessment.
absl::StatusOr<completeness::DeliveredFields> ReadDeliveredFields(Context& context,
                                                                  const AssessOrder& order);

// The rule set at `path`; or, if that is empty, the one of this digest out of the *.textproto files
// in rules/ of the home and in `folders`. It need not be trusted: its digest says what it is.
// kNotFound names where was looked.
absl::StatusOr<completeness::Rules> FindRules(const Context& context, const std::string& path,
                                              const std::string& digest,
                                              const std::vector<std::string>& folders);

// Where a rule set may lie beside a report.
std::vector<std::string> RuleFoldersBeside(const std::string& report);

// A report file. kInvalidArgument: not the canonical bytes of a report.
absl::StatusOr<v1::Report> ReadReport(const std::string& path);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_ASSESSING_H_
