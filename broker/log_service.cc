#include "broker/log_service.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "audit/ledger/read.h"
#include "audit/log/mutex.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "audit/statement/statement.h"
#include "broker/errors.h"
#include "broker/limits.h"
#include "broker/reads.h"
#include "broker/unary.h"
#include "broker/version.h"

namespace cairn::broker {
namespace {

template <typename Response>
void AddHashes(const std::vector<merkle::NodeHash>& hashes, Response& response) {
  for (const merkle::NodeHash& hash : hashes) {
    response.add_hashes(hash.digest.bytes.data(), hash.digest.bytes.size());
  }
}

// The tree size that a request means: 0 is the newest. kInvalidArgument: beyond the newest.
absl::StatusOr<merkle::TreeSize> AskedSize(std::uint64_t asked, const log::SignedHead& head,
                                           absl::string_view field) {
  if (asked == 0) return head.head.size;
  if (asked <= merkle::ToInt(head.head.size)) return merkle::TreeSize{asked};
  return FieldStatus(field, absl::OutOfRangeError(absl::StrCat(
                                "the log has ", merkle::ToInt(head.head.size), " leaves")));
}

// The entries from `first` on, as many as a message takes, none from `end` on.
absl::Status FillEntries(const log::Reader& reader, std::uint64_t first, std::uint64_t end,
                         v1::FollowResponse& response) {
  const std::uint64_t count = std::min<std::uint64_t>(end - first, kMaxFollowEntries);
  std::size_t bytes = response.note().size();
  return reader.ReadEntries(merkle::LeafIndex{first}, count,
                            [&](merkle::LeafIndex, keys::ByteView entry) {
                              bytes += entry.size() + 8;
                              if (bytes > kMaxFollowBytes && response.entries_size() > 0) {
                                return false;
                              }
                              response.add_entries(entry.data(), entry.size());
                              return true;
                            });
}

// What the log says of itself.
absl::Status FillStanding(const ledger::View& view, const v1::LogObject& log,
                          v1::LogInfo& response) {
  response.set_genesis(log.genesis());
  response.set_evidence(log.evidence());
  if (log.has_frozen_at()) {
    response.set_frozen_at(log.frozen_at() - log.base());
    response.set_freeze_reason(log.freeze_reason());
  }
  if (log.base() == 0) return absl::OkStatus();
  const auto policy = ledger::ReadPolicy(view);
  if (!policy.ok()) return policy.status();
  if (policy->has_value()) *response.mutable_predecessor() = (*policy)->predecessor();
  return absl::OkStatus();
}

// kUnavailable where `tiles` says so, and of a log without a note; nothing is filled in then.
absl::Status FillInclusionProof(const Backend& backend, const merkle::TileReader& tiles,
                                const v1::GetInclusionProofRequest& request,
                                v1::GetInclusionProofResponse& response) {
  const std::shared_ptr<const log::SignedHead> head = NewestHead(backend);
  if (head == nullptr) return NoHeadStatus();
  const auto size = AskedSize(request.tree_size(), *head, "tree_size");
  if (!size.ok()) return size.status();
  const merkle::LeafIndex leaf{request.leaf_index()};
  if (!merkle::Holds(*size, leaf)) {
    return FieldStatus("leaf_index", absl::OutOfRangeError(absl::StrCat("not below the tree size ",
                                                                        merkle::ToInt(*size))));
  }
  const auto proof = merkle::ProveInclusion(leaf, *size, merkle::TileSource(*size, tiles));
  if (!proof.ok()) return proof.status();
  response.set_tree_size(merkle::ToInt(*size));
  AddHashes(*proof, response);
  if (*size == head->head.size) response.set_note(head->note);
  return absl::OkStatus();
}

// Reads entries on the pool of readers and writes them one message after another; between heads it
// waits. A step runs to its end before the next one looks at anything: the mutex sees to it.
class FollowReactor final : public grpc::ServerWriteReactor<v1::FollowResponse> {
 public:
  FollowReactor(Backend& backend, const v1::FollowRequest& request)
      : backend_(backend), end_(request.end()), next_(request.start()) {
    if (end_ != 0 && end_ < request.start()) {
      Finish(ToGrpcStatus(FieldStatus("end", absl::InvalidArgumentError("before start"))));
    } else if (!backend_.readers->TryPost([this] { Step(); })) {
      Finish(ToGrpcStatus(WithRetry(
          WithReason(absl::ResourceExhaustedError("too many calls wait"), reason::kBrokerBusy),
          std::chrono::seconds(1))));
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) cancelled_ = true;
    Post();
  }

  // Wakes it if it waits; a step that is posted notices by itself.
  void OnCancel() override {
    cancelled_ = true;
    backend_.heads->WakeAll();
  }

  void OnDone() override { delete this; }

 private:
  // The pool outlives all calls, so this is false only when there is nobody left to tell.
  void Post() {
    (void)backend_.readers->Post([this] { Step(); });
  }

  void Step() {
    std::optional<absl::Status> ended;
    {
      log::MutexLock lock(mutex_);
      ended = GoOn();
    }
    // Not under the mutex: the call may be gone when this returns.
    if (ended.has_value()) Finish(ToGrpcStatus(*ended));
  }

  // Nothing if a message is under way or a head is awaited, else what the call ends with.
  std::optional<absl::Status> GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (absl::Status stopped = Stopped(); !stopped.ok()) return stopped;
    if (end_ != 0 && next_ >= end_) return absl::OkStatus();
    // The wait begins before the look, so that no head comes in between unnoticed.
    const std::size_t wait = backend_.heads->Wait([this] { Post(); });
    const Moment moment = TakeMoment(backend_);
    absl::Status stopped = Stopped();
    const bool grown = merkle::ToInt(moment.size()) > next_;
    if ((stopped.ok() && !grown) || !backend_.heads->Forget(wait)) return std::nullopt;
    if (!stopped.ok()) return stopped;
    return Send(moment);
  }

  absl::Status Stopped() const {
    if (cancelled_) return absl::CancelledError("the caller gave up");
    if (!backend_.drain->draining()) return absl::OkStatus();
    return WithRetry(
        WithReason(absl::UnavailableError("the broker is shutting down"), reason::kShuttingDown),
        std::chrono::seconds(5));
  }

  std::optional<absl::Status> Send(const Moment& moment) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    response_.Clear();
    response_.set_start(next_);
    response_.set_note(moment.head->note);
    std::uint64_t last = merkle::ToInt(moment.size());
    if (end_ != 0) last = std::min(last, end_);
    const absl::Status read = FillEntries(*moment.reader, next_, last, response_);
    if (read.ok() && response_.entries_size() > 0) {
      next_ += static_cast<std::uint64_t>(response_.entries_size());
      StartWrite(&response_);
      return std::nullopt;
    }
    absl::Status error = read.ok() ? absl::DataLossError("a leaf is missing") : read;
    backend_.metrics->CountError("Follow", error);
    return error;
  }

  Backend& backend_;
  const std::uint64_t end_;
  std::atomic<bool> cancelled_{false};
  log::Mutex mutex_;
  std::uint64_t next_ ABSL_GUARDED_BY(mutex_);
  v1::FollowResponse response_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

grpc::ServerUnaryReactor* LogServiceImpl::GetInfo(grpc::CallbackServerContext* context,
                                                  const v1::GetInfoRequest*,
                                                  v1::LogInfo* response) {
  return RunUnary(context, "GetInfo", backend_, *backend_.readers, [=, this] {
    const auto log = ledger::ReadLog(*backend_.store);
    if (!log.ok()) return log.status();
    response->set_log_origin(backend_.origin);
    response->set_log_vkey(backend_.vkey);
    if (log->has_value() && !(*log)->has_carried()) {
      const absl::Status filled = FillStanding(*backend_.store, **log, *response);
      if (!filled.ok()) return filled;
    }
    response->set_operator_(backend_.operator_party);
    response->set_version(std::string(kProgramVersion));
    response->set_maximum_statement_bytes(statement::kMaxStatementBytes);
    response->set_maximum_package_bytes(backend_.package_bytes);
    response->set_chunk_bytes(kChunkBytes);
    response->set_sealed(backend_.sequencer->sealed().has_value());
    response->set_sealed_reason(backend_.sequencer->sealed().value_or(""));
    response->set_http_url(backend_.http_url);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LogServiceImpl::GetCheckpoint(grpc::CallbackServerContext* context,
                                                        const v1::GetCheckpointRequest*,
                                                        v1::GetCheckpointResponse* response) {
  return RunUnary(context, "GetCheckpoint", backend_, *backend_.readers, [=, this] {
    const std::shared_ptr<const log::SignedHead> head = NewestHead(backend_);
    if (head == nullptr) return NoHeadStatus();
    response->set_note(head->note);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* LogServiceImpl::GetInclusionProof(
    grpc::CallbackServerContext* context, const v1::GetInclusionProofRequest* request,
    v1::GetInclusionProofResponse* response) {
  // Handing a call to another thread costs more than a proof does when its tiles are in memory.
  if (Admit(*context, backend_).ok()) {
    const absl::Status status =
        FillInclusionProof(backend_, backend_.sequencer->TilesInMemory(), *request, *response);
    if (!absl::IsUnavailable(status)) {
      grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
      FinishUnary(reactor, "GetInclusionProof", *backend_.metrics, status);
      return reactor;
    }
  }
  return RunUnary(context, "GetInclusionProof", backend_, *backend_.readers, [=, this] {
    return FillInclusionProof(backend_, backend_.sequencer->Tiles(), *request, *response);
  });
}

grpc::ServerUnaryReactor* LogServiceImpl::GetConsistencyProof(
    grpc::CallbackServerContext* context, const v1::GetConsistencyProofRequest* request,
    v1::GetConsistencyProofResponse* response) {
  return RunUnary(context, "GetConsistencyProof", backend_, *backend_.readers, [=, this] {
    const std::shared_ptr<const log::SignedHead> head = NewestHead(backend_);
    if (head == nullptr) return NoHeadStatus();
    const auto to = AskedSize(request->to_size(), *head, "to_size");
    if (!to.ok()) return to.status();
    if (request->from_size() > merkle::ToInt(*to)) {
      return FieldStatus("from_size", absl::OutOfRangeError("larger than to_size"));
    }
    const merkle::TileSource nodes(*to, backend_.sequencer->Tiles());
    const auto proof = merkle::ProveConsistency(merkle::TreeSize{request->from_size()}, *to, nodes);
    if (!proof.ok()) return proof.status();
    response->set_to_size(merkle::ToInt(*to));
    AddHashes(*proof, *response);
    if (*to == head->head.size) response->set_note(head->note);
    return absl::OkStatus();
  });
}

grpc::ServerWriteReactor<v1::FollowResponse>* LogServiceImpl::Follow(
    grpc::CallbackServerContext*, const v1::FollowRequest* request) {
  return new FollowReactor(backend_, *request);
}

}  // namespace cairn::broker
