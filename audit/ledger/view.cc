#include "audit/ledger/view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

namespace cairn::ledger {

absl::StatusOr<std::optional<keys::Bytes>> OverlayView::Get(absl::string_view key) const {
  const auto found = changed_.find(key);
  if (found != changed_.end()) return found->second;
  return base_.Get(key);
}

void OverlayView::Apply(std::vector<Change> changes) {
  for (Change& change : changes) {
    changed_.insert_or_assign(std::move(change.key), std::move(change.value));
  }
}

std::vector<Change> OverlayView::TakeChanges() {
  std::vector<Change> changes;
  changes.reserve(changed_.size());
  for (auto& [key, value] : changed_) changes.push_back({key, std::move(value)});
  changed_.clear();
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.key < b.key; });
  return changes;
}

absl::StatusOr<std::optional<keys::Bytes>> MemoryState::Get(absl::string_view key) const {
  const auto found = objects_.find(key);
  if (found == objects_.end()) return std::nullopt;
  return found->second;
}

absl::Status MemoryState::Scan(
    absl::string_view prefix,
    absl::FunctionRef<bool(absl::string_view key, keys::ByteView value)> visit) const {
  for (auto at = objects_.lower_bound(prefix); at != objects_.end(); ++at) {
    if (!absl::StartsWith(at->first, prefix)) break;
    if (!visit(at->first, keys::AsBytes(at->second))) break;
  }
  return absl::OkStatus();
}

void MemoryState::Apply(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (change.value.has_value()) {
      objects_.insert_or_assign(change.key, *change.value);
    } else {
      objects_.erase(change.key);
    }
  }
}

absl::StatusOr<keys::Digest> StateDigest(const ScanView& view) {
  keys::Sha256Stream stream;
  stream.Update(keys::AsBytes("cairn/state/v1"));
  const auto add = [&stream](keys::ByteView part) {
    keys::Bytes length;
    keys::AppendU32(length, static_cast<std::uint32_t>(part.size()));
    stream.Update(keys::AsBytes(length));
    stream.Update(part);
  };
  absl::Status status = view.Scan("", [&add](absl::string_view key, keys::ByteView value) {
    add(keys::AsBytes(key));
    add(value);
    return true;
  });
  if (!status.ok()) return status;
  return stream.Finish();
}

}  // namespace cairn::ledger
