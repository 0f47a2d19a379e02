// StatementService.SubmitStream and SubmitMany: many statements in flight on one call.
#ifndef CAIRN_BROKER_SUBMIT_STREAM_H_
#define CAIRN_BROKER_SUBMIT_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "broker/backend.h"
#include "cairn/v1/broker.pb.h"

namespace cairn::broker {

// Verified side by side, given to the sequencer in the order of the requests, answered in that
// order. A malformed statement is an outcome (an unsigned refusal), not the end of the call; an
// error of the log ends it, after what came before was answered. `backend` outlives the call.
// Owns itself until the call is done.
grpc::ServerBidiReactor<v1::SubmitRequest, v1::SubmitResponse>* MakeSubmitStream(Backend& backend);

// The same with several statements a message. A message with none or with more than
// kMaxStatementsOfMessage ends the call as kInvalidArgument, after what came before was answered.
grpc::ServerBidiReactor<v1::SubmitManyRequest, v1::SubmitManyResponse>* MakeSubmitMany(
    Backend& backend);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_SUBMIT_STREAM_H_
