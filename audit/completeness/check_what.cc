// I-07 to I-11, I-14, I-15: is it said what lies there, how much, how trapped, since when.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"

namespace cairn::completeness {
namespace {

constexpr absl::string_view kOrdnance = "what.ordnance";

std::string LinePlace(int i, absl::string_view leaf) {
  return absl::StrCat(kOrdnance, "[", i, "].", leaf);
}

// What a check on lines says when there is no line: nothing to look at.
bool HasLines(const RecordView& view, Verdicts& out) {
  if (!view.what().ordnance().empty()) return true;
  out.NotEvaluable(kOrdnance, {"F60"});
  return false;
}

// Dates of laying need their time of day, as far as the rule set asks for it.
void RequireTime(const RecordView& view, const v1::Date& date, absl::string_view place,
                 Verdicts& out) {
  if (IsGiven(date.leaf())) {
    if (!IsKnown(date)) {
      out.NotEvaluable(place, {"F80"});
    } else if (date.precision() > view.rules().message().thresholds().coarsest_laying_precision()) {
      out.Fail(place);
    } else {
      out.Pass();
    }
    return;
  }
  out.Require(view.StandingOfField(date.leaf(), 80), "F80", [&] { return place; });
}

}  // namespace

void CheckI07(const RecordView& view, Verdicts& out) {
  if (view.what().ordnance().empty()) {
    const bool unread = IsUnread(view.what().ordnance_listed());
    out.Require(unread ? Standing::kUnread : Standing::kLacking, "F60", [] { return kOrdnance; });
  }
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    out.Require(view.StandingOfField(line.category().leaf(), 60), "F60",
                [&] { return LinePlace(i, "category"); });
    out.Require(view.StandingOfField(line.model().leaf(), 61), "F61",
                [&] { return LinePlace(i, "model"); });
    ++i;
  }
}

void CheckI08(const RecordView& view, Verdicts& out) {
  if (!HasLines(view, out)) return;
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    out.Require(view.StandingOfField(line.count().leaf(), 62), "F62",
                [&] { return LinePlace(i, "count"); });
    ++i;
  }
}

void CheckI09(const RecordView& view, Verdicts& out) {
  if (!HasLines(view, out)) return;
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    out.Require(view.StandingOfField(line.fuze().leaf(), 63), "F63",
                [&] { return LinePlace(i, "fuze"); });
    ++i;
  }
}

void CheckI10(const RecordView& view, Verdicts& out) {
  if (!HasLines(view, out)) return;
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    const v1::AntiHandling& anti = line.anti_handling();
    const bool yes = IsKnown(anti.present()) && anti.present().code() == "yes";
    const bool answered = !IsKnown(anti.present()) || yes || anti.present().code() == "no";
    if (answered) {
      out.Require(view.StandingOfField(anti.present().leaf(), 64), "F64",
                  [&] { return LinePlace(i, "anti_handling.present"); });
    } else {
      out.Fail(LinePlace(i, "anti_handling.present"));
    }
    if (yes) {  // Not excluded: there are some.
      out.Require(StandingOf(anti.count().leaf(), false), "F64",
                  [&] { return LinePlace(i, "anti_handling.count"); });
    }
    ++i;
  }
}

void CheckI11(const RecordView& view, Verdicts& out) {
  if (HasLines(view, out)) {
    int i = 0;
    for (const v1::OrdnanceLine& line : view.what().ordnance()) {
      out.Require(view.StandingOfField(line.method().leaf(), 68), "F68",
                  [&] { return LinePlace(i, "method"); });
      out.Require(view.LifeKindStanding(line), "F70", [&] { return LinePlace(i, "life_kind"); });
      if (RecordView::WantsLifeDays(line)) {
        out.Require(StandingOf(line.life_days().leaf(), false), "F70",
                    [&] { return LinePlace(i, "life_days"); });
      }
      ++i;
    }
  }
  RequireTime(view, view.laying().begun(), "laying.begun", out);
  RequireTime(view, view.laying().ended(), "laying.ended", out);
}

void CheckI14(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "what.booby_traps";
  const v1::WhatGroup& what = view.what();
  if (what.booby_traps().empty()) {
    const bool line_says_so =
        std::any_of(what.ordnance().begin(), what.ordnance().end(), [](const auto& line) {
          return IsKnown(line.category()) && line.category().code() == "booby_trap";
        });
    if (line_says_so) {
      out.Fail(kPlace);
    } else if (view.StandingOfField(what.booby_traps_listed(), 65) == Standing::kExcluded) {
      out.Pass();
    } else {
      out.NotEvaluable(kPlace, {"F65"});
    }
    return;
  }
  int i = 0;
  for (const v1::BoobyTrap& trap : what.booby_traps()) {  // Not excluded: it is there.
    out.Require(StandingOf(trap.position().leaf(), false), "F65",
                [&] { return absl::StrCat(kPlace, "[", i, "].position"); });
    out.Require(StandingOf(trap.mechanism().leaf(), false), "F65",
                [&] { return absl::StrCat(kPlace, "[", i, "].mechanism"); });
    ++i;
  }
}

void CheckI15(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kDelivered = "layout.remotely_delivered";
  const v1::Flag& delivered = view.layout().remotely_delivered();
  if (!IsKnown(delivered)) {
    if (view.StandingOfField(delivered.leaf(), 81) == Standing::kExcluded) return out.Pass();
    out.NotEvaluable(kDelivered, {"F81"});
    return;
  }
  if (!delivered.value()) return out.Pass();

  const auto given = std::count_if(view.corners().begin(), view.corners().end(),
                                   [](const ReadPosition& at) { return at.given(); });
  const auto unread =
      std::count_if(view.corners().begin(), view.corners().end(),
                    [](const ReadPosition& at) { return at.state == PositionState::kUnread; });
  const bool list_unread = view.corners().empty() && IsUnread(view.where().perimeter_listed());
  Standing corners = Standing::kLacking;
  if (given + unread >= 3 || list_unread) corners = Standing::kUnread;
  if (given >= 3) corners = Standing::kGiven;
  out.Require(corners, "F40", [] { return "where.perimeter"; });
  out.Require(view.StandingOfField(view.what().declared_total().leaf(), 71), "F71",
              [] { return "what.declared_total"; });
  out.Require(view.StandingOfField(view.laying().begun().leaf(), 80), "F80",
              [] { return "laying.begun"; });
  out.Require(view.StandingOfField(view.laying().ended().leaf(), 80), "F80",
              [] { return "laying.ended"; });
  int i = 0;
  for (const v1::OrdnanceLine& line : view.what().ordnance()) {
    out.Require(view.StandingOfField(line.model().leaf(), 61), "F61",
                [&] { return LinePlace(i, "model"); });
    // TA 1(b) asks for the self-destruction period: not excluded here.
    out.Require(StandingOf(line.life_kind().leaf(), false), "F70",
                [&] { return LinePlace(i, "life_kind"); });
    out.Require(StandingOf(line.life_days().leaf(), false), "F70",
                [&] { return LinePlace(i, "life_days"); });
    ++i;
  }
}

}  // namespace cairn::completeness
