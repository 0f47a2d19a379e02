#include "audit/record/package_format.h"

#include "absl/strings/str_format.h"

namespace cairn::record {

std::string RecordsName(std::uint64_t number) { return absl::StrFormat("records/%06d.pb", number); }

absl::string_view PackageReadme() {
  // Part of what is signed: another text is another package. Lines of at most 80 characters.
  return "This is a package of minefield records.\n"
         "\n"
         "It was sealed with age (C2SP age v1). Without any other program than age and\n"
         "tar it is opened so:\n"
         "\n"
         "    age -d -i IDENTITY PACKAGE | tar x\n"
         "\n"
         "records.csv         Every field of every record, one line each: the number of\n"
         "                    the record, the name of the field, how it stands on the\n"
         "                    paper, what is written there, and its value in whole\n"
         "                    numbers (millimetres, 1e-9 degree, 1e-6 degree of bearing).\n"
         "                    A line without a value is a gap. A GAP DOES NOT MEAN SAFE.\n"
         "                    An apostrophe before = + - @ was put there so that no\n"
         "                    spreadsheet runs the cell as a formula.\n"
         "attachments/        Scans and photos. The name of each is its SHA-256.\n"
         "records/            The same records as signed: Protocol Buffers messages\n"
         "                    (cairn.v1.PackedRecord), each behind its length in four\n"
         "                    bytes, big-endian. Each record has groups; each group has\n"
         "                    a salt, so that one can be shown and the others kept.\n"
         "supplements.pb      Later statements about records of earlier packages.\n"
         "cairn/header.pb     Handover, holding party, number of records, stated totals.\n"
         "cairn/manifest      Name, size and SHA-256 of every other file, signed by the\n"
         "                    holding party (Ed25519 over the DSSE encoding).\n"
         "\n"
         "Names of persons are not in this file unless its header says that it is the\n"
         "persons' file. To check signatures, digests and the log, use\n"
         "\n"
         "    cairn package check PACKAGE\n";
}

}  // namespace cairn::record
