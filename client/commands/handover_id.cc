#include "client/commands/handover_id.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/connection.h"
#include "client/console.h"
#include "client/context.h"
#include "client/submissions.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

constexpr std::size_t kShortestPrefix = 8;
constexpr std::size_t kMostListed = 20;

bool Fits(const v1::HandoverSummary& handover, const std::string& text) {
  if (text.empty() || handover.name() == text) return true;
  return text.size() >= kShortestPrefix &&
         absl::StartsWith(keys::Hex(keys::AsBytes(handover.handover())), text);
}

// When its opener says that it was opened; empty if that cannot be had.
std::string DayOpened(Context& context, const keys::Bytes& handover) {
  v1::GetReceiptRequest which;
  which.set_statement(handover);
  const absl::StatusOr<FetchedReceipt> fetched = FetchReceipt(context, which);
  if (!fetched.ok()) return "";
  const auto ms = static_cast<std::int64_t>(fetched->statement.statement().issued_at_ms());
  return absl::FormatTime("  opened %Y-%m-%d %H:%M UTC", absl::FromUnixMillis(ms),
                          absl::UTCTimeZone());
}

absl::Status SeveralFit(Context& context, const std::string& named,
                        const std::vector<v1::HandoverSummary>& fitting) {
  std::string message = absl::StrCat(fitting.size(), " handovers", named, ":\n");
  for (std::size_t i = 0; i < fitting.size() && i < kMostListed; ++i) {
    const v1::HandoverSummary& one = fitting[i];
    absl::StrAppend(&message, "  ", keys::Hex(keys::AsBytes(one.handover())), "  ",
                    Printable(one.name()), one.exercise() ? "  (exercise)" : "",
                    DayOpened(context, one.handover()), one.closed() ? "  closed" : "", "\n");
  }
  if (fitting.size() > kMostListed) message += "  ...; all: cairn handover list\n";
  return UsageError(absl::StrCat(message, "Name one by its id, with --handover ID, or for all ",
                                 "commands of this shell: export CAIRN_HANDOVER=ID"));
}

}  // namespace

absl::StatusOr<std::vector<v1::HandoverSummary>> ListHandovers(Context& context) {
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  std::vector<v1::HandoverSummary> list;
  v1::ListHandoversRequest request;
  do {
    absl::StatusOr<v1::ListHandoversResponse> page =
        (*connection)
            ->Call(&v1::HandoverService::Stub::ListHandovers, (*connection)->handovers(), request);
    if (!page.ok()) return page.status();
    list.insert(list.end(), page->handovers().begin(), page->handovers().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return list;
}

absl::StatusOr<keys::Bytes> ResolveHandover(Context& context, const std::string& given) {
  std::string text = given;
  const char* from_environment = std::getenv("CAIRN_HANDOVER");
  if (text.empty() && from_environment != nullptr) text = from_environment;
  absl::StatusOr<keys::Bytes> whole = keys::ParseHex(text);
  if (whole.ok() && whole->size() == keys::kDigestSize) return whole;
  const absl::StatusOr<std::vector<v1::HandoverSummary>> all = ListHandovers(context);
  if (!all.ok()) return all.status();
  std::vector<v1::HandoverSummary> fitting;
  for (const v1::HandoverSummary& one : *all) {
    if (Fits(one, text)) fitting.push_back(one);
  }
  if (fitting.size() == 1) return fitting.front().handover();
  const std::string named = text.empty() ? " in this log" : absl::StrCat(" named '", text, "'");
  if (!fitting.empty()) return SeveralFit(context, named, fitting);
  return UsageError(
      absl::StrCat("no handover", named, "; see `cairn handover list` and give an id"));
}

absl::StatusOr<v1::GetHandoverResponse> FetchHandover(Context& context, const keys::Bytes& id) {
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  v1::GetHandoverRequest request;
  request.set_handover(id);
  return (*connection)
      ->Call(&v1::HandoverService::Stub::GetHandover, (*connection)->handovers(), request);
}

absl::StatusOr<v1::GetHandoverResponse> FetchNamedHandover(Context& context,
                                                           const std::string& text) {
  const absl::StatusOr<keys::Bytes> id = ResolveHandover(context, text);
  if (!id.ok()) return id.status();
  return FetchHandover(context, *id);
}

absl::StatusOr<std::vector<std::string>> InCharterOrder(const v1::Charter& charter,
                                                        const std::vector<std::string>& given) {
  std::vector<std::string> ordered, known;
  for (const v1::CharterArea& area : charter.areas()) {
    known.push_back(area.area());
    if (std::find(given.begin(), given.end(), area.area()) != given.end()) {
      ordered.push_back(area.area());
    }
  }
  for (const std::string& area : given) {
    if (std::find(known.begin(), known.end(), area) == known.end()) {
      return UsageError(absl::StrCat("the charter has no area '", area, "'; it has ",
                                     absl::StrJoin(known, ", ")));
    }
  }
  return ordered;
}

}  // namespace cairn::client
