#include "client/refold.h"

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/read.h"
#include "audit/mirror/replay_folder.h"
#include "audit/mirror/sync_folder.h"
#include "client/commands/log_copy.h"
#include "keys/vkey.h"

namespace cairn::client {
namespace {

// The public side of a log moves at most every second; what was just answered over gRPC may not be
// there yet.
constexpr int kSyncTries = 40;
constexpr std::chrono::milliseconds kSyncPause{250};

absl::StatusOr<OpenedCopy> CopyUpTo(Context& context, std::uint64_t wanted) {
  const absl::StatusOr<keys::VerifierKey> log = PinnedLogKey(context);
  if (!log.ok()) return log.status();
  const absl::StatusOr<std::string> folder = CopyFolder(context, *log);
  if (!folder.ok()) return folder.status();
  const absl::StatusOr<std::string> url = LogUrl(context, "");
  if (!url.ok()) return url.status();
  std::uint64_t size = 0;
  for (int attempt = 0; attempt < kSyncTries; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(kSyncPause);
    const absl::StatusOr<mirror::SyncResult> synced = UpdateCopy(context, *log, *url, *folder);
    if (!synced.ok()) return synced.status();
    size = merkle::ToInt(synced->checkpoint.size);
    if (size >= wanted) return OpenCopy(*folder, *log);
  }
  return absl::OutOfRangeError(
      absl::StrCat("the log at ", *url, " shows ", size, " leaves, not yet ", wanted));
}

absl::Status TakeSubmission(const ledger::ReplayStep& step, std::vector<Submitted>& submitted) {
  if (step.has_fault() || !step.statement->statement().has_submit_package()) {
    return absl::OkStatus();
  }
  const v1::Statement& said = step.statement->statement();
  const auto digest = keys::Digest::FromBytes(keys::AsBytes(said.submit_package().digest()));
  if (!digest.ok()) return digest.status();
  submitted.push_back({said.handover(), *digest, step.position, said.actor(),
                       step.statement->id().ToBytes(), said.submit_package(),
                       step.statement->public_key()});
  return absl::OkStatus();
}

absl::StatusOr<statement::StatementId> IdOfHandover(const keys::Bytes& handover) {
  return statement::StatementId::FromBytes(keys::AsBytes(handover));
}

}  // namespace

absl::StatusOr<RefoldedLog> RefoldLog(Context& context, std::optional<std::uint64_t> size) {
  absl::StatusOr<OpenedCopy> copy = CopyUpTo(context, 1);
  if (!copy.ok()) return copy.status();
  RefoldedLog refolded;
  const auto take = [&](const ledger::ReplayStep& step, keys::ByteView) {
    return TakeSubmission(step, refolded.submitted);
  };
  // The Genesis alone says how many leaves of a predecessor are counted in sizes.
  absl::Status folded =
      mirror::ReplayAll(*copy->log, merkle::TreeSize{1}, refolded.replay, take, take);
  if (!folded.ok()) return folded;
  merkle::TreeSize end = copy->log->size();
  if (size.has_value()) {
    const absl::StatusOr<std::uint64_t> base = ledger::ReadBase(refolded.replay.state());
    if (!base.ok()) return base.status();
    if (*size <= *base) {
      return absl::OutOfRangeError(absl::StrCat("a state after ", *size,
                                                " leaves is one of the log that this one goes on "
                                                "from: it has the first ",
                                                *base));
    }
    end = merkle::TreeSize{*size - *base};
    if (end > copy->log->size()) copy = CopyUpTo(context, merkle::ToInt(end));
    if (!copy.ok()) return copy.status();
  }
  folded = mirror::ReplayLog(*copy->log, end, refolded.replay, take);
  if (!folded.ok()) return folded;
  return refolded;
}

absl::StatusOr<v1::HandoverFacts> FactsOf(const RefoldedLog& log, const keys::Bytes& handover) {
  const auto id = IdOfHandover(handover);
  if (!id.ok()) return id.status();
  return ledger::ReadFacts(log.replay.state(), *id, log.replay.size());
}

absl::StatusOr<v1::HandoverState> StateOf(const RefoldedLog& log, const keys::Bytes& handover) {
  const auto id = IdOfHandover(handover);
  if (!id.ok()) return id.status();
  return ledger::ReadHandover(log.replay.state(), *id, log.replay.size());
}

absl::StatusOr<OpeningTerms> TermsOf(const RefoldedLog& log, const std::string& log_origin,
                                     const Submitted& package) {
  absl::StatusOr<v1::HandoverState> state = StateOf(log, package.handover);
  if (!state.ok()) return state.status();
  absl::StatusOr<v1::PartyState> author = ledger::ReadParty(log.replay.state(), package.author);
  if (!author.ok()) return author.status();
  return OpeningTerms{log_origin, state->exercise(), SigningKeysOf(*author)};
}

}  // namespace cairn::client
