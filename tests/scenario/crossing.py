"""The checks across records: what the oracle must know of all records at once."""

import re

from neighbours import Neighbours
from oracle import FAIL, NE, count_of, date_span, given, place_of

NEAR_M = 10.0
SERIES_FEWEST = 10
PAPERS_OF_MANY = ("map", "register", "scheme")
# What X-01 leaves out of the content, besides attachments and persons.
_ASIDE = {"record_number", "copy_number", "copy_total", "sheet_number", "sheet_total",
          "archive.archive", "archive.fonds", "archive.file", "archive.folio", "same_original_as",
          "source", "language"}


class Crossing:
    """Takes the assessed records one by one, in package order; then adds their results."""

    def __init__(self):
        self.contents = {}      # Content: list of entries.
        self.numbers = {}       # (number, unit, year): entries.
        self.series = {}        # (unit, year, prefix): set of numbers.
        self.near = {}          # Bucket: entries.
        self.scans = {}         # File: True where an earlier form of one record shows it.
        self.neighbours = Neighbours()

    def take(self, record, assessment):
        entry = _Entry(record, assessment)
        self._equal_and_near(record, entry)
        self._number(record, entry)
        self._scans(record, entry)
        self.neighbours.take(record, entry)
        return entry

    def _equal_and_near(self, record, entry):
        entry.content = _content(record)
        twins = self.contents.setdefault(entry.content, [])
        others = [t for t in twins if t.number != entry.number]
        if others:
            entry.say("X-01", "", FAIL)
            entry.duplicate_of = others[0].key
        twins.append(entry)
        points = [place_of(c) for c in record.children.get("corners", [])]
        if len(points) < 3 or None in points or not entry.system or not entry.readable:
            entry.say("X-02", "where.perimeter", NE)
            return
        entry.points = points
        x, y = points[0]
        bucket = (int(x // 100), int(y // 100))
        for bx in (-1, 0, 1):
            for by in (-1, 0, 1):
                for other in self.near.get((bucket[0] + bx, bucket[1] + by), ()):
                    if not entry.near_duplicate_of and _near(entry, other):
                        entry.say("X-02", "where.perimeter", FAIL)
                        entry.near_duplicate_of = other.key
        self.near.setdefault(bucket, []).append(entry)

    def _number(self, record, entry):
        cells = record.cells
        known = [given(cells["record_number"]), given(cells["laying_unit"])]
        spans = [date_span(cells[n]) for n in ("drawn_up", "ended", "begun")]
        span = next((s for s in spans if s), None)
        if not all(known) or span is None:
            entry.say("X-03", "identity.record_number", NE)
            return
        year = span[0].year
        key = (cells["record_number"], cells["laying_unit"], year)
        self.numbers.setdefault(key, []).append(entry)
        entry.changes = sum(1 for c in record.children.get("changes", [])
                            if c["is_signed"] == "yes")
        found = re.fullmatch(r"(.*?)(\d+)", cells["record_number"])
        if found:
            series = (cells["laying_unit"], year, found.group(1))
            self.series.setdefault(series, set()).add(int(found.group(2)))

    def _scans(self, record, entry):
        own = record.cells["form_kind"] in PAPERS_OF_MANY
        for at, attachment in enumerate(record.attachments):
            if attachment["role"] in ("scan", "sketch"):
                if self.scans.get(attachment["file"]) and not own:
                    entry.say("X-15", f"identity.attachments[{at}]", FAIL)
                    entry.say("P-08", f"identity.attachments[{at}]", FAIL)
                    entry.assessment.grave.add("P-08")
        for attachment in record.attachments:
            if not own:
                self.scans[attachment["file"]] = True

    def finish(self):
        """Number clashes, once all are there. Returns the series with gaps."""
        self.neighbours.finish()
        for lot in self.numbers.values():
            for changes in {e.changes for e in lot}:  # Of one state, all must say the same.
                state = [e for e in lot if e.changes == changes]
                if len({e.content for e in state}) > 1:
                    for entry in state:
                        entry.say("X-03", "identity.record_number", FAIL)
            for entry in lot[1:]:
                if entry.content == lot[0].content:
                    entry.copy_of = lot[0].key
        gaps = []
        for (unit, year, prefix), numbers in self.series.items():  # In order of first records.
            highest = max(numbers)
            missing = sorted(set(range(1, highest + 1)) - numbers)
            if len(numbers) >= SERIES_FEWEST and 2 * len(numbers) >= highest:
                gaps.append({"place": f"series/{len(gaps)}", "unit": unit, "year": year, "prefix": prefix, "present": len(numbers),
                             "highest": highest, "missing": missing})
        return gaps


class _Entry:
    """What stays of a record when its cells are gone."""

    def __init__(self, record, assessment):
        self.key = record.key
        self.assessment = assessment
        self.number = record.cells["record_number"]
        self.system = assessment.system
        self.mines, self.readable = assessment.known_sum()
        self.points = None
        self.changes = 0
        self.content = None
        self.duplicate_of = self.near_duplicate_of = self.copy_of = ""

    def say(self, check, place, verdict):
        self.assessment.results.add((check, place, verdict))


def _content(record):
    """A number that stands for all cells but those that X-01 leaves aside."""
    cells = tuple(sorted((c, v) for c, v in record.cells.items() if c not in _ASIDE))
    children = tuple((table, tuple(tuple(sorted(row.items())) for row in rows))
                     for table, rows in sorted(record.children.items()) if rows)
    return hash((cells, children))


def _near(entry, other):
    if other.content == entry.content or other.number == entry.number \
            or other.mines != entry.mines or len(other.points) != len(entry.points):
        return False

    def close(points, others):
        return all(any((a - c) ** 2 + (b - d) ** 2 <= NEAR_M ** 2 for c, d in others)
                   for a, b in points)
    return close(entry.points, other.points) and close(other.points, entry.points)
