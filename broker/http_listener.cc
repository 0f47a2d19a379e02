#include "broker/http_listener.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "broker/gzip.h"
#include "broker/logging.h"

namespace cairn::broker {
namespace {

// `zipped`: the body is.
std::string HeaderText(const mg_connection* connection, const HttpResponse& response, bool zipped) {
  return absl::StrCat(
      "HTTP/1.1 ", response.status, " ", mg_get_response_code_text(connection, response.status),
      "\r\nContent-Type: ", response.content_type, "\r\nCache-Control: ", response.cache_control,
      "\r\nContent-Length: ", response.body.size(),
      "\r\nX-Content-Type-Options: nosniff\r\nAccess-Control-Allow-Origin: *",
      response.allow.empty() ? "" : absl::StrCat("\r\nAllow: ", response.allow),
      // Whoever keeps answers for others must keep both kinds apart.
      response.compressible ? "\r\nVary: Accept-Encoding" : "",
      zipped ? "\r\nContent-Encoding: gzip" : "", "\r\n\r\n");
}

// Compresses the body in place, where it may be and the caller takes it.
bool Squeeze(const mg_connection* connection, HttpResponse& response) {
  const char* const taken = mg_get_header(connection, "Accept-Encoding");
  if (!response.compressible || taken == nullptr || !AcceptsGzip(taken)) return false;
  std::optional<std::string> zipped = Gzip(response.body);
  if (!zipped.has_value()) return false;
  response.body = *std::move(zipped);
  return true;
}

// Lets the system hold connections on which nothing was said yet, so that silence costs no thread.
// civetweb does not give its listening socket away: it is the one that listens on this port. Where
// it is not found, silent callers are given up after their time like slow ones.
void DeferSilentCallers(int port) {
  constexpr int kSilentForS = 10;
  constexpr int kMostDescriptors = 4096;
  for (int fd = 0; fd < kMostDescriptors; ++fd) {
    int listens = 0;
    socklen_t length = sizeof listens;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0 || listens == 0)
      continue;
    sockaddr_storage address{};
    length = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) continue;
    // The port lies at one place in both families.
    if (address.ss_family != AF_INET && address.ss_family != AF_INET6) continue;
    const auto& inet = reinterpret_cast<const sockaddr_in&>(address);
    if (ntohs(inet.sin_port) != port) continue;
    ::setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &kSilentForS, sizeof kSilentForS);
  }
}

// Connects to the listener and hangs up, if it listens on an IPv4 address.
void TouchPort(const std::string& listen, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  const std::string host = listen.substr(0, listen.rfind(':'));
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return;
  if (address.sin_addr.s_addr == INADDR_ANY) address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int caller = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (caller < 0) return;
  (void)::connect(caller, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::close(caller);
}

// civetweb's own messages go where ours go.
int OnHttpMessage(const mg_connection*, const char* message) {
  LogEvent(Severity::kWarning, "http_server_message", {{"message", message}});
  return 1;
}

HttpResponse TooLarge(std::size_t most) {
  return {.status = 413, .body = absl::StrCat("a request has at most ", most, " bytes\n")};
}

// The whole body, or what to answer instead. A length is announced or the body is in chunks.
std::optional<HttpResponse> ReadBody(mg_connection* connection, std::size_t most,
                                     std::string& body) {
  const mg_request_info* const info = mg_get_request_info(connection);
  if (info->content_length > static_cast<long long>(most)) return TooLarge(most);
  if (info->content_length > 0) body.reserve(static_cast<std::size_t>(info->content_length));
  const auto end = std::chrono::steady_clock::now() + kHttpPatience;
  std::array<char, 8192> piece{};
  for (;;) {
    const int count = mg_read(connection, piece.data(), piece.size());
    if (count < 0) return HttpResponse{.status = 408, .body = "the body did not come\n"};
    if (count == 0) break;
    body.append(piece.data(), static_cast<std::size_t>(count));
    if (body.size() > most) return TooLarge(most);
    if (std::chrono::steady_clock::now() > end) {
      return HttpResponse{.status = 408, .body = "the body took too long\n"};
    }
  }
  if (info->content_length >= 0 && body.size() < static_cast<std::size_t>(info->content_length)) {
    return HttpResponse{.status = 400, .body = "the body is shorter than announced\n"};
  }
  return std::nullopt;
}

}  // namespace

HttpListener::HttpListener(HttpOptions options, Handler handler, Counter counter)
    : options_(std::move(options)), handler_(std::move(handler)), counter_(std::move(counter)) {}

absl::StatusOr<std::unique_ptr<HttpListener>> HttpListener::Start(HttpOptions options,
                                                                  Handler handler,
                                                                  Counter counter) {
  auto listener = std::unique_ptr<HttpListener>(
      new HttpListener(std::move(options), std::move(handler), std::move(counter)));
  const std::string& listen = listener->options_.listen;
  const std::string threads = absl::StrCat(listener->options_.threads);
  const std::string patience = absl::StrCat(kHttpPatience.count());
  // Nothing is served from files. Without tcp_nodelay a kept connection gets 25 answers a second.
  const std::array<const char*, 17> settings = {"listening_ports",
                                                listen.c_str(),
                                                "num_threads",
                                                threads.c_str(),
                                                "enable_keep_alive",
                                                "yes",
                                                "keep_alive_timeout_ms",
                                                "5000",
                                                "tcp_nodelay",
                                                "1",
                                                "request_timeout_ms",
                                                patience.c_str(),
                                                "max_request_size",
                                                "8192",
                                                "enable_directory_listing",
                                                "no",
                                                nullptr};
  mg_callbacks callbacks{};
  callbacks.log_message = OnHttpMessage;
  listener->context_ =
      mg_start(&callbacks, listener.get(), const_cast<const char**>(settings.data()));
  if (listener->context_ == nullptr) {
    return absl::UnavailableError(absl::StrCat(
        "http.listen: cannot listen on ", listen,
        ": the address is in use, not this machine's, or not of the form address:port"));
  }
  DeferSilentCallers(listener->port());
  mg_set_request_handler(listener->context_, "/**", &HttpListener::Handle, listener.get());
  return listener;
}

// The listening thread looks at whether it is to stop only every two seconds, or when somebody
// connects; so somebody does.
HttpListener::~HttpListener() {
  if (context_ == nullptr) return;
  const int own_port = port();
  std::thread stopper([this] { mg_stop(context_); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  TouchPort(options_.listen, own_port);
  stopper.join();
}

int HttpListener::port() const {
  std::array<mg_server_port, 4> ports{};
  const int count = mg_get_server_ports(context_, static_cast<int>(ports.size()), ports.data());
  return count > 0 ? ports[0].port : 0;
}

HttpResponse HttpListener::Serve(mg_connection* connection) const {
  const mg_request_info* const info = mg_get_request_info(connection);
  const absl::string_view method = info->request_method;
  HttpRequest request{.method = method == "HEAD" ? "GET" : std::string(method),
                      .path = info->local_uri == nullptr ? "" : info->local_uri,
                      .body = {}};
  if (method == "POST" && options_.max_body_bytes > 0) {
    auto instead = ReadBody(connection, options_.max_body_bytes, request.body);
    if (instead.has_value()) return *std::move(instead);
  }
  return handler_(request);
}

int HttpListener::Handle(mg_connection* connection, void* self) {
  const HttpListener& listener = *static_cast<HttpListener*>(self);
  HttpResponse response = listener.Serve(connection);
  const bool zipped = Squeeze(connection, response);
  const bool head = absl::string_view(mg_get_request_info(connection)->request_method) == "HEAD";
  const std::string header = HeaderText(connection, response, zipped);
  const std::string whole = head ? header : absl::StrCat(header, response.body);
  mg_write(connection, whole.data(), whole.size());
  listener.counter_(response.status);
  return response.status;
}

}  // namespace cairn::broker
