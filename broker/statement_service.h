// cairn.v1.StatementService.
#ifndef CAIRN_BROKER_STATEMENT_SERVICE_H_
#define CAIRN_BROKER_STATEMENT_SERVICE_H_

#include "broker/backend.h"
#include "cairn/v1/broker.grpc.pb.h"

namespace cairn::broker {

class StatementServiceImpl final : public v1::StatementService::CallbackService {
 public:
  // `backend` must outlive this and all its calls.
  explicit StatementServiceImpl(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const v1::SubmitRequest* request,
                                   v1::SubmitResponse* response) override;
  grpc::ServerBidiReactor<v1::SubmitRequest, v1::SubmitResponse>* SubmitStream(
      grpc::CallbackServerContext* context) override;
  grpc::ServerBidiReactor<v1::SubmitManyRequest, v1::SubmitManyResponse>* SubmitMany(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetChainHead(grpc::CallbackServerContext* context,
                                         const v1::GetChainHeadRequest* request,
                                         v1::GetChainHeadResponse* response) override;
  grpc::ServerUnaryReactor* GetReceipt(grpc::CallbackServerContext* context,
                                       const v1::GetReceiptRequest* request,
                                       v1::Receipt* response) override;

 private:
  Backend& backend_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_STATEMENT_SERVICE_H_
