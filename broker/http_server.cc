#include "broker/http_server.h"

#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle/bundle.h"
#include "audit/merkle/tile.h"
#include "broker/errors.h"
#include "broker/logging.h"
#include "broker/predecessor.h"

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
  response.compressible = true;
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
  auto server = std::unique_ptr<HttpServer>(new HttpServer(std::move(sources)));
  HttpServer* const self = server.get();
  auto listener = HttpListener::Start(
      {.listen = listen, .threads = threads},
      [self](const HttpRequest& request) { return self->Answer(request); },
      [self](int status) { self->sources_.metrics->CountHttp(status); });
  if (!listener.ok()) return listener.status();
  server->listener_ = *std::move(listener);
  return server;
}

HttpResponse HttpServer::Answer(const HttpRequest& request) const {
  if (request.method != "GET") {
    return {.status = 405, .body = "only GET and HEAD\n", .allow = "GET, HEAD"};
  }
  const absl::string_view path = request.path;
  if (path == "/healthz") {
    const absl::Status health = sources_.health();
    if (health.ok()) return {.body = "ok\n"};
    return {.status = 503, .body = absl::StrCat(MessageForCaller(health), "\n")};
  }
  if (path == "/metrics") {
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
            .body = sources_.metrics->Serialize(sources_.readings())};
  }
  if (absl::StartsWith(path, "/predecessor/")) return AnswerPredecessorPath(path, sources_.data);
  return AnswerLogPath(path, *sources_.store, sources_.published->Current().get());
}

}  // namespace cairn::broker
