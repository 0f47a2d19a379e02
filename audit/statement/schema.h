// What the scanner needs to know of a message type, taken from its descriptor once and laid out for
// reading bytes in order. Inside audit/statement.
#ifndef CAIRN_AUDIT_STATEMENT_SCHEMA_H_
#define CAIRN_AUDIT_STATEMENT_SCHEMA_H_

#include <cstdint>
#include <string>
#include <vector>

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace cairn::statement {

// How the value of a field is encoded and what it may be.
enum class FieldKind : std::uint8_t {
  kBool,
  kInt32,   // Sign-extended to 64 bits.
  kUint32,  // Also sint32.
  kInt64,   // Any varint: int64, uint64, sint64.
  kEnum,
  kFixed32,
  kFixed64,
  kText,
  kBytes,
  kMessage,
};

struct MessageSchema;

struct FieldSchema {
  std::uint32_t number = 0;
  FieldKind kind = FieldKind::kBool;
  bool repeated = false;
  bool has_presence = false;  // It may be there with its default value.
  int oneof = -1;             // Which real oneof of the message it belongs to; -1: none.
  std::string name;
  const MessageSchema* message = nullptr;  // kMessage.
  std::vector<std::int32_t> enum_values;   // kEnum: ascending.
};

struct MessageSchema {
  std::vector<FieldSchema> fields;  // Ascending by number.
  std::string unfit;                // Why this type, or one inside it, has no canonical form.
};

// The schema of `type` and of all types inside it. The reference stays valid for the life of the
// calling thread; later calls of the same thread cost one look-up.
const MessageSchema& SchemaOf(const google::protobuf::Descriptor& type);

}  // namespace cairn::statement

#endif  // CAIRN_AUDIT_STATEMENT_SCHEMA_H_
