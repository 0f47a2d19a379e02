// The broker and its witnesses: honest ones, dead ones, and ones that lie.
#include "broker/witnesses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "audit/ledger/read.h"
#include "audit/merkle/hash.h"
#include "audit/note/checkpoint.h"
#include "audit/note/cosignature.h"
#include "audit/witness/answer.h"
#include "broker/http_listener.h"
#include "broker/testing.h"
#include "broker/witness_server.h"
#include "keys/encoding.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using cairn::testing::IsOk;
using cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string NameOfWitness(int n) { return absl::StrCat("witness.example.org/w", n); }
keys::SigningPrivateKey KeyOfWitness(int n) {
  return LogBuilder::SigningKey(absl::StrCat("cosigner ", n));
}
keys::VerifierKey VkeyOfWitness(int n) {
  return *keys::VerifierKey::Create(NameOfWitness(n), keys::NoteKeyType::kCosignature,
                                    KeyOfWitness(n).Public());
}

// Waits for something that comes by itself.
bool Eventually(const std::function<bool()>& holds, int seconds = 15) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

// Three witnesses, each honest and running unless a test says otherwise, and a broker that asks
// them.
class WitnessesTest : public ::testing::Test {
 protected:
  using Lie = std::function<HttpResponse(const HttpRequest&)>;

  void SetUp() override {
    for (int n = 1; n <= 3; ++n) StartWitness(n);
  }
  void TearDown() override { under_test_.reset(); }

  void StartWitness(int n) {
    WitnessConfig config;
    config.name = NameOfWitness(n);
    config.data = absl::StrCat(folder_.path(), "/w", n);
    config.logs = absl::StrCat(folder_.path(), "/logs.list");
    config.http_listen = absl::StrCat("127.0.0.1:", ports_[n]);
    std::ofstream(config.logs) << "logs/v0\nvkey " << LogBuilder().LogVkey().ToString()
                               << "\nqpd 100000000\n";
    auto started = WitnessServer::Start(
        config, KeyOfWitness(n), {.now_s = [this] { return now_s_.load(); }, .on_fatal = {}});
    ASSERT_THAT(started.status(), IsOk());
    witnesses_[n] = *std::move(started);
    ports_[n] = witnesses_[n]->port();
  }
  // Instead of a witness: answers as `lie` says.
  void StartLiar(int n, Lie lie) {
    witnesses_[n].reset();
    auto started =
        HttpListener::Start({.listen = "127.0.0.1:0", .threads = 4, .max_body_bytes = 100'000},
                            std::move(lie), [](int) {});
    ASSERT_THAT(started.status(), IsOk());
    liars_[n] = *std::move(started);
    ports_[n] = liars_[n]->port();
  }
  Config WitnessedConfig() {
    Config config = TestConfig(folder_.path(), LogBuilder().origin());
    config.witness_policy = folder_.path() + "/witnesses";
    config.witness_timeout_ms = 500;
    std::ofstream file(config.witness_policy);
    for (int n = 1; n <= 3; ++n) {
      file << "witness w" << n << " " << VkeyOfWitness(n).ToString()
           << " http://127.0.0.1:" << ports_[n] << "/\n";
    }
    file << "quorum none\n";
    return config;
  }
  void StartBroker() {
    under_test_ = std::make_unique<BrokerUnderTest>(WitnessedConfig());
    under_test_->Found();
  }
  // The published note, if it covers `size` leaves; who has cosigned it.
  std::vector<std::string> CosignersAt(std::uint64_t size) {
    v1::Receipt receipt;
    v1::GetReceiptRequest request;
    request.set_leaf_index(size - 1);
    request.set_published(true);
    const grpc::Status status =
        under_test_->statements->GetReceipt(BrokerUnderTest::Context().get(), request, &receipt);
    if (!status.ok()) return {};
    std::vector<keys::VerifierKey> vkeys;
    for (int n = 1; n <= 3; ++n) vkeys.push_back(VkeyOfWitness(n));
    const auto opened =
        note::OpenCheckpoint(keys::AsBytes(receipt.note()), under_test_->builder.LogVkey(), vkeys);
    if (!opened.ok()) throw std::runtime_error(opened.status().ToString());
    std::vector<std::string> names;
    for (const auto& signature : opened->cosignatures) names.push_back(signature.key.name());
    return names;
  }
  bool HasCosigners(std::size_t count) {
    return Eventually([&] { return CosignersAt(Size()).size() == count; });
  }
  std::uint64_t Size() {
    v1::GetCheckpointResponse response;
    (void)under_test_->log->GetCheckpoint(BrokerUnderTest::Context().get(), {}, &response);
    const auto opened =
        note::OpenCheckpoint(keys::AsBytes(response.note()), under_test_->builder.LogVkey());
    return opened.ok() ? merkle::ToInt(opened->checkpoint.size) : 0;
  }
  void Claim() {
    under_test_->builder.Accept(under_test_->SomeClaim("registrar-a"));
    under_test_->SubmitAllOfBuilder();
  }
  // Signed by this log's key, over a tree that this log does not have.
  std::string OtherHistory(std::uint64_t size) {
    const LogBuilder builder;
    return note::SignCheckpoint(
               {builder.origin(), merkle::TreeSize{size}, {keys::Sha256(keys::AsBytes("fork"))}},
               builder.LogKey())
        .value();
  }
  // POST is answered with `answer`, GET with the note or with 404.
  static Lie Lying(HttpResponse answer, std::string note = "") {
    return [answer = std::move(answer), note = std::move(note)](const HttpRequest& request) {
      if (request.method == "POST") return answer;
      return note.empty() ? HttpResponse{.status = 404, .body = "none\n"}
                          : HttpResponse{.body = note};
    };
  }

  TempFolder folder_;
  std::atomic<std::uint64_t> now_s_{LogBuilder::kStartMs / 1000};
  std::array<int, 4> ports_{};
  std::array<std::unique_ptr<WitnessServer>, 4> witnesses_;
  std::array<std::unique_ptr<HttpListener>, 4> liars_;
  std::unique_ptr<BrokerUnderTest> under_test_;
};

TEST_F(WitnessesTest, AllCosignWhatIsPublishedAsTheLogGrows) {
  StartBroker();
  EXPECT_TRUE(HasCosigners(3));
  for (int i = 0; i < 5; ++i) {
    Claim();
    EXPECT_TRUE(HasCosigners(3)) << i;
  }
}

TEST_F(WitnessesTest, ADeadOneIsDoneWithoutAndAddsItsLineWhenItIsBack) {
  witnesses_[2].reset();
  StartBroker();
  EXPECT_TRUE(HasCosigners(2));
  Claim();
  EXPECT_TRUE(HasCosigners(2));
  StartWitness(2);
  // The log does not grow meanwhile.
  EXPECT_TRUE(HasCosigners(3));
}

TEST_F(WitnessesTest, OneThatNeverAnswersDelaysNobodyForLong) {
  StartLiar(1, [](const HttpRequest&) {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    return HttpResponse{.status = 500};
  });
  const auto began = std::chrono::steady_clock::now();
  StartBroker();
  EXPECT_TRUE(HasCosigners(2));
  Claim();
  EXPECT_TRUE(HasCosigners(2));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(8));
}

TEST_F(WitnessesTest, GarbageIsNoCosignature) {
  const std::string other_line = note::FormatSignatureLine(*note::Cosign(
      LogBuilder().origin() + "\n1\n" + keys::Base64(merkle::EmptyRoot().digest.View()) + "\n",
      note::PosixSeconds{1}, NameOfWitness(1), KeyOfWitness(1)));
  StartLiar(1, Lying({.body = other_line}));                // Over another tree.
  StartLiar(2, Lying({.body = std::string(70'000, 'x')}));  // More than there can be.
  StartBroker();
  EXPECT_TRUE(HasCosigners(1));
  Claim();
  EXPECT_TRUE(HasCosigners(1));
  EXPECT_FALSE(under_test_->broker->sealed());
}

TEST_F(WitnessesTest, ALieAboutItsSizeSealsNothing) {
  const HttpResponse larger{.status = 409, .content_type = witness::kSizeType, .body = "999999\n"};
  const auto another = keys::SigningPrivateKey::Generate();
  const std::string not_ours =
      note::SignCheckpoint(
          {LogBuilder().origin(), merkle::TreeSize{999'999}, {keys::Sha256(keys::AsBytes("fork"))}},
          another)
          .value();
  StartLiar(1, Lying(larger));            // And shows nothing.
  StartLiar(2, Lying(larger, not_ours));  // And shows what the log has not signed.
  StartBroker();
  EXPECT_TRUE(HasCosigners(1));
  Claim();
  EXPECT_TRUE(HasCosigners(1));
  EXPECT_FALSE(under_test_->broker->sealed());
}

TEST_F(WitnessesTest, A422WithoutProofSealsNothing) {
  StartLiar(1, Lying({.status = 422, .body = "no\n"}, "garbage"));
  // A 409 without a size means the same where witnesses are older; this one shows a true prefix.
  const std::string empty =
      note::SignCheckpoint({LogBuilder().origin(), merkle::TreeSize{0}, merkle::EmptyRoot()},
                           LogBuilder().LogKey())
          .value();
  StartLiar(2, Lying({.status = 409, .body = "root mismatch\n"}, empty));
  StartBroker();
  EXPECT_TRUE(HasCosigners(1));
  Claim();
  EXPECT_TRUE(HasCosigners(1));
  EXPECT_FALSE(under_test_->broker->sealed());
}

TEST_F(WitnessesTest, OnesOwnSignatureOverAnotherHistorySealsForGood) {
  std::atomic<bool> fork_is_out{false};
  StartLiar(1, [&, note = OtherHistory(2)](const HttpRequest& request) {
    if (!fork_is_out) return HttpResponse{.status = request.method == "POST" ? 500 : 404};
    if (request.method == "POST") return HttpResponse{.status = 422, .body = "no\n"};
    return HttpResponse{.body = note};
  });
  StartBroker();
  EXPECT_TRUE(HasCosigners(2));
  fork_is_out = true;
  EXPECT_TRUE(Eventually([&] { return under_test_->broker->sealed(); }, 45));
  v1::SubmitResponse response;
  under_test_->builder.Accept(under_test_->SomeClaim("registrar-a"));
  const auto entry = statement::ParseEntry(keys::AsBytes(under_test_->builder.entries().back()));
  const grpc::Status refused = under_test_->Submit(entry->signed_statement, response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(refused.error_message(), AllOf(HasSubstr("w1"), HasSubstr("another history")));
  v1::LogInfo info;
  EXPECT_TRUE(under_test_->log->GetInfo(BrokerUnderTest::Context().get(), {}, &info).ok());
  EXPECT_TRUE(info.sealed());
  // It reads on, and stays sealed when the witness is gone.
  EXPECT_GT(Size(), 0u);
  under_test_->broker->Stop();
  under_test_->broker.reset();
  liars_[1].reset();
  under_test_->Start();
  EXPECT_TRUE(under_test_->broker->sealed());
  EXPECT_TRUE(std::filesystem::exists(OtherHistoryPath(under_test_->config())));
}

TEST_F(WitnessesTest, ALargerTreeOfOnesOwnSealsAtTheStart) {
  // As after a restored backup, where the anchor was put back too.
  StartLiar(3, Lying({.status = 409, .content_type = witness::kSizeType, .body = "400\n"},
                     OtherHistory(400)));
  under_test_ = std::make_unique<BrokerUnderTest>(WitnessedConfig());
  EXPECT_TRUE(under_test_->broker->sealed());
  v1::LogInfo info;
  EXPECT_TRUE(under_test_->log->GetInfo(BrokerUnderTest::Context().get(), {}, &info).ok());
  EXPECT_THAT(info.sealed_reason(), HasSubstr("400 leaves, and the database has 0"));
}

// --- The log's time --------------------------------------------------------------------------

class WitnessedTimeTest : public WitnessesTest {
 protected:
  void FoundWitnessed() {
    Config config = WitnessedConfig();
    config.witnessed_ms = 100;
    under_test_ = std::make_unique<BrokerUnderTest>(config);
    v1::Statement genesis = under_test_->builder.GenesisStatement();
    std::string policy;
    for (int n = 1; n <= 3; ++n) {
      absl::StrAppend(&policy, "witness w", n, " ", VkeyOfWitness(n).ToString(), "\n");
    }
    absl::StrAppend(&policy, "group neutral 2 w1 w2 w3\nquorum neutral\n");
    genesis.mutable_genesis()->set_progress_policy(policy);
    genesis.mutable_genesis()->set_final_policy(policy);
    const Id id = under_test_->builder.Accept(genesis);
    under_test_->builder.Endorse("registrar-a", id);
    under_test_->builder.Endorse("registrar-b", id);
    under_test_->SubmitAllOfBuilder();
  }
  std::uint64_t FoldTime() {
    v1::GetChainHeadRequest request;
    request.set_key(LogBuilder::Fingerprint("registrar-a/desk"));
    v1::GetChainHeadResponse response;
    (void)under_test_->statements->GetChainHead(BrokerUnderTest::Context().get(), request,
                                                &response);
    return response.fold_time_ms();
  }
};

TEST_F(WitnessedTimeTest, TheWitnessesGiveTheTimeAndTheOperatorsClockDoesNot) {
  now_s_ = LogBuilder::kStartMs / 1000 + 77;
  FoundWitnessed();
  EXPECT_TRUE(Eventually([&] { return FoldTime() == now_s_ * 1000; })) << FoldTime();
  // Something changes, and the operator's clock says another time than the witnesses'.
  now_s_ += 60;
  under_test_->now_ms += 200'000;
  Claim();
  EXPECT_TRUE(Eventually([&] { return FoldTime() == now_s_ * 1000; })) << FoldTime();
}

TEST_F(WitnessedTimeTest, TooFewWitnessesStopTheTimeAndNotTheLog) {
  witnesses_[1].reset();
  witnesses_[2].reset();
  FoundWitnessed();
  EXPECT_TRUE(HasCosigners(1));
  EXPECT_EQ(FoldTime(), 0u);
}

// --- The file that names them ----------------------------------------------------------------

TEST(ReadWitnessFile, SaysWhatIsWrongWithIt) {
  TempFolder folder;
  const std::string path = folder.path() + "/policy";
  const std::string line = "witness w1 " + VkeyOfWitness(1).ToString();
  const auto read = [&](const std::string& text) {
    std::ofstream(path) << text;
    return ReadWitnessFile(path);
  };
  EXPECT_THAT(read(line + " http://127.0.0.1:1/\nquorum none\n"), IsOk());
  EXPECT_THAT(read(line + "\nquorum none\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no URL")));
  EXPECT_THAT(read("quorum none\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no witness")));
  EXPECT_THAT(read(line), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(path)));
  EXPECT_THAT(ReadWitnessFile("/nowhere"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace cairn::broker::testing
