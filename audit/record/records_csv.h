// records.csv inside a package: everything that its records say, for people with a spreadsheet and
// nothing else. One line a field:
//
//   record,path,state,raw,value
//   0,identity.row,,,A-017
//   0,identity.record_number,value,17/93,17/93
//   0,where.front_mm,value,250 m,250000
//   0,where.ties[0].bearing,value,34-50,207000000 microdegree | unit=mil_6000 | north=magnetic
//   0,what.ordnance[0].fuze,blank,,
//
// Made from the records by these functions alone, in the order of the fields' numbers, so that the
// same records always give the same bytes: a reader makes it again and compares. Plain fields have
// no state; empty ones have no line. Behind the records come the supplements ("supplement 0").
#ifndef CAIRN_AUDIT_RECORD_RECORDS_CSV_H_
#define CAIRN_AUDIT_RECORD_RECORDS_CSV_H_

#include <cstdint>
#include <string>

#include "audit/record/commitment.h"
#include "cairn/v1/package.pb.h"
#include "cairn/v1/record.pb.h"

namespace cairn::record {

void AppendRecordsCsvHeader(std::string& out);

// The lines of one record: groups 1 to 6 in the main file, group 7 in the persons' file.
void AppendRecordCsv(std::uint64_t index, const v1::MinefieldRecord& record, PackageFile file,
                     std::string& out);

// The lines of one supplement. REQUIRES: it has passed CheckSupplement.
void AppendSupplementCsv(std::uint64_t index, const v1::Supplement& supplement, std::string& out);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_RECORDS_CSV_H_
