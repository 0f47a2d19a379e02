#include "broker/reads.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/statement/refusal.h"
#include "broker/errors.h"
#include "broker/limits.h"
#include "keys/encoding.h"
#include "keys/secret.h"

namespace cairn::broker {
namespace {

constexpr std::size_t kMaxPageToken = 1024;

const keys::Bytes& PageTokenKey() {
  static const auto* const key = new keys::Bytes(keys::RandomBytes(32));
  return *key;
}

std::string PageTokenMac(absl::string_view body) {
  return keys::HmacSha256(keys::AsBytes(PageTokenKey()), keys::AsBytes(body)).Hex();
}

}  // namespace

std::shared_ptr<const log::SignedHead> NewestHead(const Backend& backend) {
  std::shared_ptr<const log::SignedHead> head = backend.heads->Newest();
  return head != nullptr ? head : backend.sequencer->Head();
}

Moment TakeMoment(const Backend& backend) {
  // In this order: whatever the head covers was in the store before the head was there.
  Moment moment;
  moment.head = NewestHead(backend);
  moment.reader = backend.store->TakeSnapshot();
  return moment;
}

absl::Status NoHeadStatus() {
  return WithReason(absl::UnavailableError("the log is sealed and has no note to show"),
                    reason::kLogSealed);
}

absl::Status FieldStatus(absl::string_view field, const absl::Status& why) {
  return WithField(WithReason(absl::InvalidArgumentError(absl::StrCat(field, ": ", why.message())),
                              reason::kFieldInvalid),
                   field, why.message());
}

void CountRefusal(Metrics& metrics, const v1::SignedRefusal& refusal) {
  const absl::StatusOr<v1::Refusal> told = statement::ReadRefusalUnverified(refusal);
  metrics.CountRefused(told.ok() ? told->reason() : v1::REFUSAL_REASON_UNSPECIFIED);
}

std::string FormatPageToken(const PageToken& token) {
  const std::string body =
      absl::StrCat(token.list, "|", token.tree_size, "|", keys::Hex(keys::AsBytes(token.next)));
  return absl::StrCat(body, "|", PageTokenMac(body));
}

absl::StatusOr<PageToken> ParsePageToken(absl::string_view text, absl::string_view list) {
  const absl::Status invalid =
      WithField(WithReason(absl::InvalidArgumentError(
                               "page_token: not a token of this list and this run of the broker; "
                               "begin the listing again"),
                           reason::kPageTokenInvalid),
                "page_token");
  if (text.size() > kMaxPageToken) return invalid;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '|');
  if (parts.size() != 4) return invalid;
  const absl::string_view body = text.substr(0, text.size() - parts[3].size() - 1);
  const std::string mac = PageTokenMac(body);
  if (!keys::ConstantTimeEquals(keys::AsBytes(mac), keys::AsBytes(parts[3]))) return invalid;
  PageToken token;
  token.list = std::string(parts[0]);
  if (token.list != list || !absl::SimpleAtoi(parts[1], &token.tree_size)) return invalid;
  absl::StatusOr<keys::Bytes> next = keys::ParseHex(parts[2]);
  if (!next.ok()) return invalid;
  token.next = *std::move(next);
  return token;
}

std::uint32_t PageSize(std::uint32_t asked) {
  return asked == 0 ? kDefaultPageSize : std::min(asked, kMaxPageSize);
}

}  // namespace cairn::broker
