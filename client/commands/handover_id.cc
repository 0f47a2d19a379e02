#include "client/commands/handover_id.h"

#include <grpcpp/grpcpp.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cairn/v1/broker.pb.h"
#include "client/connection.h"
#include "client/console.h"
#include "client/context.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

constexpr std::size_t kShortestPrefix = 8;

bool Fits(const v1::HandoverSummary& handover, const std::string& text) {
  if (text.empty() || handover.name() == text) return true;
  return text.size() >= kShortestPrefix &&
         absl::StartsWith(keys::Hex(keys::AsBytes(handover.handover())), text);
}

}  // namespace

absl::StatusOr<keys::Bytes> ResolveHandover(Context& context, const std::string& text) {
  absl::StatusOr<keys::Bytes> whole = keys::ParseHex(text);
  if (whole.ok() && whole->size() == keys::kDigestSize) return whole;
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  std::vector<keys::Bytes> fitting;
  v1::ListHandoversRequest request;
  do {
    absl::StatusOr<v1::ListHandoversResponse> page =
        (*connection)
            ->Call(&v1::HandoverService::Stub::ListHandovers, (*connection)->handovers(), request);
    if (!page.ok()) return page.status();
    for (const v1::HandoverSummary& one : page->handovers()) {
      if (Fits(one, text)) fitting.push_back(one.handover());
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (fitting.size() == 1) return fitting.front();
  return UsageError(
      absl::StrCat(fitting.empty() ? "no handover" : absl::StrCat(fitting.size(), " handovers"),
                   text.empty() ? " in this log" : absl::StrCat(" named '", text, "'"),
                   "; see `cairn handover list` and give an id"));
}

absl::StatusOr<v1::GetHandoverResponse> FetchHandover(Context& context, const keys::Bytes& id) {
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  v1::GetHandoverRequest request;
  request.set_handover(id);
  return (*connection)
      ->Call(&v1::HandoverService::Stub::GetHandover, (*connection)->handovers(), request);
}

}  // namespace cairn::client
