#include "audit/mirror/http_source.h"

#include <chrono>
#include <string>

#include "audit/mirror/sync_folder.h"
#include "audit/mirror/test_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/log_folder.h"
#include "tests/testing/status.h"

namespace cairn::mirror {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::PlainLog;
using ::cairn::testing::ScratchFolder;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

HttpOptions Impatient() {
  return {.connect_timeout_ms = 500,
          .transfer_timeout_ms = 700,
          .stall_timeout_s = 1,
          .attempts = 2,
          .certificate = {}};
}

// What fetching "checkpoint" from such a server gives, and that it did not take long.
absl::StatusOr<keys::Bytes> FetchFrom(const TestServer::Behaviour& behaviour,
                                      std::size_t limit = 1000) {
  TestServer server(behaviour);
  auto source = HttpSource::Create(server.Url() + "/", Impatient());
  EXPECT_THAT(source, IsOk());
  const auto start = std::chrono::steady_clock::now();
  absl::StatusOr<keys::Bytes> bytes = (*source)->Fetch("checkpoint", limit);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  return bytes;
}

TEST(HttpSource, GivesTheBytesAtAPath) {
  const auto bytes = FetchFrom([](TestServer& server, int socket, const std::string& path) {
    server.Answer(socket, "200 OK", "at " + path);
  });
  ASSERT_THAT(bytes, IsOk());
  EXPECT_EQ(*bytes, "at checkpoint");
}

TEST(HttpSource, TakesOnlyHttpUrlsWithoutSecrets) {
  for (const char* url : {"", "file:///etc/passwd", "ftp://log.example.org", "log.example.org:x",
                          "http://user:secret@log.example.org", "http://log.example.org/?a=b",
                          "http://log.example.org/#part", "gopher://log.example.org"}) {
    EXPECT_THAT(HttpSource::Create(url), StatusIs(absl::StatusCode::kInvalidArgument)) << url;
  }
}

TEST(HttpSource, NothingThereIsNotFound) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Answer(socket, "404 Not Found", "no");
              }),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("404")));
}

TEST(HttpSource, AForbiddenPathIsPermissionDenied) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Answer(socket, "403 Forbidden", "no");
              }),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("403")));
}

TEST(HttpSource, TriesAgainWhatMayPass) {
  int calls = 0;
  const auto bytes = FetchFrom([&calls](TestServer& server, int socket, const std::string&) {
    ++calls;
    server.Answer(socket, calls == 1 ? "503 Busy" : "200 OK", "late");
  });
  ASSERT_THAT(bytes, IsOk());
  EXPECT_EQ(*bytes, "late");
}

TEST(HttpSource, GivesUpOnAServerThatStaysBusy) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Answer(socket, "503 Busy", "no");
              }),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("503")));
}

TEST(HttpSource, NobodyThereIsUnavailable) {
  std::string url;
  {
    const TestServer gone([](TestServer&, int, const std::string&) {});
    url = gone.Url();
  }
  auto source = HttpSource::Create(url, Impatient());
  ASSERT_THAT(source, IsOk());
  EXPECT_THAT((*source)->Fetch("checkpoint", 10),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(url)));
}

TEST(HttpSource, AServerThatNeverAnswersIsGivenUp) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Stall(socket, 20'000);
              }),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(HttpSource, AServerThatDripsIsGivenUp) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                for (int i = 0; i < 100; ++i) {
                  server.Send(socket, "x");
                  server.Stall(socket, 50);
                }
              }),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(HttpSource, AConnectionThatBreaksIsUnavailable) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
              }),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(HttpSource, GarbageIsNotHttp) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Send(socket, "\x01\x02\x03 what is this\n");
              }),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(HttpSource, AnEndlessAnswerEndsAtTheLimit) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Send(socket, "HTTP/1.1 200 OK\r\n\r\n");
                server.Send(socket, std::string(1 << 20, 'x'));
              }),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("1000 bytes")));
}

TEST(HttpSource, AnAnswerThatIsNotCompressedAsItSaysIsRefused) {
  const auto bytes = FetchFrom([](TestServer& server, int socket, const std::string&) {
    server.Answer(socket, "200 OK", "not gzip", "Content-Encoding: gzip\r\n");
  });
  EXPECT_THAT(bytes, StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(HttpSource, FollowsARedirectButNotToAnotherScheme) {
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string& path) {
                path == "there" ? server.Answer(socket, "200 OK", "moved")
                                : server.Answer(socket, "302 Found", "", "Location: /there\r\n");
              }),
              IsOk());
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Answer(socket, "302 Found", "", "Location: file:///etc/hostname\r\n");
              }),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FetchFrom([](TestServer& server, int socket, const std::string&) {
                server.Answer(socket, "302 Found", "", "Location: /again\r\n");
              }),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("redirect")));
}

TEST(HttpSource, ALogIsCopiedOverHttp) {
  const ScratchFolder served;
  const ScratchFolder copy;
  const PlainLog log;
  log.Write(served.path(), PlainLog::Entries(300));
  const TestServer server(TestServer::Folder(served.path()));
  auto source = HttpSource::Create(server.Url());
  ASSERT_THAT(source, IsOk());
  ASSERT_OK_AND_ASSIGN(const SyncResult result, SyncFolder(copy / "log", **source, log.Vkey()));
  EXPECT_EQ(result.checkpoint.size, merkle::TreeSize{300});
  auto files = testing::FilesBelow(copy / "log");
  files.erase("lock");
  EXPECT_TRUE(files == testing::FilesBelow(served.path()));
}

}  // namespace
}  // namespace cairn::mirror
