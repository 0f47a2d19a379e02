"""Tables that people send: CSV files of a transcription, a holding, a charter, each spoiled once."""
import csv
import glob
import io
import os
import shutil

from played import read, write
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


def rows(played, _schema):
    papers = Papers(played)
    played.rules = papers.rules
    return templates(papers) + others(papers)
