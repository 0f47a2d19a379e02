#include <toml++/toml.h>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "broker/limits.h"
#include "broker/settings.h"
#include "keys/regular_file.h"

namespace cairn::broker {
namespace {

absl::Status AtLine(const std::string& path, const toml::source_position& where,
                    absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ":", where.line, ": ", what));
}

absl::StatusOr<std::string> ReadConfigText(const std::string& path) {
  absl::StatusOr<keys::Bytes> text = keys::ReadRegularFile(path, kMaxConfigBytes);
  if (absl::IsResourceExhausted(text.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": larger than ", kMaxConfigBytes, " bytes"));
  }
  return text;
}

// The text that SetSetting takes; TOML's own type must be the setting's.
absl::StatusOr<std::string> ValueOf(const toml::node& node, const SettingInfo& setting) {
  switch (setting.kind) {
    case SettingKind::kNumber:
      if (const auto* number = node.as_integer()) return absl::StrCat(number->get());
      return absl::InvalidArgumentError("expected a whole number without quotes");
    case SettingKind::kFlag:
      if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
      return absl::InvalidArgumentError("expected true or false without quotes");
    case SettingKind::kText:
    case SettingKind::kPath:
      if (const auto* text = node.as_string()) return text->get();
      return absl::InvalidArgumentError("expected text in quotes");
  }
  return absl::InternalError("a kind of setting without a reader");
}

absl::Status ApplyNode(const std::string& path, const std::string& name, const toml::node& node,
                       const std::string& base, const SettingTable& settings) {
  for (const SettingInfo& setting : settings.Infos()) {
    if (setting.name != name) continue;
    const absl::StatusOr<std::string> value = ValueOf(node, setting);
    if (!value.ok()) {
      return AtLine(path, node.source().begin, absl::StrCat(name, ": ", value.status().message()));
    }
    const absl::Status set = settings.Set(name, *value, base);
    return set.ok() ? set : AtLine(path, node.source().begin, set.message());
  }
  return AtLine(path, node.source().begin, absl::StrCat(name, ": there is no such setting"));
}

std::string FirstSection(const SettingTable& settings) {
  const std::string name = settings.Infos().front().name;
  return name.substr(0, name.find('.'));
}

absl::Status ApplyTable(const std::string& path, const toml::table& file, const std::string& base,
                        const SettingTable& settings) {
  for (const auto& [section, node] : file) {
    const std::string section_name(section.str());
    const toml::table* const table = node.as_table();
    if (table == nullptr) {
      return AtLine(path, node.source().begin,
                    absl::StrCat(section_name, ": settings stand in tables, such as [",
                                 FirstSection(settings), "]"));
    }
    for (const auto& [key, value] : *table) {
      const std::string name = absl::StrCat(section_name, ".", std::string(key.str()));
      if (absl::Status set = ApplyNode(path, name, value, base, settings); !set.ok()) return set;
    }
  }
  return absl::OkStatus();
}

// What the file does not set is relative to its folder too.
absl::Status ResolveDefaults(const std::string& base, const SettingTable& settings) {
  for (const SettingInfo& setting : settings.Infos()) {
    if (setting.kind != SettingKind::kPath) continue;
    absl::Status set = settings.Set(setting.name, settings.GetText(setting.name), base);
    if (!set.ok()) return set;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SettingTable::LoadFile(const std::string& path) const {
  const absl::StatusOr<std::string> text = ReadConfigText(path);
  if (!text.ok()) return text.status();
  std::error_code error;
  const std::string base = std::filesystem::absolute(path, error).parent_path().string();
  if (absl::Status resolved = ResolveDefaults(base, *this); !resolved.ok()) return resolved;
  try {
    return ApplyTable(path, toml::parse(*text), base, *this);
  } catch (const toml::parse_error& bad) {
    return AtLine(path, bad.source().begin, std::string(bad.description()));
  }
}

}  // namespace cairn::broker
