#include "audit/ledger/read.h"

#include <algorithm>

#include "audit/ledger/keys.h"
#include "audit/ledger/objects.h"

namespace cairn::ledger {
namespace {

// An object that stands for all zero when it is not there.
template <typename T>
absl::StatusOr<T> GetOrEmpty(const View& view, absl::string_view key) {
  absl::StatusOr<std::optional<T>> object = GetObject<T>(view, key);
  if (!object.ok()) return object.status();
  return object->value_or(T());
}

}  // namespace

absl::StatusOr<std::optional<v1::LogObject>> ReadLog(const View& view) {
  return GetObject<v1::LogObject>(view, kLogKey);
}

absl::StatusOr<std::optional<v1::PolicyObject>> ReadPolicy(const View& view) {
  return GetObject<v1::PolicyObject>(view, kPolicyKey);
}

absl::StatusOr<std::uint64_t> ReadBase(const View& view) {
  absl::StatusOr<std::optional<v1::LogObject>> log = ReadLog(view);
  if (!log.ok()) return log.status();
  return log->has_value() ? (*log)->base() : 0;
}

absl::StatusOr<v1::ClockObject> ReadClock(const View& view) {
  return GetOrEmpty<v1::ClockObject>(view, kClockKey);
}

absl::StatusOr<std::optional<v1::PartyObject>> ReadPartyObject(const View& view,
                                                               absl::string_view party) {
  return GetObject<v1::PartyObject>(view, PartyKey(party));
}

absl::StatusOr<std::optional<v1::KeyObject>> ReadKey(const View& view, keys::ByteView fingerprint) {
  return GetObject<v1::KeyObject>(view, KeyKey(fingerprint));
}

absl::StatusOr<v1::ChainObject> ReadChain(const View& view, keys::ByteView fingerprint) {
  return GetOrEmpty<v1::ChainObject>(view, ChainKey(fingerprint));
}

absl::StatusOr<std::optional<v1::CharterObject>> ReadCharter(const View& view,
                                                             keys::ByteView handover) {
  return GetObject<v1::CharterObject>(view, CharterKey(handover));
}

absl::StatusOr<std::optional<v1::HandoverObject>> ReadHandoverObject(const View& view,
                                                                     keys::ByteView handover) {
  return GetObject<v1::HandoverObject>(view, HandoverKey(handover));
}

absl::StatusOr<std::optional<v1::PackageObject>> ReadPackage(const View& view,
                                                             keys::ByteView handover,
                                                             keys::ByteView digest) {
  return GetObject<v1::PackageObject>(view, PackageKey(handover, digest));
}

bool KeyServes(const v1::KeyObject& key, v1::KeyRole role, std::uint64_t time_ms) {
  if (key.has_revoked_at()) return false;
  if (key.has_end_ms() && time_ms >= key.end_ms()) return false;
  const bool is_act = role != v1::KEY_ROLE_SEALING && role != v1::KEY_ROLE_SEALING_PERSONS &&
                      role != v1::KEY_ROLE_RECOVERY;
  return std::any_of(key.roles().begin(), key.roles().end(), [&](int has) {
    return has == role || (is_act && has == v1::KEY_ROLE_ALL_ACTS);
  });
}

bool HasRole(const v1::Charter& charter, absl::string_view party, v1::CharterRole role) {
  for (const v1::CharterParty& named : charter.parties()) {
    if (named.party() != party) continue;
    return std::find(named.roles().begin(), named.roles().end(), role) != named.roles().end();
  }
  return false;
}

bool IsNamed(const v1::Charter& charter, absl::string_view party) {
  return std::any_of(charter.parties().begin(), charter.parties().end(),
                     [&](const v1::CharterParty& named) { return named.party() == party; });
}

}  // namespace cairn::ledger
