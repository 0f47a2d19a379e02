#include "audit/record/supplement.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/record/cell.h"
#include "audit/record/csv.h"
#include "audit/record/field_value.h"
#include "audit/record/path.h"
#include "audit/record/shape.h"
#include "audit/record/text.h"
#include "audit/statement/canonical.h"

namespace cairn::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kMaxSupplementValue = std::size_t{256} * 1024;

struct ReasonName {
  absl::string_view name;
  v1::SupplementReason reason;
};
constexpr std::array<ReasonName, 5> kReasonNames = {{
    {"gap_filled", v1::SUPPLEMENT_REASON_GAP_FILLED},
    {"read_wrong", v1::SUPPLEMENT_REASON_READ_WRONG},
    {"other_copy", v1::SUPPLEMENT_REASON_OTHER_COPY},
    {"paper_wrong", v1::SUPPLEMENT_REASON_PAPER_WRONG},
    {"confirms_proposal", v1::SUPPLEMENT_REASON_CONFIRMS_PROPOSAL},
}};

std::unique_ptr<Message> NewValue(const FieldDescriptor& field) {
  return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()
                                      ->GetPrototype(field.message_type())
                                      ->New());
}

// The rules of H-08 and H-09. OK, or the sentence why it is not taken up.
absl::Status JudgeChange(const Message& old_value, const Message& new_value,
                         v1::SupplementReason reason) {
  const bool had_value = LeafOf(old_value).presence() == v1::PRESENCE_VALUE;
  const bool has_value = LeafOf(new_value).presence() == v1::PRESENCE_VALUE;
  if (KindOf(*old_value.GetDescriptor()) == FieldKind::kLeaf) {
    return absl::InvalidArgumentError(
        "a list or a name kept elsewhere cannot be supplemented; hand the record over again");
  }
  if (had_value && reason == v1::SUPPLEMENT_REASON_UNSPECIFIED) {
    return absl::InvalidArgumentError("it changes a value without a reason; name one (check H-09)");
  }
  if (had_value && reason == v1::SUPPLEMENT_REASON_GAP_FILLED) {
    return absl::InvalidArgumentError(
        "it changes a value, but its reason is a gap; there was none (check H-09)");
  }
  if (!had_value && !has_value) {
    return absl::InvalidArgumentError(
        "it fills a gap with something that is no value (check H-08)");
  }
  if (SaysTheSame(old_value, new_value)) {
    return absl::InvalidArgumentError("it says what stands there already");
  }
  return absl::OkStatus();
}

absl::Status RowError(const SupplementRow& row, absl::string_view column, absl::string_view what) {
  return CellError("supplements.csv", row.line, column, what);
}

absl::StatusOr<v1::SupplementReason> ParseReason(const std::string& word) {
  if (word == kNotStated) return v1::SUPPLEMENT_REASON_UNSPECIFIED;
  for (const ReasonName& known : kReasonNames) {
    if (word == known.name) return known.reason;
  }
  return absl::InvalidArgumentError(
      "expected gap_filled, read_wrong, other_copy, paper_wrong, confirms_proposal or [not "
      "stated]");
}

// Of a record field that no rule set speaks of.
const FieldDescriptor& ExplanationField() {
  return *v1::Supplement::descriptor()->FindFieldByNumber(v1::Supplement::kExplanationFieldNumber);
}

absl::Status ApplyOne(const SuppliedRecord& original, const v1::Supplement& supplement,
                      v1::MinefieldRecord& record, SupplementOutcome& outcome) {
  if (absl::Status status = CheckSupplement(supplement); !status.ok()) return status;
  if (supplement.package() != original.package.ToBytes() ||
      supplement.record_index() != original.index ||
      supplement.record_commitment() != original.commitment.digest.ToBytes()) {
    return absl::InvalidArgumentError("it names another record");
  }
  absl::StatusOr<const Message*> current = FindLeaf(record, supplement.field());
  if (!current.ok()) return current.status();
  // Bytes are compared: both are canonical, so that equal messages are equal bytes.
  if (statement::SerializeTrusted(**current) != supplement.old_value()) {
    return absl::InvalidArgumentError("what it calls the old value is not what counts now");
  }
  absl::StatusOr<std::unique_ptr<Message>> next =
      SupplementValue(supplement.field(), supplement.new_value());
  if (!next.ok()) return next.status();
  const bool had_value = LeafOf(**current).presence() == v1::PRESENCE_VALUE;
  absl::Status judged = JudgeChange(**current, **next, supplement.reason());
  if (!judged.ok()) return judged;
  absl::StatusOr<Message*> place = FindMutableLeaf(record, supplement.field());
  if (!place.ok()) return place.status();
  (*place)->CopyFrom(**next);
  outcome = had_value ? SupplementOutcome::kValueChanged : SupplementOutcome::kGapFilled;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Message>> SupplementValue(absl::string_view field,
                                                         absl::string_view bytes) {
  absl::StatusOr<const FieldDescriptor*> descriptor = FieldAtPath(field);
  if (!descriptor.ok()) return descriptor.status();
  std::unique_ptr<Message> value = NewValue(**descriptor);
  absl::Status status =
      statement::ParseCanonical(keys::AsBytes(bytes), *value, {.max_bytes = kMaxSupplementValue});
  if (!status.ok()) return status;
  return value;
}

absl::Status CheckSupplement(const v1::Supplement& supplement) {
  if (supplement.package().size() != keys::kDigestSize ||
      supplement.record_commitment().size() != keys::kDigestSize) {
    return absl::InvalidArgumentError("a supplement names package and record by 32 bytes each");
  }
  if (!v1::SupplementReason_IsValid(supplement.reason())) {
    return absl::InvalidArgumentError("a supplement with an unknown reason");
  }
  for (const auto& [name, bytes] :
       {std::pair<absl::string_view, const std::string*>{"old_value", &supplement.old_value()},
        {"new_value", &supplement.new_value()}}) {
    absl::StatusOr<std::unique_ptr<Message>> value = SupplementValue(supplement.field(), *bytes);
    if (!value.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": ", value.status().message()));
    }
    absl::Status status = CheckLeafShape(**value, absl::StrCat(supplement.field(), " ", name));
    if (!status.ok()) return status;
  }
  return CheckLeafShape(supplement.explanation(), "explanation");
}

absl::StatusOr<v1::Supplement> MakeSupplement(const SuppliedRecord& record, absl::string_view field,
                                              const Message& new_value, v1::SupplementReason reason,
                                              const v1::Text& explanation) {
  absl::StatusOr<const Message*> old_value = FindLeaf(record.record, field);
  if (!old_value.ok()) return old_value.status();
  if ((*old_value)->GetDescriptor() != new_value.GetDescriptor()) {
    return absl::InvalidArgumentError(
        absl::StrCat("field path '", field, "': the new value has another type"));
  }
  if (absl::Status status = JudgeChange(**old_value, new_value, reason); !status.ok()) {
    return status;
  }
  const bool had_value = LeafOf(**old_value).presence() == v1::PRESENCE_VALUE;
  v1::Supplement out;
  out.set_package(record.package.ToBytes());
  out.set_record_commitment(record.commitment.digest.ToBytes());
  out.set_record_index(record.index);
  out.set_field(std::string(field));
  out.set_old_value(statement::SerializeTrusted(**old_value));
  out.set_new_value(statement::SerializeTrusted(new_value));
  out.set_reason(!had_value && reason == v1::SUPPLEMENT_REASON_UNSPECIFIED
                     ? v1::SUPPLEMENT_REASON_GAP_FILLED
                     : reason);
  *out.mutable_explanation() = explanation;
  if (absl::Status status = CheckSupplement(out); !status.ok()) return status;
  return out;
}

absl::StatusOr<v1::Supplement> BuildSupplement(const SupplementRow& row,
                                               const SuppliedRecord& record,
                                               const AliasTable& aliases) {
  absl::StatusOr<const Message*> current = FindLeaf(record.record, row.field);
  if (!current.ok()) return RowError(row, "field", current.status().message());
  const FieldDescriptor& field = **FieldAtPath(row.field);
  const FieldContext context{aliases, record.record.where().map().declared_crs().code()};
  std::unique_ptr<Message> old_value(NewValue(field));
  absl::Status status = SetFieldFromOneCell(field, row.old_cell, **current, context, *old_value);
  if (!status.ok()) return RowError(row, "old", status.message());
  if (!SaysTheSame(*old_value, **current)) {
    return RowError(row, "old", "this is not what the record says there");
  }
  std::unique_ptr<Message> new_value(NewValue(field));
  status = SetFieldFromOneCell(field, row.new_cell, **current, context, *new_value);
  if (!status.ok()) return RowError(row, "new", status.message());
  absl::StatusOr<v1::SupplementReason> reason = ParseReason(row.reason);
  if (!reason.ok()) return RowError(row, "reason", reason.status().message());
  v1::Text explanation;
  FieldCells cells;
  cells.first = row.explanation;
  status = SetField(ExplanationField(), cells, context, explanation);
  if (!status.ok()) return RowError(row, "explanation", status.message());
  absl::StatusOr<v1::Supplement> made =
      MakeSupplement(record, row.field, *new_value, *reason, explanation);
  if (!made.ok()) return RowError(row, "new", made.status().message());
  return made;
}

EffectiveRecord ApplySupplements(const SuppliedRecord& original,
                                 std::span<const v1::Supplement> supplements) {
  EffectiveRecord out{original.record, {}};
  for (std::size_t i = 0; i < supplements.size(); ++i) {
    SupplementResult result;
    result.supplement = i;
    absl::Status status = ApplyOne(original, supplements[i], out.record, result.outcome);
    if (!status.ok()) result.why_not = std::string(status.message());
    out.results.push_back(std::move(result));
  }
  return out;
}

}  // namespace cairn::record
