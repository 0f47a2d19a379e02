// Rule sets from files: the main textproto, and what it names, from the folder beside it. A plain
// name that is no file here is looked for among the rule sets that come with the program.
#ifndef CAIRN_CLIENT_RULE_FILE_H_
#define CAIRN_CLIENT_RULE_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "audit/completeness/rule_set.h"

namespace cairn::client {

// The plain name of a rule set's main file, and how to read it and what it includes.
struct RuleFiles {
  std::string name;
  completeness::ReadRuleFile read;
};
RuleFiles FindRuleFiles(const std::string& path);

// Errors as for completeness::Rules::FromFile, and of the disk.
absl::StatusOr<completeness::Rules> LoadRules(const std::string& path);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_RULE_FILE_H_
