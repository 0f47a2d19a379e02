#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "audit/completeness/render.h"
#include "keys/bytes.h"
#include "keys/encoding.h"

namespace cairn::completeness {
namespace {

using OrderedJson = nlohmann::ordered_json;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

OrderedJson AsJson(const Message& message);

// One value: of a repeated field the one at `index`, else (-1) of a single one.
OrderedJson ValueAsJson(const Message& message, const FieldDescriptor& field, int index) {
  const google::protobuf::Reflection& r = *message.GetReflection();
  const bool many = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return AsJson(many ? r.GetRepeatedMessage(message, &field, index)
                         : r.GetMessage(message, &field));
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text =
          many ? r.GetRepeatedString(message, &field, index) : r.GetString(message, &field);
      if (field.type() == FieldDescriptor::TYPE_BYTES) return keys::Hex(keys::AsBytes(text));
      return text;
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return (many ? r.GetRepeatedEnum(message, &field, index) : r.GetEnum(message, &field))
          ->name();
    case FieldDescriptor::CPPTYPE_BOOL:
      return many ? r.GetRepeatedBool(message, &field, index) : r.GetBool(message, &field);
    case FieldDescriptor::CPPTYPE_INT32:
      return many ? r.GetRepeatedInt32(message, &field, index) : r.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return many ? r.GetRepeatedInt64(message, &field, index) : r.GetInt64(message, &field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return many ? r.GetRepeatedUInt32(message, &field, index) : r.GetUInt32(message, &field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return many ? r.GetRepeatedUInt64(message, &field, index) : r.GetUInt64(message, &field);
    default:
      return nullptr;  // No message of ours has a float.
  }
}

OrderedJson AsJson(const Message& message) {
  OrderedJson out = OrderedJson::object();
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!field->is_repeated()) {
      out[field->name()] = ValueAsJson(message, *field, -1);
      continue;
    }
    OrderedJson& list = out[field->name()] = OrderedJson::array();
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) list.push_back(ValueAsJson(message, *field, i));
  }
  return out;
}

}  // namespace

std::string Json(const v1::Report& report, int indent) {
  OrderedJson json = AsJson(report);
  json["headline"] = Headline(report);
  json["shares"] = HeadlineShares(report);
  // Text of records was checked when they were read; whatever slipped through is replaced.
  return json.dump(indent, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace cairn::completeness
