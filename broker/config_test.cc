#include "broker/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "broker/testing.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using cairn::testing::IsOk;
using cairn::testing::StatusIs;
using ::testing::HasSubstr;

class ConfigTest : public ::testing::Test {
 protected:
  absl::Status Load(const std::string& text) {
    std::ofstream(path_) << text;
    return LoadConfigFile(path_, config_);
  }

  TempFolder folder_;
  std::string path_ = folder_.path() + "/broker.toml";
  Config config_;
};

TEST_F(ConfigTest, WhatTheFileSaysIsSetAndPathsStartFromItsFolder) {
  ASSERT_THAT(Load("[broker]\norigin = \"a.example/log\"\ndata = \"d\"\n[grpc]\nreflection = true\n"
                   "[log]\npublish_ms = 250\n"),
              IsOk());
  EXPECT_EQ(config_.origin, "a.example/log");
  EXPECT_EQ(config_.data, folder_.path() + "/d");
  EXPECT_EQ(config_.log_key, folder_.path() + "/keys/log.key");
  EXPECT_TRUE(config_.reflection);
  EXPECT_EQ(config_.publish_ms, 250u);
}

TEST_F(ConfigTest, ErrorsNameTheLine) {
  EXPECT_THAT(Load("[broker]\norigin = \"a\"\nsurprise = 1\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("broker.toml:3: ")));
  EXPECT_THAT(Load("[grpc]\nreflection = \"yes\"\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(":2: grpc.reflection")));
  EXPECT_THAT(Load("[log]\n\npublish_ms = -1\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(":3: ")));
  EXPECT_THAT(Load("[log\n"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(":1: ")));
  EXPECT_THAT(Load("origin = \"a\"\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("[broker]")));
  EXPECT_THAT(LoadConfigFile("/nowhere/broker.toml", config_),
              StatusIs(absl::StatusCode::kNotFound));
}

// What toml++ 3.3.0 asserts never to meet, where its assertions are compiled in.
TEST_F(ConfigTest, TextsThatTheParserHoldsImpossibleAreErrors) {
  for (const char* text : {"[[[", "[[[a]]]", "a=[}", "a = [ 1, } ]"}) {
    EXPECT_THAT(Load(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("broker.toml")))
        << text;
  }
}

TEST_F(ConfigTest, TheEnvironmentOverridesTheFile) {
  ASSERT_THAT(Load("[log]\npublish_ms = 250\nwitnessed_ms = 5000\n"), IsOk());
  const auto get = [](const char* name) -> const char* {
    return std::string(name) == "CAIRN_BROKER_LOG_PUBLISH_MS" ? "300" : nullptr;
  };
  ASSERT_THAT(LoadEnvironment(get, config_), IsOk());
  EXPECT_EQ(config_.publish_ms, 300u);
  EXPECT_EQ(config_.witnessed_ms, 5000u);
}

TEST_F(ConfigTest, AnErrorInTheEnvironmentNamesTheVariable) {
  const auto get = [](const char* name) -> const char* {
    return std::string(name) == "CAIRN_BROKER_LOG_PUBLISH_MS" ? "soon" : nullptr;
  };
  EXPECT_THAT(LoadEnvironment(get, config_), StatusIs(absl::StatusCode::kInvalidArgument,
                                                      HasSubstr("CAIRN_BROKER_LOG_PUBLISH_MS")));
}

TEST_F(ConfigTest, BeyondLoopbackNeedsTls) {
  config_.origin = "a.example/log";
  EXPECT_THAT(CheckConfig(config_), IsOk());
  config_.grpc_listen = "0.0.0.0:7443";
  EXPECT_THAT(CheckConfig(config_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("needs TLS")));
  config_.tls_certificate = "tls.crt";
  EXPECT_THAT(CheckConfig(config_), StatusIs(absl::StatusCode::kInvalidArgument));
  config_.tls_key = "tls.key";
  EXPECT_THAT(CheckConfig(config_), IsOk());
}

TEST_F(ConfigTest, AnOriginIsAHostAndAPathWithoutScheme) {
  for (const char* good : {"log.example.org/handover", "log", "a.example/x/y-1", "x.org/~me"}) {
    config_.origin = good;
    EXPECT_THAT(CheckConfig(config_), IsOk()) << good;
  }
  for (const char* bad : {"https://log.example.org/x", "//log.example.org", "/x", "a.org:443/x",
                          "log.example.org/", "a.org//x", "a org/x", "a.org/x y", "a.org/x?y"}) {
    config_.origin = bad;
    EXPECT_THAT(CheckConfig(config_),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("broker.origin")))
        << bad;
  }
}

TEST_F(ConfigTest, AnAddressToListenOnIsHostAndPort) {
  config_.origin = "a.example/log";
  for (const char* good : {"127.0.0.1:0", "localhost:65535", "[::1]:7443", "unix:/run/x"}) {
    config_.grpc_listen = good;
    EXPECT_THAT(CheckConfig(config_), IsOk()) << good;
  }
  for (const char* bad : {"nonsense", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", ":7443",
                          "127.0.0.1:x", "http://127.0.0.1:7443", "::1:7443", "127.0.0.1:-1", ""}) {
    config_.grpc_listen = bad;
    EXPECT_THAT(CheckConfig(config_),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("grpc.listen")))
        << bad;
  }
  config_.grpc_listen = "127.0.0.1:0";
  config_.http_listen = "unix:/run/x";
  EXPECT_THAT(CheckConfig(config_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("http.listen")));
}

TEST_F(ConfigTest, LoopbackIsWhatCannotBeReachedFromOutside) {
  for (const char* listen :
       {"127.0.0.1:1", "127.8.9.10:1", "localhost:1", "[::1]:1", "unix:/run/x"}) {
    EXPECT_TRUE(IsLoopback(listen)) << listen;
  }
  for (const char* listen : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "127.0.0.1.example.org:1",
                             "128.0.0.1:1", "example:1", "127.0.0.256:1", "127.0.0:1", ""}) {
    EXPECT_FALSE(IsLoopback(listen)) << listen;
  }
}

TEST_F(ConfigTest, WhatIsWrittenReadsBackTheSame) {
  Config written;
  written.origin = "a.example/log";
  written.http_listen = "";
  written.data = "/srv/\"quoted\\path";
  written.package_bytes = 12345;
  written.assess = false;
  ASSERT_THAT(Load(FormatConfig(written)), IsOk());
  EXPECT_EQ(config_.http_listen, "");
  EXPECT_EQ(config_.data, "/srv/\"quoted\\path");
  EXPECT_EQ(config_.package_bytes, 12345u);
  EXPECT_FALSE(config_.assess);
}

TEST_F(ConfigTest, TheExampleFileIsTheTableOfSettings) {
  Config example;
  example.origin = "log.example.org/handover";
  std::ifstream file(CAIRN_SOURCE_DIR "/broker/broker.example.toml");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), FormatConfig(example));
}

TEST_F(ConfigTest, EverySettingHasItsOwnNames) {
  std::set<std::string> names;
  for (const SettingInfo& setting : Settings()) {
    EXPECT_TRUE(names.insert(setting.option).second) << setting.option;
    EXPECT_THAT(setting.environment, HasSubstr("CAIRN_BROKER_"));
    EXPECT_FALSE(setting.help.empty());
  }
}

}  // namespace
}  // namespace cairn::broker::testing
