// An HTTP listener over civetweb: sockets, limits and time-outs, and nothing about what is served.
// Shared by the broker's read side and by the witness.
//
// A caller that says nothing gets no thread. One that begins and falls silent, or does not read its
// answer, holds one until its time is up: header, body, and each piece of an answer have
// kHttpPatience. What is larger than it may be is refused before it is read.
#ifndef CAIRN_BROKER_HTTP_LISTENER_H_
#define CAIRN_BROKER_HTTP_LISTENER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

struct mg_connection;
struct mg_context;

namespace cairn::broker {

inline constexpr std::chrono::milliseconds kHttpPatience{10'000};

struct HttpRequest {
  std::string method;  // HEAD comes as GET: the answer's body is left out.
  std::string path;
  std::string body;  // Of POST alone.
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string cache_control = "no-store";
  std::string body = {};
  std::string allow = {};  // With 405: the methods that there are.
  // Sent with "Content-Encoding: gzip" to who takes that, if it is smaller so.
  bool compressible = false;
};

struct HttpOptions {
  std::string listen;  // address:port; port 0 for any.
  std::uint64_t threads = 8;
  std::size_t max_body_bytes = 0;  // Larger is 413; 0: no request has a body.
};

class HttpListener {
 public:
  // On any thread, many at once; must not throw.
  using Handler = std::function<HttpResponse(const HttpRequest&)>;
  // Told the status of every answer, the listener's own included.
  using Counter = std::function<void(int status)>;

  // Listens at once. kUnavailable: the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<HttpListener>> Start(HttpOptions options, Handler handler,
                                                             Counter counter);
  // Lets answers under way go out, then closes.
  ~HttpListener();
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  int port() const;

 private:
  HttpListener(HttpOptions options, Handler handler, Counter counter);
  static int Handle(mg_connection* connection, void* self);
  HttpResponse Serve(mg_connection* connection) const;

  const HttpOptions options_;
  const Handler handler_;
  const Counter counter_;
  mg_context* context_ = nullptr;
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_HTTP_LISTENER_H_
