#include "broker/errors.h"

#include <gmock/gmock.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace cairn::broker {
namespace {

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status wire;
  EXPECT_TRUE(wire.ParseFromString(status.error_details()));
  return wire;
}

TEST(ErrorsTest, OkStaysOk) { EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok()); }

TEST(ErrorsTest, DetailsComeInOneOrderWhateverTheOrderOfAdding) {
  absl::Status status = absl::ResourceExhaustedError("busy");
  status = WithRetry(std::move(status), std::chrono::milliseconds(1500));
  status = WithField(std::move(status), "size", "too large");
  status = WithReason(std::move(status), "BROKER_BUSY");
  status = WithMetadata(std::move(status), "limit", "5");
  const grpc::Status wire = ToGrpcStatus(status);
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(wire.error_message(), "busy");
  const google::rpc::Status details = DetailsOf(wire);
  ASSERT_EQ(details.details_size(), 3);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "BROKER_BUSY");
  EXPECT_EQ(info.domain(), "cairn");
  EXPECT_EQ(info.metadata().at("limit"), "5");
  google::rpc::BadRequest bad;
  ASSERT_TRUE(details.details(1).UnpackTo(&bad));
  EXPECT_EQ(bad.field_violations(0).field(), "size");
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(details.details(2).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 500'000'000);
}

TEST(ErrorsTest, WhoeverSawItFirstKnowsBest) {
  const absl::Status status = WithReason(WithReason(absl::NotFoundError("x"), "FIRST"), "SECOND");
  EXPECT_EQ(ReasonOf(status), "FIRST");
}

TEST(ErrorsTest, AnErrorWithoutReasonHasThatOfItsCode) {
  EXPECT_EQ(ReasonOf(absl::DataLossError("x")), "DATA_LOSS");
  EXPECT_EQ(DetailsOf(ToGrpcStatus(absl::DataLossError("x"))).details_size(), 1);
}

TEST(ErrorsTest, NoPathOfTheServersDiskGoesOut) {
  const std::pair<absl::string_view, absl::string_view> cases[] = {
      {"reading the store: IO error: While pread offset 0: /srv/data/db/000009.sst: Input/output "
       "error",
       "reading the store: IO error: While pread offset 0: (a file of the broker): Input/output "
       "error"},
      {"writing /srv/log.d/content/beside/7: No space", "writing (a file of the broker): No space"},
      {"/srv/x", "(a file of the broker)"},
      {"see '/srv/x'.", "see '(a file of the broker)'."},
      {"it is in /srv/x/y.", "it is in (a file of the broker)."},
      {"log exercise.example.org/h-2021, 3/4 of it", "log exercise.example.org/h-2021, 3/4 of it"},
      {"https://example.org/x / y /", "https://example.org/x / y /"}};
  for (const auto& [message, shown] : cases) {
    EXPECT_EQ(WithoutPaths(message), std::string(shown));
    absl::Status status = WithField(absl::DataLossError(message), "size", message);
    status = WithMetadata(std::move(status), "where", message);
    const grpc::Status wire = ToGrpcStatus(status);
    EXPECT_EQ(wire.error_message(), std::string(shown));
    EXPECT_EQ(wire.error_details().find("/srv/"), std::string::npos);
  }
}

TEST(ErrorsTest, LongMessagesAreCutToWhatHeadersTake) {
  EXPECT_EQ(ToGrpcStatus(absl::InternalError(std::string(100'000, 'x'))).error_message().size(),
            2048u);
}

}  // namespace
}  // namespace cairn::broker
