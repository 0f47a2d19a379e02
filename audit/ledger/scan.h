// Listing objects of one type. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_SCAN_H_
#define CAIRN_AUDIT_LEDGER_SCAN_H_

#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/objects.h"
#include "audit/ledger/view.h"

namespace cairn::ledger {

// Calls `visit` with what stands in the key behind `prefix`, and the object, for all of them.
// kDataLoss: one of them cannot be read.
template <typename T>
absl::Status ScanObjects(const ScanView& view, absl::string_view prefix,
                         absl::FunctionRef<void(absl::string_view rest, const T& object)> visit) {
  absl::Status unreadable;
  absl::Status status = view.Scan(prefix, [&](absl::string_view key, keys::ByteView value) {
    absl::StatusOr<T> object = ReadObject<T>(key, value);
    unreadable = object.status();
    if (object.ok()) visit(key.substr(prefix.size()), *object);
    return object.ok();
  });
  return status.ok() ? unreadable : status;
}

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_SCAN_H_
