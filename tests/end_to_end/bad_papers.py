"""Tables that people send: CSV files of a transcription, a holding, a charter, each spoiled once."""
import csv
import glob
import io
import os
import shutil

from played import read, run, sha256, write
from rows import Row

FORMULA = "=cmd|' /C calc'!A0"


def small_template(papers, to, count):
    """The first `count` records of a transcription, with their entries and scans."""
    os.makedirs(to)
    keep, scans = None, set()
    for path in sorted(glob.glob(papers + "/first/*.csv"), key=lambda p: "records" not in p):
        with open(path, encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        name = os.path.basename(path)
        if name == "totals.csv":
            rows[0][header.index("documents")] = str(count)
            rows[0][header.index("at")] = rows[0][header.index("ap")] = "[not stated]"
        else:
            at = header.index("row")
            keep = keep or [row[at] for row in rows[:count]]
            rows = [row for row in rows if row[at] in keep]
        if name == "attachments.csv":
            scans = {row[header.index("file")] for row in rows}
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
        write(f"{to}/{name}", out.getvalue())
    for scan in scans:
        os.makedirs(os.path.dirname(f"{to}/scans/{scan}"), exist_ok=True)
        shutil.copy(f"{papers}/scans/{scan}", f"{to}/scans/{scan}")
    return to


class Papers:
    def __init__(self, played):
        self.played = played
        self.good = small_template(played.path("papers/s1"), played.scratch("papers"), 3)
        self.rules = played.path("rules/apii_1996.textproto")
        self.out = played.scratch("built")
        self.number = 0

    def spoiled(self, name, change):
        """A copy of the good folder in which `change` was made to the bytes of `name`."""
        self.number += 1
        folder = self.played.scratch(f"papers-{self.number}")
        shutil.copytree(self.good, folder)
        write(f"{folder}/{name}", change(read(f"{folder}/{name}")))
        return folder

    def check(self, name, change):
        return self.played.cairn("holding-party", "package", "check", "--template",
                                 self.spoiled(name, change), "--rules", self.rules)

    def build(self, name, change):
        """Building must fail and leave nothing."""
        result = self.played.cairn("holding-party", "package", "build", "--kind", "original",
                                   "--first", self.spoiled(name, change), "--rules", self.rules,
                                   "--out", self.out)
        if os.path.exists(self.out):
            result.err += f"\n(left behind: {os.listdir(self.out)})"
            result.code = -1
        return result

    def table(self, *command):
        """Any other command over a file that is written here."""
        def given(data):
            path = write(self.played.scratch("table.csv"), data)
            return self.played.cairn("holding-party", *command, path)
        return given


def cells(number, row, change):
    """Changes one cell: the column `number` of the row `row` (0: the header)."""
    def changed(data):
        rows = list(csv.reader(io.StringIO(data.decode())))
        rows[row][number] = change(rows[row][number]) if callable(change) else change
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue()
    return changed


def named(column, row, change):
    def changed(data):
        return cells(data.decode().splitlines()[0].split(",").index(column), row, change)(data)
    return changed


def columns(count):
    def changed(data):
        lines = data.decode().splitlines()
        lines[0] += "".join(f",c{n}" for n in range(count))
        lines[1] += ",x" * count
        return "\n".join(lines) + "\n"
    return changed


def templates(papers):
    def checked(name, file, change, *phrases):
        return Row(name, lambda: papers.check(file, change), 1, "would be refused", file, *phrases)

    records, corners = "records.csv", "corners.csv"
    last = lambda data: data.rstrip(b"\n").rsplit(b"\n", 1)
    return [
        checked("a column left out", corners, lambda d: d.replace(b"position.x", b"position"), ":1", "position"),
        checked("a column twice", corners, lambda d: d.replace(b"position.y", b"position.x", 1), ":1", "position.x", "twice"),
        checked("a column of its own", records, lambda d: d.replace(b"record_number", b"recordnumber", 1), ":1", "recordnumber"),
        checked("cells missing in a row", corners, lambda d: last(d)[0] + b"\n" + last(d)[1].rsplit(b",", 1)[0] + b"\n", "cells"),
        checked("an empty cell", corners, named("id", 2, ""), ":3", "column 'id'"),
        checked("a million columns", corners, columns(1_000_000), ":1", "512"),
        checked("a cell without end", corners, lambda d: last(d)[0] + b'\n"' + b"x" * 100_000, "65536"),
        checked("no end to a quote", corners, lambda d: last(d)[0] + b'\n"abc', "quote"),
        checked("not UTF-8", corners, lambda d: d.replace(b"aghdam-001", b"aghd\xe4m-01", 1), ":2", "UTF-8"),
        checked("UTF-16", corners, lambda d: d.decode().encode("utf-16"), "UTF-16"),
        checked("a spreadsheet", corners, lambda d: b"PK\x03\x04" + bytes(100), "spreadsheet"),
        checked("semicolons", corners, lambda d: d.replace(b",", b";"), "comma"),
        checked("a NUL", corners, named("id", 1, "A\0"), ":2", "control"),
        checked("text that turns round", records, named("archive.file", 1, "\u202e12"), ":2", "column 'archive.file'"),
        checked("an empty file", corners, lambda d: b"", "empty"),
        checked("a formula", records, named("archive.file", 1, FORMULA), ":2", "column 'archive.file'", "formula"),
        checked("a formula behind spaces", records, named("archive.file", 1, "  @SUM(1)"), ":2", "formula"),
        checked("a record twice", records, lambda d: d + last(d)[1] + b"\n", "row"),
        checked("an entry of no record", corners, named("row", 1, "aghdam-999"), ":2", "no record with this key"),
        checked("a path out of the folder", "attachments.csv", named("file", 1, "../../passphrase"), ":2", "column 'file'"),
        checked("a scan that is not there", "attachments.csv", named("file", 1, "none.png"), ":2", "no such file"),
        checked("a value that may be two", records, named("map.scale", 1, "1:1.200"), ":2", "map.scale"),
        Row("building of spoiled tables", lambda: papers.build(records, named("archive.file", 1, FORMULA)), 3, "records.csv:2", "formula"),
        Row("building of cut tables", lambda: papers.build(corners, lambda d: d[:-9]), 3, "corners.csv"),
        Row("no folder", lambda: papers.played.cairn("holding-party", "package", "check", "--template", "/nowhere", "--rules", papers.rules), 3, "/nowhere"),
        Row("no rule set", lambda: papers.played.cairn("holding-party", "package", "check", "--template", papers.good, "--rules", papers.good + "/records.csv"), 3, "records.csv"),
    ]


def others(papers):
    holding = read(papers.played.path("papers/holding.csv"))
    charter = read(papers.played.path("rules/charter.toml"))
    declare = papers.table("holding", "declare", "--file")
    opened = lambda data: papers.played.cairn(
        "mediator-a", "handover", "open", "--charter", write(papers.played.path("rules/spoiled.toml"), data))
    lines = holding.splitlines(keepends=True)
    return [
        Row("a holding with a wrong column", lambda: declare(holding.replace(b"documents", b"papers", 1)), 3, "table.csv", "the header must be"),
        Row("a holding without numbers", lambda: declare(lines[0] + lines[1].replace(b",", b",x", 3)), 3, "table.csv:2"),
        Row("a holding that is cut", lambda: declare(holding[:len(lines[0]) + 9]), 3, "table.csv:2"),
        Row("an empty holding", lambda: declare(b""), 3, "table.csv"),
        Row("a charter that is no TOML", lambda: opened(charter + b"\n[[["), 3, "spoiled.toml"),
        Row("a charter with an unknown key", lambda: opened(b"colour = 'red'\n" + charter), 3, "spoiled.toml", "colour"),
        Row("a charter without rules", lambda: opened(charter.replace(b"apii_1996.textproto", b"none.textproto")), 3, "none.textproto"),
    ]


def no_files(papers):
    """What stands where a file should and is none: a pipe that nobody writes to would be waited for."""
    played, rules = papers.played, papers.rules
    pipe, folder = played.scratch("pipe"), played.scratch("a-folder")
    os.mkfifo(pipe)
    os.makedirs(folder)
    claim = ["claim", "make", "--speaker", "X", "--said", "2021-08-09", "--subject", "records-delivered",
             "--precision", "words"]
    handover = ["handover", "open", "--charter"]

    def checked(name, put):
        def check():
            spoiled = papers.spoiled(name, lambda data: data)
            os.remove(f"{spoiled}/{name}")
            put(f"{spoiled}/{name}")
            return played.cairn("holding-party", "package", "check", "--template", spoiled, "--rules", rules, timeout=30)
        return check

    def given(party, *command):
        return lambda: played.cairn(party, *command, timeout=30)

    device = lambda path: os.symlink("/dev/zero", path)
    return [
        Row("a pipe for records", checked("records.csv", os.mkfifo), 1, "records.csv is a named pipe"),
        Row("a pipe for corners", checked("corners.csv", os.mkfifo), 1, "corners.csv is a named pipe"),
        Row("a device for records", checked("records.csv", device), 1, "records.csv is a device"),
        Row("a folder for records", checked("records.csv", os.makedirs), 1, "records.csv is a folder"),
        Row("a pipe for a scan", checked("scans/" + first_scan(papers.good), os.mkfifo), 1, "scans/"),
        Row("a pipe for a package", given("receiving-party", "package", "check", pipe, "--rules", rules), 1, pipe, "named pipe"),
        Row("a pipe for rules", given("receiving-party", "package", "check", "--template", papers.good, "--rules", pipe), 3, pipe),
        Row("a pipe for a claim's source", given("auditor", *claim, "--source", pipe), 3, pipe, "named pipe"),
        Row("a folder for a claim's source", given("auditor", *claim, "--source", folder), 3, folder, "is a folder"),
        Row("a pipe for a charter", given("mediator-a", *handover, pipe), 3, pipe, "named pipe"),
        Row("a pipe for a holding", given("holding-party", "holding", "declare", "--file", pipe), 3, pipe, "named pipe"),
        Row("a pipe to verify", given("auditor", "verify", pipe), 3, pipe, "named pipe"),
        Row("a pipe for a policy", given("auditor", "verify", "--policy", pipe, played.path("receipts/5.tlog-proof")), 3, pipe),
        Row("a pipe for a passphrase", lambda: run([played.bin + "/cairn", "--home", played.path("parties/auditor"),
            "--passphrase-file", pipe, "--no-input", *claim, "--source", papers.good + "/records.csv"], timeout=30), 3, pipe),
        Row("a pipe for a broker's configuration", lambda: run(
            [played.bin + "/cairn-broker", "fsck", "--config", pipe], timeout=30), 2, pipe, "named pipe"),
    ]


def first_scan(folder):
    return sorted(os.path.relpath(p, folder + "/scans")
                  for p in glob.glob(folder + "/scans/**", recursive=True) if os.path.isfile(p))[0]


def typed(papers):
    """What is typed on the command line and cannot be meant."""
    played = papers.played
    claim = lambda said: played.cairn("auditor", "claim", "make", "--speaker", "X", "--subject", "records-delivered",
                                      "--precision", "words", "--said", said, "--source", papers.good + "/records.csv")
    gaps = [one for one in played.json("holding-party", "request", "list") if one["kind"] == "gaps"][0]
    answer = lambda *items: played.cairn("holding-party", "request", "answer", gaps["request"],
                                         *[word for item in items for word in ("--item", item)])
    broker = lambda *options: run([played.bin + "/cairn-broker", "init", "--config", played.scratch("x.toml"),
                                   "--operator-name", "A", "--passphrase-file", played.path("parties/broker/passphrase"), *options])
    left = f"of the {gaps['asked']} entries of the request {gaps['asked'] - gaps['answered']} are left"
    return [
        Row("a claim of tomorrow's tomorrow", lambda: claim("3021-08-09"), 2, "--said 3021-08-09", "still to come"),
        Row("an answer to more than was asked", lambda: answer("fulfilled:9999"), 2, "--item fulfilled:9999", left),
        Row("two answers to more than was asked", lambda: answer("refused:1", f"fulfilled:{gaps['asked']}"), 2, f"--item fulfilled:{gaps['asked']}"),
        Row("rule sets of no folder", lambda: played.cairn("auditor", "assess", "rules", "list", "nosuch"), 3, "nosuch"),
        Row("an argument too many", lambda: played.cairn("auditor", "key", "list", "nosuch"), 2, "not expected: nosuch"),
        Row("a word too many", lambda: played.cairn("auditor", "handover", "list", "nosuch"), 2, "not expected: nosuch"),
        Row("an argument too many for a broker", lambda: run([played.bin + "/cairn-broker", "fsck", "nosuch"]), 2, "not expected: nosuch"),
        Row("a log named by its address", lambda: broker("--origin", "https://log.example.org/x"), 2, "--origin", "scheme"),
        Row("a listener that is none", lambda: broker("--origin", "log.example.org/x", "--grpc-listen", "nonsense"), 2, "--grpc-listen", "127.0.0.1:7443"),
    ]


def kept(papers):
    """Files of somebody's that stand where the client keeps its own."""
    played = papers.played

    def stranger_in_the_outbox():
        strange = write(played.path("parties/auditor/outbox/mine.statement"), "not a statement")
        result = played.cairn("auditor", "claim", "make", "--speaker", "X", "--subject", "records-delivered", "--precision",
                              "words", "--said", "2021-08-09", "--source", papers.good + "/records.csv")
        assert read(strange) == b"not a statement", "it was changed"
        os.remove(strange)
        return result

    def stranger_beside_an_export():
        package, to = played.path("packages/s1"), played.scratch("exported")
        os.makedirs(to + ".part")
        mine = write(to + ".part/letter.txt", "mine")
        result = played.cairn("holding-party", "package", "submit", package, "--export", to)
        assert read(mine) == b"mine", "it was changed"
        return result

    def refusal_by_itself():
        before = set(os.listdir(played.path("parties/auditor/receipts")))
        digest = sha256(played.path("packages/s1/package.age"))
        refused = played.cairn("auditor", "package", "transmit", "--took-over", digest)
        assert refused.code == 3 and "refused (not-entitled)" in refused.text, refused.text
        assert "REFUSAL_REASON" not in refused.text, refused.text
        new = [n for n in set(os.listdir(played.path("parties/auditor/receipts"))) - before if n.endswith(".refusal")]
        played.done("auditor", "log", "sync")
        result = played.cairn("auditor", "verify", "--policy", played.path("policy"),
                              played.path("parties/auditor/receipts", new[0]))
        os.remove(played.path("parties/auditor/receipts", new[0].replace(".refusal", ".signed")))
        without = played.cairn("auditor", "verify", "--policy", played.path("policy"),
                               played.path("parties/auditor/receipts", new[0]))
        assert without.code == 3, "without what it refuses: " + without.text
        return result

    return [
        Row("a stranger in the outbox", stranger_in_the_outbox, 0, "mine.statement", "neither sent nor removed", moves=True),
        Row("a stranger beside an export", stranger_beside_an_export, 3, "exported.part", "in the way"),
        Row("a refusal is judged by what lies beside it", refusal_by_itself, 0, "hold"),
    ]


def rows(played, _schema):
    papers = Papers(played)
    played.rules = papers.rules
    return templates(papers) + others(papers) + no_files(papers) + typed(papers) + kept(papers)
