// Later statements about records that were handed over: each names a record and one field, says
// what stood there and what shall stand there, and overwrites nothing.
//
// Two kinds are taken up. A gap is filled: the old value was no VALUE, the new one is (check H-08).
// A value is changed: it was a VALUE, and a reason is named (check H-09); the old one stays
// visible. Everything else is refused by whoever builds (BuildSupplement) and not taken up by
// whoever reads (ApplySupplements): then the old value stands, and the reason is listed.
#ifndef CAIRN_AUDIT_RECORD_SUPPLEMENT_H_
#define CAIRN_AUDIT_RECORD_SUPPLEMENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/merkle/types.h"
#include "audit/record/alias.h"
#include "audit/record/template.h"
#include "cairn/v1/package.pb.h"
#include "cairn/v1/record.pb.h"
#include "keys/digest.h"

namespace cairn::record {

// A record as an earlier package has it, with the supplements to it that were taken up since.
struct SuppliedRecord {
  keys::Digest package;         // Of the sealed main file.
  std::uint64_t index = 0;      // In that package.
  merkle::LeafHash commitment;  // RecordCommitment.
  v1::MinefieldRecord record;   // As it counts now: what `old` is compared with.
};

// One supplement from a row of supplements.csv. kInvalidArgument "supplements.csv:LINE: ...": the
// old cell is not what the record says (check H-08), nothing changes, a value is changed without
// reason (check H-09), a gap is filled by something that is no text, a cell does not fit the field.
absl::StatusOr<v1::Supplement> BuildSupplement(const SupplementRow& row,
                                               const SuppliedRecord& record,
                                               const AliasTable& aliases);

// The same from messages. `old_value` is taken from the record. kInvalidArgument as above.
absl::StatusOr<v1::Supplement> MakeSupplement(const SuppliedRecord& record, absl::string_view field,
                                              const google::protobuf::Message& new_value,
                                              v1::SupplementReason reason,
                                              const v1::Text& explanation);

// What shows without the record: digests of 32 bytes, a path that exists, values that are canonical
// messages of the field's type with proper shape, a reason that is known. kInvalidArgument.
// Deliberately not whether it will be taken up: what was signed is reported, not refused.
absl::Status CheckSupplement(const v1::Supplement& supplement);

// A value of a supplement, parsed: a message of the type of `field`. kInvalidArgument.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> SupplementValue(absl::string_view field,
                                                                           absl::string_view bytes);

enum class SupplementOutcome {
  kGapFilled,
  kValueChanged,
  kNotTakenUp,
};
struct SupplementResult {
  std::size_t supplement = 0;  // Index among those given.
  SupplementOutcome outcome = SupplementOutcome::kNotTakenUp;
  std::string why_not;  // Of kNotTakenUp, in a plain sentence. No values.
};

// A record with its history: what was delivered, what counts now, and how it came to that.
struct EffectiveRecord {
  v1::MinefieldRecord record;
  std::vector<SupplementResult> results;  // One a supplement, in their order.
};

// Applies supplements to a record in the order given, that of their leaves. Never fails: one that
// cannot be taken up (another record, an old value that is not what counts now, a change without
// reason, a gap filled by no VALUE, a value without proper shape) is listed, and the rest go on.
EffectiveRecord ApplySupplements(const SuppliedRecord& original,
                                 std::span<const v1::Supplement> supplements);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_SUPPLEMENT_H_
