#include "audit/completeness/handover_checks.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/completeness/claims.h"
#include "audit/completeness/ground.h"
#include "audit/completeness/handover_check.h"
#include "audit/completeness/outstanding.h"
#include "audit/completeness/package_checks.h"
#include "audit/completeness/verdicts.h"

namespace cairn::completeness {
namespace {

using Counts = google::protobuf::RepeatedPtrField<v1::CategoryCount>;

std::string AreaPlace(const v1::AreaRow& row) { return absl::StrCat("area/", row.area()); }

void AddDeclarations(const v1::HandoverFacts& facts, v1::AreaRow& row) {
  bool declared = false;
  for (const v1::FactDeclaration& declaration : facts.declarations()) {
    const v1::HoldingRow& one = declaration.row();
    if (one.area() != row.area()) continue;
    declared = true;
    row.set_declared(row.declared() + one.documents());
    row.set_unknown(row.unknown() + one.unknown());
    for (const v1::WithheldRow& withheld : one.withheld()) {
      row.set_withheld(row.withheld() + withheld.documents());
    }
  }
  row.set_declaration_missing(!declared);
}

void AddDeliveries(const v1::HandoverFacts& facts, v1::AreaRow& row) {
  for (const v1::FactSubmission& submission : facts.submissions()) {
    if (!DeliversDocuments(submission.kind())) continue;
    for (const v1::SubmissionRow& one : submission.rows()) {
      if (one.area() != row.area()) continue;
      row.set_delivered(row.delivered() + one.documents());
      AddMines(one.mines(), *row.mutable_declared_mines());
    }
  }
}

// What the holding party answered last about an area of which nothing came; nothing if nothing.
std::optional<v1::AreaDelivery> AnswerAbout(const v1::HandoverFacts& facts,
                                            const std::string& area) {
  std::optional<v1::AreaDelivery> state;
  std::uint64_t at = 0;
  for (const v1::FactRequest& request : facts.requests()) {
    if (request.kind() != v1::REQUEST_KIND_RECORDS) continue;
    const auto& areas = request.areas();
    if (std::find(areas.begin(), areas.end(), area) == areas.end()) continue;
    if (!state.has_value() && request.overdue() && !request.complete()) {
      state = v1::AREA_DELIVERY_NOTHING_SILENT;
    }
    for (const v1::FactAnswer& answer : request.answers()) {
      if (answer.leaf() < at) continue;
      for (const v1::AnswerItem& item : answer.items()) {
        if (item.area() != area) continue;
        at = answer.leaf();
        switch (item.outcome()) {
          case v1::ANSWER_OUTCOME_DO_NOT_HAVE:
            state = v1::AREA_DELIVERY_NOTHING_UNKNOWN;
            break;
          case v1::ANSWER_OUTCOME_WITHHELD:
            state = v1::AREA_DELIVERY_NOTHING_WITHHELD;
            break;
          case v1::ANSWER_OUTCOME_REFUSED:
            state = v1::AREA_DELIVERY_NOTHING_REFUSED;
            break;
          default:
            state = v1::AREA_DELIVERY_NOTHING_PENDING;
        }
      }
    }
  }
  return state;
}

v1::AreaDelivery StateOf(const v1::HandoverFacts& facts, const v1::AreaRow& row) {
  if (row.delivered() > 0) {
    return row.outstanding() == 0 ? v1::AREA_DELIVERY_DELIVERED : v1::AREA_DELIVERY_PARTLY;
  }
  const std::optional<v1::AreaDelivery> answered = AnswerAbout(facts, row.area());
  if (answered.has_value()) return *answered;
  if (row.declared() > 0 && row.withheld() >= row.declared()) {
    return v1::AREA_DELIVERY_NOTHING_WITHHELD;
  }
  if (row.declared() > 0 && row.unknown() >= row.declared()) {
    return v1::AREA_DELIVERY_NOTHING_UNKNOWN;
  }
  return v1::AREA_DELIVERY_NOTHING_PENDING;
}

void FillAreas(const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  v1::AreaRow& total = *out.mutable_total();
  for (const v1::FactArea& area : facts.areas()) {
    v1::AreaRow& row = *out.add_areas();
    row.set_area(area.area());
    AddDeclarations(facts, row);
    AddDeliveries(facts, row);
    const Outstanding open = CountOutstanding(
        facts, [&](const std::string& name) { return name == area.area(); }, std::nullopt);
    row.set_outstanding(open.documents);
    row.set_owed(open.owed());
    row.set_state(StateOf(facts, row));
    if (row.delivered() == 0) {
      out.set_areas_without_delivery(out.areas_without_delivery() + 1);
    } else {
      out.set_areas_with_delivery(out.areas_with_delivery() + 1);
    }
    total.set_declared(total.declared() + row.declared());
    total.set_delivered(total.delivered() + row.delivered());
    total.set_withheld(total.withheld() + row.withheld());
    total.set_unknown(total.unknown() + row.unknown());
    total.set_outstanding(total.outstanding() + row.outstanding());
    total.set_owed(total.owed() + row.owed());
    AddMines(row.declared_mines(), *total.mutable_declared_mines());
  }
  out.mutable_mines()->set_declared(SumOfMines(total.declared_mines()));
}

// H-01
void CheckDeclaration(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-01", out);
  if (facts.declarations().empty()) {
    check->Fail("");
  } else {
    check->Pass();
  }
}

// H-02
void CheckDocuments(const Rules& rules, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-02", out);
  for (const v1::AreaRow& row : out.areas()) {
    if (row.declaration_missing() && row.delivered() == 0) {
      check->NotEvaluable(AreaPlace(row), {"declaration"});
    } else if (row.declared() != row.delivered()) {
      v1::CheckResult& result = check->Fail(AreaPlace(row));
      result.set_expected(static_cast<std::int64_t>(row.declared()));
      result.set_found(static_cast<std::int64_t>(row.delivered()));
    } else {
      check->Pass();
    }
  }
}

// H-06
void CheckAreas(const Rules& rules, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-06", out);
  for (const v1::AreaRow& row : out.areas()) {
    if (row.delivered() == 0) {
      check->Fail(AreaPlace(row));
    } else {
      check->Pass();
    }
  }
}

// H-07
void CheckRequests(const Rules& rules, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-07", out);
  int n = 0;
  for (const v1::RequestRow& row : out.requests()) {
    const std::string place = absl::StrCat("request/", n++);
    if (row.answered()) {
      check->Pass();
    } else if (row.overdue()) {
      check->Fail(place);
    } else {
      check->NotEvaluable(place, {"due date"});
    }
  }
}

// H-04, H-13
void CheckClaims(const Rules& rules, v1::HandoverResult& out) {
  HandoverCheck numbers(rules, "H-04", out);
  HandoverCheck all(rules, "H-13", out);
  int n = 0;
  for (const v1::ClaimRow& row : out.claims()) {
    const std::string place = absl::StrCat("claim/", n++);
    if (row.taken_back()) continue;
    if (row.subject() == v1::CLAIM_SUBJECT_ALL_DELIVERED) {
      if (row.comparison() == v1::CLAIM_COMPARISON_CONTRADICTED) {
        all->Fail(place);
      } else if (row.comparison() == v1::CLAIM_COMPARISON_OUTSTANDING) {
        v1::CheckResult& result = all->Fail(place);
        result.set_expected(0);
        result.set_found(static_cast<std::int64_t>(row.outstanding()));
      } else if (row.comparison() == v1::CLAIM_COMPARISON_NOTHING_TO_COMPARE) {
        all->NotEvaluable(place, {"declaration"});
      } else {
        all->Pass();
      }
      continue;
    }
    switch (row.comparison()) {
      case v1::CLAIM_COMPARISON_EQUAL:
      case v1::CLAIM_COMPARISON_COMPATIBLE:
        numbers->Pass();
        break;
      case v1::CLAIM_COMPARISON_DIFFERS: {
        v1::CheckResult& result = numbers->Fail(place);
        if (row.has_computed()) result.set_expected(static_cast<std::int64_t>(row.computed()));
        if (row.quantity().has_value()) {
          result.set_found(static_cast<std::int64_t>(row.quantity().value()));
        }
        break;
      }
      default:
        numbers->NotEvaluable(place, {"number"});
    }
  }
}

// Categories on either side that the other side states differently.
bool MinesDiffer(const Counts& declared, const Counts& counted) {
  if (SumOfMines(declared) != SumOfMines(counted)) return true;
  const bool by_category = std::none_of(
      declared.begin(), declared.end(),
      [](const v1::CategoryCount& one) { return one.category() == v1::MINE_CATEGORY_UNSTATED; });
  if (!by_category) return false;
  for (const v1::CategoryCount& one : declared) {
    const auto same = std::find_if(counted.begin(), counted.end(), [&](const auto& other) {
      return other.category() == one.category();
    });
    if ((same == counted.end() ? 0 : same->mines()) != one.mines()) return true;
  }
  return false;
}

// H-03
void CheckCountedMines(const Rules& rules, const v1::Report& report, v1::HandoverResult& out) {
  HandoverCheck check(rules, "H-03", out);
  for (const v1::AreaRow& row : out.areas()) {
    if (row.delivered() == 0) continue;
    const std::uint64_t declared = SumOfMines(row.declared_mines());
    const std::uint64_t counted = SumOfMines(row.counted_mines());
    const bool all_known = std::none_of(
        report.records().begin(), report.records().end(), [&](const v1::RecordResult& record) {
          return record.area() == row.area() && record.count_unreadable();
        });
    if (row.declared_mines().empty()) {
      check->NotEvaluable(AreaPlace(row), {"declaration"});
    } else if (counted > declared ||
               (all_known && MinesDiffer(row.declared_mines(), row.counted_mines()))) {
      v1::CheckResult& result = check->Fail(AreaPlace(row));
      result.set_expected(static_cast<std::int64_t>(declared));
      result.set_found(static_cast<std::int64_t>(counted));
    } else if (!all_known) {
      check->NotEvaluable(AreaPlace(row), {"F62"});
    } else {
      check->Pass();
    }
  }
}

// H-08, H-09
void CheckSupplements(const Rules& rules, const v1::Report& report, v1::HandoverResult& out) {
  HandoverCheck gaps(rules, "H-08", out);
  HandoverCheck changes(rules, "H-09", out);
  for (const v1::SupplementResult& one : report.supplements()) {
    const std::string place = absl::StrCat("supplement/", one.package(), "/", one.position());
    switch (one.outcome()) {
      case v1::SUPPLEMENT_OUTCOME_FILLED_GAP:
        gaps->Pass();
        break;
      case v1::SUPPLEMENT_OUTCOME_CHANGED_VALUE:
        changes->Pass();
        break;
      case v1::SUPPLEMENT_OUTCOME_NO_REASON:
        changes->Fail(place);
        break;
      default:
        gaps->Fail(place);
    }
  }
}

}  // namespace

bool DeliversDocuments(v1::PackageKind kind) {
  return kind == v1::PACKAGE_KIND_ORIGINAL || kind == v1::PACKAGE_KIND_SCANS_ONLY ||
         kind == v1::PACKAGE_KIND_RECEIVED_OUTSIDE;
}

std::uint64_t SumOfMines(const Counts& counts) {
  std::uint64_t sum = 0;
  for (const v1::CategoryCount& one : counts) sum += one.mines();
  return sum;
}

void AddMines(const Counts& from, Counts& to) {
  for (const v1::CategoryCount& one : from) {
    const auto at = std::find_if(to.begin(), to.end(), [&](const v1::CategoryCount& other) {
      return other.category() == one.category();
    });
    if (at != to.end()) {
      at->set_mines(at->mines() + one.mines());
      if (at->precision() != one.precision()) at->set_precision(v1::PRECISION_ABOUT);
    } else {
      *to.Add() = one;
    }
  }
  std::sort(to.pointer_begin(), to.pointer_end(),
            [](const v1::CategoryCount* a, const v1::CategoryCount* b) {
              return a->category() < b->category();
            });
}

void FillRows(const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  FillAreas(facts, out);
  for (const v1::FactClaim& claim : facts.claims()) {
    v1::ClaimRow& row = *out.add_claims();
    row = CompareClaim(facts, claim);
    row.set_taken_back(claim.dispute().has_ended_at());
  }
  for (const v1::FactRequest& request : facts.requests()) {
    v1::RequestRow& row = *out.add_requests();
    row.set_request(request.statement());
    row.set_kind(request.kind());
    row.set_answered(request.complete());
    row.set_overdue(request.overdue() && !request.complete());
  }
  FillIncidents(facts, out);
}

void CheckLeaves(const Rules& rules, const v1::HandoverFacts& facts, v1::HandoverResult& out) {
  CheckDeclaration(rules, facts, out);
  CheckDocuments(rules, out);
  CheckClaims(rules, out);
  CheckAreas(rules, out);
  CheckRequests(rules, out);
  CheckCustody(rules, facts, out);
}

void CheckWithRecords(const Rules& rules, const v1::Report& report, v1::HandoverResult& out) {
  CheckCountedMines(rules, report, out);
  CheckSupplements(rules, report, out);
  HandoverCheck statistics(rules, "H-12", out);
  statistics->Pass();
}

void SortResults(v1::HandoverResult& result) {
  auto& results = *result.mutable_results();
  std::stable_sort(results.pointer_begin(), results.pointer_end(),
                   [](const v1::CheckResult* a, const v1::CheckResult* b) {
                     return std::tie(a->check(), a->place()) < std::tie(b->check(), b->place());
                   });
}

}  // namespace cairn::completeness
