// Starting, stopping, starting again; time; TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "broker/setup.h"
#include "broker/testing.h"
#include "broker/tls.h"
#include "keys/key_file.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using cairn::testing::IsOk;
using cairn::testing::StatusIs;
using ::testing::HasSubstr;

keys::SecretBytes Passphrase(const std::string& text) {
  return keys::SecretBytes::CopyOf(keys::AsBytes(text));
}

std::string Slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(LifecycleTest, ASecondBrokerOnTheSameFolderIsToldSo) {
  BrokerUnderTest under_test;
  const auto second = Broker::Start(under_test.config(), TestKeys(under_test.builder));
  EXPECT_THAT(second.status(), StatusIs(absl::StatusCode::kFailedPrecondition));
  under_test.Found();  // The first goes on.
}

TEST(LifecycleTest, ASecondBrokerOnTheSamePortIsToldSo) {
  BrokerUnderTest under_test;
  TempFolder folder;
  Config config = TestConfig(folder.path(), under_test.builder.origin());
  config.grpc_listen = under_test.broker->grpc_address();
  EXPECT_THAT(Broker::Start(config, TestKeys(under_test.builder)).status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("grpc.listen")));
}

TEST(LifecycleTest, AnotherLogKeyThanBeforeIsRefused) {
  BrokerUnderTest under_test;
  under_test.Found();
  under_test.broker.reset();
  BrokerKeys keys = TestKeys(under_test.builder);
  keys.log = LogBuilder::SigningKey("another key");
  EXPECT_THAT(Broker::Start(under_test.config(), std::move(keys)).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(LifecycleTest, WhatWasLoggedIsThereAfterARestart) {
  BrokerUnderTest under_test;
  under_test.Found();
  const keys::Bytes bytes = under_test.builder.Sign(under_test.SomeClaim("registrar-a"));
  const v1::SubmitResponse before = under_test.MustSubmit(bytes);
  under_test.broker.reset();
  under_test.Start();
  const v1::SubmitResponse after = under_test.MustSubmit(bytes);
  EXPECT_TRUE(after.receipt().already_logged());
  EXPECT_EQ(before.receipt().leaf_index(), after.receipt().leaf_index());
}

TEST(LifecycleTest, AStopDrainsWhatIsUnderWay) {
  BrokerUnderTest under_test;
  under_test.Found();
  std::vector<keys::Bytes> claims;
  for (int i = 0; i < 200; ++i) {
    const v1::Statement statement = under_test.SomeClaim("registrar-a");
    claims.push_back(under_test.builder.Sign(statement));
    under_test.builder.Accept(statement);
  }
  std::atomic<int> answered{0};
  std::atomic<int> unexpected{0};
  std::thread caller([&] {
    for (const keys::Bytes& bytes : claims) {
      v1::SubmitResponse response;
      const grpc::Status status = under_test.Submit(bytes, response);
      if (status.ok() && response.has_receipt()) {
        ++answered;
      } else {
        if (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
          ++unexpected;
          ADD_FAILURE() << status.error_code() << " " << status.error_message();
        }
        break;
      }
    }
  });
  while (answered < 20) std::this_thread::yield();
  under_test.broker->Stop();
  caller.join();
  EXPECT_EQ(unexpected, 0);
  under_test.broker.reset();
  under_test.Start();
  v1::GetChainHeadRequest request;
  request.set_key(LogBuilder::Fingerprint("registrar-a/desk"));
  v1::GetChainHeadResponse head;
  ASSERT_TRUE(
      under_test.statements->GetChainHead(BrokerUnderTest::Context().get(), request, &head).ok());
  EXPECT_GE(head.sequence(), 1u + static_cast<unsigned>(answered.load()));
}

TEST(LifecycleTest, ARestoredOlderDatabaseOpensSealedAndSaysSo) {
  BrokerUnderTest under_test;
  under_test.Found();
  under_test.broker.reset();
  const std::string copy = under_test.folder() + "/copy";
  std::filesystem::copy(DatabasePath(under_test.config()), copy,
                        std::filesystem::copy_options::recursive);
  under_test.Start();
  under_test.MustSubmit(under_test.builder.Sign(under_test.SomeClaim("registrar-a")));
  under_test.broker.reset();
  std::filesystem::remove_all(DatabasePath(under_test.config()));
  std::filesystem::rename(copy, DatabasePath(under_test.config()));
  under_test.Start();
  EXPECT_TRUE(under_test.broker->sealed());
  v1::LogInfo info;
  ASSERT_TRUE(under_test.log->GetInfo(BrokerUnderTest::Context().get(), {}, &info).ok());
  EXPECT_TRUE(info.sealed());
  EXPECT_FALSE(info.sealed_reason().empty());
  v1::SubmitResponse response;
  const grpc::Status status =
      under_test.Submit(under_test.builder.Sign(under_test.SomeClaim("registrar-b")), response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(status), "LOG_SEALED");
}

// --- Time ----------------------------------------------------------------------------------------

std::uint64_t FoldTime(BrokerUnderTest& under_test) {
  v1::GetChainHeadRequest request;
  request.set_key(LogBuilder::Fingerprint("operator/desk"));
  v1::GetChainHeadResponse head;
  const grpc::Status status =
      under_test.statements->GetChainHead(BrokerUnderTest::Context().get(), request, &head);
  return status.ok() ? head.fold_time_ms() : 0;
}

bool TimeReaches(BrokerUnderTest& under_test, std::uint64_t time_ms) {
  for (int i = 0; i < 300; ++i) {
    if (FoldTime(under_test) >= time_ms) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(TimekeeperTest, TimeGoesIntoALogThatChangesAndNotIntoOneThatRests) {
  BrokerUnderTest under_test;
  under_test.Found();
  const auto claim = [&] {
    const v1::Statement statement = under_test.SomeClaim("registrar-a");
    under_test.MustSubmit(under_test.builder.Sign(statement));
    under_test.builder.Accept(statement);
  };
  const std::uint64_t hours = 2 * under_test.config().witnessed_ms;
  under_test.now_ms += hours;
  claim();
  ASSERT_TRUE(TimeReaches(under_test, under_test.now_ms));
  under_test.now_ms += hours;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(FoldTime(under_test), under_test.now_ms.load());
  claim();
  EXPECT_TRUE(TimeReaches(under_test, under_test.now_ms));
}

TEST(TimekeeperTest, ADueDateThatPassesGetsALeaf) {
  BrokerUnderTest under_test;
  under_test.Found();
  const Id handover = under_test.OpenHandover();
  v1::Statement statement = under_test.builder.Say("receiving", handover);
  v1::Request& request = *statement.mutable_request();
  request.set_to("holding");
  request.set_kind(v1::REQUEST_KIND_CONFIRMATION);
  request.set_due_ms(LogBuilder::kStartMs + 6 * LogBuilder::kDayMs);
  const v1::SubmitResponse response = under_test.MustSubmit(under_test.builder.Sign(statement));
  ASSERT_TRUE(response.has_receipt()) << RefusalIn(response).ShortDebugString();
  // Not an hour passes in which anything else changes; only the due date does.
  under_test.now_ms = LogBuilder::kStartMs + 6 * LogBuilder::kDayMs + 1000;
  EXPECT_TRUE(TimeReaches(under_test, LogBuilder::kStartMs + 6 * LogBuilder::kDayMs));
}

// --- TLS -----------------------------------------------------------------------------------------

class TlsTest : public ::testing::Test {
 protected:
  TempFolder folder_;
  std::string certificate_ = folder_.path() + "/tls.crt";
  std::string key_ = folder_.path() + "/tls.key";
};

TEST_F(TlsTest, AClientThatTrustsTheCertificateIsServedAndAPlainOneIsNot) {
  ASSERT_THAT(MakeSelfSignedCertificate({"localhost", "127.0.0.1"}, 1, certificate_, key_), IsOk());
  TempFolder folder;
  Config config = TestConfig(folder.path(), LogBuilder().origin());
  config.tls_certificate = certificate_;
  config.tls_key = key_;
  BrokerUnderTest under_test(config);
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = Slurp(certificate_);
  const auto channel = grpc::CreateChannel(
      "localhost:" + std::to_string(under_test.broker->grpc_port()), grpc::SslCredentials(options));
  v1::LogInfo info;
  const grpc::Status trusted =
      v1::LogService::NewStub(channel)->GetInfo(BrokerUnderTest::Context().get(), {}, &info);
  EXPECT_TRUE(trusted.ok()) << trusted.error_message();
  const grpc::Status plain = under_test.log->GetInfo(BrokerUnderTest::Context(5).get(), {}, &info);
  EXPECT_EQ(plain.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, CertificateAndKeyMustBelongTogether) {
  ASSERT_THAT(MakeSelfSignedCertificate({"localhost"}, 1, certificate_, key_), IsOk());
  ASSERT_THAT(MakeSelfSignedCertificate({"localhost"}, 1, certificate_ + "2", key_ + "2"), IsOk());
  EXPECT_THAT(MakeTlsCredentials(certificate_, key_ + "2"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("tls.key2")));
  EXPECT_THAT(MakeTlsCredentials(key_, key_), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(MakeTlsCredentials("/nowhere", key_), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TlsTest, AKeyThatOthersMayReadIsRefused) {
  ASSERT_THAT(MakeSelfSignedCertificate({"localhost"}, 1, certificate_, key_), IsOk());
  std::filesystem::permissions(key_, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  EXPECT_THAT(MakeTlsCredentials(certificate_, key_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 600")));
}

TEST_F(TlsTest, NothingIsOverwrittenAndNamesAreChecked) {
  ASSERT_THAT(MakeSelfSignedCertificate({"localhost"}, 1, certificate_, key_), IsOk());
  EXPECT_THAT(MakeSelfSignedCertificate({"localhost"}, 1, certificate_, key_),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(MakeSelfSignedCertificate({"a b"}, 1, certificate_ + "3", key_ + "3"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(MakeSelfSignedCertificate({}, 1, certificate_ + "3", key_ + "3"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// --- Setup ---------------------------------------------------------------------------------------

class SetupTest : public ::testing::Test {
 protected:
  SetupTest() {
    request_.origin = builder_.origin();
    request_.operator_party = "broker";
    request_.operator_name = "Broker";
    request_.config_path = folder_.path() + "/broker.toml";
    request_.cost = keys::kMinimumCost;
  }
  std::string WriteEntry(const std::string& party) {
    const std::string path = folder_.path() + "/" + party + ".entry";
    std::ofstream(path, std::ios::binary)
        << statement::CanonicalBytes(builder_.Entry(party)).value();
    return path;
  }

  LogBuilder builder_;
  TempFolder folder_;
  InitRequest request_;
};

TEST_F(SetupTest, InitAndGenesisMakeALogThatABrokerServes) {
  const auto made = Initialize(request_, Passphrase("secret"));
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(Slurp(made->vkey_path), made->vkey + "\n");
  Config config;
  ASSERT_THAT(LoadConfigFile(made->config_path, config), IsOk());
  EXPECT_EQ(config.data, folder_.path() + "/data");
  EXPECT_EQ(config.operator_party, "broker");
  auto keys = ReadBrokerKeys(config, Passphrase("secret"));
  ASSERT_THAT(keys, IsOk());
  GenesisRequest genesis;
  genesis.operator_entry = folder_.path() + "/operator.entry";
  genesis.registrar_entries = {WriteEntry("registrar-a"), WriteEntry("registrar-b")};
  const auto first = MakeGenesis(config, *keys, genesis);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->digest.size(), 64u);
  const auto again = MakeGenesis(config, *keys, genesis);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->already_there);
  EXPECT_EQ(again->digest, first->digest);
  genesis.threshold = 1;
  EXPECT_THAT(MakeGenesis(config, *keys, genesis),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another Genesis")));
  config.grpc_listen = "127.0.0.1:0";
  config.http_listen = "";
  const auto broker = Broker::Start(config, *std::move(keys));
  ASSERT_THAT(broker, IsOk());
  EXPECT_EQ((*broker)->vkey(), made->vkey);
}

TEST_F(SetupTest, NothingIsOverwritten) {
  ASSERT_THAT(Initialize(request_, Passphrase("secret")), IsOk());
  EXPECT_THAT(Initialize(request_, Passphrase("secret")),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(SetupTest, AWrongPassphraseIsSaid) {
  ASSERT_THAT(Initialize(request_, Passphrase("secret")), IsOk());
  Config config;
  ASSERT_THAT(LoadConfigFile(request_.config_path, config), IsOk());
  EXPECT_THAT(ReadBrokerKeys(config, Passphrase("guess")).status(),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("wrong passphrase")));
}

TEST_F(SetupTest, AnEntryThatIsNoneIsNamed) {
  ASSERT_THAT(Initialize(request_, Passphrase("secret")), IsOk());
  Config config;
  ASSERT_THAT(LoadConfigFile(request_.config_path, config), IsOk());
  const auto keys = ReadBrokerKeys(config, Passphrase("secret"));
  const std::string path = folder_.path() + "/bad.entry";
  std::ofstream(path) << "not an entry";
  GenesisRequest genesis;
  genesis.operator_entry = folder_.path() + "/operator.entry";
  genesis.registrar_entries = {path};
  EXPECT_THAT(MakeGenesis(config, *keys, genesis),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bad.entry")));
}

TEST_F(SetupTest, ABadOriginIsRefusedBeforeAnythingIsWritten) {
  request_.origin = "with space";
  EXPECT_THAT(Initialize(request_, Passphrase("secret")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/keys"));
}

}  // namespace
}  // namespace cairn::broker::testing
