// I-01, I-06, I-12, I-16 to I-18, I-20, I-21: is it said which paper this is, and how it was made.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"

namespace cairn::completeness {
namespace {

// A list that may be said to be empty: entries, or excluded.
Standing AnswerStanding(const v1::Leaf& listed, int entries, bool excludable) {
  return entries > 0 ? Standing::kGiven : StandingOf(listed, excludable);
}

}  // namespace

void CheckI01(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "identity.record_number";
  const v1::Text& number = view.identity().record_number();
  if (IsKnown(number) && view.rules().IsPlaceholderNumber(number.value())) {
    out.Fail(kPlace);
    return;
  }
  out.Require(view.StandingOfField(number.leaf(), 1), "F01", [&] { return kPlace; });
}

void CheckI06(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "identity.attachments";
  bool whole_unread = false;
  for (const v1::AttachmentUse& use : view.identity().attachments()) {
    if ((use.role() != "scan" && use.role() != "sketch") || !use.both_sides()) continue;
    if (use.legible() == v1::PRESENCE_VALUE) return out.Pass();
    whole_unread = whole_unread || use.legible() == v1::PRESENCE_NOT_TRANSCRIBED;
  }
  if (whole_unread) {
    out.NotEvaluable(kPlace, {"F110"});
  } else {
    out.Fail(kPlace);
  }
}

void CheckI12(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kPlace = "identity.transcription";
  const v1::IdentityGroup& identity = view.identity();
  switch (identity.transcription()) {
    case v1::TRANSCRIPTION_STATE_TWO_AGREE:
    case v1::TRANSCRIPTION_STATE_ADJUDICATED:
      return out.Pass();
    case v1::TRANSCRIPTION_STATE_TWO_DIFFER:
      for (const std::string& path : identity.differing()) out.Fail(path);
      if (identity.differing().empty()) out.Fail(kPlace);
      return;
    case v1::TRANSCRIPTION_STATE_SINGLE:
      out.Fail(kPlace);
      return;
    default:
      out.NotEvaluable(kPlace, {"F112"});
  }
}

void CheckI16(const RecordView& view, Verdicts& out) {
  out.Require(view.StandingOfField(view.where().map().declared_crs().leaf(), 23), "F23",
              [] { return "where.map.declared_crs"; });
}

void CheckI17(const RecordView& view, Verdicts& out) {
  const v1::MapReference& map = view.where().map();
  out.Require(view.StandingOfField(map.sheet().leaf(), 20), "F20",
              [] { return "where.map.sheet"; });
  out.Require(view.StandingOfField(map.scale().leaf(), 21), "F21",
              [] { return "where.map.scale"; });
  out.Require(view.StandingOfField(map.edition_year().leaf(), 22), "F22",
              [] { return "where.map.edition_year"; });
}

void CheckI18(const RecordView& view, Verdicts& out) {
  constexpr absl::string_view kSignature = "laying.signature_present";
  out.Require(view.StandingOfField(view.laying().commander_named(), 12), "F12",
              [] { return "laying.commander_named"; });
  const v1::Flag& signature = view.laying().signature_present();
  if (Says(signature, false)) {
    out.Fail(kSignature);
    return;
  }
  out.Require(view.StandingOfField(signature.leaf(), 13), "F13", [&] { return kSignature; });
}

void CheckI20(const RecordView& view, Verdicts& out) {
  const v1::MarkingGroup& marking = view.marking();
  out.Require(view.StandingOfField(marking.fence().leaf(), 90), "F90",
              [] { return "marking.fence"; });
  out.Require(view.StandingOfField(marking.signs().leaf(), 90), "F90",
              [] { return "marking.signs"; });
  out.Require(AnswerStanding(marking.lanes_listed(), marking.lanes_size(), view.Excludable(91)),
              "F91", [] { return "marking.lanes"; });
}

void CheckI21(const RecordView& view, Verdicts& out) {
  const v1::MarkingGroup& marking = view.marking();
  out.Require(
      AnswerStanding(marking.changes_listed(), marking.changes_size(), view.Excludable(100)),
      "F100", [] { return "marking.changes"; });
}

}  // namespace cairn::completeness
