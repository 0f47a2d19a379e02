// The rule sets that parties agree on by digest and hand to each other outside the log: one folder
// with their main files (*.textproto) and what these name beside them; and what came with the
// program.
#ifndef CAIRN_BROKER_AGREED_FILES_H_
#define CAIRN_BROKER_AGREED_FILES_H_

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "audit/completeness/rule_set.h"
#include "audit/log/mutex.h"
#include "cairn/v1/common.pb.h"
#include "keys/bytes.h"

namespace cairn::broker {

// Thread-safe. Rule sets are read when first asked for and kept.
class AgreedFiles {
 public:
  explicit AgreedFiles(std::string folder) : folder_(std::move(folder)) {}

  // The rule set with this digest, from the folder, else from the program. kNotFound, naming the
  // folder: neither has it. Files that are no rule sets are passed over.
  absl::StatusOr<std::shared_ptr<const completeness::Rules>> FindRules(const v1::RuleSetRef& ref);

 private:
  std::shared_ptr<const completeness::Rules> Keep(completeness::Rules rules)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string folder_;
  log::Mutex mutex_;
  std::map<keys::Bytes, std::shared_ptr<const completeness::Rules>> rules_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_AGREED_FILES_H_
