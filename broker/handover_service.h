// cairn.v1.HandoverService: what the fold makes of the leaves. Open to anyone: all of it can be
// computed from the log.
#ifndef CAIRN_BROKER_HANDOVER_SERVICE_H_
#define CAIRN_BROKER_HANDOVER_SERVICE_H_

#include "broker/backend.h"
#include "cairn/v1/broker.grpc.pb.h"

namespace cairn::broker {

class HandoverServiceImpl final : public v1::HandoverService::CallbackService {
 public:
  // `backend` must outlive this and all its calls.
  explicit HandoverServiceImpl(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* GetHandover(grpc::CallbackServerContext* context,
                                        const v1::GetHandoverRequest* request,
                                        v1::GetHandoverResponse* response) override;
  grpc::ServerUnaryReactor* ListHandovers(grpc::CallbackServerContext* context,
                                          const v1::ListHandoversRequest* request,
                                          v1::ListHandoversResponse* response) override;
  grpc::ServerUnaryReactor* GetParty(grpc::CallbackServerContext* context,
                                     const v1::GetPartyRequest* request,
                                     v1::GetPartyResponse* response) override;
  grpc::ServerUnaryReactor* ListParties(grpc::CallbackServerContext* context,
                                        const v1::ListPartiesRequest* request,
                                        v1::ListPartiesResponse* response) override;
  grpc::ServerUnaryReactor* ListStatements(grpc::CallbackServerContext* context,
                                           const v1::ListStatementsRequest* request,
                                           v1::ListStatementsResponse* response) override;

 private:
  Backend& backend_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_HANDOVER_SERVICE_H_
