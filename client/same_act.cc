#include "client/same_act.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <vector>

#include "cairn/v1/common.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "keys/digest.h"

namespace cairn::client {
namespace {

using google::protobuf::FieldDescriptor;

void NameAnnexesByContent(const Home& home, google::protobuf::Message& message) {
  if (message.GetDescriptor() == v1::AnnexRef::descriptor()) {
    auto& annex = static_cast<v1::AnnexRef&>(message);
    if (const std::optional<keys::Bytes> content = ContentOf(home, annex)) {
      annex.set_digest(*content);
      annex.clear_size();  // Of the sealed bytes, which grow with the recipients.
    }
    return;
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      NameAnnexesByContent(home, *reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      NameAnnexesByContent(home, *reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

std::string WhatItSays(const Home& home, v1::Statement& statement) {
  statement.clear_log_origin();
  statement.clear_actor();
  statement.clear_key();
  statement.clear_sequence();
  statement.clear_previous();
  statement.clear_seen();
  statement.clear_issued_at_ms();
  statement.clear_expires_at_ms();
  NameAnnexesByContent(home, statement);
  return statement.SerializeAsString();
}

}  // namespace

bool IsSameAct(const Home& home, v1::Statement one, v1::Statement other) {
  if (one.body_case() != other.body_case() || one.handover() != other.handover()) return false;
  return WhatItSays(home, one) == WhatItSays(home, other);
}

}  // namespace cairn::client
