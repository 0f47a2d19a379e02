#include "audit/completeness/unconfirmed.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/leaf.h"

namespace cairn::completeness {
namespace {

// Whether a rule in use cites the source.
bool IsCited(const v1::RuleSet& rules, absl::string_view source) {
  for (const v1::CheckRule& rule : rules.checks()) {
    if (!rule.disabled() && absl::StrContains(rule.paragraph(), source)) return true;
  }
  for (const v1::FieldRule& rule : rules.fields()) {
    if (absl::StrContains(rule.paragraph(), source)) return true;
  }
  return false;
}

void NameRules(const v1::RuleSet& rules, std::set<std::string>& names) {
  for (const v1::CheckRule& rule : rules.checks()) {
    if (rule.to_be_confirmed() && !rule.disabled()) names.insert("check " + rule.check());
  }
  for (const v1::FieldRule& rule : rules.fields()) {
    if (rule.to_be_confirmed()) names.insert("field " + rule.field());
  }
  for (const v1::SourceText& source : rules.sources()) {
    if (source.to_be_confirmed() && IsCited(rules, source.id())) {
      names.insert("source " + source.id());
    }
  }
  if (rules.uncertainty().to_be_confirmed()) names.insert("uncertainty budget");
}

// Entries of the other lists (bands, rates and the like) by the list and their first word: "density
// bands at".
void NameEntries(const v1::RuleSet& rules, std::set<std::string>& names) {
  constexpr std::array<absl::string_view, 5> kByUse = {"sources", "fields", "checks", "models",
                                                       "fuzes"};
  std::vector<const google::protobuf::FieldDescriptor*> lists;
  rules.GetReflection()->ListFields(rules, &lists);
  for (const google::protobuf::FieldDescriptor* list : lists) {
    const google::protobuf::Descriptor* type = list->message_type();
    if (!list->is_repeated() || type == nullptr || list->name() == "fuze_pairs") continue;
    if (std::find(kByUse.begin(), kByUse.end(), list->name()) != kByUse.end()) continue;
    const auto* mark = type->FindFieldByName("to_be_confirmed");
    const auto* name = type->FindFieldByNumber(1);
    if (mark == nullptr || name->type() != google::protobuf::FieldDescriptor::TYPE_STRING) continue;
    for (int i = 0; i < rules.GetReflection()->FieldSize(rules, list); ++i) {
      const auto& entry = rules.GetReflection()->GetRepeatedMessage(rules, list, i);
      if (!entry.GetReflection()->GetBool(entry, mark)) continue;
      names.insert(absl::StrCat(absl::StrReplaceAll(list->name(), {{"_", " "}}), " ",
                                entry.GetReflection()->GetString(entry, name)));
    }
  }
}

}  // namespace

void Unconfirmed::NoteCode(const v1::Code& code, absl::flat_hash_set<std::string>& codes) {
  if (IsKnown(code) && !codes.contains(code.code())) codes.insert(code.code());
}

void Unconfirmed::Note(const v1::MinefieldRecord& record) {
  for (const v1::OrdnanceLine& line : record.what().ordnance()) {
    NoteCode(line.model(), models_);
    NoteCode(line.fuze(), fuzes_);
  }
  for (const v1::Row& row : record.layout().rows()) {
    for (const v1::RowMines& mines : row.mines()) NoteCode(mines.model(), models_);
  }
  for (const v1::Mine& mine : record.layout().mines()) {
    NoteCode(mine.model(), models_);
    NoteCode(mine.fuze(), fuzes_);
  }
}

void Unconfirmed::Name(v1::Report& report) const {
  const v1::RuleSet& rules = rules_.message();
  std::set<std::string> names;
  NameRules(rules, names);
  for (const v1::MineModel& model : rules.models()) {
    if (model.to_be_confirmed() && models_.contains(model.code())) {
      names.insert("model " + model.code());
    }
  }
  for (const v1::FuzeModel& fuze : rules.fuzes()) {
    if (fuze.to_be_confirmed() && fuzes_.contains(fuze.code())) names.insert("fuze " + fuze.code());
  }
  if (rules_.FindCheck("C-13") != nullptr) {
    for (const v1::FuzePair& pair : rules.fuze_pairs()) {
      if (pair.to_be_confirmed() && models_.contains(pair.model())) {
        names.insert("fuzes of " + pair.model());
      }
    }
  }
  NameEntries(rules, names);
  for (const std::string& name : names) report.add_to_be_confirmed(name);
}

bool IsUnconfirmed(const Rules& rules, const v1::CheckResult& result) {
  if (!result.field().empty()) {
    const v1::FieldRule* rule = rules.Field(FieldNumber(result.field()));
    if (rule != nullptr) return rule->to_be_confirmed();
  }
  const v1::CheckRule* rule = rules.FindCheck(result.check());
  return rule != nullptr && rule->to_be_confirmed();
}

}  // namespace cairn::completeness
