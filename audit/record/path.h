// Fields of a record by name: "what.ordnance[0].fuze". One walk over the message types, found out
// from their descriptors, serves paths, the shape of a record, its text rendering, supplements and
// the comparison of transcriptions, so that a new field needs no code in any of them.
#ifndef CAIRN_AUDIT_RECORD_PATH_H_
#define CAIRN_AUDIT_RECORD_PATH_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cairn/v1/record.pb.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace cairn::record {

inline constexpr std::size_t kMaxPathSize = 256;

// What a field of a message of a record is.
enum class FieldKind {
  kPlain,  // A number, text, flag or enumeration without Leaf; perhaps repeated.
  kLeaf,   // A bare Leaf: how a list or a name stands on the paper.
  kText,   // The leaf types of record.proto.
  kInteger,
  kCode,
  kFlag,
  kDate,
  kPosition,
  kBearing,
  kDistance,
  kMessage,  // A message with fields of its own.
};

struct Field {
  const google::protobuf::FieldDescriptor* descriptor;
  FieldKind kind;
  bool repeated;
  absl::string_view name;  // Static.
};

// The fields of a message type of records, ascending by number. Made once a type; thread-safe.
const std::vector<Field>& FieldsOf(const google::protobuf::Descriptor& type);

// What a message of this type is as a field. kMessage for everything but the leaf types.
FieldKind KindOf(const google::protobuf::Descriptor& type);

// The Leaf of a message of a leaf type. REQUIRES: it is one.
const v1::Leaf& LeafOf(const google::protobuf::Message& message);
v1::Leaf& MutableLeafOf(google::protobuf::Message& message);

// A message with a Leaf in it. The path is valid during the call only.
struct LeafVisit {
  absl::string_view path;
  FieldKind kind;
  const google::protobuf::Message& message;
  const google::protobuf::FieldDescriptor& field;
};

// Calls `visit` for each leaf that the record has, in the order of field numbers, lists in their
// order. Messages that are absent are walked as if present and empty: a whole group that is missing
// shows as leaves without presence. `persons` = false leaves group 7 out.
void ForEachLeaf(const v1::MinefieldRecord& record, bool persons,
                 absl::FunctionRef<void(const LeafVisit&)> visit);

// The same with plain fields: for them message is the one that holds the field, and `kind` kPlain;
// a repeated plain field is visited once.
void ForEachField(const v1::MinefieldRecord& record, bool persons,
                  absl::FunctionRef<void(const LeafVisit&)> visit);
// Below one message; paths begin with `prefix` and a point.
void ForEachFieldOf(const google::protobuf::Message& message, absl::string_view prefix,
                    absl::FunctionRef<void(const LeafVisit&)> visit);

// The leaf-type message at `path`, within `record`, which owns it.
// kInvalidArgument: the path is not well formed, names no such field, or a field that is no leaf;
// the message names the part that is wrong. kNotFound: the list at that place is shorter.
absl::StatusOr<const google::protobuf::Message*> FindLeaf(const v1::MinefieldRecord& record,
                                                          absl::string_view path);
// The same for changing it; absent messages on the way are made.
absl::StatusOr<google::protobuf::Message*> FindMutableLeaf(v1::MinefieldRecord& record,
                                                           absl::string_view path);

// The descriptor of the field that `path` ends in, for any record; lists may have any index.
absl::StatusOr<const google::protobuf::FieldDescriptor*> FieldAtPath(absl::string_view path);

// The group number (1 to 7) that `path` lies in. REQUIRES: FieldAtPath(path) is OK.
int GroupOfPath(absl::string_view path);

}  // namespace cairn::record

#endif  // CAIRN_AUDIT_RECORD_PATH_H_
