#include "client/profile.h"

#include <sstream>

#include "absl/strings/str_cat.h"
#include "client/toml_text.h"

namespace cairn::client {
namespace {

std::string TextAt(const toml::table& table, const char* section, const char* key) {
  const toml::table* from = *section == '\0' ? &table : table[section].as_table();
  return from == nullptr ? std::string() : (*from)[key].value_or(std::string());
}

}  // namespace

absl::StatusOr<Profile> LoadProfile(const Home& home) {
  absl::StatusOr<keys::Bytes> file = ReadFile(home.Profile());
  if (absl::IsNotFound(file.status())) {
    return absl::NotFoundError(absl::StrCat(
        "no profile in ", home.folder(), "; make one with: cairn init --party HANDLE --name NAME"));
  }
  if (!file.ok()) return file.status();
  const absl::StatusOr<toml::table> parsed = ParseToml(*file, home.Profile());
  if (!parsed.ok()) return parsed.status();
  const toml::table& table = *parsed;
  Profile profile;
  profile.party = TextAt(table, "", "party");
  profile.name = TextAt(table, "", "name");
  profile.log_origin = TextAt(table, "log", "origin");
  profile.log_vkey = TextAt(table, "log", "vkey");
  profile.genesis = TextAt(table, "log", "genesis");
  profile.broker = TextAt(table, "log", "broker");
  profile.url = TextAt(table, "log", "url");
  profile.certificate = TextAt(table, "log", "certificate");
  return profile;
}

absl::Status SaveProfile(const Home& home, const Profile& profile) {
  const toml::table table{{"party", profile.party},
                          {"name", profile.name},
                          {"log", toml::table{{"origin", profile.log_origin},
                                              {"vkey", profile.log_vkey},
                                              {"genesis", profile.genesis},
                                              {"broker", profile.broker},
                                              {"url", profile.url},
                                              {"certificate", profile.certificate}}}};
  std::ostringstream text;
  text << table << "\n";
  if (absl::Status made = MakeFolder(home.folder()); !made.ok()) return made;
  return WriteFileDurably(home.Profile(), keys::AsBytes(text.str()));
}

}  // namespace cairn::client
