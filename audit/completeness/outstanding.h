// What is outstanding: declared and not delivered. One meaning, for areas and for claims alike.
#ifndef CAIRN_AUDIT_COMPLETENESS_OUTSTANDING_H_
#define CAIRN_AUDIT_COMPLETENESS_OUTSTANDING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cairn/v1/facts.pb.h"

namespace cairn::completeness {

struct Outstanding {
  std::uint64_t declared = 0;   // Documents.
  std::uint64_t documents = 0;  // Of these, not delivered: withheld ones included.
  std::uint64_t withheld = 0;   // Of the outstanding: openly withheld, with a ground.
  bool redeclared = false;      // Something was declared only after the leaf asked about.

  std::uint64_t owed() const { return documents - withheld; }
};

// Counted area by area and source by source, so that more than was declared of one source makes up
// for nothing of another. With `until`, only leaves before that one count.
Outstanding CountOutstanding(const v1::HandoverFacts& facts,
                             const std::function<bool(const std::string& area)>& is_asked,
                             std::optional<std::uint64_t> until);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_OUTSTANDING_H_
