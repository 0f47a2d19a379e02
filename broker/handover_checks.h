// The checks that need only leaves and manifests, for handovers that statements have touched: made
// beside the sequencer's way, so that whoever looks finds them done, and the log of the program
// says when one fails that did not before.
#ifndef CAIRN_BROKER_HANDOVER_CHECKS_H_
#define CAIRN_BROKER_HANDOVER_CHECKS_H_

#include <cstdint>
#include <map>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "audit/log/mutex.h"
#include "audit/log/store.h"
#include "broker/agreed_files.h"
#include "cairn/v1/facts.pb.h"
#include "cairn/v1/report.pb.h"
#include "keys/bytes.h"

namespace cairn::broker {

// Thread-safe.
class HandoverChecks {
 public:
  // Both outlive this.
  HandoverChecks(const log::Store& store, AgreedFiles& agreed) : store_(store), agreed_(agreed) {}

  // A statement about this handover goes into the log. Quick.
  void Touch(const keys::Bytes& handover);
  bool HasTouched() const;
  // Makes the checks for all that were touched. Takes as long as it takes.
  void Refresh();

  // The checks on these facts: those made already if they are of the same size, else made now.
  // kNotFound: the rule set is not among the agreed files.
  absl::StatusOr<v1::HandoverResult> For(const v1::HandoverFacts& facts);

 private:
  struct Made {
    std::uint64_t at_size = 0;
    v1::HandoverResult result;
  };

  absl::StatusOr<v1::HandoverResult> Make(const v1::HandoverFacts& facts);
  void RefreshOne(const keys::Bytes& handover);

  const log::Store& store_;
  AgreedFiles& agreed_;
  mutable log::Mutex mutex_;
  std::set<keys::Bytes> touched_ ABSL_GUARDED_BY(mutex_);
  std::map<keys::Bytes, Made> made_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_HANDOVER_CHECKS_H_
