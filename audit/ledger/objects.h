// Objects to and from their stored bytes. Inside audit/ledger.
#ifndef CAIRN_AUDIT_LEDGER_OBJECTS_H_
#define CAIRN_AUDIT_LEDGER_OBJECTS_H_

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/view.h"
#include "audit/statement/canonical.h"
#include "keys/bytes.h"

namespace cairn::ledger {

// kDataLoss: the stored bytes are not the canonical form of a T.
template <typename T>
absl::StatusOr<T> ReadObject(absl::string_view key, keys::ByteView bytes) {
  T object;
  absl::Status status = statement::ParseCanonical(bytes, object);
  if (!status.ok()) {
    return absl::DataLossError(absl::StrCat("object ", key, " cannot be read: ", status.message()));
  }
  return object;
}

template <typename T>
absl::StatusOr<std::optional<T>> GetObject(const View& view, absl::string_view key) {
  absl::StatusOr<std::optional<keys::Bytes>> bytes = view.Get(key);
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::optional<T>();
  absl::StatusOr<T> object = ReadObject<T>(key, keys::AsBytes(**bytes));
  if (!object.ok()) return object.status();
  return std::optional<T>(*std::move(object));
}

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_OBJECTS_H_
