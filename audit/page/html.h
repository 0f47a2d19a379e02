// HTML written piece by piece. Markup is what stands in the program's own text; everything else is
// escaped, because records, parties' names and statements come from people who do not trust each
// other. A page made with this holds no script, no style but ours, and names no outside resource.
#ifndef CAIRN_AUDIT_PAGE_HTML_H_
#define CAIRN_AUDIT_PAGE_HTML_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cairn::page {

// Takes the next bytes of a page. An error ends the writing.
using Sink = absl::FunctionRef<absl::Status(absl::string_view)>;

// No page is longer; one that would be is an error, not a cut page.
inline constexpr std::uint64_t kMaxPageBytes = std::uint64_t{256} * 1024 * 1024;

// Text of the program itself, written as it is. Only literals can be one.
class Markup {
 public:
  constexpr absl::string_view text() const { return text_; }

 private:
  constexpr explicit Markup(absl::string_view text) : text_(text) {}
  friend constexpr Markup operator""_m(const char* text, std::size_t size);
  absl::string_view text_;
};
constexpr Markup operator""_m(const char* text, std::size_t size) {
  return Markup(absl::string_view(text, size));
}

// `text` for element content and quoted attributes: & < > " ' as entities. Control characters,
// bytes that are not UTF-8, and marks that change the direction of text or cannot be seen become
// U+FFFD, so that a record cannot make other text look otherwise than it is.
std::string Escaped(absl::string_view text);

// Keeps a buffer of constant size. Not thread-safe.
class Html {
 public:
  explicit Html(Sink sink) : sink_(sink) {}
  Html(const Html&) = delete;
  Html& operator=(const Html&) = delete;

  Html& operator<<(Markup markup) { return Append(markup.text()); }
  Html& operator<<(absl::string_view text) { return Append(Escaped(text)); }

  // <a href="#anchor">text</a>
  Html& Link(absl::string_view anchor, absl::string_view text);

  // Hands on what is left. The sink's first error, or kResourceExhausted beyond kMaxPageBytes.
  absl::Status Finish();

 private:
  Html& Append(absl::string_view bytes);
  void Flush();

  Sink sink_;
  std::string buffer_;
  std::uint64_t written_ = 0;
  absl::Status status_;
};

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_HTML_H_
