#include "audit/ledger/step.h"

#include "absl/strings/str_cat.h"
#include "audit/ledger/keys.h"
#include "keys/encoding.h"

namespace cairn::ledger {

bool Step::Has(const std::string& key) {
  const auto changed = changes_.find(key);
  if (changed != changes_.end()) return changed->second.has_value();
  absl::StatusOr<std::optional<keys::Bytes>> bytes = view_.Get(key);
  if (bytes.ok()) return bytes->has_value();
  if (error_.ok()) error_ = bytes.status();
  return false;
}

void Step::Put(const std::string& key, const google::protobuf::Message& object) {
  changes_[key] = statement::SerializeTrusted(object);
}

void Step::Remove(const std::string& key) { changes_[key] = std::nullopt; }

const v1::Charter& Step::charter() {
  if (!charter_.has_value()) {
    charter_ = Get<v1::CharterObject>(CharterKey(handover())).value_or(v1::CharterObject());
  }
  return charter_->charter();
}

void AdvanceChain(Step& step) {
  v1::ChainObject chain;
  chain.set_sequence(step.statement().sequence());
  chain.set_head(step.id());
  step.Put(ChainKey(step.verified().key().View()), chain);
}

std::vector<Change> Step::TakeChanges() {
  std::vector<Change> changes;
  changes.reserve(changes_.size());
  for (auto& [key, value] : changes_) changes.push_back({key, std::move(value)});
  changes_.clear();
  return changes;
}

Objection Object(v1::RefusalReason reason, std::string field, std::string message,
                 std::string remedy) {
  return {.reason = reason,
          .field = std::move(field),
          .message = std::move(message),
          .remedy = std::move(remedy)};
}

Objection FieldObjection(std::string path, Complaint complaint) {
  std::string message = absl::StrCat(path, ": ", complaint.message, ".");
  return Object(v1::REFUSAL_REASON_FIELD, std::move(path), std::move(message),
                std::move(complaint.remedy));
}

std::string Quoted(absl::string_view handle) {
  if (CheckHandle(handle).has_value()) return "(no handle)";
  return absl::StrCat("\"", handle, "\"");
}

std::string Short(absl::string_view bytes) {
  return absl::StrCat(keys::Hex(keys::AsBytes(bytes.substr(0, 6))), bytes.size() > 6 ? "..." : "");
}

}  // namespace cairn::ledger
