// Rule sets from files: the main textproto, and what it names, from the folder beside it.
#ifndef CAIRN_CLIENT_RULE_FILE_H_
#define CAIRN_CLIENT_RULE_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "audit/completeness/rule_set.h"

namespace cairn::client {

// Errors as for completeness::Rules::FromFile, and of the disk.
absl::StatusOr<completeness::Rules> LoadRules(const std::string& path);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_RULE_FILE_H_
