// Reading single objects of the state. Errors of all: the view's; kDataLoss: the stored bytes are
// not the canonical form of that object. "Not there" is no error but nothing, unless it says so.
#ifndef CAIRN_AUDIT_LEDGER_READ_H_
#define CAIRN_AUDIT_LEDGER_READ_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/ledger/view.h"
#include "cairn/v1/state.pb.h"
#include "keys/bytes.h"

namespace cairn::ledger {

// Nothing before Genesis.
absl::StatusOr<std::optional<v1::LogObject>> ReadLog(const View& view);
absl::StatusOr<std::optional<v1::PolicyObject>> ReadPolicy(const View& view);
// What stored leaf numbers and positions have before the first leaf of this log: 0, or in a
// successor the leaves that were carried over.
absl::StatusOr<std::uint64_t> ReadBase(const View& view);
// All zero before the first Witnessed leaf.
absl::StatusOr<v1::ClockObject> ReadClock(const View& view);
absl::StatusOr<std::optional<v1::PartyObject>> ReadPartyObject(const View& view,
                                                               absl::string_view party);
absl::StatusOr<std::optional<v1::KeyObject>> ReadKey(const View& view, keys::ByteView fingerprint);
// Sequence zero for a key without a logged statement, enrolled or not.
absl::StatusOr<v1::ChainObject> ReadChain(const View& view, keys::ByteView fingerprint);
absl::StatusOr<std::optional<v1::CharterObject>> ReadCharter(const View& view,
                                                             keys::ByteView handover);
absl::StatusOr<std::optional<v1::HandoverObject>> ReadHandoverObject(const View& view,
                                                                     keys::ByteView handover);
absl::StatusOr<std::optional<v1::PackageObject>> ReadPackage(const View& view,
                                                             keys::ByteView handover,
                                                             keys::ByteView digest);

// Whether `key` may sign at the state's time for acts of `role`: neither revoked nor ended.
bool KeyServes(const v1::KeyObject& key, v1::KeyRole role, std::uint64_t time_ms);
// Whether the charter gives `party` this role.
bool HasRole(const v1::Charter& charter, absl::string_view party, v1::CharterRole role);
// Whether the charter names `party` at all.
bool IsNamed(const v1::Charter& charter, absl::string_view party);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_READ_H_
