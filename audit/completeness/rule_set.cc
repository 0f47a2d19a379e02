#include "audit/completeness/rule_set.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/exact_math.h"
#include "audit/record/text.h"
#include "audit/statement/canonical.h"
#include "keys/bytes.h"

namespace cairn::completeness {
namespace {

// Folded text, or empty if it is no text that a form may have.
std::string Folded(absl::string_view text) {
  if (!record::TextFault(text, false).empty()) return {};
  return record::AliasKey(text);
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

absl::Status Unsound(const std::vector<RuleFault>& faults) {
  return absl::InvalidArgumentError(absl::StrJoin(
      faults, "\n",
      [](std::string* out, const RuleFault& fault) { absl::StrAppend(out, FaultText(fault)); }));
}

}  // namespace

absl::StatusOr<keys::Digest> RuleSetDigest(const v1::RuleSet& message) {
  absl::StatusOr<keys::Bytes> bytes = statement::CanonicalBytes(message);
  if (!bytes.ok()) return bytes.status();
  return keys::Sha256(keys::AsBytes(*bytes));
}

absl::StatusOr<Rules> Rules::FromFile(absl::string_view name, const ReadRuleFile& read) {
  absl::StatusOr<RuleText> text = RuleText::Read(name, read);
  if (!text.ok()) return text.status();
  std::vector<RuleFault> faults = Lint(text->message());
  for (RuleFault& fault : faults) text->Locate(fault);
  if (!faults.empty()) return Unsound(faults);
  std::string outlines;
  if (text->message().has_outlines()) {
    absl::StatusOr<std::string> bytes = read(text->message().outlines().file());
    if (!bytes.ok()) return bytes.status();
    outlines = *std::move(bytes);
  }
  return FromSound(text->message(), outlines);
}

absl::StatusOr<Rules> Rules::FromMessage(v1::RuleSet message, absl::string_view outlines) {
  const std::vector<RuleFault> faults = Lint(message);
  if (!faults.empty()) return Unsound(faults);
  return FromSound(std::move(message), outlines);
}

absl::StatusOr<Rules> Rules::FromSound(v1::RuleSet message, absl::string_view outlines) {
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
