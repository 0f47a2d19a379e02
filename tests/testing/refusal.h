// A matcher for what the fold says no to.
#ifndef CAIRN_TESTS_TESTING_REFUSAL_H_
#define CAIRN_TESTS_TESTING_REFUSAL_H_

#include "cairn/v1/statement.pb.h"
#include "gmock/gmock.h"

namespace cairn::testing {

// EXPECT_THAT(log.Refuse(s), RefusedFor(v1::REFUSAL_REASON_FIELD, "claim.speaker"));
// Holds only if the refusal also says what was wrong and what would be right.
MATCHER_P2(RefusedFor, reason, field, "is refused for that reason at that field") {
  *result_listener << arg.ShortDebugString();
  return arg.reason() == reason && arg.field() == field && !arg.message().empty() &&
         !arg.remedy().empty();
}

}  // namespace cairn::testing

#endif  // CAIRN_TESTS_TESTING_REFUSAL_H_
