#include "audit/completeness/rule_set.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/exact_math.h"
#include "audit/record/text.h"
#include "audit/statement/canonical.h"
#include "keys/bytes.h"

namespace cairn::completeness {
namespace {

// Keeps the first thing that the text parser complains of.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::StatusOr<v1::RuleSet> ParseText(absl::string_view name, const ReadRuleFile& read) {
  if (name.empty() || absl::StrContains(name, '/') || absl::StartsWith(name, ".")) {
    return absl::InvalidArgumentError(
        absl::StrCat("rule set file '", name, "': a plain name is needed"));
  }
  absl::StatusOr<std::string> text = read(name);
  if (!text.ok()) return text.status();
  if (text->size() > kMaxRuleSetBytes) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": larger than 4 MiB"));
  }
  v1::RuleSet message;
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(*text, &message)) {
    return absl::InvalidArgumentError(absl::StrCat(name, ":", error.text()));
  }
  return message;
}

// Folded text, or empty if it is no text that a form may have.
std::string Folded(absl::string_view text) {
  if (!record::TextFault(text, false).empty()) return {};
  return record::AliasKey(text);
}

template <typename List>
void LintCodes(absl::string_view what, const List& list, std::vector<std::string>& out) {
  absl::flat_hash_set<std::string> seen;
  for (const auto& entry : list) {
    if (entry.code().empty()) out.push_back(absl::StrCat(what, ": an entry without code"));
    if (!seen.insert(entry.code()).second) {
      out.push_back(absl::StrCat(what, " ", entry.code(), ": twice"));
    }
  }
}

template <typename List>
absl::Status AddAliases(absl::string_view list_name, const List& list, record::AliasTable& out) {
  for (const auto& entry : list) {
    absl::Status status = out.AddCode(list_name, entry.code());
    for (const std::string& alias : entry.aliases()) {
      status.Update(out.Add(list_name, entry.code(), alias));
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status AddAllAliases(const v1::RuleSet& rules, record::AliasTable& out) {
  absl::Status status;
  for (const v1::CodeList& list : rules.code_lists()) {
    status.Update(AddAliases(list.list(), list.entries(), out));
  }
  status.Update(AddAliases("model", rules.models(), out));
  status.Update(AddAliases("fuze", rules.fuzes(), out));
  status.Update(AddAliases("crs", rules.crs(), out));
  return status;
}

void LintFields(const v1::RuleSet& rules, std::vector<std::string>& out) {
  int last = 0;
  for (const v1::FieldRule& rule : rules.fields()) {
    const int number = FieldNumber(rule.field());
    if (number == 0) {
      out.push_back(absl::StrCat("field '", rule.field(), "': not in the catalogue"));
      continue;
    }
    if (number <= last) out.push_back(absl::StrCat(rule.field(), ": twice, or out of order"));
    last = number;
    if (rule.strength() == v1::FIELD_STRENGTH_UNSPECIFIED) {
      out.push_back(absl::StrCat(rule.field(), ": no strength"));
    }
    if (rule.block() == v1::BLOCK_UNSPECIFIED) {
      out.push_back(absl::StrCat(rule.field(), ": no block"));
    }
    const bool conditional = rule.strength() == v1::FIELD_STRENGTH_CONDITIONAL;
    if (conditional != (rule.condition() != v1::FIELD_CONDITION_UNSPECIFIED)) {
      out.push_back(absl::StrCat(rule.field(), ": a condition goes with CONDITIONAL, and only so"));
    }
    if ((rule.condition() == v1::FIELD_CONDITION_MADE_SINCE) != rule.has_condition_day()) {
      out.push_back(absl::StrCat(rule.field(), ": condition_day goes with MADE_SINCE"));
    }
  }
}

void LintChecks(const v1::RuleSet& rules, std::vector<std::string>& out) {
  std::string last;
  for (const v1::CheckRule& rule : rules.checks()) {
    if (FindCheckInfo(rule.check()) == nullptr) {
      out.push_back(absl::StrCat("check '", rule.check(), "': this program does not make it"));
    }
    if (rule.check() <= last) out.push_back(absl::StrCat(rule.check(), ": twice, or out of order"));
    last = rule.check();
    if (rule.severity() == v1::SEVERITY_UNSPECIFIED) {
      out.push_back(absl::StrCat(rule.check(), ": no severity"));
    }
    if (rule.paragraph().empty()) out.push_back(absl::StrCat(rule.check(), ": no paragraph"));
  }
}

void LintNumbers(const v1::RuleSet& rules, std::vector<std::string>& out) {
  const v1::Thresholds& t = rules.thresholds();
  const v1::UncertaintyBudget& u = rules.uncertainty();
  const auto positive = [&](absl::string_view name, std::int64_t value, std::int64_t most) {
    if (value <= 0 || value > most) {
      out.push_back(absl::StrCat(name, " is ", value, ", not within 1 to ", most));
    }
  };
  positive("coarsest_laying_precision", t.coarsest_laying_precision(), v1::DATE_PRECISION_YEAR);
  positive("theatre_margin_mm", t.theatre_margin_mm(), 1'000'000'000);
  positive("zone_overlap_e7", t.zone_overlap_e7(), 60'000'000);
  positive("fail_sigma_per_mille", t.fail_sigma_per_mille(), 100'000);
  positive("warn_sigma_per_mille", t.warn_sigma_per_mille(), t.fail_sigma_per_mille());
  positive("estimate_per_mille", t.estimate_per_mille(), 1000);
  positive("near_duplicate_mm", t.near_duplicate_mm(), 1'000'000);
  positive("series_fewest_records", t.series_fewest_records(), 1'000'000);
  positive("series_least_fill_per_mille", t.series_least_fill_per_mille(), 1000);
  positive("location_limit_mm", t.location_limit_mm(), 1'000'000'000);
  positive("far_tie_mm", t.far_tie_mm(), 1'000'000'000);
  positive("plotting_um", u.plotting_um(), 100'000);
  positive("default_scale", u.default_scale(), 10'000'000);
  positive("compass_e6", u.compass_e6(), 45'000'000);
  positive("gps_mm", u.gps_mm(), 1'000'000);
  positive("survey_mm", u.survey_mm(), 1'000'000);
  positive("pace_mm", u.pace_mm(), 2'000);
  positive("datum_mm + 1", u.datum_mm() + 1, 1'000'000);
  for (const v1::DistanceUncertainty& d : u.distance()) {
    if (d.per_mille() > 1000) out.push_back(absl::StrCat("distance '", d.how(), "': over 1000"));
  }
}

}  // namespace

std::vector<std::string> Lint(const v1::RuleSet& message) {
  std::vector<std::string> out;
  if (message.id().empty() || message.id().size() > 63) out.push_back("no id of 1 to 63 bytes");
  if (message.version() == 0) out.push_back("no version");
  if (message.title().empty()) out.push_back("no title");
  if (message.check_semantics() == 0 || message.check_semantics() > kCheckSemantics) {
    out.push_back(absl::StrCat("check_semantics is ", message.check_semantics(),
                               "; this program knows 1 to ", kCheckSemantics));
  }
  if (message.include_size() != 0) out.push_back("includes that were not merged");
  LintFields(message, out);
  LintChecks(message, out);
  LintNumbers(message, out);
  LintCodes("model", message.models(), out);
  LintCodes("fuze", message.fuzes(), out);
  LintCodes("crs", message.crs(), out);
  for (const v1::Crs& crs : message.crs()) {
    const auto system = CoordinateSystem::Create(message, crs);
    if (!system.ok()) out.emplace_back(system.status().message());
  }
  record::AliasTable aliases;
  const absl::Status status = AddAllAliases(message, aliases);
  if (!status.ok()) out.emplace_back(status.message());
  for (const v1::FuzePair& pair : message.fuze_pairs()) {
    if (aliases.Find("model", pair.model()) == nullptr) {
      out.push_back(absl::StrCat("fuze pair: no model ", pair.model()));
    }
    for (const std::string& fuze : pair.fuzes()) {
      if (aliases.Find("fuze", fuze) == nullptr) {
        out.push_back(absl::StrCat("fuze pair ", pair.model(), ": no fuze ", fuze));
      }
    }
  }
  if (message.has_outlines() && message.outlines().sha256().size() != keys::kDigestSize) {
    out.push_back("outlines: no SHA-256");
  }
  return out;
}

absl::StatusOr<keys::Digest> RuleSetDigest(const v1::RuleSet& message) {
  absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(message);
  if (!bytes.ok()) return bytes.status();
  return keys::Sha256(keys::AsBytes(*bytes));
}

absl::StatusOr<Rules> Rules::FromFile(absl::string_view name, const ReadRuleFile& read) {
  absl::StatusOr<v1::RuleSet> message = ParseText(name, read);
  if (!message.ok()) return message.status();
  const std::vector<std::string> includes(message->include().begin(), message->include().end());
  if (includes.size() > kMaxIncludes) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": more than 16 includes"));
  }
  message->clear_include();
  for (const std::string& include : includes) {
    absl::StatusOr<v1::RuleSet> part = ParseText(include, read);
    if (!part.ok()) return part.status();
    if (part->include_size() != 0) {
      return absl::InvalidArgumentError(absl::StrCat(include, ": an included file includes"));
    }
    message->MergeFrom(*part);
  }
  std::string outlines;
  if (message->has_outlines()) {
    absl::StatusOr<std::string> bytes = read(message->outlines().file());
    if (!bytes.ok()) return bytes.status();
    outlines = *std::move(bytes);
  }
  return FromMessage(*std::move(message), outlines);
}

absl::StatusOr<Rules> Rules::FromMessage(v1::RuleSet message, absl::string_view outlines) {
  const std::vector<std::string> faults = Lint(message);
  if (!faults.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("rule set ", message.id(), ": ", absl::StrJoin(faults, "; ")));
  }
  absl::StatusOr<keys::Digest> digest = RuleSetDigest(message);
  if (!digest.ok()) return digest.status();
  Rules rules;
  rules.message_ = std::move(message);
  rules.ref_.set_id(rules.message_.id());
  rules.ref_.set_version(rules.message_.version());
  rules.ref_.set_digest(digest->ToBytes());
  absl::Status status = rules.Index(outlines);
  if (!status.ok()) return status;
  return rules;
}

absl::Status Rules::Index(absl::string_view outlines) {
  absl::Status status = AddAllAliases(message_, aliases_);
  if (!status.ok()) return status;
  for (int i = 0; i < message_.fields_size(); ++i) {
    fields_[static_cast<std::size_t>(FieldNumber(message_.fields(i).field()))] = i + 1;
  }
  for (int i = 0; i < message_.checks_size(); ++i) checks_[message_.checks(i).check()] = i;
  for (int i = 0; i < message_.models_size(); ++i) models_[message_.models(i).code()] = i;
  for (const v1::Crs& crs : message_.crs()) {
    absl::StatusOr<CoordinateSystem> system = CoordinateSystem::Create(message_, crs);
    if (!system.ok()) return system.status();
    systems_.emplace(crs.code(), *std::move(system));
  }
  for (const std::string& number : message_.placeholders().record_numbers()) {
    placeholder_numbers_[Folded(number)] = 1;
  }
  if (!message_.has_outlines()) return absl::OkStatus();

  const keys::Digest digest = keys::Sha256(keys::AsBytes(outlines));
  if (digest.ToBytes() != message_.outlines().sha256()) {
    return absl::DataLossError(absl::StrCat(message_.outlines().file(), " has another SHA-256 (",
                                            digest.Hex(), ") than the rule set names"));
  }
  absl::StatusOr<std::vector<Outline>> parsed = ParseOutlines(outlines);
  if (!parsed.ok()) return parsed.status();
  outlines_ = *std::move(parsed);
  for (std::size_t i = 0; i < outlines_.size(); ++i) {
    const Outline& outline = outlines_[i];
    outline_index_[outline.area] = static_cast<int>(i);
    area_names_[Folded(outline.area)] = outline.area;
    area_names_[Folded(outline.name)] = outline.area;
    for (const std::string& alias : outline.aliases) area_names_[Folded(alias)] = outline.area;
    theatre_.Add({outline.box.south_e7, outline.box.west_e7});
    theatre_.Add({outline.box.north_e7, outline.box.east_e7});
  }
  // A degree of latitude is 110.6 to 111.7 km; of longitude it is less by the cosine, taken at the
  // end of the box that is farther from the equator.
  const std::int64_t margin_e7 = message_.thresholds().theatre_margin_mm() * 100 / 1106;
  const std::int64_t farthest = std::max(std::abs(theatre_.north_e7), std::abs(theatre_.south_e7));
  const double cosine =
      std::max(0.01, Cos(static_cast<double>(farthest) / 1e7 * kRadiansPerDegree));
  const std::int64_t margin_east_e7 = RoundToInteger(static_cast<double>(margin_e7) / cosine);
  theatre_.south_e7 -= margin_e7;
  theatre_.north_e7 += margin_e7;
  theatre_.west_e7 -= margin_east_e7;
  theatre_.east_e7 += margin_east_e7;
  return absl::OkStatus();
}

const v1::FieldRule* Rules::Field(int number) const {
  if (number <= 0 || number >= static_cast<int>(fields_.size())) return nullptr;
  const int index = fields_[static_cast<std::size_t>(number)];
  return index == 0 ? nullptr : &message_.fields(index - 1);
}

const v1::CheckRule* Rules::FindCheck(absl::string_view check) const {
  const auto it = checks_.find(check);
  if (it == checks_.end() || message_.checks(it->second).disabled()) return nullptr;
  return &message_.checks(it->second);
}

const v1::MineModel* Rules::FindModel(absl::string_view code) const {
  const auto it = models_.find(code);
  return it == models_.end() ? nullptr : &message_.models(it->second);
}

const CoordinateSystem* Rules::FindSystem(absl::string_view code) const {
  const auto it = systems_.find(code);
  return it == systems_.end() ? nullptr : &it->second;
}

const Outline* Rules::FindOutline(absl::string_view area) const {
  const auto it = outline_index_.find(area);
  return it == outline_index_.end() ? nullptr : &outlines_[static_cast<std::size_t>(it->second)];
}

std::string Rules::AreaByName(absl::string_view name) const {
  const auto it = area_names_.find(Folded(name));
  return it == area_names_.end() ? std::string() : it->second;
}

bool Rules::IsRowLayout(absl::string_view code) const {
  const auto& list = message_.thresholds().row_layouts();
  return std::find(list.begin(), list.end(), code) != list.end();
}

bool Rules::IsPlaceholderNumber(absl::string_view text) const {
  const std::string folded = Folded(text);
  return folded.empty() || placeholder_numbers_.contains(folded);
}

bool Rules::InTheatre(const Geographic& at) const {
  return theatre_.empty() || theatre_.Contains(at);
}

}  // namespace cairn::completeness
