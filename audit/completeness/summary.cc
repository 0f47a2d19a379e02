#include "audit/completeness/summary.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "audit/completeness/handover_checks.h"

namespace cairn::completeness {
namespace {

void AddTo(const v1::RecordResult& record, v1::ClassRow& row) {
  row.set_records(row.records() + 1);
  row.set_mines(row.mines() + CountedMines(record));
}

void AddSplit(const v1::RecordResult& record, v1::ClassSummary& summary) {
  auto& splits = *summary.mutable_splits();
  auto at = std::find_if(splits.begin(), splits.end(),
                         [&](const v1::SplitRow& row) { return row.split() == record.split(); });
  if (at != splits.end()) {
    AddTo(record, *at->mutable_row());
    return;
  }
  v1::SplitRow& row = *splits.Add();
  row.set_split(record.split());
  AddTo(record, *row.mutable_row());
  std::sort(splits.pointer_begin(), splits.pointer_end(),
            [](const v1::SplitRow* a, const v1::SplitRow* b) { return a->split() < b->split(); });
}

void AddToTotals(const v1::RecordResult& record, v1::MineTotals& totals) {
  if (record.count_unreadable()) {
    totals.set_unreadable_forms(totals.unreadable_forms() + 1);
    return;
  }
  const std::uint64_t mines = SumOfMines(record.mines());
  totals.set_all_forms(totals.all_forms() + mines);
  if (record.has_duplicate_of()) return;
  totals.set_without_duplicates(totals.without_duplicates() + mines);
  if (!record.has_copy_of()) totals.set_fields(totals.fields() + mines);
  if (!record.has_near_duplicate_of()) {
    totals.set_without_near_duplicates(totals.without_near_duplicates() + mines);
  }
}

}  // namespace

std::uint64_t CountedMines(const v1::RecordResult& record) {
  return record.has_duplicate_of() || record.count_unreadable() ? 0 : SumOfMines(record.mines());
}

void AddRecord(const v1::RecordResult& record, v1::ClassSummary& summary) {
  AddTo(record, *summary.mutable_all());
  switch (record.headline()) {
    case v1::HEADLINE_CLASS_NOT_READ:
      return AddTo(record, *summary.mutable_not_read());
    case v1::HEADLINE_CLASS_NO_INFORMATION:
      return AddTo(record, *summary.mutable_no_information());
    case v1::HEADLINE_CLASS_CONTRADICTING:
      return AddTo(record, *summary.mutable_contradicting());
    case v1::HEADLINE_CLASS_PARTIAL:
      AddSplit(record, summary);
      return AddTo(record, *summary.mutable_partial());
    default:
      return AddTo(record, *summary.mutable_complete());
  }
}

void Summarise(v1::Report& report) {
  v1::HandoverResult& handover = *report.mutable_handover_level();
  std::map<std::uint64_t, v1::ClassSummary> by_package;
  std::map<std::string, v1::AreaRow*> areas;
  for (v1::AreaRow& row : *handover.mutable_areas()) areas[row.area()] = &row;
  report.mutable_cumulative()->mutable_all();
  for (const v1::RecordResult& record : report.records()) {
    AddRecord(record, *report.mutable_cumulative());
    AddRecord(record, by_package[record.at().package()]);
    AddToTotals(record, *handover.mutable_mines());
    if (record.has_near_duplicate_of()) {
      handover.set_near_duplicate_pairs(handover.near_duplicate_pairs() + 1);
    }
    v1::AreaRow& total = *handover.mutable_total();
    AddRecord(record, *total.mutable_classes());
    const bool counts = CountedMines(record) > 0;
    if (counts) AddMines(record.mines(), *total.mutable_counted_mines());
    if (const auto claimed = areas.find(record.area()); claimed != areas.end()) {
      AddRecord(record, *claimed->second->mutable_classes());
      if (counts) AddMines(record.mines(), *claimed->second->mutable_counted_mines());
    }
    if (const auto lies = areas.find(record.lies_in()); lies != areas.end()) {
      lies->second->set_lies_in(lies->second->lies_in() + 1);
    }
  }
  for (auto& [package, classes] : by_package) {
    v1::PackageSummary& summary = *report.add_submissions();
    summary.set_package(package);
    *summary.mutable_classes() = std::move(classes);
  }
}

void FillStatementSummary(v1::Report& report) {
  v1::AssessmentSummary& out = *report.mutable_summary();
  const v1::ClassSummary& classes = report.cumulative();
  out.set_records(classes.all().records());
  out.set_not_read(classes.not_read().records());
  out.set_complete(classes.complete().records());
  out.set_partial(classes.partial().records());
  out.set_no_information(classes.no_information().records());
  out.set_contradicting(classes.contradicting().records());
  std::uint64_t declared = 0;
  for (const v1::AssessedPackage& package : report.packages()) declared += package.declared_mines();
  out.set_declared_mines(declared);
  out.set_counted_mines(report.handover_level().mines().without_duplicates());
  std::uint64_t faults = 0;
  const auto count = [&](const auto& results) {
    for (const v1::CheckResult& one : results) faults += one.outcome() == v1::OUTCOME_FAIL ? 1 : 0;
  };
  for (const v1::RecordResult& record : report.records()) count(record.results());
  count(report.handover_level().results());
  out.set_faults(faults);
}

}  // namespace cairn::completeness
