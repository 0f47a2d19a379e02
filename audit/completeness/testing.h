// What the tests of this folder (and of those above) share: the one good example, and short ways to
// spoil it and to say what the checks found.
#ifndef CAIRN_AUDIT_COMPLETENESS_TESTING_H_
#define CAIRN_AUDIT_COMPLETENESS_TESTING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "audit/completeness/control_history.h"
#include "audit/completeness/engine.h"
#include "audit/completeness/record_view.h"
#include "audit/completeness/rule_set.h"
#include "cairn/v1/record.pb.h"

namespace cairn::completeness::testing {

// rule_sets/apii_1996.textproto, as it stands in the source tree. Loaded once.
const Rules& ApiiRules();
// The same after `change`, for thresholds and severities of a test's own.
Rules ApiiRulesWith(void (*change)(v1::RuleSet&));
// The bytes of rule_sets/districts.geojson.
const std::string& DistrictsFile();

// A complete record under AP II 1996: 120 TM-62M in three rows near Aghdam, SK-42 Gauss-Kruger zone
// 8, map 1:50,000; two reference points, two ties, four corners A to D of 240 m by 60 m; laid on
// 14 June 1993, drawn up on the 16th. Every check passes or has nothing to say.
v1::MinefieldRecord CompleteRecord();

// The log's day that tests assess at: 6 August 2021.
inline constexpr std::int32_t kLogDay = 18845;

// A leaf as it would be after its box was left blank, or otherwise. Lists by their own path
// ("where.ties"): the entries go too. REQUIRES: the path exists.
void SetPresence(v1::MinefieldRecord& record, absl::string_view place, v1::Presence presence);
inline void Blank(v1::MinefieldRecord& record, absl::string_view place) {
  SetPresence(record, place, v1::PRESENCE_BLANK);
}
inline void Unread(v1::MinefieldRecord& record, absl::string_view place) {
  SetPresence(record, place, v1::PRESENCE_NOT_TRANSCRIBED);
}

void SetCount(v1::Integer& field, std::int64_t value);
void SetCode(v1::Code& field, absl::string_view code);
void SetText(v1::Text& field, absl::string_view text);
void SetFlag(v1::Flag& field, bool value);
void SetDay(v1::Date& field, int year, unsigned month, unsigned day,
            v1::DatePrecision precision = v1::DATE_PRECISION_DAY);
void SetMinute(v1::Date& field, int year, unsigned month, unsigned day, int minute);
// Metres: northing and easting in the record's system.
void SetMetres(v1::Position& field, double x, double y);
void SetPlace(v1::Position& field, absl::string_view crs, v1::CoordinateUnit unit,
              std::int64_t first, std::int64_t second);
// Moves every position of the record by so many metres.
void Move(v1::MinefieldRecord& record, double north, double east);

// What one check says about a record that did not pass: "where.ties FAIL", "where.ties FAIL W"
// where milder than the rule set's severity, "where.ties NE F33", sorted; {"PASS"} if all passed,
// {} if it said nothing. Cross-record and handover checks say nothing here.
std::vector<std::string> Say(absl::string_view check, const v1::MinefieldRecord& record);
std::vector<std::string> Say(absl::string_view check, const v1::MinefieldRecord& record,
                             const RecordContext& context, const Rules& rules = ApiiRules());
// What all checks on the single record say: "I-04 where.ties FAIL", sorted.
std::vector<std::string> SayAll(const v1::MinefieldRecord& record);

// The record's classes, as an assessment of it alone gives them.
v1::RecordResult Judge(const v1::MinefieldRecord& record);

// An assessment of records of one package. The facts name area and source of each record, and say
// 1 document each. Fails the test if there is an error.
v1::Report AssessTogether(const std::vector<v1::MinefieldRecord>& records);
// "X-01 1  FAIL": check, record index, place, outcome, of one check across records.
std::vector<std::string> SayTogether(absl::string_view check,
                                     const std::vector<v1::MinefieldRecord>& records);

// Facts of a small handover: three areas, one declaration, nothing delivered.
v1::HandoverFacts SmallFacts();
v1::FactSubmission& AddSubmission(v1::HandoverFacts& facts, absl::string_view area,
                                  std::uint64_t documents, std::uint64_t mines,
                                  std::uint64_t records);
// What the handover's checks say: "H-02 area/aghdam FAIL".
std::vector<std::string> SayHandover(absl::string_view check, const v1::HandoverFacts& facts);

}  // namespace cairn::completeness::testing

#endif  // CAIRN_AUDIT_COMPLETENESS_TESTING_H_
