#include "audit/mirror/http_source.h"

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cairn::mirror {
namespace {

constexpr long kStallBytesPerSecond = 100;
constexpr char kUserAgent[] = "cairn-mirror/1";

// curl_global_init is not thread-safe; a function's static is.
bool CurlIsReady() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

struct UrlHandle {
  CURLU* url = curl_url();
  ~UrlHandle() { curl_url_cleanup(url); }
  // Empty if the part is not there.
  std::string Part(CURLUPart part) const {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    std::string owned(text);
    curl_free(text);
    return owned;
  }
};

absl::StatusOr<std::string> CheckUrl(absl::string_view text) {
  const std::string url(text);
  const UrlHandle handle;
  if (curl_url_set(handle.url, CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return absl::InvalidArgumentError(
        "the log's URL is not one; it looks like https://log.example.org/handover");
  }
  const std::string scheme = handle.Part(CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return absl::InvalidArgumentError("the log's URL begins with http:// or https://");
  }
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    if (handle.Part(part).empty()) continue;
    return absl::InvalidArgumentError(
        "the log's URL has a user, password, query or fragment; logs are public and have none");
  }
  return std::string(absl::StripSuffix(url, "/"));
}

// What arrives, up to a limit.
struct Receiver {
  keys::Bytes bytes;
  std::size_t limit = 0;
  bool over = false;
};

std::size_t Receive(char* data, std::size_t size, std::size_t count, void* user) {
  auto* receiver = static_cast<Receiver*>(user);
  const std::size_t length = size * count;
  if (length > receiver->limit - receiver->bytes.size()) {
    receiver->over = true;
    return 0;
  }
  receiver->bytes.append(data, length);
  return length;
}

absl::Status OfStatusCode(long code) {
  const std::string message = absl::StrCat("the server answers with HTTP status ", code);
  if (code == 404 || code == 410) return absl::NotFoundError(message);
  if (code == 429 || code >= 500) return absl::UnavailableError(message);
  return absl::PermissionDeniedError(message);
}

absl::Status OfCurl(CURLcode code, const std::string& message) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return absl::DeadlineExceededError(message);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return absl::PermissionDeniedError(message);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_URL_MALFORMAT:
      return absl::InvalidArgumentError(message);
    default:
      return absl::UnavailableError(message);
  }
}

}  // namespace

struct HttpSource::Handle {
  CURL* easy = curl_easy_init();
  std::array<char, CURL_ERROR_SIZE> error{};
  ~Handle() { curl_easy_cleanup(easy); }

  absl::StatusOr<keys::Bytes> Get(const std::string& url, std::size_t limit);
  absl::StatusOr<HttpAnswer> Post(const std::string& url, const keys::Bytes& body,
                                  std::size_t limit);

 private:
  absl::StatusOr<HttpAnswer> Perform(const std::string& url, std::size_t limit);
};

absl::StatusOr<HttpAnswer> HttpSource::Handle::Perform(const std::string& url, std::size_t limit) {
  Receiver receiver{.bytes = {}, .limit = limit, .over = false};
  error[0] = '\0';
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &receiver);
  const CURLcode code = curl_easy_perform(easy);
  if (receiver.over) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the server sends more than the ", limit, " bytes that there can be"));
  }
  if (code != CURLE_OK) {
    return OfCurl(code, error[0] == '\0' ? curl_easy_strerror(code) : error.data());
  }
  HttpAnswer answer;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  const char* type = nullptr;
  curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer.content_type = type;
  answer.body = std::move(receiver.bytes);
  return answer;
}

absl::StatusOr<keys::Bytes> HttpSource::Handle::Get(const std::string& url, std::size_t limit) {
  absl::StatusOr<HttpAnswer> answer = Perform(url, limit);
  if (!answer.ok()) return answer.status();
  if (answer->status != 200) return OfStatusCode(answer->status);
  return std::move(answer->body);
}

absl::StatusOr<HttpAnswer> HttpSource::Handle::Post(const std::string& url, const keys::Bytes& body,
                                                    std::size_t limit) {
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  // Without "Expect: 100-continue", which some servers keep waiting for.
  curl_slist* const headers =
      curl_slist_append(curl_slist_append(nullptr, "Expect:"), "Content-Type: text/plain");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  absl::StatusOr<HttpAnswer> answer = Perform(url, limit);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, nullptr);
  curl_slist_free_all(headers);
  curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
  return answer;
}

HttpSource::HttpSource(std::string url, const HttpOptions& options, std::unique_ptr<Handle> handle)
    : url_(std::move(url)), options_(options), handle_(std::move(handle)) {}
HttpSource::~HttpSource() = default;

absl::StatusOr<std::unique_ptr<HttpSource>> HttpSource::Create(absl::string_view url,
                                                               const HttpOptions& options) {
  if (!CurlIsReady()) return absl::InternalError("libcurl cannot be set up");
  absl::StatusOr<std::string> checked = CheckUrl(url);
  if (!checked.ok()) return checked.status();
  auto handle = std::make_unique<Handle>();
  CURL* const easy = handle->easy;
  if (easy == nullptr) return absl::InternalError("libcurl gives no handle");
  const bool tls = absl::StartsWithIgnoreCase(*checked, "https:");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, kUserAgent);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handle->error.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, Receive);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, tls ? "https" : "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, kMaxRedirects);
  // Bundles may come compressed without having been asked for (C2SP tlog-tiles, "Log entries").
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, options.connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, options.transfer_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerSecond);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, options.stall_timeout_s);
  if (!options.certificate.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.certificate.c_str());
  }
  return std::unique_ptr<HttpSource>(
      new HttpSource(*std::move(checked), options, std::move(handle)));
}

absl::StatusOr<HttpAnswer> HttpSource::Post(const std::string& path, const keys::Bytes& body,
                                            std::size_t limit) {
  const std::string url = absl::StrCat(url_, "/", path);
  absl::StatusOr<HttpAnswer> answer = handle_->Post(url, body, limit);
  if (answer.ok()) return answer;
  return absl::Status(answer.status().code(), absl::StrCat(url, ": ", answer.status().message()));
}

absl::StatusOr<keys::Bytes> HttpSource::Fetch(const std::string& path, std::size_t limit) {
  const std::string url = absl::StrCat(url_, "/", path);
  absl::StatusOr<keys::Bytes> bytes;
  for (int attempt = 1;; ++attempt) {
    bytes = handle_->Get(url, limit);
    // A timeout is not tried again: whoever waits has waited long enough.
    if (!absl::IsUnavailable(bytes.status()) || attempt >= options_.attempts) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100L << attempt));
  }
  if (bytes.ok()) return bytes;
  return absl::Status(bytes.status().code(), absl::StrCat(url, ": ", bytes.status().message()));
}

std::unique_ptr<Source> HttpSource::Predecessor() const {
  absl::StatusOr<std::unique_ptr<HttpSource>> source =
      Create(absl::StrCat(url_, "/", kPredecessorFolder), options_);
  if (!source.ok()) return nullptr;
  return *std::move(source);
}

}  // namespace cairn::mirror
