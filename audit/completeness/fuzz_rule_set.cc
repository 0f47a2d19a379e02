// Rule sets and outlines from anywhere: a clear error or a rule set, never anything else.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "audit/completeness/outlines.h"
#include "audit/completeness/rule_set.h"
#include "audit/completeness/shipped.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cairn::completeness::ParseOutlines;
  using cairn::completeness::ReadShippedFile;
  using cairn::completeness::Rules;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'o') {
    (void)ParseOutlines(text);
    return 0;
  }
  const auto rules = Rules::FromFile("input", [&](absl::string_view name) {
    return name == "input" ? absl::StatusOr<std::string>(text) : ReadShippedFile(name);
  });
  if (rules.ok()) (void)rules->AreaByName(text);
  return 0;
}
