#include "audit/record/alias.h"

#include <cstdlib>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

struct BuiltInList {
  absl::string_view name;
  std::vector<absl::string_view> codes;
};

const std::vector<BuiltInList>& BuiltInLists() {
  static const auto* lists = new std::vector<BuiltInList>{
      {"form_kind",
       {"formulary", "report_card", "map", "register", "scheme", "us_1355", "us_1355_1_r", "oral"}},
      {"dimension_basis", {"measured", "paced", "map", "estimated"}},
      {"crs", {"SK42-GEO", "SK42-GK7", "SK42-GK8", "SK42-GK9", "WGS84-GEO", "WGS84-UTM38N"}},
      {"reference_point_kind",
       {"geodetic_point", "road_junction", "bridge", "building_corner", "summit", "tree", "other"}},
      {"category", {"at", "ap_blast", "ap_fragmentation", "ap_directional", "booby_trap", "other"}},
      {"yes_no", {"yes", "no"}},
      {"method",
       {"hand_buried", "hand_surface", "trailer_layer", "vehicle_layer", "helicopter", "rocket",
        "other"}},
      {"life_kind", {"none", "self_destruct", "self_deactivate", "self_neutralise"}},
      {"layout_kind", {"row", "strip", "cluster", "scattered", "single", "nuisance"}},
      {"purpose", {"at", "ap", "mixed", "controlled", "river", "anti_landing", "decoy"}},
      {"change", {"removed", "detonated", "replaced", "added", "moved"}},
  };
  return *lists;
}

}  // namespace

absl::Status AliasTable::Add(absl::string_view list, absl::string_view code,
                             absl::string_view spelling) {
  for (const absl::string_view text : {list, code, spelling}) {
    if (!TextFault(text, false).empty() || AliasKey(text).empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("code list '", list, "': an empty or unprintable name"));
    }
  }
  auto& spellings = lists_[std::string(list)];
  for (const std::string& key : {AliasKey(code), AliasKey(spelling)}) {
    const auto [at, is_new] = spellings.try_emplace(key, std::string(code));
    if (!is_new && at->second != code) {
      return absl::InvalidArgumentError(absl::StrCat("code list '", list, "': '", spelling,
                                                     "' means both ", at->second, " and ", code));
    }
  }
  return absl::OkStatus();
}

absl::Status AliasTable::AddCode(absl::string_view list, absl::string_view code) {
  return Add(list, code, code);
}

const std::string* AliasTable::Find(absl::string_view list, absl::string_view spelling) const {
  const auto at = lists_.find(list);
  if (at == lists_.end()) return nullptr;
  const auto code = at->second.find(AliasKey(spelling));
  return code == at->second.end() ? nullptr : &code->second;
}

AliasTable BuiltInAliases() {
  AliasTable table;
  for (const BuiltInList& list : BuiltInLists()) {
    for (const absl::string_view code : list.codes) {
      // The lists above have no spelling twice; a mistake in them must not go unseen.
      if (!table.AddCode(list.name, code).ok()) std::abort();
    }
  }
  return table;
}

}  // namespace cairn::record
