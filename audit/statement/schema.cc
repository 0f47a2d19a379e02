#include "audit/statement/schema.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace cairn::statement {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

constexpr int kMaxOneofs = 64;  // The scanner keeps a bit for each.

using SchemaMap = absl::flat_hash_map<const Descriptor*, std::unique_ptr<MessageSchema>>;

// False: a type that canonical messages do not have.
bool KindOf(const FieldDescriptor& field, FieldKind& kind) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_BOOL:
      kind = FieldKind::kBool;
      return true;
    case FieldDescriptor::TYPE_INT32:
      kind = FieldKind::kInt32;
      return true;
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_SINT32:
      kind = FieldKind::kUint32;
      return true;
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT64:
    case FieldDescriptor::TYPE_SINT64:
      kind = FieldKind::kInt64;
      return true;
    case FieldDescriptor::TYPE_ENUM:
      kind = FieldKind::kEnum;
      return true;
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32:
      kind = FieldKind::kFixed32;
      return true;
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64:
      kind = FieldKind::kFixed64;
      return true;
    case FieldDescriptor::TYPE_STRING:
      kind = FieldKind::kText;
      return true;
    case FieldDescriptor::TYPE_BYTES:
      kind = FieldKind::kBytes;
      return true;
    case FieldDescriptor::TYPE_MESSAGE:
      kind = FieldKind::kMessage;
      return true;
    case FieldDescriptor::TYPE_FLOAT:
    case FieldDescriptor::TYPE_DOUBLE:
    case FieldDescriptor::TYPE_GROUP:
      return false;
  }
  return false;
}

// Empty, or why no message of this type has a canonical form.
std::string WhyUnfit(const Descriptor& type) {
  if (type.file()->syntax() != FileDescriptor::SYNTAX_PROTO3) return "is not proto3";
  if (type.full_name() == "google.protobuf.Any") return "is google.protobuf.Any";
  if (type.extension_range_count() > 0) return "can be extended";
  if (type.real_oneof_decl_count() > kMaxOneofs) return "has too many oneofs";
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    FieldKind kind{};
    if (!KindOf(field, kind)) return absl::StrCat("has a ", field.type_name(), " field");
    if (field.is_map()) return "has a map field";
    if (field.is_packable() && !field.is_packed()) return "has an unpacked repeated field";
  }
  return "";
}

FieldSchema MakeField(const FieldDescriptor& field) {
  FieldSchema made;
  made.number = static_cast<std::uint32_t>(field.number());
  KindOf(field, made.kind);
  made.repeated = field.is_repeated();
  made.has_presence = field.has_presence();
  made.name = field.name();
  if (field.real_containing_oneof() != nullptr) made.oneof = field.real_containing_oneof()->index();
  if (made.kind == FieldKind::kEnum) {
    for (int i = 0; i < field.enum_type()->value_count(); ++i) {
      made.enum_values.push_back(field.enum_type()->value(i)->number());
    }
    std::sort(made.enum_values.begin(), made.enum_values.end());
  }
  return made;
}

// Adds the schema of `type` and of what it contains; the map owns them at fixed addresses, so
// types that contain themselves are no trouble.
const MessageSchema* AddSchema(const Descriptor& type, SchemaMap& schemas) {
  const auto [place, is_new] = schemas.try_emplace(&type, nullptr);
  if (!is_new) return place->second.get();
  place->second = std::make_unique<MessageSchema>();
  MessageSchema* schema = place->second.get();
  schema->unfit = WhyUnfit(type);
  if (!schema->unfit.empty()) {
    schema->unfit = absl::StrCat(type.full_name(), " ", schema->unfit);
    return schema;
  }
  for (int i = 0; i < type.field_count(); ++i) {
    FieldSchema field = MakeField(*type.field(i));
    if (field.kind == FieldKind::kMessage) {
      field.message = AddSchema(*type.field(i)->message_type(), schemas);
    }
    schema->fields.push_back(std::move(field));
  }
  std::sort(schema->fields.begin(), schema->fields.end(),
            [](const FieldSchema& a, const FieldSchema& b) { return a.number < b.number; });
  return schema;
}

// The first reason why `schema` or anything inside it is unfit.
std::string UnfitInside(const MessageSchema& schema,
                        absl::flat_hash_set<const MessageSchema*>& seen) {
  if (!seen.insert(&schema).second) return "";
  if (!schema.unfit.empty()) return schema.unfit;
  for (const FieldSchema& field : schema.fields) {
    if (field.message == nullptr) continue;
    std::string reason = UnfitInside(*field.message, seen);
    if (!reason.empty()) return reason;
  }
  return "";
}

}  // namespace

const MessageSchema& SchemaOf(const Descriptor& type) {
  // A memo, not state: it holds nothing that the descriptors do not say. One a thread, so that
  // nothing is locked on the way of every statement.
  thread_local SchemaMap schemas;
  thread_local absl::flat_hash_map<const Descriptor*, const MessageSchema*> roots;
  const auto known = roots.find(&type);
  if (known != roots.end()) return *known->second;
  auto* schema = const_cast<MessageSchema*>(AddSchema(type, schemas));
  absl::flat_hash_set<const MessageSchema*> seen;
  schema->unfit = UnfitInside(*schema, seen);
  roots.emplace(&type, schema);
  return *schema;
}

}  // namespace cairn::statement
