// The read side over HTTP (C2SP tlog-tiles): what a mirror, a monitor or a browser drinks from.
//
//   /checkpoint                      text/plain; charset=utf-8     no-cache
//   /tile/<L>/<N>[.p/<W>]            application/octet-stream      immutable
//   /tile/entries/<N>[.p/<W>]        application/octet-stream      immutable; gzip for who asks
//   /predecessor/...                 the same of the log that this one goes on from
//   /healthz                         200 "ok", or 503 and why
//   /metrics                         Prometheus text
//
// GET and HEAD only. Of tiles and bundles, those that the published checkpoint or an earlier one
// implies: a full tile by its plain path only once all 256 are there; a partial one in any width
// that some smaller tree had. Everything else is 404.
#ifndef CAIRN_BROKER_HTTP_SERVER_H_
#define CAIRN_BROKER_HTTP_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/log/published.h"
#include "audit/log/store.h"
#include "broker/http_listener.h"
#include "broker/metrics.h"

namespace cairn::broker {

// What a path gets. Pure but for reading the log; thread-safe.
HttpResponse AnswerLogPath(absl::string_view path, const log::Reader& reader,
                           const log::SignedHead* published);

class HttpServer {
 public:
  struct Sources {
    const log::Store* store = nullptr;
    const log::Published* published = nullptr;
    Metrics* metrics = nullptr;
    std::string data;  // Folder: below it the copy of a predecessor, if there is one.
    std::function<MetricsReadings()> readings;
    std::function<absl::Status()> health;
  };

  // Listens at once; `listen` is address:port, port 0 for any. What `sources` names outlives this.
  // kUnavailable: the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& listen,
                                                           std::uint64_t threads, Sources sources);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return listener_->port(); }

 private:
  explicit HttpServer(Sources sources) : sources_(std::move(sources)) {}
  HttpResponse Answer(const HttpRequest& request) const;

  const Sources sources_;
  std::unique_ptr<HttpListener> listener_;  // Closed before anything that it serves from goes.
};

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_HTTP_SERVER_H_
