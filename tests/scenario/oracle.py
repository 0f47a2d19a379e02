"""What a correct engine must say about one record, worked out from the rules of
audit/completeness/README.md for Amended Protocol II, on the cells of the template.

A second, slow reading of the same rules by other means: text cells instead of messages, no part of
the engine used, no verdict taken from it. The checks on plausibility stand in plausible.py. What is
not returned here must pass.
"""

import datetime
import math
import re

import geodesy
import vocabulary as words
from cells import FAIL, NE, count_of, date_span, given, place_of, state, unread
from plausible import Plausible

# What blocks "complete" when it fails; what contradicts the record by itself.
BLOCKING = {"I-02", "I-04", "I-05", "I-06", "I-07", "I-08", "I-09", "I-10", "I-11", "I-14", "I-15",
            "I-16"}
CONTRADICTING = {"C-01", "C-02", "C-07", "C-09", "C-12", "T-01", "X-08"}
SPLITS = (("blank", ("BLANK", "DEFAULTED", "NOT_APPLICABLE")), ("illegible", ("ILLEGIBLE",)),
          ("withheld", ("WITHHELD",)), ("unknown", ("UNKNOWN_TO_HOLDER",)), ("no_box", ("NO_BOX",)))
CUT_OFF = datetime.date(2020, 11, 10)
BORDER_M = 5000.0

PREFIX = {"reference_points": "where.reference_points", "ties": "where.ties",
          "corners": "where.perimeter", "ordnance": "what.ordnance",
          "booby_traps": "what.booby_traps", "layout_rows": "layout.rows", "mines": "layout.mines",
          "lanes": "marking.lanes", "changes": "marking.changes"}
GROUP = {"begun": "laying", "ended": "laying", "laying_unit": "laying", "authority": "laying",
         "purpose": "laying", "signature_present": "laying", "commander_named": "laying",
         "recorder_named": "laying", "fence": "marking", "signs": "marking",
         "sign_interval_mm": "marking", "observed_by": "marking", "transferred_to": "marking",
         "remarks": "marking", "remaining_total": "marking", "declared_total": "what",
         "density_per_km": "what", "kind": "layout", "row_gap_mm": "layout",
         "remotely_delivered": "layout", "controlled": "layout", "front_mm": "where",
         "depth_mm": "where", "area_m2": "where", "dimension_basis": "where", "district": "where",
         "settlement": "where", "lanes_listed": "marking", "changes_listed": "marking",
         "reference_points_listed": "where", "ties_listed": "where", "perimeter_listed": "where",
         "ordnance_listed": "what", "booby_traps_listed": "what", "rows_listed": "layout",
         "mines_listed": "layout"}

# A list as a whole is named by its own path.
LISTS = {"reference_points_listed": "where.reference_points", "ties_listed": "where.ties",
         "perimeter_listed": "where.perimeter", "ordnance_listed": "what.ordnance",
         "booby_traps_listed": "what.booby_traps", "rows_listed": "layout.rows",
         "mines_listed": "layout.mines", "lanes_listed": "marking.lanes",
         "changes_listed": "marking.changes"}


def column_path(column):
    """Path of a column of records.csv."""
    if column.startswith(("map.", "place.")):
        return "where." + column
    return GROUP.get(column, "identity") + "." + column


class Assessment:
    """Verdicts and classes of one record."""

    def __init__(self, record, world):
        self.record, self.world = record, world
        self.cells = record.cells
        self.results = set()       # (check, place, verdict)
        self.lacking = []          # States of mandatory leaves that lack (I-23).
        self.unread_mandatory = False
        self.refs = record.children.get("reference_points", [])
        self.ties = record.children.get("ties", [])
        self.corners = record.children.get("corners", [])
        self.lines = record.children.get("ordnance", [])
        self.traps = record.children.get("booby_traps", [])
        self.rows = record.children.get("layout_rows", [])
        self.mines = record.children.get("mines", [])
        self.system = given(self.cells["map.declared_crs"])
        for check in (self._i01_to_i06, self._i07_to_i11, self._i12_to_i16, self._i17_to_i21,
                      self._i23, self._placeholders, self._c01_c02, self._c07, self._c09,
                      self._c12, self._dates, self._x08):
            check()
        self.grave = set()  # Checks of plausible.py that contradict the record.
        Plausible(self)
        self._classes()

    def say(self, verdict, check, place):
        self.results.add((check, place, verdict))

    # --- Completeness ---------------------------------------------------------------------------

    def leaf(self, check, cell, place, excludable=False):
        """FAIL if the cell lacks, NOT EVALUABLE if it is unread."""
        stands = state(cell)
        if stands == "NOT_TRANSCRIBED":
            self.say(NE, check, place)
        elif stands != "VALUE" and not (excludable and stands == "NOT_APPLICABLE"):
            self.say(FAIL, check, place)

    def complete_tie(self, to, allow_unread=False):
        """A tie with bearing and distance given leads to `to`."""
        ok = (lambda c: given(c) or unread(c)) if allow_unread else given
        return [t for t in self.ties if (to is None or t["to"] == to)
                and ok(t["bearing"]) and ok(t["distance"])]

    def _i01_to_i06(self):
        cells = self.cells
        self.leaf("I-01", cells["record_number"], "identity.record_number")
        candidates = sum(1 for r in self.refs
                         if given(r["position.x"]) or unread(r["position.x"]))
        usable = sum(1 for r in self.refs if place_of(r) and self.system)
        if candidates < 2:
            self.say(NE if unread(cells["reference_points_listed"]) else FAIL, "I-02",
                     "where.reference_points")
        elif usable < 2:
            self.say(NE, "I-02", "where.reference_points")
        if not self.refs:
            self.say(NE, "I-03", "where.reference_points")
        for i, r in enumerate(self.refs):
            self.leaf("I-03", r["position.x"], f"where.reference_points[{i}].position")
            self.leaf("I-03", r["description"], f"where.reference_points[{i}].description")
        if not self.ties:
            self.say(NE if unread(cells["ties_listed"]) else FAIL, "I-04", "where.ties")
        for i, t in enumerate(self.ties):
            for name, needs in (("bearing", ("unit", "north", "sense")), ("distance", ("unit",))):
                place = f"where.ties[{i}].{name}"
                self.leaf("I-04", t[name], place)
                if given(t[name]) and any(t[f"{name}.{n}"] == "[not stated]" for n in needs):
                    self.say(FAIL, "I-04", place)
        self._i05()
        sheets = [a for a in self.record.attachments if a["role"] in ("scan", "sketch")]
        both = {a["legible"] for a in sheets if a["both_sides"] == "yes"}
        if "yes" not in both:
            self.say(NE if "not looked" in both else FAIL, "I-06", "identity.attachments")

    def _i05(self):
        def passes(allow_unread):
            def ok(cell):
                return given(cell) or (allow_unread and unread(cell))
            known = sum(1 for c in self.corners
                        if ok(c["position.x"]) or self.complete_tie(c["id"], allow_unread))
            if allow_unread and unread(self.cells["perimeter_listed"]):
                return True
            return known >= 3 or (ok(self.cells["front_mm"]) and ok(self.cells["depth_mm"])
                                  and (self.complete_tie(None, allow_unread) or
                                       (allow_unread and unread(self.cells["ties_listed"]))))
        if not passes(False):
            self.say(NE if passes(True) else FAIL, "I-05", "where.perimeter")

    def _no_lines(self, checks):
        if self.lines:
            return False
        for check in checks:
            self.say(NE, check, "what.ordnance")
        self.say(NE if unread(self.cells["ordnance_listed"]) else FAIL, "I-07", "what.ordnance")
        return True

    def no_destruction(self, line):
        """The model is known, and the code list says that it does not destroy itself."""
        return given(line["model"]) and not line["model"].startswith("[")

    def _i07_to_i11(self):
        self._no_lines(("I-08", "I-09", "I-10", "I-11"))
        for i, line in enumerate(self.lines):
            at = f"what.ordnance[{i}]."
            for check, column in (("I-07", "category"), ("I-07", "model"), ("I-08", "count"),
                                  ("I-09", "fuze"), ("I-11", "method")):
                self.leaf(check, line[column], at + column)
            present = line["anti_handling.present"]
            self.leaf("I-10", present, at + "anti_handling.present", excludable=True)
            if present == "yes":
                self.leaf("I-10", line["anti_handling.count"], at + "anti_handling.count",
                          excludable=True)
            if not self.no_destruction(line):
                self.leaf("I-11", line["life_kind"], at + "life_kind", excludable=True)
            if given(line["life_kind"]) and line["life_kind"] != "none":
                self.leaf("I-11", line["life_days"], at + "life_days", excludable=True)
        for name in ("begun", "ended"):
            cell = self.cells[name]
            self.leaf("I-11", cell, "laying." + name)
            if given(cell):
                span = date_span(cell)
                if span is None:
                    self.say(NE, "I-11", "laying." + name)
                elif span[2]:
                    self.say(FAIL, "I-11", "laying." + name)

    def located_row(self, row, allow_unread=False):
        def ok(cell):
            return given(cell) or (allow_unread and unread(cell))
        far = ok(row["end.x"]) or (ok(row["azimuth"]) and ok(row["length_mm"]))
        if ok(row["start.x"]):
            return far
        to = row["id"]
        return bool(self.complete_tie(to + ".start", allow_unread)) and (
            far or bool(self.complete_tie(to + ".end", allow_unread)))

    def _i12_to_i16(self):
        cells = self.cells
        for place in self.record.differing:
            self.say(FAIL, "I-12", place)
        kind, remote = cells["kind"], cells["remotely_delivered"]
        if not given(kind):
            self.say(NE, "I-13", "layout.kind")
        elif remote != "yes":
            if kind in ("row", "strip"):
                if not self.rows:
                    self.say(NE if unread(cells["rows_listed"]) else FAIL, "I-13", "layout.rows")
                for i, row in enumerate(self.rows):
                    if not self.located_row(row):
                        self.say(NE if self.located_row(row, True) else FAIL, "I-13",
                                 f"layout.rows[{i}]")
            else:
                if not self.mines:
                    self.say(NE if unread(cells["mines_listed"]) else FAIL, "I-13", "layout.mines")
                for i, mine in enumerate(self.mines):
                    self.leaf("I-13", mine["position.x"], f"layout.mines[{i}].position")
        for i, trap in enumerate(self.traps):
            self.leaf("I-14", trap["position.x"], f"what.booby_traps[{i}].position")
            self.leaf("I-14", trap["mechanism"], f"what.booby_traps[{i}].mechanism")
        if not self.traps:
            if any(line["category"] == words.CATEGORIES["booby_trap"] for line in self.lines):
                self.say(FAIL, "I-14", "what.booby_traps")
            elif state(cells["booby_traps_listed"]) != "NOT_APPLICABLE":
                self.say(NE, "I-14", "what.booby_traps")
        self._i15(remote)
        self.leaf("I-16", cells["map.declared_crs"], "where.map.declared_crs")

    def _i15(self, remote):
        if not given(remote) and state(remote) != "NOT_APPLICABLE":
            self.say(NE, "I-15", "layout.remotely_delivered")
        if remote != "yes":
            return
        cells = self.cells
        if sum(1 for c in self.corners if given(c["position.x"])) < 3:
            self.say(FAIL, "I-15", "where.perimeter")
        self.leaf("I-15", cells["declared_total"], "what.declared_total")
        for name in ("begun", "ended"):
            self.leaf("I-15", cells[name], "laying." + name)
        for i, line in enumerate(self.lines):
            for name in ("model", "life_kind", "life_days"):
                self.leaf("I-15", line[name], f"what.ordnance[{i}].{name}")

    def _i17_to_i21(self):
        cells = self.cells
        for name in ("sheet", "scale", "edition_year"):
            self.leaf("I-17", cells["map." + name], "where.map." + name)
        self.leaf("I-18", cells["commander_named"], "laying.commander_named")
        self.leaf("I-18", cells["signature_present"], "laying.signature_present")
        if cells["signature_present"] == "no":
            self.say(FAIL, "I-18", "laying.signature_present")
        if any(given(t["bearing"]) and t["bearing.north"] == "magnetic" for t in self.ties):
            for name in ("declination_e6", "declination_year"):
                self.leaf("I-19", cells["map." + name], "where.map." + name)
        elif any(unread(t["bearing"]) for t in self.ties) or unread(cells["ties_listed"]):
            self.say(NE, "I-19", "where.ties")
        self.leaf("I-20", cells["fence"], "marking.fence")
        self.leaf("I-20", cells["signs"], "marking.signs")
        for check, name, table in (("I-20", "lanes", "lanes"), ("I-21", "changes", "changes")):
            if cells[name + "_listed"] != "listed":
                self.leaf(check, cells[name + "_listed"], "marking." + name, excludable=True)

    # --- Mandatory leaves -----------------------------------------------------------------------

    def need(self, cell, place, excludable=False):
        stands = state(cell)
        if stands == "VALUE" or (excludable and stands == "NOT_APPLICABLE"):
            return
        if stands == "NOT_TRANSCRIBED":
            self.say(NE, "I-23", place)
            if place != "identity.attachments":
                self.unread_mandatory = True
        else:
            self.say(FAIL, "I-23", place)
            self.lacking.append(stands)

    def need_list(self, listed, entries, place, fewest=1):
        if len(entries) >= fewest:
            return
        self.need("[blank]" if listed in ("listed", "none") or entries else listed, place)

    def _i23(self):
        cells = self.cells
        self.need(cells["map.declared_crs"], "where.map.declared_crs")
        self.need_list(cells["reference_points_listed"], self.refs, "where.reference_points", 2)
        for i, r in enumerate(self.refs):
            self.need(r["position.x"], f"where.reference_points[{i}].position")
        self.need_list(cells["ties_listed"], self.ties, "where.ties")
        for i, t in enumerate(self.ties):
            self.need(t["bearing"], f"where.ties[{i}].bearing")
            self.need(t["distance"], f"where.ties[{i}].distance")
        self.need_list(cells["perimeter_listed"], self.corners, "where.perimeter")
        for i, c in enumerate(self.corners):
            if not self.complete_tie(c["id"]):
                self.need(c["position.x"], f"where.perimeter[{i}].position")
        self.need(cells["front_mm"], "where.front_mm")
        self.need(cells["depth_mm"], "where.depth_mm")
        self.need(cells["kind"], "layout.kind")
        if cells["kind"] in ("row", "strip"):
            self.need_list(cells["rows_listed"], self.rows, "layout.rows")
            for i, row in enumerate(self.rows):
                if not self.located_row(row):
                    self._need_row(i, row)
        self._i23_ordnance()
        self.need(cells["declared_total"], "what.declared_total")
        self.need(cells["begun"], "laying.begun")
        self.need(cells["ended"], "laying.ended")
        self.need(cells["remotely_delivered"], "layout.remotely_delivered")
        legible = {a["legible"] for a in self.record.attachments if a["role"] in ("scan", "sketch")}
        if "yes" not in legible:
            self.need("[not transcribed]" if "not looked" in legible else
                      "[illegible]" if legible else "[blank]", "identity.attachments")

    def _need_row(self, i, row):
        """A row that is not located lacks as its start does, else as its end does."""
        if self.located_row(row, True):
            self.need("[not transcribed]", f"layout.rows[{i}]")
            return
        cell = row["start.x"] if not given(row["start.x"]) else row["end.x"]
        self.need(cell, f"layout.rows[{i}]")

    def _i23_ordnance(self):
        self.need_list(self.cells["ordnance_listed"], self.lines, "what.ordnance")
        for i, line in enumerate(self.lines):
            at = f"what.ordnance[{i}]."
            for name in ("category", "model", "count", "fuze", "method"):
                self.need(line[name], at + name)
            self.need(line["anti_handling.present"], at + "anti_handling.present", True)
            if line["anti_handling.present"] == "yes":
                self.need(line["anti_handling.count"], at + "anti_handling.count", True)
            made = date_span(line["production.made"])
            if made and made[0] >= datetime.date(1998, 12, 3):
                self.need(line["production.country"], at + "production.country", True)
                self.need(line["production.lot"], at + "production.lot", True)
            if not self.no_destruction(line):
                self.need(line["life_kind"], at + "life_kind", True)
            if given(line["life_kind"]) and line["life_kind"] != "none":
                self.need(line["life_days"], at + "life_days", True)
        for i, trap in enumerate(self.traps):
            self.need(trap["position.x"], f"what.booby_traps[{i}].position", True)
            self.need(trap["mechanism"], f"what.booby_traps[{i}].mechanism", True)

    def _placeholders(self):
        for column, cell in self.cells.items():
            if cell.startswith("[default"):
                self.say(FAIL, "P-09", LISTS.get(column, column_path(column)))
        for table, rows in self.record.children.items():
            for i, row in enumerate(rows):
                for column, cell in row.items():
                    if cell.startswith("[default") and not column.endswith(".y"):
                        self.say(FAIL, "P-09",
                                 f"{PREFIX[table]}[{i}].{column.removesuffix('.x')}")

    # --- Consistency ----------------------------------------------------------------------------

    def _c01_c02(self):
        if not self.refs and not self.corners:
            self.say(NE, "C-01", "where")
        for rows, at in ((self.refs, "where.reference_points"), (self.corners, "where.perimeter")):
            for i, row in enumerate(rows):
                place = f"{at}[{i}].position"
                position = place_of(row)
                if not position or not self.system:
                    self.say(NE, "C-01", place)
                elif not self.world.in_theatre(*position):
                    self.say(FAIL, "C-01", place)
        if not self.refs:
            self.say(NE, "C-02", "where.reference_points")
        for i, row in enumerate(self.refs):
            place = f"where.reference_points[{i}].position"
            position = place_of(row)
            if not position or not self.system:
                self.say(NE, "C-02", place)
            elif int(position[1] // 1000000) != 8:
                self.say(FAIL, "C-02", place)
            elif not given(self.cells["map.sheet"]):
                self.say(NE, "C-02", place)

    def reached(self, tie):
        """Where a complete tie leads, with its sigma; None if something that it needs is missing."""
        by_id = {r["id"]: r for r in self.refs}
        start = place_of(by_id[tie["from"]])
        if not start or not self.system or not given(tie["bearing"]) or not given(tie["distance"]):
            return None
        stated = [tie["bearing.unit"], tie["bearing.north"], tie["bearing.sense"],
                  tie["distance.unit"]]
        if "[not stated]" in stated:
            return None
        degrees = bearing_value(tie["bearing"], tie["bearing.unit"])
        if tie["bearing.north"] == "magnetic":
            declination, correction = (self.cells["map.declination_e6"],
                                       self.cells["map.correction_e6"])
            if given(declination):
                degrees += float(declination) - geodesy.convergence(*start)
            elif given(correction):
                degrees += float(correction)
            else:
                return None
        if tie["bearing.sense"] == "to_reference":
            degrees += 180.0
        length = float(tie["distance"]) * (0.75 if tie["distance.unit"] == "pace" else 1.0)
        turn = math.radians(degrees)
        share = 0.01 if tie["distance.how"] == "tape" else 0.03
        sigma = math.sqrt(self.position_sigma() ** 2 + (length * share) ** 2 +
                          (length * math.radians(2.0)) ** 2)
        return start[0] + math.cos(turn) * length, start[1] + math.sin(turn) * length, sigma

    def position_sigma(self):
        scale = self.cells["map.scale"]
        plotting = 0.5e-3 * (int(scale[2:].replace(" ", "")) if given(scale) else 100000)
        return math.hypot(4.5, plotting)

    def _c07(self):
        if not any(t["to"] in {c["id"] for c in self.corners} for t in self.ties):
            self.say(NE, "C-07", "where.ties")
            self.say(NE, "C-08", "where.ties")
            return
        for i, corner in enumerate(self.corners):
            ties = [t for t in self.ties if t["to"] == corner["id"]]
            if not ties:
                continue
            reached = [self.reached(t) for t in ties]
            points = [p for p in reached if p]
            own = place_of(corner)
            if own and self.system:
                points.append((*own, self.position_sigma()))
            worst = 0.0
            for a in range(len(points)):
                for b in range(a):
                    apart = math.hypot(points[a][0] - points[b][0], points[a][1] - points[b][1])
                    worst = max(worst, apart / math.hypot(points[a][2], points[b][2]))
            if not (worst < 1.6 or worst > 3.5):
                raise ValueError(f"{self.record.key}: a tie misses by {worst:.2f} sigma: too near "
                                 "to the limit for an oracle")
            if worst > 3.0:
                self.say(FAIL, "C-07", f"where.perimeter[{i}]")
            elif None in reached or len(points) < 2:
                self.say(NE, "C-07", f"where.perimeter[{i}]")

    def _c09(self):
        points = [place_of(c) for c in self.corners]
        if not points or None in points or not self.system:
            self.say(NE, "C-09", "where.perimeter")
        elif len(set(points)) < 3 or any(a == b for a, b in zip(points, points[1:] + points[:1])) \
                or crosses(points):
            self.say(FAIL, "C-09", "where.perimeter")

    def known_sum(self):
        """Sum of the known line counts, and whether all are known."""
        counts = [count_of(line["count"]) for line in self.lines]
        return sum(c for c in counts if c is not None), bool(counts) and None not in counts

    def kind_of(self, line):
        """Category of a line: its own, else its model's; None if neither can be read."""
        for key, written in words.CATEGORIES.items():
            if line["category"] == written:
                return key
        return words.category_of_model(line["model"])

    def known_mines(self):
        """Sum of the lines that are no booby-traps with its slack; None if that is not known."""
        kinds = [self.kind_of(line) for line in self.lines]
        mines = [line for line, kind in zip(self.lines, kinds) if kind != "booby_trap"]
        counts = [count_of(line["count"]) for line in mines]
        if not self.lines or None in kinds or None in counts:
            return None, 0
        return sum(counts), sum(tolerance(line["count"], line["count_precision"]) for line in mines)

    def _c12(self):
        total, readable = self.known_sum()
        slack = sum(tolerance(line["count"], line["count_precision"]) for line in self.lines)
        declared = count_of(self.cells["declared_total"])
        place = "what.declared_total"
        if not readable or declared is None:
            self.say(NE, "C-12", place)
        elif abs(declared - total) > slack + tolerance(self.cells["declared_total"],
                                                       self.cells["declared_total_precision"]):
            self.say(FAIL, "C-12", place)
        laid, laid_slack = self.known_mines()
        in_rows = [count_of(r["count"]) for r in self.record.children.get("row_mines", [])]
        if in_rows:
            if laid is None or None in in_rows:
                self.say(NE, "C-12", "layout.rows")
            elif abs(sum(in_rows) - laid) > laid_slack:
                self.say(FAIL, "C-12", "layout.rows")
        if self.cells["mines_complete"] == "yes":
            if laid is None:
                self.say(NE, "C-12", "layout.mines")
            elif abs(len(self.mines) - laid) > laid_slack:
                self.say(FAIL, "C-12", "layout.mines")
        remaining = count_of(self.cells["remaining_total"])
        if remaining is not None:
            changes = self.record.children.get("changes", [])
            counts = [count_of(c["count"]) for c in changes]
            known = readable and None not in counts and all(given(c["what"]) for c in changes)
            if not known or not changes:
                self.say(NE, "C-12", "marking.remaining_total")
            elif abs(total - sum(counts) - remaining) > slack:
                self.say(FAIL, "C-12", "marking.remaining_total")

    def _dates(self):
        spans = {name: date_span(self.cells[name]) for name in ("begun", "ended", "drawn_up")}
        begun, ended, drawn = spans["begun"], spans["ended"], spans["drawn_up"]
        grace = datetime.timedelta(1)

        def after(a, b):
            return a is not None and b is not None and a[0] > b[1]
        if begun is None:
            self.say(NE, "T-01", "laying.begun")
        elif begun[0] > self.world.submitted + grace:
            self.say(FAIL, "T-01", "laying.begun")
        late = ended is not None and ended[0] > self.world.submitted + grace
        if after(begun, ended) or late:
            self.say(FAIL, "T-01", "laying.ended")
        elif begun is None or ended is None:
            self.say(NE, "T-01", "laying.ended")
        late = drawn is not None and drawn[0] > self.world.submitted + grace
        if after(begun, drawn) or after(ended, drawn) or late:
            self.say(FAIL, "T-01", "identity.drawn_up")
        elif None in (begun, ended, drawn):
            self.say(NE, "T-01", "identity.drawn_up")
        laid = [begun, ended]
        self.after_cut_off = any(s is not None and s[0] > CUT_OFF for s in laid)
        if self.after_cut_off:
            self.say(FAIL, "T-03", "laying")
        elif None in laid or any(s[0] <= CUT_OFF <= s[1] and s[0] != s[1] for s in laid):
            self.say(NE, "T-03", "laying")
        if begun is None and ended is None:
            if unread(self.cells["begun"]) or unread(self.cells["ended"]):
                self.say(NE, "T-04", "laying.begun")
            elif self.world.changed_control(self.claimed()):
                self.say(FAIL, "T-04", "laying.begun")

    def claimed(self):
        return self.world.district_named(self.cells["district"]) or self.cells["area"]

    def _x08(self):
        points = [place_of(c) for c in self.corners]
        self.lies_in = ""
        if len(points) < 3 or None in points or not self.system:
            self.say(NE, "X-08", "where.perimeter")
            return
        centre = centroid(points)
        self.lies_in = self.world.lies_in(*centre)
        depth = self.world.outlines[self.claimed()].depth(*centre)
        if min(abs(depth), abs(depth + BORDER_M)) < 100:
            raise ValueError(f"{self.record.key}: too near to a border for an oracle")
        if depth < -BORDER_M:
            self.say(FAIL, "X-08", "where.perimeter")
        elif depth < 0:
            self.say(NE, "X-08", "where.perimeter")

    # --- Classes --------------------------------------------------------------------------------

    def located(self):
        if sum(1 for c in self.corners if given(c["position.x"])) >= 3:
            return "coordinates"
        positions = {r["id"] for r in self.refs if given(r["position.x"])}
        described = {r["id"] for r in self.refs if given(r["description"])}
        complete = self.complete_tie(None)
        if any(t["from"] in positions for t in complete):
            return "ties"
        cells = self.cells
        legible = any(a["legible"] == "yes" for a in self.record.attachments
                      if a["role"] in ("scan", "sketch"))
        if cells["place.confirmed"] == "yes" and (given(cells["settlement"]) or
                                                  given(cells["map.sheet"])):
            if legible or any(t["from"] in described for t in complete):
                return "description"
        return ""

    def _classes(self):
        self.location = self.located()
        some = bool(self.lines) and all(given(line["category"]) for line in self.lines)
        failed = {check for check, _, verdict in self.results if verdict == FAIL}
        blocked = bool(failed & BLOCKING) or any(
            check == "I-13" and verdict == FAIL and place.startswith("layout.rows")
            for check, place, verdict in self.results)
        open_leaves = any(check == "I-23" for check, _, _ in self.results)
        self.split = ""
        if self.unread_mandatory:
            self.fill = "KU"
        elif not self.location or (self.location == "description" and not some):
            self.fill = "K2"
        elif not open_leaves and not blocked and self.location != "description" \
                and "I-12" not in failed:
            self.fill = "K0"
        else:
            self.fill = "K1"
            self.split = self._split(blocked)
        self.readable = self.known_sum()[1]

    def _split(self, blocked):
        for name, states in SPLITS:
            if any(s in states for s in self.lacking) or (
                    name == "blank" and blocked and not self.lacking):
                return name
        return "on_the_ground" if self.location == "description" else "transcription"

    def contradictions(self):
        """To be asked after the cross-record checks have added theirs."""
        found = []
        if self.grave or any(c in CONTRADICTING and v == FAIL for c, _, v in self.results):
            found.append("itself")
        if any(c == "X-03" and v == FAIL for c, _, v in self.results):
            found.append("other_statement")
        return found

    def headline(self):
        if self.fill in ("KU", "K2"):
            return {"KU": "not_read", "K2": "no_information"}[self.fill]
        if self.contradictions():
            return "contradicting"
        return {"K0": "complete", "K1": "partial"}[self.fill]


# --- Small arithmetic ------------------------------------------------------------------------------


def bearing_value(text, unit):
    if unit == "mil_6000":
        return int(text.replace("-", "")) * 0.06
    if unit == "degree_minute":
        degrees, minutes = text.rstrip("'").split("°")
        return int(degrees) + int(minutes) / 60.0
    return float(text)


def tolerance(cell, precision):
    """Half a unit of the last digit that is not 0 of a rounded number; a fifth of an estimate."""
    number = count_of(cell)
    if not number or precision == "exact":
        return 0
    if precision == "estimate":
        return number * 0.2
    return 10 ** (len(str(number)) - len(str(number).rstrip("0"))) / 2


def centroid(points):
    area = x = y = 0.0
    ox, oy = points[0]
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1]):
        ax, ay, bx, by = ax - ox, ay - oy, bx - ox, by - oy
        cross = ax * by - bx * ay
        area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    if not area:
        return points[0]
    return ox + x / (3 * area), oy + y / (3 * area)


def crosses(points):
    """Two sides of the closed polygon that are no neighbours meet."""
    def turn(a, b, c):
        value = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        return (value > 0) - (value < 0)
    n = len(points)
    for i in range(n):
        for j in range(i + 2, n):
            if (j + 1) % n == i:
                continue
            a, b, c, d = points[i], points[(i + 1) % n], points[j], points[(j + 1) % n]
            if turn(a, b, c) != turn(a, b, d) and turn(c, d, a) != turn(c, d, b):
                return True
    return False


class World:
    """What checks need beside the record: outlines, control history, day of submission."""

    def __init__(self, outlines, changed, submitted):
        self.outlines = outlines
        self.changed = changed           # Areas that changed hands.
        self.submitted = submitted       # Day on which the log took the submission.
        self.names = {}
        for handle, outline in outlines.items():
            for name in (handle, outline.name, *outline.aliases):
                self.names[name.casefold()] = handle
        low = [min(o.low[k] for o in outlines.values()) - 20000 for k in (0, 1)]
        high = [max(o.high[k] for o in outlines.values()) + 20000 for k in (0, 1)]
        self.box = (*low, *high)

    def in_theatre(self, x, y):
        return self.box[0] < x < self.box[2] and self.box[1] < y < self.box[3]

    def changed_control(self, area):
        return area in self.changed

    def district_named(self, cell):
        return self.names.get(cell.casefold()) if given(cell) else None

    def lies_in(self, x, y):
        for handle, outline in sorted(self.outlines.items()):
            if outline.low[0] <= x <= outline.high[0] and outline.low[1] <= y <= outline.high[1] \
                    and outline.contains(x, y):
                return handle
        return ""
