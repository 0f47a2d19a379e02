// What the fold reads from and what it writes: objects under keys (audit/ledger/keys.h). The fold
// sees a View and nothing else, so it runs over memory in an auditor and over a store in a broker,
// with the same result. Pure; nothing here is thread-safe for writing, everything is for reading.
#ifndef CAIRN_AUDIT_LEDGER_VIEW_H_
#define CAIRN_AUDIT_LEDGER_VIEW_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::ledger {

// Objects by key, as they stood before some leaf.
class View {
 public:
  virtual ~View() = default;
  // The canonical bytes of the object; nothing if there is none. An error says that the store
  // could not answer (its own codes); it never stands for "no object".
  virtual absl::StatusOr<std::optional<keys::Bytes>> Get(absl::string_view key) const = 0;
};

// A view that can also list. What only shows state (audit/ledger/handover_view.h) needs it; the
// fold itself never lists, so that its work does not grow with what is there.
class ScanView : public View {
 public:
  // Calls `visit` for every object whose key begins with `prefix`, in ascending byte order of the
  // keys, until it returns false.
  virtual absl::Status Scan(
      absl::string_view prefix,
      absl::FunctionRef<bool(absl::string_view key, keys::ByteView value)> visit) const = 0;
};

// An object that a leaf changed: its new bytes, or nothing if it is gone.
struct Change {
  std::string key;
  std::optional<keys::Bytes> value;

  friend bool operator==(const Change&, const Change&) = default;
};

// The changes of a batch of leaves over what was there before. The sequencer folds leaf by leaf
// over one of these, applies what each leaf changes, and writes them all in one batch of the store.
class OverlayView final : public View {
 public:
  // `base` must outlive this, and not change while it is used.
  explicit OverlayView(const View& base) : base_(base) {}

  absl::StatusOr<std::optional<keys::Bytes>> Get(absl::string_view key) const override;
  // The changes of one leaf, all of them.
  void Apply(std::vector<Change> changes);
  // The newest change of each key, ascending by key: what is to be written.
  std::vector<Change> TakeChanges();

 private:
  const View& base_;
  absl::flat_hash_map<std::string, std::optional<keys::Bytes>> changed_;
};

// The whole state in memory: what an auditor folds over.
class MemoryState final : public ScanView {
 public:
  absl::StatusOr<std::optional<keys::Bytes>> Get(absl::string_view key) const override;
  absl::Status Scan(
      absl::string_view prefix,
      absl::FunctionRef<bool(absl::string_view key, keys::ByteView value)> visit) const override;
  void Apply(const std::vector<Change>& changes);
  std::size_t size() const { return objects_.size(); }

 private:
  std::map<std::string, keys::Bytes, std::less<>> objects_;
};

// One value for the whole state, equal wherever the same leaves were folded:
//
//   SHA-256("cairn/state/v1" || for each object, ascending by key:
//           u32be key length || key || u32be value length || value)
//
// Errors are the view's.
absl::StatusOr<keys::Digest> StateDigest(const ScanView& view);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_VIEW_H_
