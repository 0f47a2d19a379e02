#include "client/transfer.h"

#include <grpcpp/grpcpp.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace cairn::client {
namespace {

// What the broker itself says comes with details, and says whether to try again. Without details it
// was the connection that broke.
bool MayTryAgain(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::ABORTED) return true;  // We stood elsewhere.
  google::rpc::Status details;
  if (!status.error_details().empty() && details.ParseFromString(status.error_details())) {
    for (const auto& any : details.details()) {
      if (any.Is<google::rpc::RetryInfo>()) return true;
    }
    return false;
  }
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
      return true;
    default:
      return false;
  }
}

constexpr int kLongestPause = 5;  // As an attempt of PauseBefore.

// Counts tries that brought nothing, and waits between them.
class Patience {
 public:
  // Whether to go on after `status`, when the transfer stands at `position`.
  bool Allows(const grpc::Status& status, std::uint64_t position) {
    if (!status.ok() && !MayTryAgain(status)) return false;
    if (position > best_) {
      best_ = position;
      fruitless_ = 0;
    }
    if (++fruitless_ >= kTransferTries) return false;
    if (fruitless_ > 1) PauseBefore(std::min(fruitless_, kLongestPause));
    return true;
  }

 private:
  std::uint64_t best_ = 0;
  int fruitless_ = 0;
};

grpc::Status Stalled() {
  return {grpc::StatusCode::UNAVAILABLE, "it takes no more bytes and does not say why"};
}

// A fault of this side of the connection, carried past gRPC's status.
grpc::Status Ours() { return {grpc::StatusCode::FAILED_PRECONDITION, "this side stopped"}; }

bool IsThere(const std::string& path, std::uint64_t size) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         static_cast<std::uint64_t>(info.st_size) == size;
}

}  // namespace

absl::StatusOr<Transfer> Transfer::Create(Context& context) {
  absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  absl::StatusOr<keys::SigningPrivateKey> key = context.LoadSigningKey(context.options.signing_key);
  if (!key.ok()) return key.status();
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  return Transfer(**connection, *std::move(profile), *std::move(key),
                  context.console.shows_progress());
}

absl::Status Transfer::Prepare(grpc::ClientContext& call, const char* method,
                               std::chrono::seconds deadline) const {
  call.set_deadline(std::chrono::system_clock::now() + deadline);
  return Authorise(call, profile_, key_, absl::StrCat("/cairn.v1.ContentService/", method));
}

grpc::Status Transfer::Begin(const LocalContent& content, const keys::Bytes& handover,
                             v1::UploadStatus& status) {
  grpc::ClientContext call;
  if (absl::Status ready = Prepare(call, "BeginUpload", kCallDeadline); !ready.ok()) return Ours();
  v1::BeginUploadRequest request;
  request.set_digest(content.digest.ToBytes());
  request.set_size(content.size);
  request.set_handover(handover);
  for (const keys::Digest& chunk : content.chunks) request.add_chunk_digests(chunk.ToBytes());
  return connection_->content().BeginUpload(&call, request, &status);
}

grpc::Status Transfer::Write(const LocalContent& content, const ContentReader& reader,
                             Progress& progress, absl::Status& local, v1::UploadStatus& status) {
  grpc::ClientContext call;
  local = Prepare(call, "Write", kTransferDeadline);
  if (!local.ok()) return Ours();
  std::uint64_t offset = status.committed_size();
  const auto writer = connection_->content().Write(&call, &status);
  v1::WriteRequest request;
  request.set_digest(content.digest.ToBytes());
  while (offset < content.size) {
    local = reader.Read(offset / kContentChunkBytes, *request.mutable_data());
    if (!local.ok()) {
      call.TryCancel();
      break;
    }
    request.set_offset(offset);
    if (!writer->Write(request)) break;  // Finish says why.
    offset += request.data().size();
    progress.Advance(offset / kContentChunkBytes);
    request.clear_digest();
  }
  writer->WritesDone();
  const grpc::Status finished = writer->Finish();
  return local.ok() ? finished : Ours();
}

// Begin is asked again after every broken call: it goes on with the same upload, and makes it anew
// if the broker has forgotten it.
absl::Status Transfer::Upload(const LocalContent& content, const keys::Bytes& handover) {
  absl::StatusOr<ContentReader> reader = ContentReader::Open(content);
  if (!reader.ok()) return reader.status();
  Progress progress("Uploading, MiB", content.size / kContentChunkBytes, progress_);
  Patience patience;
  while (true) {
    v1::UploadStatus status;
    grpc::Status said = Begin(content, handover, status);
    if (said.ok() && status.complete()) return absl::OkStatus();
    if (said.ok()) {
      absl::Status local;
      said = Write(content, *reader, progress, local, status);
      if (!local.ok()) return local;
      if (said.ok() && status.complete()) return absl::OkStatus();
    }
    if (!patience.Allows(said, status.committed_size())) {
      return FromGrpc(said.ok() ? Stalled() : said, connection_->address());
    }
  }
}

grpc::Status Transfer::Read(const keys::Digest& digest, std::uint64_t size, PartFile& part,
                            Progress& progress, absl::Status& local) {
  grpc::ClientContext call;
  local = Prepare(call, "Read", kTransferDeadline);
  if (!local.ok()) return Ours();
  v1::ReadRequest request;
  request.set_digest(digest.ToBytes());
  request.set_offset(part.written());
  const auto reader = connection_->content().Read(&call, request);
  v1::ReadResponse response;
  for (bool first = true; reader->Read(&response); first = false) {
    if (first && response.size() != size) {
      local = absl::DataLossError(absl::StrCat("the broker has ", response.size(),
                                               " bytes under this digest; the log states ", size));
    } else if (response.offset() != part.written()) {
      local = absl::DataLossError("the broker sent another part of the file than asked for");
    } else {
      local = part.Append(keys::AsBytes(response.data()));
    }
    if (!local.ok()) {
      call.TryCancel();
      reader->Finish();
      return Ours();
    }
    progress.Advance(part.written() / kContentChunkBytes);
  }
  return reader->Finish();
}

absl::Status Transfer::Download(const keys::Digest& digest, std::uint64_t size,
                                const std::string& path) {
  if (IsThere(path, size)) {
    const absl::StatusOr<LocalContent> there = DescribeContent(path);
    if (there.ok() && there->digest == digest) return absl::OkStatus();
  }
  absl::StatusOr<PartFile> part = PartFile::Open(path, size);
  if (!part.ok()) return part.status();
  const bool resumed = part->written() > 0;
  Progress progress("Fetching, MiB", size / kContentChunkBytes, progress_);
  Patience patience;
  while (part->written() < size) {
    absl::Status local;
    const grpc::Status said = Read(digest, size, *part, progress, local);
    if (!local.ok()) return local;
    if (part->written() == size) break;
    if (!patience.Allows(said, part->written())) {
      return FromGrpc(said.ok() ? Stalled() : said, connection_->address());
    }
  }
  absl::Status finished = part->Finish(digest);
  // What was left by an earlier transfer may be another file's: once more, from the start.
  if (absl::IsDataLoss(finished) && resumed) return Download(digest, size, path);
  return finished;
}

}  // namespace cairn::client
