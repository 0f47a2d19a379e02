#include "audit/note/policy.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cairn::note {

std::vector<keys::VerifierKey> Policy::WitnessKeys() const {
  std::vector<keys::VerifierKey> keys;
  keys.reserve(witnesses_.size());
  for (const Witness& witness : witnesses_) keys.push_back(witness.key);
  return keys;
}

std::string Policy::WitnessName(const keys::VerifierKey& key) const {
  for (const Witness& witness : witnesses_) {
    if (witness.key == key) return witness.name;
  }
  return "";
}

bool Policy::IsSatisfiedBy(std::span<const VerifiedSignature> cosignatures) const {
  if (!WantsWitnesses()) return true;
  absl::flat_hash_map<absl::string_view, bool> satisfied;
  for (const Witness& witness : witnesses_) {
    satisfied[witness.name] =
        std::any_of(cosignatures.begin(), cosignatures.end(),
                    [&](const VerifiedSignature& s) { return s.key == witness.key; });
  }
  // Members stand above their group, so one pass is enough.
  for (const Group& group : groups_) {
    const auto count = std::count_if(group.members.begin(), group.members.end(),
                                     [&](const std::string& name) { return satisfied.at(name); });
    satisfied[group.name] = static_cast<std::size_t>(count) >= group.threshold;
  }
  return satisfied.at(quorum_);
}

std::string Policy::Format() const {
  const auto with_url = [](const std::string& url) { return url.empty() ? "" : " " + url; };
  std::string text;
  for (const Log& log : logs_) {
    absl::StrAppend(&text, "log ", log.key.ToString(), with_url(log.url), "\n");
  }
  for (const Witness& witness : witnesses_) {
    absl::StrAppend(&text, "witness ", witness.name, " ", witness.key.ToString(),
                    with_url(witness.url), "\n");
  }
  for (const Group& group : groups_) {
    absl::StrAppend(&text, "group ", group.name, " ", group.threshold);
    for (const std::string& member : group.members) absl::StrAppend(&text, " ", member);
    text.push_back('\n');
  }
  absl::StrAppend(&text, "quorum ", quorum_.empty() ? "none" : quorum_, "\n");
  return text;
}

}  // namespace cairn::note
