#include "audit/record/path.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "audit/record/field_rules.h"
#include "audit/record/field_value.h"
#include "audit/record/shape.h"
#include "audit/record/template_for_test.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::record::testing::ExampleAliases;
using ::cairn::record::testing::ExampleRecord;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::StatusCode kBadPath = absl::StatusCode::kInvalidArgument;

TEST(Path, EveryLeafIsFoundUnderThePathThatItIsVisitedWith) {
  const v1::MinefieldRecord record = ExampleRecord();
  int leaves = 0;
  ForEachLeaf(record, true, [&](const LeafVisit& visit) {
    ++leaves;
    absl::StatusOr<const google::protobuf::Message*> found = FindLeaf(record, visit.path);
    ASSERT_THAT(found, IsOk()) << visit.path;
    EXPECT_EQ(*found, &visit.message) << visit.path;
    absl::StatusOr<const google::protobuf::FieldDescriptor*> field = FieldAtPath(visit.path);
    ASSERT_THAT(field, IsOk()) << visit.path;
    EXPECT_EQ(*field, &visit.field) << visit.path;
  });
  EXPECT_GT(leaves, 100);
}

TEST(Path, WrongPathsNameThePartThatIsWrong) {
  const v1::MinefieldRecord record = ExampleRecord();
  EXPECT_THAT(FindLeaf(record, "what.ordnance[0].fuse"), StatusIs(kBadPath, HasSubstr("'fuse'")));
  EXPECT_THAT(FindLeaf(record, "what.ordnance.fuze"),
              StatusIs(kBadPath, HasSubstr("wants an index")));
  EXPECT_THAT(FindLeaf(record, "where.front_mm[0]"), StatusIs(kBadPath, HasSubstr("is no list")));
  EXPECT_THAT(FindLeaf(record, "where.map"), StatusIs(kBadPath, HasSubstr("single field")));
  EXPECT_THAT(FindLeaf(record, "where.front_mm.value"), StatusIs(kBadPath, HasSubstr("below it")));
  EXPECT_THAT(FindLeaf(record, "identity.row"), StatusIs(kBadPath, HasSubstr("not a field of")));
  for (const absl::string_view path :
       {"", ".", "where.", ".where", "where..front_mm", "where.front_mm.", "what.ordnance[0",
        "what.ordnance[].fuze", "what.ordnance[-1].fuze", "what.ordnance[00].fuze",
        "what.ordnance[0x].fuze", "what.ordnance[99999999999].fuze", "What.ordnance[0].fuze"}) {
    EXPECT_THAT(FindLeaf(record, path), StatusIs(kBadPath)) << path;
  }
  EXPECT_THAT(FindLeaf(record, std::string(300, 'a')), StatusIs(kBadPath));
  EXPECT_THAT(FindLeaf(record, "what.ordnance[1].fuze"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("only 1")));
}

TEST(Path, AMissingGroupShowsAsLeavesWithoutPresence) {
  v1::MinefieldRecord record = ExampleRecord();
  record.clear_laying();
  std::vector<std::string> without;
  ForEachLeaf(record, true, [&](const LeafVisit& visit) {
    if (LeafOf(visit.message).presence() == v1::PRESENCE_UNSPECIFIED) {
      without.emplace_back(visit.path);
    }
  });
  EXPECT_THAT(without, Contains("laying.begun"));
  EXPECT_THAT(without, Each(::testing::StartsWith("laying.")));
}

TEST(Path, GroupsAreNumberedAsInTheRecord) {
  EXPECT_EQ(GroupOfPath("identity.record_number"), 1);
  EXPECT_EQ(GroupOfPath("what.ordnance[0].fuze"), 3);
  EXPECT_EQ(GroupOfPath("persons.commander"), 7);
}

TEST(FieldRules, EveryCodeHasAList) {
  const v1::MinefieldRecord record = ExampleRecord();
  ForEachLeaf(record, true, [&](const LeafVisit& visit) {
    if (visit.kind == FieldKind::kCode) {
      EXPECT_NE(CodeListOf(visit.field), "") << visit.path;
    }
  });
}

TEST(OneCell, AFieldIsWrittenInOneCellAndReadBack) {
  const v1::MinefieldRecord record = ExampleRecord();
  const FieldContext context{ExampleAliases(), "SK42-GK8"};
  v1::Bearing bearing;
  ASSERT_THAT(
      SetFieldFromOneCell(**FieldAtPath("where.ties[0].bearing"), "34.5 | unit=degree | north=grid",
                          record.where().ties(0).bearing(), context, bearing),
      IsOk());
  EXPECT_EQ(bearing.microdegree(), 34'500'000);
  EXPECT_EQ(bearing.north(), v1::NORTH_GRID);
  EXPECT_EQ(bearing.sense(), v1::TIE_SENSE_FROM_REFERENCE);  // Taken from the old one.
  v1::Position position;
  ASSERT_THAT(SetFieldFromOneCell(**FieldAtPath("where.perimeter[0].position"),
                                  "39.99; 46.92 | crs=WGS84-GEO",
                                  record.where().perimeter(0).position(), context, position),
              IsOk());
  EXPECT_EQ(position.second(), 46'920'000'000);
  for (const absl::string_view cell : {"39.99 46.92", "[blank", "1; 2 | unit=m", "1; 2 | x"}) {
    v1::Position bad;
    EXPECT_THAT(SetFieldFromOneCell(**FieldAtPath("where.perimeter[0].position"), cell,
                                    record.where().perimeter(0).position(), context, bad),
                StatusIs(kBadPath))
        << cell;
  }
  v1::Position withheld;
  ASSERT_THAT(SetFieldFromOneCell(**FieldAtPath("where.perimeter[0].position"),
                                  "[withheld: security; withdrawal]",
                                  record.where().perimeter(0).position(), context, withheld),
              IsOk());
  EXPECT_EQ(withheld.leaf().presence(), v1::PRESENCE_WITHHELD);
}

// --- Shape: one thing spoiled each ---------------------------------------------------------------

struct SpoiledRecord {
  std::string name;
  void (*spoil)(v1::MinefieldRecord&);
  std::string message;
};

TEST(Shape, AGoodRecordPasses) {
  EXPECT_THAT(CheckRecordShape(ExampleRecord(), Persons::kWith), IsOk());
}

TEST(Shape, ASpoiledRecordIsRefusedByPath) {
  using R = v1::MinefieldRecord;
  const std::vector<SpoiledRecord> cases = {
      {"naked blank", [](R& r) { r.mutable_where()->clear_front_mm(); },
       "where.front_mm: no presence"},
      {"group gone", [](R& r) { r.clear_layout(); }, "layout.kind: no presence"},
      {"unknown presence",
       [](R& r) {
         r.mutable_where()->mutable_front_mm()->mutable_leaf()->set_presence(
             static_cast<v1::Presence>(77));
       },
       "where.front_mm: no presence"},
      {"withheld without ground",
       [](R& r) {
         r.mutable_laying()->mutable_authority()->clear_value();
         *r.mutable_laying()->mutable_authority()->mutable_leaf() = {};
         r.mutable_laying()->mutable_authority()->mutable_leaf()->set_presence(
             v1::PRESENCE_WITHHELD);
       },
       "laying.authority: withheld without ground"},
      {"ground without withholding",
       [](R& r) { r.mutable_laying()->mutable_authority()->mutable_leaf()->mutable_withholding(); },
       "not withheld"},
      {"blank with raw text",
       [](R& r) { r.mutable_marking()->mutable_remarks()->mutable_leaf()->set_raw("x"); },
       "marking.remarks: raw text, but"},
      {"value without raw text",
       [](R& r) { r.mutable_where()->mutable_front_mm()->mutable_leaf()->clear_raw(); },
       "where.front_mm: a value without raw"},
      {"list with raw text", [](R& r) { r.mutable_where()->mutable_ties_listed()->set_raw("yes"); },
       "where.ties_listed: raw text where"},
      {"blank with a value",
       [](R& r) { r.mutable_marking()->mutable_remaining_total()->set_value(7); },
       "marking.remaining_total: a normalised value"},
      {"half a position",
       [](R& r) { r.mutable_where()->mutable_perimeter(0)->mutable_position()->clear_second(); },
       "where.perimeter[0].position: first, second"},
      {"bearing of a full circle",
       [](R& r) {
         r.mutable_where()->mutable_ties(0)->mutable_bearing()->set_microdegree(360'000'000);
       },
       "beyond the circle"},
      {"minute without hour", [](R& r) { r.mutable_laying()->mutable_begun()->clear_minute(); },
       "laying.begun: precision"},
      {"minute 1440", [](R& r) { r.mutable_laying()->mutable_begun()->set_minute(1440); },
       "beyond the day"},
      {"control character",
       [](R& r) { r.mutable_laying()->mutable_authority()->mutable_leaf()->set_raw("a\x07"); },
       "U+0007"},
      {"list not listed",
       [](R& r) { r.mutable_marking()->mutable_lanes_listed()->set_presence(v1::PRESENCE_BLANK); },
       "marking.lanes_listed: there are entries"},
      {"listed but empty", [](R& r) { r.mutable_marking()->clear_lanes(); }, "has no entry"},
      {"id twice", [](R& r) { r.mutable_where()->mutable_perimeter(0)->set_id("R1"); },
       "'R1' is there twice"},
      {"no id", [](R& r) { r.mutable_what()->mutable_ordnance(0)->set_id(""); },
       "what.ordnance: an entry without"},
      {"tie from nowhere", [](R& r) { r.mutable_where()->mutable_ties(0)->set_from("A"); },
       "no reference point 'A'"},
      {"marker of itself",
       [](R& r) { r.mutable_where()->mutable_reference_points(0)->set_intermediate_of("R1"); },
       "no other reference point"},
      {"row key", [](R& r) { r.mutable_identity()->set_row("a/b"); }, "identity.row"},
      {"area", [](R& r) { r.mutable_identity()->set_area("Aghdam"); }, "identity.area"},
      {"transcription unsaid", [](R& r) { r.mutable_identity()->clear_transcription(); },
       "identity.transcription"},
      {"differing unnamed",
       [](R& r) { r.mutable_identity()->set_transcription(v1::TRANSCRIPTION_STATE_TWO_DIFFER); },
       "identity.differing: no field"},
      {"differing unsorted",
       [](R& r) {
         r.mutable_identity()->set_transcription(v1::TRANSCRIPTION_STATE_TWO_DIFFER);
         r.mutable_identity()->add_differing("where.front_mm");
         r.mutable_identity()->add_differing("what.declared_total");
       },
       "ascending"},
      {"short digest", [](R& r) { r.mutable_identity()->mutable_attachments(0)->set_sha256("x"); },
       "32 bytes"},
      {"precision word",
       [](R& r) { r.mutable_what()->mutable_ordnance(0)->set_count_precision("good"); },
       "exact, rounded"},
      {"too large",
       [](R& r) {
         r.mutable_marking()->mutable_fence()->mutable_leaf()->set_raw(std::string(1 << 20, 'x'));
       },
       "more than 1048576"},
  };
  for (const SpoiledRecord& each : cases) {
    v1::MinefieldRecord record = ExampleRecord();
    each.spoil(record);
    EXPECT_THAT(CheckRecordShape(record, Persons::kWith),
                StatusIs(kBadPath, HasSubstr(each.message)))
        << each.name;
  }
}

TEST(Shape, PersonsAreJudgedOnlyWhereTheyAre) {
  v1::MinefieldRecord record = ExampleRecord();
  record.clear_persons();
  EXPECT_THAT(CheckRecordShape(record, Persons::kWithout), IsOk());
  EXPECT_THAT(CheckRecordShape(record, Persons::kWith),
              StatusIs(kBadPath, HasSubstr("persons.commander")));
}

}  // namespace
}  // namespace cairn::record
