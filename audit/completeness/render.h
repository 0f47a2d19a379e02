// Renderings of a report, for people and programs. They are never hashed: what counts is the
// report's canonical form. Wording is neutral: counts, arithmetic, what is missing; nothing is
// called false. All functions are pure.
#ifndef CAIRN_AUDIT_COMPLETENESS_RENDER_H_
#define CAIRN_AUDIT_COMPLETENESS_RENDER_H_

#include <cstdint>
#include <string>

#include "audit/completeness/rule_set.h"
#include "cairn/v1/report.pb.h"

namespace cairn::completeness {

// One sentence: "400 formularies, 189,000 mines declared in 3 districts; 105 complete, 195
// partially filled in, 60 without information pertinent to demining, 40 contradicting themselves; 7
// districts with nothing delivered; 1,230 of 1,630 declared records outstanding." Records not read
// yet are named if there are any; so are disproofs that stand, with on whose word, and those that
// are contested.
std::string Headline(const v1::Report& report);

// "26.3 / 48.8 / 15.0 / 10.0 %": complete, partial, no information, contradicting, of the records
// that were read; one decimal, halves up, never forced to 100. Empty without records.
std::string HeadlineShares(const v1::Report& report);

// One page: headline, classes by records and mines, areas, totals, claims, requests, series,
// supplements, and how often each check failed with its paragraph. No coordinate.
std::string PlainText(const v1::Report& report, const Rules& rules);

// All of the report as JSON: field names of the message, enumerations by name, bytes as hex.
// `indent` below zero gives one line.
std::string Json(const v1::Report& report, int indent = 2);

// The gap list for the holding party: one row for each mandatory leaf that lacks, with what would
// fill it. CSV as of audit/record/csv.h.
std::string GapListCsv(const v1::Report& report, const Rules& rules);

// Every fault of every record, with paragraph and place. CSV likewise.
std::string FaultListCsv(const v1::Report& report, const Rules& rules);

// What was found on the ground, one row a record of which anything was: its class beside the
// finding state, on what a disproof rests, who found and who contests. CSV likewise.
std::string FindingListCsv(const v1::Report& report);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_RENDER_H_
