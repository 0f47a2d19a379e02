#include "broker/predecessor.h"

#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/ledger/carry.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"
#include "audit/merkle/bundle.h"
#include "audit/merkle/tile.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/replay_folder.h"
#include "audit/mirror/source.h"
#include "audit/mirror/sync_folder.h"
#include "audit/note/note.h"
#include "audit/statement/entry.h"
#include "audit/statement/statement.h"
#include "keys/vkey.h"

namespace cairn::broker {
namespace {

constexpr std::size_t kSeedBatch = 4096;  // Objects written at once.
constexpr absl::string_view kBelow = "/predecessor";

absl::Status AddLost(const std::string& text, v1::Predecessor& predecessor) {
  const std::size_t dash = text.find('-');
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  const bool good =
      absl::SimpleAtoi(text.substr(0, dash), &first) &&
      absl::SimpleAtoi(dash == std::string::npos ? text : text.substr(dash + 1), &last);
  if (!good || last < first) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--lost ", text, ": give a leaf, or the first and the last of a range: 40-57"));
  }
  v1::LostRange& range = *predecessor.add_lost();
  range.set_first(first);
  range.set_end(last + 1);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<mirror::LogReader>> CopyToData(const std::string& data,
                                                              const std::string& folder,
                                                              const keys::VerifierKey& key,
                                                              mirror::Source& copy) {
  mirror::FolderSource given(folder);
  const absl::StatusOr<mirror::SyncResult> synced =
      mirror::SyncFolder(absl::StrCat(data, "/", mirror::kPredecessorFolder), given, key);
  if (!synced.ok()) return synced.status();
  return mirror::LogReader::Open(copy, key);
}

}  // namespace

absl::StatusOr<CarriedLog> CarryPredecessor(const std::string& data,
                                            const PredecessorRequest& request) {
  const auto key = keys::VerifierKey::Parse(request.vkey);
  if (!key.ok() || key->type() != keys::NoteKeyType::kEd25519) {
    return absl::InvalidArgumentError(
        "--predecessor-vkey: give the verifier key of the log that this one goes on from");
  }
  const std::unique_ptr<mirror::Source> copy = mirror::FolderSource(data).Predecessor();
  const auto reader = CopyToData(data, request.folder, *key, *copy);
  if (!reader.ok()) return reader.status();
  const merkle::TreeSize size{request.size.value_or(merkle::ToInt((*reader)->size()))};
  if (size > (*reader)->size()) {
    return absl::FailedPreconditionError(absl::StrCat(request.folder, " has ",
                                                      merkle::ToInt((*reader)->size()),
                                                      " leaves; no more can be carried over"));
  }
  ledger::Replay old;
  if (absl::Status folded = mirror::ReplayLog(**reader, size, old); !folded.ok()) return folded;
  const absl::StatusOr<merkle::NodeHash> root = (*reader)->RootAt(size);
  if (!root.ok()) return root.status();
  const auto log = ledger::ReadLog(old.state());
  if (!log.ok()) return log.status();

  CarriedLog carried;
  carried.predecessor.set_log_origin(key->name());
  carried.predecessor.set_log_vkey(key->ToString());
  if (log->has_value()) carried.predecessor.set_genesis((*log)->genesis());
  carried.predecessor.set_tree_size(merkle::ToInt(size));
  carried.predecessor.set_root_hash(root->digest.ToBytes());
  for (const std::string& lost : request.lost) {
    if (absl::Status added = AddLost(lost, carried.predecessor); !added.ok()) return added;
  }
  absl::Status on = carried.replay.GoOnFrom(std::move(old), *root);
  if (!on.ok()) return on;
  return carried;
}

absl::Status SeedState(log::Store& store, const ledger::MemoryState& state) {
  std::vector<ledger::Change> changes;
  // What an earlier call has left and this state has not.
  absl::Status status = store.Scan("", [&](absl::string_view key, keys::ByteView) {
    const auto wanted = state.Get(key);
    if (wanted.ok() && !wanted->has_value()) changes.push_back({std::string(key), std::nullopt});
    return true;
  });
  if (!status.ok()) return status;
  std::optional<ledger::Change> log;
  const auto flush = [&store, &changes] {
    absl::Status seeded = changes.empty() ? absl::OkStatus() : store.SeedObjects(changes);
    changes.clear();
    return seeded;
  };
  absl::Status scanned = state.Scan("", [&](absl::string_view key, keys::ByteView value) {
    ledger::Change change{std::string(key), keys::ToBytes(value)};
    if (key == ledger::kLogKey) {
      log = std::move(change);
    } else {
      changes.push_back(std::move(change));
    }
    if (changes.size() >= kSeedBatch) status = flush();
    return status.ok();
  });
  if (status.ok()) status = scanned;
  if (status.ok()) status = flush();
  if (!status.ok() || !log.has_value()) return status;
  return store.SeedObjects({*log});
}

absl::StatusOr<ledger::Replay> BeginReplay(const log::Reader& reader, const std::string& data) {
  const absl::StatusOr<keys::Bytes> bytes = reader.ReadEntry(merkle::LeafIndex{0});
  if (absl::IsNotFound(bytes.status())) return ledger::Replay();
  if (!bytes.ok()) return bytes.status();
  const auto entry = statement::ParseEntry(keys::AsBytes(*bytes));
  const auto first = entry.ok() ? statement::Verify(keys::AsBytes(entry->signed_statement))
                                : absl::StatusOr<statement::VerifiedStatement>(entry.status());
  const auto before = first.ok() ? ledger::PredecessorOf(first->statement()) : std::nullopt;
  if (!before.has_value()) return ledger::Replay();
  absl::StatusOr<ledger::Replay> old = mirror::ReplayPredecessor(
      mirror::FolderSource(data), *before,
      [](const ledger::ReplayStep&, keys::ByteView) { return absl::OkStatus(); });
  if (!old.ok()) return old.status();
  const auto root = keys::Digest::FromBytes(keys::AsBytes(before->root_hash()));
  if (!root.ok()) return root.status();
  ledger::Replay replay;
  absl::Status on = replay.GoOnFrom(*std::move(old), merkle::NodeHash{*root});
  if (!on.ok()) return on;
  return replay;
}

HttpResponse AnswerPredecessorPath(absl::string_view path, const std::string& data) {
  const HttpResponse nothing{.status = 404, .body = "there is no such path\n"};
  std::string folder = data;
  int depth = 0;
  while (absl::ConsumePrefix(&path, kBelow)) {
    if (path.empty() || path.front() != '/' || ++depth > mirror::kMaxPredecessors) return nothing;
    absl::StrAppend(&folder, "/", mirror::kPredecessorFolder);
  }
  if (depth == 0) return nothing;
  const bool checkpoint = path == "/checkpoint";
  if (!checkpoint && !merkle::ParseTilePath(path.substr(1)).ok()) return nothing;
  const std::size_t limit = checkpoint ? note::kMaxNoteBytes : merkle::kMaxBundleBytes;
  absl::StatusOr<keys::Bytes> bytes =
      mirror::FolderSource(folder).Fetch(std::string(path.substr(1)), limit);
  if (!bytes.ok()) return nothing;
  if (checkpoint) return {.cache_control = "no-cache", .body = *std::move(bytes)};
  return {.content_type = "application/octet-stream",
          .cache_control = "public, max-age=31536000, immutable",
          .body = *std::move(bytes)};
}

}  // namespace cairn::broker
