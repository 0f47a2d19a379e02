// Sealed files to and from the broker: in chunks of 1 MiB, going on where a broken connection
// ended, in memory that does not grow with the file (beyond its list of chunk digests).
//
// Nothing is believed: a file sent is compared with its description piece by piece, a file
// received with the digest that a signed statement names.
#ifndef CAIRN_CLIENT_TRANSFER_H_
#define CAIRN_CLIENT_TRANSFER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "client/connection.h"
#include "client/content_file.h"
#include "client/context.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/signing.h"

namespace cairn::client {

// So many tries in a row may bring nothing new, some 15 seconds: a broker that is started again is
// waited for. Each that brings something starts the count again.
inline constexpr int kTransferTries = 9;

// One party's transfers over one connection. Not thread-safe.
class Transfer {
 public:
  // With the context's connection and signing key.
  static absl::StatusOr<Transfer> Create(Context& context);

  // OK when the broker has the whole file for this handover; bytes that it has are not sent again.
  // kFailedPrecondition: the file changed meanwhile. Else what the broker says.
  absl::Status Upload(const LocalContent& content, const keys::Bytes& handover);

  // Fetches a file into `path`; nothing is done if that file is there. kDataLoss: what came is not
  // the file of this digest and size; nothing of it is kept. Else what the broker says.
  absl::Status Download(const keys::Digest& digest, std::uint64_t size, const std::string& path);

 private:
  Transfer(Connection& connection, Profile profile, keys::SigningPrivateKey key, bool progress)
      : connection_(&connection),
        profile_(std::move(profile)),
        key_(std::move(key)),
        progress_(progress) {}
  absl::Status Prepare(grpc::ClientContext& call, const char* method,
                       std::chrono::seconds deadline) const;
  grpc::Status Begin(const LocalContent& content, const keys::Bytes& handover,
                     v1::UploadStatus& status);
  grpc::Status Write(const LocalContent& content, const ContentReader& reader, Progress& progress,
                     absl::Status& local, v1::UploadStatus& status);
  grpc::Status Read(const keys::Digest& digest, std::uint64_t size, PartFile& part,
                    Progress& progress, absl::Status& local);

  Connection* connection_;
  Profile profile_;
  keys::SigningPrivateKey key_;
  bool progress_;
};

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_TRANSFER_H_
