#include "client/rule_file.h"

#include "absl/strings/str_cat.h"
#include "client/home.h"

namespace cairn::client {

absl::StatusOr<completeness::Rules> LoadRules(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return completeness::Rules::FromFile(name, [&folder](absl::string_view file) {
    return ReadFile(absl::StrCat(folder, "/", file), completeness::kMaxRuleSetBytes);
  });
}

}  // namespace cairn::client
