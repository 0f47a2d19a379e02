// The witness as a program and over sockets: what audit/witness's tests cannot see.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "audit/note/checkpoint.h"
#include "audit/witness/witness.h"
#include "broker/testing.h"
#include "keys/vkey.h"

namespace cairn::broker::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const char kWitnessProgram[] = CAIRN_BINARY_DIR "/bin/cairn-witness";
const char kWitnessedOrigin[] = "example.org/log";

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// A connection to a port of loopback; what is sent and when is the test's.
class Caller {
 public:
  explicit Caller(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Caller() { ::close(socket_); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  bool connected() const { return connected_; }
  void Send(const std::string& bytes) const {
    (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // Everything until the other end closes or `seconds` have passed.
  std::string Receive(int seconds) const {
    std::string all;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    char piece[4096];
    while (std::chrono::steady_clock::now() < end) {
      pollfd one{.fd = socket_, .events = POLLIN, .revents = 0};
      if (::poll(&one, 1, 50) <= 0) continue;
      const ssize_t count = ::recv(socket_, piece, sizeof piece, 0);
      if (count <= 0) break;
      all.append(piece, static_cast<std::size_t>(count));
    }
    return all;
  }

 private:
  int socket_;
  bool connected_ = false;
};

std::string Get(int port, const std::string& path) {
  const Caller caller(port);
  caller.Send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return caller.Receive(10);
}
std::string Post(int port, const std::string& body) {
  const Caller caller(port);
  caller.Send("POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  return caller.Receive(10);
}
std::string BodyOf(const std::string& answer) {
  return answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4));
}

// A note of the log of a tree of `size` leaves of which nobody knows more than the root.
std::string SomeNote(std::uint64_t size, char root) {
  note::Checkpoint checkpoint{kWitnessedOrigin, merkle::TreeSize{size}, {}};
  checkpoint.root.digest.bytes.fill(static_cast<std::uint8_t>(root));
  return note::SignCheckpoint(checkpoint, LogBuilder::SigningKey("the log")).value();
}

class WitnessProgramTest : public ::testing::Test {
 protected:
  WitnessProgramTest() {
    std::ofstream(folder_.path() + "/pass") << "a secret phrase\n";
    std::filesystem::permissions(folder_.path() + "/pass", std::filesystem::perms::owner_read);
  }
  ~WitnessProgramTest() override {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  pid_t Begin(const std::string& arguments) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    const std::string line = "cd " + folder_.path() + " && exec " + kWitnessProgram + " " +
                             arguments + " >out 2>err </dev/null";
    ::execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  int CodeOf(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int Run(const std::string& arguments) { return CodeOf(Begin(arguments)); }
  void Init() {
    ASSERT_EQ(Run("init --name witness.example.org/w1 --key-cost insecure-minimum "
                  "--passphrase-file pass --http-listen 127.0.0.1:0"),
              0)
        << Contents(folder_.path() + "/err");
    const auto log = keys::VerifierKey::Create(kWitnessedOrigin, keys::NoteKeyType::kEd25519,
                                               LogBuilder::SigningKey("the log").Public());
    std::ofstream(folder_.path() + "/logs.list", std::ios::app)
        << "vkey " << log->ToString() << "\nqpd 10000000\n";
  }
  void Start() {
    pid_ = Begin("");
    for (int i = 0; i < 500 && port_ == 0; ++i) {
      const std::string err = Contents(folder_.path() + "/err");
      const auto at = err.find("\"port\":");
      if (at != std::string::npos) port_ = std::stoi(err.substr(at + 7));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ASSERT_NE(port_, 0) << Contents(folder_.path() + "/err");
  }
  void Stop() {
    ::kill(pid_, SIGTERM);
    EXPECT_EQ(CodeOf(std::exchange(pid_, -1)), 0) << Contents(folder_.path() + "/err");
    port_ = 0;
  }

  TempFolder folder_;
  pid_t pid_ = -1;
  int port_ = 0;
};

TEST_F(WitnessProgramTest, WrongUseIsTwoAndWhatCannotBeDoneIsThree) {
  EXPECT_EQ(Run("--version"), 0);
  EXPECT_EQ(Run("init"), 2);
  EXPECT_EQ(Run(""), 2);  // No name anywhere.
  EXPECT_THAT(Contents(folder_.path() + "/err"), HasSubstr("witness.name"));
  EXPECT_EQ(Run("--config nowhere.toml"), 3);
  Init();
  EXPECT_EQ(Run("init --name w --passphrase-file pass"), 3);
  EXPECT_THAT(Contents(folder_.path() + "/err"), HasSubstr("nothing is overwritten"));
  std::ofstream(folder_.path() + "/logs.list", std::ios::app) << "qpd 1\n";
  EXPECT_EQ(Run(""), 2);
  EXPECT_THAT(Contents(folder_.path() + "/err"), HasSubstr("logs.list: line 7"));
}

TEST_F(WitnessProgramTest, CosignsRemembersAndShowsWhatItDisputed) {
  Init();
  Start();
  const std::string vkey = Contents(folder_.path() + "/witness.vkey");
  const std::vector<keys::VerifierKey> witnesses = {
      *keys::VerifierKey::Parse(vkey.substr(0, vkey.size() - 1))};
  const auto log = keys::VerifierKey::Create(kWitnessedOrigin, keys::NoteKeyType::kEd25519,
                                             LogBuilder::SigningKey("the log").Public());
  const std::string answer = Post(port_, "old 0\n\n" + SomeNote(5, 'a'));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  const auto opened =
      note::OpenCheckpoint(keys::AsBytes(SomeNote(5, 'a') + BodyOf(answer)), *log, witnesses);
  ASSERT_TRUE(opened.ok()) << opened.status().ToString();
  EXPECT_EQ(opened->cosignatures.size(), 1u);
  const std::string conflict = Post(port_, "old 0\n\n" + SomeNote(6, 'a'));
  EXPECT_THAT(conflict, StartsWith("HTTP/1.1 409 "));
  EXPECT_THAT(conflict, HasSubstr("Content-Type: text/x.tlog.size\r\n"));
  EXPECT_EQ(BodyOf(conflict), "5\n");
  EXPECT_THAT(Post(port_, "old 5\n\n" + SomeNote(5, 'b')), StartsWith("HTTP/1.1 422 "));
  Stop();

  EXPECT_EQ(Run(std::string("disputed ") + kWitnessedOrigin), 1);
  EXPECT_EQ(Contents(folder_.path() + "/out"),
            "cosigned:\n" + SomeNote(5, 'a') + "\ndisputed:\n" + SomeNote(5, 'b') + "\n");

  Start();
  const std::string path = "/" + witness::OriginHash(kWitnessedOrigin).Hex() + "/checkpoint";
  EXPECT_EQ(BodyOf(Get(port_, path)), SomeNote(5, 'a') + BodyOf(answer));
  EXPECT_THAT(Get(port_, "/x/checkpoint"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Get(port_, "/add-checkpoint"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Get(port_, "/healthz"), HasSubstr("ok\n"));
  EXPECT_THAT(Post(port_, "garbage"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Get(port_, "/metrics"), HasSubstr("{status=\"400\"} 1\n"));
  Stop();
}

TEST_F(WitnessProgramTest, ASecondOneOverTheSameDataIsRefused) {
  Init();
  Start();
  const std::string line =
      "cd " + folder_.path() + " && " + kWitnessProgram + " >/dev/null 2>second";
  const int code = std::system(line.c_str());
  EXPECT_EQ(WEXITSTATUS(code), 3);
  EXPECT_THAT(Contents(folder_.path() + "/second"), HasSubstr("open in another process"));
  Stop();
}

TEST_F(WitnessProgramTest, SlowHalfOpenAndHugeCallersDoNotStopTheOthers) {
  Init();
  Start();
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < 24; ++i) {
    callers.push_back(std::make_unique<Caller>(port_));
    ASSERT_TRUE(callers.back()->connected());
    if (i % 3 == 0) callers.back()->Send("POST /add-checkpoint HTTP/1.1\r\n");
    if (i % 3 == 1) {
      callers.back()->Send("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 500\r\n\r\nold 0\n");
    }
  }
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(Post(port_, "old 0\n\n" + SomeNote(5, 'a')), StartsWith("HTTP/1.1 200 "));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  // Refused by what it announces, not by what it sends.
  const Caller huge(port_);
  huge.Send("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_THAT(huge.Receive(5), StartsWith("HTTP/1.1 413 "));
  // Without an announced length it is cut off where it is too long.
  const Caller chunked(port_);
  chunked.Send("POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) chunked.Send("1000\r\n" + std::string(4096, 'x') + "\r\n");
  EXPECT_THAT(chunked.Receive(5), StartsWith("HTTP/1.1 413 "));
  // A caller that falls silent is told so, or cut off, and its thread is free again.
  EXPECT_THAT(callers[1]->Receive(25), ::testing::AnyOf("", StartsWith("HTTP/1.1 4")));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(35));
  Stop();
}

}  // namespace
}  // namespace cairn::broker::testing
