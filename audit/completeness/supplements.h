// Which supplements speak about which record, and what became of them.
#ifndef CAIRN_AUDIT_COMPLETENESS_SUPPLEMENTS_H_
#define CAIRN_AUDIT_COMPLETENESS_SUPPLEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "audit/completeness/engine.h"
#include "cairn/v1/package.pb.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// All supplements of an assessment, by the record that they name. They are kept in memory: a
// supplement is a field's value or two.
class SupplementBook {
 public:
  // Reads the supplements of all packages, in their order. Those of a package speak about records
  // of earlier ones, or of itself.
  absl::Status Collect(std::span<const AssessedInput> packages);

  // The record with every supplement to it that can be taken up; each one's result is added to
  // `report` and to be sorted by Finish.
  v1::MinefieldRecord Apply(std::size_t package, const PackageRecord& record, v1::Report& report);

  // Adds those that no record answered to, and sorts all by package and position.
  void Finish(v1::Report& report);

 private:
  struct Entry {
    std::uint64_t package = 0;  // Whose supplement it is.
    std::uint64_t position = 0;
    v1::Supplement supplement;
    bool used = false;
  };
  using Target = std::pair<std::size_t, std::uint64_t>;  // Package index, record index.

  std::vector<Entry> entries_;
  std::vector<keys::Digest> digests_;
  absl::flat_hash_map<Target, std::vector<std::size_t>> by_target_;
};

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_SUPPLEMENTS_H_
