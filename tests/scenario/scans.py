"""Scans: small black and white PNG images that show at a glance that they are made up.

A sheet carries SYNTHETIC EXERCISE, the record's number in Latin letters, and a mark from its own
stream, so that no two sheets have equal bytes. The pixels are stored, not packed: what zlib makes
of equal bytes differs from version to version.
"""

import binascii
import struct
import zlib

# Five columns of seven bits each, the lowest bit on top.
_GLYPHS = {
    "A": "7e0909097e", "B": "7f49494936", "C": "3e41414122", "D": "7f4141413e", "E": "7f49494941",
    "F": "7f09090901", "G": "3e4149493a", "H": "7f0808087f", "I": "00417f4100", "J": "2040413f01",
    "K": "7f08142241", "L": "7f40404040", "M": "7f020c027f", "N": "7f0408107f", "O": "3e4141413e",
    "P": "7f09090906", "Q": "3e4151215e", "R": "7f09192946", "S": "4649494931", "T": "01017f0101",
    "U": "3f4040403f", "V": "1f2040201f", "W": "3f4038403f", "X": "6314081463", "Y": "0708700807",
    "Z": "6151494543", "0": "3e5149453e", "1": "00427f4000", "2": "4261514946", "3": "2141454b31",
    "4": "1814127f10", "5": "2745454539", "6": "3c4a494930", "7": "0171090503", "8": "3649494936",
    "9": "064949291e", "-": "0808080808", " ": "0000000000", ".": "0060600000", "/": "2010080402",
}
_LATIN = {"У": "U", "М": "M", "З": "Z"}
WIDTH, HEIGHT = 224, 120
_WHITE = (1 << WIDTH) - 1


def _lines(character, scale):
    """The seven lines of a glyph as numbers of 6 x scale bits, the leftmost pixel on top."""
    glyph = bytes.fromhex(_GLYPHS.get(_LATIN.get(character, character), _GLYPHS["-"]))
    lines = []
    for line in range(7):
        bits = 0
        for column in glyph:
            bits = bits << scale | ((1 << scale) - 1 if column >> line & 1 else 0)
        lines.append(bits << scale)
    return lines


_cache = {}


def _draw(rows, text, left, top, scale):
    """Blackens (clears) the pixels of `text`."""
    for character in text.upper():
        key = (character, scale)
        if key not in _cache:
            _cache[key] = _lines(character, scale)
        shift = WIDTH - left - 6 * scale
        for line, bits in enumerate(_cache[key]):
            for y in range(top + line * scale, top + (line + 1) * scale):
                rows[y] &= ~(bits << shift)
        left += 6 * scale


def _form(role):
    """The printed form: frame, headings, and on a sketch a field with its reference points."""
    rows = [_WHITE] * HEIGHT
    bar = _WHITE >> 6 << 3
    sides = 1 << (WIDTH - 4) | 1 << 3
    for y in range(3, HEIGHT - 3):
        rows[y] &= ~sides
    rows[3] &= ~bar
    rows[HEIGHT - 4] &= ~bar
    _draw(rows, "SYNTHETIC EXERCISE", 8, 10, 1)
    _draw(rows, "NOT A REAL MINEFIELD", 8, 106, 1)
    _draw(rows, role, 150, 10, 1)
    if role == "sketch":
        field = ((1 << 100) - 1) << (WIDTH - 160)
        ends = 1 << (WIDTH - 61) | 1 << (WIDTH - 160)
        for y in range(62, 93):
            rows[y] &= ~(field if y in (62, 92) else ends)
        _draw(rows, "R1", 30, 74, 1)
        _draw(rows, "R2", 175, 74, 1)
    return rows


_forms = {}


def _chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", binascii.crc32(body))


def _stored(raw):
    """A zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4)."""
    blocks = [b"\x78\x01"]
    for at in range(0, len(raw), 65535):
        part = raw[at:at + 65535]
        last = at + 65535 >= len(raw)
        blocks.append(struct.pack("<BHH", last, len(part), len(part) ^ 0xffff) + part)
    return b"".join(blocks) + struct.pack(">I", zlib.adler32(raw))


def image(stream, role, number, size=0):
    """PNG bytes of one sheet; with `size`, about so many, by grain below the form."""
    if role not in _forms:
        _forms[role] = _form(role)
    rows = list(_forms[role])
    _draw(rows, number[:17], 8, 28, 2)
    _draw(rows, stream.bytes(12).hex(), 8, 48, 1)
    width = WIDTH // 8
    raw = b"".join(b"\0" + row.to_bytes(width, "big") for row in rows)
    height = HEIGHT
    if size > len(raw):
        more = -(-(size - len(raw)) // (width + 1))
        grain = stream.bytes(more * width)
        raw += b"".join(b"\0" + grain[at:at + width] for at in range(0, len(grain), width))
        height += more
    header = struct.pack(">IIBBBBB", WIDTH, height, 1, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) +
            _chunk(b"IDAT", _stored(raw)) + _chunk(b"IEND", b""))
