// T-01, T-03, T-04: do the dates follow each other, and what do they mean for this handover.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "audit/completeness/calendar.h"
#include "audit/completeness/checks.h"

namespace cairn::completeness {
namespace {

constexpr absl::string_view kBegun = "laying.begun";
constexpr absl::string_view kEnded = "laying.ended";
constexpr absl::string_view kDrawnUp = "identity.drawn_up";

// A date that must not lie certainly before some others.
class OrderCheck {
 public:
  explicit OrderCheck(std::optional<Span> later) : later_(later) {}

  void NotBefore(const std::optional<Span>& earlier, absl::string_view missing) {
    if (!earlier.has_value()) {
      missing_.emplace_back(missing);
    } else if (later_.has_value() && earlier->CertainlyAfter(*later_)) {
      fails_ = true;
    }
  }
  void NotAfterLog(const RecordContext& context) {
    if (!context.log_day.has_value()) {
      missing_.emplace_back("time of the log");
    } else if (later_.has_value() &&
               later_->CertainlyAfter(WholeDay(*context.log_day + kDaysOfGrace))) {
      fails_ = true;
    }
  }
  void Conclude(absl::string_view place, absl::string_view own_field, Verdicts& out) {
    if (!later_.has_value()) missing_.emplace_back(own_field);
    if (fails_) {
      out.Fail(place);
    } else if (!missing_.empty()) {
      out.NotEvaluable(place, std::move(missing_));
    } else {
      out.Pass();
    }
  }

 private:
  static constexpr std::int32_t kDaysOfGrace = 1;  // The paper has local days, the log has UTC.

  std::optional<Span> later_;
  std::vector<std::string> missing_;
  bool fails_ = false;
};

}  // namespace

void CheckT01(const RecordView& view, Verdicts& out) {
  const std::optional<Span> begun = SpanOf(view.laying().begun());
  const std::optional<Span> ended = SpanOf(view.laying().ended());
  const std::optional<Span> drawn_up = SpanOf(view.identity().drawn_up());

  OrderCheck first(begun);
  first.NotAfterLog(view.context());
  first.Conclude(kBegun, "F80", out);

  OrderCheck second(ended);
  second.NotBefore(begun, "F80");
  second.NotAfterLog(view.context());
  second.Conclude(kEnded, "F80", out);

  OrderCheck third(drawn_up);
  third.NotBefore(begun, "F80");
  third.NotBefore(ended, "F80");
  third.NotAfterLog(view.context());
  third.Conclude(kDrawnUp, "F06", out);
}

void CheckT03(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "laying";
  const std::optional<Span> begun = SpanOf(view.laying().begun());
  const std::optional<Span> ended = SpanOf(view.laying().ended());
  bool applies = false;
  bool after = false;
  bool open = !begun.has_value() || !ended.has_value();
  for (const v1::CutOff& cut_off : view.rules().message().cut_offs()) {
    const auto& areas = cut_off.areas();
    if (!areas.empty() && std::find(areas.begin(), areas.end(), view.area()) == areas.end()) {
      continue;
    }
    applies = true;
    const Span last_day = WholeDay(cut_off.day());
    for (const std::optional<Span>& date : {begun, ended}) {
      if (!date.has_value()) continue;
      after = after || date->CertainlyAfter(last_day);
      open = open || (date->first <= last_day.last && date->last > last_day.last);
    }
  }
  if (!applies) return;
  if (after) {
    out.Fail(kPlace);
  } else if (open) {
    out.NotEvaluable(kPlace, {"F80"});
  } else {
    out.Pass();
  }
}

void CheckT04(const RecordView& view, Verdicts& out) {
  const v1::Date& begun = view.laying().begun();
  const v1::Date& ended = view.laying().ended();
  if (IsKnown(begun) || IsKnown(ended)) return out.Pass();
  if (IsUnread(begun.leaf()) || IsUnread(ended.leaf())) {
    out.NotEvaluable(kBegun, {"F80"});
  } else if (view.context().control == nullptr) {
    out.NotEvaluable(kBegun, {"control history"});
  } else if (view.context().control->ChangedHands(view.area())) {
    out.Fail(kBegun);
  } else {
    out.Pass();
  }
}

}  // namespace cairn::completeness
