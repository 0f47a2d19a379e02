#include "client/connection.h"

#include <grpcpp/grpcpp.h>

#include <string>

#include "client/testing.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

grpc::Status SaidWith(grpc::StatusCode code, const std::string& message, const std::string& field,
                      const std::string& description) {
  google::rpc::BadRequest bad;
  auto* violation = bad.add_field_violations();
  violation->set_field(field);
  violation->set_description(description);
  google::rpc::Status details;
  details.set_code(static_cast<int>(code));
  details.set_message(message);
  details.add_details()->PackFrom(bad);
  return {code, message, details.SerializeAsString()};
}

TEST(ConnectionTest, OnlyNumbersOfThisMachineGoWithoutTls) {
  for (const char* address :
       {"127.0.0.1:7443", "127.8.9.10:1", "localhost:1", "[::1]:1", "unix:/run/x"}) {
    EXPECT_TRUE(IsLoopbackAddress(address)) << address;
  }
  for (const char* address : {"127.example.org:7443", "127.0.0.1.example.org:1", "127.0.0:1",
                              "127.0.0.256:1", "127.0.0.+1:1", "128.0.0.1:1", "localhost.org:1",
                              "10.0.0.1:1", "[::]:1", "[::1].example.org:1", ""}) {
    EXPECT_FALSE(IsLoopbackAddress(address)) << address;
  }
}

TEST(ConnectionTest, RootsThatHoldNoCertificateAreNamed) {
  const testing::TempFolder folder;
  Profile profile;
  profile.broker = "127.0.0.1:1";
  profile.certificate = folder.Write("roots.pem", "nothing\n");
  EXPECT_THAT(Connection::Create(profile),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("roots.pem holds no PEM")));
  profile.certificate = "/nowhere.pem";
  EXPECT_THAT(Connection::Create(profile), StatusIs(absl::StatusCode::kNotFound));
}

TEST(ConnectionTest, WhatIsSaidTwiceIsShownOnce) {
  EXPECT_THAT(
      FromGrpc(SaidWith(grpc::StatusCode::INVALID_ARGUMENT, "size: too large", "size", "too large"),
               "b:1"),
      StatusIs(absl::StatusCode::kInvalidArgument, "the broker says: size: too large"));
}

TEST(ConnectionTest, TheDetailsAddFieldAndRemedy) {
  EXPECT_THAT(FromGrpc(SaidWith(grpc::StatusCode::INVALID_ARGUMENT, "field 9 is not known",
                                "signed_statement", "sign it again"),
                       "b:1"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("field 9 is not known"),
                             HasSubstr("field signed_statement: sign it again"))));
}

TEST(ConnectionTest, WhatTheBrokerSaysIsNotItsSilence) {
  EXPECT_THAT(FromGrpc(SaidWith(grpc::StatusCode::UNAVAILABLE, "shutting down", "x", "y"), "b:1"),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr("the broker says"), Not(HasSubstr("did not answer")))));
  EXPECT_THAT(FromGrpc({grpc::StatusCode::UNAVAILABLE, "failed to connect"}, "b:1"),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr("b:1 did not answer"), HasSubstr("see that it runs"))));
}

}  // namespace
}  // namespace cairn::client
