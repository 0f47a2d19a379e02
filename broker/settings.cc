#include "broker/settings.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace cairn::broker {
namespace {

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

std::string ValueText(const Setting& setting) {
  if (const auto* text = std::get_if<std::string*>(&setting.member)) return Quoted(**text);
  if (const auto* number = std::get_if<std::uint64_t*>(&setting.member)) {
    return absl::StrCat(**number);
  }
  return *std::get<bool*>(setting.member) ? "true" : "false";
}

absl::Status SetNumber(const Setting& setting, absl::string_view value) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number < setting.least ||
      number > setting.most) {
    return SettingError(setting.name,
                        absl::StrCat("expected a whole number from ", setting.least, " to ",
                                     setting.most, ", found \"", value, "\""));
  }
  *std::get<std::uint64_t*>(setting.member) = number;
  return absl::OkStatus();
}

}  // namespace

absl::Status SettingStatus(absl::string_view name, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(name, ": ", status.message()));
}

absl::Status SettingError(absl::string_view name, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", what));
}

SettingKind Setting::kind() const {
  if (std::holds_alternative<std::uint64_t*>(member)) return SettingKind::kNumber;
  if (std::holds_alternative<bool*>(member)) return SettingKind::kFlag;
  return is_path ? SettingKind::kPath : SettingKind::kText;
}

const Setting* SettingTable::Find(absl::string_view name) const {
  for (const Setting& setting : settings_) {
    if (name == setting.name) return &setting;
  }
  return nullptr;
}

std::vector<SettingInfo> SettingTable::Infos() const {
  std::vector<SettingInfo> all;
  for (const Setting& setting : settings_) {
    all.push_back(
        {.name = setting.name,
         .environment = absl::StrCat(
             program_, "_", absl::AsciiStrToUpper(absl::StrReplaceAll(setting.name, {{".", "_"}}))),
         .option = absl::StrCat("--", absl::StrReplaceAll(setting.name, {{".", "-"}, {"_", "-"}})),
         .kind = setting.kind(),
         .help = setting.help,
         .value = ValueText(setting)});
  }
  return all;
}

absl::Status SettingTable::Set(absl::string_view name, absl::string_view value,
                               const std::string& base) const {
  const Setting* const setting = Find(name);
  if (setting == nullptr) return SettingError(name, "there is no such setting");
  if (setting->kind() == SettingKind::kNumber) return SetNumber(*setting, value);
  if (const auto* flag = std::get_if<bool*>(&setting->member)) {
    if (value != "true" && value != "false") {
      return SettingError(name, absl::StrCat("expected true or false, found \"", value, "\""));
    }
    **flag = value == "true";
    return absl::OkStatus();
  }
  std::string text(value);
  if (setting->is_path && !text.empty()) {
    text = std::filesystem::path(base).append(text).lexically_normal().string();
  }
  *std::get<std::string*>(setting->member) = std::move(text);
  return absl::OkStatus();
}

std::string SettingTable::GetText(absl::string_view name) const {
  const Setting* const setting = Find(name);
  const auto* text = setting == nullptr ? nullptr : std::get_if<std::string*>(&setting->member);
  return text == nullptr ? std::string() : **text;
}

absl::Status SettingTable::LoadEnvironment(const char* (*get)(const char* name)) const {
  std::error_code error;
  const std::string base = std::filesystem::current_path(error).string();
  for (const SettingInfo& setting : Infos()) {
    const char* const value = get(setting.environment.c_str());
    if (value == nullptr) continue;
    if (const absl::Status set = Set(setting.name, value, base); !set.ok()) {
      return absl::Status(set.code(),
                          absl::StrCat("environment ", setting.environment, ": ", set.message()));
    }
  }
  return absl::OkStatus();
}

std::string SettingTable::Format(const SettingTable& defaults) const {
  std::string out;
  std::string section;
  for (const Setting& setting : settings_) {
    const std::pair<std::string, std::string> name = absl::StrSplit(setting.name, '.');
    if (name.first != section) {
      section = name.first;
      absl::StrAppend(&out, "\n[", section, "]\n");
    }
    absl::StrAppend(&out, "# ", absl::StrReplaceAll(setting.help, {{"\n", "\n# "}}), "\n");
    const std::string value = ValueText(setting);
    const bool is_default = value == ValueText(*defaults.Find(setting.name));
    absl::StrAppend(&out, is_default ? "# " : "", name.second, " = ", value, "\n");
  }
  return out;
}

absl::Status CheckLogLevel(absl::string_view level) {
  if (level == "debug" || level == "info" || level == "warning" || level == "error") {
    return absl::OkStatus();
  }
  return SettingError("logging.level", absl::StrCat("expected debug, info, warning or error, "
                                                    "found \"",
                                                    level, "\""));
}

absl::Status CheckListen(absl::string_view address, bool unix_too) {
  if (unix_too && absl::StartsWith(address, "unix:") && address.size() > 5) {
    return absl::OkStatus();
  }
  const std::size_t colon = address.rfind(':');
  const absl::string_view host = address.substr(0, colon);
  std::uint32_t port = 0;
  const bool has_port = colon != absl::string_view::npos && colon + 6 >= address.size() &&
                        absl::SimpleAtoi(address.substr(colon + 1), &port) && port <= 65'535;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const bool has_host =
      !host.empty() && std::all_of(host.begin(), host.end(), [bracketed](char letter) {
        return absl::ascii_isalnum(letter) || letter == '.' || letter == '-' ||
               (bracketed && (letter == ':' || letter == '[' || letter == ']'));
      });
  if (has_port && has_host) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", address, "\" is no address to listen on; write HOST:PORT, such as 127.0.0.1:7443"));
}

bool IsLoopback(absl::string_view listen) {
  if (absl::StartsWith(listen, "unix:")) return true;
  absl::string_view host = listen;
  if (absl::StartsWith(host, "[")) {
    return absl::StartsWith(host, "[::1]");
  }
  if (const auto colon = host.rfind(':'); colon != absl::string_view::npos) {
    host = host.substr(0, colon);
  }
  if (host == "localhost") return true;
  const std::vector<std::string> parts = absl::StrSplit(host, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  for (const std::string& part : parts) {
    int number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size() || number < 0 || number > 255) {
      return false;
    }
  }
  return true;
}

}  // namespace cairn::broker
