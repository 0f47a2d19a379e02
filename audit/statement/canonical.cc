#include "audit/statement/canonical.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/statement/schema.h"
#include "audit/statement/wire.h"

namespace cairn::statement {
namespace {

using keys::ByteView;

std::uint32_t WireTypeOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::kBool:
    case FieldKind::kInt32:
    case FieldKind::kUint32:
    case FieldKind::kInt64:
    case FieldKind::kEnum:
      return wire::kVarint;
    case FieldKind::kFixed32:
      return wire::kFixed32;
    case FieldKind::kFixed64:
      return wire::kFixed64;
    case FieldKind::kText:
    case FieldKind::kBytes:
    case FieldKind::kMessage:
      return wire::kLengthDelimited;
  }
  return wire::kVarint;
}

bool IsNumber(FieldKind kind) { return WireTypeOf(kind) != wire::kLengthDelimited; }

// One pass over the bytes. Every method returns false after an error; `path_` is then completed
// from the inside out, so nothing is built while all is well.
class CanonicalPass {
 public:
  CanonicalPass(ByteView bytes, int max_depth) : bytes_(bytes), max_depth_(max_depth) {}

  bool Message(const MessageSchema& schema, std::size_t begin, std::size_t end, int depth) {
    if (depth > max_depth_) return Fail(begin, "messages are nested too deep");
    const FieldSchema* field = nullptr;
    std::size_t next = 0;      // Fields before this one are over.
    std::uint64_t oneofs = 0;  // Those that have a member already, one bit each.
    std::size_t element = 0;
    std::size_t at = begin;
    while (at < end) {
      const std::size_t start = at;
      std::uint64_t tag = 0;
      if (!Varint(at, end, tag)) return false;
      if (tag > std::numeric_limits<std::uint32_t>::max()) {
        return Fail(start, "a field number is too large");
      }
      const auto number = static_cast<std::uint32_t>(tag >> 3);
      const FieldSchema* before = field;
      field = Advance(schema, next, number);
      if (field == nullptr) return FailAtNumber(schema, start, number);
      if (field == before && (!field->repeated || IsNumber(field->kind))) {
        return FailIn(*field, start, absl::StrCat("field ", number, " appears twice"));
      }
      element = field == before ? element + 1 : 0;
      if (field->oneof >= 0) {
        const std::uint64_t bit = std::uint64_t{1} << field->oneof;
        if ((oneofs & bit) != 0) {
          return FailIn(*field, start, "another member of its oneof is set as well");
        }
        oneofs |= bit;
      }
      if (!Field(*field, static_cast<std::uint32_t>(tag & 7), at, end, depth)) {
        return Named(*field, element);
      }
    }
    return true;
  }

  absl::Status Error() const {
    return absl::InvalidArgumentError(
        absl::StrCat(path_.empty() ? "" : absl::StrCat(path_, ": "), message_, ", byte ", offset_));
  }

 private:
  // The field of this number at or behind `next`, which moves to it; null if there is none.
  static const FieldSchema* Advance(const MessageSchema& schema, std::size_t& next,
                                    std::uint32_t number) {
    while (next < schema.fields.size() && schema.fields[next].number < number) ++next;
    if (next == schema.fields.size() || schema.fields[next].number != number) return nullptr;
    return &schema.fields[next];
  }

  // A field moves `at` behind itself.
  bool Field(const FieldSchema& field, std::uint32_t wire_type, std::size_t& at, std::size_t end,
             int depth) {
    const std::size_t start = at;
    const bool packed = field.repeated && IsNumber(field.kind);
    const std::uint32_t wanted = packed ? wire::kLengthDelimited : WireTypeOf(field.kind);
    if (wire_type != wanted) {
      return Fail(start, absl::StrCat("wire type ", wire_type, " instead of ", wanted));
    }
    if (!packed && IsNumber(field.kind)) {
      bool is_default = false;
      if (!Number(field, at, end, is_default)) return false;
      if (is_default && !field.has_presence) return Fail(start, "it is at its default");
      return true;
    }
    std::uint64_t length = 0;
    if (!Varint(at, end, length)) return false;
    if (length > end - at) return Fail(start, "its length goes beyond the end");
    const std::size_t inner_end = at + static_cast<std::size_t>(length);
    const std::size_t inner = at;
    at = inner_end;
    if (packed) return Packed(field, inner, inner_end);
    if (field.kind == FieldKind::kMessage) {
      return Message(*field.message, inner, inner_end, depth + 1);
    }
    if (length == 0 && !field.repeated && !field.has_presence) {
      return Fail(start, "it is at its default");
    }
    if (field.kind == FieldKind::kText && !wire::IsUtf8(bytes_.subspan(inner, inner_end - inner))) {
      return Fail(inner, "text that is not UTF-8");
    }
    return true;
  }

  bool Packed(const FieldSchema& field, std::size_t at, std::size_t end) {
    if (at == end) return Fail(at, "a packed run is empty");
    while (at < end) {
      bool is_default = false;
      if (!Number(field, at, end, is_default)) return false;
    }
    return true;
  }

  bool Number(const FieldSchema& field, std::size_t& at, std::size_t end, bool& is_default) {
    if (field.kind == FieldKind::kFixed32) return Fixed(at, end, 4, is_default);
    if (field.kind == FieldKind::kFixed64) return Fixed(at, end, 8, is_default);
    const std::size_t start = at;
    std::uint64_t value = 0;
    if (!Varint(at, end, value)) return false;
    is_default = value == 0;
    return Range(field, start, value);
  }

  bool Range(const FieldSchema& field, std::size_t start, std::uint64_t value) {
    const auto as_signed = static_cast<std::int64_t>(value);
    const bool fits_int32 = as_signed >= std::numeric_limits<std::int32_t>::min() &&
                            as_signed <= std::numeric_limits<std::int32_t>::max();
    switch (field.kind) {
      case FieldKind::kBool:
        return value <= 1 || Fail(start, "a boolean is neither 0 nor 1");
      case FieldKind::kInt32:
        return fits_int32 || Fail(start, "a number does not fit into 32 bits");
      case FieldKind::kUint32:
        return value <= std::numeric_limits<std::uint32_t>::max() ||
               Fail(start, "a number does not fit into 32 bits");
      case FieldKind::kEnum:
        if (!fits_int32) return Fail(start, "a number does not fit into 32 bits");
        return std::binary_search(field.enum_values.begin(), field.enum_values.end(),
                                  static_cast<std::int32_t>(as_signed)) ||
               Fail(start, absl::StrCat("value ", as_signed, " has no name in its enumeration"));
      default:
        return true;
    }
  }

  bool Fixed(std::size_t& at, std::size_t end, std::size_t width, bool& is_default) {
    if (end - at < width) return Fail(at, "the bytes end inside a number");
    const ByteView value = bytes_.subspan(at, width);
    is_default = std::all_of(value.begin(), value.end(), [](std::uint8_t b) { return b == 0; });
    at += width;
    return true;
  }

  bool Varint(std::size_t& at, std::size_t end, std::uint64_t& value) {
    const char* error = wire::ReadVarint(bytes_.first(end), at, value);
    return error == nullptr || Fail(at, error);
  }

  // Errors name the place where the offending field or value begins.
  bool Fail(std::size_t at, absl::string_view message) {
    message_ = std::string(message);
    offset_ = at;
    return false;
  }
  bool FailIn(const FieldSchema& field, std::size_t at, absl::string_view message) {
    path_ = field.name;
    return Fail(at, message);
  }
  bool FailAtNumber(const MessageSchema& schema, std::size_t at, std::uint32_t number) {
    for (const FieldSchema& field : schema.fields) {
      if (field.number != number) continue;
      return FailIn(field, at,
                    absl::StrCat("field ", number, " stands behind one with a higher number"));
    }
    return Fail(at, absl::StrCat("field ", number, " is not known"));
  }
  bool Named(const FieldSchema& field, std::size_t element) {
    std::string name = field.name;
    if (field.repeated && !IsNumber(field.kind)) absl::StrAppend(&name, "[", element, "]");
    path_ = path_.empty() ? name : absl::StrCat(name, ".", path_);
    return false;
  }

  ByteView bytes_;
  int max_depth_;
  std::string path_;
  std::string message_;
  std::size_t offset_ = 0;
};

}  // namespace

absl::Status CheckCanonical(const google::protobuf::Descriptor& type, ByteView bytes,
                            const CanonicalLimits& limits) {
  const MessageSchema& schema = SchemaOf(type);
  if (!schema.unfit.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("no canonical form: ", schema.unfit));
  }
  if (bytes.size() > limits.max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(bytes.size(), " bytes, at most ", limits.max_bytes, " are allowed"));
  }
  CanonicalPass pass(bytes, limits.max_depth);
  if (!pass.Message(schema, 0, bytes.size(), 1)) return pass.Error();
  return absl::OkStatus();
}

keys::Bytes SerializeTrusted(const google::protobuf::Message& message) {
  keys::Bytes bytes(message.ByteSizeLong(), '\0');
  google::protobuf::io::ArrayOutputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  return bytes;
}

absl::StatusOr<keys::Bytes> CanonicalBytes(const google::protobuf::Message& message) {
  keys::Bytes bytes = SerializeTrusted(message);
  absl::Status status = CheckCanonical(*message.GetDescriptor(), keys::AsBytes(bytes));
  if (!status.ok()) return status;
  return bytes;
}

absl::Status ParseCanonical(ByteView bytes, google::protobuf::Message& message,
                            const CanonicalLimits& limits) {
  absl::Status status = CheckCanonical(*message.GetDescriptor(), bytes, limits);
  if (!status.ok()) return status;
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError("the bytes passed the scan and do not parse");
  }
  return absl::OkStatus();
}

}  // namespace cairn::statement
