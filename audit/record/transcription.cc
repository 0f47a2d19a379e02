#include "audit/record/transcription.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/record/cell.h"
#include "audit/record/field_value.h"
#include "audit/record/path.h"
#include "audit/record/shape.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What the reader sets, or only the first transcription has.
bool IsCompared(const FieldDescriptor& field) {
  if (field.containing_type() != v1::IdentityGroup::descriptor()) return true;
  switch (field.number()) {
    case v1::IdentityGroup::kTranscriptionFieldNumber:
    case v1::IdentityGroup::kDifferingFieldNumber:
    case v1::IdentityGroup::kAttachmentsFieldNumber:
      return false;
    default:
      return true;
  }
}

bool PlainFieldsEqual(const Message& a, const Message& b, const FieldDescriptor& field) {
  google::protobuf::util::MessageDifferencer differencer;
  return differencer.CompareWithFields(a, b, {&field}, {&field});
}

void CompareMessages(const Message& a, const Message& b, const std::string& prefix,
                     std::vector<std::string>& out);

void CompareEntry(const Message& a, const Message& b, FieldKind kind, const std::string& path,
                  std::vector<std::string>& out) {
  if (kind == FieldKind::kMessage) {
    CompareMessages(a, b, path, out);
  } else if (!SaysTheSame(a, b)) {
    out.push_back(path);
  }
}

void CompareLists(const Message& a, const Message& b, const Field& field, const std::string& path,
                  std::vector<std::string>& out) {
  const int count = a.GetReflection()->FieldSize(a, field.descriptor);
  if (count != b.GetReflection()->FieldSize(b, field.descriptor)) {
    out.push_back(path);
    return;
  }
  for (int i = 0; i < count; ++i) {
    CompareEntry(a.GetReflection()->GetRepeatedMessage(a, field.descriptor, i),
                 b.GetReflection()->GetRepeatedMessage(b, field.descriptor, i), field.kind,
                 absl::StrCat(path, "[", i, "]"), out);
  }
}

void CompareMessages(const Message& a, const Message& b, const std::string& prefix,
                     std::vector<std::string>& out) {
  for (const Field& field : FieldsOf(*a.GetDescriptor())) {
    if (!IsCompared(*field.descriptor)) continue;
    const std::string path =
        prefix.empty() ? std::string(field.name) : absl::StrCat(prefix, ".", field.name);
    if (field.kind == FieldKind::kPlain) {
      if (!PlainFieldsEqual(a, b, *field.descriptor)) out.push_back(path);
    } else if (field.repeated) {
      CompareLists(a, b, field, path, out);
    } else if (field.descriptor->number() != v1::MinefieldRecord::kPersonsFieldNumber ||
               a.GetDescriptor() != v1::MinefieldRecord::descriptor()) {
      CompareEntry(a.GetReflection()->GetMessage(a, field.descriptor),
                   b.GetReflection()->GetMessage(b, field.descriptor), field.kind, path, out);
    }
  }
}

absl::Status AdjudicationError(const Adjudication& decision, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("adjudicated.csv:", decision.line, ": field '", decision.field, "': ", what));
}

// The message that holds the field at `path`, and the field: also for lists and plain fields, which
// FindLeaf does not name. The paths are ours, so that they exist in `record`.
std::pair<Message*, const FieldDescriptor*> HolderOf(v1::MinefieldRecord& record,
                                                     absl::string_view path, int& index) {
  Message* at = &record;
  for (;;) {
    const std::size_t end = path.find('.');
    absl::string_view step = path.substr(0, end);
    index = -1;
    if (const std::size_t bracket = step.find('['); bracket != absl::string_view::npos) {
      index = 0;
      for (const char c : step.substr(bracket + 1, step.size() - bracket - 2)) {
        index = index * 10 + (c - '0');
      }
      step = step.substr(0, bracket);
    }
    const FieldDescriptor* field = at->GetDescriptor()->FindFieldByName(std::string(step));
    if (end == absl::string_view::npos) return {at, field};
    path.remove_prefix(end + 1);
    at = index >= 0 ? at->GetReflection()->MutableRepeatedMessage(at, field, index)
                    : at->GetReflection()->MutableMessage(at, field);
  }
}

// Makes the field at `path` of `to` what it is in `from`.
void CopyField(v1::MinefieldRecord& from, absl::string_view path, v1::MinefieldRecord& to) {
  int index = -1;
  const auto [source, field] = HolderOf(from, path, index);
  const auto [target, same_field] = HolderOf(to, path, index);
  if (index >= 0) {
    target->GetReflection()
        ->MutableRepeatedMessage(target, same_field, index)
        ->CopyFrom(source->GetReflection()->GetRepeatedMessage(*source, field, index));
    return;
  }
  // A copy with only this field in it, swapped in.
  std::unique_ptr<Message> copy(source->New());
  copy->CopyFrom(*source);
  target->GetReflection()->SwapFields(target, copy.get(), {same_field});
}

absl::Status Decide(const Adjudication& decision, const v1::MinefieldRecord& second,
                    const AliasTable& aliases, v1::MinefieldRecord& merged) {
  const std::string word = WordKey(decision.value);
  if (word == "[first]") return absl::OkStatus();
  if (word == "[second]") {
    v1::MinefieldRecord source = second;
    CopyField(source, decision.field, merged);
    return absl::OkStatus();
  }
  absl::StatusOr<Message*> field = FindMutableLeaf(merged, decision.field);
  if (!field.ok()) {
    return AdjudicationError(decision, "of this field only [first] or [second] can be taken");
  }
  std::unique_ptr<Message> value((*field)->New());
  const FieldContext context{aliases, merged.where().map().declared_crs().code()};
  absl::Status status =
      SetFieldFromOneCell(**FieldAtPath(decision.field), decision.value, **field, context, *value);
  if (!status.ok()) return AdjudicationError(decision, status.message());
  (*field)->CopyFrom(*value);
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> DifferingFields(const v1::MinefieldRecord& first,
                                         const v1::MinefieldRecord& second) {
  std::vector<std::string> out;
  CompareMessages(first, second, "", out);
  std::sort(out.begin(), out.end());
  return out;
}

absl::StatusOr<v1::MinefieldRecord> MergeTranscriptions(
    const v1::MinefieldRecord& first, const v1::MinefieldRecord& second,
    const std::vector<Adjudication>& adjudications, const AliasTable& aliases) {
  v1::MinefieldRecord merged = first;
  const std::vector<std::string> differing = DifferingFields(first, second);
  std::vector<std::string> open = differing;
  for (const Adjudication& decision : adjudications) {
    const auto at = std::find(open.begin(), open.end(), decision.field);
    if (at == open.end()) {
      return AdjudicationError(decision,
                               "the transcriptions do not differ here, or it is decided already");
    }
    open.erase(at);
    if (absl::Status status = Decide(decision, second, aliases, merged); !status.ok()) {
      return status;
    }
  }
  v1::IdentityGroup& identity = *merged.mutable_identity();
  identity.clear_differing();
  if (differing.empty()) {
    identity.set_transcription(v1::TRANSCRIPTION_STATE_TWO_AGREE);
    return merged;
  }
  identity.set_transcription(open.empty() ? v1::TRANSCRIPTION_STATE_ADJUDICATED
                                          : v1::TRANSCRIPTION_STATE_TWO_DIFFER);
  for (const std::string& path : open.empty() ? differing : open) identity.add_differing(path);
  if (absl::Status status = CheckRecordShape(merged, Persons::kWith); !status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("record '", identity.row(), "', after adjudication: ", status.message()));
  }
  return merged;
}

absl::StatusOr<TranscriptionReader> TranscriptionReader::Open(const std::string& first_folder,
                                                              const std::string* second_folder,
                                                              const AliasTable& aliases) {
  absl::StatusOr<TemplateReader> first = TemplateReader::Open(first_folder, aliases);
  if (!first.ok()) return first.status();
  std::vector<TemplateReader> second;
  if (second_folder != nullptr) {
    absl::StatusOr<TemplateReader> opened =
        TemplateReader::Open(*second_folder, aliases, TemplatePart::kSecond);
    if (!opened.ok()) {
      return absl::Status(opened.status().code(),
                          absl::StrCat("second transcription: ", opened.status().message()));
    }
    for (std::uint64_t i = 0; i < opened->record_count(); ++i) {
      if (first->FindRow(opened->RowKey(i)).has_value()) continue;
      return absl::InvalidArgumentError(absl::StrCat("second transcription: the record '",
                                                     opened->RowKey(i),
                                                     "' is not in the first one's records.csv"));
    }
    second.push_back(*std::move(opened));
  }
  return TranscriptionReader(*std::move(first), std::move(second));
}

absl::StatusOr<v1::MinefieldRecord> TranscriptionReader::Read(std::uint64_t index) {
  absl::StatusOr<v1::MinefieldRecord> record = first_.Read(index);
  if (!record.ok()) return record;
  absl::StatusOr<std::vector<Adjudication>> decisions = first_.ReadAdjudications(index);
  if (!decisions.ok()) return decisions.status();
  std::optional<std::uint64_t> other;
  if (!second_.empty()) other = second_[0].FindRow(first_.RowKey(index));
  if (!other.has_value()) {
    if (decisions->empty()) return record;
    return AdjudicationError((*decisions)[0], "this record has no second transcription");
  }
  absl::StatusOr<v1::MinefieldRecord> second = second_[0].Read(*other);
  if (!second.ok()) {
    return absl::Status(second.status().code(),
                        absl::StrCat("second transcription: ", second.status().message()));
  }
  return MergeTranscriptions(*record, *second, *decisions, first_.aliases());
}

}  // namespace cairn::record
