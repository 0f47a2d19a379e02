#include "audit/completeness/catalogue.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "audit/completeness/checks.h"

namespace cairn::completeness {
namespace {

// One row a check. To add one: its function in checks.h, its row here, its rule in the rule sets,
// its line in README.md, its test.
constexpr auto kChecks = std::to_array<CheckInfo>({
    {"C-01", "Coordinates are places in the theatre.", "F23 F31 F40", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(i)", CheckC01},
    {"C-02", "Zone number, longitude and map sheet agree.", "F20 F23 F31", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(i)", CheckC02},
    {"C-03", "Positions lie on the map sheet.", "F20 F31", v1::SEVERITY_ERROR, Decider::kMachine,
     Effect::kContradictsItself, "TA 1(a)(ii)", CheckC03},
    {"C-04", "The sheet's name is one, and of the stated scale.", "F20 F21", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(ii)", CheckC04},
    {"C-05", "A point given in two systems is one place.", "F23 F31", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kContradictsItself, "charter", CheckC05},
    {"C-06", "Bearings lie in their unit's circle, as they are written.", "F25 F33",
     v1::SEVERITY_WARNING, Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(i)", CheckC06},
    {"C-07", "A corner reached by different ties is one place.", "F31 F33 F34 F40",
     v1::SEVERITY_ERROR, Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(i)", CheckC07},
    {"C-08", "No single known mistake would make an open traverse close.", "F31 F33 F34 F40",
     v1::SEVERITY_INFORMATION, Decider::kPerson, Effect::kNote, "TA 1(a)(i)", CheckC08},
    {"C-09", "The perimeter encloses an area and does not cross itself.", "F40", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(ii)", CheckC09},
    {"C-10", "No side of the perimeter is longer than a field has.", "F40", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kNote, "TA 1(a)(ii)", CheckC10},
    {"C-11", "Front and depth agree with the perimeter.", "F40 F41 F42", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(i)", CheckC11},
    {"C-12", "Lines, rows, single mines, changes and the declared total add up.",
     "F53 F54 F62 F71 F100", v1::SEVERITY_ERROR, Decider::kMachine, Effect::kContradictsItself,
     "TA 1(a)(iii)", CheckC12},
    {"C-13", "Fuse and anti-handling device are possible for the model.", "F61 F63 F64",
     v1::SEVERITY_WARNING, Decider::kMachine, Effect::kContradictsItself, "practice", CheckC13},
    {"C-14", "There are no more traps than mines, and as many booby-traps as are listed.",
     "F60 F62 F64 F65", v1::SEVERITY_ERROR, Decider::kMachine, Effect::kContradictsItself,
     "TA 1(a)(iii)", CheckC14},
    {"C-15", "Rows are as long and as many as their mines, spacing and gaps ask for.",
     "F42 F51 F52 F53", v1::SEVERITY_WARNING, Decider::kMachine, Effect::kContradictsItself,
     "TA 1(a)(iii)", CheckC15},
    {"C-16", "The declared density is the number on the front.", "F41 F62 F72",
     v1::SEVERITY_WARNING, Decider::kMachine, Effect::kContradictsItself, "practice", CheckC16},
    {"C-17", "Rows and mines lie inside the perimeter.", "F40 F51 F54", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(ii)", CheckC17},
    {"C-18", "Safe lanes are wide enough and run over no recorded mine.", "F54 F91",
     v1::SEVERITY_ERROR, Decider::kMachine, Effect::kContradictsItself, "Art. 5", CheckC18},
    {"C-19", "Reference points stand outside the field and apart.", "F31 F40", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kContradictsItself, "TA 1(a)(i)", CheckC19},
    {"C-20", "The kind of field agrees with what it holds.", "F60 F82", v1::SEVERITY_INFORMATION,
     Decider::kMachine, Effect::kNote, "practice", CheckC20},
    {"H-01", "There is a signed declaration of the holding.", "", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kNote, "Art. 9(2)", nullptr},
    {"H-02", "Declared and delivered documents agree.", "", v1::SEVERITY_ERROR, Decider::kMachine,
     Effect::kNote, "Art. 9(2)", nullptr},
    {"H-03", "Mines declared and mines counted agree.", "F62", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kNote, "Art. 9(2)", nullptr},
    {"H-04", "A claimed number is compatible with the delivered one.", "", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kNote, "charter", nullptr},
    {"H-06", "Something was delivered for each area in scope.", "", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kNote, "Art. 9(2)", nullptr},
    {"H-07", "Requests are answered when due.", "", v1::SEVERITY_WARNING, Decider::kMachine,
     Effect::kNote, "charter", nullptr},
    {"H-08", "A supplement that fills a gap fits the record.", "", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kNote, "charter", nullptr},
    {"H-09", "A supplement that replaces a value gives a reason.", "", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kNote, "custody", nullptr},
    {"H-12", "Records by class, by count of records and of mines.", "", v1::SEVERITY_INFORMATION,
     Decider::kMachine, Effect::kNote, "charter", nullptr},
    {"H-13",
     "When all was said to be delivered nothing declared was outstanding, and nothing came later.",
     "", v1::SEVERITY_WARNING, Decider::kMachine, Effect::kNote, "charter", nullptr},
    {"I-01", "The record has a number.", "F01", v1::SEVERITY_ERROR, Decider::kMachine,
     Effect::kIncomplete, "identity", CheckI01},
    {"I-02", "There are as many reference points with usable coordinates as asked for.", "F30 F31",
     v1::SEVERITY_ERROR, Decider::kMachine, Effect::kIncomplete, "TA 1(a)(i)", CheckI02},
    {"I-03", "Each reference point has coordinates and a description.", "F31 F32",
     v1::SEVERITY_WARNING, Decider::kMachine, Effect::kIncomplete, "TA 1(a)(i)", CheckI03},
    {"I-04", "Each tie has bearing, north, unit, sense and distance.", "F33 F34",
     v1::SEVERITY_ERROR, Decider::kMachine, Effect::kIncomplete, "TA 1(a)(i)", CheckI04},
    {"I-05", "The perimeter is given by three corners, or by front, depth and a tie.",
     "F40 F41 F42", v1::SEVERITY_ERROR, Decider::kMachine, Effect::kIncomplete, "TA 1(a)(ii)",
     CheckI05},
    {"I-06", "A sketch or map is there, both sides, legible.", "F110 F111", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kIncomplete, "TA 1(a)(ii)", CheckI06},
    {"I-07", "Each line has a category and a model.", "F60 F61", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kIncomplete, "TA 1(a)(iii)", CheckI07},
    {"I-08", "Each line has a number.", "F62", v1::SEVERITY_ERROR, Decider::kMachine,
     Effect::kIncomplete, "TA 1(a)(iii)", CheckI08},
    {"I-09", "Each line has a fuse.", "F63", v1::SEVERITY_ERROR, Decider::kMachine,
     Effect::kIncomplete, "TA 1(a)(iii)", CheckI09},
    {"I-10", "Anti-handling is answered for each line.", "F64", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kIncomplete, "TA 1(a)(iii)", CheckI10},
    {"I-11", "Method, life time, date and time of laying are given.", "F68 F70 F80",
     v1::SEVERITY_ERROR, Decider::kMachine, Effect::kIncomplete, "TA 1(a)(iii)", CheckI11},
    {"I-12", "Two transcriptions agree, or a third person decided.", "F112", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kNote, "custody", CheckI12},
    {"I-13", "Rows are located; where there are none, each mine is.", "F50 F51 F54",
     v1::SEVERITY_ERROR, Decider::kMachine, Effect::kIncomplete, "TA 1(a)(iii)", CheckI13},
    {"I-14", "Each booby-trap has a location and a mechanism.", "F65", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kIncomplete, "TA 1(a)(iii)", CheckI14},
    {"I-15", "A remotely delivered field has corners, totals, types, times and life time.",
     "F70 F81", v1::SEVERITY_ERROR, Decider::kMachine, Effect::kIncomplete, "TA 1(b)", CheckI15},
    {"I-16", "The coordinate system is stated.", "F23", v1::SEVERITY_ERROR, Decider::kMachine,
     Effect::kIncomplete, "TA 1(a)(i)", CheckI16},
    {"I-17", "Map sheet, scale and edition are stated.", "F20 F21 F22", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kIncomplete, "TA 1(a)(ii)", CheckI17},
    {"I-18", "A commander is named and a signature is there.", "F12 F13", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kIncomplete, "custody", CheckI18},
    {"I-19", "Declination and its year are given where a tie is magnetic.", "F24 F25 F33",
     v1::SEVERITY_WARNING, Decider::kMachine, Effect::kIncomplete, "TA 1(a)(i)", CheckI19},
    {"I-20", "Lanes and marking are answered.", "F90 F91", v1::SEVERITY_WARNING, Decider::kMachine,
     Effect::kIncomplete, "Art. 5", CheckI20},
    {"I-21", "The history of changes is answered.", "F100", v1::SEVERITY_INFORMATION,
     Decider::kMachine, Effect::kNote, "custody", CheckI21},
    {"I-22", "Every blank is typed.", "", v1::SEVERITY_ERROR, Decider::kMachine, Effect::kNote,
     "charter", CheckI22},
    {"I-23", "Every mandatory field is filled.", "", v1::SEVERITY_INFORMATION, Decider::kMachine,
     Effect::kNote, "TA 1", CheckI23},
    {"P-01", "The density is one that practice lays.", "F41 F60 F62", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kContradictsItself, "practice", CheckP01},
    {"P-02", "There is neither too little nor too much ground for a mine.", "F40 F62",
     v1::SEVERITY_WARNING, Decider::kMachine, Effect::kNote, "practice", CheckP02},
    {"P-04", "Bearings and distances are not all round numbers.", "F33 F34",
     v1::SEVERITY_INFORMATION, Decider::kMachine, Effect::kNote, "practice", CheckP04},
    {"P-05", "The ground is one in which mines can be laid.", "F40", v1::SEVERITY_INFORMATION,
     Decider::kFinding, Effect::kNote, "charter", CheckP05},
    {"P-07", "The field is located better than only roughly.", "F31 F33 F34 F40",
     v1::SEVERITY_WARNING, Decider::kMachine, Effect::kIncomplete, "charter", CheckP07},
    {"P-09", "No field holds a placeholder.", "", v1::SEVERITY_ERROR, Decider::kMachine,
     Effect::kNote, "charter", CheckP09},
    {"T-01", "Laying began, ended, was recorded and submitted in this order.", "F06 F80",
     v1::SEVERITY_ERROR, Decider::kMachine, Effect::kContradictsItself, "logic", CheckT01},
    {"T-02", "So many mines can be laid in that time.", "F62 F68 F80", v1::SEVERITY_INFORMATION,
     Decider::kMachine, Effect::kNote, "practice", CheckT02},
    {"T-03", "Nothing was laid after a cut-off date.", "F80", v1::SEVERITY_WARNING,
     Decider::kMachine, Effect::kNote, "charter", CheckT03},
    {"T-04", "In areas that changed hands the record is dated.", "F80", v1::SEVERITY_WARNING,
     Decider::kPerson, Effect::kNote, "charter", CheckT04},
    {"T-05", "No life time is over (all are treated as live).", "F70 F80", v1::SEVERITY_INFORMATION,
     Decider::kMachine, Effect::kNote, "TA 1(a)(iii)", CheckT05},
    {"T-06", "Models were in service, and mines were made, when they were laid.", "F61 F67 F80",
     v1::SEVERITY_WARNING, Decider::kMachine, Effect::kContradictsItself, "practice", CheckT06},
    {"X-01", "No other record says the same under another number.", "", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kTotals, "charter", nullptr},
    {"X-02", "No other record has nearly the same perimeter and the same count.", "F40 F62",
     v1::SEVERITY_WARNING, Decider::kPerson, Effect::kNote, "charter", nullptr},
    {"X-03", "Records of one number, unit and year say the same.", "F01 F10 F80",
     v1::SEVERITY_ERROR, Decider::kMachine, Effect::kContradictsOther, "custody", nullptr},
    {"X-04", "Number series have no gaps.", "F01 F10", v1::SEVERITY_WARNING, Decider::kMachine,
     Effect::kNote, "custody", nullptr},
    {"X-08", "The perimeter lies in the claimed district.", "F40 F44", v1::SEVERITY_ERROR,
     Decider::kMachine, Effect::kContradictsItself, "charter", CheckX08},
    {"X-09", "The field lies on the laying party's side of the line of contact.", "F40 F80",
     v1::SEVERITY_WARNING, Decider::kFinding, Effect::kNote, "charter", CheckX09},
    {"X-10", "The unit was in the area when the field was laid.", "F10 F80",
     v1::SEVERITY_INFORMATION, Decider::kFinding, Effect::kNote, "charter", CheckX10},
    {"X-15", "No scan serves several records.", "F02 F111", v1::SEVERITY_WARNING, Decider::kMachine,
     Effect::kNote, "custody", nullptr},
});

struct FieldName {
  int number;
  absl::string_view title;
};
constexpr auto kFieldNames = std::to_array<FieldName>({
    {1, "record number"},
    {2, "kind of form"},
    {3, "copy n of m"},
    {4, "sheet n of m"},
    {5, "secrecy marking"},
    {6, "date drawn up"},
    {7, "replaces"},
    {8, "archive reference"},
    {10, "laying unit"},
    {11, "authority"},
    {12, "commander"},
    {13, "signature"},
    {14, "recorder"},
    {15, "accepted by"},
    {20, "map sheet"},
    {21, "map scale"},
    {22, "map series and edition"},
    {23, "coordinate system"},
    {24, "declination"},
    {25, "convergence and correction"},
    {30, "reference points"},
    {31, "reference point: coordinates"},
    {32, "reference point: description"},
    {33, "tie: bearing"},
    {34, "tie: distance"},
    {35, "intermediate markers"},
    {40, "perimeter"},
    {41, "front"},
    {42, "depth"},
    {43, "area"},
    {44, "district and settlement"},
    {50, "layout"},
    {51, "rows"},
    {52, "spacing"},
    {53, "mines per row"},
    {54, "place of each mine"},
    {60, "category"},
    {61, "model"},
    {62, "number by model"},
    {63, "fuse"},
    {64, "anti-handling"},
    {65, "booby-traps"},
    {66, "tripwires"},
    {67, "production marks"},
    {68, "emplacing method"},
    {69, "burial"},
    {70, "life time"},
    {71, "declared total"},
    {72, "density"},
    {80, "date and time of laying"},
    {81, "remotely delivered"},
    {82, "purpose"},
    {83, "controlled field"},
    {90, "fence and signs"},
    {91, "safe lanes"},
    {92, "observed by"},
    {100, "changes"},
    {101, "transfer"},
    {110, "sketch or map"},
    {111, "scans"},
    {112, "transcription"},
    {120, "class on the ground"},
});

}  // namespace

Effect EffectOf(const CheckInfo& info) {
  return info.decider == Decider::kMachine ? info.effect : Effect::kNote;
}

std::span<const CheckInfo> Catalogue() { return kChecks; }

const CheckInfo* FindCheckInfo(absl::string_view id) {
  const auto it =
      std::lower_bound(kChecks.begin(), kChecks.end(), id,
                       [](const CheckInfo& a, absl::string_view b) { return a.id < b; });
  return it != kChecks.end() && it->id == id ? &*it : nullptr;
}

int FieldNumber(absl::string_view field) {
  if (field.size() < 3 || field.size() > 4 || field[0] != 'F') return 0;
  int number = 0;
  for (const char c : field.substr(1)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + (c - '0');
  }
  return FieldTitle(number).empty() || FieldId(number) != field ? 0 : number;
}

std::string FieldId(int number) { return absl::StrCat("F", number < 10 ? "0" : "", number); }

absl::string_view FieldTitle(int number) {
  for (const FieldName& name : kFieldNames) {
    if (name.number == number) return name.title;
  }
  return {};
}

}  // namespace cairn::completeness
