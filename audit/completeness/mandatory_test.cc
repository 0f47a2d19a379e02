#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <set>
#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// What must follow when one mandatory leaf of the good example is left blank: all of it.
struct Spoiling {
  const char* place;
  std::vector<std::string> expected;
};

std::vector<Spoiling> Table() {
  return {
      {"where.map.declared_crs",
       {"C-01 where.perimeter[0].position NE F23",
        "C-01 where.perimeter[1].position NE F23",
        "C-01 where.perimeter[2].position NE F23",
        "C-01 where.perimeter[3].position NE F23",
        "C-01 where.reference_points[0].position NE F23",
        "C-01 where.reference_points[1].position NE F23",
        "C-02 where.reference_points[0].position NE F23",
        "C-02 where.reference_points[1].position NE F23",
        "C-03 where.reference_points[0].position NE F23",
        "C-03 where.reference_points[1].position NE F23",
        "C-07 where.perimeter[0] NE F23",
        "C-07 where.perimeter[1] NE F23",
        "C-09 where.perimeter NE F23",
        "C-10 where.perimeter NE F23",
        "C-11 where.perimeter NE F23",
        "C-15 layout.rows[0] NE F51",
        "C-15 layout.rows[1] NE F51",
        "C-15 layout.rows[2] NE F51",
        "C-17 where.perimeter NE F23",
        "C-19 where.reference_points[0].position NE F23",
        "C-19 where.reference_points[1].position NE F23",
        "I-02 where.reference_points NE F23",
        "I-16 where.map.declared_crs FAIL",
        "I-23 where.map.declared_crs FAIL",
        "P-02 where.perimeter NE F23",
        "P-07 where.perimeter NE F23",
        "X-08 where.perimeter NE F23"}},
      {"where.reference_points",
       {"C-02 where.reference_points NE F31", "C-03 where.reference_points NE F31",
        "C-07 where.perimeter[0] NE F31", "C-07 where.perimeter[1] NE F31",
        "C-19 where.reference_points NE F31", "I-02 where.reference_points FAIL",
        "I-03 where.reference_points NE F30", "I-23 where.reference_points FAIL"}},
      {"where.reference_points[0].position",
       {"C-01 where.reference_points[0].position NE F31",
        "C-02 where.reference_points[0].position NE F31",
        "C-03 where.reference_points[0].position NE F31", "C-07 where.perimeter[0] NE F31",
        "C-19 where.reference_points[0].position NE F31", "I-02 where.reference_points FAIL",
        "I-03 where.reference_points[0].position FAIL",
        "I-23 where.reference_points[0].position FAIL"}},
      {"where.ties",
       {"C-06 where.ties NE F33", "C-07 where.ties NE F33 F34", "C-08 where.ties NE F33 F34",
        "I-04 where.ties FAIL", "I-23 where.ties FAIL", "P-04 where.ties NE F33 F34"}},
      {"where.ties[0].bearing",
       {"C-06 where.ties[0].bearing NE F33", "C-07 where.perimeter[0] NE F33",
        "I-04 where.ties[0].bearing FAIL", "I-23 where.ties[0].bearing FAIL",
        "P-04 where.ties NE F33 F34"}},
      {"where.ties[0].distance",
       {"C-07 where.perimeter[0] NE F34", "I-04 where.ties[0].distance FAIL",
        "I-23 where.ties[0].distance FAIL", "P-04 where.ties NE F33 F34"}},
      {"where.perimeter",
       {"C-07 where.ties NE F33 F34", "C-08 where.ties NE F33 F34", "C-09 where.perimeter NE F40",
        "C-10 where.perimeter NE F40", "C-11 where.perimeter NE F40", "C-17 where.perimeter NE F40",
        "C-19 where.reference_points[0].position NE F40",
        "C-19 where.reference_points[1].position NE F40", "I-23 where.perimeter FAIL",
        "P-02 where.perimeter NE F40", "X-08 where.perimeter NE F40"}},
      {"where.perimeter[2].position",
       {"C-01 where.perimeter[2].position NE F40", "C-09 where.perimeter NE F40",
        "C-10 where.perimeter NE F40", "C-11 where.perimeter NE F40", "C-17 where.perimeter NE F40",
        "C-19 where.reference_points[0].position NE F40",
        "C-19 where.reference_points[1].position NE F40", "I-23 where.perimeter[2].position FAIL",
        "P-02 where.perimeter NE F40", "X-08 where.perimeter NE F40"}},
      {"where.front_mm",
       {"C-11 where.perimeter NE F41", "C-16 what.density_per_km NE F41",
        "I-23 where.front_mm FAIL", "P-01 what.ordnance[0] NE F41"}},
      {"where.depth_mm",
       {"C-11 where.perimeter NE F42", "C-15 where.depth_mm NE F42", "I-23 where.depth_mm FAIL"}},
      {"layout.kind", {"I-13 layout.kind NE F50", "I-23 layout.kind FAIL"}},
      {"layout.rows", {"I-13 layout.rows FAIL", "I-23 layout.rows FAIL"}},
      {"layout.rows[1].start",
       {"C-15 layout.rows[1] NE F51", "C-17 layout.rows[1].start NE F51",
        "I-13 layout.rows[1] FAIL", "I-23 layout.rows[1] FAIL"}},
      {"what.ordnance",
       {"C-12 layout.rows NE F62", "C-12 what.declared_total NE F60", "C-13 what.ordnance NE F61",
        "C-16 what.density_per_km NE F62", "C-20 laying.purpose NE F60", "I-07 what.ordnance FAIL",
        "I-08 what.ordnance NE F60", "I-09 what.ordnance NE F60", "I-10 what.ordnance NE F60",
        "I-11 what.ordnance NE F60", "I-23 what.ordnance FAIL", "P-02 where.perimeter NE F62",
        "T-02 laying NE F62", "T-06 what.ordnance NE F61"}},
      {"what.ordnance[0].category",
       {"I-07 what.ordnance[0].category FAIL", "I-23 what.ordnance[0].category FAIL"}},
      {"what.ordnance[0].model",
       {"C-13 what.ordnance[0].fuze NE F61", "I-07 what.ordnance[0].model FAIL",
        "I-23 what.ordnance[0].model FAIL", "T-06 what.ordnance[0].model NE F61"}},
      {"what.ordnance[0].count",
       {"C-12 layout.rows NE F62", "C-12 what.declared_total NE F62",
        "C-16 what.density_per_km NE F62", "I-08 what.ordnance[0].count FAIL",
        "I-23 what.ordnance[0].count FAIL", "P-01 what.ordnance[0] NE F62",
        "P-02 where.perimeter NE F62", "T-02 laying NE F62"}},
      {"what.ordnance[0].fuze",
       {"C-13 what.ordnance[0].fuze NE F63", "I-09 what.ordnance[0].fuze FAIL",
        "I-23 what.ordnance[0].fuze FAIL"}},
      {"what.ordnance[0].anti_handling.present",
       {"C-14 what.ordnance[0].anti_handling.count NE F64",
        "I-10 what.ordnance[0].anti_handling.present FAIL",
        "I-23 what.ordnance[0].anti_handling.present FAIL"}},
      {"what.ordnance[0].method",
       {"I-11 what.ordnance[0].method FAIL", "I-23 what.ordnance[0].method FAIL",
        "T-02 laying NE F68"}},
      {"what.declared_total", {"C-12 what.declared_total NE F71", "I-23 what.declared_total FAIL"}},
      {"laying.begun",
       {"I-11 laying.begun FAIL", "I-23 laying.begun FAIL", "T-01 identity.drawn_up NE F80",
        "T-01 laying.begun NE F80", "T-01 laying.ended NE F80", "T-02 laying NE F80",
        "T-03 laying NE F80"}},
      {"laying.ended",
       {"I-11 laying.ended FAIL", "I-23 laying.ended FAIL", "T-01 identity.drawn_up NE F80",
        "T-01 laying.ended NE F80", "T-02 laying NE F80", "T-03 laying NE F80"}},
      {"layout.remotely_delivered",
       {"I-15 layout.remotely_delivered NE F81", "I-23 layout.remotely_delivered FAIL"}},
  };
}

TEST(MandatoryFields, EachOneLeftBlankGivesExactlyTheseFaults) {
  for (const Spoiling& spoiling : Table()) {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, spoiling.place);
    EXPECT_THAT(SayAll(record), ::testing::ElementsAreArray(spoiling.expected)) << spoiling.place;
    EXPECT_NE(Judge(record).fill_class(), v1::FILL_CLASS_COMPLETE) << spoiling.place;
  }
}

TEST(MandatoryFields, TheTableSpoilsEveryFieldOfTheRuleSet) {
  std::set<std::string> spoiled;
  for (const Spoiling& spoiling : Table()) {
    v1::MinefieldRecord record = CompleteRecord();
    Blank(record, spoiling.place);
    const v1::RecordResult result = Judge(record);
    for (const v1::CheckResult& one : result.results()) {
      if (one.check() == "I-23") spoiled.insert(one.field());
    }
  }
  // F110 is an attachment and has no leaf (CheckI06); F70 is excluded by the model here (CheckI11);
  // F65 and F67 are asked only of what there is (CheckI14, CheckI23).
  for (const v1::FieldRule& rule : ApiiRules().message().fields()) {
    const bool counts = rule.strength() == v1::FIELD_STRENGTH_MANDATORY ||
                        rule.condition() == v1::FIELD_CONDITION_ROW_LAYOUT;
    if (!counts || rule.field() == "F110" || rule.field() == "F70") continue;
    EXPECT_TRUE(spoiled.contains(rule.field())) << rule.field();
  }
}

TEST(MandatoryFields, StrengthIsDataNotProgram) {
  const Rules rules = ApiiRulesWith([](v1::RuleSet& message) {
    for (v1::FieldRule& rule : *message.mutable_fields()) {
      if (rule.field() == "F10") {
        rule.set_strength(v1::FIELD_STRENGTH_MANDATORY);
        rule.set_paragraph("identity");
      }
      if (rule.field() == "F63") rule.set_strength(v1::FIELD_STRENGTH_OPTIONAL);
    }
  });
  v1::MinefieldRecord record = CompleteRecord();
  Blank(record, "laying.laying_unit");
  Blank(record, "what.ordnance[0].fuze");
  EXPECT_THAT(Say("I-23", record, RecordContext{}, rules), ElementsAre("laying.laying_unit FAIL"));
  EXPECT_THAT(Say("I-23", record), ElementsAre("what.ordnance[0].fuze FAIL"));
  // What a rule set does not make mandatory, no check holds against the record.
  EXPECT_THAT(Say("I-09", record, RecordContext{}, rules),
              ElementsAre("what.ordnance[0].fuze FAIL W"));
  EXPECT_THAT(Say("I-09", record), ElementsAre("what.ordnance[0].fuze FAIL"));
}

TEST(MandatoryFields, AFormOfAnotherKindMayBeAskedForOtherwise) {
  const Rules rules = ApiiRulesWith([](v1::RuleSet& message) {
    for (v1::FieldRule& rule : *message.mutable_fields()) {
      if (rule.field() != "F30") continue;
      v1::FormException& hasty = *rule.add_forms();
      hasty.set_form_kind("us_1355_1_r");
      hasty.set_strength(v1::FIELD_STRENGTH_MANDATORY);
      hasty.set_at_least(1);
    }
  });
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_reference_points()->RemoveLast();
  EXPECT_THAT(Say("I-23", record, RecordContext{}, rules),
              ElementsAre("where.reference_points FAIL"));
  EXPECT_THAT(Say("I-02", record, RecordContext{}, rules),
              ElementsAre("where.reference_points FAIL"));
  SetCode(*record.mutable_identity()->mutable_form_kind(), "us_1355_1_r");
  EXPECT_THAT(Say("I-23", record, RecordContext{}, rules), ElementsAre("PASS"));
  EXPECT_THAT(Say("I-02", record, RecordContext{}, rules), ElementsAre("PASS"));
}

// F35, F52, F65, F66: asked for by other standards.
TEST(MandatoryFields, WhatOtherStandardsAskFor) {
  const Rules rules = ApiiRulesWith([](v1::RuleSet& message) {
    for (v1::FieldRule& rule : *message.mutable_fields()) {
      const std::string& id = rule.field();
      if (id != "F35" && id != "F52" && id != "F65" && id != "F66") continue;
      rule.set_strength(v1::FIELD_STRENGTH_MANDATORY);
      rule.clear_condition();
      if (id == "F35") rule.set_strength(v1::FIELD_STRENGTH_CONDITIONAL);
      if (id == "F35") rule.set_condition(v1::FIELD_CONDITION_FAR_TIE);
      rule.set_paragraph("identity");
    }
  });
  const auto say = [&](const v1::MinefieldRecord& record) {
    return Say("I-23", record, RecordContext{}, rules);
  };
  v1::MinefieldRecord record = CompleteRecord();
  record.mutable_where()->mutable_ties(0)->mutable_distance()->set_millimetre(200'000);
  record.mutable_where()->mutable_ties(1)->mutable_distance()->set_millimetre(200'000);
  EXPECT_THAT(say(record), ElementsAre("PASS"));
  record.mutable_where()->mutable_ties(1)->mutable_distance()->set_millimetre(200'001);
  EXPECT_THAT(say(record), ElementsAre("where.ties[1] FAIL"));
  v1::ReferencePoint& marker = *record.mutable_where()->add_reference_points();
  marker = record.where().reference_points(1);
  marker.set_id("IM");
  marker.set_intermediate_of(record.where().reference_points(1).id());
  EXPECT_THAT(say(record), ElementsAre("PASS"));
  Blank(record, "layout.row_gap_mm");
  Blank(record, "what.booby_traps");
  EXPECT_THAT(say(record), ElementsAre("layout.row_gap_mm FAIL", "what.booby_traps FAIL"));
}

}  // namespace
}  // namespace cairn::completeness::testing
