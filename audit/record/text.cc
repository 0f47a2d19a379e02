#include "audit/record/text.h"

#include <utf8proc.h>

#include <array>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cairn::record {
namespace {

constexpr std::size_t kMaxKeyCharacters = 64;
constexpr std::size_t kMaxHandleSize = 63;

// One character; -1 if the bytes are not UTF-8 (RFC 3629: no surrogates, nothing overlong).
std::int32_t NextCharacter(absl::string_view& text) {
  utf8proc_int32_t character = -1;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &character);
  if (size <= 0) return -1;
  text.remove_prefix(static_cast<std::size_t>(size));
  return character;
}

void AppendCharacter(std::int32_t character, std::string& out) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const utf8proc_ssize_t size = utf8proc_encode_char(character, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

bool IsControl(std::int32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

// Marks that show text in another order than it is stored in, or that nobody sees.
bool IsDeceptive(std::int32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
         c == 0x200F || c == 0x061C || c == 0x200B || c == 0x2060 || c == 0xFEFF || c == 0x2028 ||
         c == 0x2029 || (c & 0xFFFE) == 0xFFFE;
}

// Cyrillic small letters that look like Latin ones, after case folding of both.
char LatinTwin(std::int32_t c) {
  switch (c) {
    case 0x430:
      return 'a';
    case 0x432:
      return 'b';
    case 0x435:
      return 'e';
    case 0x43A:
      return 'k';
    case 0x43C:
      return 'm';
    case 0x43D:
      return 'h';
    case 0x43E:
      return 'o';
    case 0x440:
      return 'p';
    case 0x441:
      return 'c';
    case 0x442:
      return 't';
    case 0x443:
      return 'y';
    case 0x445:
      return 'x';
    default:
      return '\0';
  }
}

bool IsIgnoredInAlias(std::int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_PD:
      return true;
    default:
      return c == '.' || c == '\n' || c == '\r' || c == 0x2212;
  }
}

std::string MapText(absl::string_view text, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                             static_cast<utf8proc_option_t>(options));
  if (size < 0) return std::string(text);  // Not UTF-8: excluded by the callers.
  std::string out(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
  std::free(mapped);
  return out;
}

bool IsAllAscii(absl::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

}  // namespace

std::string TextFault(absl::string_view text, bool line_breaks) {
  for (;;) {
    std::size_t plain = 0;  // Nearly all there is.
    while (plain < text.size() && text[plain] >= 0x20 && text[plain] < 0x7F) ++plain;
    text.remove_prefix(plain);
    if (text.empty()) return {};
    const std::int32_t c = NextCharacter(text);
    if (c < 0) return "not UTF-8 (perhaps an older code page); save it as CSV in UTF-8";
    if (c == '\t') return "a tab; write a space instead";
    if (c == '\r' && line_breaks && absl::StartsWith(text, "\n")) continue;
    if (c == '\n' && line_breaks) continue;
    if (IsControl(c) || IsDeceptive(c)) {
      return absl::StrFormat("an invisible or control character U+%04X; remove it", c);
    }
  }
}

std::size_t SpaceLength(absl::string_view text) {
  for (const absl::string_view space : {" ", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"}) {
    if (absl::StartsWith(text, space)) return space.size();
  }
  return 0;
}

std::size_t NumberMarkLength(absl::string_view text) {
  if (const std::size_t space = SpaceLength(text); space > 0) return space;
  for (const absl::string_view mark : {".", ",", "'", "\"", "°", "′", "″", "’", "”", "º"}) {
    if (absl::StartsWith(text, mark)) return mark.size();
  }
  return 0;
}

absl::string_view TrimText(absl::string_view text) {
  for (bool again = true; again && !text.empty();) {
    std::size_t space = SpaceLength(text);
    if (space == 0 && (text[0] == '\n' || text[0] == '\r')) space = 1;
    text.remove_prefix(space);
    again = space > 0;
  }
  for (bool again = true; again && !text.empty();) {
    again = false;
    for (const absl::string_view space :
         {" ", "\n", "\r", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"}) {
      if (absl::EndsWith(text, space)) {
        text.remove_suffix(space.size());
        again = true;
      }
    }
  }
  return text;
}

std::string NormalText(absl::string_view text) {
  text = TrimText(text);
  if (IsAllAscii(text)) return std::string(text);
  return MapText(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string AliasKey(absl::string_view text) {
  const std::string folded = MapText(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  std::string key;
  for (absl::string_view rest = folded; !rest.empty();) {
    const std::int32_t c = NextCharacter(rest);
    if (c < 0) break;
    if (IsIgnoredInAlias(c)) continue;
    if (const char twin = LatinTwin(c); twin != '\0') {
      key.push_back(twin);
    } else {
      AppendCharacter(c, key);
    }
  }
  return key;
}

std::string WordKey(absl::string_view text) { return absl::AsciiStrToLower(TrimText(text)); }

bool IsRowKey(absl::string_view text) {
  if (text.empty() || text.size() > kMaxKeyCharacters) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') {
      return false;
    }
  }
  return true;
}

bool IsEntryId(absl::string_view text) {
  std::size_t characters = 0;
  while (!text.empty()) {
    if (++characters > kMaxKeyCharacters) return false;
    const std::int32_t c = NextCharacter(text);
    if (c < 0) return false;
    const utf8proc_category_t category = utf8proc_category(c);
    const bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    const bool digit = category == UTF8PROC_CATEGORY_ND;
    if (!letter && !digit && c != '-' && c != '_' && c != '.' && c != '/') return false;
  }
  return characters > 0;
}

bool IsHandle(absl::string_view text) {
  if (text.empty() || text.size() > kMaxHandleSize) return false;
  if (text.front() == '-' || text.back() == '-') return false;
  for (const char c : text) {
    if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') return false;
  }
  return true;
}

}  // namespace cairn::record
