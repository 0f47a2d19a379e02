#include "broker/handover_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/read.h"
#include "broker/errors.h"
#include "broker/limits.h"
#include "broker/reads.h"
#include "broker/unary.h"

namespace cairn::broker {
namespace {

absl::StatusOr<statement::StatementId> HandoverField(const std::string& bytes) {
  const auto id = statement::StatementId::FromBytes(keys::AsBytes(bytes));
  return id.ok() ? id : FieldStatus("handover", id.status());
}

absl::Status UnknownTo(absl::Status status, absl::string_view reason) {
  return absl::IsNotFound(status) ? WithReason(std::move(status), reason) : status;
}

// Where a listing stands: the tree that it is pinned to, and what was listed last.
absl::StatusOr<PageToken> BeginPage(const std::string& list, const std::string& token,
                                    const Moment& moment) {
  if (!token.empty()) return ParsePageToken(token, list);
  return PageToken{.list = list, .tree_size = merkle::ToInt(moment.size()), .next = {}};
}

absl::StatusOr<std::optional<v1::HandoverSummary>> Summarize(const ledger::View& view,
                                                             const statement::StatementId& id,
                                                             std::uint64_t leaves) {
  const absl::StatusOr<std::uint64_t> base = ledger::ReadBase(view);
  if (!base.ok()) return base.status();
  const std::uint64_t tree_size = *base + leaves;
  const auto charter = ledger::ReadCharter(view, id.View());
  if (!charter.ok()) return charter.status();
  const auto object = ledger::ReadHandoverObject(view, id.View());
  if (!object.ok()) return object.status();
  if (!charter->has_value() || (*charter)->leaf() >= tree_size) {
    return std::optional<v1::HandoverSummary>();
  }
  v1::HandoverSummary summary;
  summary.set_handover(id.ToBytes());
  summary.set_name((*charter)->charter().name());
  summary.set_exercise((*charter)->charter().exercise());
  if (object->has_value()) {
    summary.set_in_force((*object)->has_in_force_since() &&
                         (*object)->in_force_since() < tree_size);
    summary.set_closed((*object)->has_closed_at() && (*object)->closed_at() < tree_size);
  }
  return std::optional<v1::HandoverSummary>(std::move(summary));
}

absl::Status DoListHandovers(const Backend& backend, const v1::ListHandoversRequest& request,
                             v1::ListHandoversResponse& response) {
  const Moment moment = TakeMoment(backend);
  absl::StatusOr<PageToken> page = BeginPage("handovers", request.page_token(), moment);
  if (!page.ok()) return page.status();
  const auto all = ledger::ListHandovers(*moment.reader);
  if (!all.ok()) return all.status();
  response.set_tree_size(page->tree_size);
  for (const statement::StatementId& id : *all) {
    if (!page->next.empty() && id.ToBytes() <= page->next) continue;
    if (static_cast<std::uint32_t>(response.handovers_size()) >= PageSize(request.page_size())) {
      page->next = response.handovers(response.handovers_size() - 1).handover();
      response.set_next_page_token(FormatPageToken(*page));
      return absl::OkStatus();
    }
    auto summary = Summarize(*moment.reader, id, page->tree_size);
    if (!summary.ok()) return summary.status();
    if (summary->has_value()) *response.add_handovers() = **std::move(summary);
  }
  return absl::OkStatus();
}

absl::Status DoListParties(const Backend& backend, const v1::ListPartiesRequest& request,
                           v1::ListPartiesResponse& response) {
  const Moment moment = TakeMoment(backend);
  absl::StatusOr<PageToken> page = BeginPage("parties", request.page_token(), moment);
  if (!page.ok()) return page.status();
  const auto all = ledger::ListParties(*moment.reader);
  if (!all.ok()) return all.status();
  const absl::StatusOr<std::uint64_t> base = ledger::ReadBase(*moment.reader);
  if (!base.ok()) return base.status();
  response.set_tree_size(page->tree_size);
  std::size_t bytes = 0;
  for (const std::string& handle : *all) {
    if (!page->next.empty() && handle <= page->next) continue;
    auto party = ledger::ReadParty(*moment.reader, handle);
    if (!party.ok()) return party.status();
    if (party->leaf() >= *base + page->tree_size) continue;
    bytes += party->ByteSizeLong();
    if (response.parties_size() > 0 &&
        (bytes > kMaxPageBytes ||
         static_cast<std::uint32_t>(response.parties_size()) >= PageSize(request.page_size()))) {
      page->next = response.parties(response.parties_size() - 1).party();
      response.set_next_page_token(FormatPageToken(*page));
      return absl::OkStatus();
    }
    *response.add_parties() = *std::move(party);
  }
  return absl::OkStatus();
}

absl::Status DoListStatements(const Backend& backend, const v1::ListStatementsRequest& request,
                              v1::ListStatementsResponse& response) {
  const auto handover = HandoverField(request.handover());
  if (!handover.ok()) return handover.status();
  const Moment moment = TakeMoment(backend);
  const std::string list = absl::StrCat("statements/", handover->Hex());
  absl::StatusOr<PageToken> page = BeginPage(list, request.page_token(), moment);
  if (!page.ok()) return page.status();
  std::uint64_t first = 0;
  if (!page->next.empty() && !absl::SimpleAtoi(page->next, &first)) {
    return absl::InternalError("a page token of ours that cannot be read");
  }
  // One more than the page: whether there is a next one.
  const std::size_t size = PageSize(request.page_size());
  const auto leaves = moment.reader->ListHandover(*handover, merkle::LeafIndex{first},
                                                  merkle::TreeSize{page->tree_size}, size + 1);
  if (!leaves.ok()) return leaves.status();
  response.set_tree_size(page->tree_size);
  std::size_t bytes = 0;
  for (const merkle::LeafIndex leaf : *leaves) {
    absl::StatusOr<keys::Bytes> entry = moment.reader->ReadEntry(leaf);
    if (!entry.ok()) return entry.status();
    bytes += entry->size();
    const std::size_t count = static_cast<std::size_t>(response.statements_size());
    if (count == size || (count > 0 && bytes > kMaxPageBytes)) {
      page->next = absl::StrCat(merkle::ToInt(leaf));
      response.set_next_page_token(FormatPageToken(*page));
      return absl::OkStatus();
    }
    v1::LoggedStatement* const logged = response.add_statements();
    logged->set_leaf_index(merkle::ToInt(leaf));
    logged->set_entry(*std::move(entry));
  }
  return absl::OkStatus();
}

absl::Status DoGetHandover(const Backend& backend, const v1::GetHandoverRequest& request,
                           v1::GetHandoverResponse& response) {
  const auto handover = HandoverField(request.handover());
  if (!handover.ok()) return handover.status();
  // The size of the snapshot itself: the state shown is that of exactly these leaves.
  const Moment moment = TakeMoment(backend);
  const auto head = moment.reader->ReadHead();
  if (!head.ok()) return head.status();
  auto state = ledger::ReadHandover(*moment.reader, *handover, head->size);
  if (!state.ok()) return UnknownTo(state.status(), reason::kHandoverUnknown);
  auto facts = ledger::ReadFacts(*moment.reader, *handover, head->size);
  if (!facts.ok()) return facts.status();
  auto checks = backend.checks->For(*facts);
  if (checks.ok()) {
    *response.mutable_checks() = *std::move(checks);
  } else {
    response.set_checks_missing(MessageForCaller(checks.status()));
  }
  *response.mutable_state() = *std::move(state);
  *response.mutable_facts() = *std::move(facts);
  response.set_tree_size(merkle::ToInt(head->size));
  if (moment.head != nullptr) response.set_note(moment.head->note);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* HandoverServiceImpl::GetHandover(grpc::CallbackServerContext* context,
                                                           const v1::GetHandoverRequest* request,
                                                           v1::GetHandoverResponse* response) {
  return RunUnary(context, "GetHandover", backend_, *backend_.readers,
                  [=, this] { return DoGetHandover(backend_, *request, *response); });
}

grpc::ServerUnaryReactor* HandoverServiceImpl::ListHandovers(
    grpc::CallbackServerContext* context, const v1::ListHandoversRequest* request,
    v1::ListHandoversResponse* response) {
  return RunUnary(context, "ListHandovers", backend_, *backend_.readers,
                  [=, this] { return DoListHandovers(backend_, *request, *response); });
}

grpc::ServerUnaryReactor* HandoverServiceImpl::GetParty(grpc::CallbackServerContext* context,
                                                        const v1::GetPartyRequest* request,
                                                        v1::GetPartyResponse* response) {
  return RunUnary(context, "GetParty", backend_, *backend_.readers, [=, this] {
    const Moment moment = TakeMoment(backend_);
    const auto head = moment.reader->ReadHead();
    if (!head.ok()) return head.status();
    auto party = ledger::ReadParty(*moment.reader, request->party());
    if (!party.ok()) return UnknownTo(party.status(), reason::kPartyUnknown);
    *response->mutable_party() = *std::move(party);
    response->set_tree_size(merkle::ToInt(head->size));
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* HandoverServiceImpl::ListParties(grpc::CallbackServerContext* context,
                                                           const v1::ListPartiesRequest* request,
                                                           v1::ListPartiesResponse* response) {
  return RunUnary(context, "ListParties", backend_, *backend_.readers,
                  [=, this] { return DoListParties(backend_, *request, *response); });
}

grpc::ServerUnaryReactor* HandoverServiceImpl::ListStatements(
    grpc::CallbackServerContext* context, const v1::ListStatementsRequest* request,
    v1::ListStatementsResponse* response) {
  return RunUnary(context, "ListStatements", backend_, *backend_.readers,
                  [=, this] { return DoListStatements(backend_, *request, *response); });
}

}  // namespace cairn::broker
