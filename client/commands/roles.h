// Names of key roles and charter roles on the command line and in charter files: the enumerations'
// own names in lower case ("all-acts", "sealing-persons"; "holding", "mediator").
#ifndef CAIRN_CLIENT_COMMANDS_ROLES_H_
#define CAIRN_CLIENT_COMMANDS_ROLES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::client {

// Ascending and without repeats, as statements want them. UsageError names an unknown one and lists
// those that there are.
absl::StatusOr<std::vector<v1::KeyRole>> ParseKeyRoles(const std::vector<std::string>& names);
absl::StatusOr<std::vector<v1::CharterRole>> ParseCharterRoles(
    const std::vector<std::string>& names);

std::string KeyRoleName(v1::KeyRole role);
std::string CharterRoleName(v1::CharterRole role);
// "one or more of: all-acts, identity, ..."
std::string KeyRoleHelp();

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_ROLES_H_
