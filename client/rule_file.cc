#include "client/rule_file.h"

#include "absl/strings/str_cat.h"
#include "audit/completeness/shipped.h"
#include "client/home.h"

namespace cairn::client {

RuleFiles FindRuleFiles(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  RuleFiles files;
  files.name = slash == std::string::npos ? path : path.substr(slash + 1);
  files.read = [folder](absl::string_view file) {
    return ReadFile(absl::StrCat(folder, "/", file), completeness::kMaxRuleSetBytes);
  };
  if (slash != std::string::npos || !absl::IsNotFound(files.read(files.name).status()))
    return files;
  for (const std::string& name : {files.name, files.name + ".textproto"}) {
    if (!completeness::ReadShippedFile(name).ok()) continue;
    files.name = name;
    files.read = completeness::ReadShippedFile;
    break;
  }
  return files;
}

absl::StatusOr<completeness::Rules> LoadRules(const std::string& path) {
  const RuleFiles files = FindRuleFiles(path);
  if (const auto main = files.read(files.name); absl::IsNotFound(main.status())) {
    return absl::NotFoundError(absl::StrCat(
        main.status().message(), "; name a rule set file, or one of this program: cairn assess ",
        "rules list"));
  }
  return completeness::Rules::FromFile(files.name, files.read);
}

}  // namespace cairn::client
