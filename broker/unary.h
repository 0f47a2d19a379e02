// How unary calls are answered without holding one of gRPC's threads.
#ifndef CAIRN_BROKER_UNARY_H_
#define CAIRN_BROKER_UNARY_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "broker/backend.h"
#include "broker/metrics.h"
#include "broker/worker_pool.h"

namespace cairn::broker {

// Whether a call is let in. kInvalidArgument (DEADLINE_MISSING): it would let the broker work for
// ever. kUnavailable (SHUTTING_DOWN, with a time to come again): the broker is stopping.
absl::Status Admit(const grpc::CallbackServerContext& context, const Backend& backend);

// Runs `work` on the pool and finishes the call with what it returns. `work` fills the response;
// the request and the response live until then. `method` is for the metrics. Calls without a
// deadline, and calls that find the pool full, end at once; for a call that was cancelled meanwhile
// `work` is not run. `metrics` and `pool` outlive the call.
grpc::ServerUnaryReactor* RunUnary(grpc::CallbackServerContext* context, absl::string_view method,
                                   const Backend& backend, WorkerPool& pool,
                                   std::function<absl::Status()> work);

// Finishes the call with `status`, counting it if it is an error.
void FinishUnary(grpc::ServerUnaryReactor* reactor, absl::string_view method, Metrics& metrics,
                 const absl::Status& status);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_UNARY_H_
