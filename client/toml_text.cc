#include "client/toml_text.h"

#include <stdexcept>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace cairn::client {
namespace {

struct HeldImpossible : std::logic_error {
  using std::logic_error::logic_error;
};

}  // namespace

void TomlHeldImpossible(const char* what) { throw HeldImpossible(what); }

absl::StatusOr<toml::table> ParseToml(absl::string_view text, const std::string& path) {
  try {
    return toml::parse(std::string_view(text.data(), text.size()), path);
  } catch (const toml::parse_error& bad) {
    return absl::InvalidArgumentError(absl::StrCat(path, ", line ", bad.source().begin.line, ": ",
                                                   std::string(bad.description())));
  } catch (const HeldImpossible&) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": this is no TOML: brackets or braces stand where a name or a value should"));
  }
}

}  // namespace cairn::client
