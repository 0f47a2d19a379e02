#include "broker/http_server.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/bundle.h"
#include "audit/merkle/tile.h"
#include "broker/logging.h"

namespace cairn::broker {
namespace {

constexpr char kImmutable[] = "public, max-age=31536000, immutable";
constexpr char kTileType[] = "application/octet-stream";

HttpResponse NotFound(const std::string& why) {
  return {.status = 404, .body = absl::StrCat(why, "\n")};
}

HttpResponse StoreFailure(absl::string_view path, const absl::Status& status) {
  LogEvent(Severity::kError, "http_read_failed", {{"path", path}, {"error", status.message()}});
  return {.status = 503, .body = "the log cannot be read now\n"};
}

HttpResponse AnswerTile(absl::string_view path, const merkle::TileId& tile,
                        const log::Reader& reader) {
  const absl::StatusOr<keys::Bytes> row = reader.ReadTileRow(tile.level, tile.index);
  if (!row.ok()) return StoreFailure(path, row.status());
  const std::size_t bytes = tile.width * keys::kDigestSize;
  if (row->size() < bytes) return StoreFailure(path, absl::DataLossError("a tile is too narrow"));
  return {.content_type = kTileType, .cache_control = kImmutable, .body = row->substr(0, bytes)};
}

HttpResponse AnswerBundle(absl::string_view path, const merkle::BundleId& bundle,
                          const log::Reader& reader) {
  HttpResponse response{.content_type = kTileType, .cache_control = kImmutable, .body = {}};
  unsigned count = 0;
  absl::Status appended;
  const absl::Status read =
      reader.ReadEntries(merkle::LeafIndex{bundle.index * merkle::kTileWidth}, bundle.width,
                         [&](merkle::LeafIndex, keys::ByteView entry) {
                           appended = merkle::AppendToBundle(entry, response.body);
                           ++count;
                           return appended.ok();
                         });
  if (!read.ok()) return StoreFailure(path, read);
  if (!appended.ok()) return StoreFailure(path, appended);
  if (count != bundle.width) return StoreFailure(path, absl::DataLossError("entries are missing"));
  return response;
}

std::string HeaderText(const HttpResponse& response) {
  const char* reason = response.status == 200   ? "OK"
                       : response.status == 404 ? "Not Found"
                       : response.status == 405 ? "Method Not Allowed"
                                                : "Service Unavailable";
  return absl::StrCat(
      "HTTP/1.1 ", response.status, " ", reason, "\r\nContent-Type: ", response.content_type,
      "\r\nCache-Control: ", response.cache_control, "\r\nContent-Length: ", response.body.size(),
      "\r\nX-Content-Type-Options: nosniff\r\nAccess-Control-Allow-Origin: *",
      response.status == 405 ? "\r\nAllow: GET, HEAD" : "", "\r\n\r\n");
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

}  // namespace

HttpResponse AnswerLogPath(absl::string_view path, const log::Reader& reader,
                           const log::SignedHead* published) {
  if (published == nullptr) return NotFound("no checkpoint has been published yet");
  if (path == "/checkpoint") return {.cache_control = "no-cache", .body = published->note};
  if (path.empty() || path.front() != '/') return NotFound("there is no such path");
  const auto parsed = merkle::ParseTilePath(path.substr(1));
  if (!parsed.ok()) return NotFound("there is no such path");
  const merkle::TreeSize size = published->head.size;
  if (const auto* tile = std::get_if<merkle::TileId>(&*parsed)) {
    if (!merkle::HasTile(*tile, size)) return NotFound("the published tree has no such tile");
    return AnswerTile(path, *tile, reader);
  }
  const auto& bundle = std::get<merkle::BundleId>(*parsed);
  if (!merkle::HasBundle(bundle, size)) return NotFound("the published tree has no such bundle");
  return AnswerBundle(path, bundle, reader);
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& listen,
                                                              std::uint64_t threads,
                                                              Sources sources) {
  auto server = std::unique_ptr<HttpServer>(new HttpServer(listen, std::move(sources)));
  const std::string thread_count = absl::StrCat(threads);
  // Without tcp_nodelay a kept connection gets 25 answers a second.
  const std::array<const char*, 17> options = {"listening_ports",
                                               listen.c_str(),  // Nothing is served from files.
                                               "num_threads",
                                               thread_count.c_str(),
                                               "enable_keep_alive",
                                               "yes",
                                               "keep_alive_timeout_ms",
                                               "5000",
                                               "tcp_nodelay",
                                               "1",
                                               "request_timeout_ms",
                                               "10000",
                                               "max_request_size",
                                               "8192",
                                               "enable_directory_listing",
                                               "no",
                                               nullptr};
  mg_callbacks callbacks{};
  callbacks.log_message = OnHttpMessage;
  server->context_ = mg_start(&callbacks, server.get(), const_cast<const char**>(options.data()));
  if (server->context_ == nullptr) {
    return absl::UnavailableError(absl::StrCat(
        "http.listen: cannot listen on ", listen,
        ": the address is in use, not this machine's, or not of the form address:port"));
  }
  mg_set_request_handler(server->context_, "/**", &HttpServer::Handle, server.get());
  return server;
}

// The listening thread looks at whether it is to stop only every two seconds, or when somebody
// connects; so somebody does.
HttpServer::~HttpServer() {
  if (context_ == nullptr) return;
  const int own_port = port();
  std::thread stopper([this] { mg_stop(context_); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  TouchPort(listen_, own_port);
  stopper.join();
}

int HttpServer::port() const {
  std::array<mg_server_port, 4> ports{};
  const int count = mg_get_server_ports(context_, static_cast<int>(ports.size()), ports.data());
  return count > 0 ? ports[0].port : 0;
}

HttpResponse HttpServer::Answer(absl::string_view path) const {
  if (path == "/healthz") {
    const absl::Status health = sources_.health();
    if (health.ok()) return {.body = "ok\n"};
    return {.status = 503, .body = absl::StrCat(std::string(health.message()), "\n")};
  }
  if (path == "/metrics") {
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
            .body = sources_.metrics->Serialize(sources_.readings())};
  }
  return AnswerLogPath(path, *sources_.store, sources_.published->Current().get());
}

int HttpServer::Handle(mg_connection* connection, void* self) {
  const HttpServer& server = *static_cast<HttpServer*>(self);
  const mg_request_info* const info = mg_get_request_info(connection);
  const absl::string_view method = info->request_method;
  const bool head = method == "HEAD";
  HttpResponse response;
  if (!head && method != "GET") {
    response = {.status = 405, .body = "only GET and HEAD\n"};
  } else {
    response = server.Answer(info->local_uri);
  }
  const std::string header = HeaderText(response);
  const std::string whole = head ? header : absl::StrCat(header, response.body);
  mg_write(connection, whole.data(), whole.size());
  server.sources_.metrics->CountHttp(response.status);
  return response.status;
}

}  // namespace cairn::broker
