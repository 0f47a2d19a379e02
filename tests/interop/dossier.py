#!/usr/bin/python3
"""A second verifier of dossiers, written from audit/dossier/DOSSIER.md alone.

usage: dossier.py [--policy FILE | --log-vkey VKEY] [--genesis HEX] FILE.dossier

Prints a line for each claim: its state, its id, and why. Exit codes as `cairn verify`. Shares no code
with Cairn: Python's standard library, and PyNaCl for Ed25519. It does not fold the log, so it leaves
`rules` unchecked and says so. It reads the whole file into memory: it is small, not fast."""
import argparse
import base64
import binascii
import hashlib
import re
import sys

import nacl.bindings
import nacl.exceptions

HOLDS, FAILS, SKIPPED = "holds", "does not hold", "not checked"
MAGIC = b"cairn dossier v1\n"
README = "48221c035deb36466c493048d931ac895d5505ce466bc17d3fd34c7827d1cbcf"
PAYLOAD_TYPE = b"application/vnd.cairn.statement.v1+protobuf"
BESIDE = {"witnessed", "charter-witnessed"}  # May stay unchecked, where no witness is asked for.
GENESIS, WITNESSED, OPEN_HANDOVER = 32, 33, 64


class Wrong(Exception):
    """Something is not what it ought to be."""


class Beyond(Exception):
    """Something cannot be judged with what is here."""


def need(condition, what):
    if not condition:
        raise Wrong(what)


def sha256(data):
    return hashlib.sha256(data).digest()


def decimal(text):
    need(re.fullmatch(rb"0|[1-9][0-9]{0,18}", text), "no decimal number")
    return int(text)


def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong("no base64") from error
    need(base64.b64encode(data) == text, "base64 in another spelling")
    return data


def verifies(key, message, signature):
    try:
        nacl.bindings.crypto_sign_open(signature + message, key)
    except (nacl.exceptions.BadSignatureError, ValueError):
        return False
    return len(signature) == 64


# --- 1. The container ------------------------------------------------------------------------------
def header_of(name, size):
    head = bytearray(512)
    for at, part in ((0, name), (100, b"0000644"), (108, b"0000000"), (116, b"0000000"),
                     (124, b"%011o" % size), (136, b"00000000000"), (148, b" " * 8), (156, b"0"),
                     (257, b"ustar\x0000"), (329, b"0000000"), (337, b"0000000")):
        head[at:at + len(part)] = part
    head[148:156] = b"%06o\x00 " % sum(head)
    return bytes(head)


def members_of(data):
    """[(name, content)] of an archive that has no other spelling."""
    members, names, at = [], set(), 0
    while data[at:at + 512] != bytes(512):
        head = data[at:at + 512]
        need(len(head) == 512, "cut short")
        name, size = head[:100].rstrip(b"\0"), head[124:135]
        need(re.fullmatch(rb"[A-Za-z0-9._/-]+", name), "a name that no member has")
        need(all(part not in (b"", b".", b"..") for part in name.split(b"/")), "a path that leaves")
        need(re.fullmatch(rb"[0-7]{11}", size), "no size")
        size = int(size, 8)
        need(head == header_of(name, size), "a header in another spelling")
        need(name not in names, "a member twice")
        names.add(name)
        begin, end = at + 512, at + 512 + size
        at = (end + 511) // 512 * 512
        need(len(data) >= at and data[end:at] == bytes(at - end), "padding, or cut short")
        members.append((name, data[begin:end]))
        need(len(members) <= 250_000, "too many members")
    need(data[at:] == bytes(1024), "no end, or something behind it")
    return members


def tile_number(index):
    digits = f"{index:03d}"
    digits = digits.rjust((len(digits) + 2) // 3 * 3, "0")
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    return "/".join(["x" + group for group in groups[:-1]] + groups[-1:])


def tiles_of(size):
    """[(level, index, width)] of a tree, in order."""
    tiles, level = [], 0
    while size >> (8 * level):
        count = size >> (8 * level)
        tiles += [(level, index, 256) for index in range(count // 256)]
        if count % 256:
            tiles.append((level, count // 256, count % 256))
        level += 1
    return tiles


def tile_path(kind, index, width):
    return f"tile/{kind}/{tile_number(index)}{'' if width == 256 else f'.p/{width}'}".encode()


class Dossier:
    """The members of a dossier whose form holds."""

    def __init__(self, data):
        members = members_of(data)
        need(members and members[-1][0] == b"SHA256SUMS", "SHA256SUMS does not come last")
        sums = b"".join(b"%s  %s\n" % (hashlib.sha256(content).hexdigest().encode(), name)
                        for name, content in members[:-1])
        need(members.pop()[1] == sums, "SHA256SUMS lists other digests")
        rest = iter(members)
        self._read_head(self._take(rest, b"dossier"))
        need(hashlib.sha256(self._take(rest, b"README.txt")).hexdigest() == README, "another README")
        self.checkpoint = self._take(rest, b"checkpoint")
        need(0 < len(self.checkpoint) <= 65536, "a checkpoint of no size that it has")
        need(self.leaves <= 256 * len(members), "fewer leaves than it says")
        self.tiles, self.bundles = {}, {}
        for level, index, width in tiles_of(self.leaves):
            tile = self._take(rest, tile_path(level, index, width))
            need(len(tile) == 32 * width, "a tile of another size")
            self.tiles[level, index] = [tile[i:i + 32] for i in range(0, len(tile), 32)]
        for level, index, width in tiles_of(self.leaves):
            if level == 0:
                self.bundles[index] = self._take(rest, tile_path("entries", index, width))
                need(len(self.bundles[index]) >= 2 * width, "a bundle that is too short")
        self.papers, last = [], b""
        for name, content in rest:
            found = re.fullmatch(rb"papers/([0-9a-f]{64})\.(annex|manifest|rules|tlog-proof)", name)
            need(found and name > last, "a member that no dossier has there")
            most = 160 << 10 if found[2] == b"tlog-proof" else 64 << 20
            need(0 < len(content) <= most, "a paper of no size that it has")
            need(hashlib.sha256(content).hexdigest().encode() == found[1], "a paper under another digest")
            self.papers.append((name.decode(), found[2].decode(), content))
            last = name
        need(len(self.papers) <= 10_000, "too many papers")

    @staticmethod
    def _take(rest, name):
        found = next(rest, (b"", b""))
        need(found[0] == name, f"{name.decode()} is missing")
        return found[1]

    def _read_head(self, head):
        found = re.fullmatch(MAGIC + rb"handover ([0-9a-f]{64})\nlog ([^\n]+)\ngenesis ([0-9a-f]{64})\n"
                             rb"leaves ([1-9][0-9]*)\n", head)
        need(found and len(head) <= 1024, "a head in another spelling")
        self.handover, self.genesis = bytes.fromhex(found[1].decode()), bytes.fromhex(found[3].decode())
        self.log_text, self.leaves = found[2], int(found[4])
        self.log = Vkey(found[2])
        need(self.log.type == 1, "its key is not a log's")


# --- 2. Keys, notes, policies ----------------------------------------------------------------------
class Vkey:
    def __init__(self, text):
        parts = text.split(b"+", 2)
        need(len(parts) == 3, "no verifier key")
        self.name, key = parts[0], unbase64(parts[2])
        need(self.name and len(self.name) <= 255 and not re.search(rb"[\s\x00-\x1f]", self.name), "no name")
        self.id = sha256(self.name + b"\n" + key)[:4]
        need(parts[1] == self.id.hex().encode(), "a key id that its key does not give")
        self.type, self.raw = key[0], key[1:]
        need(len(self.raw) == 32 and self.type in (1, 4), "a key of another type")
        need(nacl.bindings.crypto_core_ed25519_is_valid_point(self.raw), "no valid point")


class Checkpoint:
    """A checkpoint note, opened with the log's key and those of witnesses."""

    def __init__(self, note, log, witnesses=()):
        need(0 < len(note) <= 65536, "no note")
        try:
            note.decode()
        except UnicodeDecodeError as error:
            raise Wrong("no UTF-8") from error
        need(not re.search(rb"[\x00-\x09\x0b-\x1f]", note), "a control character")
        at = note.rfind(b"\n\n")
        need(at > 0, "no signed note")
        text, lines = note[:at + 1], note[at + 2:]
        need(lines.endswith(b"\n"), "a signature line that is cut")
        lines = lines[:-1].split(b"\n")
        need(1 <= len(lines) <= 16, "no signature, or too many")
        signed, seen, self.cosigned = False, set(), set()
        for line in lines:
            found = re.fullmatch("— ([^ +]+) ([A-Za-z0-9+/=]+)".encode(), line)
            need(found, "a signature line of another form")
            payload = unbase64(found[2])
            need(len(payload) >= 5, "a signature line that is too short")
            name_and_id = (found[1], payload[:4])
            need(name_and_id not in seen, "two lines of one key")
            seen.add(name_and_id)
            if name_and_id == (log.name, log.id):
                need(verifies(log.raw, text, payload[4:]), "the log's signature does not verify")
                signed = True
            for witness in witnesses:
                if name_and_id == (witness.name, witness.id):
                    self._cosign(witness, text, payload[4:])
        need(signed, "the log has not signed it")
        found = re.fullmatch(rb"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n", text)
        need(found and found[1] == log.name, "no checkpoint of this log")
        self.size, self.root = int(found[2]), unbase64(found[3])
        need(len(self.root) == 32 and self.size < 1 << 63, "no root, or no size")

    def _cosign(self, witness, text, payload):
        need(len(payload) == 72, "a cosignature of another length")
        seconds = int.from_bytes(payload[:8], "big")
        need(0 < seconds < 1 << 63, "a cosignature without time")
        message = b"cosignature/v1\ntime %d\n%s" % (seconds, text)
        need(verifies(witness.raw, message, payload[8:]), "a cosignature does not verify")
        self.cosigned.add(witness.raw)


class Policy:
    def __init__(self, text):
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, None
        need(text.endswith(b"\n") or not text, "a last line that is cut")
        for line in text.split(b"\n"):
            words = line.split()
            if not words or words[0].startswith(b"#"):
                continue
            if words[0] == b"log" and len(words) in (2, 3):
                self.logs.append(Vkey(words[1]))
            elif words[0] == b"witness" and len(words) in (3, 4):
                self.witnesses[words[1]] = Vkey(words[2])
            elif words[0] == b"group" and len(words) >= 4:
                members = words[3:]
                need(all(m in self.witnesses or m in self.groups for m in members), "an unknown member")
                count = {b"any": 1, b"all": len(members)}.get(words[2])
                self.groups[words[1]] = (count or decimal(words[2]), members)
            elif words[0] == b"quorum" and len(words) == 2 and self.quorum is None:
                self.quorum = words[1]
            else:
                raise Wrong("a line that no policy has")
        need(self.quorum is not None, "no quorum")

    def wants_witnesses(self):
        return self.quorum != b"none"

    def met_by(self, cosigned, name=None):
        name = self.quorum if name is None else name
        if name in self.witnesses:
            return self.witnesses[name].raw in cosigned
        count, members = self.groups[name]
        return sum(self.met_by(cosigned, member) for member in members) >= count


# --- 3. The tree -----------------------------------------------------------------------------------
def leaf_hash(entry):
    return sha256(b"\0" + entry)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def root_of(hashes):
    """The root over hashes of perfect subtrees of one height, however many there are."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(root_of(hashes[:k]), root_of(hashes[k:]))


def root_of_edge(dossier):
    """The root of the whole tree out of its partial tiles."""
    peaks = []
    for level in range(8, -1, -1):
        count = dossier.leaves >> (8 * level)
        row = dossier.tiles.get((level, count // 256), []) if count % 256 else []
        at = 0
        for bit in range(7, -1, -1):
            if len(row) >> bit & 1:
                peaks.append(root_of(row[at:at + (1 << bit)]))
                at += 1 << bit
    root = peaks.pop()
    while peaks:
        root = node_hash(peaks.pop(), root)
    return root


def entries_of(dossier):
    """Every entry, once it is what the tree commits to."""
    for (level, index), row in dossier.tiles.items():
        if len(row) == 256:
            above = dossier.tiles.get((level + 1, index // 256), [])
            need(len(above) > index % 256 and root_of(row) == above[index % 256],
                 f"tile {level}/{index} is not what the tree commits to")
    entries = []
    for index in sorted(dossier.bundles):
        bundle, at = dossier.bundles[index], 0
        for expected in dossier.tiles[0, index]:
            end = at + 2 + int.from_bytes(bundle[at:at + 2], "big")
            need(at + 2 <= len(bundle) and end <= len(bundle), f"bundle {index} is cut short")
            entries.append(bundle[at + 2:end])
            need(leaf_hash(entries[-1]) == expected, f"leaf {len(entries) - 1} is another entry")
            at = end
        need(at == len(bundle), f"bundle {index} is too long")
    return entries


class Roots:
    """The root at any earlier size."""

    def __init__(self, entries):
        self.hashes, self.known = [leaf_hash(entry) for entry in entries], {}

    def at(self, size):
        if size not in self.known:
            self.known[size] = root_of(self.hashes[:size]) if size else sha256(b"")
        return self.known[size]


def check_inclusion(index, size, leaf, path, root):
    """RFC 9162, 2.1.3.2."""
    need(index < size, "no such leaf in that tree")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        need(sn, "a proof that is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and r == root, "the proof does not lead to the root")


# --- 4. Entries and statements ---------------------------------------------------------------------
def varint(data, at):
    value = shift = 0
    while True:
        need(at < len(data) and shift < 64, "a number that is cut or too long")
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            need((byte or shift == 7) and value < 1 << 64, "a number in another spelling")
            return value, at


def fields_of(data):
    """[(number, value)]: numbers as int, everything else as bytes."""
    fields, at = [], 0
    while at < len(data):
        tag, at = varint(data, at)
        need(tag >> 3 and tag & 7 in (0, 2), "a field that no message has")
        if tag & 7 == 0:
            value, at = varint(data, at)
        else:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
            need(at <= len(data), "a field that is cut")
        need(not fields or tag >> 3 >= fields[-1][0], "fields out of order")
        fields.append((tag >> 3, value))
    return fields


def message(data, known):
    """A message with each field at most once: {number: type}, type int or bytes."""
    fields = {}
    for number, value in fields_of(data):
        need(number in known and isinstance(value, known[number]), f"field {number}")
        need(number not in fields and value not in (0, b""), f"field {number} twice or at its default")
        fields[number] = value
    return fields


class Statement:
    """A well-signed statement out of an entry."""
    FRONT = {1: bytes, 2: bytes, 3: bytes, 4: bytes, 5: int, 6: bytes, 7: bytes, 8: int, 9: int}

    def __init__(self, entry):
        leaf = message(entry, {1: int, 2: bytes})
        wrapper = message(leaf.get(2, b""), {1: bytes, 2: bytes, 3: bytes})
        need(len(wrapper) == 3, "a signed statement without one of its parts")
        self.bytes, key, signature = wrapper[1], wrapper[2], wrapper[3]
        need(len(key) == 33 and key[0] == 1 and len(signature) == 64, "a key or signature of another length")
        need(nacl.bindings.crypto_core_ed25519_is_valid_point(key[1:]), "no valid key")
        signed = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE, len(self.bytes), self.bytes)
        need(verifies(key[1:], signed, signature), "the signature does not verify")
        self.id = sha256(signed)
        fields = fields_of(self.bytes)
        need(fields and fields[-1][0] >= 32, "no body")
        self.body, self.content = fields[-1]
        need(isinstance(self.content, bytes), "no body")
        front = message(self.bytes[:self._body_at()], self.FRONT)
        need(front.get(4) == sha256(key), "it names another key")
        self.handover, self.key = front.get(2, b""), front[4]
        self.sequence, self.previous = front.get(5, 0), front.get(6, b"")
        self.seen = None
        if 7 in front:
            seen = dict(fields_of(front[7]))
            self.seen = (seen.get(1, 0), seen.get(2, b""))

    def _body_at(self):
        at = 0
        while True:
            tag, after = varint(self.bytes, at)
            if tag >> 3 >= 32:
                return at
            value, after = varint(self.bytes, after)
            at = after if tag & 7 == 0 else after + value


# --- 5. The claims ---------------------------------------------------------------------------------
class Verifier:
    def __init__(self, policy, vkey, genesis):
        self.policy, self.vkey, self.genesis, self.claims = policy, vkey, genesis, {}

    def say(self, claim, state, why=""):
        self.claims[claim] = (state, why)

    def judge(self, claim, check):
        try:
            why = check()
            self.say(claim, HOLDS, why or "")
        except Wrong as wrong:
            self.say(claim, FAILS, str(wrong))
        except Beyond as beyond:
            self.say(claim, SKIPPED, str(beyond))
        return self.claims[claim][0] == HOLDS

    def run(self, data):
        self.judge("form", lambda: setattr(self, "file", Dossier(data)))
        if self.claims["form"][0] != HOLDS or not self.judge("log-signature", self._signature):
            return
        if not self.policy and not self.vkey and not self.genesis:
            self.say("log-signature", SKIPPED, "neither a key nor a Genesis is known")
        self.entries = []
        if not self.judge("copy", lambda: self.entries.extend(entries_of(self.file))):
            return
        self.roots = Roots(self.entries)
        self._read_statements()
        self.judge("genesis", self._genesis)
        self.say("rules", SKIPPED, "this verifier does not fold the log")
        self.judge("chains", self._chains)
        self.judge("seen", self._seen)
        self.judge("time-notes", self._time_notes)
        self.judge("witnessed", lambda: self._quorum(self.policy))
        self.judge("head", self._head)
        self.judge("handover", self._handover)
        self.judge("charter-witnessed", lambda: self._quorum(self._charter_policy()))
        for name, kind, content in self.file.papers:
            self.judge(name, lambda k=kind, c=content: self._receipt(c) if k == "tlog-proof" else self._named(c))

    def _signature(self):
        self.log = self.file.log
        if self.policy or self.vkey:
            believed = [k for k in ([self.vkey] if self.vkey else self.policy.logs)
                        if k.name == self.log.name]
            need(believed, "a log that is not believed")
            self.log = believed[0]
        witnesses = self.policy.witnesses.values() if self.policy else ()
        self.tree = Checkpoint(self.file.checkpoint, self.log, witnesses)
        need(self.tree.size == self.file.leaves, "a tree of another size")
        need(root_of_edge(self.file) == self.tree.root, "the partial tiles give another root")

    def _read_statements(self):
        self.statements, wrong = [], []
        for at, entry in enumerate(self.entries):
            try:
                self.statements.append(Statement(entry))
            except Wrong as error:
                self.statements.append(None)
                wrong.append(f"leaf {at}: {error}")
        self.say("statements", FAILS if wrong else HOLDS, "; ".join(wrong[:10]))

    def _all(self):
        return ((at, s) for at, s in enumerate(self.statements) if s)

    def _genesis(self):
        if not self.genesis:
            raise Beyond("no genesis digest is pinned")
        first = self.statements[0]
        need(first and first.body == GENESIS and first.id == self.genesis, "leaf 0 is another statement")

    def _chains(self):
        heads = {}
        for at, s in self._all():
            need((s.sequence - 1, s.previous) == heads.get(s.key, (0, b"")), f"leaf {at}")
            heads[s.key] = (s.sequence, s.id)

    def _seen(self):
        for at, s in self._all():
            if s.seen:
                need(s.seen[0] <= at and self.roots.at(s.seen[0]) == s.seen[1], f"leaf {at}")

    def _time_notes(self):
        for at, s in self._all():
            if s.body == WITNESSED:
                tree = Checkpoint(dict(fields_of(s.content)).get(1, b""), self.log)
                need(tree.size <= at and self.roots.at(tree.size) == tree.root, f"leaf {at}")

    def _quorum(self, policy):
        if not policy or not policy.wants_witnesses():
            raise Beyond("no witness is asked for")
        tree = Checkpoint(self.file.checkpoint, self.log, policy.witnesses.values())
        need(policy.met_by(tree.cosigned), "too few witnesses have signed")

    def _head(self):
        first = self.statements[0]
        need(first and first.body == GENESIS and first.id == self.file.genesis, "another Genesis")
        need(dict(fields_of(first.content)).get(1) == self.file.log_text, "its Genesis names another key")

    def _opening(self):
        return next((s for _, s in self._all()
                     if s.body == OPEN_HANDOVER and s.id == self.file.handover), None)

    def _handover(self):
        need(self._opening(), "no leaf opens it")
        raise Beyond("it is there; whether the rules accept it was not checked")

    def _charter_policy(self):
        opening = self._opening()
        if not opening:
            raise Beyond("there is no charter")
        charter = dict(fields_of(dict(fields_of(opening.content)).get(1, b"")))
        return Policy(charter.get(9, b""))

    def _named(self, content):
        mark = b"\x20" + sha256(content)
        for at, s in self._all():
            if self.file.handover in (s.handover, s.id) and mark in s.bytes:
                return f"leaf {at}"
        raise Wrong("no leaf of the handover names it")

    def _receipt(self, content):
        found = re.fullmatch(rb"c2sp\.org/tlog-proof@v1\n(?:extra [^\n]*\n)?index (0|[1-9][0-9]{0,18})\n"
                             rb"((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.*)", content, re.S)
        need(found, "no receipt")
        index, path = int(found[1]), [unbase64(line) for line in found[2].split()]
        if index >= len(self.entries):
            raise Beyond("a later leaf than there is here")
        tree = Checkpoint(found[3], self.log)
        check_inclusion(index, tree.size, leaf_hash(self.entries[index]), path, tree.root)
        if tree.size > len(self.entries):
            raise Beyond("a larger tree than this")
        need(self.roots.at(tree.size) == tree.root, "the log has signed two histories: it convicts the log")

    def exit_code(self):
        states = {claim: state for claim, (state, _) in self.claims.items()}
        if FAILS in states.values():
            return 1
        return 3 if any(s == SKIPPED for c, s in states.items() if c not in BESIDE) else 0


def judge_file(path, policy=None, vkey=None, genesis=None):
    """{claim: (state, why)}."""
    with open(path, "rb") as file:
        data = file.read()
    verifier = Verifier(policy, vkey, genesis)
    verifier.run(data)
    return verifier


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policy")
    parser.add_argument("--log-vkey")
    parser.add_argument("--genesis")
    parser.add_argument("file")
    options = parser.parse_args()
    policy = None
    if options.policy:
        with open(options.policy, "rb") as file:
            policy = Policy(file.read())
    verifier = judge_file(options.file, policy, options.log_vkey and Vkey(options.log_vkey.encode()),
                          options.genesis and bytes.fromhex(options.genesis))
    for claim, (state, why) in verifier.claims.items():
        print(f"{state}\t{claim}\t{why}")
    return verifier.exit_code()


if __name__ == "__main__":
    sys.exit(main())
