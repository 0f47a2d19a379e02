// What can be wrong with a rule set, and what would mend it.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/rule_set.h"
#include "audit/record/text.h"

namespace cairn::completeness {
namespace {

// Collects faults.
class Faults {
 public:
  void Add(std::string place, std::string what, absl::string_view remedy) {
    RuleFault& fault = faults_.emplace_back();
    fault.place = std::move(place);
    fault.what = std::move(what);
    fault.remedy = std::string(remedy);
  }
  std::vector<RuleFault> Take() { return std::move(faults_); }

 private:
  std::vector<RuleFault> faults_;
};

std::string Indexed(absl::string_view list, int index) {
  return absl::StrCat(list, "[", index, "]");
}

void LintHead(const v1::RuleSet& message, Faults& out) {
  if (message.id().empty() || message.id().size() > 63) {
    out.Add("id", "no id of 1 to 63 bytes", "write id: \"...\"; a copy needs an id of its own");
  }
  if (message.version() == 0) out.Add("version", "no version", "write version: 1");
  if (message.title().empty()) out.Add("title", "no title", "write title: \"...\"");
  if (message.check_semantics() == 0 || message.check_semantics() > kCheckSemantics) {
    out.Add("check_semantics", absl::StrCat("check_semantics is ", message.check_semantics()),
            absl::StrCat("this program knows 1 to ", kCheckSemantics));
  }
  if (message.include_size() != 0) {
    out.Add("include", "includes that were not merged", "name the main file");
  }
  int i = 0;
  for (const v1::SourceText& source : message.sources()) {
    const std::string place = Indexed("sources", i++);
    if (source.id().empty()) out.Add(place, "a source without id", "write id: \"...\"");
    if (source.title().empty()) out.Add(place, "a source without title", "write title: \"...\"");
  }
}

// A paragraph is one of a source: "TA 1(a)(i)" of "TA".
bool HasSource(const v1::RuleSet& rules, absl::string_view paragraph) {
  const auto begins = [&](const v1::SourceText& source) {
    absl::string_view rest = paragraph;
    return !source.id().empty() && absl::ConsumePrefix(&rest, source.id()) &&
           (rest.empty() || rest[0] == ' ' || rest[0] == '(' || rest[0] == ',');
  };
  return std::any_of(rules.sources().begin(), rules.sources().end(), begins);
}

void LintParagraph(const v1::RuleSet& rules, const std::string& place, absl::string_view name,
                   absl::string_view paragraph, Faults& out) {
  if (paragraph.empty()) {
    out.Add(place, absl::StrCat(name, ": no paragraph"),
            "write paragraph: \"...\": what asks for it; every fault cites it");
  } else if (!HasSource(rules, paragraph)) {
    out.Add(absl::StrCat(place, ".paragraph"),
            absl::StrCat(name, ": '", paragraph, "' begins with the id of none of the sources"),
            "name the text that it is of: sources { id: \"...\" title: \"...\" }");
  }
}

void LintField(const v1::RuleSet& rules, const v1::FieldRule& rule, const std::string& place,
               Faults& out) {
  const std::string& name = rule.field();
  if (rule.strength() == v1::FIELD_STRENGTH_UNSPECIFIED) {
    out.Add(place, name + ": no strength",
            "write strength: FIELD_STRENGTH_MANDATORY, _FEASIBLE, _CONDITIONAL, _OPTIONAL, "
            "_GUIDELINE or _NOT_ASKED");
  }
  if (rule.block() == v1::BLOCK_UNSPECIFIED) {
    out.Add(place, name + ": no block",
            "write block: BLOCK_WHERE, _WHAT, _HOW_MANY, _TRAPPED, _WHEN or _WHO");
  }
  const bool conditional = rule.strength() == v1::FIELD_STRENGTH_CONDITIONAL;
  if (conditional != (rule.condition() != v1::FIELD_CONDITION_UNSPECIFIED)) {
    out.Add(place, name + ": a condition goes with FIELD_STRENGTH_CONDITIONAL, and only so",
            conditional ? "write condition: FIELD_CONDITION_..." : "take the condition out");
  }
  if ((rule.condition() == v1::FIELD_CONDITION_MADE_SINCE) != rule.has_condition_day()) {
    out.Add(place, name + ": condition_day goes with FIELD_CONDITION_MADE_SINCE, and only so",
            "a day is the number of days since 1 January 1970");
  }
  if (conditional || rule.strength() == v1::FIELD_STRENGTH_MANDATORY || !rule.paragraph().empty()) {
    LintParagraph(rules, place, name, rule.paragraph(), out);
  }
}

void LintFields(const v1::RuleSet& rules, Faults& out) {
  int last = 0;
  for (int i = 0; i < rules.fields_size(); ++i) {
    const v1::FieldRule& rule = rules.fields(i);
    const std::string place = Indexed("fields", i);
    const int number = FieldNumber(rule.field());
    if (number == 0) {
      out.Add(place + ".field", absl::StrCat("'", rule.field(), "' is not in the catalogue"),
              "fields are F01 to F120 of audit/completeness/README.md");
      continue;
    }
    if (number <= last) {
      out.Add(place + ".field", rule.field() + ": twice, or out of order",
              "write each field once, by ascending number");
    }
    last = number;
    LintField(rules, rule, place, out);
  }
}

void LintChecks(const v1::RuleSet& rules, Faults& out) {
  std::string last;
  for (int i = 0; i < rules.checks_size(); ++i) {
    const v1::CheckRule& rule = rules.checks(i);
    const std::string place = Indexed("checks", i);
    if (FindCheckInfo(rule.check()) == nullptr) {
      out.Add(place + ".check", absl::StrCat("'", rule.check(), "': this program does not make it"),
              "take it out, or use a later version of the program");
    }
    if (rule.check() <= last) {
      out.Add(place + ".check", rule.check() + ": twice, or out of order",
              "write each check once, in the order of the alphabet");
    }
    last = rule.check();
    if (rule.severity() == v1::SEVERITY_UNSPECIFIED) {
      out.Add(place, rule.check() + ": no severity",
              "write severity: SEVERITY_ERROR, SEVERITY_WARNING or SEVERITY_INFORMATION");
    }
    LintParagraph(rules, place, rule.check(), rule.paragraph(), out);
  }
}

// Of the thresholds or of the budget, by its name in either.
std::string NumberPlace(absl::string_view name) {
  const std::string field(name.substr(0, name.find(' ')));
  const bool threshold = v1::Thresholds::descriptor()->FindFieldByName(field) != nullptr;
  return absl::StrCat(threshold ? "thresholds." : "uncertainty.", field);
}

void LintNumbers(const v1::RuleSet& rules, Faults& out) {
  const v1::Thresholds& t = rules.thresholds();
  const v1::UncertaintyBudget& u = rules.uncertainty();
  const auto positive = [&](absl::string_view name, std::int64_t value, std::int64_t most) {
    if (value <= 0 || value > most) {
      out.Add(NumberPlace(name), absl::StrCat(name, " is ", value),
              absl::StrCat("write a number of 1 to ", most));
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
  for (int i = 0; i < u.distance_size(); ++i) {
    if (u.distance(i).per_mille() <= 1000) continue;
    out.Add(absl::StrCat("uncertainty.", Indexed("distance", i), ".per_mille"),
            absl::StrCat("'", u.distance(i).how(), "': over 1000"), "write thousandths: 30 is 3 %");
  }
}

template <typename List>
void LintCodes(absl::string_view list_name, const List& list, Faults& out) {
  absl::flat_hash_set<std::string> seen;
  int i = 0;
  for (const auto& entry : list) {
    const std::string place = Indexed(list_name, i++);
    if (entry.code().empty()) {
      out.Add(place, "an entry without code", "write code: \"...\"");
    } else if (!seen.insert(entry.code()).second) {
      out.Add(place, absl::StrCat(entry.code(), " stands here twice"), "take one of them out");
    }
  }
}

// The template reader sees only the code of a system: it says which kind of numbers belong to it.
void LintSystems(const v1::RuleSet& message, Faults& out) {
  for (int i = 0; i < message.crs_size(); ++i) {
    const v1::Crs& crs = message.crs(i);
    const auto system = CoordinateSystem::Create(message, crs);
    if (!system.ok()) {
      out.Add(Indexed("crs", i), std::string(system.status().message()),
              "compare the systems of coordinates.textproto");
      continue;
    }
    if (absl::StrContains(crs.code(), "-GEO") != system->geographic()) {
      out.Add(Indexed("crs", i) + ".code",
              absl::StrCat(crs.code(), ": -GEO in a code means degrees, and only so"),
              "give it another code");
    }
    if (absl::StrContains(crs.code(), "-MGRS") && crs.projection() != v1::PROJECTION_UTM) {
      out.Add(Indexed("crs", i) + ".projection",
              absl::StrCat(crs.code(), ": -MGRS in a code means grid references"),
              "write projection: PROJECTION_UTM");
    }
  }
}

// Adds the spellings of the list, and says which mean two things.
template <typename List>
void LintSpellings(absl::string_view list_name, absl::string_view place_of_list, const List& list,
                   record::AliasTable& aliases, Faults& out) {
  int i = 0;
  for (const auto& entry : list) {
    const std::string place = Indexed(place_of_list, i++);
    absl::Status status = aliases.AddCode(list_name, entry.code());
    std::string at = place;
    for (int j = 0; j < entry.aliases_size() && status.ok(); ++j) {
      at = absl::StrCat(place, ".", Indexed("aliases", j));
      status = aliases.Add(list_name, entry.code(), entry.aliases(j));
    }
    if (status.ok()) continue;
    out.Add(at, std::string(status.message()),
            "case, spaces, dots, hyphens and look-alike letters make no difference: leave it out "
            "or write another spelling");
  }
}

void LintAliases(const v1::RuleSet& message, record::AliasTable& aliases, Faults& out) {
  for (int i = 0; i < message.code_lists_size(); ++i) {
    const v1::CodeList& list = message.code_lists(i);
    LintSpellings(list.list(), absl::StrCat(Indexed("code_lists", i), ".entries"), list.entries(),
                  aliases, out);
  }
  LintSpellings("model", "models", message.models(), aliases, out);
  LintSpellings("fuze", "fuzes", message.fuzes(), aliases, out);
  LintSpellings("crs", "crs", message.crs(), aliases, out);
}

// That `code` is a code of the list itself, not another spelling.
void LintCode(const record::AliasTable& aliases, absl::string_view list, const std::string& code,
              std::string place, Faults& out) {
  const std::string* found = aliases.Find(list, code);
  if (found != nullptr && *found == code) return;
  out.Add(std::move(place), absl::StrCat("'", code, "' is no code of list ", list),
          "write one of the codes that code_lists gives for this list");
}

void LintForms(const v1::RuleSet& message, const record::AliasTable& aliases, Faults& out) {
  for (int i = 0; i < message.fields_size(); ++i) {
    for (int j = 0; j < message.fields(i).forms_size(); ++j) {
      const v1::FormException& one = message.fields(i).forms(j);
      const std::string place = absl::StrCat(Indexed("fields", i), ".", Indexed("forms", j));
      LintCode(aliases, "form_kind", one.form_kind(), place + ".form_kind", out);
      if (one.strength() == v1::FIELD_STRENGTH_UNSPECIFIED) {
        out.Add(place, message.fields(i).field() + ": no strength on this form",
                "write strength: FIELD_STRENGTH_...");
      }
    }
  }
}

void LintModels(const v1::RuleSet& message, const record::AliasTable& aliases, Faults& out) {
  for (int i = 0; i < message.models_size(); ++i) {
    LintCode(aliases, "category", message.models(i).category(), Indexed("models", i) + ".category",
             out);
  }
  for (int i = 0; i < message.fuze_pairs_size(); ++i) {
    const v1::FuzePair& pair = message.fuze_pairs(i);
    const std::string place = Indexed("fuze_pairs", i);
    if (aliases.Find("model", pair.model()) == nullptr) {
      out.Add(place + ".model", absl::StrCat("no model ", pair.model()), "add it to the models");
    }
    for (int j = 0; j < pair.fuzes_size(); ++j) {
      if (aliases.Find("fuze", pair.fuzes(j)) != nullptr) continue;
      out.Add(absl::StrCat(place, ".", Indexed("fuzes", j)),
              absl::StrCat(pair.model(), ": no fuze ", pair.fuzes(j)), "add it to the fuzes");
    }
  }
}

std::vector<RuleFault> OneFault(const absl::Status& status) {
  RuleFault fault;
  fault.what = std::string(status.message());
  return {fault};
}

}  // namespace

std::vector<RuleFault> Lint(const v1::RuleSet& message) {
  Faults out;
  LintHead(message, out);
  LintFields(message, out);
  LintChecks(message, out);
  LintNumbers(message, out);
  LintCodes("models", message.models(), out);
  LintCodes("fuzes", message.fuzes(), out);
  LintCodes("crs", message.crs(), out);
  LintSystems(message, out);
  record::AliasTable aliases;
  LintAliases(message, aliases, out);
  LintModels(message, aliases, out);
  LintForms(message, aliases, out);
  if (message.has_outlines() && message.outlines().sha256().size() != keys::kDigestSize) {
    out.Add("outlines.sha256", "no SHA-256", "write the 32 bytes of the file's SHA-256");
  }
  return out.Take();
}

std::vector<RuleFault> LintFile(absl::string_view name, const ReadRuleFile& read) {
  absl::StatusOr<RuleText> text = RuleText::Read(name, read);
  if (!text.ok()) return OneFault(text.status());
  std::vector<RuleFault> faults = Lint(text->message());
  for (RuleFault& fault : faults) text->Locate(fault);
  if (!faults.empty()) return faults;
  const absl::StatusOr<Rules> rules = Rules::FromFile(name, read);
  return rules.ok() ? faults : OneFault(rules.status());
}

}  // namespace cairn::completeness
