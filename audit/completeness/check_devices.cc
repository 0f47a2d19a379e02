// C-13, C-14, C-20, T-05, T-06: do mines, fuses, traps, purpose and dates go together.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/calendar.h"
#include "audit/completeness/checks.h"

namespace cairn::completeness {
namespace {

std::string LinePlace(int index, absl::string_view part) {
  return absl::StrCat("what.ordnance[", index, "].", part);
}

void CheckFuze(const RecordView& view, const v1::OrdnanceLine& line, int index, Verdicts& out) {
  std::vector<std::string> missing;
  if (!IsKnown(line.model())) missing.emplace_back("F61");
  if (!IsKnown(line.fuze())) missing.emplace_back("F63");
  const v1::FuzePair* pair = nullptr;
  for (const v1::FuzePair& one : view.rules().message().fuze_pairs()) {
    if (missing.empty() && one.model() == line.model().code()) pair = &one;
  }
  if (missing.empty() && pair == nullptr) missing.emplace_back("code list");
  if (!missing.empty()) {
    out.NotEvaluable(LinePlace(index, "fuze"), std::move(missing));
  } else if (std::find(pair->fuzes().begin(), pair->fuzes().end(), line.fuze().code()) ==
             pair->fuzes().end()) {
    out.Fail(LinePlace(index, "fuze"));
  } else {
    out.Pass();
  }
}

void CheckTrapOfModel(const RecordView& view, const v1::OrdnanceLine& line, int index,
                      Verdicts& out) {
  const v1::Code& present = line.anti_handling().present();
  if (!IsKnown(present) || present.code() != "yes") return;  // None; or I-10's business.
  const std::string place = LinePlace(index, "anti_handling.present");
  const v1::MineModel* model =
      IsKnown(line.model()) ? view.rules().FindModel(line.model().code()) : nullptr;
  if (model == nullptr) {
    out.NotEvaluable(place, {"F61"});
  } else if (model->no_anti_handling()) {
    out.Fail(place);
  } else {
    out.Pass();
  }
}

void CheckTrapCount(const v1::OrdnanceLine& line, int index, Verdicts& out) {
  const v1::AntiHandling& trap = line.anti_handling();
  if (IsKnown(trap.present()) && trap.present().code() == "no") return out.Pass();
  const std::optional<std::int64_t> mines = CountOf(line.count());
  const std::optional<std::int64_t> traps = CountOf(trap.count());
  std::vector<std::string> missing;
  if (!mines.has_value()) missing.emplace_back("F62");
  if (!traps.has_value()) missing.emplace_back("F64");
  const std::string place = LinePlace(index, "anti_handling.count");
  if (!missing.empty()) {
    out.NotEvaluable(place, std::move(missing));
  } else if (*traps > *mines) {
    v1::CheckResult& result = out.Fail(place);
    result.set_expected(*mines);
    result.set_found(*traps);
  } else {
    out.Pass();
  }
}

// Booby-traps of the lines against those of the list.
void CheckBoobyTraps(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "what.booby_traps";
  const v1::WhatGroup& what = view.what();
  std::int64_t in_lines = 0;
  std::int64_t in_list = 0;
  bool any_line = false;
  std::vector<std::string> missing;
  for (const v1::OrdnanceLine& line : what.ordnance()) {
    const std::string category = view.CategoryOf(line);
    if (category.empty() && !what.booby_traps().empty()) missing.emplace_back("F60");
    if (category != "booby_trap") continue;
    any_line = true;
    const std::optional<std::int64_t> count = CountOf(line.count());
    if (!count.has_value()) missing.emplace_back("F62");
    in_lines += count.value_or(0);
  }
  for (const v1::BoobyTrap& trap : what.booby_traps()) {
    const std::optional<std::int64_t> count = CountOf(trap.count());
    if (!count.has_value()) missing.emplace_back("F65");
    in_list += count.value_or(0);
  }
  if (what.booby_traps().empty()) {
    if (!any_line) return;
    if (!IsFilled(view.StandingOfField(what.booby_traps_listed(), 65))) missing.emplace_back("F65");
  } else if (!any_line && missing.empty() && !what.ordnance().empty()) {
    return;  // Only listed one by one.
  } else if (what.ordnance().empty()) {
    missing.emplace_back("F60");
  }
  if (!missing.empty()) {
    out.NotEvaluable(kPlace, std::move(missing));
  } else if (in_lines != in_list) {
    v1::CheckResult& result = out.Fail(kPlace);
    result.set_expected(in_lines);
    result.set_found(in_list);
  } else {
    out.Pass();
  }
}

bool IsAntiPersonnel(absl::string_view category) {
  return category == "ap_blast" || category == "ap_fragmentation" || category == "ap_directional";
}

// When it was laid, as far as the dates go; nothing if none is known.
std::optional<Span> LaidSpan(const v1::LayingGroup& laying) {
  const std::optional<Span> begun = SpanOf(laying.begun());
  const std::optional<Span> ended = SpanOf(laying.ended());
  if (!begun.has_value()) return ended;
  return Span{begun->first, ended.has_value() ? std::max(begun->last, ended->last) : begun->last};
}

void CheckInService(const RecordView& view, const v1::OrdnanceLine& line, int index,
                    const std::optional<Span>& laid, Verdicts& out) {
  const std::string place = LinePlace(index, "model");
  if (!IsKnown(line.model())) {
    out.NotEvaluable(place, {"F61"});
    return;
  }
  const v1::MineModel* model = view.rules().FindModel(line.model().code());
  if (model == nullptr || model->first_year() == 0) return;  // The code list does not say.
  if (!laid.has_value()) {
    out.NotEvaluable(place, {"F80"});
    return;
  }
  const Span first_day = WholeDay(DayOf(static_cast<int>(model->first_year()), 1, 1));
  if (!first_day.CertainlyAfter(*laid)) return out.Pass();
  v1::CheckResult& result = out.Fail(place);
  result.set_expected(model->first_year());
}

void CheckMade(const v1::OrdnanceLine& line, int index, const std::optional<Span>& laid,
               Verdicts& out) {
  const v1::Date& date = line.production().made();
  const std::string place = LinePlace(index, "production.made");
  if (IsUnread(date.leaf())) {
    out.NotEvaluable(place, {"F67"});
    return;
  }
  const std::optional<Span> made = SpanOf(date);
  if (!made.has_value()) return;  // Nothing to compare.
  if (!laid.has_value()) {
    out.NotEvaluable(place, {"F80"});
  } else if (made->CertainlyAfter(*laid)) {
    out.Fail(place);
  } else {
    out.Pass();
  }
}

}  // namespace

void CheckC13(const RecordView& view, Verdicts& out) {
  if (view.what().ordnance().empty()) {
    out.NotEvaluable("what.ordnance", {"F61"});
    return;
  }
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    CheckFuze(view, line, i, out);
    CheckTrapOfModel(view, line, i, out);
    ++i;
  }
}

void CheckC14(const RecordView& view, Verdicts& out) {
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) CheckTrapCount(line, i++, out);
  CheckBoobyTraps(view, out);
}

void CheckC20(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "laying.purpose";
  const v1::Code& purpose = view.laying().purpose();
  if (!IsKnown(purpose)) {
    out.NotEvaluable(kPlace, {"F82"});
    return;
  }
  const std::string& code = purpose.code();
  const bool wants_at = code == "at" || code == "mixed";
  const bool wants_ap = code == "ap" || code == "mixed";
  bool has_at = false;
  bool has_ap = false;
  bool unknown = view.what().ordnance().empty();
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const std::string category = view.CategoryOf(line);
    has_at = has_at || category == "at";
    has_ap = has_ap || IsAntiPersonnel(category);
    unknown = unknown || category.empty();
  }
  if ((!wants_at || has_at) && (!wants_ap || has_ap)) return out.Pass();
  if (unknown) {
    out.NotEvaluable(kPlace, {"F60"});
  } else {
    out.Fail(kPlace);
  }
}

void CheckT05(const RecordView& view, Verdicts& out) {
  const std::optional<Span> laid = LaidSpan(view.laying());
  constexpr std::int64_t kLongestDays = 1'000'000;
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const std::string place = LinePlace(i++, "life_days");
    if (IsKnown(line.life_kind()) && line.life_kind().code() == "none") {
      out.Pass();
      continue;
    }
    if (!IsGiven(line.life_kind().leaf()) && view.LifeKindStanding(line) == Standing::kExcluded) {
      out.Pass();
      continue;
    }
    std::vector<std::string> missing;
    const bool days = IsKnown(line.life_days()) && line.life_days().value() >= 0 &&
                      line.life_days().value() <= kLongestDays;
    if (!days) missing.emplace_back("F70");
    if (!laid.has_value()) missing.emplace_back("F80");
    if (!view.context().log_day.has_value()) missing.emplace_back("time of the log");
    if (!missing.empty()) {
      out.NotEvaluable(place, std::move(missing));
      continue;
    }
    const std::int64_t over = laid->last + line.life_days().value() * kMinutesOfDay;
    if (WholeDay(*view.context().log_day).first > over) {
      out.Fail(place);
    } else {
      out.Pass();
    }
  }
}

void CheckT06(const RecordView& view, Verdicts& out) {
  if (view.what().ordnance().empty()) {
    out.NotEvaluable("what.ordnance", {"F61"});
    return;
  }
  const std::optional<Span> laid = LaidSpan(view.laying());
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    CheckInService(view, line, i, laid, out);
    CheckMade(line, i, laid, out);
    ++i;
  }
}

}  // namespace cairn::completeness
