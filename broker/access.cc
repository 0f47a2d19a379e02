#include "broker/access.h"

#include <grpcpp/server_context.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/ledger/read.h"
#include "audit/statement/canonical.h"
#include "broker/errors.h"
#include "broker/limits.h"
#include "cairn/v1/access.pb.h"
#include "keys/dsse.h"
#include "keys/signing.h"

namespace cairn::broker {
namespace {

constexpr std::size_t kNonceBytes = 16;

absl::Status TokenError(absl::string_view what) {
  return WithReason(absl::UnauthenticatedError(absl::StrCat("access token: ", what)),
                    reason::kTokenInvalid);
}

absl::Status CheckTimes(const v1::AccessToken& token, std::uint64_t now_ms) {
  if (token.issued_at_ms() > now_ms + static_cast<std::uint64_t>(kMaxTokenAhead.count())) {
    return TokenError("issued in the future; set the clock of the machine that made it");
  }
  if (token.expires_at_ms() <= now_ms) return TokenError("expired; make a new one");
  if (token.expires_at_ms() - token.issued_at_ms() >
          static_cast<std::uint64_t>(kMaxTokenLife.count()) ||
      token.expires_at_ms() < token.issued_at_ms()) {
    return TokenError("lives longer than 15 minutes");
  }
  return absl::OkStatus();
}

// A key that signs acts, not one for sealing or recovery.
bool SignsActs(const v1::KeyObject& key, std::uint64_t time_ms) {
  for (const int role : key.roles()) {
    if (role == v1::KEY_ROLE_RECOVERY || role == v1::KEY_ROLE_SEALING ||
        role == v1::KEY_ROLE_SEALING_PERSONS) {
      continue;
    }
    if (ledger::KeyServes(key, static_cast<v1::KeyRole>(role), time_ms)) return true;
  }
  return false;
}

absl::StatusOr<v1::AccessToken> OpenToken(keys::ByteView bytes, keys::KeyFingerprint& key) {
  v1::SignedAccessToken wrapper;
  const statement::CanonicalLimits limits{.max_bytes = kMaxTokenBytes, .max_depth = 2};
  if (const absl::Status parsed = statement::ParseCanonical(bytes, wrapper, limits); !parsed.ok()) {
    return TokenError(parsed.message());
  }
  const absl::StatusOr<keys::SigningPublicKey> signer =
      keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(wrapper.public_key()));
  if (!signer.ok()) return TokenError(signer.status().message());
  const absl::Status verified =
      keys::VerifyPayload(*signer, keys::kAccessPayloadType, keys::AsBytes(wrapper.token()),
                          keys::AsBytes(wrapper.signature()));
  if (!verified.ok()) return TokenError("its signature does not verify");
  v1::AccessToken token;
  if (const absl::Status parsed =
          statement::ParseCanonical(keys::AsBytes(wrapper.token()), token, limits);
      !parsed.ok()) {
    return TokenError(parsed.message());
  }
  key = signer->Fingerprint();
  return token;
}

}  // namespace

absl::StatusOr<Principal> JudgeToken(keys::ByteView bytes, absl::string_view log_origin,
                                     absl::string_view method, std::uint64_t now_ms,
                                     const ledger::View& view) {
  keys::KeyFingerprint key;
  const absl::StatusOr<v1::AccessToken> token = OpenToken(bytes, key);
  if (!token.ok()) return token.status();
  if (token->log_origin() != log_origin) {
    return TokenError(absl::StrCat("made for another log than ", log_origin));
  }
  if (token->method() != method)
    return TokenError(absl::StrCat("not made for ", absl::StripPrefix(method, "/")));
  if (token->key() != key.ToBytes())
    return TokenError("names another key than the one that signed");
  if (token->nonce().size() != kNonceBytes) return TokenError("its nonce is not 16 bytes");
  if (absl::Status times = CheckTimes(*token, now_ms); !times.ok()) return times;
  const auto object = ledger::ReadKey(view, key.View());
  if (!object.ok()) return object.status();
  const auto clock = ledger::ReadClock(view);
  if (!clock.ok()) return clock.status();
  if (!object->has_value() || (*object)->party() != token->party()) {
    return TokenError("its key is not one of that party in this log");
  }
  if (!SignsActs(**object, clock->time_ms())) {
    return TokenError("its key is revoked, has ended, or is not one that signs acts");
  }
  return Principal{.party = token->party(), .key = key};
}

absl::StatusOr<std::string> TokenOf(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto [first, last] = metadata.equal_range(kTokenMetadata);
  if (first == last || std::next(first) != last) {
    return WithReason(
        absl::UnauthenticatedError(absl::StrCat(
            "this call needs one access token in the metadata \"", kTokenMetadata, "\"")),
        reason::kTokenMissing);
  }
  return std::string(first->second.data(), first->second.size());
}

absl::StatusOr<bool> MayRead(const ledger::View& view, absl::string_view operator_party,
                             const Principal& principal, const keys::Bytes& handover) {
  if (handover.empty() || principal.party == operator_party) return true;
  const auto charter = ledger::ReadCharter(view, keys::AsBytes(handover));
  if (!charter.ok()) return charter.status();
  return charter->has_value() && ledger::IsNamed((*charter)->charter(), principal.party);
}

}  // namespace cairn::broker
