#include "audit/dossier/evidence_copy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/merkle/frontier.h"
#include "audit/mirror/replay_folder.h"

namespace cairn::dossier {

absl::StatusOr<CopiedEntries> CopiedEntries::Some(mirror::LogReader& log, merkle::TreeSize from,
                                                  merkle::TreeSize end) {
  if (from > end || end > log.size()) {
    return absl::InvalidArgumentError(absl::StrCat("the copy has ", merkle::ToInt(log.size()),
                                                   " leaves, not ", merkle::ToInt(end)));
  }
  CopiedEntries entries;
  List list;
  list.log = &log;
  list.next = merkle::ToInt(from);
  list.end = merkle::ToInt(end);
  entries.lists_.push_back(std::move(list));
  return entries;
}

absl::Status CopiedEntries::AddPredecessors(mirror::LogReader& log) {
  mirror::LogReader* newer = &log;
  for (int depth = 0;; ++depth) {
    const auto before = mirror::ReadPredecessor(*newer);
    if (!before.ok() || !before->has_value()) return before.status();
    if (depth == mirror::kMaxPredecessors) {
      return absl::FailedPreconditionError("the log has too many predecessors");
    }
    List list;
    list.source = newer->source().Predecessor();
    if (list.source == nullptr) {
      return absl::FailedPreconditionError("no copy of the predecessor lies beside the log's");
    }
    const auto key = keys::VerifierKey::Parse((*before)->log_vkey());
    if (!key.ok()) return absl::DataLossError("the Genesis names no key of its predecessor");
    auto reader = mirror::LogReader::Open(*list.source, *key);
    if (!reader.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the copy of the predecessor: ", reader.status().message()));
    }
    list.owned = *std::move(reader);
    list.log = list.owned.get();
    list.end = (*before)->tree_size();
    newer = list.log;
    if (merkle::ToInt(newer->size()) < list.end) {
      return absl::FailedPreconditionError("the copy of the predecessor lacks leaves");
    }
    lists_.insert(lists_.begin(), std::move(list));
  }
}

absl::StatusOr<CopiedEntries> CopiedEntries::AllToFold(mirror::LogReader& log) {
  absl::StatusOr<CopiedEntries> entries = Some(log, merkle::TreeSize{0}, log.size());
  if (!entries.ok()) return entries;
  if (absl::Status added = entries->AddPredecessors(log); !added.ok()) return added;
  return entries;
}

absl::StatusOr<std::optional<std::uint64_t>> CopiedEntries::NextList() {
  if (list_ == lists_.size()) return std::optional<std::uint64_t>();
  const List& list = lists_[list_++];
  return std::optional<std::uint64_t>(list.end - list.next);
}

absl::StatusOr<keys::ByteView> CopiedEntries::NextEntry() {
  List& list = lists_[list_ - 1];
  absl::StatusOr<keys::Bytes> entry = list.log->ReadEntry(merkle::LeafIndex{list.next});
  if (!entry.ok()) return entry.status();
  ++list.next;
  entry_ = *std::move(entry);
  return keys::AsBytes(entry_);
}

absl::StatusOr<keys::Bytes> PeaksOf(const mirror::LogReader& log, merkle::TreeSize size) {
  const absl::StatusOr<merkle::Frontier> frontier = merkle::Frontier::Load(size, log);
  if (!frontier.ok()) return frontier.status();
  keys::Bytes peaks;
  for (const merkle::NodeHash& peak : frontier->peaks()) {
    keys::AppendBytes(peaks, peak.digest.View());
  }
  return peaks;
}

}  // namespace cairn::dossier
