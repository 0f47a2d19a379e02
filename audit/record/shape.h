// Whether a record is one at all: what must hold before anybody signs it, and what every reader of
// a package refuses. How complete or plausible it is, is audit/completeness' question.
#ifndef CAIRN_AUDIT_RECORD_SHAPE_H_
#define CAIRN_AUDIT_RECORD_SHAPE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "cairn/v1/record.pb.h"

namespace cairn::record {

inline constexpr std::size_t kMaxRecordSize = std::size_t{1} << 20;  // Serialised, all groups.

enum class Persons { kWith, kWithout };  // Whether group 7 is there to be judged.

// kInvalidArgument, naming the path, unless all of this holds:
//   - the record has at most kMaxRecordSize bytes; row is a key, area and source are handles;
//   - each leaf field has a presence (check I-22); a withholding, with ground and end, exactly with
//     WITHHELD; raw text where there is a VALUE, and none where the state says that there is none;
//   - a normalised value only with VALUE (of a Position also with DEFAULTED), within its range;
//   - entries of a list exactly where its Leaf is a VALUE;
//   - ids of entries are unique in the record; ties, intermediate markers name what exists;
//   - two transcriptions that differ, or were adjudicated, list the fields, ascending; others none;
//   - digests have 32 bytes; text is UTF-8 without control characters.
// Messages name paths and ids, never values.
absl::Status CheckRecordShape(const v1::MinefieldRecord& record, Persons persons);

// The same for one message of a leaf type, at `path`: what a supplement brings.
absl::Status CheckLeafShape(const google::protobuf::Message& message, absl::string_view path);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_SHAPE_H_
