// toml++ as this folder reads it: any text gives a table or an error. Include it instead of toml++.
#ifndef CAIRN_CLIENT_TOML_TEXT_H_
#define CAIRN_CLIENT_TOML_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cairn::client {

// Throws what ParseToml catches: the parser (3.3.0) asserts that some texts cannot come ("[[[",
// "a=[}"), and they can.
[[noreturn]] void TomlHeldImpossible(const char* what);

}  // namespace cairn::client

// The packaged library has its assertions compiled out, and the compiler may then believe them: so
// from the header alone, with assertions that throw.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(expr) \
  ((expr) ? static_cast<void>(0) : ::cairn::client::TomlHeldImpossible(#expr))
#ifdef NDEBUG
#error "toml++ drops TOML_ASSERT under NDEBUG: texts from outside would be undefined behaviour"
#endif
#include <toml++/toml.h>

namespace cairn::client {

// kInvalidArgument: no TOML; the message begins with `path` and names the line.
absl::StatusOr<toml::table> ParseToml(absl::string_view text, const std::string& path);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_TOML_TEXT_H_
