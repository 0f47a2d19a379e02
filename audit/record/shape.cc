#include "audit/record/shape.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/record/columns.h"
#include "audit/record/normalise.h"
#include "audit/record/path.h"
#include "audit/record/plain_value.h"
#include "audit/record/text.h"
#include "keys/digest.h"

namespace cairn::record {
namespace {

using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMinutesADay = 24 * 60;

absl::Status ShapeFault(absl::string_view path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

bool MayHaveRaw(v1::Presence presence) {
  switch (presence) {
    case v1::PRESENCE_VALUE:
    case v1::PRESENCE_ILLEGIBLE:
    case v1::PRESENCE_DEFAULTED:
    case v1::PRESENCE_NOT_APPLICABLE:
      return true;
    default:
      return false;
  }
}

absl::Status CheckWithholding(const v1::Leaf& leaf, absl::string_view path) {
  const bool withheld = leaf.presence() == v1::PRESENCE_WITHHELD;
  if (withheld != leaf.has_withholding()) {
    return ShapeFault(path, withheld ? "withheld without ground and end"
                                     : "a withholding, but the field is not withheld");
  }
  if (!withheld) return absl::OkStatus();
  const v1::Withholding& why = leaf.withholding();
  if (why.ground() == v1::WITHHOLDING_GROUND_UNSPECIFIED ||
      why.end() == v1::WITHHOLDING_END_UNSPECIFIED ||
      why.has_end_day() != (why.end() == v1::WITHHOLDING_END_DATE)) {
    return ShapeFault(path, "withheld without ground and end");
  }
  return absl::OkStatus();
}

absl::Status CheckLeaf(const v1::Leaf& leaf, bool bare, absl::string_view path) {
  if (leaf.presence() == v1::PRESENCE_UNSPECIFIED || !v1::Presence_IsValid(leaf.presence())) {
    return ShapeFault(path, "no presence: every blank says why it is one (check I-22)");
  }
  const bool is_value = leaf.presence() == v1::PRESENCE_VALUE;
  if (!MayHaveRaw(leaf.presence()) && !leaf.raw().empty()) {
    return ShapeFault(path, "raw text, but the state says that nothing was read");
  }
  if (is_value && (leaf.raw().empty() != bare)) {
    return ShapeFault(path, bare ? "raw text where there can be none" : "a value without raw text");
  }
  if (const std::string fault = TextFault(leaf.raw(), true); !fault.empty()) {
    return ShapeFault(path, fault);
  }
  if (leaf.has_source() && leaf.source().attachment().size() != keys::kDigestSize) {
    return ShapeFault(path, "the scan region names no attachment");
  }
  return CheckWithholding(leaf, path);
}

// Whether a normalised value is there, and why it cannot be (empty: it can).
struct ValueShape {
  bool has_value = false;
  absl::string_view fault;
};

ValueShape ShapeOfDate(const v1::Date& date) {
  const bool timed =
      date.precision() == v1::DATE_PRECISION_MINUTE || date.precision() == v1::DATE_PRECISION_HOUR;
  const bool dated = date.precision() != v1::DATE_PRECISION_UNSPECIFIED;
  if (date.has_day() != dated || date.has_minute() != timed) {
    return {dated, "precision, day and minute do not fit each other"};
  }
  if (date.minute() < 0 || date.minute() >= kMinutesADay) {
    return {dated, "a minute beyond the day"};
  }
  return {dated, {}};
}

ValueShape ShapeOfPosition(const v1::Position& position) {
  const bool has = position.has_first();
  if (has != position.has_second() || has != (position.unit() != 0)) {
    return {has, "first, second and unit belong together"};
  }
  if (position.stated_accuracy_mm() < 0) return {has, "an accuracy below zero"};
  return {has, {}};
}

ValueShape ShapeOfBearing(const v1::Bearing& bearing) {
  if (bearing.microdegree() < 0 || bearing.microdegree() >= kFullCircle) {
    return {true, "a bearing beyond the circle"};
  }
  return {bearing.has_microdegree(), {}};
}

ValueShape ShapeOf(const Message& message, FieldKind kind) {
  switch (kind) {
    case FieldKind::kText:
      return {!static_cast<const v1::Text&>(message).value().empty(), {}};
    case FieldKind::kInteger:
      return {static_cast<const v1::Integer&>(message).has_value(), {}};
    case FieldKind::kCode:
      return {!static_cast<const v1::Code&>(message).code().empty(), {}};
    case FieldKind::kFlag:
      return {static_cast<const v1::Flag&>(message).has_value(), {}};
    case FieldKind::kDate:
      return ShapeOfDate(static_cast<const v1::Date&>(message));
    case FieldKind::kPosition:
      return ShapeOfPosition(static_cast<const v1::Position&>(message));
    case FieldKind::kBearing:
      return ShapeOfBearing(static_cast<const v1::Bearing&>(message));
    case FieldKind::kDistance: {
      const auto& distance = static_cast<const v1::Distance&>(message);
      return {distance.has_millimetre(),
              distance.millimetre() < 0 ? "a distance below zero" : absl::string_view()};
    }
    default:
      return {};
  }
}

std::string CheckPlainText(const Message& message, const Field& field) {
  const Reflection& reflection = *message.GetReflection();
  using google::protobuf::FieldDescriptor;
  if (field.descriptor->type() != FieldDescriptor::TYPE_STRING || field.repeated) return {};
  std::string scratch;
  return TextFault(reflection.GetStringReference(message, field.descriptor, &scratch), false);
}

// Ids of everything that has one, for uniqueness and references.
struct Ids {
  absl::flat_hash_set<std::string> all;
  absl::flat_hash_set<std::string> reference_points;
  absl::flat_hash_set<std::string> tie_ends;
};

template <typename Entries>
absl::Status AddIds(const Entries& entries, absl::string_view list, Ids& ids) {
  for (const auto& entry : entries) {
    if (!TextFault(entry.id(), false).empty() || !IsEntryId(entry.id())) {
      return ShapeFault(list, "an entry without a proper id");
    }
    if (!ids.all.insert(entry.id()).second) {
      return ShapeFault(list, absl::StrCat("the id '", entry.id(), "' is there twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CollectIds(const v1::MinefieldRecord& record, Ids& ids) {
  const v1::LayoutGroup& layout = record.layout();
  for (const absl::Status& status :
       {AddIds(record.where().reference_points(), "where.reference_points", ids),
        AddIds(record.where().perimeter(), "where.perimeter", ids),
        AddIds(record.what().ordnance(), "what.ordnance", ids),
        AddIds(record.what().booby_traps(), "what.booby_traps", ids),
        AddIds(layout.rows(), "layout.rows", ids), AddIds(layout.mines(), "layout.mines", ids),
        AddIds(record.marking().lanes(), "marking.lanes", ids),
        AddIds(record.marking().changes(), "marking.changes", ids)}) {
    if (!status.ok()) return status;
  }
  for (const auto& point : record.where().reference_points()) {
    ids.reference_points.insert(point.id());
  }
  for (const auto& corner : record.where().perimeter()) ids.tie_ends.insert(corner.id());
  for (const auto& mine : layout.mines()) ids.tie_ends.insert(mine.id());
  for (const auto& row : layout.rows()) {
    ids.tie_ends.insert(row.id() + ".start");
    ids.tie_ends.insert(row.id() + ".end");
  }
  return absl::OkStatus();
}

absl::Status CheckReferences(const v1::MinefieldRecord& record) {
  Ids ids;
  if (absl::Status status = CollectIds(record, ids); !status.ok()) return status;
  int at = 0;
  for (const v1::Tie& tie : record.where().ties()) {
    const std::string path = absl::StrCat("where.ties[", at++, "]");
    if (!ids.reference_points.contains(tie.from())) {
      return ShapeFault(path, absl::StrCat("from: no reference point '", tie.from(), "'"));
    }
    if (!ids.tie_ends.contains(tie.to())) {
      return ShapeFault(path, absl::StrCat("to: no corner, mine or row end '", tie.to(), "'"));
    }
  }
  at = 0;
  for (const v1::ReferencePoint& point : record.where().reference_points()) {
    const std::string path = absl::StrCat("where.reference_points[", at++, "]");
    const std::string& landmark = point.intermediate_of();
    if (landmark.empty()) continue;
    if (landmark == point.id() || !ids.reference_points.contains(landmark)) {
      return ShapeFault(path,
                        absl::StrCat("intermediate_of: no other reference point '", landmark, "'"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLists(const v1::MinefieldRecord& record) {
  for (const ListTable& table : ListTables()) {
    const auto* group_field = v1::MinefieldRecord::descriptor()->FindFieldByNumber(table.group);
    const Message& group = record.GetReflection()->GetMessage(record, group_field);
    const auto* list = group.GetDescriptor()->FindFieldByNumber(table.list);
    const auto* listed = group.GetDescriptor()->FindFieldByNumber(table.listed);
    const Reflection& reflection = *group.GetReflection();
    const bool has_entries = reflection.FieldSize(group, list) > 0;
    const auto& leaf = static_cast<const v1::Leaf&>(reflection.GetMessage(group, listed));
    if (has_entries == (leaf.presence() == v1::PRESENCE_VALUE)) continue;
    return ShapeFault(absl::StrCat(group_field->name(), ".", listed->name()),
                      has_entries ? absl::StrCat("there are entries in ", table.file,
                                                 ", so the list must be 'listed'")
                                  : absl::StrCat("listed, but ", table.file, " has no entry"));
  }
  return absl::OkStatus();
}

absl::Status CheckTranscription(const v1::IdentityGroup& identity) {
  const bool differs = identity.transcription() == v1::TRANSCRIPTION_STATE_TWO_DIFFER ||
                       identity.transcription() == v1::TRANSCRIPTION_STATE_ADJUDICATED;
  if (identity.transcription() == v1::TRANSCRIPTION_STATE_UNSPECIFIED) {
    return ShapeFault("identity.transcription", "not said whether there was a second one");
  }
  if (differs != (identity.differing_size() > 0)) {
    return ShapeFault("identity.differing", differs ? "no field is named" : "must be empty");
  }
  for (int i = 1; i < identity.differing_size(); ++i) {
    if (identity.differing(i - 1) >= identity.differing(i)) {
      return ShapeFault("identity.differing", "paths are ascending, each once");
    }
  }
  for (const std::string& path : identity.differing()) {
    if (path.size() > kMaxPathSize || !TextFault(path, false).empty()) {
      return ShapeFault("identity.differing", "not a path");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckIdentity(const v1::IdentityGroup& identity) {
  if (!IsRowKey(identity.row())) return ShapeFault("identity.row", "not a key");
  if (!IsHandle(identity.area())) return ShapeFault("identity.area", "not a handle");
  if (!IsHandle(identity.source())) return ShapeFault("identity.source", "not a handle");
  if (!IsLanguageTag(identity.language())) return ShapeFault("identity.language", "not a tag");
  for (const std::string& leaf : identity.holding_leaves()) {
    if (leaf.size() != keys::kDigestSize) {
      return ShapeFault("identity.holding_leaves", "not 32 bytes");
    }
  }
  for (const v1::AttachmentUse& use : identity.attachments()) {
    const bool salted = !use.salted_digest().empty() || !use.scan_salt().empty();
    if (use.sha256().size() != keys::kDigestSize ||
        (salted && (use.salted_digest().size() != keys::kDigestSize ||
                    use.scan_salt().size() != keys::kDigestSize))) {
      return ShapeFault("identity.attachments", "a digest or salt that is not 32 bytes");
    }
    if (use.legible() != v1::PRESENCE_VALUE && use.legible() != v1::PRESENCE_ILLEGIBLE &&
        use.legible() != v1::PRESENCE_NOT_TRANSCRIBED) {
      return ShapeFault("identity.attachments", "not said whether it is legible");
    }
  }
  return CheckTranscription(identity);
}

}  // namespace

absl::Status CheckLeafShape(const Message& message, absl::string_view path) {
  const FieldKind kind = KindOf(*message.GetDescriptor());
  const v1::Leaf& leaf = LeafOf(message);
  if (absl::Status status = CheckLeaf(leaf, kind == FieldKind::kLeaf, path); !status.ok()) {
    return status;
  }
  const ValueShape shape = ShapeOf(message, kind);
  if (!shape.fault.empty()) return ShapeFault(path, shape.fault);
  const bool may_have_value =
      leaf.presence() == v1::PRESENCE_VALUE ||
      (kind == FieldKind::kPosition && leaf.presence() == v1::PRESENCE_DEFAULTED);
  if (shape.has_value && !may_have_value) {
    return ShapeFault(path, "a normalised value, but the state says that there is none");
  }
  return absl::OkStatus();
}

absl::Status CheckRecordShape(const v1::MinefieldRecord& record, Persons persons) {
  if (record.ByteSizeLong() > kMaxRecordSize) {
    return absl::InvalidArgumentError(absl::StrCat("the record has ", record.ByteSizeLong(),
                                                   " bytes, more than ", kMaxRecordSize,
                                                   "; split its mines over several records"));
  }
  if (absl::Status status = CheckIdentity(record.identity()); !status.ok()) return status;
  absl::Status fault;
  ForEachField(record, persons == Persons::kWith, [&](const LeafVisit& visit) {
    if (!fault.ok()) return;
    if (visit.kind != FieldKind::kPlain) {
      fault = CheckLeafShape(visit.message, visit.path);
      return;
    }
    const Field field{&visit.field, visit.kind, visit.field.is_repeated(), visit.field.name()};
    const std::string text = CheckPlainText(visit.message, field);
    if (!text.empty()) fault = ShapeFault(visit.path, text);
    if (absl::EndsWith(visit.field.name(), "_precision") &&
        visit.field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING &&
        !IsCountPrecision(visit.message.GetReflection()->GetString(visit.message, &visit.field))) {
      fault = ShapeFault(visit.path, "expected exact, rounded or estimate");
    }
  });
  if (!fault.ok()) return fault;
  if (fault = CheckLists(record); !fault.ok()) return fault;
  return CheckReferences(record);
}

}  // namespace cairn::record
