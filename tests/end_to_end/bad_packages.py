"""Packages that are not what they say: the tar inside, the age file around it, the submission."""
import os
import shutil
import time

from bad_papers import small_template
from played import read, run, sha256, write
from raw import Chains, Signer, age_identity, save, secret_of
from rows import Row

BLOCK = 512


class Member:
    """One member of a ustar file, with the header's bytes at hand."""

    def __init__(self, header, content):
        self.header, self.content = bytearray(header), content

    @property
    def name(self):
        return self.header[:100].rstrip(b"\0").decode()

    def named(self, name):
        return self.set(0, name.encode().ljust(100, b"\0"))

    def set(self, at, data, checked=True):
        """Another header; its checksum is made anew unless it is what is to be wrong."""
        made = Member(self.header, self.content)
        made.header[at:at + len(data)] = data
        if checked:
            made.header[148:156] = b" " * 8
            made.header[148:156] = b"%06o\0 " % sum(made.header)
        return made

    def holding(self, content):
        made = self.set(124, b"%011o" % len(content))
        made.content = content
        return made


def members(tar):
    found, at = [], 0
    while any(tar[at:at + BLOCK]):
        size = int(tar[at + 124:at + 135], 8)
        found.append(Member(tar[at:at + BLOCK], tar[at + BLOCK:at + BLOCK + size]))
        at += BLOCK + -(-size // BLOCK) * BLOCK
    return found


def tar_of(list_):
    return b"".join(bytes(m.header) + m.content + bytes(-len(m.content) % BLOCK)
                    for m in list_) + bytes(2 * BLOCK)


class Packages:
    def __init__(self, played, schema):
        self.played, self.schema = played, schema
        self.rules = played.path("rules/apii_1996.textproto")
        self.folder = played.scratch("package")
        template = small_template(played.path("papers/s1"), played.scratch("package-papers"), 3)
        played.done("holding-party", "package", "build", "--kind", "original", "--first", template,
                    "--rules", self.rules, "--out", self.folder)
        self.sealed = read(self.folder + "/package.age")
        identity = write(played.scratch("identity"), age_identity(
            secret_of(played.path("parties/receiving-party"), "sealing-1")))
        opened = played.scratch("opened.tar")
        done = run(["age", "--decrypt", "-i", identity, "-o", opened, self.folder + "/package.age"])
        assert done.code == 0, "age does not open the package: " + done.text
        self.tar = read(opened)
        self.members = members(self.tar)
        assert tar_of(self.members) == self.tar
        self.number = 0

    def at(self, name):
        return next(i for i, m in enumerate(self.members) if m.name.startswith(name))

    def check_bytes(self, data, party="receiving-party"):
        self.number += 1
        path = write(self.played.scratch(f"file-{self.number}"), data)
        return self.played.cairn(party, "package", "check", path, "--rules", self.rules)

    def check_tar(self, change):
        return self.check_bytes(tar_of(change(list(self.members))))

    def spoiled(self, name, change):
        """A copy of the built folder in which one file was changed."""
        self.number += 1
        folder = self.played.scratch(f"folder-{self.number}")
        shutil.copytree(self.folder, folder)
        write(f"{folder}/{name}", change(read(f"{folder}/{name}")))
        return folder

    def check_folder(self, name, change):
        return self.played.cairn("holding-party", "package", "check", self.spoiled(name, change),
                                 "--rules", self.rules)

    def submit(self, name, change):
        return self.played.cairn("holding-party", "package", "submit", self.spoiled(name, change))

    def said(self, **fields):
        """A change of submission.pb."""
        def change(data):
            body = self.schema.parse("SubmitPackage", data)
            for field, value in fields.items():
                setattr(body, field, value)
            return body.SerializeToString(deterministic=True)
        return change


def flipped(data, at, bit=1):
    data = bytearray(data)
    data[at] ^= bit
    return bytes(data)


def tars(packages):
    first = packages.members[0]
    scan = packages.at("attachments/")
    records = packages.at("records/")

    def swapped(list_):
        list_[1], list_[0] = list_[0], list_[1]
        return list_

    def put(at, member):
        return lambda list_: list_[:at] + [member] + list_[at + 1:]

    def more(member, at=1):
        return lambda list_: list_[:at] + [member] + list_[at:]

    def row(name, change, *phrases):
        return Row("tar: " + name, lambda: packages.check_tar(change), 1, "would be refused", *phrases)

    m = packages.members
    return [
        row("an absolute path", put(0, first.named("/etc/passwd")), "byte 0: a member with an absolute path"),
        row("a path upwards", put(scan, m[scan].named("attachments/../../evil")), "leaves the folder"),
        row("a symbolic link", put(scan, m[scan].set(156, b"2").set(157, b"/etc/passwd").holding(b"")), "attachments/"),
        row("a hard link", put(scan, m[scan].set(156, b"1").set(157, b"README.txt").holding(b"")), "attachments/"),
        row("a device", put(scan, m[scan].set(156, b"3").holding(b"")), "attachments/"),
        row("a member twice", more(first), "README.txt"),
        row("an attachment twice", more(m[scan], scan), "attachments/"),
        row("a member of its own", more(first.named("virus.exe")), "virus.exe"),
        row("another order", swapped, "README.txt"),
        row("without its manifest", lambda list_: list_[:-1], "cairn/manifest"),
        row("without an attachment", lambda list_: list_[:scan] + list_[scan + 1:], "attachments"),
        row("an owner", put(0, first.set(108, b"0000001\0")), "README.txt"),
        row("a wrong checksum", put(0, first.set(0, b"readme", checked=False)), "checksum"),
        row("a huge size", put(0, first.set(124, b"77777777777")), "README.txt"),
        row("another record", put(records, m[records].holding(flipped(m[records].content, 99))), "member rec", "expected"),
        row("another scan", put(scan, m[scan].holding(flipped(m[scan].content, 9))), "attachments/"),
        row("another table for people", put(packages.at("records.csv"), m[packages.at("records.csv")].holding(
            m[packages.at("records.csv")].content + b"x")), "records.csv"),
        row("another manifest", put(len(m) - 1, m[-1].holding(flipped(m[-1].content, 60))), "cairn/manifest"),
        Row("tar: cut", lambda: packages.check_bytes(packages.tar[:-700]), 1, "refused"),
        Row("tar: more behind it", lambda: packages.check_bytes(packages.tar + b"more"), 1, "refused"),
        Row("nothing like a package", lambda: packages.check_bytes(b"hello"), 1, "refused"),
        Row("an empty file", lambda: packages.check_bytes(b""), 1, "refused"),
    ]


def seals(packages):
    sealed = packages.sealed
    mac = sealed.index(b"\n---") + 5
    payload = sealed.index(b"\n", mac) + 1

    def row(name, data, *phrases):
        return Row("age: " + name, lambda: packages.check_bytes(data), 1, "would be refused", *phrases)

    return [
        row("another version", sealed.replace(b"age-encryption.org/v1", b"age-encryption.org/v2", 1)),
        row("a spoiled MAC", flipped(sealed, mac + 3), "header"),
        row("a spoiled stanza", flipped(sealed, 60)),
        row("a cut header", sealed[:100]),
        row("another kind of stanza added", sealed.replace(b"\n---", b"\n-> other abc\n\n---", 1), "header"),
        row("a cut payload", sealed[:-1]),
        row("a payload cut at a chunk", sealed[:payload + 16 + 65536 + 16]),
        row("a spoiled payload", flipped(sealed, len(sealed) // 2)),
        row("something behind it", sealed + b"x"),
        Row("age: for others", lambda: packages.check_bytes(sealed, "mediator-a"), 3, "sealed to none"),
        Row("age: inspected by others", lambda: packages.played.cairn(
            "mediator-a", "package", "inspect", packages.folder + "/package.age"), 0, "not opened"),
        Row("age: a spoiled one, verified", lambda: packages.played.cairn(
            "auditor", "verify", save(packages.played.scratch("verify"), "package.age", flipped(sealed, 3))), 1,
            "does not hold"),
    ]


def submissions(packages):
    said, zeros = packages.said, bytes(32)
    check, submit = packages.check_folder, packages.submit
    rows = []
    for name, change in (("digest", said(digest=zeros)), ("size", said(size=4711))):
        rows.append(Row(f"submit: another {name}", lambda c=change: submit("submission.pb", c), 3,
                        "is not the file that the submission names"))
    for name, change in (("record root", said(record_root=zeros)), ("manifest", said(manifest_digest=zeros)),
                         ("number of records", said(record_count=4)), ("number of attachments", said(attachment_count=1)),
                         ("size of attachments", said(attachment_bytes=1))):
        rows.append(Row(f"check: another {name}", lambda c=change: check("submission.pb", c), 1, "would be refused"))
        rows.append(Row(f"submit: another {name}", lambda c=change: submit("submission.pb", c), 3,
                        "does not say what is sealed", "nothing was signed"))
    return rows + [
        Row("submit: a cut package", lambda: submit("package.age", lambda d: d[:-1]), 3, "package.age"),
        Row("submit: a flipped package", lambda: submit("package.age", lambda d: flipped(d, 5000)), 3, "package.age"),
        Row("submit: a cut persons' file", lambda: submit("persons.age", lambda d: d[:-1]), 3, "persons.age"),
        Row("submit: a cut submission", lambda: submit("submission.pb", lambda d: d[:-1]), 3, "submission.pb"),
        Row("submit: no folder", lambda: packages.played.cairn("holding-party", "package", "submit", "/nowhere"), 3, "/nowhere"),
        Row("fetch: no such package", lambda: packages.played.cairn("receiving-party", "package", "fetch", "0123456789"), 2, "0123456789"),
    ]


def carried(packages):
    """Statements about content that is not as they say: the broker compares with what it has."""
    played, schema = packages.played, packages.schema
    played.done("auditor", "log", "sync")
    chains = Chains(schema, played.path("parties/auditor/log"))
    holder = Signer(schema, played.path("parties/holding-party"), "holding-party")
    base = chains.statements[chains.find("submit_package", "holding-party")[0]][1]

    def signed(sequence=0, **fields):
        made = schema.new("Statement")
        made.CopyFrom(base)
        last, made.previous = chains.last(holder.fingerprint)
        made.sequence = last + 1 + sequence
        made.issued_at_ms = int(time.time() * 1000)
        made.expires_at_ms = made.issued_at_ms + 3600_000
        made.submit_package.ParseFromString(read(packages.folder + "/submission.pb"))
        for row in made.submit_package.rows:
            row.continuation = 1
        for field, value in fields.items():
            setattr(made.submit_package, field, value)
        return holder.wrap(made.SerializeToString(deterministic=True))

    def given(name, data):
        return played.cairn("mediator-b", "statement", "import", save(played.scratch("carried"), name, data))

    def carry_out_of_turn():
        """Uploads the files; the statement that would claim them is refused for its sequence."""
        write(packages.folder + "/statement.signed", signed(sequence=5))
        return played.cairn("mediator-b", "package", "carry", packages.folder)

    size = os.path.getsize(packages.folder + "/package.age")
    return [
        Row("carry: nothing sent yet", lambda: given("early", signed()), 3, "refused (content-missing)", "Upload the file"),
        Row("carry: out of turn", carry_out_of_turn, 3, "refused (sequence)"),
        Row("carry: another size", lambda: given("size", signed(size=size + 1)), 3, "refused ("),
        Row("carry: another size of the persons' file", lambda: given("persons", signed(persons_size=7)), 3, "refused ("),
        Row("carry: no chunks of that digest", lambda: given("digest", signed(digest=bytes(range(32)))), 3, "refused (content-missing)"),
        Row("carry: records without a root", lambda: given("root", signed(record_root=b"")), 3, "refused (field)"),
        Row("carry: more than may be", lambda: given("count", signed(record_count=1_000_001)), 3, "refused (field)"),
        Row("carry: larger than may be", lambda: given("large", signed(size=1 << 40)), 3, "refused (field)"),
    ]


def rows(played, schema):
    packages = Packages(played, schema)
    return tars(packages) + seals(packages) + submissions(packages) + carried(packages)
