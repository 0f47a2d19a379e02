// The HTTP listener as callers meet it who write their own bytes: fast, slow, silent or wrong.
#include "broker/http_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "broker/gzip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using Clock = std::chrono::steady_clock;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One TCP connection of a caller.
class RawCaller {
 public:
  explicit RawCaller(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("no connection");
    }
  }
  ~RawCaller() { ::close(fd_); }
  RawCaller(const RawCaller&) = delete;
  RawCaller& operator=(const RawCaller&) = delete;

  void Send(const std::string& bytes) const {
    (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  void StopSending() const { ::shutdown(fd_, SHUT_WR); }
  // What comes until the other side closes, `enough` bytes are there, or the time is up.
  std::string Receive(std::chrono::milliseconds most, std::size_t enough = SIZE_MAX) const {
    std::string all;
    std::string piece(1 << 16, '\0');
    const auto end = Clock::now() + most;
    while (all.size() < enough) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
      pollfd wait{.fd = fd_, .events = POLLIN, .revents = 0};
      if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) break;
      const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
      if (got <= 0) break;
      all.append(piece, 0, static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int fd_;
};

constexpr std::chrono::milliseconds kSoon{5000};
const char kGet[] = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
const char kGetAndClose[] = "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

class ListenerTest : public ::testing::Test {
 protected:
  void Start(std::uint64_t threads, std::string body, std::string type = "text/plain") {
    auto listener = HttpListener::Start(
        {.listen = "127.0.0.1:0", .threads = threads},
        [body = std::move(body), type = std::move(type)](const HttpRequest& request) {
          HttpResponse response{.content_type = type, .body = body};
          response.compressible = request.path == "/squeeze";
          if (request.method != "GET") response.status = 405;
          if (request.path == "/path") response.body = request.path;
          return response;
        },
        [this](int) { ++answers_; });
    ASSERT_THAT(listener, cairn::testing::IsOk());
    listener_ = *std::move(listener);
  }
  std::string Ask(const std::string& request, std::chrono::milliseconds most = kSoon) const {
    const RawCaller caller(listener_->port());
    caller.Send(request);
    return caller.Receive(most);
  }
  int port() const { return listener_->port(); }

  std::atomic<int> answers_ = 0;
  std::unique_ptr<HttpListener> listener_;
};

TEST_F(ListenerTest, AnswersHaveLengthTypeAndCaching) {
  Start(2, "hello\n");
  const std::string answer = Ask(kGetAndClose);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 6\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/plain\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nCache-Control: no-store\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nhello\n"));
}

TEST_F(ListenerTest, HeadHasTheLengthOfGetAndNoBody) {
  Start(2, "hello\n");
  const std::string answer = Ask("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 6\r\n"));
  EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\n"));
}

TEST_F(ListenerTest, AKeptConnectionAnswersOneAfterTheOther) {
  Start(2, "hello\n");
  const RawCaller caller(port());
  for (int i = 0; i < 3; ++i) {
    caller.Send(kGet);
    EXPECT_THAT(caller.Receive(kSoon, 1), HasSubstr("\r\n\r\nhello\n"));
  }
  caller.Send(std::string(kGet) + kGet + kGetAndClose);  // Pipelined.
  const std::string three = caller.Receive(kSoon);
  std::size_t count = 0;
  for (std::size_t at = 0; (at = three.find("hello\n", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 3U);
}

TEST_F(ListenerTest, ARangeIsNotOfferedAndTheWholeIsSent) {
  Start(2, "hello\n");
  EXPECT_THAT(Ask("GET /x HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2\r\nConnection: close\r\n\r\n"),
              ::testing::AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\r\n\r\nhello\n")));
}

TEST_F(ListenerTest, AQueryIsNoPartOfThePath) {
  Start(2, "hello\n");
  EXPECT_THAT(Ask("GET /path?a=b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
              HasSubstr("\r\n\r\n/path"));
}

// --- Compression ---------------------------------------------------------------------------------

TEST_F(ListenerTest, WhatMayBeCompressedIsForWhoAsksForIt) {
  const std::string body(10'000, 'x');
  Start(2, body, "application/octet-stream");
  const std::string plain = Ask("GET /squeeze HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(plain, HasSubstr("\r\nContent-Length: 10000\r\n"));
  EXPECT_THAT(plain, HasSubstr("\r\nVary: Accept-Encoding\r\n"));
  EXPECT_THAT(plain, Not(HasSubstr("Content-Encoding")));
  const std::string zipped =
      Ask("GET /squeeze HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br, gzip;q=0.5\r\n"
          "Connection: close\r\n\r\n");
  EXPECT_THAT(zipped, HasSubstr("\r\nContent-Encoding: gzip\r\n"));
  EXPECT_THAT(zipped, HasSubstr("\r\nVary: Accept-Encoding\r\n"));
  EXPECT_EQ(zipped.substr(zipped.find("\r\n\r\n") + 4), *Gzip(body));
  const std::string head =
      Ask("HEAD /squeeze HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n"
          "Connection: close\r\n\r\n");
  EXPECT_THAT(head, HasSubstr(absl::StrCat("\r\nContent-Length: ", Gzip(body)->size(), "\r\n")));
  EXPECT_THAT(Ask("GET /x HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n"
                  "Connection: close\r\n\r\n"),
              Not(HasSubstr("Content-Encoding")));
}

TEST(Gzip, HasOneFormAndOnlyWhereItIsSmaller) {
  const std::string bytes(1000, 'x');
  ASSERT_TRUE(Gzip(bytes).has_value());
  EXPECT_EQ(Gzip(bytes), Gzip(bytes));
  EXPECT_THAT(*Gzip(bytes), StartsWith("\x1f\x8b\x08"));
  EXPECT_FALSE(Gzip("x").has_value());
  EXPECT_FALSE(Gzip("abc").has_value());
  EXPECT_FALSE(Gzip("").has_value());
}

TEST(Gzip, IsTakenByWhoNamesItWithAWeight) {
  for (const char* yes : {"gzip", "GZIP", "x-gzip", "br, gzip", "gzip;q=1", "gzip ; q=0.001", "*",
                          "identity;q=0, gzip;q=0.5", "*;q=0, gzip", "deflate,*;q=0.1"}) {
    EXPECT_TRUE(AcceptsGzip(yes)) << yes;
  }
  for (const char* no : {"", "identity", "br", "gzip;q=0", "gzip; q=0.000", "*;q=0", "gzipp", "q=1",
                         "gzip;q=0, *"}) {
    EXPECT_FALSE(AcceptsGzip(no)) << no;
  }
}

// --- Callers who are wrong, slow or silent -------------------------------------------------------

TEST_F(ListenerTest, WhatIsNoRequestIsAnErrorAndTheNextCallerIsServed) {
  Start(2, "hello\n");
  for (const std::string& bad :
       {std::string("garbage\r\n\r\n"), std::string("\0\0\0\0\r\n\r\n", 8),
        std::string("GET\r\n\r\n"), std::string("GET /x HTTP/9.9\r\n\r\n"),
        std::string("GET /x HTTP/1.1\r\nno colon\r\n\r\n"),
        "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n",
        "GET /x HTTP/1.1\r\nH: " + std::string(20'000, 'a') + "\r\n\r\n"}) {
    EXPECT_THAT(Ask(bad), AnyOf("", ::testing::MatchesRegex("HTTP/[0-9.]+ [45](.|\n)*")))
        << bad.substr(0, 30);
    EXPECT_THAT(Ask(kGetAndClose), HasSubstr("hello"));
  }
}

TEST_F(ListenerTest, OtherMethodsAreForTheHandlerToRefuse) {
  Start(2, "hello\n");
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    EXPECT_THAT(Ask(absl::StrCat(method, " /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n",
                                 "Connection: close\r\n\r\n")),
                AnyOf(StartsWith("HTTP/1.1 405 "), StartsWith("HTTP/1.1 501 ")))
        << method;
  }
}

// More of them than a small server has threads: what is silent gets no thread to wait in.
TEST_F(ListenerTest, SilentCallersDoNotKeepOthersWaiting) {
  Start(4, "hello\n");
  std::vector<std::unique_ptr<RawCaller>> silent;
  for (int i = 0; i < 50; ++i) silent.push_back(std::make_unique<RawCaller>(port()));
  const auto start = Clock::now();
  EXPECT_THAT(Ask(kGetAndClose), HasSubstr("hello"));
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(3));
}

// Half a header and then nothing takes a thread, for as long as the patience lasts and no longer.
TEST_F(ListenerTest, HalfARequestIsGivenUp) {
  Start(2, "hello\n");
  std::vector<std::unique_ptr<RawCaller>> slow;
  for (int i = 0; i < 2; ++i) {
    slow.push_back(std::make_unique<RawCaller>(port()));
    slow.back()->Send("GET /x HTTP/1.1\r\nHost:");
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_THAT(Ask(kGetAndClose, 2 * kHttpPatience), HasSubstr("hello"));
}

TEST_F(ListenerTest, WhoReadsNothingIsGivenUp) {
  Start(2, std::string(std::size_t{64} << 20, 'x'));
  std::vector<std::unique_ptr<RawCaller>> deaf;
  for (int i = 0; i < 2; ++i) {
    deaf.push_back(std::make_unique<RawCaller>(port()));
    deaf.back()->Send(kGet);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const RawCaller caller(port());
  caller.Send(kGetAndClose);
  EXPECT_THAT(caller.Receive(3 * kHttpPatience, 1), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ListenerTest, WhoHangsUpInTheMiddleOfAnAnswerIsForgotten) {
  Start(2, std::string(std::size_t{16} << 20, 'x'));
  for (int i = 0; i < 20; ++i) {
    const RawCaller caller(port());
    caller.Send(kGet);
    caller.Receive(kSoon, 1);
  }
  const RawCaller caller(port());
  caller.Send(kGetAndClose);
  EXPECT_GT(caller.Receive(kSoon).size(), std::size_t{16} << 20);
}

TEST_F(ListenerTest, AHalfClosedCallerGetsItsAnswer) {
  Start(2, "hello\n");
  const RawCaller caller(port());
  caller.Send(kGetAndClose);
  caller.StopSending();
  EXPECT_THAT(caller.Receive(kSoon), HasSubstr("hello"));
}

}  // namespace
}  // namespace cairn::broker::testing
