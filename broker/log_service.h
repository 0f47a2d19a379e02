// cairn.v1.LogService: the log itself. Open to anyone.
#ifndef CAIRN_BROKER_LOG_SERVICE_H_
#define CAIRN_BROKER_LOG_SERVICE_H_

#include "broker/backend.h"
#include "cairn/v1/broker.grpc.pb.h"

namespace cairn::broker {

class LogServiceImpl final : public v1::LogService::CallbackService {
 public:
  // `backend` must outlive this and all its calls.
  explicit LogServiceImpl(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* GetInfo(grpc::CallbackServerContext* context,
                                    const v1::GetInfoRequest* request,
                                    v1::LogInfo* response) override;
  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::GetCheckpointRequest* request,
                                          v1::GetCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const v1::GetInclusionProofRequest* request,
                                              v1::GetInclusionProofResponse* response) override;
  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const v1::GetConsistencyProofRequest* request,
                                                v1::GetConsistencyProofResponse* response) override;
  grpc::ServerWriteReactor<v1::FollowResponse>* Follow(grpc::CallbackServerContext* context,
                                                       const v1::FollowRequest* request) override;

 private:
  Backend& backend_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_LOG_SERVICE_H_
