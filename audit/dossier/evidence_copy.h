// Entries for an evidence file, out of a verified copy of a log.
#ifndef CAIRN_AUDIT_DOSSIER_EVIDENCE_COPY_H_
#define CAIRN_AUDIT_DOSSIER_EVIDENCE_COPY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/dossier/evidence.h"
#include "audit/merkle/types.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/source.h"

namespace cairn::dossier {

// Reads as it is asked; memory is that of the readers.
class CopiedEntries final : public EntryLists {
 public:
  // The leaves [from, end) of `log`, which must outlive this. kInvalidArgument: there are fewer.
  static absl::StatusOr<CopiedEntries> Some(mirror::LogReader& log, merkle::TreeSize from,
                                            merkle::TreeSize end);
  // All of `log` from its first leaf on, and before it the predecessors' as far as they were
  // carried over: what the log's rules need. kFailedPrecondition: no copy of a predecessor lies
  // beside the log's.
  static absl::StatusOr<CopiedEntries> AllToFold(mirror::LogReader& log);

  absl::StatusOr<std::optional<std::uint64_t>> NextList() override;
  absl::StatusOr<keys::ByteView> NextEntry() override;

 private:
  struct List {
    std::unique_ptr<mirror::Source> source;    // Of a predecessor.
    std::unique_ptr<mirror::LogReader> owned;  // Likewise.
    mirror::LogReader* log = nullptr;
    std::uint64_t next = 0;
    std::uint64_t end = 0;
  };
  absl::Status AddPredecessors(mirror::LogReader& log);

  std::vector<List> lists_;  // In the order of the file.
  std::size_t list_ = 0;     // One past the present one.
  keys::Bytes entry_;
};

// The peaks of the tree of `size` leaves, as an evidence file has them.
absl::StatusOr<keys::Bytes> PeaksOf(const mirror::LogReader& log, merkle::TreeSize size);

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_EVIDENCE_COPY_H_
