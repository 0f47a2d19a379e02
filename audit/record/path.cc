#include "audit/record/path.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace cairn::record {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMaxListIndex = 16'000'000;

std::vector<Field> ListFields(const Descriptor& type) {
  std::vector<Field> fields;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    fields.push_back({field, is_message ? KindOf(*field->message_type()) : FieldKind::kPlain,
                      field->is_repeated(), field->name()});
  }
  return fields;  // In record.proto fields are declared in the order of their numbers.
}

// The tables of all message types that a record can hold, made once and never changed: read
// without a lock.
class FieldTables {
 public:
  FieldTables() { Add(*v1::MinefieldRecord::descriptor()); }
  const std::vector<Field>* Find(const Descriptor& type) const {
    const auto at = tables_.find(&type);
    return at == tables_.end() ? nullptr : &at->second;
  }

 private:
  void Add(const Descriptor& type) {
    if (!tables_.try_emplace(&type, ListFields(type)).second) return;
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (KindOf(*field->message_type()) == FieldKind::kMessage) Add(*field->message_type());
    }
  }
  absl::flat_hash_map<const Descriptor*, std::vector<Field>> tables_;
};

const FieldTables& Tables() {
  static const auto* tables = new FieldTables;
  return *tables;
}

// Walks with one path buffer: what is added on the way down is cut off on the way up.
class Walk {
 public:
  Walk(bool plain, absl::FunctionRef<void(const LeafVisit&)> visit)
      : plain_(plain), visit_(visit) {}

  void Group(const Message& record, const Field& field) {
    path_.assign(field.name.data(), field.name.size());
    Below(record.GetReflection()->GetMessage(record, field.descriptor));
  }
  void From(const Message& message, absl::string_view prefix) {
    path_ = std::string(prefix);
    Below(message);
  }

 private:
  void Below(const Message& message) {
    const Reflection& reflection = *message.GetReflection();
    const std::size_t size = path_.size();
    for (const Field& field : FieldsOf(*message.GetDescriptor())) {
      path_.push_back('.');
      path_.append(field.name.data(), field.name.size());
      if (field.kind == FieldKind::kPlain) {
        if (plain_) visit_({path_, field.kind, message, *field.descriptor});
      } else if (field.repeated) {
        List(message, reflection, field);
      } else {
        One(reflection.GetMessage(message, field.descriptor), field);
      }
      path_.resize(size);
    }
  }

  void List(const Message& message, const Reflection& reflection, const Field& field) {
    const std::size_t size = path_.size();
    const int count = reflection.FieldSize(message, field.descriptor);
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&path_, "[", i, "]");
      One(reflection.GetRepeatedMessage(message, field.descriptor, i), field);
      path_.resize(size);
    }
  }

  void One(const Message& message, const Field& field) {
    if (field.kind == FieldKind::kMessage) {
      Below(message);
    } else {
      visit_({path_, field.kind, message, *field.descriptor});
    }
  }

  const bool plain_;
  const absl::FunctionRef<void(const LeafVisit&)> visit_;
  std::string path_;
};

void WalkRecord(const v1::MinefieldRecord& record, bool persons, bool plain,
                absl::FunctionRef<void(const LeafVisit&)> visit) {
  Walk walk(plain, visit);
  for (const Field& field : FieldsOf(*v1::MinefieldRecord::descriptor())) {
    if (persons || field.descriptor->number() != v1::MinefieldRecord::kPersonsFieldNumber) {
      walk.Group(record, field);
    }
  }
}

// One step of a path: a name and perhaps an index.
struct Step {
  absl::string_view name;
  int index = -1;
};

absl::Status BadPath(absl::string_view path, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("field path '", path, "': ", why));
}

absl::StatusOr<Step> TakeStep(absl::string_view path, absl::string_view& rest) {
  const std::size_t end = rest.find('.');
  Step step{rest.substr(0, end)};
  rest = end == absl::string_view::npos ? absl::string_view() : rest.substr(end + 1);
  const std::size_t bracket = step.name.find('[');
  if (bracket == absl::string_view::npos) return step;
  absl::string_view digits = step.name.substr(bracket + 1);
  step.name = step.name.substr(0, bracket);
  if (digits.empty() || digits.back() != ']') return BadPath(path, "a bracket is not closed");
  digits.remove_suffix(1);
  // One index has one spelling.
  const bool shortest = digits.size() == 1 || (digits.size() > 1 && digits[0] != '0');
  if (!shortest || digits.find_first_not_of("0123456789") != absl::string_view::npos ||
      !absl::SimpleAtoi(digits, &step.index) || step.index > kMaxListIndex) {
    return BadPath(path, "an index is a number from 0");
  }
  return step;
}

absl::StatusOr<const Field*> FindField(absl::string_view path, const Descriptor& type,
                                       const Step& step) {
  for (const Field& field : FieldsOf(type)) {
    if (field.name != step.name) continue;
    if (field.repeated != (step.index >= 0)) {
      return BadPath(
          path, absl::StrCat("'", step.name,
                             field.repeated ? "' is a list and wants an index" : "' is no list"));
    }
    return &field;
  }
  return BadPath(path, absl::StrCat("there is no field '", step.name, "'"));
}

// Follows `path`; `enter` is called for each message-typed step and may stop with an error.
absl::StatusOr<const FieldDescriptor*> FollowPath(
    absl::string_view path,
    absl::FunctionRef<absl::Status(const FieldDescriptor&, int index)> enter) {
  if (path.empty() || path.size() > kMaxPathSize || path.back() == '.') {
    return absl::InvalidArgumentError("a field path has 1 to 256 characters and ends in a name");
  }
  const Descriptor* type = v1::MinefieldRecord::descriptor();
  for (absl::string_view rest = path;;) {
    absl::StatusOr<Step> step = TakeStep(path, rest);
    if (!step.ok()) return step.status();
    absl::StatusOr<const Field*> field = FindField(path, *type, *step);
    if (!field.ok()) return field.status();
    if ((*field)->kind == FieldKind::kPlain) {
      return BadPath(path, absl::StrCat("'", step->name, "' is not a field of the paper"));
    }
    const FieldDescriptor& descriptor = *(*field)->descriptor;
    if (absl::Status status = enter(descriptor, step->index); !status.ok()) return status;
    const bool is_end = rest.empty();
    if ((*field)->kind != FieldKind::kMessage) {
      if (!is_end) return BadPath(path, absl::StrCat("'", step->name, "' has no fields below it"));
      return &descriptor;
    }
    if (is_end) return BadPath(path, absl::StrCat("'", step->name, "' is not a single field"));
    type = descriptor.message_type();
  }
}

}  // namespace

FieldKind KindOf(const Descriptor& type) {
  // Asked for every field of every record: descriptor() each time would cost more than the rest.
  struct LeafType {
    const Descriptor* type;
    FieldKind kind;
  };
  static const std::array<LeafType, 9> kLeafTypes = {{
      {v1::Text::descriptor(), FieldKind::kText},
      {v1::Code::descriptor(), FieldKind::kCode},
      {v1::Integer::descriptor(), FieldKind::kInteger},
      {v1::Position::descriptor(), FieldKind::kPosition},
      {v1::Leaf::descriptor(), FieldKind::kLeaf},
      {v1::Date::descriptor(), FieldKind::kDate},
      {v1::Flag::descriptor(), FieldKind::kFlag},
      {v1::Bearing::descriptor(), FieldKind::kBearing},
      {v1::Distance::descriptor(), FieldKind::kDistance},
  }};
  for (const LeafType& each : kLeafTypes) {
    if (each.type == &type) return each.kind;
  }
  return FieldKind::kMessage;
}

const std::vector<Field>& FieldsOf(const Descriptor& type) {
  static const std::vector<Field> kNone;
  const std::vector<Field>* fields = Tables().Find(type);
  return fields == nullptr ? kNone : *fields;
}

const v1::Leaf& LeafOf(const Message& message) {
  switch (KindOf(*message.GetDescriptor())) {
    case FieldKind::kText:
      return static_cast<const v1::Text&>(message).leaf();
    case FieldKind::kInteger:
      return static_cast<const v1::Integer&>(message).leaf();
    case FieldKind::kCode:
      return static_cast<const v1::Code&>(message).leaf();
    case FieldKind::kFlag:
      return static_cast<const v1::Flag&>(message).leaf();
    case FieldKind::kDate:
      return static_cast<const v1::Date&>(message).leaf();
    case FieldKind::kPosition:
      return static_cast<const v1::Position&>(message).leaf();
    case FieldKind::kBearing:
      return static_cast<const v1::Bearing&>(message).leaf();
    case FieldKind::kDistance:
      return static_cast<const v1::Distance&>(message).leaf();
    case FieldKind::kLeaf:
    case FieldKind::kPlain:
    case FieldKind::kMessage:
      break;
  }
  return static_cast<const v1::Leaf&>(message);
}

v1::Leaf& MutableLeafOf(Message& message) {
  switch (KindOf(*message.GetDescriptor())) {
    case FieldKind::kText:
      return *static_cast<v1::Text&>(message).mutable_leaf();
    case FieldKind::kInteger:
      return *static_cast<v1::Integer&>(message).mutable_leaf();
    case FieldKind::kCode:
      return *static_cast<v1::Code&>(message).mutable_leaf();
    case FieldKind::kFlag:
      return *static_cast<v1::Flag&>(message).mutable_leaf();
    case FieldKind::kDate:
      return *static_cast<v1::Date&>(message).mutable_leaf();
    case FieldKind::kPosition:
      return *static_cast<v1::Position&>(message).mutable_leaf();
    case FieldKind::kBearing:
      return *static_cast<v1::Bearing&>(message).mutable_leaf();
    case FieldKind::kDistance:
      return *static_cast<v1::Distance&>(message).mutable_leaf();
    case FieldKind::kLeaf:
    case FieldKind::kPlain:
    case FieldKind::kMessage:
      break;
  }
  return static_cast<v1::Leaf&>(message);
}

void ForEachLeaf(const v1::MinefieldRecord& record, bool persons,
                 absl::FunctionRef<void(const LeafVisit&)> visit) {
  WalkRecord(record, persons, false, visit);
}

void ForEachField(const v1::MinefieldRecord& record, bool persons,
                  absl::FunctionRef<void(const LeafVisit&)> visit) {
  WalkRecord(record, persons, true, visit);
}

void ForEachFieldOf(const Message& message, absl::string_view prefix,
                    absl::FunctionRef<void(const LeafVisit&)> visit) {
  Walk(true, visit).From(message, prefix);
}

absl::StatusOr<const FieldDescriptor*> FieldAtPath(absl::string_view path) {
  return FollowPath(path, [](const FieldDescriptor&, int) { return absl::OkStatus(); });
}

absl::StatusOr<const Message*> FindLeaf(const v1::MinefieldRecord& record, absl::string_view path) {
  const Message* at = &record;
  absl::StatusOr<const FieldDescriptor*> field =
      FollowPath(path, [&](const FieldDescriptor& step, int index) {
        const Reflection& reflection = *at->GetReflection();
        if (index >= 0 && index >= reflection.FieldSize(*at, &step)) {
          return absl::NotFoundError(absl::StrCat("field path '", path, "': the list '",
                                                  step.name(), "' has only ",
                                                  reflection.FieldSize(*at, &step), " entries"));
        }
        at = index >= 0 ? &reflection.GetRepeatedMessage(*at, &step, index)
                        : &reflection.GetMessage(*at, &step);
        return absl::OkStatus();
      });
  if (!field.ok()) return field.status();
  return at;
}

absl::StatusOr<Message*> FindMutableLeaf(v1::MinefieldRecord& record, absl::string_view path) {
  // Nothing is made on the way of a path that is wrong.
  if (absl::StatusOr<const Message*> found = FindLeaf(record, path); !found.ok()) {
    return found.status();
  }
  Message* at = &record;
  absl::StatusOr<const FieldDescriptor*> field =
      FollowPath(path, [&](const FieldDescriptor& step, int index) {
        const Reflection& reflection = *at->GetReflection();
        at = index >= 0 ? reflection.MutableRepeatedMessage(at, &step, index)
                        : reflection.MutableMessage(at, &step);
        return absl::OkStatus();
      });
  if (!field.ok()) return field.status();
  return at;
}

int GroupOfPath(absl::string_view path) {
  const absl::string_view name = path.substr(0, path.find('.'));
  for (const Field& field : FieldsOf(*v1::MinefieldRecord::descriptor())) {
    if (field.name == name) return field.descriptor->number();
  }
  return 0;
}

}  // namespace cairn::record
