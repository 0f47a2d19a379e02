#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"

namespace cairn::ledger {
namespace {

template <typename List, typename HandleOf>
int PlaceOf(const List& list, absl::string_view handle, HandleOf handle_of) {
  for (int i = 0; i < list.size(); ++i) {
    if (handle_of(list[i]) == handle) return i;
  }
  return -1;
}

Verdict CheckWithheld(const v1::HoldingRow& row, const std::string& path) {
  if (row.withheld_size() > kMaxWithheldRows) {
    return FieldObjection(path, {"it has too many entries", "Give at most 16."});
  }
  std::uint64_t sum = 0;
  for (int i = 0; i < row.withheld_size(); ++i) {
    const v1::WithheldRow& withheld = row.withheld(i);
    const std::string entry = absl::StrCat(path, "[", i, "]");
    if (MaybeComplaint complaint = CheckCount(withheld.documents(), 1, kMaxCount)) {
      return FieldObjection(absl::StrCat(entry, ".documents"), *complaint);
    }
    if (MaybeComplaint complaint = CheckWithholding(withheld.withholding())) {
      return FieldObjection(absl::StrCat(entry, ".withholding"), *complaint);
    }
    if (withheld.has_scope()) {
      if (MaybeComplaint complaint = CheckAnnex(withheld.scope())) {
        return FieldObjection(absl::StrCat(entry, ".scope"), *complaint);
      }
    }
    sum += withheld.documents();
  }
  if (sum <= row.documents()) return std::nullopt;
  return FieldObjection(path, {absl::StrCat(sum, " documents are withheld of ", row.documents()),
                               "Count what is withheld among the documents."});
}

Verdict CheckRow(const v1::HoldingRow& row, RowOrder& order, const std::string& path) {
  if (MaybeComplaint complaint = order.Next(row.area(), row.source())) {
    return FieldObjection(path, *complaint);
  }
  if (MaybeComplaint complaint = CheckCount(row.documents(), 0, kMaxCount)) {
    return FieldObjection(absl::StrCat(path, ".documents"), *complaint);
  }
  if (MaybeComplaint complaint = CheckMines(row.mines())) {
    return FieldObjection(absl::StrCat(path, ".mines"), *complaint);
  }
  if (MaybeComplaint complaint = CheckCount(row.unknown(), 0, kMaxCount)) {
    return FieldObjection(absl::StrCat(path, ".unknown"), *complaint);
  }
  return CheckWithheld(row, absl::StrCat(path, ".withheld"));
}

bool IsPowerOfTwo(std::uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

Verdict CheckCommitment(const v1::DeclareHolding& body) {
  if (MaybeComplaint complaint = CheckDigestOrEmpty(body.holding_root())) {
    return FieldObjection("declare_holding.holding_root", *complaint);
  }
  const bool fits = body.holding_root().empty() ? body.holding_leaves() == 0
                                                : IsPowerOfTwo(body.holding_leaves());
  if (fits) return std::nullopt;
  return FieldObjection("declare_holding.holding_leaves",
                        {absl::StrCat("it is ", body.holding_leaves()),
                         "With a root give the number of leaves with decoys, a power of two; "
                         "without one leave it out."});
}

// A statement goes on with a declaration that was marked continued, or replaces one that is whole,
// or is the party's first.
Verdict CheckPlaceInSequence(const v1::DeclareHolding& body,
                             const std::optional<v1::DeclarationObject>& before) {
  const std::string expected =
      before.has_value() && !before->continued() ? before->statement() : "";
  if (body.replaces() == expected) return std::nullopt;
  return Object(
      v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "declare_holding.replaces",
      absl::StrCat("It names ", body.replaces().empty() ? "nothing" : Short(body.replaces()),
                   "; the declaration that this one would replace is ",
                   expected.empty() ? "none" : Short(expected), "."),
      "Name the first statement of the party's newest declaration; leave it empty in a "
      "first declaration and in what continues one.");
}

}  // namespace

MaybeComplaint RowOrder::Next(absl::string_view area, absl::string_view source) {
  const int area_place =
      PlaceOf(charter_.areas(), area, [](const auto& a) { return absl::string_view(a.area()); });
  const int source_place = PlaceOf(charter_.sources(), source,
                                   [](const auto& s) { return absl::string_view(s.source()); });
  if (area_place < 0 || source_place < 0) {
    return Complaint{absl::StrCat("the charter has no ", area_place < 0 ? "area " : "source ",
                                  Quoted(area_place < 0 ? area : source)),
                     "Name an area and a source of the charter."};
  }
  const int place = area_place * charter_.sources_size() + source_place;
  if (place <= last_) {
    return Complaint{"the row is out of order, or its area and source are there twice",
                     "One row for each area and source, in the charter's order of areas and then "
                     "of sources."};
  }
  last_ = place;
  return std::nullopt;
}

Verdict FoldDeclareHolding(Step& step) {
  const v1::DeclareHolding& body = step.statement().declare_holding();
  const std::string key = DeclarationKey(step.handover(), step.actor());
  const auto before = step.Get<v1::DeclarationObject>(key);
  if (MaybeComplaint complaint =
          CheckCount(static_cast<std::uint64_t>(body.rows_size()), 1, kMaxRows)) {
    return FieldObjection("declare_holding.rows", *complaint);
  }
  RowOrder order(step.charter());
  for (int i = 0; i < body.rows_size(); ++i) {
    if (Verdict no = CheckRow(body.rows(i), order, absl::StrCat("declare_holding.rows[", i, "]"))) {
      return no;
    }
  }
  if (Verdict no = CheckCommitment(body)) return no;
  if (Verdict no = CheckPlaceInSequence(body, before)) return no;
  if (body.has_account()) {
    if (MaybeComplaint complaint = CheckAnnex(body.account())) {
      return FieldObjection("declare_holding.account", *complaint);
    }
  }

  v1::DeclarationObject declaration;
  const bool goes_on = before.has_value() && before->continued();
  declaration.set_statement(goes_on ? before->statement() : step.id());
  declaration.set_leaf(step.leaf());
  declaration.set_continued(body.continued());
  declaration.set_holding_root(body.holding_root());
  declaration.set_holding_leaves(body.holding_leaves());
  step.Put(key, declaration);
  for (const v1::HoldingRow& row : body.rows()) {
    v1::HoldingObject holding;
    *holding.mutable_row() = row;
    holding.set_leaf(step.leaf());
    holding.set_declaration(step.id());
    step.Put(HoldingKey(step.handover(), row.area(), row.source(), step.actor()), holding);
  }
  return std::nullopt;
}

}  // namespace cairn::ledger
