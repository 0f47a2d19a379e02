"""What a correct engine must say of one record by the checks on consistency and plausibility: C-03
to C-06, C-10, C-11, C-13 to C-20, P-01, P-02, P-04, P-07, T-02, T-05, T-06. A reading of
audit/completeness/README.md of its own, on cells and in plain geometry of the grid.

Comparisons of whole numbers are exact, as the engine's; where a distance comes too near to a limit,
the record is refused (TooNear), for an oracle does not argue about rounding.
"""

import datetime
import math
import re

import geodesy
import vocabulary as words
from cells import FAIL, NE, count_of, date_span, given, place_of, state, unread

BANDS = {"at": (550, 1000), "ap_blast": (2000, 3000), "ap_fragmentation": (100, 300)}
PER_HOUR = {"hand_buried": 2000, "hand_surface": 4000, "trailer_layer": 3000,
            "vehicle_layer": 5000, "helicopter": 20000, "rocket": 50000}
FIRST_YEAR = {"ТМ-46": 1946, "ТМ-62М": 1962, "TM-62M": 1962, "ТМ-57": 1957, "TM-57": 1957, "ТМ-62П3": 1962,
              "TM-62P3": 1962, "ПМН": 1950, "PMN": 1950, "ПМН-2": 1972, "PMN-2": 1972}
SHEET_MARGIN_M = 2000.0
LANE_LEAST_M = 3.0
GRAVE = {"C-03", "C-14", "C-18"}  # At severity ERROR whenever they fail.


class TooNear(ValueError):
    """A value lies too near to a limit for an oracle."""


def beyond(value, limit, what, band=0.04):
    """Whether a measured value exceeds its limit."""
    if abs(value - limit) < band * limit:
        raise TooNear(f"{what}: {value:.2f} against {limit:.2f} is too near for an oracle")
    return value > limit


def number(cell):
    """A length in thousandths, or None."""
    if not re.fullmatch(r"\d+(\.\d+)?", cell):
        return None
    whole, _, part = cell.partition(".")
    return int(whole) * 1000 + int((part + "000")[:3])


def area_of(points):
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in
                   zip(points, points[1:] + points[:1]))) / 2


def to_segment(p, a, b):
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if not length else max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def inside(points, p):
    odd = False
    for a, b in zip(points, points[1:] + points[:1]):
        if (a[1] > p[1]) != (b[1] > p[1]) and \
                p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0]:
            odd = not odd
    return odd


def to_ring(points, p):
    return min(to_segment(p, a, b) for a, b in zip(points, points[1:] + points[:1]))


def sheet_bounds(name):
    """South, west, north, east in degrees, and the scale; None if it is no such name."""
    found = re.fullmatch(r"([A-V])-(\d\d)-(\d{1,3})(?:-([АБВГ]))?(?:-([абвг]))?", name)
    if not found:
        return None
    south, west = (ord(found[1]) - 65) * 4.0, (int(found[2]) - 31) * 6.0
    at = int(found[3]) - 1
    north, left = south + 4 - at // 12 / 3, west + at % 12 / 2
    height, width, scale = 1 / 3, 1 / 2, 100000
    for letters, letter in (("АБВГ", found[4]), ("абвг", found[5])):
        if letter:
            height, width, scale = height / 2, width / 2, scale // 2
            which = letters.index(letter)
            north, left = north - which // 2 * height, left + which % 2 * width
    return north - height, left, north, left + width, scale


class Plausible:
    """Adds to the results of an oracle.Assessment, which it reads from."""

    def __init__(self, one):
        self.one, self.cells = one, one.cells
        self.points = [place_of(c) for c in one.corners]
        self.known = bool(self.points) and None not in self.points and one.system \
            and len(self.points) >= 3
        # A perimeter that C-09 faults encloses nothing.
        self.valid = self.known and ("C-09", "where.perimeter", FAIL) not in one.results
        self.sigma = one.position_sigma()
        for check in (self._sheet, self._bearings, self._shape, self._fuzes, self._traps,
                      self._rows, self._density, self._inside, self._lanes, self._references,
                      self._purpose, self._bands, self._ground, self._round, self._rough,
                      self._pace, self._service):
            check()

    def say(self, verdict, check, place):
        self.one.say(verdict, check, place)
        if verdict == FAIL and check in GRAVE:
            self.one.grave.add(check)

    # --- Where ----------------------------------------------------------------------------------

    def _sheet(self):
        name, scale = self.cells["map.sheet"], self.cells["map.scale"]
        bounds = sheet_bounds(name) if given(name) else None
        if not given(name) or bounds and not given(scale):
            self.say(NE, "C-04", "where.map.sheet")
        elif bounds is None or bounds[4] != int(scale[2:].replace(" ", "")):
            self.say(FAIL, "C-04", "where.map.sheet")
        if not self.one.refs:
            self.say(NE, "C-03", "where.reference_points")
        for i, row in enumerate(self.one.refs):
            place, position = f"where.reference_points[{i}].position", place_of(row)
            if bounds is None or not position or not self.one.system:
                self.say(NE, "C-03", place)
            elif self._beyond_sheet(bounds, position):
                self.say(FAIL, "C-03", place)

    def _beyond_sheet(self, bounds, position):
        if not self.one.world.in_theatre(*position):
            return True  # A thousand kilometres and more.
        lat, lon = geodesy.grid_to_wgs84(*position)
        south, west, north, east, _ = bounds
        up = max(0.0, lat - north, south - lat) * 111000
        aside = max(0.0, lon - east, west - lon) * 111000 * math.cos(math.radians(lat))
        return beyond(max(up, aside), SHEET_MARGIN_M, "sheet")

    def _bearings(self):
        if not self.one.ties:
            self.say(NE, "C-06", "where.ties")
        for i, tie in enumerate(self.one.ties):
            place = f"where.ties[{i}].bearing"
            if not given(tie["bearing"]) or tie["bearing.unit"] == "[not stated]":
                self.say(NE, "C-06", place)
            elif re.fullmatch(r"\d\d?-\d\d", tie["bearing"]) and tie["bearing.unit"] != "mil_6000":
                self.say(FAIL, "C-06", place)

    def _shape(self):
        cells = self.cells
        front, depth = number(cells["front_mm"]), number(cells["depth_mm"])
        if not self.valid:
            self.say(NE, "C-10", "where.perimeter")
            self.say(NE, "C-11", "where.perimeter")
            return
        longest = max(math.dist(a, b) for a, b in
                      zip(self.points, self.points[1:] + self.points[:1]))
        if beyond(longest, 5000.0, "side"):
            self.say(FAIL, "C-10", "where.perimeter")
        if front is None or depth is None:
            self.say(NE, "C-11", "where.perimeter")
            return
        stated, drawn = front * depth / 1e6, area_of(self.points)
        if beyond(stated, 2 * drawn, "area") or beyond(drawn, 2 * stated, "area"):
            self.say(FAIL, "C-11", "where.perimeter")

    def _inside(self):
        rows, mines = self.one.rows, self.one.mines
        if not rows and not mines:
            return
        if not self.valid:
            self.say(NE, "C-17", "where.perimeter")
            return
        for i, row in enumerate(rows):
            for end in ("start", "end"):
                self._one_inside(place_of(row, end), f"layout.rows[{i}].{end}")
        for i, mine in enumerate(mines):
            self._one_inside(place_of(mine), f"layout.mines[{i}].position")

    def _one_inside(self, position, place):
        if position is None:
            self.say(NE, "C-17", place)
        elif not inside(self.points, position):
            sigmas = to_ring(self.points, position) / (self.sigma * math.sqrt(2))
            if 1.9 < sigmas < 2.1 or 2.9 < sigmas < 3.1:
                raise TooNear(f"{place}: {sigmas:.2f} sigma outside")
            if sigmas > 2.0:  # A warning between two and three.
                self.say(FAIL, "C-17", place)
            if sigmas > 3.0:
                self.one.grave.add("C-17")

    def _lanes(self):
        lanes = self.one.record.children.get("lanes", [])
        if not lanes:
            if state(self.cells["lanes_listed"]) != "NOT_APPLICABLE":
                self.say(NE, "C-18", "marking.lanes")
            return
        for i, lane in enumerate(lanes):
            place, width = f"marking.lanes[{i}]", number(lane["width_mm"])
            start, end = place_of(lane, "start"), place_of(lane, "end")
            if width is not None and width < LANE_LEAST_M * 1000:
                self.say(FAIL, "C-18", place + ".width_mm")
            if width is None or not start or not end or not self.one.system:
                self.say(NE, "C-18", place)
                continue
            points = [place_of(m) for m in self.one.mines]
            off = [to_segment(p, start, end) for p in points if p]
            if any(abs(o - width / 2000) < 0.1 for o in off):
                raise TooNear(f"{place}: a mine on its edge")
            if any(o < width / 2000 for o in off):
                self.say(FAIL, "C-18", place)
            elif None in points:
                self.say(NE, "C-18", place)

    def _references(self):
        places = [place_of(r) if self.one.system else None for r in self.one.refs]
        if not places:
            self.say(NE, "C-19", "where.reference_points")
        for i, at in enumerate(places):
            place = f"where.reference_points[{i}].position"
            if at is None:
                self.say(NE, "C-19", place)
            elif any(o and not beyond(math.dist(at, o), 10.0, "points") for o in places[:i]):
                self.say(FAIL, "C-19", place)
            elif not self.valid:
                self.say(NE, "C-19", place)
            elif inside(self.points, at) and beyond(to_ring(self.points, at),
                                                    3 * self.sigma * math.sqrt(2), place):
                self.say(FAIL, "C-19", place)

    def _rough(self):
        """No sheet of these scales is too coarse; what is asked is whether anything leads there."""
        if not self.known and not any(self.one.reached(t) for t in self.one.ties):
            self.say(NE, "P-07", "where.perimeter")

    def _round(self):
        ties = [t for t in self.one.ties if given(t["bearing"]) and given(t["distance"])
                and t["bearing.unit"] != "[not stated]"]
        if len(ties) < 2:
            self.say(NE, "P-04", "where.ties")
        elif all(self._round_tie(t) for t in ties):
            self.say(FAIL, "P-04", "where.ties")

    @staticmethod
    def _round_tie(tie):
        text, unit = tie["bearing"], tie["bearing.unit"]
        if unit == "mil_6000":
            round_bearing = text.endswith("-00")
        elif unit == "degree_minute":
            degrees, minutes = text.rstrip("'").split("°")
            round_bearing = int(degrees) % 10 == 0 and int(minutes) == 0
        else:
            round_bearing = float(text) % 10 == 0
        return round_bearing and int(tie["distance"]) % 100 == 0

    # --- What and how many ------------------------------------------------------------------------

    def _fuzes(self):
        if not self.one.lines:
            self.say(NE, "C-13", "what.ordnance")
        for i, line in enumerate(self.one.lines):
            fuzes = words.fuzes_of_model(line["model"])
            if fuzes is None or not given(line["fuze"]):
                self.say(NE, "C-13", f"what.ordnance[{i}].fuze")
            elif line["fuze"] not in fuzes:
                self.say(FAIL, "C-13", f"what.ordnance[{i}].fuze")
            if line["anti_handling.present"] == "yes":
                place = f"what.ordnance[{i}].anti_handling.present"
                if fuzes is None:
                    self.say(NE, "C-13", place)
                elif line["model"] == words.WITHOUT_TRAPS:
                    self.say(FAIL, "C-13", place)

    def _traps(self):
        for i, line in enumerate(self.one.lines):
            if line["anti_handling.present"] == "no":
                continue
            traps, mines = count_of(line["anti_handling.count"]), count_of(line["count"])
            place = f"what.ordnance[{i}].anti_handling.count"
            if traps is None or mines is None:
                self.say(NE, "C-14", place)
            elif traps > mines:
                self.say(FAIL, "C-14", place)
        self._booby_traps()

    def _booby_traps(self):
        one, place = self.one, "what.booby_traps"
        kinds = [one.kind_of(line) for line in one.lines]
        on_lines = [count_of(line["count"]) for line, kind in zip(one.lines, kinds)
                    if kind == "booby_trap"]
        listed = [count_of(trap["count"]) for trap in one.traps]
        if not one.traps and not on_lines:
            return
        if not one.lines or None in on_lines or None in listed or one.traps and None in kinds or \
                not one.traps and state(self.cells["booby_traps_listed"]) != "NOT_APPLICABLE":
            self.say(NE, "C-14", place)
        elif on_lines and sum(on_lines) != sum(listed):
            self.say(FAIL, "C-14", place)

    def _rows(self):
        counts = {}
        for row in self.one.record.children.get("row_mines", []):
            counts.setdefault(row["layout_row"], []).append(count_of(row["count"]))
        for i, row in enumerate(self.one.rows):
            mines = counts.get(row["id"])
            if mines is None:
                continue
            length, spacing = number(row["length_mm"]), number(row["spacing_mm"])
            if not length:
                start, end = place_of(row, "start"), place_of(row, "end")
                length = round(math.dist(start, end) * 1000) if start and end else None
            if not length or not spacing or None in mines:
                self.say(NE, "C-15", f"layout.rows[{i}]")
                continue
            expected = (sum(mines) - 1) * spacing
            if sum(mines) > 1 and abs(length - expected) * 1000 > expected * 200:
                self.say(FAIL, "C-15", f"layout.rows[{i}]")
        in_rows = sum(1 for line in self.one.lines if self.one.kind_of(line) != "booby_trap")
        if len(self.one.rows) < 2 or in_rows > 1:
            return
        gap, depth = number(self.cells["row_gap_mm"]), number(self.cells["depth_mm"])
        if not gap or not depth:
            self.say(NE, "C-15", "where.depth_mm")
        elif abs(len(self.one.rows) * gap - depth) * 1000 > depth * 300:
            self.say(FAIL, "C-15", "where.depth_mm")

    def _density(self):
        mines, readable = self.one.known_sum()
        front, density = number(self.cells["front_mm"]), count_of(self.cells["density_per_km"])
        if not readable or front is None or density is None:
            self.say(NE, "C-16", "what.density_per_km")
        elif abs(density * front - mines * 1000000) * 1000 > mines * 1000000 * 100:
            self.say(FAIL, "C-16", "what.density_per_km")

    def _bands(self):
        front = number(self.cells["front_mm"])
        seen = {}
        for i, line in enumerate(self.one.lines):
            entry = seen.setdefault(self.one.kind_of(line), [i, 0])
            count = count_of(line["count"])
            entry[1] = None if count is None or entry[1] is None else entry[1] + count
        for kind, (i, mines) in seen.items():
            place = f"what.ordnance[{i}]"
            if kind is None or kind in BANDS and (front is None or mines is None):
                self.say(NE, "P-01", place)
            elif kind in BANDS:
                low, high = BANDS[kind]
                if mines * 10**9 < low * front * 500 or mines * 10**9 > high * front * 1500:
                    self.say(FAIL, "P-01", place)
                    if mines * 10**6 > high * front * 10 or mines * 10**7 < low * front:
                        self.one.grave.add("P-01")

    def _ground(self):
        mines, readable = self.one.known_sum()
        if not self.valid or not readable:
            self.say(NE, "P-02", "where.perimeter")
            return
        area = area_of(self.points)
        if mines and (beyond(area, 5000.0 * mines, "ground") or beyond(mines, area, "ground")):
            self.say(FAIL, "P-02", "where.perimeter")

    def _purpose(self):
        purpose = self.cells["purpose"]
        if not given(purpose):
            self.say(NE, "C-20", "laying.purpose")
            return
        kinds = {self.one.kind_of(line) for line in self.one.lines}
        wants = {"at": {"at"}, "ap": {"ap_blast"}, "mixed": {"at", "ap_blast"}}.get(purpose, set())
        if not wants <= kinds:
            self.say(NE if None in kinds or not kinds else FAIL, "C-20", "laying.purpose")

    # --- When -------------------------------------------------------------------------------------

    def _minutes(self, name):
        """First and last minute of a date, or None."""
        span = date_span(self.cells[name])
        if span is None:
            return None
        clock = re.search(r" (\d\d):(\d\d)$", self.cells[name])
        first, last = span[0].toordinal() * 1440, span[1].toordinal() * 1440 + 1439
        if clock:
            first = last = first + int(clock[1]) * 60 + int(clock[2])
        return first, last

    def _pace(self):
        begun, ended = self._minutes("begun"), self._minutes("ended")
        known = begun and ended and ended[1] >= begun[0]
        least = 0
        for line in self.one.lines:
            count = count_of(line["count"])
            if count is None or line["method"] not in PER_HOUR:
                known = False
            else:
                least += count * 60 * 1000000 // PER_HOUR[line["method"]]
        if not known or not self.one.lines:
            self.say(NE, "T-02", "laying")
        elif least > (ended[1] - begun[0] + 1) * 1000000:
            self.say(FAIL, "T-02", "laying")

    def _service(self):
        begun, ended = self._minutes("begun"), self._minutes("ended")
        last = max((s[1] for s in (begun, ended) if s), default=None)
        if not self.one.lines:
            self.say(NE, "T-06", "what.ordnance")
        for i, line in enumerate(self.one.lines):
            at = f"what.ordnance[{i}]."
            if words.category_of_model(line["model"]) is None:
                self.say(NE, "T-06", at + "model")
            elif line["model"] in FIRST_YEAR:
                if last is None:
                    self.say(NE, "T-06", at + "model")
                elif last < _year(FIRST_YEAR[line["model"]]):
                    self.say(FAIL, "T-06", at + "model")
            made = date_span(line["production.made"])
            if unread(line["production.made"]):
                self.say(NE, "T-06", at + "production.made")
            elif made is not None:
                if last is None:
                    self.say(NE, "T-06", at + "production.made")
                elif made[0].toordinal() * 1440 > last:
                    self.say(FAIL, "T-06", at + "production.made")
            kind = line["life_kind"]
            if given(kind) and kind != "none" or not given(kind) and \
                    not self.one.no_destruction(line) and state(kind) != "NOT_APPLICABLE":
                self._life(line, at, last)

    def _life(self, line, at, last):
        days = count_of(line["life_days"])
        if days is None or last is None:
            self.say(NE, "T-05", at + "life_days")
        elif self.one.world.submitted.toordinal() * 1440 > last + days * 1440:
            self.say(FAIL, "T-05", at + "life_days")


def _year(year):
    return datetime.date(year, 1, 1).toordinal() * 1440
