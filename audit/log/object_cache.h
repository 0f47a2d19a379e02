// Objects of the fold that were used lately, as bytes, so that the sequencer seldom reads the store
// while it folds. Knows also of objects that are not there.
#ifndef CAIRN_AUDIT_LOG_OBJECT_CACHE_H_
#define CAIRN_AUDIT_LOG_OBJECT_CACHE_H_

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/view.h"
#include "keys/bytes.h"

namespace cairn::log {

// Not thread-safe: the sequencer's thread owns it. Drops what was not used longest.
class ObjectCache final : public ledger::View {
 public:
  // `base` must outlive this; nobody else changes its objects. Holds about `capacity_bytes`.
  ObjectCache(const ledger::View& base, std::size_t capacity_bytes)
      : base_(base), capacity_bytes_(capacity_bytes) {}

  absl::StatusOr<std::optional<keys::Bytes>> Get(absl::string_view key) const override;
  // What has just been written to the base.
  void Apply(std::vector<ledger::Change> changes);

 private:
  using Item = std::pair<std::string, std::optional<keys::Bytes>>;

  void Keep(std::string key, std::optional<keys::Bytes> value) const;

  const ledger::View& base_;
  const std::size_t capacity_bytes_;
  mutable std::size_t bytes_ = 0;
  mutable std::list<Item> recent_;  // The last used first.
  // Keys are views of the items' own.
  mutable absl::flat_hash_map<absl::string_view, std::list<Item>::iterator> index_;
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_OBJECT_CACHE_H_
