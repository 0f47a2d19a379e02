// The one encoding that a signed message may have, checked on the bytes before anything parses
// them.
//
// Protocol Buffers promise no canonical form, and parsers differ in what they forgive. Here one
// message has one spelling:
//
//   fields ascending by number; each once unless repeated; no field that its type does not know
//   varints as short as they can be (a negative int32, int64 or enum value takes ten bytes)
//   booleans 00 or 01; integers within the width of their type; only enum values that are named
//   no field at its default, unless it is `optional`, a member of a oneof, or a message
//   repeated numbers packed: one run, never empty; at most one member of each oneof
//   text is UTF-8 (RFC 3629); sub-messages follow the same rules, to a limited depth
//
// Message types with groups, maps, floats, extensions, required fields or google.protobuf.Any have
// no canonical form: they are refused as types, whatever the bytes. The scanner reads a descriptor,
// so a new message needs no code here; tests/interop/canonical.py is a second one, written apart.
//
// Pure but for a memo of tables per thread. All functions are thread-safe.
#ifndef CAIRN_AUDIT_STATEMENT_CANONICAL_H_
#define CAIRN_AUDIT_STATEMENT_CANONICAL_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "keys/bytes.h"

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace cairn::statement {

struct CanonicalLimits {
  std::size_t max_bytes = std::size_t{64} * 1024 * 1024;
  int max_depth = 32;  // Messages inside each other, the outermost counting as one.
};

// OK exactly if `bytes` is the canonical form of some message of `type`.
// kInvalidArgument names the path, what is wrong and where:
//   "open_handover.charter.areas[3].area: field 1 appears twice, byte 87".
// The byte is the offset from the start of `bytes`. Content is never quoted.
// kFailedPrecondition: `type` has no canonical form (a mistake in a schema, not in the bytes).
// REQUIRES: the pool of `type` lives as long as the process; so do generated types.
[[nodiscard]] absl::Status CheckCanonical(const google::protobuf::Descriptor& type,
                                          keys::ByteView bytes, const CanonicalLimits& limits = {});

// The canonical bytes of `message`, checked. kInvalidArgument if it has none: text that is not
// UTF-8, an enum value without a name, unknown fields, too large or too deep. For messages that we
// make; bytes that somebody signed are kept and never made again.
absl::StatusOr<keys::Bytes> CanonicalBytes(const google::protobuf::Message& message);

// The same, unchecked, for messages whose parts came out of canonical ones.
keys::Bytes SerializeTrusted(const google::protobuf::Message& message);

// Checks, then parses into `message`, which must be empty. kInvalidArgument as for CheckCanonical.
[[nodiscard]] absl::Status ParseCanonical(keys::ByteView bytes, google::protobuf::Message& message,
                                          const CanonicalLimits& limits = {});

}  // namespace cairn::statement

#endif  // CAIRN_AUDIT_STATEMENT_CANONICAL_H_
