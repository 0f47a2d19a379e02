#include "audit/page/lists.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/page/place.h"

namespace cairn::page {
namespace {

// By claimed district: what the sums of the report go by.
std::vector<Group> AreaGroups(const v1::Report& report,
                              const std::map<std::string, std::string>& area_names) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> at;
  for (const v1::AreaRow& row : report.handover_level().areas()) {
    const auto name = area_names.find(row.area());
    at.emplace(row.area(), groups.size());
    groups.push_back({absl::StrCat("a", groups.size()),
                      name == area_names.end() ? row.area() : name->second,
                      {}});
  }
  for (int i = 0; i < report.records_size(); ++i) {
    const auto group = at.find(report.records(i).area());
    if (group != at.end()) groups[group->second].records.push_back(i);
  }
  return groups;
}

void AddClasses(const v1::Report& report, const Messages& messages, const Group& group,
                RecordLists& lists) {
  const auto add = [&](absl::string_view part, int value, const std::string& what, int record) {
    lists.Add(absl::StrCat(group.anchor, "-", part, value), absl::StrCat(group.title, ": ", what),
              record);
  };
  for (const int i : group.records) {
    const v1::RecordResult& record = report.records(i);
    lists.Add(group.anchor, group.title, i);
    add("c", record.headline(), messages.Enum(v1::HeadlineClass_Name(record.headline())), i);
    if (record.headline() == v1::HEADLINE_CLASS_PARTIAL) {
      add("s", record.split(), messages.Enum(v1::PartialSplit_Name(record.split())), i);
    }
    add("f", record.fill_class(), messages.Enum(v1::FillClass_Name(record.fill_class())), i);
    for (const int kind : record.contradictions()) {
      add("k", kind, messages.Enum(v1::Contradiction_Name(static_cast<v1::Contradiction>(kind))),
          i);
    }
    if (record.contradictions().empty()) add("k", 0, messages.Text("contradiction_none"), i);
  }
}

void AddResults(const v1::Report& report, const Messages& messages, RecordLists& lists) {
  for (int i = 0; i < report.records_size(); ++i) {
    std::set<std::string> seen;
    for (const v1::CheckResult& one : report.records(i).results()) {
      const bool open = one.outcome() == v1::OUTCOME_NOT_EVALUABLE;
      const std::string anchor = absl::StrCat(open ? "open-" : "fail-", one.check());
      if (seen.insert(anchor).second) {
        lists.Add(
            anchor,
            absl::StrCat(one.check(), ": ", messages.Text(open ? "column.open" : "column.fails")),
            i);
      }
      if (one.field().empty()) continue;
      const std::string gap = absl::StrCat("gap-", one.field());
      if (seen.insert(gap).second) {
        lists.Add(
            gap,
            absl::StrCat(messages.Text("column.stands"), ": ", MissingText(messages, one.field())),
            i);
      }
      const std::string state = absl::StrCat(gap, "-", one.presence());
      if (seen.insert(state).second) {
        lists.Add(state,
                  absl::StrCat(MissingText(messages, one.field()), ": ",
                               messages.Enum(v1::Presence_Name(one.presence()))),
                  i);
      }
    }
  }
}

void AddPlacesAndFindings(const v1::Report& report, const Messages& messages, RecordLists& lists) {
  std::map<std::string, int> areas;
  for (const v1::AreaRow& row : report.handover_level().areas()) {
    areas.emplace(row.area(), static_cast<int>(areas.size()));
  }
  for (int i = 0; i < report.records_size(); ++i) {
    const v1::RecordResult& record = report.records(i);
    if (const auto area = areas.find(record.lies_in()); area != areas.end()) {
      lists.Add(absl::StrCat("lies-a", area->second),
                absl::StrCat(messages.Text("district.lies_in"), ": ", record.lies_in()), i);
      lists.Add("lies", messages.Text("district.lies_in"), i);
    }
    if (record.finding() != v1::FINDING_STATE_UNSPECIFIED) {
      lists.Add(absl::StrCat("found-", record.finding(), "-", record.basis()),
                messages.Enum(v1::FindingState_Name(record.finding())), i);
    }
    if (record.count_unreadable()) lists.Add("unreadable", messages.Text("mines.unreadable"), i);
    if (record.has_near_duplicate_of()) lists.Add("near", messages.Text("mines.near"), i);
  }
}

}  // namespace

std::string RecordAnchor(const v1::RecordRef& at) {
  return absl::StrCat("r", at.package(), "-", at.record());
}

std::string RecordName(const v1::RecordRef& at) {
  return absl::StrCat(at.package(), "/", at.record());
}

std::vector<Group> GroupsOf(const v1::Report& report, const Messages& messages,
                            const std::map<std::string, std::string>& area_names) {
  Group all{"all", messages.Text("classes.cumulative"), {}};
  std::map<std::uint64_t, std::vector<int>> by_package;
  for (int i = 0; i < report.records_size(); ++i) {
    all.records.push_back(i);
    by_package[report.records(i).at().package()].push_back(i);
  }
  std::vector<Group> groups;
  groups.push_back(std::move(all));
  for (auto& [package, records] : by_package) {
    groups.push_back({absl::StrCat("p", package),
                      messages.Text("classes.submission", {{"n", absl::StrCat(package)}}),
                      std::move(records)});
  }
  for (Group& group : AreaGroups(report, area_names)) groups.push_back(std::move(group));
  return groups;
}

void RecordLists::Add(absl::string_view anchor, absl::string_view title, int record) {
  if (!kept_) return;
  auto found = index_.find(anchor);
  if (found == index_.end()) {
    found = index_.emplace(std::string(anchor), lists_.size()).first;
    lists_.push_back({std::string(anchor), std::string(title), {}});
  }
  lists_[found->second].records.push_back(record);
}

void RecordLists::Number(const Messages& messages, absl::string_view anchor, std::uint64_t n,
                         Html& html) const {
  if (n > 0 && Has(anchor)) {
    html.Link(absl::StrCat("l-", anchor), messages.Number(n));
  } else {
    html << messages.Number(n);
  }
}

void RecordLists::Write(const Messages& messages, const v1::Report& report, Html& html) const {
  for (const List& list : lists_) {
    html << "<div class=\"list\" id=\"l-"_m << list.anchor << "\"><h3>"_m << list.title << " ("_m
         << messages.Number(list.records.size()) << ")</h3><p>"_m;
    for (const int i : list.records) {
      const v1::RecordResult& record = report.records(i);
      html << "<a href=\"#"_m << RecordAnchor(record.at()) << "\">"_m
           << (record.row().empty() ? RecordName(record.at()) : record.row()) << "</a> "_m;
    }
    html << "</p></div>\n"_m;
  }
}

RecordLists ListsOf(const v1::Report& report, const Messages& messages,
                    const std::vector<Group>& groups) {
  RecordLists lists(report.records_size() <= kMostRecordsInDetail);
  if (!lists.kept()) return lists;
  for (const Group& group : groups) AddClasses(report, messages, group, lists);
  AddResults(report, messages, lists);
  AddPlacesAndFindings(report, messages, lists);
  return lists;
}

}  // namespace cairn::page
