// Rules for single fields, the same in every body and in what asks a person for one. Pure.
#ifndef CAIRN_AUDIT_LEDGER_FIELDS_H_
#define CAIRN_AUDIT_LEDGER_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cairn/v1/common.pb.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::ledger {

// What is wrong with a field, without saying which: the caller knows its path, and builds it only
// when something is wrong. Nothing: the field is as it should be.
struct Complaint {
  std::string message;
  std::string remedy;
};
using MaybeComplaint = std::optional<Complaint>;

// 1 to 63 of a-z 0-9 and '-', beginning and ending with a letter or digit.
MaybeComplaint CheckHandle(absl::string_view handle);
// 1 to 200 bytes without control characters. That it is UTF-8 was seen before.
MaybeComplaint CheckName(absl::string_view name);
MaybeComplaint CheckDigest(absl::string_view bytes);         // Exactly 32 bytes.
MaybeComplaint CheckDigestOrEmpty(absl::string_view bytes);  // 32 bytes, or absent.
MaybeComplaint CheckAnnex(const v1::AnnexRef& annex);        // Digest and size, both.
MaybeComplaint CheckChosen(int enum_value);                  // Not UNSPECIFIED.
MaybeComplaint CheckCount(std::uint64_t count, std::uint64_t least, std::uint64_t most);
MaybeComplaint CheckPolicyText(absl::string_view text);
// Categories ascending, none twice, each with a precision that goes with a number.
MaybeComplaint CheckMines(const google::protobuf::RepeatedPtrField<v1::CategoryCount>& mines);
MaybeComplaint CheckQuantity(const v1::Quantity& quantity);
MaybeComplaint CheckWithholding(const v1::Withholding& withholding);

// Ascending, none twice, none UNSPECIFIED; `least` at least.
template <typename Enums>
MaybeComplaint CheckAscendingEnums(const Enums& values, int least) {
  if (values.size() < least) return Complaint{"it is empty", "Give at least one."};
  int last = 0;
  for (const int value : values) {
    if (value <= last) {
      return Complaint{
          "its values are not in ascending order, or one is there twice or unspecified",
          "List each value once, in the order of their numbers."};
    }
    last = value;
  }
  return std::nullopt;
}

// Each 32 bytes, ascending, none twice.
MaybeComplaint CheckAscendingDigests(const google::protobuf::RepeatedPtrField<std::string>& digests,
                                     std::size_t least, std::size_t most);

// Whether the handles are some of `all`, in the order of `all`, none twice.
MaybeComplaint CheckSubsetInOrder(const google::protobuf::RepeatedPtrField<std::string>& handles,
                                  const std::vector<absl::string_view>& all);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_FIELDS_H_
