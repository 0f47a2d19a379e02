#include "audit/completeness/testing.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/completeness/calendar.h"
#include "audit/completeness/catalogue.h"
#include "audit/completeness/classes.h"
#include "audit/completeness/placeholders.h"
#include "audit/completeness/record_assessment.h"
#include "audit/record/path.h"

namespace cairn::completeness::testing {
namespace {

std::string ReadTestFile(absl::string_view name) {
  const std::string path = absl::StrCat(CAIRN_SOURCE_DIR, "/audit/completeness/rule_sets/", name);
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "cannot read " << path << "\n";
    std::abort();
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void GiveValue(v1::Leaf& leaf, absl::string_view raw) {
  leaf.Clear();
  leaf.set_presence(v1::PRESENCE_VALUE);
  leaf.set_raw(std::string(raw));
}

void Exclude(v1::Leaf& leaf) { leaf.set_presence(v1::PRESENCE_NOT_APPLICABLE); }

std::int64_t Millimetres(double metres) { return std::llround(metres * 1000); }

void AddPoint(v1::WhereGroup& where, absl::string_view id, absl::string_view kind,
              absl::string_view description, double x, double y) {
  v1::ReferencePoint& point = *where.add_reference_points();
  point.set_id(std::string(id));
  SetCode(*point.mutable_kind(), kind);
  SetText(*point.mutable_description(), description);
  SetMetres(*point.mutable_position(), x, y);
  point.mutable_position()->set_how_fixed("map");
}

void AddTie(v1::WhereGroup& where, absl::string_view from, absl::string_view to,
            std::int64_t microdegree, std::int64_t millimetre) {
  v1::Tie& tie = *where.add_ties();
  tie.set_from(std::string(from));
  tie.set_to(std::string(to));
  GiveValue(*tie.mutable_bearing()->mutable_leaf(), "as on the form");
  tie.mutable_bearing()->set_unit(v1::ANGLE_UNIT_MIL_6000);
  tie.mutable_bearing()->set_north(v1::NORTH_GRID);
  tie.mutable_bearing()->set_sense(v1::TIE_SENSE_FROM_REFERENCE);
  tie.mutable_bearing()->set_microdegree(microdegree);
  GiveValue(*tie.mutable_distance()->mutable_leaf(), "as on the form");
  tie.mutable_distance()->set_unit("m");
  tie.mutable_distance()->set_how("tape");
  tie.mutable_distance()->set_millimetre(millimetre);
}

void FillIdentity(v1::IdentityGroup& identity) {
  identity.set_exercise(true);
  identity.set_area("aghdam");
  identity.set_source("archive-1");
  identity.set_row("A-001");
  SetText(*identity.mutable_record_number(), "12-1993-17");
  SetCode(*identity.mutable_form_kind(), "formulary");
  SetCount(*identity.mutable_copy_number(), 1);
  SetCount(*identity.mutable_copy_total(), 2);
  SetDay(*identity.mutable_drawn_up(), 1993, 6, 16);
  identity.set_transcription(v1::TRANSCRIPTION_STATE_TWO_AGREE);
  v1::AttachmentUse& scan = *identity.add_attachments();
  scan.set_sha256(std::string(32, 'a'));
  scan.set_role("scan");
  scan.set_pages(2);
  scan.set_both_sides(true);
  scan.set_legible(v1::PRESENCE_VALUE);
}

constexpr double kX = 4425800;  // Corner A.
constexpr double kY = 8666800;

void FillWhere(v1::WhereGroup& where) {
  v1::MapReference& map = *where.mutable_map();
  SetText(*map.mutable_sheet(), "J-38-10-Б");
  SetCount(*map.mutable_scale(), 50000);
  SetCount(*map.mutable_edition_year(), 1978);
  SetCode(*map.mutable_declared_crs(), "SK42-GK8");
  GiveValue(*where.mutable_reference_points_listed(), "");
  AddPoint(where, "R1", "bridge", "north-east corner of the stone bridge", kX - 300, kY - 200);
  AddPoint(where, "R2", "building_corner", "pump house, south corner", kX - 100, kY + 500);
  GiveValue(*where.mutable_ties_listed(), "");
  AddTie(where, "R1", "A", 33'690'068, 360'555);
  AddTie(where, "R2", "B", 291'037'511, 278'568);
  GiveValue(*where.mutable_perimeter_listed(), "");
  const std::pair<const char*, std::pair<double, double>> corners[] = {
      {"A", {kX, kY}}, {"B", {kX, kY + 240}}, {"C", {kX + 60, kY + 240}}, {"D", {kX + 60, kY}}};
  for (const auto& [id, at] : corners) {
    v1::Corner& corner = *where.add_perimeter();
    corner.set_id(id);
    SetMetres(*corner.mutable_position(), at.first, at.second);
    corner.mutable_position()->set_how_fixed("map");
  }
  SetCount(*where.mutable_front_mm(), 240'000);
  SetCount(*where.mutable_depth_mm(), 60'000);
  SetText(*where.mutable_district(), "Агдам");
  SetText(*where.mutable_settlement(), "pump station");
}

void FillWhat(v1::WhatGroup& what) {
  GiveValue(*what.mutable_ordnance_listed(), "");
  v1::OrdnanceLine& line = *what.add_ordnance();
  line.set_id("1");
  SetCode(*line.mutable_category(), "at");
  SetCode(*line.mutable_model(), "TM-62M");
  SetCount(*line.mutable_count(), 120);
  line.set_count_precision("exact");
  SetCode(*line.mutable_fuze(), "MVCh-62");
  SetCode(*line.mutable_anti_handling()->mutable_present(), "no");
  Exclude(*line.mutable_anti_handling()->mutable_count()->mutable_leaf());
  Exclude(*line.mutable_anti_handling()->mutable_kind()->mutable_leaf());
  SetCode(*line.mutable_method(), "hand_buried");
  SetCount(*line.mutable_burial_mm(), 100);
  SetCode(*line.mutable_life_kind(), "none");
  Exclude(*line.mutable_life_days()->mutable_leaf());
  Exclude(*what.mutable_booby_traps_listed());
  SetCount(*what.mutable_declared_total(), 120);
  SetCount(*what.mutable_density_per_km(), 500);
  what.set_declared_total_precision("exact");
}

void FillLayout(v1::LayoutGroup& layout) {
  SetCode(*layout.mutable_kind(), "row");
  GiveValue(*layout.mutable_rows_listed(), "");
  for (int i = 0; i < 3; ++i) {
    v1::Row& row = *layout.add_rows();
    row.set_id(absl::StrCat("row", i + 1));
    SetMetres(*row.mutable_start(), kX + 10 + 20 * i, kY + 5);
    SetMetres(*row.mutable_end(), kX + 10 + 20 * i, kY + 235);
    SetCount(*row.mutable_spacing_mm(), 5'900);
    v1::RowMines& mines = *row.add_mines();
    SetCode(*mines.mutable_model(), "TM-62M");
    SetCount(*mines.mutable_count(), 40);
  }
  SetCount(*layout.mutable_row_gap_mm(), 20'000);
  SetFlag(*layout.mutable_remotely_delivered(), false);
  Exclude(*layout.mutable_controlled()->mutable_leaf());
}

void FillLaying(v1::LayingGroup& laying) {
  SetMinute(*laying.mutable_begun(), 1993, 6, 14, 510);
  SetMinute(*laying.mutable_ended(), 1993, 6, 14, 1140);
  SetText(*laying.mutable_laying_unit(), "12th engineer battalion");
  SetCode(*laying.mutable_purpose(), "at");
  SetFlag(*laying.mutable_signature_present(), true);
  GiveValue(*laying.mutable_commander_named(), "");
}

void FillMarking(v1::MarkingGroup& marking) {
  SetText(*marking.mutable_fence(), "one strand");
  SetText(*marking.mutable_signs(), "МИНЫ");
  Exclude(*marking.mutable_lanes_listed());
  Exclude(*marking.mutable_changes_listed());
  Exclude(*marking.mutable_remaining_total()->mutable_leaf());
}

std::string AsText(const v1::CheckResult& one) {
  if (one.outcome() == v1::OUTCOME_FAIL) {
    const v1::CheckRule* rule = ApiiRules().FindCheck(one.check());
    const bool milder = rule != nullptr && one.severity() > rule->severity();
    return absl::StrCat(one.place(), " FAIL", milder ? " W" : "");
  }
  return absl::StrCat(one.place(), " NE ", absl::StrJoin(one.missing(), " "));
}

RecordContext TestContext() {
  static const ControlHistory* const kHistory = new ControlHistory(ControlHistory::FromPeriods({}));
  RecordContext context;
  context.log_day = kLogDay;
  context.control = kHistory;
  return context;
}

RecordAssessment AssessMarked(v1::MinefieldRecord record, const RecordContext& context,
                              const Rules& rules) {
  MarkPlaceholders(rules, record);
  return AssessRecord(record, rules, context);
}

keys::Digest TestDigest(absl::string_view text) { return keys::Sha256(keys::AsBytes(text)); }

}  // namespace

const Rules& ApiiRules() {
  static const Rules* const kRules = new Rules(ApiiRulesWith([](v1::RuleSet&) {}));
  return *kRules;
}

Rules ApiiRulesWith(void (*change)(v1::RuleSet&)) {
  auto rules = Rules::FromFile("apii_1996.textproto", [](absl::string_view name) {
    return absl::StatusOr<std::string>(ReadTestFile(name));
  });
  if (rules.ok()) {
    v1::RuleSet message = rules->message();
    change(message);
    rules = Rules::FromMessage(message, DistrictsFile());
  }
  if (!rules.ok()) {
    std::cerr << rules.status().ToString() << "\n";
    std::abort();
  }
  return *std::move(rules);
}

const std::string& DistrictsFile() {
  static const std::string* const kFile = new std::string(ReadTestFile("districts.geojson"));
  return *kFile;
}

void SetCount(v1::Integer& field, std::int64_t value) {
  GiveValue(*field.mutable_leaf(), absl::StrCat(value));
  field.set_value(value);
}
void SetCode(v1::Code& field, absl::string_view code) {
  GiveValue(*field.mutable_leaf(), code);
  field.set_code(std::string(code));
}
void SetText(v1::Text& field, absl::string_view text) {
  GiveValue(*field.mutable_leaf(), text);
  field.set_value(std::string(text));
}
void SetFlag(v1::Flag& field, bool value) {
  GiveValue(*field.mutable_leaf(), value ? "yes" : "no");
  field.set_value(value);
}
void SetDay(v1::Date& field, int year, unsigned month, unsigned day, v1::DatePrecision precision) {
  GiveValue(*field.mutable_leaf(), "a date");
  field.set_precision(precision);
  field.set_day(DayOf(year, month, day));
  field.clear_minute();
}
void SetMinute(v1::Date& field, int year, unsigned month, unsigned day, int minute) {
  SetDay(field, year, month, day, v1::DATE_PRECISION_MINUTE);
  field.set_minute(minute);
}
void SetPlace(v1::Position& field, absl::string_view crs, v1::CoordinateUnit unit,
              std::int64_t first, std::int64_t second) {
  GiveValue(*field.mutable_leaf(), "two numbers");
  field.set_crs(std::string(crs));
  field.set_unit(unit);
  field.set_first(first);
  field.set_second(second);
}
void SetMetres(v1::Position& field, double x, double y) {
  SetPlace(field, "", v1::COORDINATE_UNIT_MILLIMETRE, Millimetres(x), Millimetres(y));
}

void Move(v1::MinefieldRecord& record, double north, double east) {
  const auto shift = [&](v1::Position& at) {
    at.set_first(at.first() + Millimetres(north));
    at.set_second(at.second() + Millimetres(east));
  };
  for (auto& point : *record.mutable_where()->mutable_reference_points()) {
    shift(*point.mutable_position());
  }
  for (auto& corner : *record.mutable_where()->mutable_perimeter()) {
    shift(*corner.mutable_position());
  }
  for (auto& row : *record.mutable_layout()->mutable_rows()) {
    shift(*row.mutable_start());
    shift(*row.mutable_end());
  }
}

v1::MinefieldRecord CompleteRecord() {
  v1::MinefieldRecord record;
  FillIdentity(*record.mutable_identity());
  FillWhere(*record.mutable_where());
  FillWhat(*record.mutable_what());
  FillLayout(*record.mutable_layout());
  FillLaying(*record.mutable_laying());
  FillMarking(*record.mutable_marking());
  // Whatever else a form may ask, this one has no box for.
  std::vector<std::string> untyped;
  record::ForEachLeaf(record, false, [&](const record::LeafVisit& visit) {
    if (record::LeafOf(visit.message).presence() == v1::PRESENCE_UNSPECIFIED) {
      untyped.emplace_back(visit.path);
    }
  });
  for (const std::string& path : untyped) {
    record::MutableLeafOf(**record::FindMutableLeaf(record, path))
        .set_presence(v1::PRESENCE_NO_BOX);
  }
  return record;
}

void SetPresence(v1::MinefieldRecord& record, absl::string_view place, v1::Presence presence) {
  if (place == "where.reference_points") record.mutable_where()->clear_reference_points();
  if (place == "where.ties") record.mutable_where()->clear_ties();
  if (place == "where.perimeter") record.mutable_where()->clear_perimeter();
  if (place == "what.ordnance") record.mutable_what()->clear_ordnance();
  if (place == "what.booby_traps") record.mutable_what()->clear_booby_traps();
  if (place == "layout.rows") record.mutable_layout()->clear_rows();
  if (place == "layout.mines") record.mutable_layout()->clear_mines();
  if (place == "marking.lanes") record.mutable_marking()->clear_lanes();
  if (place == "marking.changes") record.mutable_marking()->clear_changes();
  auto leaf = record::FindMutableLeaf(record, place);
  if (!leaf.ok()) leaf = record::FindMutableLeaf(record, absl::StrCat(place, "_listed"));
  if (!leaf.ok()) {
    std::cerr << "no leaf " << place << ": " << leaf.status().ToString() << "\n";
    std::abort();
  }
  google::protobuf::Message& message = **leaf;
  if (message.GetDescriptor() == v1::Leaf::descriptor()) {
    message.Clear();
    static_cast<v1::Leaf&>(message).set_presence(presence);
    return;
  }
  message.Clear();
  record::MutableLeafOf(message).set_presence(presence);
}

std::vector<std::string> Say(absl::string_view check, const v1::MinefieldRecord& record,
                             const RecordContext& context, const Rules& rules) {
  v1::MinefieldRecord marked = record;
  MarkPlaceholders(rules, marked);
  const RecordView view(marked, rules, context);
  const CheckInfo* info = FindCheckInfo(check);
  if (info == nullptr || info->run == nullptr) return {"no such check"};
  Verdicts verdicts(check, rules.FindCheck(check)->severity(), &view);
  info->run(view, verdicts);
  std::vector<std::string> out;
  for (const v1::CheckResult& one : verdicts.results()) out.push_back(AsText(one));
  if (out.empty() && verdicts.passed() > 0) out.emplace_back("PASS");
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> Say(absl::string_view check, const v1::MinefieldRecord& record) {
  return Say(check, record, TestContext());
}

std::vector<std::string> SayAll(const v1::MinefieldRecord& record) {
  std::vector<std::string> out;
  const RecordAssessment assessed = AssessMarked(record, TestContext(), ApiiRules());
  for (const v1::CheckResult& one : assessed.result.results()) {
    out.push_back(absl::StrCat(one.check(), " ", AsText(one)));
  }
  std::sort(out.begin(), out.end());
  return out;
}

v1::RecordResult Judge(const v1::MinefieldRecord& record) {
  RecordAssessment assessed = AssessMarked(record, TestContext(), ApiiRules());
  SetHeadline(ApiiRules(), assessed.result);
  return assessed.result;
}

v1::Report AssessTogether(const std::vector<v1::MinefieldRecord>& records) {
  v1::HandoverFacts facts = SmallFacts();
  v1::FactSubmission& submission =
      AddSubmission(facts, "aghdam", records.size(), 0, records.size());
  PackageInMemory package;
  for (std::size_t i = 0; i < records.size(); ++i) {
    package.Add(records[i], TestDigest(absl::StrCat("record ", i)));
  }
  const AssessedInput input{*keys::Digest::FromBytes(keys::AsBytes(submission.digest())), &package};
  AssessInputs inputs;
  inputs.rules = &ApiiRules();
  inputs.facts = &facts;
  inputs.log_origin = "example.org/log";
  inputs.packages = std::span(&input, std::size_t{1});
  absl::StatusOr<v1::Report> report = Assess(inputs);
  if (!report.ok()) {
    std::cerr << report.status().ToString() << "\n";
    std::abort();
  }
  return *std::move(report);
}

std::vector<std::string> SayTogether(absl::string_view check,
                                     const std::vector<v1::MinefieldRecord>& records) {
  std::vector<std::string> out;
  const v1::Report report = AssessTogether(records);
  for (const v1::RecordResult& record : report.records()) {
    for (const v1::CheckResult& one : record.results()) {
      if (one.check() != check) continue;
      out.push_back(absl::StrCat(record.at().record(), " ", AsText(one)));
    }
  }
  return out;
}

v1::HandoverFacts SmallFacts() {
  v1::HandoverFacts facts;
  facts.set_handover(TestDigest("handover").ToBytes());
  facts.set_name("H-TEST");
  facts.set_exercise(true);
  facts.set_at_size(40);
  facts.set_time_ms(static_cast<std::uint64_t>(kLogDay) * 86'400'000);
  *facts.mutable_rule_set() = ApiiRules().ref();
  std::uint64_t leaf = 10;
  for (const char* area : {"aghdam", "fuzuli", "jabrayil"}) {
    facts.add_areas()->set_area(area);
    v1::FactDeclaration& declaration = *facts.add_declarations();
    declaration.set_party("holder");
    declaration.set_leaf(leaf++);
    declaration.mutable_row()->set_area(area);
    declaration.mutable_row()->set_source("archive-1");
    declaration.mutable_row()->set_documents(10);
  }
  return facts;
}

v1::FactSubmission& AddSubmission(v1::HandoverFacts& facts, absl::string_view area,
                                  std::uint64_t documents, std::uint64_t mines,
                                  std::uint64_t records) {
  v1::FactSubmission& submission = *facts.add_submissions();
  const int n = facts.submissions_size();
  submission.set_leaf(20 + static_cast<std::uint64_t>(n));
  submission.set_author("holder");
  submission.set_kind(v1::PACKAGE_KIND_ORIGINAL);
  submission.set_digest(TestDigest(absl::StrCat("package ", n)).ToBytes());
  submission.set_record_count(records);
  v1::SubmissionRow& row = *submission.add_rows();
  row.set_area(std::string(area));
  row.set_source("archive-1");
  row.set_documents(documents);
  row.set_continuation(v1::CONTINUATION_LAST);
  if (mines > 0) {
    v1::CategoryCount& count = *row.add_mines();
    count.set_category(v1::MINE_CATEGORY_ANTI_TANK);
    count.set_mines(mines);
    count.set_precision(v1::PRECISION_EXACT);
  }
  return submission;
}

std::vector<std::string> SayHandover(absl::string_view check, const v1::HandoverFacts& facts) {
  absl::StatusOr<v1::HandoverResult> result = AssessHandover(ApiiRules(), facts);
  if (!result.ok()) return {result.status().ToString()};
  std::vector<std::string> out;
  for (const v1::CheckResult& one : result->results()) {
    if (one.check() == check) out.push_back(AsText(one));
  }
  return out;
}

}  // namespace cairn::completeness::testing
