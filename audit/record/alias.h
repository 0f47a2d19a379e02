// How the words of forms become codes. The lists are data of the rule set; this folder only looks
// them up, and needs no rule set to be compiled.
#ifndef CAIRN_AUDIT_RECORD_ALIAS_H_
#define CAIRN_AUDIT_RECORD_ALIAS_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cairn::record {

// Code lists by name ("model", "crs", ...: TEMPLATE.md names the list at each column). A value;
// looking up is const and thread-safe.
class AliasTable {
 public:
  // Makes `spelling` mean `code` in `list`; the code itself is a spelling of it. Spellings are
  // compared by AliasKey. kInvalidArgument: the list has this spelling for another code, or an
  // argument is empty or no valid text.
  absl::Status Add(absl::string_view list, absl::string_view code, absl::string_view spelling);
  absl::Status AddCode(absl::string_view list, absl::string_view code);

  // The code, or nullptr if the list is unknown or does not have the spelling.
  const std::string* Find(absl::string_view list, absl::string_view spelling) const;

 private:
  absl::flat_hash_map<std::string, absl::flat_hash_map<std::string, std::string>> lists_;
};

// The lists whose codes the record format itself names (TEMPLATE.md), with no other spellings, and
// the coordinate systems SK42-GEO, SK42-GK7 to SK42-GK9, WGS84-GEO and WGS84-UTM38N. A rule set
// starts from these or from nothing.
AliasTable BuiltInAliases();

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_ALIAS_H_
