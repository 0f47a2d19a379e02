#include "broker/unary.h"

#include <chrono>
#include <utility>

#include "broker/errors.h"

namespace cairn::broker {

absl::Status Admit(const grpc::CallbackServerContext& context, const Backend& backend) {
  if (backend.drain->draining()) {
    return WithRetry(
        WithReason(absl::UnavailableError("the broker is shutting down"), reason::kShuttingDown),
        std::chrono::seconds(5));
  }
  if (context.deadline() != std::chrono::system_clock::time_point::max()) return absl::OkStatus();
  return WithReason(absl::InvalidArgumentError("the call has no deadline; set one"),
                    reason::kDeadlineMissing);
}

void FinishUnary(grpc::ServerUnaryReactor* reactor, absl::string_view method, Metrics& metrics,
                 const absl::Status& status) {
  if (!status.ok()) metrics.CountError(method, status);
  reactor->Finish(ToGrpcStatus(status));
}

grpc::ServerUnaryReactor* RunUnary(grpc::CallbackServerContext* context, absl::string_view method,
                                   const Backend& backend, WorkerPool& pool,
                                   std::function<absl::Status()> work) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  Metrics& metrics = *backend.metrics;
  if (absl::Status admitted = Admit(*context, backend); !admitted.ok()) {
    FinishUnary(reactor, method, metrics, admitted);
    return reactor;
  }
  const bool posted = pool.TryPost([context, reactor, method, &metrics, work = std::move(work)] {
    FinishUnary(reactor, method, metrics,
                context->IsCancelled() ? absl::CancelledError("the caller gave up") : work());
  });
  if (!posted) {
    FinishUnary(reactor, method, metrics,
                WithRetry(WithReason(absl::ResourceExhaustedError("too many calls wait"),
                                     reason::kBrokerBusy),
                          std::chrono::seconds(1)));
  }
  return reactor;
}

}  // namespace cairn::broker
