#include <array>
#include <map>

#include "absl/strings/str_cat.h"
#include "audit/completeness/summary.h"
#include "audit/page/sections.h"

namespace cairn::page {
namespace {

struct Tally {
  std::uint64_t records = 0;
  std::uint64_t mines = 0;
};

// One row: what, records with their link, share of `read` (0: none is shown), mines.
void ClassRow(const Writing& w, absl::string_view what, const std::string& anchor,
              const Tally& tally, std::uint64_t read) {
  w.html << "<tr><td>"_m << what << "</td><td class=\"n\">"_m;
  w.lists.Number(w.m, anchor, tally.records, w.html);
  w.html << "</td><td class=\"n\">"_m
         << (read == 0 ? std::string("-") : absl::StrCat(w.m.Share(tally.records, read), " %"))
         << "</td><td class=\"n\">"_m;
  w.lists.Number(w.m, anchor, tally.mines, w.html);
  w.html << "</td></tr>\n"_m;
}

void ClassHead(const Writing& w, absl::string_view title) {
  w.html << "<table>\n<tr><th>"_m << title << "</th><th class=\"n\">"_m
         << w.m.Text("column.records") << "</th><th class=\"n\">"_m << w.m.Text("column.share")
         << "</th><th class=\"n\">"_m << w.m.Text("column.mines") << "</th></tr>\n"_m;
}

// How often each value stands on the records of a group.
template <typename Values>
std::map<int, Tally> Count(const Writing& w, const Group& group, Values values) {
  std::map<int, Tally> out;
  for (const int i : group.records) {
    const v1::RecordResult& record = w.report().records(i);
    for (const int value : values(record)) {
      ++out[value].records;
      out[value].mines += completeness::CountedMines(record);
    }
  }
  return out;
}

void HeadlineTable(const Writing& w, const Group& group) {
  auto classes = Count(w, group, [](const v1::RecordResult& record) {
    return std::array<int, 1>{record.headline()};
  });
  const auto splits = Count(
      w, group, [](const v1::RecordResult& record) { return std::array<int, 1>{record.split()}; });
  Tally all;
  for (const auto& [value, tally] : classes) {
    all.records += tally.records;
    all.mines += tally.mines;
  }
  const std::uint64_t read = all.records - classes[v1::HEADLINE_CLASS_NOT_READ].records;
  ClassHead(w, w.m.Text("column.class"));
  for (const v1::HeadlineClass value :
       {v1::HEADLINE_CLASS_COMPLETE, v1::HEADLINE_CLASS_PARTIAL, v1::HEADLINE_CLASS_NO_INFORMATION,
        v1::HEADLINE_CLASS_CONTRADICTING, v1::HEADLINE_CLASS_NOT_READ}) {
    if (value == v1::HEADLINE_CLASS_NOT_READ && classes[value].records == 0) continue;
    ClassRow(w, w.m.Enum(v1::HeadlineClass_Name(value)), absl::StrCat(group.anchor, "-c", value),
             classes[value], value == v1::HEADLINE_CLASS_NOT_READ ? 0 : read);
    if (value != v1::HEADLINE_CLASS_PARTIAL) continue;
    // A contradicting record is partly filled in as well: the split counts the class alone.
    const auto partial = Count(w, group, [](const v1::RecordResult& record) {
      return std::vector<int>(record.headline() == v1::HEADLINE_CLASS_PARTIAL ? 1 : 0,
                              record.split());
    });
    for (const auto& [split, tally] : partial) {
      ClassRow(w,
               w.m.Text("classes.of_these", {{"what", w.m.Enum(v1::PartialSplit_Name(
                                                          static_cast<v1::PartialSplit>(split)))}}),
               absl::StrCat(group.anchor, "-s", split), tally, read);
    }
  }
  ClassRow(w, w.m.Text("column.all"), group.anchor, all, 0);
  w.html << "</table>\n"_m;
}

void FillTable(const Writing& w, const Group& group) {
  const auto fills = Count(w, group, [](const v1::RecordResult& record) {
    return std::array<int, 1>{record.fill_class()};
  });
  ClassHead(w, w.m.Text("fill.title"));
  for (const auto& [value, tally] : fills) {
    ClassRow(w, w.m.Enum(v1::FillClass_Name(static_cast<v1::FillClass>(value))),
             absl::StrCat(group.anchor, "-f", value), tally, 0);
  }
  w.html << "</table>\n"_m;
  const auto kinds = Count(w, group, [](const v1::RecordResult& record) {
    std::vector<int> out(record.contradictions().begin(), record.contradictions().end());
    if (out.empty()) out.push_back(0);
    return out;
  });
  ClassHead(w, w.m.Text("contradiction.title"));
  for (const auto& [value, tally] : kinds) {
    const std::string what =
        value == 0 ? w.m.Text("contradiction_none")
                   : w.m.Enum(v1::Contradiction_Name(static_cast<v1::Contradiction>(value)));
    ClassRow(w, what, absl::StrCat(group.anchor, "-k", value), tally, 0);
  }
  w.html << "</table>\n"_m;
}

void NumberCell(const Writing& w, std::uint64_t n) {
  w.html << "<td class=\"n\">"_m << w.m.Number(n) << "</td>"_m;
}

void ListCell(const Writing& w, const std::string& anchor, std::uint64_t n) {
  w.html << "<td class=\"n\">"_m;
  w.lists.Number(w.m, anchor, n, w.html);
  w.html << "</td>"_m;
}

bool NothingDelivered(const v1::AreaRow& row) {
  return row.delivered() == 0 && row.classes().all().records() == 0;
}

// `anchor` of the group of records, `lies` of those that lie there.
void AreaRowCells(const Writing& w, const v1::AreaRow& row, const std::string& name,
                  const std::string& anchor, const std::string& lies) {
  w.html << (NothingDelivered(row) ? "<tr class=\"nothing\"><td>"_m : "<tr><td>"_m) << name
         << "</td>"_m;
  NumberCell(w, row.declared());
  ListCell(w, anchor, row.delivered());
  NumberCell(w, row.withheld());
  NumberCell(w, row.unknown());
  NumberCell(w, row.outstanding());
  NumberCell(w, row.owed());
  ListCell(w, lies, row.lies_in());
  const v1::ClassSummary& c = row.classes();
  ListCell(w, absl::StrCat(anchor, "-c", v1::HEADLINE_CLASS_COMPLETE), c.complete().records());
  ListCell(w, absl::StrCat(anchor, "-c", v1::HEADLINE_CLASS_PARTIAL), c.partial().records());
  ListCell(w, absl::StrCat(anchor, "-c", v1::HEADLINE_CLASS_NO_INFORMATION),
           c.no_information().records());
  ListCell(w, absl::StrCat(anchor, "-c", v1::HEADLINE_CLASS_CONTRADICTING),
           c.contradicting().records());
  w.html << "<td>"_m
         << (row.state() == v1::AREA_DELIVERY_UNSPECIFIED
                 ? std::string()
                 : w.m.Enum(v1::AreaDelivery_Name(row.state())));
  if (row.declaration_missing()) w.html << "; "_m << w.m.Text("district.undeclared");
  w.html << "</td></tr>\n"_m;
}

std::uint64_t MinesOf(const google::protobuf::RepeatedPtrField<v1::CategoryCount>& counts,
                      v1::MineCategory category) {
  std::uint64_t n = 0;
  for (const v1::CategoryCount& one : counts) n += one.category() == category ? one.mines() : 0;
  return n;
}

// Declared beside counted, by district and category.
void CategoryTable(const Writing& w) {
  w.html << "<h3>"_m << w.m.Text("mines.category") << "</h3>\n"_m;
  w.Head({"district.name", "column.kind", "column.declared_mines", "column.mines"});
  int number = 0;
  for (const v1::AreaRow& row : w.handover().areas()) {
    const std::string anchor = absl::StrCat("a", number++);
    for (int value = v1::MineCategory_MIN; value <= v1::MineCategory_MAX; ++value) {
      const auto category = static_cast<v1::MineCategory>(value);
      const std::uint64_t declared = MinesOf(row.declared_mines(), category);
      const std::uint64_t counted = MinesOf(row.counted_mines(), category);
      if (declared == 0 && counted == 0) continue;
      w.html << "<tr><td>"_m << w.Area(row.area()) << "</td><td>"_m
             << w.m.Enum(v1::MineCategory_Name(category)) << "</td>"_m;
      NumberCell(w, declared);
      ListCell(w, anchor, counted);
      w.html << "</tr>\n"_m;
    }
  }
  w.html << "</table>\n"_m;
}

}  // namespace

void WriteClasses(const Writing& w) {
  w.Heading("records");
  w.html << "<p class=\"note\">"_m << w.m.Text("classes.note") << "</p>\n<p class=\"note\">"_m
         << w.m.Text("contradiction.note") << "</p>\n"_m;
  for (const Group& group : w.groups) {
    if (group.records.empty() && group.anchor != "all") continue;
    w.html << "<h3>"_m << group.title << "</h3>\n"_m;
    HeadlineTable(w, group);
    FillTable(w, group);
  }
}

void WriteDistricts(const Writing& w) {
  w.Heading("districts");
  w.html << "<p class=\"note\">"_m << w.m.Text("district.note") << "</p>\n"_m;
  w.Head({"district.name", "district.declared", "district.delivered", "district.withheld",
          "district.unknown", "district.outstanding", "district.owed", "district.lies_in",
          "headline_class_complete", "headline_class_partial", "headline_class_no_information",
          "headline_class_contradicting", "district.state"});
  // Those of which nothing was delivered come first: blank does not mean safe.
  for (const bool nothing : {true, false}) {
    int number = 0;
    for (const v1::AreaRow& row : w.handover().areas()) {
      const int at = number++;
      if (NothingDelivered(row) != nothing) continue;
      AreaRowCells(w, row, w.Area(row.area()), absl::StrCat("a", at), absl::StrCat("lies-a", at));
    }
  }
  v1::AreaRow total = w.handover().total();
  for (const v1::AreaRow& row : w.handover().areas()) {
    total.set_lies_in(total.lies_in() + row.lies_in());
  }
  AreaRowCells(w, total, w.m.Text("district.total"), "all", "lies");
  w.html << "</table>\n"_m;
}

void WriteMines(const Writing& w) {
  const v1::MineTotals& m = w.handover().mines();
  w.Heading("mines");
  w.html << "<table>\n"_m;
  const auto row = [&](absl::string_view key, const std::string& anchor, std::uint64_t n) {
    w.html << "<tr><td>"_m << w.m.Text(key) << "</td>"_m;
    ListCell(w, anchor, n);
    w.html << "</tr>\n"_m;
  };
  row("mines.declared", "", m.declared());
  row("mines.all_forms", "all", m.all_forms());
  row("mines.without_duplicates", "all", m.without_duplicates());
  row("mines.unreadable", "unreadable", m.unreadable_forms());
  row("mines.fields", "all", m.fields());
  row("mines.near", "all", m.without_near_duplicates());
  w.html << "</table>\n"_m;
  if (w.handover().near_duplicate_pairs() > 0) {
    w.html << "<p>"_m;
    if (w.lists.Has("near")) {
      w.html.Link("l-near", w.m.Counted("mines.near_note", w.handover().near_duplicate_pairs()));
    } else {
      w.html << w.m.Counted("mines.near_note", w.handover().near_duplicate_pairs());
    }
    w.html << "</p>\n"_m;
  }
  CategoryTable(w);
}

}  // namespace cairn::page
