#!/usr/bin/env python3
"""Dossiers as an outside judge meets them: dossier_test.py BUILD DEMO

Exports the quickstart's handover, verifies it in a network namespace without interfaces, and lets
two programs judge it and many spoiled variants: `cairn verify`, and tests/interop/dossier.py, which
was written from audit/dossier/DOSSIER.md alone. Wherever both check a claim, they must agree. Part of
the variants are made by an operator who has the log's key and cheats with it."""
import hashlib
import os
import re
import subprocess
import sys

import nacl.signing

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "interop"))
import dossier as second  # noqa: E402
from played import Played, read, run, write  # noqa: E402
from raw import PAYLOAD_TYPE, Schema, Signer, secret_of  # noqa: E402

FAILS, HOLDS, SKIPPED = "does not hold", "holds", "not checked"
failures = []


def check(right, what):
    print(("ok      " if right else "FAILED  ") + what)
    if not right:
        failures.append(what)


# --- Making dossiers by hand -----------------------------------------------------------------------
def archive(members):
    out = b""
    for name, content in members:
        out += second.header_of(name, len(content)) + content + bytes(-len(content) % 512)
    return out + bytes(1024)


def with_sums(members):
    lines = [b"%s  %s\n" % (hashlib.sha256(content).hexdigest().encode(), name)
             for name, content in members]
    return members + [(b"SHA256SUMS", b"".join(lines))]


def vkey(name, kind, key):
    typed = bytes([kind]) + bytes(key.verify_key)
    number = hashlib.sha256(name + b"\n" + typed).digest()[:4]
    return name + b"+" + number.hex().encode() + b"+" + second.base64.b64encode(typed), number


def signature_line(name, number, payload):
    return "— ".encode() + name + b" " + second.base64.b64encode(number + payload) + b"\n"


class Forger:
    """The parts of a good dossier, to be put together otherwise."""

    def __init__(self, data, log_seed):
        self.data, self.good = data, second.Dossier(data)
        self.entries, self.origin = second.entries_of(self.good), self.good.log.name
        self.key = nacl.signing.SigningKey(log_seed)
        _, self.number = vkey(self.origin, 1, self.key)
        self.readme = dict(second.members_of(data))[b"README.txt"]

    def note(self, entries, key=None, more=()):
        root = second.Roots(entries).at(len(entries))
        text = b"%s\n%d\n%s\n" % (self.origin, len(entries), second.base64.b64encode(root))
        lines = [signature_line(self.origin, self.number, (key or self.key).sign(text).signature)]
        for name, number, witness in more:
            message = b"cosignature/v1\ntime 1700000000\n" + text
            lines.append(signature_line(name, number, (1700000000).to_bytes(8, "big") +
                                        witness.sign(message).signature))
        return text + b"\n" + b"".join(lines)

    def head(self, leaves, **other):
        values = {"handover": self.good.handover.hex(), "log": self.good.log_text.decode(),
                  "genesis": self.good.genesis.hex(), "leaves": leaves, **other}
        return second.MAGIC + "".join(f"{k} {v}\n" for k, v in values.items()).encode()

    def members(self, entries=None, note=None, head=None, papers=None):
        entries = self.entries if entries is None else entries
        rows = {0: [second.leaf_hash(entry) for entry in entries]}
        while len(rows[max(rows)]) >= 256:
            row = rows[max(rows)]
            rows[max(rows) + 1] = [second.root_of(row[at:at + 256]) for at in range(0, len(row) // 256 * 256, 256)]
        tiles = second.tiles_of(len(entries))
        out = [(b"dossier", head or self.head(len(entries))), (b"README.txt", self.readme),
               (b"checkpoint", note or self.note(entries))]
        out += [(second.tile_path(l, i, w), b"".join(rows[l][256 * i:256 * i + w])) for l, i, w in tiles]
        for level, i, w in tiles:
            if level == 0:
                out.append((second.tile_path("entries", i, w),
                            b"".join(len(e).to_bytes(2, "big") + e for e in entries[256 * i:256 * i + w])))
        if papers is None:
            papers = [(name.encode(), content) for name, _, content in self.good.papers]
        return out + papers

    def make(self, **parts):
        return archive(with_sums(self.members(**parts)))

    def receipt(self, entries, index, note):
        hashes, path, size = [second.leaf_hash(e) for e in entries], [], len(entries)

        def walk(first, end, at):
            if end - first == 1:
                return
            middle = first + (1 << (end - first - 1).bit_length() - 1)
            inside = (first, middle) if at < middle else (middle, end)
            walk(*inside, at)
            other = (middle, end) if at < middle else (first, middle)
            path.append(second.root_of(hashes[other[0]:other[1]]))
        walk(0, size, index)
        lines = b"".join(second.base64.b64encode(p) + b"\n" for p in path)
        return b"c2sp.org/tlog-proof@v1\nindex %d\n%s\n%s" % (index, lines, note)


def paper(content, kind="annex"):
    return (f"papers/{hashlib.sha256(content).hexdigest()}.{kind}".encode(), content)


# --- Entries that an honest operator would not log -------------------------------------------------
class Author:
    """Says one more thing in the name of a party, and wraps it as a leaf."""

    def __init__(self, played, forger, party, name="signing"):
        self.schema = Schema(os.path.join(played.build, "proto", "cairn.protoset"))
        self.signer = Signer(self.schema, played.path("parties", party), party, name)
        self.forger = forger

    def statement(self, fill):
        last = [s for s in map(second.Statement, self.forger.entries) if s.key == self.signer.fingerprint][-1]
        statement = self.schema.new("Statement")
        statement.log_origin, statement.actor = self.forger.origin.decode(), self.signer.party
        statement.key, statement.sequence = self.signer.fingerprint, last.sequence + 1
        statement.previous = last.id
        statement.issued_at_ms = 1_700_000_000_000
        statement.expires_at_ms = statement.issued_at_ms + 86_400_000
        fill(statement)
        return statement.SerializeToString(deterministic=True)

    def entry(self, raw, **parts):
        leaf = self.schema.new("LogEntry")
        leaf.logged_at_ms = 1_700_000_000_000
        leaf.signed_statement = self.signer.wrap(raw, **parts)
        return leaf.SerializeToString(deterministic=True)


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def cheats(played, forger):
    """{name: (dossier, the claim that must not hold)} of an operator with the log's key."""
    entries, last = forger.entries, len(forger.entries) - 1
    holding = Author(played, forger, "holding-party")
    operator = Author(played, forger, "broker", "operator")

    def appended(author, fill, change=lambda raw: raw):
        return entries + [author.entry(change(author.statement(fill)))]

    def seen(statement, size, root):
        statement.seen.tree_size, statement.seen.root_hash = size, root
        statement.endorse.statement = bytes(32)

    def witnessed(note):
        def fill(statement):
            statement.witnessed.note = note
            statement.witnessed.operator_time_ms = 4_000_000_000_000
        return fill
    other = nacl.signing.SigningKey(bytes(range(32)))
    unsigned = operator.entry(operator.statement(witnessed(forger.note(entries))), signature=bytes(64))
    made = {
        "leaf dropped": (entries[:30] + entries[31:], "chains"),
        "leaf replayed": (entries + [entries[last]], "chains"),
        "leaves swapped": (entries[:20] + [entries[21], entries[20]] + entries[22:], "seen"),
        "signature spoiled": (entries[:40] + [flipped(entries[40], len(entries[40]) - 5)] + entries[41:],
                              "statements"),
        "signature of zeros": (entries + [unsigned], "statements"),
        "garbage for a leaf": (entries + [b"garbage"], "statements"),
        "empty leaf": (entries + [b""], "statements"),
        "field twice": (appended(holding, lambda s: seen(s, 5, second.Roots(entries).at(5)),
                                 lambda raw: b"\x0a\x01x" + raw), "statements"),
        "seen another history": (appended(holding, lambda s: seen(s, 5, bytes(32))), "seen"),
        "seen the future": (appended(holding, lambda s: seen(s, 500, bytes(32))), "seen"),
        "time by another key": (appended(operator, witnessed(forger.note(entries, other))), "time-notes"),
        "time of another history": (appended(operator, witnessed(forger.note(entries[:9] + [b"x"]))),
                                    "time-notes"),
        "time of a larger tree": (appended(operator, witnessed(forger.note(entries + [b"x"] * 9))),
                                  "time-notes"),
        "genesis dropped": (entries[1:], "genesis"),
        "another log's leaves": ([b"x"] * 300, "genesis"),
    }
    return {name: (forger.make(entries=e), claim) for name, (e, claim) in made.items()}


def spoiled(forger):
    """The same by somebody who has no key, but writes a fitting list of digests."""
    entries, good = forger.entries, forger.members()
    other = nacl.signing.SigningKey(bytes(range(32)))
    fork = entries[:10] + [b"x"] + entries[11:]

    def changed(name, change, sums=with_sums):
        return archive(sums([(n, change(c) if n.startswith(name) else c) for n, c in good]))
    flip = lambda content: flipped(content, len(content) // 2)  # noqa: E731
    made = {
        "checkpoint flipped": (changed(b"checkpoint", flip), "log-signature"),
        "checkpoint of another key": (forger.make(note=forger.note(entries, other)), "log-signature"),
        "checkpoint of a larger tree": (forger.make(note=forger.note(entries + [b"x"])), "log-signature"),
        "tile flipped": (changed(b"tile/0", flip), "log-signature"),
        "entry flipped": (changed(b"tile/entries", flip), "copy"),
        "entries of another": (archive(with_sums([(n, flip(c) if b"entries" in n else c) for n, c in good])), "copy"),
        "another handover": (forger.make(head=forger.head(len(entries), handover="00" * 32)), "handover"),
        "another genesis": (forger.make(head=forger.head(len(entries), genesis="00" * 32)), "head"),
        "fewer leaves": (forger.make(head=forger.head(len(entries) - 1)), "form"),
        "head misspelt": (forger.make(head=forger.head("0%d" % len(entries))), "form"),
        "another readme": (changed(b"README.txt", flip), "form"),
        "list of other digests": (archive(good + [(b"SHA256SUMS", flip(with_sums(good)[-1][1]))]), "form"),
        "no list": (archive(good), "form"),
        "member twice": (archive(with_sums(good[:3] + [good[2]] + good[3:])), "form"),
        "member missing": (archive(with_sums(good[:3] + good[4:])), "form"),
        "members swapped": (archive(with_sums([good[1], good[0]] + good[2:])), "form"),
        "papers out of order": (archive(with_sums(good[:-2] + [good[-1], good[-2]])), "form"),
        "paper of a kind that is none": (archive(with_sums(good + [paper(b"x", "zip")])), "form"),
        "cut": (forger.data[:-700], "form"),
        "behind its end": (forger.data + b"\0", "form"),
        "mode of a member": (flipped(forger.data, 105), "form"),
    }
    stray = paper(b"cairn/annex/v1" + bytes(32) + b"nobody names it")
    made["paper that no leaf names"] = (forger.make(papers=[stray]), stray[0].decode())
    convicts = paper(forger.receipt(fork, 3, forger.note(fork)), "tlog-proof")
    made["receipt of another history"] = (forger.make(papers=[convicts]), convicts[0].decode())
    proof = forger.receipt(entries, 3, forger.note(entries))
    for what, bad in (("receipt of another leaf", proof.replace(b"index 3\n", b"index 2\n")),
                      ("receipt with a hash too many", proof.replace(b"\n\n", b"\n" + b"A" * 43 + b"=\n\n", 1)),
                      ("receipt of another key", forger.receipt(entries, 3, forger.note(entries, other)))):
        bad = paper(bad, "tlog-proof")
        made[what] = (forger.make(papers=[bad]), bad[0].decode())
    return made


def good_ones(forger):
    entries = forger.entries
    larger = paper(forger.receipt(entries + [b"x"], 3, forger.note(entries + [b"x"])), "tlog-proof")
    return {
        "as exported": (forger.data, None),
        "put together again": (forger.make(), None),
        "without papers": (forger.make(papers=[]), None),
        "with a receipt": (forger.make(papers=[paper(forger.receipt(entries, 3, forger.note(entries)), "tlog-proof")]),
                           None),
        "with a receipt of a larger tree": (forger.make(papers=[larger]), None),
    }


def cosigned(forger, folder):
    """Policies of three witnesses, two of which must have signed: (policy file, {name: ...})."""
    witnesses = []
    for number in range(3):
        name, key = b"w%d.example.org" % number, nacl.signing.SigningKey(bytes([number + 1] * 32))
        text, short = vkey(name, 4, key)
        witnesses.append((name, short, key, text))
    policy = "log " + forger.good.log_text.decode() + "\n"
    policy += "".join(f"witness {w[0].decode()} {w[3].decode()}\n" for w in witnesses)
    policy += "group neutral 2 " + " ".join(w[0].decode() for w in witnesses) + "\nquorum neutral\n"
    path = write(os.path.join(folder, "witnesses.policy"), policy)
    lines = [w[:3] for w in witnesses]
    stranger = (b"w0.example.org", b"abcd", nacl.signing.SigningKey(bytes([9] * 32)))
    wrong = (lines[1][0], lines[1][1], stranger[2])
    note = lambda *more: forger.make(note=forger.note(forger.entries, more=more))  # noqa: E731
    return path, {
        "two of three": (note(lines[0], lines[2]), None),
        "three of three": (note(*lines), None),
        "a stranger beside two": (note(lines[0], stranger, lines[2]), None),
        "one of three": (note(lines[0]), "witnessed"),
        "none of three": (note(), "witnessed"),
        "a stranger instead": (note(lines[0], stranger), "witnessed"),
        "a cosignature that fails": (note(lines[0], lines[2], wrong), "log-signature"),
        "one twice": (note(lines[0], lines[0]), "log-signature"),
    }


# --- Two judges ------------------------------------------------------------------------------------
def compare(played, cases, options, policy=None, vkey_=None, genesis=None):
    folder = played.scratch(f"cases-{len(os.listdir(played.work))}")
    os.makedirs(folder)
    paths = {}
    for number, name in enumerate(cases):
        paths[name] = write(f"{folder}/{number}.dossier", cases[name][0])
    told = run([f"{played.bin}/cairn", "--home", "/nonexistent", "--output", "json", "verify", *options,
                *paths.values()])
    files = {file["file"]: file for file in told.json()["files"]}
    for name, (_, expected) in cases.items():
        ours = {claim["id"]: claim for claim in files[paths[name]]["claims"]}
        other = second.judge_file(paths[name], policy, vkey_, genesis)
        wrong = []
        for claim, (state, why) in other.claims.items():
            if claim not in ours:
                wrong.append(f"{claim}: only the second says: {state}")
            elif SKIPPED not in (state, ours[claim]["state"]) and state != ours[claim]["state"]:
                # A refused leaf moves no chain: only who folds sees that (DOSSIER.md, 5).
                if not (claim == "chains" and ours["rules"]["state"] == FAILS):
                    wrong.append(f"{claim}: ours {ours[claim]['state']} ({ours[claim]['why']}), "
                                 f"second {state} ({why})")
        if expected:
            for who, state in (("ours", ours.get(expected, {}).get("state")),
                               ("second", other.claims.get(expected, ("missing",))[0])):
                if state != FAILS:
                    wrong.append(f"{expected}: {who} says {state}")
            if not ours.get(expected, {}).get("why"):
                wrong.append(f"{expected}: ours says no reason")
        else:
            wrong += [f"{c}: ours fails: {v['why']}" for c, v in ours.items() if v["state"] == FAILS]
            wrong += [f"{c}: second fails: {v}" for c, v in other.claims.items() if v[0] == FAILS]
        both = [c for c, v in other.claims.items() if c in ours and SKIPPED not in (v[0], ours[c]["state"])]
        check(not wrong, f"{name}: {len(both)} claims alike" + "".join("\n        " + w for w in wrong))


def export(played, *more):
    return played.cairn("auditor", "dossier", "export", "H-2021", "--reports", *more)


def exporting(played):
    """Exported twice, the bytes are the same; nothing is overwritten; what is missing is said."""
    first, again = played.scratch("h.dossier"), played.scratch("again.dossier")
    made = export(played, "-o", first)
    check(made.code == 0 and "SHA-256" in made.out, "export: " + made.out.splitlines()[0])
    check(export(played, "-o", again).code == 0 and read(first) == read(again), "export: the same bytes again")
    refused = export(played, "-o", first)
    check(refused.code == 3 and "is there already" in refused.err and read(first) == read(again),
          "export: a file that is there stays")
    check(sorted(os.listdir(played.work)) == ["again.dossier", "demo", "h.dossier"], "export: nothing is left over")
    unknown = played.cairn("auditor", "dossier", "export", "H-1999", "-o", played.scratch("x"))
    check(unknown.code == 2 and "no handover named 'H-1999'" in unknown.err, "export: a handover that is not there")
    stray = write(played.scratch("stray"), b"cairn/annex/v1" + bytes(40))
    other = export(played, "--enclose", stray, "-o", played.scratch("x"))
    check(other.code == 3 and "no leaf of the handover names it" in other.err and
          not os.path.exists(played.scratch("x")), "export: nothing is enclosed that no leaf names")
    copy = played.path("parties/auditor/log/tile/entries")
    path = max((os.path.join(base, name) for base, _, names in os.walk(copy) for name in names),
               key=os.path.getsize)
    good = read(path)
    write(path, flipped(good, 50))
    other = export(played, "-o", played.scratch("x"))
    check(other.code in (1, 3) and not os.path.exists(played.scratch("x")), "export: not out of a spoiled copy")
    write(path, good)
    return first


def alone(played, path, vkey_text, genesis):
    """Without a network, a home, a copy of the log: only the file, a key, a digest."""
    offline = ["unshare", "-rn"]
    if run([*offline, "true"]).code != 0:
        print("SKIPPED: no network namespace can be made here (unshare -rn): verified with a network")
        offline = []
    elif run([*offline, "cat", "/proc/net/route"]).out.count("\n") > 1:
        check(False, "the namespace has routes")
    verify = [*offline, f"{played.bin}/cairn", "--home", "/nonexistent", "verify", path]
    whole = run([*verify, "--log-vkey", vkey_text, "--genesis", genesis])
    check(whole.code == 0 and " 0 do not hold" in whole.out, "verify, unplugged: " + whole.out.splitlines()[-1])
    check(all(re.search(rf"^  {state} +[A-Z].*\.$", whole.out, re.M) for state in (HOLDS, SKIPPED)),
          "verify: each claim is a sentence")
    for what in ("What the sealed packages hold", "a blank does not mean safe"):
        check(what in whole.out, f"verify: says what it cannot know: {what}")
    pinned = run([*verify, "--genesis", genesis])
    check(pinned.code == 0, "verify: a pinned Genesis alone is enough")
    nothing = run(verify)
    check(nothing.code == 3 and "no genesis digest is pinned" in nothing.out, "verify: with nothing pinned it is 3")
    wrong = run([*verify, "--genesis", "00" * 32])
    check(wrong.code == 1, "verify: another Genesis is 1")
    for tool, command in (("tar", ["tar", "xf", path, "-C"]), ):
        folder = played.scratch("unpacked")
        os.makedirs(folder)
        sums = run([*command, folder]).code == 0 and run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder)
        check(bool(sums) and sums.code == 0, f"{tool} unpacks it, and sha256sum agrees with its list")
    audit = run([f"{played.bin}/cairn", "--home", "/nonexistent", "audit", "--mirror", folder, "--vkey", vkey_text,
                 "--genesis", genesis])
    check(audit.code == 0, "unpacked it is a copy of the log that `cairn audit` takes")


def main():
    build, demo = sys.argv[1:3]
    with Played(build, demo) as played:
        path = exporting(played)
        vkey_text = read(played.path("log.vkey")).decode().strip()
        genesis = second.Dossier(read(path)).genesis
        alone(played, path, vkey_text, genesis.hex())
        program = run(["/usr/bin/python3", os.path.join(HERE, "..", "interop", "dossier.py"), "--log-vkey", vkey_text,
                       "--genesis", genesis.hex(), path])
        check(program.code == 3 and "does not fold" in program.out, "the second verifier, as a program")
        page = read(os.path.join(HERE, "..", "..", "audit", "dossier", "DOSSIER.md")).decode()
        readme = dict(second.members_of(read(path)))[b"README.txt"]
        check(hashlib.sha256(readme).hexdigest() in page, "the page names README.txt's digest")

        forger = Forger(read(path), secret_of(played.path("parties/broker"), "log"))
        assert PAYLOAD_TYPE == second.PAYLOAD_TYPE
        known = {"options": ["--log-vkey", vkey_text, "--genesis", genesis.hex()],
                 "vkey_": second.Vkey(vkey_text.encode()), "genesis": genesis}
        for cases in (good_ones(forger), spoiled(forger), cheats(played, forger)):
            compare(played, cases, **known)
        compare(played, good_ones(forger), ["--genesis", genesis.hex()], genesis=genesis)
        compare(played, {"nothing pinned": (forger.data, None)}, [])
        file, cases = cosigned(forger, played.work)
        compare(played, cases, ["--policy", file, "--genesis", genesis.hex()], policy=second.Policy(read(file)),
                genesis=genesis)
    print(f"{len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    try:
        main()
    except subprocess.TimeoutExpired as late:
        sys.exit(f"took too long: {late}")
