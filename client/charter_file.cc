#include "client/charter_file.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "client/commands/roles.h"
#include "client/duration.h"
#include "client/home.h"
#include "client/toml_text.h"

namespace cairn::client {
namespace {

constexpr std::size_t kMaxCharterFileBytes = std::size_t{256} * 1024;

absl::Status At(const std::string& path, const toml::node& node, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, ", line ", node.source().begin.line, ": ", what));
}

// Reads one TOML document key by key, so that a key that nobody asked for is found.
class Reader {
 public:
  Reader(std::string path, const toml::table& table) : path_(std::move(path)), table_(table) {}

  absl::Status CheckKnown(const std::set<std::string>& known) const {
    for (const auto& [key, node] : table_) {
      if (known.count(std::string(key.str())) == 0) {
        return At(path_, node, absl::StrCat("unknown key '", std::string(key.str()), "'"));
      }
    }
    return absl::OkStatus();
  }

  template <typename T>
  absl::StatusOr<T> Value(const char* key, T otherwise) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return otherwise;
    const std::optional<T> value = node->value_exact<T>();
    if (!value) return At(path_, *node, absl::StrCat("'", key, "' is of the wrong kind"));
    return *value;
  }

  // Every "key = text" of a section, in the order in which the file has them.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Texts(
      const char* section) const {
    std::map<toml::source_index, std::pair<std::string, std::string>> by_line;
    if (const toml::table* table = table_[section].as_table()) {
      for (const auto& [key, node] : *table) {
        const std::optional<std::string> text = node.value_exact<std::string>();
        if (!text) return At(path_, node, "a text in quotes is expected");
        by_line[node.source().begin.line] = {std::string(key.str()), *text};
      }
    }
    std::vector<std::pair<std::string, std::string>> texts;
    texts.reserve(by_line.size());
    for (auto& [line, text] : by_line) texts.push_back(std::move(text));
    return texts;
  }

  absl::Status ReadParties(v1::Charter& charter) const {
    const toml::table* parties = table_["parties"].as_table();
    if (parties == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(path_, ": there is no section [parties]"));
    }
    for (const auto& [key, node] : *parties) {
      std::vector<std::string> names;
      const toml::array* list = node.as_array();
      if (list == nullptr) return At(path_, node, "a list of roles is expected");
      for (const toml::node& role : *list) names.push_back(role.value_or(std::string()));
      absl::StatusOr<std::vector<v1::CharterRole>> roles = ParseCharterRoles(names);
      if (!roles.ok()) return At(path_, node, roles.status().message());
      v1::CharterParty& party = *charter.add_parties();
      party.set_party(std::string(key.str()));
      for (const v1::CharterRole role : *roles) party.add_roles(role);
    }
    return absl::OkStatus();
  }

  absl::Status ReadTerms(v1::Terms& terms) const {
    const auto texts = Texts("terms");
    if (!texts.ok()) return texts.status();
    const std::pair<const char*, void (v1::Terms::*)(std::uint64_t)> setters[] = {
        {"custody", &v1::Terms::set_custody_ms},
        {"answer", &v1::Terms::set_answer_ms},
        {"finding_answer", &v1::Terms::set_finding_answer_ms},
        {"witness", &v1::Terms::set_witness_ms},
        {"position", &v1::Terms::set_position_ms},
        {"escrow", &v1::Terms::set_escrow_ms}};
    for (const auto& [key, text] : *texts) {
      bool known = false;
      for (const auto& [name, set] : setters) {
        if (key != name) continue;
        known = true;
        const std::uint64_t duration = ParseDuration(text);
        if (duration == 0) {
          return absl::InvalidArgumentError(absl::StrCat(
              path_, ": terms.", key, " is '", text, "'; write a duration such as 30s, 12h or 7d"));
        }
        (terms.*set)(duration);
      }
      if (!known)
        return absl::InvalidArgumentError(absl::StrCat(path_, ": unknown term '", key, "'"));
    }
    return absl::OkStatus();
  }

 private:
  std::string path_;
  const toml::table& table_;
};

std::string BesideFile(const std::string& path, const std::string& name) {
  const std::size_t slash = path.rfind('/');
  if (name.empty() || name.front() == '/' || slash == std::string::npos) return name;
  return absl::StrCat(path.substr(0, slash + 1), name);
}

absl::Status ReadPlain(const Reader& reader, const std::string& path, CharterFile& file) {
  const auto name = reader.Value<std::string>("name", "");
  const auto exercise = reader.Value<bool>("exercise", false);
  const auto threshold = reader.Value<std::int64_t>("mediator_threshold", 1);
  const auto retention = reader.Value<std::int64_t>("retention_days", 0);
  const auto custody = reader.Value<bool>("custody_before_release", true);
  const auto progress = reader.Value<std::string>("progress_policy", "");
  const auto final = reader.Value<std::string>("final_policy", "");
  const auto rule_set = reader.Value<std::string>("rule_set", "");
  const auto history = reader.Value<std::string>("control_history", "");
  for (const absl::Status& status :
       {name.status(), exercise.status(), threshold.status(), retention.status(), custody.status(),
        progress.status(), final.status(), rule_set.status(), history.status()}) {
    if (!status.ok()) return status;
  }
  if (*threshold < 1 || *threshold > 16 || *retention < 0 || *retention > 36'500) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": mediator_threshold is 1 to 16 and retention_days 0 to 36500"));
  }
  if (rule_set->empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": rule_set names no file"));
  }
  file.charter.set_name(*name);
  file.charter.set_exercise(*exercise);
  file.charter.set_mediator_threshold(static_cast<std::uint32_t>(*threshold));
  file.charter.set_retention_days(static_cast<std::uint32_t>(*retention));
  file.charter.set_custody_before_release(*custody);
  file.charter.set_progress_policy(*progress);
  file.charter.set_final_policy(*final);
  file.charter.mutable_escrow()->set_policy(v1::RELEASE_POLICY_NONE);
  file.rule_set = BesideFile(path, *rule_set);
  file.control_history = BesideFile(path, *history);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CharterFile> ParseCharterFile(const std::string& path) {
  absl::StatusOr<keys::Bytes> text = ReadFile(path, kMaxCharterFileBytes);
  if (!text.ok()) return text.status();
  const absl::StatusOr<toml::table> parsed = ParseToml(*text, path);
  if (!parsed.ok()) return parsed.status();
  const Reader reader(path, *parsed);
  CharterFile file;
  absl::Status read = reader.CheckKnown({"name", "exercise", "mediator_threshold", "retention_days",
                                         "custody_before_release", "progress_policy",
                                         "final_policy", "rule_set", "control_history", "parties",
                                         "areas", "sources", "recipients", "terms", "witnesses"});
  if (read.ok()) read = ReadPlain(reader, path, file);
  if (read.ok()) read = reader.ReadParties(file.charter);
  if (read.ok()) read = reader.ReadTerms(*file.charter.mutable_terms());
  if (!read.ok()) return read;
  const auto areas = reader.Texts("areas");
  const auto sources = reader.Texts("sources");
  const auto recipients = reader.Texts("recipients");
  for (const absl::Status& status : {areas.status(), sources.status(), recipients.status()}) {
    if (!status.ok()) return status;
  }
  for (const auto& [handle, name] : *areas) {
    v1::CharterArea& area = *file.charter.add_areas();
    area.set_area(handle);
    area.set_name(name);
  }
  for (const auto& [handle, name] : *sources) {
    v1::CharterSource& source = *file.charter.add_sources();
    source.set_source(handle);
    source.set_name(name);
  }
  const auto witnesses = reader.Texts("witnesses");
  if (!witnesses.ok()) return witnesses.status();
  for (const auto& [name, whose] : *witnesses) {
    v1::SideWitness& witness = *file.charter.add_witnesses();
    witness.set_name(name);
    if (whose != "neutral") witness.set_party(whose);
  }
  for (const auto& [party, what] : *recipients) {
    if (what != "persons" && what != "records") {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": recipients.", party, " is \"persons\" or \"records\""));
    }
    file.recipients.emplace_back(party, what == "persons");
  }
  return file;
}

}  // namespace cairn::client
