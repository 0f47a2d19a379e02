#include "audit/completeness/placeholders.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "audit/completeness/leaf.h"
#include "audit/record/path.h"

namespace cairn::completeness {
namespace {

bool IsPlaceholder(const v1::Placeholders& list, const record::LeafVisit& visit) {
  const v1::Leaf& leaf = record::LeafOf(visit.message);
  if (!IsGiven(leaf)) return false;
  if (!leaf.raw().empty() &&
      std::find(list.raw().begin(), list.raw().end(), leaf.raw()) != list.raw().end()) {
    return true;
  }
  if (visit.kind == record::FieldKind::kDate) {
    const auto& date = static_cast<const v1::Date&>(visit.message);
    return date.has_day() &&
           std::find(list.days().begin(), list.days().end(), date.day()) != list.days().end();
  }
  if (visit.kind == record::FieldKind::kPosition) {
    const auto& at = static_cast<const v1::Position&>(visit.message);
    return std::any_of(list.positions().begin(), list.positions().end(), [&](const auto& one) {
      return at.has_first() && at.has_second() && at.unit() == one.unit() &&
             at.first() == one.first() && at.second() == one.second();
    });
  }
  return false;
}

}  // namespace

void MarkPlaceholders(const Rules& rules, v1::MinefieldRecord& record) {
  const v1::Placeholders& list = rules.message().placeholders();
  std::vector<std::string> paths;
  record::ForEachLeaf(record, false, [&](const record::LeafVisit& visit) {
    if (IsPlaceholder(list, visit)) paths.emplace_back(visit.path);
  });
  for (const std::string& path : paths) {
    auto leaf = record::FindMutableLeaf(record, path);
    if (leaf.ok()) record::MutableLeafOf(**leaf).set_presence(v1::PRESENCE_DEFAULTED);
  }
}

std::string PlaceOfLeaf(absl::string_view path) {
  return std::string(absl::StripSuffix(path, "_listed"));
}

}  // namespace cairn::completeness
