#include "audit/page/messages.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/calendar.h"
#include "audit/page/shipped_messages.h"

namespace cairn::page {
namespace {

constexpr absl::string_view kFormsApart = " | ";

// Which form of a counted word goes with a number. One form serves all numbers in Azerbaijani and
// Armenian, whose nouns stay in the singular behind a number.
std::size_t FormOf(absl::string_view language, std::uint64_t n) {
  if (language == "en") return n == 1 ? 0 : 1;
  if (language != "ru") return 0;
  const std::uint64_t last = n % 10;
  const std::uint64_t tens = n % 100 / 10;
  if (last == 1 && tens != 1) return 0;
  return last >= 2 && last <= 4 && tens != 1 ? 1 : 2;
}

std::string Filled(absl::string_view text, Messages::Values values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    absl::StrAppend(&out, text.substr(0, open));
    if (open == absl::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    const absl::string_view name = text.substr(open + 1, close - open - 1);
    for (const auto& [key, value] : values) {
      if (key == name) absl::StrAppend(&out, value);
    }
    text = close == absl::string_view::npos ? absl::string_view() : text.substr(close + 1);
  }
  return out;
}

}  // namespace

std::vector<std::string> Messages::Languages() {
  std::vector<std::string> out;
  for (const ShippedMessages& one : AllShippedMessages()) out.emplace_back(one.language);
  return out;
}

absl::StatusOr<Messages> Messages::For(absl::string_view language) {
  for (const ShippedMessages& one : AllShippedMessages()) {
    if (one.language == language) return Parse(language, one.text);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "no texts in the language '", language, "'; there are ", absl::StrJoin(Languages(), ", ")));
}

absl::StatusOr<Messages> Messages::Parse(absl::string_view language, absl::string_view file) {
  Messages out;
  out.language_ = std::string(language);
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(file, '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(" = ", 1));
    const absl::string_view key = parts.first;
    if (key.empty() || key.size() == line.size() || parts.second.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, " is not of the form: key = text"));
    }
    if (!out.texts_.emplace(std::string(key), std::string(parts.second)).second) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, ": ", key, " stands twice"));
    }
  }
  return out;
}

bool Messages::unreviewed() const { return Text("unreviewed") == "yes"; }

bool Messages::Has(absl::string_view key) const { return texts_.find(key) != texts_.end(); }

const std::string& Messages::Text(absl::string_view key) const {
  const auto found = texts_.find(key);
  if (found == texts_.end()) std::abort();  // A bug: no input names a key.
  return found->second;
}

std::string Messages::Text(absl::string_view key, Values values) const {
  return Filled(Text(key), values);
}

std::string Messages::Counted(absl::string_view key, std::uint64_t n, Values more) const {
  const std::vector<absl::string_view> forms = absl::StrSplit(Text(key), kFormsApart);
  const std::size_t form = FormOf(language_, n);
  if (form >= forms.size()) std::abort();  // A bug: messages_test.cc counts the forms.
  const std::string with_rest = Filled(absl::StrReplaceAll(forms[form], {{"{n}", "\x01"}}),
                                       more);  // {n} is not among `more`.
  return absl::StrReplaceAll(with_rest, {{"\x01", Number(n)}});
}

const std::string& Messages::Enum(absl::string_view value_name) const {
  static const std::string* const kUnknown = new std::string("?");
  const auto found = texts_.find(absl::AsciiStrToLower(value_name));
  return found == texts_.end() ? *kUnknown : found->second;
}

std::string Messages::Number(std::uint64_t n) const {
  const std::string digits = absl::StrCat(n);
  // "_" in the file stands for a no-break space, which editors would not show.
  const std::string& mark = Text("number.group");
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += mark == "_" ? "\u00a0" : mark;
    out += digits[i];
  }
  return out;
}

std::string Messages::Signed(std::int64_t n) const {
  if (n >= 0) return Number(static_cast<std::uint64_t>(n));
  return absl::StrCat("\u2212", Number(~static_cast<std::uint64_t>(n) + 1));
}

std::string Messages::Share(std::uint64_t n, std::uint64_t total) const {
  const std::uint64_t tenths = (n * 2000 + total) / (2 * total);
  return absl::StrCat(tenths / 10, Text("number.decimal"), tenths % 10);
}

std::size_t Messages::forms() const { return language_ == "en" ? 2 : language_ == "ru" ? 3 : 1; }

std::string TimeText(std::uint64_t ms) {
  constexpr std::uint64_t kMsOfMinute = 60'000;
  constexpr std::uint64_t kMinutesOfDay = 1440;
  constexpr std::uint64_t kLastDay = 100'000'000;
  const std::uint64_t minutes = ms / kMsOfMinute;
  const std::uint64_t day = minutes / kMinutesOfDay;
  if (day > kLastDay) return absl::StrCat(ms, " ms");
  const std::uint64_t hour = minutes % kMinutesOfDay / 60;
  const std::uint64_t minute = minutes % 60;
  return absl::StrCat(completeness::DayText(static_cast<std::int32_t>(day)), " ",
                      hour < 10 ? "0" : "", hour, ":", minute < 10 ? "0" : "", minute, " UTC");
}

}  // namespace cairn::page
