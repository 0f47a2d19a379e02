#include "audit/mirror/replay_folder.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
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

}  // namespace

absl::Status ReplayLog(LogReader& log, merkle::TreeSize end, ledger::Replay& replay,
                       OnLeaf on_leaf) {
  if (end > log.size()) {
    return absl::InvalidArgumentError(absl::StrCat("the log has ", merkle::ToInt(log.size()),
                                                   " leaves here, not ", merkle::ToInt(end)));
  }
  // One bundle a thread is verified ahead of the one that is folded.
  const std::size_t ahead = std::max(1U, std::thread::hardware_concurrency());
  // A memo of keys for each of them: the one that a bundle takes is free, because the bundle that
  // had it before has been folded. Checking a key costs more than checking a signature.
  std::vector<statement::KeyMemo> memos(ahead);
  std::size_t turn = 0;
  std::deque<std::future<CheckedEntries>> under_way;
  std::uint64_t next = merkle::ToInt(replay.size());
  while (next < merkle::ToInt(end) || !under_way.empty()) {
    while (next < merkle::ToInt(end) && under_way.size() < ahead) {
      absl::StatusOr<std::vector<keys::Bytes>> entries = ReadPart(log, next, merkle::ToInt(end));
      if (!entries.ok()) return entries.status();
      next += entries->size();
      under_way.push_back(std::async(std::launch::async, CheckEntries, *std::move(entries),
                                     std::ref(memos[turn++ % ahead])));
    }
    const CheckedEntries checked = under_way.front().get();
    under_way.pop_front();
    if (absl::Status folded = FoldEntries(checked, replay, on_leaf); !folded.ok()) return folded;
  }
  return absl::OkStatus();
}

absl::Status ReplayLog(LogReader& log, merkle::TreeSize end, ledger::Replay& replay) {
  return ReplayLog(log, end, replay,
                   [](const ledger::ReplayStep&, keys::ByteView) { return absl::OkStatus(); });
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
