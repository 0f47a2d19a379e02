// A rule set as people write it: one main textproto file and those that it includes, read and
// merged, with the line of every value kept, so that whatever is wrong can be pointed at.
//
// Order of merging: the included files as they are named, then the main file. So a number in the
// main file goes before the same number of an included one. Lists are joined; a field or check of
// the main file takes the place of the included one of the same id, and both lists are put into the
// order of their ids, so that the order of lines makes no difference. Pure.
#ifndef CAIRN_AUDIT_COMPLETENESS_RULE_TEXT_H_
#define CAIRN_AUDIT_COMPLETENESS_RULE_TEXT_H_

#include <google/protobuf/text_format.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cairn/v1/rule_set.pb.h"

namespace cairn::completeness {

inline constexpr std::size_t kMaxRuleSetBytes = std::size_t{4} * 1024 * 1024;
inline constexpr int kMaxIncludes = 16;

// Gives the text of a file that stands beside the rule set, by its plain name (no '/').
using ReadRuleFile = std::function<absl::StatusOr<std::string>(absl::string_view name)>;

// Something wrong with a rule set: where, what, and what would mend it.
struct RuleFault {
  std::string place;   // "checks[3].severity"; empty: the rule set as a whole.
  std::string what;    // "no severity"
  std::string remedy;  // "write severity: SEVERITY_ERROR, SEVERITY_WARNING or SEVERITY_INFORMATION"
  std::string file;    // "apii_1996.textproto"; empty where there are no files.
  int line = 0;        // From 1; 0: not known.
  friend bool operator==(const RuleFault&, const RuleFault&) = default;
};

// "apii_1996.textproto:152: checks[3].severity: no severity; write severity: ...". What is not
// known is left out.
std::string FaultText(const RuleFault& fault);

class RuleText {
 public:
  // Reads a main file and what it includes. kInvalidArgument: FaultText of the first thing that
  // cannot be read; errors of `read` are passed on.
  static absl::StatusOr<RuleText> Read(absl::string_view name, const ReadRuleFile& read);

  // The merged message; includes nothing any more.
  const v1::RuleSet& message() const { return message_; }

  // Fills in file and line of a fault of the merged message: of its place, else of the next outer
  // one that a file has.
  void Locate(RuleFault& fault) const;

 private:
  struct Source {
    std::string name;
    v1::RuleSet message;
    std::unique_ptr<google::protobuf::TextFormat::ParseInfoTree> lines;
  };
  // Where an entry of a merged list comes from.
  struct Origin {
    std::size_t source = 0;
    int index = 0;
  };
  static absl::StatusOr<Source> ReadSource(absl::string_view name, const ReadRuleFile& read);
  // Puts a list of the message in order; gives the origin of each entry that stays.
  template <typename Rule, typename IdOf>
  std::vector<Origin> PutInOrder(google::protobuf::RepeatedPtrField<Rule>& list,
                                 const google::protobuf::FieldDescriptor& field, IdOf id_of);

  v1::RuleSet message_;
  std::vector<Source> sources_;  // In the order of merging: the main file last.
  std::vector<Origin> fields_, checks_;
};

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_RULE_TEXT_H_
