#include "broker/statement_service.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "audit/ledger/read.h"
#include "broker/answers.h"
#include "broker/errors.h"
#include "broker/reads.h"
#include "broker/submit_stream.h"
#include "broker/unary.h"
#include "keys/key_id.h"

namespace cairn::broker {
namespace {

// One unary submission on its way. Owned by the callbacks; request and response by gRPC, until
// Finish.
struct SubmitCall {
  Backend* backend;
  grpc::CallbackServerContext* context;
  grpc::ServerUnaryReactor* reactor;
  v1::SubmitResponse* response;
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

void FinishSubmit(const SubmitCall& call, const absl::Status& status) {
  Metrics& metrics = *call.backend->metrics;
  if (status.ok() && call.response->has_receipt()) {
    metrics.CountLogged(std::chrono::steady_clock::now() - call.began);
  } else if (status.ok()) {
    CountRefusal(metrics, call.response->refusal());
  }
  FinishUnary(call.reactor, "Submit", metrics, status);
}

void OnVerified(const SubmitCall& call, absl::StatusOr<statement::VerifiedStatement> verified) {
  if (!verified.ok()) return FinishSubmit(call, ExplainMalformed(verified.status()));
  if (call.context->IsCancelled()) {
    return FinishSubmit(call, absl::CancelledError("the caller gave up; nothing was logged"));
  }
  const statement::StatementId id = verified->id();
  absl::Status sequenced =
      call.backend->pipeline->Sequence(*std::move(verified), [call, id](log::Outcome outcome) {
        FinishSubmit(call, FillResponse(id, std::move(outcome), *call.response));
      });
  if (!sequenced.ok()) FinishSubmit(call, sequenced);
}

}  // namespace

grpc::ServerUnaryReactor* StatementServiceImpl::Submit(grpc::CallbackServerContext* context,
                                                       const v1::SubmitRequest* request,
                                                       v1::SubmitResponse* response) {
  const SubmitCall call{&backend_, context, context->DefaultReactor(), response};
  absl::Status status = Admit(*context, backend_);
  if (status.ok()) {
    status =
        backend_.pipeline->Verify(keys::AsBytes(request->signed_statement()),
                                  [call](absl::StatusOr<statement::VerifiedStatement> verified) {
                                    OnVerified(call, std::move(verified));
                                  });
  }
  if (!status.ok()) FinishSubmit(call, status);
  return call.reactor;
}

grpc::ServerBidiReactor<v1::SubmitRequest, v1::SubmitResponse>* StatementServiceImpl::SubmitStream(
    grpc::CallbackServerContext*) {
  return MakeSubmitStream(backend_);
}

grpc::ServerBidiReactor<v1::SubmitManyRequest, v1::SubmitManyResponse>*
StatementServiceImpl::SubmitMany(grpc::CallbackServerContext*) {
  return MakeSubmitMany(backend_);
}

grpc::ServerUnaryReactor* StatementServiceImpl::GetChainHead(grpc::CallbackServerContext* context,
                                                             const v1::GetChainHeadRequest* request,
                                                             v1::GetChainHeadResponse* response) {
  return RunUnary(context, "GetChainHead", backend_, *backend_.readers, [=, this] {
    const absl::StatusOr<keys::KeyFingerprint> key =
        keys::KeyFingerprint::FromBytes(keys::AsBytes(request->key()));
    if (!key.ok()) return FieldStatus("key", key.status());
    const Moment moment = TakeMoment(backend_);
    const auto known = ledger::ReadKey(*moment.reader, key->View());
    if (!known.ok()) return known.status();
    const auto chain = ledger::ReadChain(*moment.reader, key->View());
    if (!chain.ok()) return chain.status();
    const auto clock = ledger::ReadClock(*moment.reader);
    if (!clock.ok()) return clock.status();
    response->set_known(known->has_value());
    response->set_sequence(chain->sequence());
    response->set_previous(chain->head());
    if (moment.head != nullptr) response->set_note(moment.head->note);
    response->set_fold_time_ms(clock->time_ms());
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* StatementServiceImpl::GetReceipt(grpc::CallbackServerContext* context,
                                                           const v1::GetReceiptRequest* request,
                                                           v1::Receipt* response) {
  return RunUnary(context, "GetReceipt", backend_, *backend_.readers, [=, this] {
    const Moment moment = TakeMoment(backend_);
    if (moment.head == nullptr) return NoHeadStatus();
    std::optional<merkle::LeafIndex> leaf;
    switch (request->which_case()) {
      case v1::GetReceiptRequest::kLeafIndex:
        leaf = merkle::LeafIndex{request->leaf_index()};
        break;
      case v1::GetReceiptRequest::kStatement: {
        const auto id = statement::StatementId::FromBytes(keys::AsBytes(request->statement()));
        if (!id.ok()) return FieldStatus("statement", id.status());
        const auto found = moment.reader->FindLeaf(*id);
        if (!found.ok()) return found.status();
        leaf = *found;
        break;
      }
      case v1::GetReceiptRequest::WHICH_NOT_SET:
        return FieldStatus("which", absl::InvalidArgumentError("give a statement or a leaf index"));
    }
    if (!leaf.has_value()) {
      return WithReason(absl::NotFoundError("no such statement is logged"), reason::kNotLogged);
    }
    std::shared_ptr<const log::SignedHead> head = moment.head;
    if (request->published()) {
      head = backend_.published->Current();
      if (!merkle::Holds(moment.size(), *leaf)) head = moment.head;  // No such leaf anywhere.
      if (head == nullptr || !merkle::Holds(head->head.size, *leaf)) {
        return WithRetry(absl::UnavailableError("no published checkpoint covers this leaf yet"),
                         std::chrono::seconds(1));
      }
    }
    return FillReceipt(*moment.reader, backend_.sequencer->Tiles(), *head, *leaf, *response);
  });
}

}  // namespace cairn::broker
