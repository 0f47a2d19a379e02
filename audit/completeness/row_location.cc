#include "audit/completeness/row_location.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace cairn::completeness {
namespace {

bool IsLocated(const RecordView& view, const v1::Row& row, bool unread_counts) {
  const auto there = [&](const v1::Leaf& leaf) {
    return IsGiven(leaf) || (unread_counts && IsUnread(leaf));
  };
  const auto tied = [&](const std::string& id) {
    return unread_counts ? view.MayHaveCompleteTieTo(id) : view.HasCompleteTieTo(id);
  };
  const bool start = there(row.start().leaf()) || tied(absl::StrCat(row.id(), ".start"));
  const bool direction = there(row.azimuth().leaf()) && there(row.length_mm().leaf());
  const bool end = there(row.end().leaf()) || direction || tied(absl::StrCat(row.id(), ".end"));
  return start && end;
}

}  // namespace

Standing RowStanding(const RecordView& view, const v1::Row& row) {
  if (IsLocated(view, row, false)) return Standing::kGiven;
  return IsLocated(view, row, true) ? Standing::kUnread : Standing::kLacking;
}

}  // namespace cairn::completeness
