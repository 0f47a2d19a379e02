#include "client/commands/roles.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/console.h"

namespace cairn::client {
namespace {

std::string ShortName(absl::string_view name, absl::string_view prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(absl::StripPrefix(name, prefix)), {{"_", "-"}});
}

std::vector<std::string> AllNames(const google::protobuf::EnumDescriptor& type,
                                  absl::string_view prefix) {
  std::vector<std::string> names;
  for (int i = 1; i < type.value_count(); ++i) {  // Without the unspecified one.
    names.push_back(ShortName(type.value(i)->name(), prefix));
  }
  return names;
}

template <typename Role>
absl::StatusOr<std::vector<Role>> ParseRoles(const std::vector<std::string>& names,
                                             const google::protobuf::EnumDescriptor& type,
                                             absl::string_view prefix) {
  std::vector<Role> roles;
  const std::vector<std::string> known = AllNames(type, prefix);
  for (const std::string& name : names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      return UsageError(absl::StrCat("there is no role '", name, "'; the roles are ",
                                     absl::StrJoin(known, ", ")));
    }
    roles.push_back(
        static_cast<Role>(type.value(static_cast<int>(found - known.begin()) + 1)->number()));
  }
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  return roles;
}

constexpr char kKeyPrefix[] = "KEY_ROLE_";
constexpr char kCharterPrefix[] = "CHARTER_ROLE_";

}  // namespace

absl::StatusOr<std::vector<v1::KeyRole>> ParseKeyRoles(const std::vector<std::string>& names) {
  return ParseRoles<v1::KeyRole>(names, *v1::KeyRole_descriptor(), kKeyPrefix);
}
absl::StatusOr<std::vector<v1::CharterRole>> ParseCharterRoles(
    const std::vector<std::string>& names) {
  return ParseRoles<v1::CharterRole>(names, *v1::CharterRole_descriptor(), kCharterPrefix);
}
std::string KeyRoleName(v1::KeyRole role) { return ShortName(v1::KeyRole_Name(role), kKeyPrefix); }
std::string CharterRoleName(v1::CharterRole role) {
  return ShortName(v1::CharterRole_Name(role), kCharterPrefix);
}
std::string KeyRoleHelp() {
  return absl::StrCat("one or more of: ",
                      absl::StrJoin(AllNames(*v1::KeyRole_descriptor(), kKeyPrefix), ", "));
}

}  // namespace cairn::client
