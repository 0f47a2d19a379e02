// The same with the real broker over gRPC: parties submit as fast as they are answered, the broker
// is killed with SIGKILL at random moments and started again, and whoever had no answer sends the
// same bytes again. CAIRN_CRASH_KILLS says how often (10), CAIRN_CRASH_SEED repeats a run.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/log/mutex.h"
#include "audit/log/rocks_store.h"
#include "audit/note/proof_file.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "cairn/v1/broker.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keys/vkey.h"
#include "tests/crash/harness.h"

namespace cairn::crash {
namespace {

constexpr int kBrokerParties = 24;
constexpr const char* kBrokerOrigin = "log.example.org/crash";
constexpr auto kPatience = std::chrono::seconds(60);  // For one answer, all kills included.

// A port of the loopback that is free now.
std::string FreeAddress() {
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool bound = bind(socket_fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(socket_fd);
  return bound ? absl::StrCat("127.0.0.1:", ntohs(address.sin_port)) : "";
}

// A broker in a folder of its own, to be started and killed.
class KilledBroker {
 public:
  explicit KilledBroker(const std::string& folder) : folder_(folder), address_(FreeAddress()) {
    std::ofstream(folder_ + "/passphrase") << "a passphrase for nothing\n";
    chmod((folder_ + "/passphrase").c_str(), 0600);
  }

  // Keys, configuration and Genesis; `registrar` is its only registrar.
  void SetUp(const v1::PartyEntry& registrar) {
    std::ofstream(folder_ + "/registrar.entry", std::ios::binary)
        << OrDie(statement::CanonicalBytes(registrar));
    Run({"init", "--config", Config(), "--origin", kBrokerOrigin, "--operator-name", "An office",
         "--grpc-listen", address_, "--http-listen", FreeAddress(), "--key-cost",
         "insecure-minimum", "--passphrase-file", folder_ + "/passphrase"});
    Run({"genesis", "--config", Config(), "--registrar", folder_ + "/registrar.entry"});
  }
  void Start() {
    broker_ = std::make_unique<Child>(std::vector<std::string>{Program(), "--config", Config()},
                                      folder_ + "/broker.log", true);
  }
  bool Kill() { return broker_->Kill(); }
  int Stop() { return broker_->Terminate(); }
  int Fsck() {
    return Child({Program(), "fsck", "--config", Config()}, folder_ + "/fsck.txt", true).ExitCode();
  }

  const std::string& address() const { return address_; }
  keys::VerifierKey vkey() const {
    std::string text = ReadAll(folder_ + "/log.vkey");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return OrDie(keys::VerifierKey::Parse(text));
  }

 private:
  static std::string Program() { return CAIRN_BINARY_DIR "/bin/cairn-broker"; }
  std::string Config() const { return folder_ + "/broker.toml"; }
  void Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), Program());
    const int code = Child(arguments, folder_ + "/setup.txt", true).ExitCode();
    ASSERT_EQ(code, 0) << ReadAll(folder_ + "/setup.txt");
  }

  const std::string folder_;
  const std::string address_;
  std::unique_ptr<Child> broker_;
};

// A party's connection to the broker. Keeps asking with the same bytes until there is an answer.
class Client {
 public:
  Client(const std::string& address, std::vector<Receipt>& receipts, log::Mutex& mutex)
      : address_(address), receipts_(receipts), mutex_(mutex) {}

  // False, with a test failure, if the broker refuses or never answers.
  bool Submit(const keys::Bytes& signed_statement) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    grpc::Status status;
    while (std::chrono::steady_clock::now() < deadline) {
      v1::SubmitRequest request;
      v1::SubmitResponse response;
      request.set_signed_statement(signed_statement);
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
      status = Stub().Submit(&context, request, &response);
      if (status.ok()) return Keep(signed_statement, response);
      // A new connection each time, so that gRPC's waits between attempts do not add up.
      stub_.reset();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "no answer: " << status.error_message();
    return false;
  }

 private:
  v1::StatementService::Stub& Stub() {
    if (stub_ == nullptr) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      stub_ = v1::StatementService::NewStub(
          grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments));
    }
    return *stub_;
  }

  bool Keep(const keys::Bytes& signed_statement, const v1::SubmitResponse& response) {
    if (!response.has_receipt()) {
      v1::Refusal refusal;
      refusal.ParseFromString(response.refusal().refusal());
      ADD_FAILURE() << "refused: " << refusal.ShortDebugString();
      return false;
    }
    const v1::Receipt& receipt = response.receipt();
    note::ProofFile proof{
        std::nullopt, merkle::LeafIndex{receipt.leaf_index()}, {}, receipt.note()};
    for (const std::string& hash : receipt.inclusion_proof()) {
      proof.path.push_back({OrDie(keys::Digest::FromBytes(keys::AsBytes(hash)))});
    }
    Receipt kept{OrDie(note::FormatProofFile(proof)),
                 statement::EncodeEntry(receipt.logged_at_ms(), keys::AsBytes(signed_statement))};
    const log::MutexLock lock(mutex_);
    receipts_.push_back(std::move(kept));
    return true;
  }

  const std::string address_;
  std::vector<Receipt>& receipts_;
  log::Mutex& mutex_;
  std::unique_ptr<v1::StatementService::Stub> stub_;
};

TEST(BrokerCrash, NothingAcknowledgedIsLostAndNothingIsForkedHoweverOftenTheBrokerIsKilled) {
  const unsigned kills = FromEnvironment("CAIRN_CRASH_KILLS", 10);
  const unsigned seed = FromEnvironment("CAIRN_CRASH_SEED", std::random_device{}());
  SCOPED_TRACE(absl::StrCat("CAIRN_CRASH_SEED=", seed));
  std::mt19937 random(seed);
  std::string folder = (std::filesystem::temp_directory_path() / "cairn-broker-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);

  testing::SmallLog small(kBrokerOrigin);
  const auto now_ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count());
  testing::Speaker& registrar = small.registrar();
  registrar.SetIssuedAt(now_ms);
  KilledBroker broker(folder);
  ASSERT_NO_FATAL_FAILURE(broker.SetUp(registrar.Entry()));
  broker.Start();

  std::vector<Receipt> receipts;
  log::Mutex mutex;
  {
    Client client(broker.address(), receipts, mutex);
    v1::Statement endorse;
    // What `genesis` printed first: the digest of leaf 0.
    const std::string digest = ReadAll(folder + "/setup.txt").substr(0, 64);
    endorse.mutable_endorse()->set_statement(OrDie(keys::Digest::FromHex(digest)).ToBytes());
    ASSERT_TRUE(client.Submit(registrar.Sign(endorse)));
  }
  std::vector<testing::Speaker> speakers;
  for (int i = 0; i < kBrokerParties; ++i) {
    speakers.push_back(small.NewSpeaker(absl::StrCat("party-", i)));
    speakers.back().SetIssuedAt(now_ms);
    Client client(broker.address(), receipts, mutex);
    ASSERT_TRUE(client.Submit(registrar.SignEnrol(speakers.back()).signed_bytes()));
  }

  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (testing::Speaker& speaker : speakers) {
    threads.emplace_back([&] {
      Client client(broker.address(), receipts, mutex);
      while (!done && client.Submit(speaker.Sign(testing::Speaker::Claim(speaker.sequence())))) {
      }
    });
  }
  for (unsigned i = 0; i < kills; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1 + random() % 1200));
    EXPECT_TRUE(broker.Kill()) << "the broker ended by itself after " << i
                               << " kills: " << ReadAll(folder + "/broker.log");
    broker.Start();
  }
  std::this_thread::sleep_for(std::chrono::seconds(2));
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(broker.Stop(), 0) << ReadAll(folder + "/broker.log");
  EXPECT_EQ(broker.Fsck(), 0) << ReadAll(folder + "/fsck.txt");

  log::RocksOptions read_only;
  read_only.mode = log::RocksOptions::Mode::kReadOnly;
  auto store = OrDie(log::OpenRocksStore(folder + "/data/db", read_only));
  Auditor auditor(*store, broker.vkey());
  const log::MutexLock lock(mutex);
  for (const Receipt& receipt : receipts) ASSERT_NO_FATAL_FAILURE(auditor.Check(receipt));
  EXPECT_GT(receipts.size(), 100u);
  std::printf("%u kills, %zu receipts under %zu notes, %llu leaves: nothing lost, nothing forked\n",
              kills, receipts.size(), auditor.notes(),
              static_cast<unsigned long long>(merkle::ToInt(auditor.head().size)));
  store.reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cairn::crash
