#include "audit/witness/log_list.h"

#include <charconv>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/note/checkpoint.h"

namespace cairn::witness {
namespace {

// Takes the list line by line. `step_` keeps the order: what may still follow of the log under way.
class ListReader {
 public:
  absl::Status Take(absl::string_view line) {
    if (line.empty() || line.front() == '#') return absl::OkStatus();
    if (!has_header_) {
      has_header_ = line == kLogListHeader;
      return has_header_
                 ? absl::OkStatus()
                 : Bad(absl::StrCat("the list begins with the line \"", kLogListHeader, "\""));
    }
    if (absl::ConsumePrefix(&line, "vkey ")) return BeginLog(line);
    if (logs_.empty()) return Bad("a log begins with its vkey");
    if (absl::ConsumePrefix(&line, "origin ")) return TakeOrigin(line);
    if (absl::ConsumePrefix(&line, "qpd ")) return TakeQueries(line);
    if (absl::ConsumePrefix(&line, "contact ")) return Advance(Step::kContact);
    return Bad("expected vkey, origin, qpd or contact, a space and a value");
  }

  absl::StatusOr<std::vector<WitnessedLog>> Finish() && {
    if (!has_header_) return Bad("the list of logs is empty");
    return std::move(logs_);
  }

 private:
  enum class Step { kVkey, kOrigin, kQueries, kContact };
  static absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }

  absl::Status Advance(Step step) {
    if (step <= step_) return Bad("the lines of a log are vkey, origin, qpd, contact, each once");
    step_ = step;
    return absl::OkStatus();
  }
  absl::Status BeginLog(absl::string_view text) {
    absl::StatusOr<keys::VerifierKey> key = keys::VerifierKey::Parse(text);
    if (!key.ok()) return key.status();
    if (key->type() != keys::NoteKeyType::kEd25519) return Bad("not the key of a log (type 01)");
    if (absl::Status origin = note::CheckOrigin(key->name()); !origin.ok()) return origin;
    if (!origins_.insert(key->name()).second) {
      return Bad(absl::StrCat("the log ", key->name(), " is there already"));
    }
    if (logs_.size() == kMaxLogs) return Bad(absl::StrCat("more than ", kMaxLogs, " logs"));
    logs_.push_back({.key = *std::move(key)});
    step_ = Step::kVkey;
    return absl::OkStatus();
  }
  absl::Status TakeOrigin(absl::string_view origin) {
    if (origin != logs_.back().key.name()) {
      return Bad(absl::StrCat("the origin is not the name of the log's key, ",
                              logs_.back().key.name(), "; such a log is not served"));
    }
    return Advance(Step::kOrigin);
  }
  absl::Status TakeQueries(absl::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1 ||
        number > kMaxQueriesPerDay) {
      return Bad(absl::StrCat("qpd is a whole number from 1 to ", kMaxQueriesPerDay));
    }
    logs_.back().queries_per_day = number;
    return Advance(Step::kQueries);
  }

  bool has_header_ = false;
  Step step_ = Step::kContact;
  std::vector<WitnessedLog> logs_;
  absl::flat_hash_set<std::string> origins_;
};

}  // namespace

absl::StatusOr<std::vector<WitnessedLog>> ParseLogList(absl::string_view text) {
  if (text.size() > kMaxLogListBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the list of logs is larger than ", kMaxLogListBytes, " bytes"));
  }
  ListReader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (end == absl::string_view::npos) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, ": does not end in 0A"));
    }
    if (absl::Status taken = reader.Take(text.substr(0, end)); !taken.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, ": ", taken.message()));
    }
    text.remove_prefix(end + 1);
  }
  return std::move(reader).Finish();
}

}  // namespace cairn::witness
