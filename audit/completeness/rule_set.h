// A rule set, ready for use: checked, indexed, its outlines read.
//
// A rule set is data (proto/cairn/v1/rule_set.proto): a textproto file with the files that it
// includes, and a GeoJSON file of outlines that it names by digest. What the parties agree on is
// the digest of its canonical message, so that comments and the order of lines do not matter.
// This folder opens no file: the caller hands in a function that reads one.
#ifndef CAIRN_AUDIT_COMPLETENESS_RULE_SET_H_
#define CAIRN_AUDIT_COMPLETENESS_RULE_SET_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/completeness/geodesy.h"
#include "audit/completeness/outlines.h"
#include "audit/completeness/rule_text.h"
#include "audit/record/alias.h"
#include "cairn/v1/common.pb.h"
#include "cairn/v1/rule_set.pb.h"
#include "keys/digest.h"

namespace cairn::completeness {

// The version of what each check means. Raised whenever a check would say something else about the
// same record; older versions stay in the code.
inline constexpr std::uint32_t kCheckSemantics = 1;

// Immutable; all members are thread-safe. Large: keep it behind a pointer or a reference.
class Rules {
 public:
  // Reads a rule set from its main file. kInvalidArgument names file, line, what is wrong and what
  // would mend it: no textproto, an unknown field, anything that Lint finds. Errors of `read` are
  // passed on. kDataLoss: the outlines are not those of the digest.
  static absl::StatusOr<Rules> FromFile(absl::string_view name, const ReadRuleFile& read);

  // From the canonical message and the outlines' bytes, as a package or a broker keeps them.
  // kInvalidArgument, kDataLoss as above.
  static absl::StatusOr<Rules> FromMessage(v1::RuleSet message, absl::string_view outlines);

  const v1::RuleSet& message() const { return message_; }
  // id, version and digest, as a charter names it.
  const v1::RuleSetRef& ref() const { return ref_; }
  const std::vector<Outline>& outlines() const { return outlines_; }
  const record::AliasTable& aliases() const { return aliases_; }

  // Null if the rule set does not have it.
  const v1::FieldRule* Field(int number) const;                   // 63 for F63.
  const v1::CheckRule* FindCheck(absl::string_view check) const;  // Not if disabled.
  const v1::MineModel* FindModel(absl::string_view code) const;
  const CoordinateSystem* FindSystem(absl::string_view code) const;
  const Outline* FindOutline(absl::string_view area) const;
  // The area that a name or an alias of an outline names, or empty.
  std::string AreaByName(absl::string_view name) const;

  bool IsRowLayout(absl::string_view code) const;
  bool IsPlaceholderNumber(absl::string_view text) const;
  // The theatre: the outlines' box and the margin around it. Everything, if there are no outlines.
  bool InTheatre(const Geographic& at) const;

 private:
  Rules() = default;
  static absl::StatusOr<Rules> FromSound(v1::RuleSet message, absl::string_view outlines);
  absl::Status Index(absl::string_view outlines);

  v1::RuleSet message_;
  v1::RuleSetRef ref_;
  record::AliasTable aliases_;
  std::vector<Outline> outlines_;
  std::array<int, 128> fields_{};  // Index in message_.fields() plus 1, by number.
  absl::flat_hash_map<std::string, int> checks_, models_, outline_index_;
  absl::flat_hash_map<std::string, CoordinateSystem> systems_;
  absl::flat_hash_map<std::string, std::string> area_names_;  // By folded name.
  absl::flat_hash_map<std::string, int> placeholder_numbers_;
  Box theatre_;
};

// Everything wrong with a rule set; empty if it can be used. Ids and numbers missing, fields or
// checks unknown, doubled or out of order, conditions without meaning, paragraphs of no source,
// parameters out of range, aliases that mean two things. `file` and `line` are not filled in.
std::vector<RuleFault> Lint(const v1::RuleSet& message);

// The same from the files, with file and line; that a file cannot be read, or that the outlines are
// not those of the digest, is one fault.
std::vector<RuleFault> LintFile(absl::string_view name, const ReadRuleFile& read);

// The digest that a charter names: SHA-256 of the canonical bytes.
absl::StatusOr<keys::Digest> RuleSetDigest(const v1::RuleSet& message);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_RULE_SET_H_
