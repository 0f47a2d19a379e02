#include "audit/log/sequencer.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/log/committer.h"
#include "audit/log/opening.h"
#include "audit/log/tile_cache.h"
#include "audit/note/checkpoint.h"
#include "keys/vkey.h"

namespace cairn::log {
namespace {

void Die(const absl::Status& status) {
  std::fprintf(stderr, "cairn: the log stops, nothing more is signed: %s\n",
               status.ToString().c_str());
  std::abort();
}

absl::Status Stopped(bool failed) {
  return absl::UnavailableError(failed ? "the log has stopped after an error of its store"
                                       : "the log is shutting down");
}

absl::Status Sealed(const std::string& why) {
  return absl::FailedPreconditionError(absl::StrCat("the log is sealed: ", why));
}

}  // namespace

Sequencer::Sequencer(SequencerHooks hooks, const SequencerOptions& options)
    : hooks_(std::move(hooks)), options_(options) {}

absl::StatusOr<std::unique_ptr<Sequencer>> Sequencer::Open(Store& store,
                                                           const std::string& anchor_path,
                                                           const LogIdentity& identity,
                                                           SequencerHooks hooks,
                                                           const SequencerOptions& options) {
  if (absl::Status origin = note::CheckOrigin(identity.origin); !origin.ok()) return origin;
  auto log_key = keys::VerifierKey::Create(identity.origin, keys::NoteKeyType::kEd25519,
                                           identity.log_key->Public());
  if (!log_key.ok()) return log_key.status();
  if (!hooks.on_fatal) hooks.on_fatal = Die;
  auto opening = OpenAnchored(store, anchor_path, *log_key, options.foreign_notes);
  if (!opening.ok()) return opening.status();

  std::unique_ptr<Sequencer> sequencer(new Sequencer(std::move(hooks), options));
  sequencer->tiles_ = std::make_shared<TileCache>(store, options.tile_cache_bytes);
  sequencer->tiles_in_memory_ = std::make_unique<TileCache::InMemory>(*sequencer->tiles_);
  sequencer->messages_ = opening->messages;
  if (opening->sealed) {
    sequencer->Seal(*opening->sealed);
    if (auto& note = opening->notes.newest) {
      auto opened = note::OpenCheckpoint(keys::AsBytes(note->note), *log_key);
      if (opened.ok()) {
        const MutexLock lock(sequencer->mutex_);
        sequencer->head_ = std::make_shared<const SignedHead>(
            SignedHead{{opened->checkpoint.size, opened->checkpoint.root}, note->note});
      }
    }
    return sequencer;
  }
  auto committer =
      Committer::Start(store, anchor_path, *std::move(opening), identity, sequencer->hooks_,
                       sequencer->tiles_, options.object_cache_bytes);
  if (!committer.ok()) return committer.status();
  sequencer->committer_ = *std::move(committer);
  {
    const MutexLock lock(sequencer->mutex_);
    sequencer->head_ = sequencer->committer_->head();
  }
  const MutexLock lock(sequencer->stop_mutex_);
  sequencer->thread_ = std::thread([raw = sequencer.get()] { raw->Run(); });
  return sequencer;
}

Sequencer::~Sequencer() { Stop(); }

absl::Status Sequencer::Submit(Submission submission) {
  const MutexLock lock(mutex_);
  if (sealed_) return Sealed(*sealed_);
  if (stopping_ || failed_) return Stopped(failed_);
  if (waiting_.size() >= options_.max_waiting) {
    return absl::ResourceExhaustedError(
        absl::StrCat(waiting_.size(), " statements wait already; try again later"));
  }
  waiting_.push_back(std::move(submission));
  // The thread is awake unless it found nothing.
  if (waiting_.size() == 1) wake_.NotifyOne();
  return absl::OkStatus();
}

std::vector<Submission> Sequencer::TakeBatch() {
  std::vector<Submission> batch;
  std::size_t bytes = 0;
  while (!waiting_.empty() && batch.size() < kMaxBatchEntries) {
    bytes += waiting_.front().statement.signed_bytes().size();
    if (bytes > kMaxBatchBytes && !batch.empty()) break;
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch;
}

void Sequencer::Run() {
  for (;;) {
    std::vector<Submission> batch;
    std::optional<std::string> sealed;
    {
      const MutexLock lock(mutex_);
      while (waiting_.empty() && !stopping_) wake_.Wait(mutex_);
      if (waiting_.empty()) return;
      batch = TakeBatch();
      sealed = sealed_;
      if (sealed) stats_.failed += batch.size();
    }
    if (sealed) {
      for (Submission& submission : batch) submission.done(Sealed(*sealed));
      continue;
    }
    auto outcomes = committer_->Process(batch);
    if (!outcomes.ok()) {
      Fail(outcomes.status(), std::move(batch));
      return;
    }
    Count(*outcomes);
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move((*outcomes)[i]));
  }
}

void Sequencer::Count(const std::vector<Outcome>& outcomes) {
  const MutexLock lock(mutex_);
  head_ = committer_->head();
  ++stats_.batches;
  for (const Outcome& outcome : outcomes) {
    if (const auto* logged = std::get_if<Logged>(&outcome)) {
      ++(logged->already_logged ? stats_.already_logged : stats_.leaves);
    } else {
      ++(std::holds_alternative<absl::Status>(outcome) ? stats_.failed : stats_.refused);
    }
  }
}

void Sequencer::Fail(const absl::Status& status, std::vector<Submission> batch) {
  {
    const MutexLock lock(mutex_);
    failed_ = true;
  }
  hooks_.on_fatal(status);
  // Only where on_fatal returns. Nobody is told "logged"; whoever asks again after a restart
  // learns what became of it.
  {
    const MutexLock lock(mutex_);
    for (Submission& waiting : waiting_) batch.push_back(std::move(waiting));
    waiting_.clear();
    stats_.failed += batch.size();
  }
  for (Submission& submission : batch) submission.done(Stopped(true));
}

void Sequencer::Seal(std::string why) {
  const MutexLock lock(mutex_);
  if (!sealed_) sealed_ = std::move(why);
}

std::optional<std::string> Sequencer::sealed() const {
  const MutexLock lock(mutex_);
  return sealed_;
}

void Sequencer::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    wake_.NotifyOne();
  }
  const MutexLock lock(stop_mutex_);
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const SignedHead> Sequencer::Head() const {
  const MutexLock lock(mutex_);
  return head_;
}

SequencerStats Sequencer::Stats() const {
  const MutexLock lock(mutex_);
  SequencerStats stats = stats_;
  stats.waiting = waiting_.size();
  return stats;
}

const merkle::TileReader& Sequencer::Tiles() const { return *tiles_; }
const merkle::TileReader& Sequencer::TilesInMemory() const { return *tiles_in_memory_; }

}  // namespace cairn::log
