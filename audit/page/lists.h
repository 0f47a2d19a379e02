// Which records stand behind each number of a page: every number that counts records has a list of
// them, and a link to it.
#ifndef CAIRN_AUDIT_PAGE_LISTS_H_
#define CAIRN_AUDIT_PAGE_LISTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "audit/page/html.h"
#include "audit/page/messages.h"
#include "cairn/v1/report.pb.h"

namespace cairn::page {

// A report with more records is a page of sums: neither lists nor records are on it.
inline constexpr int kMostRecordsInDetail = 25'000;

// "r0-17": where a record stands on the page.
std::string RecordAnchor(const v1::RecordRef& at);
// "0/17": package and record, as reports and CSV name it.
std::string RecordName(const v1::RecordRef& at);

// A group of records that is counted by class: all, those of a package, those of an area.
struct Group {
  std::string anchor;  // "all", "p0", "a3"
  std::string title;
  std::vector<int> records;  // Indices in the report, ascending.
};
// All records; each package with records; each area, in the report's order. Groups of areas may be
// empty. `area_names`: as people call them, by handle.
std::vector<Group> GroupsOf(const v1::Report& report, const Messages& messages,
                            const std::map<std::string, std::string>& area_names);

// Lists in the order in which they were added. Not thread-safe.
class RecordLists {
 public:
  // `records` false: numbers are written without links, and lists are not kept.
  explicit RecordLists(bool records) : kept_(records) {}

  void Add(absl::string_view anchor, absl::string_view title, int record);
  bool Has(absl::string_view anchor) const { return index_.find(anchor) != index_.end(); }
  bool kept() const { return kept_; }

  // `n` as people write it, with a link to the list if there is one.
  void Number(const Messages& messages, absl::string_view anchor, std::uint64_t n,
              Html& html) const;
  // All lists, each record a link.
  void Write(const Messages& messages, const v1::Report& report, Html& html) const;

 private:
  struct List {
    std::string anchor;
    std::string title;
    std::vector<int> records;
  };
  bool kept_;
  std::vector<List> lists_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

// The lists of a report: by class, split, fill class and contradiction of each group; by district
// in which records lie; by check, failing and open; by field that lacks; by finding state.
RecordLists ListsOf(const v1::Report& report, const Messages& messages,
                    const std::vector<Group>& groups);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_LISTS_H_
