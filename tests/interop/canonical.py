"""The canonical form of signed messages, checked by a second program.

Written from the description of the form (audit/statement/canonical.h), not from the C++ code, and
built the other way round: it decodes the bytes into a list of fields first and judges the list
afterwards. Descriptors come from a FileDescriptorSet; nothing else of Protocol Buffers is used.
"""

from google.protobuf import descriptor_pb2

MAX_DEPTH = 32
VARINT, FIXED64, DELIMITED, FIXED32 = 0, 1, 2, 5
_F = descriptor_pb2.FieldDescriptorProto
_WIRE = {
    _F.TYPE_BOOL: VARINT, _F.TYPE_INT32: VARINT, _F.TYPE_INT64: VARINT, _F.TYPE_UINT32: VARINT,
    _F.TYPE_UINT64: VARINT, _F.TYPE_SINT32: VARINT, _F.TYPE_SINT64: VARINT, _F.TYPE_ENUM: VARINT,
    _F.TYPE_FIXED32: FIXED32, _F.TYPE_SFIXED32: FIXED32,
    _F.TYPE_FIXED64: FIXED64, _F.TYPE_SFIXED64: FIXED64,
    _F.TYPE_STRING: DELIMITED, _F.TYPE_BYTES: DELIMITED, _F.TYPE_MESSAGE: DELIMITED,
}


class NotCanonical(Exception):
    """The bytes are not the canonical form of any message of the type."""


class UnfitType(Exception):
    """The type has no canonical form."""


class Schema:
    """Message and enum types by full name, from a serialized FileDescriptorSet."""

    def __init__(self, *sets):
        self.messages = {}
        self.enums = {}
        for serialized in sets:
            for file in descriptor_pb2.FileDescriptorSet.FromString(serialized).file:
                prefix = "." + file.package if file.package else ""
                self._add(prefix, file.message_type, file.enum_type, file.syntax)

    def _add(self, prefix, messages, enums, syntax):
        for enum in enums:
            self.enums[f"{prefix}.{enum.name}"] = {value.number for value in enum.value}
        for message in messages:
            name = f"{prefix}.{message.name}"
            self.messages[name] = (message, syntax)
            self._add(name, message.nested_type, message.enum_type, syntax)

    def check_type(self, name, seen=None):
        """Raises UnfitType if messages of the type have no canonical form."""
        seen = set() if seen is None else seen
        if name in seen:
            return
        seen.add(name)
        message, syntax = self.messages[name]
        if syntax != "proto3" or message.extension_range or name == ".google.protobuf.Any":
            raise UnfitType(name)
        if message.options.map_entry:
            raise UnfitType(name)
        for field in message.field:
            if field.type not in _WIRE:
                raise UnfitType(f"{name}.{field.name}")
            if (field.label == _F.LABEL_REPEATED and _WIRE[field.type] != DELIMITED
                    and field.options.HasField("packed") and not field.options.packed):
                raise UnfitType(f"{name}.{field.name}")
            if field.type == _F.TYPE_MESSAGE:
                self.check_type(field.type_name, seen)


def _varint(data, at):
    """Returns (value, next position)."""
    value = 0
    for count in range(10):
        if at + count >= len(data):
            raise NotCanonical("varint cut short")
        byte = data[at + count]
        value |= (byte & 127) << (7 * count)
        if byte < 128:
            if value >= 1 << 64:
                raise NotCanonical("varint beyond 64 bits")
            if count and byte == 0:
                raise NotCanonical("varint with needless bytes")
            return value, at + count + 1
    raise NotCanonical("varint without end")


def _take(data, at, count):
    if count > len(data) - at:
        raise NotCanonical("cut short")
    return data[at:at + count], at + count


def _decode(data):
    """Splits a message into (field number, wire type, value) triples, in their order."""
    fields, at = [], 0
    while at < len(data):
        tag, at = _varint(data, at)
        if tag >= 1 << 32:
            raise NotCanonical("tag too large")
        number, wire = tag >> 3, tag & 7
        if wire == VARINT:
            value, at = _varint(data, at)
        elif wire == FIXED32:
            value, at = _take(data, at, 4)
        elif wire == FIXED64:
            value, at = _take(data, at, 8)
        elif wire == DELIMITED:
            length, at = _varint(data, at)
            value, at = _take(data, at, length)
        else:
            raise NotCanonical(f"wire type {wire}")
        fields.append((number, wire, value))
    return fields


def _check_number(schema, field, value):
    """Judges a number; returns whether it is its type's default."""
    if isinstance(value, bytes):
        return not any(value)
    if field.type == _F.TYPE_BOOL and value > 1:
        raise NotCanonical("boolean beyond 1")
    if field.type in (_F.TYPE_UINT32, _F.TYPE_SINT32) and value >= 1 << 32:
        raise NotCanonical("beyond 32 bits")
    if field.type in (_F.TYPE_INT32, _F.TYPE_ENUM):
        as_signed = value - (1 << 64) if value >= 1 << 63 else value
        if not -(1 << 31) <= as_signed < 1 << 31:
            raise NotCanonical("beyond 32 bits")
        if field.type == _F.TYPE_ENUM and as_signed not in schema.enums[field.type_name]:
            raise NotCanonical("enum value without a name")
    return value == 0


def _check_packed(schema, field, data):
    if not data:
        raise NotCanonical("empty packed run")
    width = {FIXED32: 4, FIXED64: 8}.get(_WIRE[field.type])
    at = 0
    while at < len(data):
        value, at = _take(data, at, width) if width else _varint(data, at)
        _check_number(schema, field, value)


def _check_delimited(schema, field, data, depth):
    """Judges text, bytes or a message; returns whether it is its type's default."""
    if field.type == _F.TYPE_MESSAGE:
        _check(schema, field.type_name, data, depth + 1)
        return False
    if field.type == _F.TYPE_STRING:
        try:
            data.decode("utf-8", errors="strict")
        except UnicodeDecodeError:
            raise NotCanonical("not UTF-8") from None
    return len(data) == 0


def _check(schema, name, data, depth):
    if depth > MAX_DEPTH:
        raise NotCanonical("nested too deep")
    known = {field.number: field for field in schema.messages[name][0].field}
    last, oneofs = 0, set()
    for number, wire, value in _decode(data):
        field = known.get(number)
        if field is None:
            raise NotCanonical(f"unknown field {number}")
        repeated = field.label == _F.LABEL_REPEATED
        is_number = _WIRE[field.type] != DELIMITED
        if number < last:
            raise NotCanonical(f"field {number} out of order")
        if number == last and (not repeated or is_number):
            raise NotCanonical(f"field {number} twice")
        last = number
        if field.HasField("oneof_index") and not field.proto3_optional:
            if field.oneof_index in oneofs:
                raise NotCanonical("two members of a oneof")
            oneofs.add(field.oneof_index)
        packed = repeated and is_number
        if wire != (DELIMITED if packed else _WIRE[field.type]):
            raise NotCanonical(f"wire type {wire} for field {number}")
        if packed:
            _check_packed(schema, field, value)
            continue
        if is_number:
            at_default = _check_number(schema, field, value)
        else:
            at_default = _check_delimited(schema, field, value, depth)
        if at_default and not repeated and not field.HasField("oneof_index"):
            raise NotCanonical(f"field {number} at its default")


def check(schema, type_name, data):
    """Raises NotCanonical or UnfitType unless `data` is canonical. `type_name` has no leading dot."""
    schema.check_type("." + type_name)
    _check(schema, "." + type_name, bytes(data), 1)
