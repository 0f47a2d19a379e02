// The words of the page, a file per language under messages/, compiled in. All languages have the
// same keys and the same placeholders (messages_test.cc). English is the text that was written; the
// others are translations, and say on every page when no native speaker has reviewed them.
//
// What comes out is plain text. Whoever writes it into HTML or CSV escapes it there.
#ifndef CAIRN_AUDIT_PAGE_MESSAGES_H_
#define CAIRN_AUDIT_PAGE_MESSAGES_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cairn::page {

// Immutable; thread-safe.
class Messages {
 public:
  using Values = std::initializer_list<std::pair<absl::string_view, std::string>>;

  // The codes there are: "az", "en", "hy", "ru".
  static std::vector<std::string> Languages();
  // kInvalidArgument names the codes that there are.
  static absl::StatusOr<Messages> For(absl::string_view language);
  // kInvalidArgument names the line: no "key = text", a key twice.
  static absl::StatusOr<Messages> Parse(absl::string_view language, absl::string_view file);

  const std::string& language() const { return language_; }
  // Whether a native speaker has yet to review this translation.
  bool unreviewed() const;

  bool Has(absl::string_view key) const;
  // The text of a key. REQUIRES: the program's own key; a key that is not there ends the process,
  // and messages_test.cc looks up every key that the sources of this folder name.
  const std::string& Text(absl::string_view key) const;
  // The same, each {name} replaced. What is put in is not looked at again.
  std::string Text(absl::string_view key, Values values) const;
  // The form of a counted word that fits `n`; {n} is the number as people write it.
  std::string Counted(absl::string_view key, std::uint64_t n, Values more = {}) const;
  // The text of a value of an enumeration of the report, by its name in the message; "?" if
  // it has none.
  const std::string& Enum(absl::string_view value_name) const;

  std::string Number(std::uint64_t n) const;
  std::string Signed(std::int64_t n) const;
  // n of total with one decimal, halves up. REQUIRES: total > 0.
  std::string Share(std::uint64_t n, std::uint64_t total) const;

  const std::map<std::string, std::string, std::less<>>& all() const { return texts_; }
  // How many forms a counted word has in this language.
  std::size_t forms() const;

 private:
  Messages() = default;

  std::string language_;
  std::map<std::string, std::string, std::less<>> texts_;
};

// 2021-08-06 12:30 UTC.
std::string TimeText(std::uint64_t ms);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_MESSAGES_H_
