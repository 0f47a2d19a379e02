#include "audit/page/html.h"

#include "absl/strings/str_cat.h"

namespace cairn::page {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} * 1024;
constexpr absl::string_view kReplacement = "\uFFFD";

// The length of the UTF-8 sequence at the front of `text` and its code point; 0 if it is none.
std::size_t CodePointAt(absl::string_view text, char32_t& code) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80             ? 1
                           : (first & 0xe0) == 0xc0 ? 2
                           : (first & 0xf0) == 0xe0 ? 3
                           : (first & 0xf8) == 0xf0 ? 4
                                                    : 0;
  if (size == 0 || size > text.size()) return 0;
  constexpr unsigned char kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  code = first & kFirstBits[size];
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = (code << 6) | (byte(i) & 0x3f);
  }
  const bool valid =
      code >= kSmallest[size] && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
  return valid ? size : 0;
}

// Not seen, or changes how other characters are seen.
bool Hides(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad || code == 0x61c ||
         (code >= 0x180b && code <= 0x180e) || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
         code == 0xfeff || (code >= 0xfff0 && code <= 0xfffb) ||
         (code >= 0xe0000 && code <= 0xe0fff);
}

}  // namespace

std::string Escaped(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    char32_t code = 0;
    const std::size_t size = CodePointAt(text, code);
    if (size == 0 || Hides(code)) {
      absl::StrAppend(&out, kReplacement);
    } else if (code == '&') {
      out += "&amp;";
    } else if (code == '<') {
      out += "&lt;";
    } else if (code == '>') {
      out += "&gt;";
    } else if (code == '"') {
      out += "&quot;";
    } else if (code == '\'') {
      out += "&#39;";
    } else {
      absl::StrAppend(&out, text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

Html& Html::Link(absl::string_view anchor, absl::string_view text) {
  return *this << "<a href=\"#"_m << anchor << "\">"_m << text << "</a>"_m;
}

Html& Html::Append(absl::string_view bytes) {
  buffer_.append(bytes.data(), bytes.size());
  if (buffer_.size() >= kBufferBytes) Flush();
  return *this;
}

void Html::Flush() {
  written_ += buffer_.size();
  if (status_.ok() && written_ > kMaxPageBytes) {
    status_ = absl::ResourceExhaustedError(
        absl::StrCat("the page would be longer than ", kMaxPageBytes >> 20,
                     " MiB; make one for fewer packages at a time"));
  }
  if (status_.ok() && !buffer_.empty()) status_ = sink_(buffer_);
  buffer_.clear();
}

absl::Status Html::Finish() {
  Flush();
  return status_;
}

}  // namespace cairn::page
