// The parts of the page, top to bottom. What they share is one Writing.
#ifndef CAIRN_AUDIT_PAGE_SECTIONS_H_
#define CAIRN_AUDIT_PAGE_SECTIONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "audit/page/html.h"
#include "audit/page/lists.h"
#include "audit/page/messages.h"
#include "audit/page/page.h"

namespace cairn::page {

struct Writing {
  const PageInputs& in;
  const Messages& m;
  const std::vector<Group>& groups;
  const RecordLists& lists;
  const std::map<std::string, std::string>& area_names;  // By handle.
  Html& html;

  const v1::Report& report() const { return *in.report; }
  const v1::HandoverResult& handover() const { return in.report->handover_level(); }
  // As people call an area: the names that the outlines have for it, side by side.
  std::string Area(const std::string& handle) const;
  // A party's name if the facts have it, else its handle.
  std::string Party(const std::string& handle) const;
  void Heading(absl::string_view key) const;  // "section.<key>", with its anchor.
  // One table head; each key is a text.
  void Head(std::initializer_list<absl::string_view> keys) const;
};

// The names of the areas: the outline's name and its aliases, or the charter's name.
std::map<std::string, std::string> AreaNames(const PageInputs& inputs);
// The headline sentence in the language of the messages.
std::string HeadlineText(const v1::Report& report, const Messages& messages);

void WriteHead(const Writing& w, const std::string& report_sha256);
void WriteBasis(const Writing& w, const std::string& report_sha256);
void WriteClasses(const Writing& w);
void WriteDistricts(const Writing& w);
void WriteMines(const Writing& w);
void WriteChecks(const Writing& w);
void WriteGaps(const Writing& w);
void WriteOwed(const Writing& w);
void WriteClaims(const Writing& w);
void WriteSupplements(const Writing& w);
void WriteGround(const Writing& w);
void WriteIncidents(const Writing& w);
void WriteAssessments(const Writing& w);
void WriteHandoverChecks(const Writing& w);
void WriteMap(const Writing& w);  // REQUIRES: fields.
void WriteLists(const Writing& w);
void WriteRecords(const Writing& w);

// A row of a table of results, of a record or of the handover.
void WriteResult(const Writing& w, const v1::CheckResult& result, bool of_record);

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_SECTIONS_H_
