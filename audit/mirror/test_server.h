// A web server for tests, on a port of loopback that the system chooses: it serves a folder, or
// answers as badly as a test wants.
#ifndef CAIRN_AUDIT_MIRROR_TEST_SERVER_H_
#define CAIRN_AUDIT_MIRROR_TEST_SERVER_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/mirror/source.h"
#include "keys/bytes.h"

namespace cairn::mirror {

class TestServer {
 public:
  // What the server does with one connection whose request was read: `path` without the slash.
  using Behaviour = std::function<void(TestServer&, int socket, const std::string& path)>;

  explicit TestServer(Behaviour behaviour) : behaviour_(std::move(behaviour)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, raw, size) != 0 || listen(listener_, 8) != 0 ||
        getsockname(listener_, raw, &size) != 0) {
      throw std::runtime_error("no socket on loopback");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~TestServer() {
    stopping_ = true;
    thread_.join();
    close(listener_);
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::string Url() const { return absl::StrCat("http://127.0.0.1:", port_); }
  int requests() const { return requests_; }

  // Serves the files of a folder.
  static Behaviour Folder(const std::string& folder) {
    return [folder](TestServer& server, int socket, const std::string& path) {
      const absl::StatusOr<keys::Bytes> bytes =
          FolderSource(folder).Fetch(path, std::size_t{1} << 26);
      server.Answer(socket, bytes.ok() ? "200 OK" : "404 Not Found", bytes.ok() ? *bytes : "none");
    };
  }

  void Answer(int socket, const std::string& status, const std::string& body,
              const std::string& headers = "") {
    Send(socket, absl::StrCat("HTTP/1.1 ", status, "\r\n", headers, "Content-Length: ", body.size(),
                              "\r\nConnection: close\r\n\r\n", body));
  }
  void Send(int socket, const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return;
      sent += static_cast<std::size_t>(n);
    }
  }
  // Waits, but no longer than until the client has gone or the server is to stop.
  void Stall(int socket, int milliseconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (!stopping_ && std::chrono::steady_clock::now() < end) {
      pollfd one{.fd = socket, .events = POLLIN, .revents = 0};
      char byte = 0;
      if (poll(&one, 1, 10) > 0 && recv(socket, &byte, 1, 0) <= 0) return;
    }
  }

 private:
  void Serve() {
    while (!stopping_) {
      pollfd one{.fd = listener_, .events = POLLIN, .revents = 0};
      if (poll(&one, 1, 20) <= 0) continue;
      const int socket = accept(listener_, nullptr, nullptr);
      if (socket < 0) continue;
      ++requests_;
      behaviour_(*this, socket, ReadPath(socket));
      close(socket);
    }
  }
  static std::string ReadPath(int socket) {
    std::string request;
    char buffer[1024];
    while (!absl::StrContains(request, "\r\n\r\n")) {
      const ssize_t n = recv(socket, buffer, sizeof buffer, 0);
      if (n <= 0) return {};
      request.append(buffer, static_cast<std::size_t>(n));
    }
    const std::size_t start = request.find('/') + 1;
    return request.substr(start, request.find(' ', start) - start);
  }

  const Behaviour behaviour_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> requests_ = 0;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_TEST_SERVER_H_
