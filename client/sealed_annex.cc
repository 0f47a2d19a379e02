#include "client/sealed_annex.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/read.h"
#include "client/annex.h"
#include "client/unsealing.h"
#include "keys/age.h"

namespace cairn::client {
namespace {

using KeysByText = std::map<std::string, keys::SealingPublicKey>;

absl::Status AddKey(const std::string& typed, KeysByText& out) {
  absl::StatusOr<keys::SealingPublicKey> key =
      keys::SealingPublicKey::FromTypedBytes(keys::AsBytes(typed));
  if (!key.ok()) return key.status();
  std::string text = key->Recipient();
  out.emplace(std::move(text), *std::move(key));
  return absl::OkStatus();
}

// The party's sealing keys that are neither revoked nor ended.
absl::Status AddKeysOf(const RefoldedLog& log, const std::string& party, KeysByText& out) {
  absl::StatusOr<v1::PartyState> state = ledger::ReadParty(log.replay.state(), party);
  if (!state.ok()) return state.status();
  absl::StatusOr<v1::ClockObject> clock = ledger::ReadClock(log.replay.state());
  if (!clock.ok()) return clock.status();
  for (const v1::KeyState& key : state->keys()) {
    const bool sealing = std::find(key.roles().begin(), key.roles().end(), v1::KEY_ROLE_SEALING) !=
                         key.roles().end();
    const bool over =
        key.has_revoked_at() || (key.has_end_ms() && clock->time_ms() >= key.end_ms());
    if (!sealing || over) continue;
    if (absl::Status added = AddKey(key.key(), out); !added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<keys::SealingPublicKey>> AnnexRecipients(
    Context& context, const RefoldedLog& log, const keys::Bytes& handover,
    const std::vector<std::string>& also) {
  absl::StatusOr<v1::HandoverState> state = StateOf(log, handover);
  if (!state.ok()) return state.status();
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  const v1::Charter& charter = state->charter().charter();
  KeysByText by_text;
  for (const v1::Recipient& recipient : charter.recipients()) {
    for (const std::string& typed : recipient.keys()) {
      if (absl::Status added = AddKey(typed, by_text); !added.ok()) return added;
    }
  }
  std::vector<std::string> parties = also;
  parties.push_back(profile->party);
  for (const v1::CharterParty& named : charter.parties()) {
    if (ledger::HasRole(charter, named.party(), v1::CHARTER_ROLE_HOLDING)) {
      parties.push_back(named.party());
    }
  }
  for (const std::string& party : parties) {
    if (absl::Status added = AddKeysOf(log, party, by_text); !added.ok()) return added;
  }
  std::vector<keys::SealingPublicKey> recipients;
  recipients.reserve(by_text.size());
  for (auto& [text, key] : by_text) recipients.push_back(key);
  return recipients;
}

absl::StatusOr<v1::AnnexRef> SealAnnex(Context& context, const keys::Bytes& handover,
                                       const std::vector<keys::SealingPublicKey>& recipients,
                                       keys::ByteView plaintext) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  keys::Bytes sealed;
  absl::StatusOr<keys::Sealer> sealer =
      keys::Sealer::Create(recipients, [&sealed](keys::ByteView bytes) {
        sealed.append(bytes.begin(), bytes.end());
        return absl::OkStatus();
      });
  if (!sealer.ok()) return sealer.status();
  absl::Status done = sealer->Write(plaintext);
  if (done.ok()) done = sealer->Finish();
  if (!done.ok()) return done;
  absl::StatusOr<v1::AnnexRef> annex = StoreAnnex(*home, keys::AsBytes(sealed));
  if (!annex.ok()) return annex;
  if (absl::Status kept = RememberContent(*home, *annex, plaintext); !kept.ok()) return kept;
  if (absl::Status shared = ShareAnnex(context, handover, *annex); !shared.ok()) return shared;
  return annex;
}

absl::StatusOr<v1::AnnexRef> SealAnnexFile(Context& context, const keys::Bytes& handover,
                                           const std::vector<keys::SealingPublicKey>& recipients,
                                           const std::string& path) {
  const absl::StatusOr<keys::Bytes> bytes = ReadFile(path, kMaxAnnexInMemory);
  if (!bytes.ok()) return bytes.status();
  if (bytes->empty()) return UsageError(absl::StrCat(path, " is empty"));
  return SealAnnex(context, handover, recipients, keys::AsBytes(*bytes));
}

absl::StatusOr<keys::Bytes> OpenSealedAnnex(Context& context, const v1::AnnexRef& annex) {
  absl::StatusOr<keys::Bytes> sealed = FetchAnnex(context, annex);
  if (!sealed.ok()) return sealed.status();
  Unsealer unsealer(context);
  return unsealer.OpenBytes(keys::AsBytes(*sealed), AnnexPath(*context.GetHome(), annex));
}

}  // namespace cairn::client
