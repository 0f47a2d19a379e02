"""The checks on what lies and happens beside each other: X-05, X-06, X-07, X-11, X-13."""

import math

from cells import FAIL, NE, count_of, date_span, given, place_of
from plausible import area_of, beyond, to_ring

REACH_M = 1600          # No field of the generator is as wide: farther ones have nothing in common.
OVERLAP = 0.009
CORRIDOR_M = 30.0
LANDMARK_M = 500.0
ONE_HOUR_M = 100000.0


def clip(polygon, other):
    """The part of a convex polygon inside another, which turns as it does."""
    for a, b in zip(other, other[1:] + other[:1]):
        def left(p):
            return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
        out = []
        for p, q in zip(polygon, polygon[1:] + polygon[:1]):
            if left(p) >= 0:
                out.append(p)
            if left(p) * left(q) < 0:
                t = left(p) / (left(p) - left(q))
                out.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
        polygon = out
        if not polygon:
            return []
    return polygon


def turned(points):
    """The same corners, counter-clockwise."""
    twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1]))
    return points if twice > 0 else points[::-1]


def common(a, b):
    part = clip(turned(a), turned(b))
    return area_of(part) if len(part) > 2 else 0.0


class Neighbours:
    def __init__(self):
        self.fields = {}       # Bucket: _Field.
        self.landmarks = {}    # (kind, text): [(field, index, place)].
        self.units = {}        # (unit, day): fields with hours.
        self.originals = {}    # (number, unit, year): fields.

    def take(self, record, entry):
        field = _Field(record, entry)
        self._copies(record, field)
        self._field(field)
        self._landmarks(record, field)
        self._hours(record, field)

    def _copies(self, record, field):
        copies = [count_of(record.cells[n]) for n in ("copy_number", "copy_total")]
        if field.original is None or None in copies:
            field.say("X-05", "identity.copy_total", NE)
            return
        field.copy, field.copies = copies
        self.originals.setdefault(field.original, []).append(field)

    def _field(self, field):
        if not field.valid:
            field.say("X-06", "where.perimeter", NE)
        if not field.valid or field.unit is None:
            field.say("X-13", "where.perimeter", NE)
        if not field.valid:
            return
        x, y = field.points[0]
        bucket = (int(x // REACH_M), int(y // REACH_M))
        near = [other for bx in (-1, 0, 1) for by in (-1, 0, 1)
                for other in self.fields.get((bucket[0] + bx, bucket[1] + by), ())]
        overlaps = corridor = False
        for other in near:
            if other.same(field):
                continue
            share = common(field.points, other.points) / min(field.area, other.area)
            if share and beyond(share, OVERLAP, "overlap"):
                overlaps = True
            if not share and field.unit and field.unit == other.unit:
                gap = min([to_ring(other.points, p) for p in field.points] +
                          [to_ring(field.points, p) for p in other.points])
                if not beyond(gap, CORRIDOR_M, "corridor"):
                    corridor = True
        if overlaps:
            field.say("X-06", "where.perimeter", FAIL)
        if corridor:
            field.say("X-13", "where.perimeter", FAIL)
        self.fields.setdefault(bucket, []).append(field)

    def _landmarks(self, record, field):
        for i, row in enumerate(record.children.get("reference_points", [])):
            if not given(row["description"]) or row["description"].startswith("["):
                continue
            place, at = f"where.reference_points[{i}].position", place_of(row)
            if not at or not field.system:
                field.say("X-07", place, NE)
                continue
            lot = self.landmarks.setdefault((row["kind"], row["description"]), [])
            for other, there, position in lot:
                apart = math.dist(at, position)
                if other is field or apart > 2 * LANDMARK_M:
                    continue
                sigma = math.hypot(field.sigma, other.sigma)
                if beyond(apart, 3 * sigma, place) and not beyond(apart, LANDMARK_M, place):
                    field.say("X-07", place, FAIL)
                    other.say("X-07", there, FAIL)
            lot.append((field, place, at))

    def _hours(self, record, field):
        cells = record.cells
        spans = [date_span(cells[n]) for n in ("begun", "ended")]
        clocks = [cells[n][11:13] for n in ("begun", "ended")]
        known = all(spans) and not any(s[2] for s in spans)
        if known:
            field.hours = [s[0].toordinal() * 24 + int(c) for s, c in zip(spans, clocks)]
            known = (spans[0][0], cells["begun"][11:]) <= (spans[1][0], cells["ended"][11:])
        if not known or field.unit is None or not given(cells["commander_named"]) \
                or not field.known:
            field.say("X-11", "laying.begun", NE)
            return
        for day in range(field.hours[0] // 24, field.hours[1] // 24 + 1):
            lot = self.units.setdefault((field.unit, day), [])
            for other in lot:
                if field.hours[0] <= other.hours[1] and other.hours[0] <= field.hours[1] and \
                        beyond(math.dist(field.points[0], other.points[0]), ONE_HOUR_M, "hour"):
                    field.say("X-11", "laying.begun", FAIL)
                    other.say("X-11", "laying.begun", FAIL)
            lot.append(field)

    def finish(self):
        for lot in self.originals.values():
            copies = {f.copy for f in lot}
            states = {}
            for field in lot:
                states.setdefault(field.entry.changes, set()).add(field.entry.content)
            differ = len(copies) > 1 and any(len(s) > 1 for s in states.values())
            if len(copies) < max(f.copies for f in lot) or differ:
                for field in lot:
                    field.say("X-05", "identity.copy_total", FAIL)


class _Field:
    def __init__(self, record, entry):
        cells, one = record.cells, entry.assessment
        self.entry, self.system = entry, entry.system
        self.points = [place_of(c) for c in record.children.get("corners", [])]
        self.known = len(self.points) > 2 and None not in self.points and bool(entry.system)
        self.valid = self.known and ("C-09", "where.perimeter", FAIL) not in one.results
        self.area = area_of(self.points) if self.valid else 0.0
        self.sigma = one.position_sigma()
        self.unit = cells["laying_unit"] if given(cells["laying_unit"]) else None
        spans = [date_span(cells[n]) for n in ("drawn_up", "ended", "begun")]
        year = next((s[0].year for s in spans if s), None)
        number = cells["record_number"] if given(cells["record_number"]) else None
        self.original = None if None in (number, self.unit, year) else (number, self.unit, year)
        self.copy = self.copies = self.hours = None

    def same(self, other):
        return self.entry.content == other.entry.content or \
            (self.original is not None and self.original == other.original)

    def say(self, check, place, verdict):
        self.entry.say(check, place, verdict)
