// Matchers for absl::Status, which Debian 12's Abseil does not bring.
#ifndef CAIRN_TESTS_TESTING_STATUS_H_
#define CAIRN_TESTS_TESTING_STATUS_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cairn::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// EXPECT_THAT(x, IsOk());
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// EXPECT_THAT(x, StatusIs(absl::StatusCode::kDataLoss));
MATCHER_P(StatusIs, code, "has status code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

// EXPECT_THAT(x, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("root")));
MATCHER_P2(StatusIs, code, message, "has status code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         ::testing::ExplainMatchResult(message, std::string(StatusOf(arg).message()),
                                       result_listener);
}

}  // namespace cairn::testing

// ASSERT_OK_AND_ASSIGN(auto value, Function());
#define CAIRN_CONCAT_INNER(a, b) a##b
#define CAIRN_CONCAT(a, b) CAIRN_CONCAT_INNER(a, b)
#define ASSERT_OK_AND_ASSIGN(lhs, expression) \
  ASSERT_OK_AND_ASSIGN_IMPL(CAIRN_CONCAT(status_or_, __LINE__), lhs, expression)
#define ASSERT_OK_AND_ASSIGN_IMPL(temporary, lhs, expression)   \
  auto temporary = (expression);                                \
  ASSERT_TRUE(temporary.ok()) << temporary.status().ToString(); \
  lhs = std::move(temporary).value()

#endif  // CAIRN_TESTS_TESTING_STATUS_H_
