// The read side over HTTP beside the same files served by nginx, in turns:
//   read_bench ROUNDS LEAVES BROKER_PORT [NGINX_PORT]
// Callers with a kept connection each fetch full tiles of level 0 and full entry bundles, one after
// the other; bundles also compressed. Rows as tests/bench/rows.h has them.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/tile.h"
#include "tests/bench/rows.h"

namespace cairn::bench {
namespace {

constexpr int kCallers = 4;
constexpr double kSecondsATurn = 2;

[[noreturn]] void ReadDie(const char* what) {
  std::fprintf(stderr, "read_bench: %s\n", what);
  std::exit(1);
}

// One kept connection.
class Caller {
 public:
  explicit Caller(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)), buffer_(1 << 20, '\0') {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ReadDie("nobody listens");
    }
    const int one = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  ~Caller() { close(fd_); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  // Fetches `path`, and gives how many bytes of content came.
  std::size_t Get(const std::string& path, bool zipped) {
    const std::string request = absl::StrCat("GET /", path, " HTTP/1.1\r\nHost: bench\r\n",
                                             zipped ? "Accept-Encoding: gzip\r\n" : "", "\r\n");
    if (send(fd_, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size())) {
      ReadDie("a connection broke");
    }
    std::size_t have = 0;
    std::size_t head = std::string::npos;
    while (head == std::string::npos) {
      have += Receive(have);
      head = absl::string_view(buffer_.data(), have).find("\r\n\r\n");
    }
    const absl::string_view headers(buffer_.data(), head + 2);
    if (!absl::StartsWith(headers, "HTTP/1.1 200 ")) ReadDie("an answer is not 200");
    const std::size_t length = LengthIn(headers);
    for (std::size_t got = have - head - 4; got < length;) got += Receive(0);
    return length;
  }

 private:
  std::size_t Receive(std::size_t at) {
    const ssize_t got = recv(fd_, buffer_.data() + at, buffer_.size() - at, 0);
    if (got <= 0) ReadDie("a connection broke");
    return static_cast<std::size_t>(got);
  }
  static std::size_t LengthIn(absl::string_view headers) {
    constexpr absl::string_view kName = "\r\nContent-Length: ";
    const std::size_t at = headers.find(kName);
    if (at == absl::string_view::npos) ReadDie("an answer without length");
    const absl::string_view rest = headers.substr(at + kName.size());
    std::size_t length = 0;
    if (!absl::SimpleAtoi(rest.substr(0, rest.find('\r')), &length)) ReadDie("a length is none");
    return length;
  }

  int fd_;
  std::string buffer_;
};

struct Rate {
  double requests = 0;   // A second.
  double megabytes = 0;  // A second, as sent.
};

struct Load {
  const char* name;
  std::function<std::string(std::uint64_t)> path;
  bool zipped;
};

Rate MeasureTurn(int port, const Load& load, std::uint64_t resources) {
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> bytes = 0;
  const double start = Seconds();
  const auto call = [&](int caller) {
    Caller connection(port);
    std::uint64_t next = resources / kCallers * static_cast<std::uint64_t>(caller);
    while (Seconds() - start < kSecondsATurn) {
      bytes += connection.Get(load.path(next++ % resources), load.zipped);
      ++requests;
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) callers.emplace_back(call, i);
  for (std::thread& caller : callers) caller.join();
  const double took = Seconds() - start;
  return {static_cast<double>(requests) / took, static_cast<double>(bytes) / took / 1e6};
}

void MeasureLoad(int rounds, const Load& load, std::uint64_t resources, int broker, int nginx) {
  Rounds requests;
  std::vector<double> own_bytes;
  std::vector<double> other_bytes;
  for (int round = 0; round < rounds; ++round) {
    const Rate own = MeasureTurn(broker, load, resources);
    const Rate other = nginx == 0 ? Rate{} : MeasureTurn(nginx, load, resources);
    requests.Add(own.requests, other.requests);
    own_bytes.push_back(own.megabytes);
    other_bytes.push_back(other.megabytes);
  }
  const std::string bytes = absl::StrCat(static_cast<int>(Median(own_bytes)), " MB/s");
  if (nginx == 0) {
    return PrintFigure(load.name, absl::StrCat(static_cast<int>(requests.Value()), " /s"), "", true,
                       absl::StrCat(bytes, "; without nginx"));
  }
  PrintRow(load.name, "/s", requests, "/s nginx, the same as files", 0,
           absl::StrCat(bytes, " beside ", static_cast<int>(Median(other_bytes)), " MB/s; ",
                        kCallers, " kept connections"));
}

}  // namespace
}  // namespace cairn::bench

int main(int argc, char** argv) {
  if (argc < 4 || argc > 5) {
    std::fprintf(stderr, "usage: read_bench ROUNDS LEAVES BROKER_PORT [NGINX_PORT]\n");
    return 2;
  }
  const std::uint64_t full = std::strtoull(argv[2], nullptr, 10) / cairn::merkle::kTileWidth;
  if (full == 0) cairn::bench::ReadDie("a log without a full tile");
  const auto tile = [](std::uint64_t index) {
    return cairn::merkle::TilePath({.level = 0, .index = index});
  };
  const auto bundle = [](std::uint64_t index) {
    return cairn::merkle::BundlePath({.index = index});
  };
  const int nginx = argc == 5 ? std::atoi(argv[4]) : 0;
  for (const cairn::bench::Load& load :
       {cairn::bench::Load{"tiles over HTTP", tile, false},
        cairn::bench::Load{"entry bundles over HTTP", bundle, false},
        cairn::bench::Load{"entry bundles over HTTP, compressed", bundle, true}}) {
    cairn::bench::MeasureLoad(std::atoi(argv[1]), load, full, std::atoi(argv[3]), nginx);
  }
  return 0;
}
