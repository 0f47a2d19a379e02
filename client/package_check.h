// The receiver's checks on a package before it is signed: a holding party runs them offline, on its
// templates or on what it has built.
#ifndef CAIRN_CLIENT_PACKAGE_CHECK_H_
#define CAIRN_CLIENT_PACKAGE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/report.pb.h"
#include "client/context.h"

namespace cairn::client {

inline constexpr std::size_t kMostErrorsShown = 50;

struct CheckOrder {
  std::string path;    // A template folder, a folder of `package build`, an age file or a tar.
  std::string second;  // Second transcription of a template.
};

struct CheckResultOfPackage {
  v1::Report report;  // Empty if the package could not be read at all.
  bool has_report = false;
  std::vector<std::string> refusals;  // Why it would be refused; empty: it would not be.
  std::vector<std::string> remarks;   // What a receiver will notice, and nobody refuses.
};

// Opens no socket. What would have the package refused is a result: whatever `package build` would
// not take, a package that is not well made or not what its submission says, a blank without a type
// (check I-22). Errors: of the disk, of key files, and of completeness::Assess.
absl::StatusOr<CheckResultOfPackage> CheckPackage(Context& context, const CheckOrder& order,
                                                  const completeness::Rules& rules);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_PACKAGE_CHECK_H_
