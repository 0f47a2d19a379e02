// The check of what a stopped broker keeps beside its log: every chunk of every file is read and
// hashed, every file hashed as a whole, and every package that a leaf submits must be among them.
// Files, index and leaves are believed in nothing that can be computed. One chunk is in memory at a
// time, and the list of chunks of one file.
#ifndef CAIRN_BROKER_CONTENT_CHECK_H_
#define CAIRN_BROKER_CONTENT_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "audit/log/fsck.h"
#include "audit/merkle/types.h"
#include "broker/content_store.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::broker {

// What was read.
struct ContentTotals {
  std::uint64_t files = 0;    // There in whole.
  std::uint64_t uploads = 0;  // Unfinished.
  std::uint64_t bytes = 0;    // Read from the disk.
};

// Collects doubts (log::DoubtAbout::kContent) into a report. Not thread-safe.
class ContentCheck {
 public:
  // Both must outlive this. At most `max_doubts` are kept in the report; further ones are counted.
  ContentCheck(const ContentStore& content, log::FsckReport& report, std::size_t max_doubts = 100)
      : content_(content), report_(report), max_doubts_(max_doubts) {}

  // For each statement of the log: are the files that it submits in the index, in their sizes? No
  // statement of the present fold takes content away again. Reads the index only.
  void CheckNamed(merkle::LeafIndex leaf, const v1::Statement& statement);
  // Reads and hashes everything.
  ContentTotals CheckAll();

 private:
  void CheckOneNamed(merkle::LeafIndex leaf, absl::string_view what, const std::string& digest,
                     std::uint64_t size);
  void CheckFile(const keys::Digest& digest, ContentTotals& totals);
  void Doubtful(std::string message);

  const ContentStore& content_;
  log::FsckReport& report_;
  const std::size_t max_doubts_;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_CONTENT_CHECK_H_
