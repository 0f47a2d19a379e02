"""Writes tests/vectors/canonical/corpus.txt: encodings, and whether each is canonical.

Every line is built, not found: good messages are trees of fields, and each spoiler breaks one rule
at every place of a tree where it can be broken. So the verdict is known from the construction and
depends on no scanner. The same file every time:

    python3 tests/interop/make_canonical_corpus.py > tests/vectors/canonical/corpus.txt
"""

import copy

EVERYTHING = "cairn.test.v1.Everything"
VARINT, FIXED64, DELIMITED, START_GROUP, END_GROUP, FIXED32 = range(6)


def varint(value, extra=0):
    """Shortest form; `extra` needless bytes more."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    for _ in range(extra):
        out[-1] |= 128
        out.append(0)
    return bytes(out)


class F:
    """A field: number, wire type and value (an integer, bytes, or a list of fields)."""

    def __init__(self, number, wire, value):
        self.number, self.wire, self.value = number, wire, value
        self.long_tag = self.long_length = self.long_value = 0
        self.length_off_by = 0

    def encode(self):
        out = varint(self.number << 3 | self.wire, self.long_tag)
        if self.wire == VARINT:
            return out + varint(self.value, self.long_value)
        if self.wire != DELIMITED:
            return out + self.value
        inner = self.value if isinstance(self.value, bytes) else encode(self.value)
        return out + varint(len(inner) + self.length_off_by, self.long_length) + inner


def encode(fields):
    return b"".join(field.encode() for field in fields)


def v(number, value):
    return F(number, VARINT, value)


def d(number, value):
    return F(number, DELIMITED, value.encode() if isinstance(value, str) else value)


def statement(number, body):
    return [d(1, "l"), d(2, b"\1"), d(3, "a"), d(4, b"\2"), v(5, 7), d(6, b"\3"),
            d(7, [v(1, 9), d(2, b"\4")]), v(8, 1000), v(9, 2000), d(number, body)]


CLAIM = statement(117, [d(1, "s"), d(3, b"\5"), v(4, -5), v(5, 2), d(6, "x"), d(6, "y"),
                        d(7, [v(1, 2), v(2, 0)])])
CHARTER = statement(64, [d(1, [
    d(1, "H"), v(2, 1), d(3, [d(1, "p"), d(2, bytes([1, 3]))]), d(3, [d(1, "q"), d(2, bytes([2]))]),
    v(4, 1), d(5, [d(1, "k"), d(2, "K")]), d(5, [d(1, "m"), d(2, "M")]), d(13, [v(1, 5000)])])])
SUBMIT = [v(1, 2), d(2, b"\6"), v(3, 70), d(6, b"\7"), v(7, 3), v(8, 1),
          d(13, [d(1, "k"), d(2, "o"), v(3, 3), d(4, [v(1, 1), v(2, 6), v(3, 1)]), v(5, 2)]),
          d(14, b"\6")]
FULL = [v(1, 1), v(2, -1), v(3, -2), v(4, 2**32 - 1), v(5, 2**64 - 1), v(6, 2**32 - 1),
        v(7, 2**64 - 1), F(8, FIXED32, b"\1\0\0\0"), F(9, FIXED64, b"\0" * 7 + b"\1"),
        F(10, FIXED32, b"\xff" * 4), F(11, FIXED64, b"\xff" * 8), d(12, "t\u00e9\U0001f5fa"),
        d(13, b"\0\xff"), v(14, 1000), d(15, [v(1, 1)]), d(16, bytes([0, 1])), d(17, ""),
        d(17, "u"), d(18, []), d(18, [v(14, -1)]), d(19, bytes([0, 1])), d(20, b"\0" * 8),
        d(21, bytes([0, 1])), v(22, 0), d(23, ""), v(24, 0), v(25, 0), v(26, 0), d(30, varint(-1)),
        d(2047, "f"), d(536870911, "g")]

# Numbers of fields, for spoilers that need to know what is there and what could be.
BASES = [
    ("cairn.v1.Statement", "claim", CLAIM),
    ("cairn.v1.Statement", "charter", CHARTER),
    ("cairn.v1.SubmitPackage", "submission", SUBMIT),
    ("cairn.v1.LogEntry", "entry", [v(1, 3), d(2, b"\1\2")]),
    (EVERYTHING, "full", FULL),
]
REPEATED = {("claim", 6), ("charter", 3), ("charter", 5), ("submission", 13), ("submission", 14),
            ("submission", 4), ("full", 17), ("full", 18)}


def messages(fields, path=()):
    """All messages of a tree: (path of indices to it, its list of fields)."""
    yield path, fields
    for index, field in enumerate(fields):
        if isinstance(field.value, list):
            yield from messages(field.value, path + (index,))


def at(fields, path):
    for index in path:
        fields = fields[index].value
    return fields


class Corpus:
    def __init__(self):
        self.seen = set()
        self.lines = []

    def add(self, type_name, good, data, what):
        key = (type_name, data)
        if key in self.seen:
            return
        self.seen.add(key)
        self.lines.append(f"{type_name} {'good' if good else 'bad'} {data.hex() or '-'} {what}")

    def spoil(self, type_name, name, tree, path, change, what):
        spoiled = copy.deepcopy(tree)
        change(at(spoiled, path))
        place = ".".join(map(str, path)) or "top"
        self.add(type_name, False, encode(spoiled), f"{name}, message {place}: {what}")


def spoil_structure(corpus, type_name, name, tree):
    """Rules that hold for every message whatever its type."""
    for path, fields in messages(tree):
        def put(what, change, path=path):
            corpus.spoil(type_name, name, tree, path, change, what)
        put("unknown field at the end", lambda m: m.append(d(536870910, "z"))
            if not m or m[-1].number < 536870910 else m.insert(0, v(31, 1)))
        put("unknown number in the middle", lambda m: m.insert(len(m) // 2, v(3000, 1)))
        put("group", lambda m: m.append(F(3001, START_GROUP, varint(3001 << 3 | END_GROUP))))
        put("end of a group never begun", lambda m: m.append(F(3001, END_GROUP, b"")))
        put("field number zero", lambda m: m.insert(0, F(0, VARINT, 1)))
        for i, field in enumerate(fields):
            label = f"field {field.number}"
            if (name, field.number) not in REPEATED:
                put(f"{label} twice", lambda m, i=i: m.insert(i, copy.deepcopy(m[i])))
            if i and fields[i - 1].number != field.number:
                put(f"{label} before its predecessor",
                    lambda m, i=i: m.insert(i - 1, m.pop(i)))
            put(f"{label} with a long tag", lambda m, i=i: setattr(m[i], "long_tag", 1))
            if field.wire == VARINT:
                if field.value < 2**63 and field.value >= 0:
                    put(f"{label} with a long value", lambda m, i=i: setattr(m[i], "long_value", 1))
            elif field.wire == DELIMITED:
                put(f"{label} with a long length", lambda m, i=i: setattr(m[i], "long_length", 1))
                if not path:
                    put(f"{label} with its length beyond the end",
                        lambda m, i=i: setattr(m[i], "length_off_by", 100000))
            if path or name == "charter":
                continue  # Enough of these elsewhere.
            for wire, value in ((VARINT, 1), (FIXED64, b"\1" * 8), (FIXED32, b"\1" * 4),
                                (DELIMITED, b"\1")):
                if wire != field.wire:
                    put(f"{label} with wire type {wire}",
                        lambda m, i=i, wire=wire, value=value:
                        m.__setitem__(i, F(m[i].number, wire, value)))


def cut_short(corpus, type_name, name, tree):
    """Cut inside a field: between two fields a shorter message would be canonical again."""
    data, ends, position = encode(tree), {0}, 0
    for field in tree:
        position += len(field.encode())
        ends.add(position)
    step = max(1, len(data) // 12)
    for size in range(1, len(data), step):
        if size not in ends:
            corpus.add(type_name, False, data[:size], f"{name}: cut after {size} bytes")


def everything(corpus):
    """Rules about kinds of values, one field each."""
    def good(what, *fields):
        corpus.add(EVERYTHING, True, encode(fields), what)

    def bad(what, *fields):
        corpus.add(EVERYTHING, False, encode(fields), what)

    zeros = [(1, v(1, 0)), (2, v(2, 0)), (3, v(3, 0)), (4, v(4, 0)), (5, v(5, 0)), (6, v(6, 0)),
             (7, v(7, 0)), (8, F(8, FIXED32, b"\0" * 4)), (9, F(9, FIXED64, b"\0" * 8)),
             (10, F(10, FIXED32, b"\0" * 4)), (11, F(11, FIXED64, b"\0" * 8)), (12, d(12, "")),
             (13, d(13, b"")), (14, v(14, 0)), (2047, d(2047, ""))]
    for number, field in zeros:
        bad(f"field {number} at its default", field)
        bad(f"field {number} at its default, inside", d(15, [field]))
        bad(f"field {number} at its default, inside a oneof's member", d(29, [field]))
    good("nothing at all")
    for what, field in (("message", d(15, [])), ("optional number", v(22, 0)),
                        ("optional text", d(23, "")), ("optional enum", v(24, 0)),
                        ("member of a oneof", v(25, 0)), ("text of a oneof", d(27, "")),
                        ("message of a oneof", d(29, [])), ("bytes of a oneof", d(28, b"")),
                        ("element of repeated text", d(17, "")),
                        ("element of repeated messages", d(18, []))):
        good(f"{what}, empty and present", field)
    for number in (2, 3, 14):
        good(f"field {number} negative in ten bytes", v(number, -1))
    bad("int32 negative in five bytes", v(2, 2**32 - 1))
    bad("enum negative in five bytes", v(14, 2**32 - 1))
    good("int32, largest", v(2, 2**31 - 1))
    good("int32, smallest", v(2, -2**31))
    bad("int32, one too large", v(2, 2**31))
    bad("int32, one too small", v(2, -2**31 - 1))
    bad("uint32, one too large", v(4, 2**32))
    bad("uint32, -1", v(4, -1))
    bad("sint32, one too large", v(6, 2**32))
    bad("boolean 2", v(1, 2))
    bad("boolean of 64 bits", v(1, 2**63))
    bad("boolean 2 in a packed run", d(21, bytes([1, 2])))
    for value in (2, 999, 1001, -2, 2**31 - 1, 2**40):
        bad(f"enum value {value}", v(14, value))
        bad(f"enum value {value} in a packed run", d(19, varint(value)))
        bad(f"enum value {value}, optional", v(24, value))
    good("enum value 1000", v(14, 1000))
    bad("uint64 in ten bytes with a last byte of 2", d(15, b"\x28" + b"\xff" * 9 + b"\x02"))
    corpus.add(EVERYTHING, False, b"\x28" + b"\x80" * 9 + b"\x02", "varint beyond 64 bits")
    corpus.add(EVERYTHING, False, b"\x28" + b"\xff" * 10 + b"\x01", "varint of eleven bytes")
    corpus.add(EVERYTHING, False, b"\x28" + b"\x80" * 9 + b"\x00", "zero in ten bytes")
    corpus.add(EVERYTHING, False, b"\x28" + b"\x80" * 4, "varint cut short")
    corpus.add(EVERYTHING, False, b"\x88\x80\x80\x80\x10\x01", "tag beyond 32 bits")
    corpus.add(EVERYTHING, False, b"\x88\x80\x80\x80\x00\x01", "tag in five bytes")
    for text in (b"\xff", b"\xc3", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
                 b"\xf8\x88\x80\x80\x80", b"a\x80", b"\xe2\x82", b"\xf0\x80\x80\x80", b"\xc1\xbf",
                 b"\xc3\x28", b"\xe2\x28\xa1", b"\xf0\x9f\x98"):
        for number in (12, 17, 23, 27):
            bad(f"field {number}, text {text.hex()}", d(number, text))
        good(f"bytes {text.hex()}", d(13, text))
    for text in ("\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000",
                 "\U0010ffff", "\0"):
        good(f"text U+{ord(text):04X}", d(12, text))
    packed(corpus, good, bad)
    oneofs(good, bad)
    nesting(corpus)


def packed(corpus, good, bad):
    good("packed numbers", d(16, varint(0) + varint(2**64 - 1)))
    bad("packed run empty", d(16, b""))
    bad("packed words empty", d(20, b""))
    bad("packed in two runs", d(16, b"\1"), d(16, b"\2"))
    bad("unpacked number", v(16, 1))
    bad("unpacked numbers", v(16, 1), v(16, 2))
    bad("unpacked word", F(20, FIXED32, b"\1\0\0\0"))
    bad("packed, then unpacked", d(16, b"\1"), v(16, 2))
    bad("packed with a long varint", d(16, varint(1, 1)))
    bad("packed varint cut short", d(16, b"\x80"))
    bad("packed words cut short", d(20, b"\0" * 6))
    bad("packed int32 too large", d(30, varint(2**31)))
    bad("packed int32 negative in five bytes", d(30, varint(2**32 - 1)))
    good("packed int32 negative", d(30, varint(-3)))
    bad("packed numbers as text elements of a lower number", d(17, "b"), d(16, b"\1"))


def oneofs(good, bad):
    good("one member of each oneof", v(25, 1), v(26, 1))
    good("one member of each, the later ones", d(28, b"x"), d(29, [v(1, 1)]))
    bad("two members of the first", v(25, 1), d(27, "x"))
    bad("two members of the first around one of the second", v(25, 1), v(26, 1), d(27, "x"))
    bad("first and third member", v(25, 0), d(29, []))
    bad("second and third member", d(27, ""), d(29, []))
    bad("two members of the second", v(26, 1), d(28, b""))
    bad("the same member twice", v(25, 1), v(25, 1))


def nesting(corpus):
    for depth, is_good in ((31, True), (32, True), (33, False), (200, False)):
        data = b""
        for _ in range(depth - 1):
            data = d(15, data).encode()
        corpus.add(EVERYTHING, is_good, data, f"{depth} messages inside each other")


def types_without_form(corpus):
    for name in ("WithMap", "WithDouble", "WithFloatInside", "Unpacked"):
        corpus.add(f"cairn.test.v1.{name}", False, b"", "a type that has no canonical form")
    corpus.add("cairn.test.v1.WithDouble", False, b"\x09" + b"\1" * 8, "a double")
    corpus.add("cairn.test.v1.Unpacked", False, b"\x08\1", "unpacked as its type says")


def statements(corpus):
    """What only shows in the real messages."""
    name = "cairn.v1.Statement"
    two = copy.deepcopy(CLAIM)
    two.insert(-1, d(101, []))
    corpus.add(name, False, encode(two), "unknown body before the real one")
    two = copy.deepcopy(CLAIM)
    two.insert(-1, d(96, []))
    corpus.add(name, False, encode(two), "two bodies")
    for number, kind in ((1, 9), (1, 99), (5, 77)):
        spoiled = copy.deepcopy(SUBMIT)
        place = spoiled if number == 1 else spoiled[6].value
        [f for f in place if f.number == number][0].value = kind
        corpus.add("cairn.v1.SubmitPackage", False, encode(spoiled), f"field {number}, enum {kind}")
    role = copy.deepcopy(CHARTER)
    role[-1].value[0].value[2].value[1].value = bytes([1, 99])
    corpus.add(name, False, encode(role), "unknown role in a packed run three messages deep")
    for depth, path in ((1, ()), (2, (9,)), (3, (9, 0)), (4, (9, 0, 2))):
        spoiled = copy.deepcopy(CHARTER)
        at(spoiled, path).append(d(1000, b"hidden"))
        corpus.add(name, False, encode(spoiled), f"unknown field at depth {depth}")
    entry = "cairn.v1.LogEntry"
    corpus.add(entry, False, encode([v(1, 0), d(2, b"x")]), "time zero written out")
    corpus.add(entry, True, encode([d(2, b"x")]), "time zero left out")


def main():
    corpus = Corpus()
    for type_name, name, tree in BASES:
        corpus.add(type_name, True, encode(tree), f"{name}, as it should be")
    for type_name, name, tree in BASES:
        spoil_structure(corpus, type_name, name, tree)
        cut_short(corpus, type_name, name, tree)
    everything(corpus)
    statements(corpus)
    types_without_form(corpus)
    print("# Encodings and whether each is canonical: type, verdict, hex ('-': no bytes), description.")
    print("# Written by tests/interop/make_canonical_corpus.py; types of cairn.test.v1 stand in")
    print("# everything.proto beside this file.")
    print("\n".join(corpus.lines))


if __name__ == "__main__":
    main()
