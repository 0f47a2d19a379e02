#include "audit/mirror/replay_folder.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/ledger/carry.h"
#include "audit/ledger/read.h"
#include "audit/statement/entry.h"
#include "audit/statement/statement.h"

namespace cairn::mirror {
namespace {

// One entry with its signature verified, or why it is none.
struct CheckedEntry {
  keys::Bytes entry;
  std::uint64_t logged_at_ms = 0;
  absl::StatusOr<statement::VerifiedStatement> statement;
};
using CheckedEntries = std::vector<CheckedEntry>;

CheckedEntries CheckEntries(std::vector<keys::Bytes> entries, statement::KeyMemo& memo) {
  CheckedEntries checked;
  checked.reserve(entries.size());
  for (keys::Bytes& entry : entries) {
    const absl::StatusOr<statement::Entry> parsed = statement::ParseEntry(keys::AsBytes(entry));
    CheckedEntry one;
    if (parsed.ok()) {
      one.logged_at_ms = parsed->logged_at_ms;
      one.statement = statement::Verify(keys::AsBytes(parsed->signed_statement), &memo);
    } else {
      one.statement = parsed.status();
    }
    one.entry = std::move(entry);
    checked.push_back(std::move(one));
  }
  return checked;
}

// A thread that verifies bundles ahead of the fold, in the order in which it gets them. It lives as
// long as the replay: what a thread has to learn first (the schema of statements, the keys) costs
// as much as some hundred statements. One thread gives and takes; each slot belongs to it until
// Give, and again from Take on. In between it is the verifier's, and the semaphores hand it over.
class Verifier {
 public:
  static constexpr std::size_t kSlots =
      3;  // One being verified, the others waiting for it or for the fold.

  Verifier() : thread_([this] { Run(); }) {}
  ~Verifier() {
    stopping_ = true;
    given_.release();
    thread_.join();
  }
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  // REQUIRES: fewer than kSlots were given and not taken.
  void Give(std::vector<keys::Bytes> entries) {
    slots_[next_given_++ % kSlots].entries = std::move(entries);
    given_.release();
  }
  // What was given longest ago. REQUIRES: something was.
  CheckedEntries Take() {
    verified_.acquire();
    return std::move(slots_[next_taken_++ % kSlots].checked);
  }

 private:
  struct Slot {
    std::vector<keys::Bytes> entries;
    CheckedEntries checked;
  };

  void Run() {
    statement::KeyMemo memo;  // Checking a key costs more than checking a signature.
    for (std::size_t next = 0;; ++next) {
      given_.acquire();
      if (stopping_) return;
      Slot& slot = slots_[next % kSlots];
      slot.checked = CheckEntries(std::move(slot.entries), memo);
      verified_.release();
    }
  }

  std::array<Slot, kSlots> slots_;
  std::size_t next_given_ = 0;
  std::size_t next_taken_ = 0;
  std::atomic<bool> stopping_{false};
  std::counting_semaphore<kSlots + 1> given_{0};
  std::counting_semaphore<kSlots> verified_{0};
  std::thread thread_;  // Last: it uses all the others.
};

absl::Status FoldEntries(const CheckedEntries& entries, ledger::Replay& replay, OnLeaf on_leaf) {
  for (const CheckedEntry& one : entries) {
    const keys::ByteView entry = keys::AsBytes(one.entry);
    // What did not verify is verified again by Step, which says why.
    absl::StatusOr<ledger::ReplayStep> step =
        one.statement.ok() ? replay.StepVerified(one.logged_at_ms, *one.statement)
                           : replay.Step(entry);
    if (!step.ok()) return step.status();
    if (absl::Status status = on_leaf(*step, entry); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// The entries [first, end) of one bundle.
absl::StatusOr<std::vector<keys::Bytes>> ReadPart(LogReader& log, std::uint64_t first,
                                                  std::uint64_t end) {
  absl::StatusOr<std::vector<keys::Bytes>> entries = log.ReadBundle(first / merkle::kTileWidth);
  if (!entries.ok()) return entries;
  const std::uint64_t base = first - first % merkle::kTileWidth;
  entries->resize(std::min<std::uint64_t>(entries->size(), end - base));
  entries->erase(entries->begin(), entries->begin() + static_cast<std::ptrdiff_t>(first - base));
  return entries;
}

absl::Status FoldLeaves(LogReader& log, merkle::TreeSize end, ledger::Replay& replay,
                        OnLeaf on_leaf) {
  if (end > log.size()) {
    return absl::InvalidArgumentError(absl::StrCat("the log has ", merkle::ToInt(log.size()),
                                                   " leaves here, not ", merkle::ToInt(end)));
  }
  // The bundles go round the verifiers, and come back in the same order.
  const std::size_t verifiers = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<Verifier>> round;
  for (std::size_t i = 0; i < verifiers; ++i) round.push_back(std::make_unique<Verifier>());
  std::size_t given = 0;
  std::size_t taken = 0;
  std::uint64_t next = merkle::ToInt(replay.size());
  while (next < merkle::ToInt(end) || taken < given) {
    while (next < merkle::ToInt(end) && given - taken < Verifier::kSlots * verifiers) {
      absl::StatusOr<std::vector<keys::Bytes>> entries = ReadPart(log, next, merkle::ToInt(end));
      if (!entries.ok()) return entries.status();
      next += entries->size();
      round[given++ % verifiers]->Give(*std::move(entries));
    }
    const CheckedEntries checked = round[taken++ % verifiers]->Take();
    if (absl::Status folded = FoldEntries(checked, replay, on_leaf); !folded.ok()) return folded;
  }
  return absl::OkStatus();
}

absl::Status IgnoreLeaf(const ledger::ReplayStep&, keys::ByteView) { return absl::OkStatus(); }

absl::StatusOr<std::unique_ptr<LogReader>> OpenPredecessor(Source& copy,
                                                           const v1::Predecessor& before) {
  const auto vkey = keys::VerifierKey::Parse(before.log_vkey());
  if (!vkey.ok()) return absl::DataLossError("the Genesis names no key of its predecessor");
  auto reader = LogReader::Open(copy, *vkey);
  if (absl::IsNotFound(reader.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "this log goes on from ", before.log_origin(), " after ", before.tree_size(),
        " leaves, and no copy of that is in ", copy.Name(),
        ": without it nothing can be said of the state. Put one there, as `cairn log mirror` "
        "makes it"));
  }
  if (!reader.ok()) return reader.status();
  if (merkle::ToInt((*reader)->size()) < before.tree_size()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the copy of ", before.log_origin(), " in ", copy.Name(), " has ",
                     merkle::ToInt((*reader)->size()), " leaves, and ", before.tree_size(),
                     " were carried over: bring it up to date"));
  }
  const auto root = (*reader)->RootAt(merkle::TreeSize{before.tree_size()});
  if (!root.ok()) return root.status();
  if (root->digest.ToBytes() == before.root_hash()) return reader;
  return absl::DataLossError(absl::StrCat(before.log_origin(), " had another root after ",
                                          before.tree_size(),
                                          " leaves than the Genesis of its successor names"));
}

absl::Status GoOnFromPredecessor(LogReader& log, ledger::Replay& replay, OnLeaf on_old_leaf,
                                 int depth);

// REQUIRES: depth < kMaxPredecessors.
absl::StatusOr<ledger::Replay> FoldPredecessor(const Source& log_source,
                                               const v1::Predecessor& before, OnLeaf on_old_leaf,
                                               int depth) {
  const std::unique_ptr<Source> copy = log_source.Predecessor();
  if (copy == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("this log goes on from ", before.log_origin(), ", and ", log_source.Name(),
                     " has no place for a copy of that; give a folder made by `cairn log mirror`"));
  }
  const auto reader = OpenPredecessor(*copy, before);
  if (!reader.ok()) return reader.status();
  ledger::Replay replay;
  absl::Status folded = GoOnFromPredecessor(**reader, replay, on_old_leaf, depth + 1);
  if (!folded.ok()) return folded;
  folded = FoldLeaves(**reader, merkle::TreeSize{before.tree_size()}, replay, on_old_leaf);
  if (!folded.ok()) return folded;
  const auto log = ledger::ReadLog(replay.state());
  if (!log.ok()) return log.status();
  if (!log->has_value() || (*log)->genesis() != before.genesis()) {
    return absl::DataLossError(absl::StrCat("the copy of ", before.log_origin(),
                                            " has another Genesis than its successor names"));
  }
  return replay;
}

absl::Status GoOnFromPredecessor(LogReader& log, ledger::Replay& replay, OnLeaf on_old_leaf,
                                 int depth) {
  const absl::StatusOr<std::optional<v1::Predecessor>> before = ReadPredecessor(log);
  if (!before.ok() || !before->has_value()) return before.status();
  if (depth >= kMaxPredecessors) {
    return absl::FailedPreconditionError(
        absl::StrCat("the log has more than ", kMaxPredecessors, " predecessors"));
  }
  absl::StatusOr<ledger::Replay> old = FoldPredecessor(log.source(), **before, on_old_leaf, depth);
  if (!old.ok()) return old.status();
  const absl::StatusOr<keys::Digest> root =
      keys::Digest::FromBytes(keys::AsBytes((*before)->root_hash()));
  if (!root.ok()) return root.status();
  return replay.GoOnFrom(*std::move(old), merkle::NodeHash{*root});
}

}  // namespace

absl::StatusOr<std::optional<v1::Predecessor>> ReadPredecessor(LogReader& log) {
  if (merkle::ToInt(log.size()) == 0) return std::optional<v1::Predecessor>();
  const absl::StatusOr<keys::Bytes> bytes = log.ReadEntry(merkle::LeafIndex{0});
  if (!bytes.ok()) return bytes.status();
  const auto entry = statement::ParseEntry(keys::AsBytes(*bytes));
  const auto first = entry.ok() ? statement::Verify(keys::AsBytes(entry->signed_statement))
                                : absl::StatusOr<statement::VerifiedStatement>(entry.status());
  // What is no statement names nothing; the fold says what is wrong with it.
  if (!first.ok()) return std::optional<v1::Predecessor>();
  return ledger::PredecessorOf(first->statement());
}

absl::StatusOr<ledger::Replay> ReplayPredecessor(const Source& log_source,
                                                 const v1::Predecessor& before,
                                                 OnLeaf on_old_leaf) {
  return FoldPredecessor(log_source, before, on_old_leaf, 0);
}

absl::Status ReplayAll(LogReader& log, merkle::TreeSize end, ledger::Replay& replay,
                       OnLeaf on_old_leaf, OnLeaf on_leaf) {
  if (merkle::ToInt(replay.size()) == 0 && merkle::ToInt(end) > 0) {
    absl::Status carried = GoOnFromPredecessor(log, replay, on_old_leaf, 0);
    if (!carried.ok()) return carried;
  }
  return FoldLeaves(log, end, replay, on_leaf);
}

absl::Status ReplayLog(LogReader& log, merkle::TreeSize end, ledger::Replay& replay,
                       OnLeaf on_leaf) {
  return ReplayAll(log, end, replay, IgnoreLeaf, on_leaf);
}

absl::Status ReplayLog(LogReader& log, merkle::TreeSize end, ledger::Replay& replay) {
  return ReplayLog(log, end, replay, IgnoreLeaf);
}

absl::StatusOr<ledger::Replay> ReplayFolder(const std::string& folder, const keys::VerifierKey& log,
                                            merkle::TreeSize size) {
  FolderSource source(folder);
  absl::StatusOr<std::unique_ptr<LogReader>> reader = LogReader::Open(source, log);
  if (!reader.ok()) return reader.status();
  if (size > (*reader)->size()) {
    return absl::OutOfRangeError(absl::StrCat("the copy of the log in ", folder, " has ",
                                              merkle::ToInt((*reader)->size()),
                                              " leaves, and the state at ", merkle::ToInt(size),
                                              " is wanted: bring the copy up to date"));
  }
  ledger::Replay replay;
  if (absl::Status status = ReplayLog(**reader, size, replay); !status.ok()) return status;
  return replay;
}

}  // namespace cairn::mirror
