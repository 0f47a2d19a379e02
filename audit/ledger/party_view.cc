#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/matter.h"
#include "audit/ledger/read.h"
#include "keys/encoding.h"

namespace cairn::ledger {
namespace {

absl::Status AddKeyState(const ScanView& view, const keys::Bytes& fingerprint,
                         v1::PartyState& state) {
  absl::StatusOr<std::optional<v1::KeyObject>> key = ReadKey(view, keys::AsBytes(fingerprint));
  if (!key.ok()) return key.status();
  absl::StatusOr<v1::ChainObject> chain = ReadChain(view, keys::AsBytes(fingerprint));
  if (!chain.ok()) return chain.status();
  if (!key->has_value()) {
    return absl::DataLossError(
        absl::StrCat("party ", state.party(), " lists a key that is not there"));
  }
  const v1::KeyObject& object = **key;
  v1::KeyState& shown = *state.add_keys();
  shown.set_key(object.key());
  shown.set_fingerprint(fingerprint);
  shown.set_name(object.name());
  *shown.mutable_roles() = object.roles();
  if (object.has_end_ms()) shown.set_end_ms(object.end_ms());
  shown.set_leaf(object.leaf());
  if (object.has_revoked_at()) shown.set_revoked_at(object.revoked_at());
  shown.set_reason(object.reason());
  shown.set_sequence(chain->sequence());
  shown.set_added_by(object.added_by());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::PartyState> ReadParty(const ScanView& view, absl::string_view party) {
  absl::StatusOr<std::optional<v1::PartyObject>> object = ReadPartyObject(view, party);
  if (!object.ok()) return object.status();
  if (!object->has_value()) return absl::NotFoundError("the log has no such party");
  absl::StatusOr<std::optional<v1::LogObject>> log = ReadLog(view);
  if (!log.ok()) return log.status();
  v1::PartyState state;
  state.set_party((*object)->party());
  state.set_name((*object)->name());
  state.set_leaf((*object)->leaf());
  if (log->has_value()) {
    const auto& registrars = (*log)->registrars();
    state.set_is_operator((*log)->operator_party() == state.party());
    state.set_is_registrar(std::find(registrars.begin(), registrars.end(), state.party()) !=
                           registrars.end());
  }
  for (const keys::Bytes& fingerprint : (*object)->keys()) {
    absl::Status status = AddKeyState(view, fingerprint, state);
    if (!status.ok()) return status;
  }
  return state;
}

absl::StatusOr<std::vector<statement::StatementId>> ListHandovers(const ScanView& view) {
  std::vector<statement::StatementId> ids;
  absl::Status unreadable;
  constexpr absl::string_view kPrefix = "handover/";
  absl::Status status = view.Scan(kPrefix, [&](absl::string_view key, keys::ByteView) {
    absl::StatusOr<keys::Digest> id = keys::Digest::FromHex(key.substr(kPrefix.size()));
    if (id.ok()) {
      ids.push_back({*id});
    } else {
      unreadable = absl::DataLossError(absl::StrCat("object ", key, " has no handover's name"));
    }
    return id.ok();
  });
  if (!status.ok()) return status;
  if (!unreadable.ok()) return unreadable;
  return ids;
}

absl::StatusOr<std::vector<std::string>> ListParties(const ScanView& view) {
  std::vector<std::string> parties;
  constexpr absl::string_view kPrefix = "party/";
  absl::Status status = view.Scan(kPrefix, [&](absl::string_view key, keys::ByteView) {
    parties.emplace_back(key.substr(kPrefix.size()));
    return true;
  });
  if (!status.ok()) return status;
  return parties;
}

absl::StatusOr<std::vector<v1::PendingState>> ListPending(const ScanView& view) {
  absl::StatusOr<std::vector<PendingMatter>> pending = ReadPending(view, {});
  if (!pending.ok()) return pending.status();
  absl::StatusOr<std::optional<v1::LogObject>> log = ReadLog(view);
  if (!log.ok()) return log.status();
  std::vector<v1::PendingState> shown;
  for (const PendingMatter& matter : *pending) {
    shown.push_back(ShowPending(matter, log->has_value() ? (*log)->registrar_threshold() : 0));
  }
  return shown;
}

}  // namespace cairn::ledger
