#!/usr/bin/env python3
"""The pages that client/quickstart leaves, as an outside judge sees them: pages_test.py BUILD DEMO

Reads them with Python's own HTML parser and sets them beside the papers that the handover was made
from and the JSON of the report: no coordinate in the plain editions, every link has its place, every
list as many records as its number says, nothing from outside."""
import csv
import hashlib
import html.parser
import json
import pathlib
import re
import subprocess
import sys

BUILD, DEMO = (pathlib.Path(path) for path in sys.argv[1:3])
REPORTS = DEMO / "reports"
LANGUAGES = ("en", "ru", "az", "hy")
failures = []


def check(right, what):
    print(("ok      " if right else "FAILED  ") + what)
    if not right:
        failures.append(what)


class Page(html.parser.HTMLParser):
    """What a page holds: its tags, links, names and text; that its tags close as they open."""
    VOID = {"meta", "br"}

    def __init__(self, path):
        super().__init__()
        self.text_bytes = path.read_text(encoding="utf-8")
        self.ids, self.links, self.tags, self.outside, self.words = [], [], {}, [], []
        self.open, self.mistakes = [], []
        self.lists, self.list = {}, None
        self.feed(self.text_bytes)
        self.mistakes += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag, attributes):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
                if tag == "div" and value.startswith("l-"):
                    self.list = value
                    self.lists[value] = 0
            if name == "href":
                self.links.append(value)
                if self.list:
                    self.lists[self.list] += 1
            if name in ("src", "srcset", "action", "background") or name.startswith("on"):
                self.outside.append(f"{name}={value}")

    def handle_startendtag(self, tag, attributes):
        self.tags[tag] = self.tags.get(tag, 0) + 1

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}> at {self.getpos()}")
        if tag == "div":
            self.list = None

    def handle_data(self, data):
        self.words.append(data)


def report_json(name):
    shown = subprocess.run([BUILD / "bin/cairn", "assess", "show", REPORTS / name, "--output", "json"],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if shown.returncode != 0:
        sys.exit(f"cairn assess show: {shown.stderr}")
    return json.loads(shown.stdout)


def coordinates():
    """Every coordinate of the papers as it is written there, and its digits."""
    out = set()
    for path in (DEMO / "papers").rglob("*.csv"):
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column, cell in row.items():
                    if column and re.search(r"\.(x|y|lat|lon|grid_reference)$", column) and cell:
                        digits = re.sub(r"\D", "", cell)
                        # Six digits or more name a place; fewer may be any number.
                        if len(digits) >= 6:
                            out |= {cell.strip(), digits}
    return out


def main():
    report = report_json("b-auditor.report")
    sha256 = hashlib.sha256((REPORTS / "b-auditor.report").read_bytes()).hexdigest()
    pages = {name: Page(REPORTS / f"b-{name}.html") for name in (*LANGUAGES, "map", "sheets", "gaps-ru")}
    for name, page in pages.items():
        check(not page.mistakes, f"{name}: tags close as they open {page.mistakes[:3]}")
        check(len(page.ids) == len(set(page.ids)), f"{name}: no name stands twice")
        lost = {link for link in page.links if link[:1] != "#" or link[1:] not in page.ids}
        check(not lost, f"{name}: {len(page.links)} links have their place {sorted(lost)[:3]}")
        check(not page.outside and not page.tags.keys() & {"script", "link", "img", "iframe", "object", "form"},
              f"{name}: no script, nothing from outside {page.outside[:3]}")
        check(sha256 in page.text_bytes, f"{name}: carries the digest of the report")

    places = coordinates()
    check(len(places) > 1000, f"{len(places)} coordinates stand on the papers")
    for name in (*LANGUAGES, "gaps-ru"):
        bare = re.sub(r"[0-9a-f]{64}", "", pages[name].text_bytes)
        found = [place for place in places if place in bare]
        check(not found and "svg" not in pages[name].tags, f"{name}: not one of them {found[:3]}")
    check(any(place in pages["sheets"].text_bytes for place in places), "the field sheets hold them")
    check(pages["map"].tags.get("svg", 0) >= 4, "the map edition has maps of all and of three districts")

    classes = report["cumulative"]
    english = pages["en"]
    check(report["headline"] in "".join(english.words), "the headline is the report's")
    by_class = {"l-all": "all", "l-all-c5": "complete", "l-all-c4": "partial",
                "l-all-c2": "no_information", "l-all-c3": "contradicting"}
    for anchor, field in by_class.items():
        expected = classes[field]["records"]
        for name in LANGUAGES:
            check(pages[name].lists.get(anchor) == expected, f"{name}: {anchor} lists {expected} records")
    gaps = {}
    for index, record in enumerate(report["records"]):
        for result in record.get("results", []):
            if "field" in result:
                gaps.setdefault(result["field"], set()).add(index)
    for field, records in gaps.items():
        check(english.lists.get(f"l-gap-{field}") == len(records), f"{field} lacks on {len(records)} records")
    wanted = sum("field" in result for record in report["records"] for result in record.get("results", []))
    check(pages["gaps-ru"].text_bytes.count('class="answer"></td>') == wanted, f"{wanted} lines of gaps")
    check(pages["sheets"].tags.get("section") == len(report["records"]), "a sheet a record")
    for name in ("ru", "az", "hy"):
        check(english.text_bytes.count("<tr>") == pages[name].text_bytes.count("<tr>"),
              f"{name}: as many rows as the English page")
    print(f"{len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
