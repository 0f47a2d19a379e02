#include "broker/content_service.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "audit/ledger/read.h"
#include "audit/log/mutex.h"
#include "broker/access.h"
#include "broker/errors.h"
#include "broker/limits.h"
#include "broker/reads.h"
#include "broker/unary.h"

namespace cairn::broker {
namespace {

absl::StatusOr<Principal> Authorize(const Backend& backend,
                                    const grpc::CallbackServerContext& context,
                                    absl::string_view method) {
  const absl::StatusOr<std::string> token = TokenOf(context);
  if (!token.ok()) return token.status();
  return JudgeToken(keys::AsBytes(*token), backend.origin,
                    absl::StrCat("/cairn.v1.ContentService/", method), backend.now_ms(),
                    *backend.store);
}

absl::StatusOr<keys::Digest> DigestField(const std::string& bytes) {
  absl::StatusOr<keys::Digest> digest = keys::Digest::FromBytes(keys::AsBytes(bytes));
  return digest.ok() ? digest : FieldStatus("digest", digest.status());
}

absl::Status Busy() {
  return WithRetry(WithReason(absl::ResourceExhaustedError("too many calls wait for the disk"),
                              reason::kBrokerBusy),
                   std::chrono::seconds(1));
}

absl::Status ShuttingDown() {
  return WithRetry(
      WithReason(absl::UnavailableError("the broker is shutting down"), reason::kShuttingDown),
      std::chrono::seconds(5));
}

void FillUploadStatus(const UploadState& state, v1::UploadStatus& response) {
  response.set_committed_size(state.committed_size);
  response.set_complete(state.complete);
  response.set_expires_at_ms(state.expires_at_ms);
}

absl::Status NotEntitled(const Principal& principal, absl::string_view what) {
  return WithReason(absl::PermissionDeniedError(absl::StrCat("party ", principal.party, " ", what)),
                    reason::kNotEntitled);
}

// Content of a handover comes from whoever its charter names. Before it was opened nobody is named:
// what its charter refers to is uploaded first.
absl::Status CheckHandoverField(const Backend& backend, const Principal& principal,
                                const keys::Bytes& handover) {
  if (handover.empty()) return absl::OkStatus();
  if (handover.size() != keys::kDigestSize) {
    return FieldStatus("handover", absl::InvalidArgumentError("not a statement id of 32 bytes"));
  }
  const auto charter = ledger::ReadCharter(*backend.store, keys::AsBytes(handover));
  if (!charter.ok()) return charter.status();
  if (!charter->has_value()) return absl::OkStatus();
  const auto may = MayRead(*backend.store, backend.operator_party, principal, handover);
  if (!may.ok()) return may.status();
  return *may ? absl::OkStatus()
              : NotEntitled(principal, "is not named in the charter of this handover");
}

absl::Status DoBeginUpload(Backend& backend, const grpc::CallbackServerContext& context,
                           const v1::BeginUploadRequest& request, v1::UploadStatus& response) {
  const auto principal = Authorize(backend, context, "BeginUpload");
  if (!principal.ok()) return principal.status();
  UploadDeclaration declaration;
  const auto digest = DigestField(request.digest());
  if (!digest.ok()) return digest.status();
  declaration.digest = *digest;
  declaration.size = request.size();
  declaration.handover = request.handover();
  if (absl::Status may = CheckHandoverField(backend, *principal, request.handover()); !may.ok()) {
    return may;
  }
  declaration.chunks.reserve(static_cast<std::size_t>(request.chunk_digests_size()));
  for (const std::string& bytes : request.chunk_digests()) {
    const auto chunk = keys::Digest::FromBytes(keys::AsBytes(bytes));
    if (!chunk.ok()) {
      return FieldStatus(absl::StrCat("chunk_digests[", declaration.chunks.size(), "]"),
                         chunk.status());
    }
    declaration.chunks.push_back(*chunk);
  }
  const auto state = backend.content->Begin(
      principal->party, declaration, backend.now_ms(), [&](const keys::Bytes& handover) {
        return MayRead(*backend.store, backend.operator_party, *principal, handover)
            .value_or(false);
      });
  if (!state.ok()) return state.status();
  FillUploadStatus(*state, response);
  return absl::OkStatus();
}

// Takes chunks one after another: while one is read by gRPC none is on its way to the disk, and the
// reverse. What was taken is committed when the call ends, however it ends. The mutex is never
// contended: it shows to analysis what gRPC sees to, that the steps follow each other.
class WriteReactor final : public grpc::ServerReadReactor<v1::WriteRequest> {
 public:
  WriteReactor(Backend& backend, grpc::CallbackServerContext* context, v1::UploadStatus* response)
      : backend_(backend), context_(context), response_(response) {
    log::MutexLock lock(mutex_);
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (backend_.carriers->TryPost([this, ok] { Step(ok); })) return;
    Finish(ToGrpcStatus(Busy()));  // Without a flush, which blocks; QueryUpload makes up for it.
  }

  void OnDone() override { delete this; }

 private:
  void Step(bool ok) {
    std::optional<absl::Status> ended;
    {
      log::MutexLock lock(mutex_);
      ended = ok ? TakeChunk() : Close(absl::OkStatus());
    }
    // Not under the mutex: the call may be gone when this returns.
    if (ended.has_value()) Finish(ToGrpcStatus(*ended));
  }

  // Nothing if the next chunk is awaited, else what the call ends with.
  std::optional<absl::Status> TakeChunk() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (absl::Status first = First(); !first.ok()) return Close(std::move(first));
    if (backend_.drain->draining()) return Close(ShuttingDown());
    const auto state = backend_.content->Append(principal_->party, *digest_, request_.offset(),
                                                keys::AsBytes(request_.data()));
    if (!state.ok()) return Close(state.status());
    backend_.metrics->CountUploadBytes(request_.data().size());
    if (!state->complete) {
      StartRead(&request_);
      return std::nullopt;
    }
    backend_.metrics->CountUploadComplete();
    FillUploadStatus(*state, *response_);
    return absl::OkStatus();
  }

  // The first message names the file; later ones may repeat it.
  absl::Status First() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!principal_.has_value()) {
      absl::StatusOr<Principal> principal = Authorize(backend_, *context_, "Write");
      if (!principal.ok()) return principal.status();
      principal_ = *std::move(principal);
    }
    if (digest_.has_value() && request_.digest().empty()) return absl::OkStatus();
    const auto digest = DigestField(request_.digest());
    if (!digest.ok()) return digest.status();
    if (digest_.has_value() && *digest_ != *digest) {
      return FieldStatus("digest", absl::InvalidArgumentError("one file a call"));
    }
    digest_ = *digest;
    return absl::OkStatus();
  }

  absl::Status Close(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (principal_.has_value() && digest_.has_value()) {
      const auto state = backend_.content->Flush(principal_->party, *digest_);
      if (state.ok()) FillUploadStatus(*state, *response_);
      if (status.ok() && !state.ok()) status = state.status();
    }
    if (!status.ok()) backend_.metrics->CountError("Write", status);
    return status;
  }

  Backend& backend_;
  grpc::CallbackServerContext* const context_;
  v1::UploadStatus* const response_;
  log::Mutex mutex_;
  v1::WriteRequest request_ ABSL_GUARDED_BY(mutex_);
  std::optional<Principal> principal_ ABSL_GUARDED_BY(mutex_);
  std::optional<keys::Digest> digest_ ABSL_GUARDED_BY(mutex_);
};

// Reads and checks chunk by chunk on the pool; the next one while gRPC still sends is not worth a
// second buffer: the system has read ahead. The mutex as in WriteReactor.
class ReadReactor final : public grpc::ServerWriteReactor<v1::ReadResponse> {
 public:
  ReadReactor(Backend& backend, grpc::CallbackServerContext* context,
              const v1::ReadRequest& request)
      : backend_(backend), context_(context), request_(request) {
    Post();
  }

  void OnWriteDone(bool) override { Post(); }  // A caller that is gone is noticed by the step.

  void OnDone() override { delete this; }

 private:
  void Post() {
    if (!backend_.carriers->TryPost([this] { Step(); })) Finish(ToGrpcStatus(Busy()));
  }

  void Step() {
    std::optional<absl::Status> ended;
    {
      log::MutexLock lock(mutex_);
      ended = SendNext();
    }
    if (!ended.has_value()) return;
    if (!ended->ok()) backend_.metrics->CountError("Read", *ended);
    Finish(ToGrpcStatus(*ended));
  }

  // Nothing if a message is under way, else what the call ends with.
  std::optional<absl::Status> SendNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (context_->IsCancelled()) return absl::CancelledError("the caller gave up");
    if (backend_.drain->draining()) return ShuttingDown();
    const bool first = file_ == nullptr;
    if (first) {
      if (absl::Status opened = Open(); !opened.ok()) return opened;
    }
    response_.Clear();
    if (first) response_.set_size(file_->size());
    if (position_ < end_) {
      if (absl::Status filled = FillNext(); !filled.ok()) return filled;
    } else if (!first) {
      return absl::OkStatus();
    }
    StartWrite(&response_);
    return std::nullopt;
  }

  absl::Status Open() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto principal = Authorize(backend_, *context_, "Read");
    if (!principal.ok()) return principal.status();
    const auto digest = DigestField(request_.digest());
    if (!digest.ok()) return digest.status();
    auto file = backend_.content->Open(*digest);
    if (!file.ok()) return file.status();
    bool may = false;
    for (const keys::Bytes& handover : (*file)->handovers()) {
      const auto one = MayRead(*backend_.store, backend_.operator_party, *principal, handover);
      if (!one.ok()) return one.status();
      may |= *one;
    }
    if (!may) return NotEntitled(*principal, "is not named in a charter that this content is for");
    if (request_.offset() > (*file)->size()) {
      return FieldStatus("offset", absl::OutOfRangeError(
                                       absl::StrCat("the file has ", (*file)->size(), " bytes")));
    }
    file_ = *std::move(file);
    position_ = request_.offset();
    end_ = file_->size();
    if (request_.limit() != 0) end_ = position_ + std::min(request_.limit(), end_ - position_);
    return absl::OkStatus();
  }

  absl::Status FillNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    absl::StatusOr<keys::Bytes> chunk =
        backend_.content->ReadChunk(*file_, static_cast<std::size_t>(position_ / kChunkBytes));
    if (!chunk.ok()) return chunk.status();
    const std::size_t begin = static_cast<std::size_t>(position_ % kChunkBytes);
    if (begin >= chunk->size()) {
      return WithReason(absl::DataLossError("a chunk of the file is shorter than it should be"),
                        reason::kContentDamaged);
    }
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(chunk->size() - begin, end_ - position_));
    response_.set_offset(position_);
    if (begin == 0 && count == chunk->size()) {
      response_.set_data(*std::move(chunk));
    } else {
      response_.set_data(chunk->substr(begin, count));
    }
    position_ += count;
    backend_.metrics->CountReadBytes(count);
    return absl::OkStatus();
  }

  Backend& backend_;
  grpc::CallbackServerContext* const context_;
  const v1::ReadRequest request_;
  log::Mutex mutex_;
  std::shared_ptr<const ContentFile> file_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t position_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t end_ ABSL_GUARDED_BY(mutex_) = 0;
  v1::ReadResponse response_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerUnaryReactor* ContentServiceImpl::BeginUpload(grpc::CallbackServerContext* context,
                                                          const v1::BeginUploadRequest* request,
                                                          v1::UploadStatus* response) {
  return RunUnary(context, "BeginUpload", backend_, *backend_.carriers,
                  [=, this] { return DoBeginUpload(backend_, *context, *request, *response); });
}

grpc::ServerReadReactor<v1::WriteRequest>* ContentServiceImpl::Write(
    grpc::CallbackServerContext* context, v1::UploadStatus* response) {
  return new WriteReactor(backend_, context, response);
}

grpc::ServerUnaryReactor* ContentServiceImpl::QueryUpload(grpc::CallbackServerContext* context,
                                                          const v1::QueryUploadRequest* request,
                                                          v1::UploadStatus* response) {
  return RunUnary(context, "QueryUpload", backend_, *backend_.carriers, [=, this] {
    const auto principal = Authorize(backend_, *context, "QueryUpload");
    if (!principal.ok()) return principal.status();
    const auto digest = DigestField(request->digest());
    if (!digest.ok()) return digest.status();
    const auto state = backend_.content->Query(principal->party, *digest);
    if (!state.ok()) return state.status();
    FillUploadStatus(*state, *response);
    return absl::OkStatus();
  });
}

grpc::ServerWriteReactor<v1::ReadResponse>* ContentServiceImpl::Read(
    grpc::CallbackServerContext* context, const v1::ReadRequest* request) {
  return new ReadReactor(backend_, context, *request);
}

}  // namespace cairn::broker
