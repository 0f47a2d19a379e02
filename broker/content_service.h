// cairn.v1.ContentService: upload and download of sealed files.
#ifndef CAIRN_BROKER_CONTENT_SERVICE_H_
#define CAIRN_BROKER_CONTENT_SERVICE_H_

#include "broker/backend.h"
#include "cairn/v1/broker.grpc.pb.h"

namespace cairn::broker {

// Every call needs an access token made for it.
class ContentServiceImpl final : public v1::ContentService::CallbackService {
 public:
  // `backend` must outlive this and all its calls.
  explicit ContentServiceImpl(Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* BeginUpload(grpc::CallbackServerContext* context,
                                        const v1::BeginUploadRequest* request,
                                        v1::UploadStatus* response) override;
  grpc::ServerReadReactor<v1::WriteRequest>* Write(grpc::CallbackServerContext* context,
                                                   v1::UploadStatus* response) override;
  grpc::ServerUnaryReactor* QueryUpload(grpc::CallbackServerContext* context,
                                        const v1::QueryUploadRequest* request,
                                        v1::UploadStatus* response) override;
  grpc::ServerWriteReactor<v1::ReadResponse>* Read(grpc::CallbackServerContext* context,
                                                   const v1::ReadRequest* request) override;

 private:
  Backend& backend_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_CONTENT_SERVICE_H_
