#include "broker/agreed_files.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/completeness/shipped.h"
#include "keys/encoding.h"
#include "keys/regular_file.h"

namespace cairn::broker {
namespace {

constexpr std::size_t kMaxAgreedFile = completeness::kMaxRuleSetBytes;

absl::StatusOr<std::string> ReadAgreedFile(const std::filesystem::path& path) {
  absl::StatusOr<keys::Bytes> bytes = keys::ReadRegularFile(path.string(), kMaxAgreedFile);
  if (absl::IsResourceExhausted(bytes.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat(path.string(), ": larger than ", kMaxAgreedFile, " bytes"));
  }
  return bytes;
}

// In the order of their names, so that the same folder gives the same choice.
std::vector<std::filesystem::path> FilesWithEnding(const std::string& folder,
                                                   const std::string& ending) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ending && it->is_regular_file(error)) {
      files.push_back(it->path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::shared_ptr<const completeness::Rules> AgreedFiles::Keep(completeness::Rules rules) {
  const keys::Bytes digest = rules.ref().digest();
  return rules_.emplace(digest, std::make_shared<const completeness::Rules>(std::move(rules)))
      .first->second;
}

absl::StatusOr<std::shared_ptr<const completeness::Rules>> AgreedFiles::FindRules(
    const v1::RuleSetRef& ref) {
  log::MutexLock lock(mutex_);
  const auto known = rules_.find(ref.digest());
  if (known != rules_.end()) return known->second;
  for (const std::filesystem::path& path : FilesWithEnding(folder_, ".textproto")) {
    absl::StatusOr<completeness::Rules> rules =
        completeness::Rules::FromFile(path.filename().string(), [this](absl::string_view name) {
          return ReadAgreedFile(std::filesystem::path(folder_) / std::string(name));
        });
    if (rules.ok() && rules->ref().digest() == ref.digest()) return Keep(*std::move(rules));
  }
  for (const std::string& name : completeness::ShippedFiles()) {
    if (!absl::EndsWith(name, ".textproto")) continue;
    absl::StatusOr<completeness::Rules> rules =
        completeness::Rules::FromFile(name, completeness::ReadShippedFile);
    if (rules.ok() && rules->ref().digest() == ref.digest()) return Keep(*std::move(rules));
  }
  return absl::NotFoundError(absl::StrCat("no rule set ", ref.id(), " version ", ref.version(),
                                          " with SHA-256 ", keys::Hex(keys::AsBytes(ref.digest())),
                                          " in ", folder_, "; put the agreed file there"));
}

}  // namespace cairn::broker
