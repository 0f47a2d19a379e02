// What /checkpoint shows: a note of this log that has been in the anchor, with the cosignatures
// that were collected for it. It moves when told to, and never back.
#ifndef CAIRN_AUDIT_LOG_PUBLISHED_H_
#define CAIRN_AUDIT_LOG_PUBLISHED_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/log/mutex.h"
#include "audit/log/outcome.h"
#include "audit/log/store.h"
#include "keys/bytes.h"
#include "keys/vkey.h"

namespace cairn::log {

// Thread-safe.
class Published {
 public:
  // Reads what was published last; nothing yet is fine. `store` must outlive this.
  // kDataLoss: the stored note is not one of `log_key`. Otherwise the store's.
  static absl::StatusOr<std::unique_ptr<Published>> Load(Store& store,
                                                         const keys::VerifierKey& log_key);

  // Makes `note` the published one, durable before anybody can see it. `note` is the log's own,
  // perhaps with further signature lines, of a size that the newest signed head covers.
  // kInvalidArgument, kUnauthenticated: not a note of this log. kDataLoss: the log's line does not
  // verify, or the root is not that of this size. kFailedPrecondition: smaller than what is shown.
  // The same size again is fine: cosignatures come in one by one.
  absl::Status Publish(const keys::Bytes& note);

  // The note to show; null before the first.
  std::shared_ptr<const SignedHead> Current() const;

 private:
  Published(Store& store, const keys::VerifierKey& log_key);

  Store& store_;
  const keys::VerifierKey log_key_;
  Mutex publish_mutex_;  // One publication at a time.
  mutable Mutex mutex_;
  std::shared_ptr<const SignedHead> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cairn::log

#endif  // CAIRN_AUDIT_LOG_PUBLISHED_H_
