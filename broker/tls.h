// Credentials of the gRPC listener, and certificates for whoever has none.
#ifndef CAIRN_BROKER_TLS_H_
#define CAIRN_BROKER_TLS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace grpc {
class ServerCredentials;
}  // namespace grpc

namespace cairn::broker {

// TLS 1.2 or later with the files given, which are read again when they change.
// kNotFound, kInvalidArgument (no PEM certificate or key, or they do not belong together): the
// message names the file. kFailedPrecondition: others than the owner may read the key file.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeTlsCredentials(
    const std::string& certificate_path, const std::string& key_path);

// Makes an ECDSA P-256 key and a self-signed certificate for the names (DNS names or IP addresses),
// good for `days`, and writes both as PEM, the key with mode 0600. kInvalidArgument: no name, or
// one that is none. kAlreadyExists: a file is there; nothing is overwritten.
absl::Status MakeSelfSignedCertificate(const std::vector<std::string>& names, int days,
                                       const std::string& certificate_path,
                                       const std::string& key_path);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_TLS_H_
