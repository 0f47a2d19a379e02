// A log over HTTP or HTTPS, with libcurl: GET requests, and POST where a witness is asked, on one
// kept connection; no credentials, no cookies, no redirect to another scheme. TLS proves nothing
// that is needed here (log_reader.h verifies), but a certificate that does not hold is an error all
// the same.
#ifndef CAIRN_AUDIT_MIRROR_HTTP_SOURCE_H_
#define CAIRN_AUDIT_MIRROR_HTTP_SOURCE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/mirror/source.h"
#include "keys/bytes.h"

namespace cairn::mirror {

struct HttpOptions {
  long connect_timeout_ms = 10'000;
  long transfer_timeout_ms = 120'000;  // Of one resource, from first to last byte.
  long stall_timeout_s = 20;           // Slower than 100 bytes a second for so long: given up.
  int attempts = 3;                    // For what may pass: broken connections, 429 and 5xx.
  std::string certificate;             // PEM roots instead of the system's; empty: the system's.
};
inline constexpr long kMaxRedirects = 3;

// What a server answered to a POST, whatever its status.
struct HttpAnswer {
  long status = 0;
  std::string content_type;  // Empty: none was given.
  keys::Bytes body;
};

// Not thread-safe.
class HttpSource final : public Source {
 public:
  // `url` is the log's prefix, with or without a last slash. kInvalidArgument: not an http or https
  // URL, or one with a user, a password, a query or a fragment.
  static absl::StatusOr<std::unique_ptr<HttpSource>> Create(absl::string_view url,
                                                            const HttpOptions& options = {});
  ~HttpSource() override;

  // kNotFound: 404 or 410. kPermissionDenied: any other 4xx, or a certificate that does not hold.
  // kUnavailable: no connection, a broken one, 429 and 5xx. kDeadlineExceeded: one of the timeouts.
  // kInvalidArgument: the answer is not HTTP, or redirects where it must not. kResourceExhausted:
  // larger than `limit`, after any decompression.
  absl::StatusOr<keys::Bytes> Fetch(const std::string& path, std::size_t limit) override;

  // Sends `body`, once: no second attempt, no redirect. Every status is an answer. Errors as for
  // Fetch, those of statuses left out.
  absl::StatusOr<HttpAnswer> Post(const std::string& path, const keys::Bytes& body,
                                  std::size_t limit);

  std::unique_ptr<Source> Predecessor() const override;
  std::string Name() const override { return url_; }

 private:
  struct Handle;
  HttpSource(std::string url, const HttpOptions& options, std::unique_ptr<Handle> handle);

  const std::string url_;  // Without last slash.
  const HttpOptions options_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace cairn::mirror

#endif  // CAIRN_AUDIT_MIRROR_HTTP_SOURCE_H_
