"""Faults: small changes to a record that was drawn without any.

Each fault spoils the record in one way and returns what must follow at the very least: verdicts
(check, place, verdict) that the full set of the oracle has to hold. So a mistake in the oracle's
reading shows as a fault that nobody finds.
"""

import datetime
import math

import field
import geodesy
from oracle import FAIL, NE, column_path, count_of, given

STATES = {
    "BLANK": "[blank]", "ILLEGIBLE": "[illegible]", "NO_BOX": "[no box]",
    "WITHHELD": "[withheld: own forces; withdrawal]", "UNKNOWN": "[unknown to holder]",
    "DEFAULTED": "[default]", "NOT_TRANSCRIBED": "[not transcribed]",
}


def _expect(state, *pairs):
    """Lacking is FAIL for a question about presence; unread is NOT EVALUABLE."""
    verdict = NE if state == "NOT_TRANSCRIBED" else FAIL
    return [(check, place, verdict) for check, place in pairs]


def _set_position(row, cell, name="position"):
    row[name + ".x"] = row[name + ".y"] = cell


# --- A box without its entry -----------------------------------------------------------------------

# Fault: (column of records.csv, checks that ask for it). I-23 asks for mandatory ones.
_BOXES = {
    "number": ("record_number", ("I-01",)),
    "crs": ("map.declared_crs", ("I-16", "I-23")),
    "front": ("front_mm", ("I-23",)),
    "depth": ("depth_mm", ("I-23",)),
    "kind": ("kind", ("I-23",)),
    "remote": ("remotely_delivered", ("I-23",)),
    "declared_total": ("declared_total", ("I-23",)),
    "begun": ("begun", ("I-11", "I-23")),
    "ended": ("ended", ("I-11", "I-23")),
    "sheet": ("map.sheet", ("I-17",)),
    "scale": ("map.scale", ("I-17",)),
    "edition": ("map.edition_year", ("I-17",)),
    "commander": ("commander_named", ("I-18",)),
    "signature": ("signature_present", ("I-18",)),
    "fence": ("fence", ("I-20",)),
    "signs": ("signs", ("I-20",)),
}
# Fault: (table, column, checks, entry: the first or the last).
_ENTRY_BOXES = {
    "reference_description": ("reference_points", "description", ("I-03",), 0),
    "tie_bearing": ("ties", "bearing", ("I-04", "I-23"), 1),
    "tie_distance": ("ties", "distance", ("I-04", "I-23"), 1),
    "category": ("ordnance", "category", ("I-07", "I-23"), 0),
    "model": ("ordnance", "model", ("I-07", "I-23"), 0),
    "count": ("ordnance", "count", ("I-08", "I-23"), 0),
    "fuze": ("ordnance", "fuze", ("I-09", "I-23"), 0),
    "anti_handling": ("ordnance", "anti_handling.present", ("I-10", "I-23"), 0),
    "method": ("ordnance", "method", ("I-11", "I-23"), 0),
    "trap_mechanism": ("booby_traps", "mechanism", ("I-14", "I-23"), 0),
}
_PATHS = {"reference_points": "where.reference_points", "ties": "where.ties",
          "corners": "where.perimeter", "ordnance": "what.ordnance",
          "booby_traps": "what.booby_traps", "layout_rows": "layout.rows", "mines": "layout.mines"}


def _box(record, stream, state, kind):
    column, checks = _BOXES[kind]
    record.cells[column] = STATES[state]
    return _expect(state, *((check, column_path(column)) for check in checks))


def _entry_box(record, stream, state, kind):
    table, column, checks, at = _ENTRY_BOXES[kind]
    record.children[table][at][column] = STATES[state]
    place = f"{_PATHS[table]}[{at}].{column}"
    return _expect(state, *((check, place) for check in checks))


def _positions(record, state, table, checks, entries, name="position"):
    found = []
    for at in entries:
        _set_position(record.children[table][at], STATES[state], name)
        found += [(check, f"{_PATHS[table]}[{at}].{name}") for check in checks]
    return _expect(state, *found)


def _reference_position(record, stream, state, kind):
    return _positions(record, state, "reference_points", ("I-03", "I-23"), (1,))


def _corner(record, stream, state, kind):
    """The corner opposite to the one that is tied."""
    return _positions(record, state, "corners", ("I-23",), (2,))


def _perimeter(record, stream, state, kind):
    _positions(record, state, "corners", (), range(4))
    return _expect(state, ("I-23", "where.perimeter[2].position"))


def _row_start(record, stream, state, kind):
    _set_position(record.children["layout_rows"][0], STATES[state], "start")
    return _expect(state, ("I-13", "layout.rows[0]"), ("I-23", "layout.rows[0]"))


def _rows(record, stream, state, kind):
    _drop_rows(record, state)
    return _expect(state, ("I-13", "layout.rows"), ("I-23", "layout.rows"))


def _drop_rows(record, state):
    record.cells["rows_listed"] = STATES[state]
    record.children.pop("layout_rows", None)
    record.children.pop("row_mines", None)


def _mine_position(record, stream, state, kind):
    at = stream.below(len(record.children["mines"]))
    return _positions(record, state, "mines", ("I-13",), (at,))


def _trap_position(record, stream, state, kind):
    return _positions(record, state, "booby_traps", ("I-14", "I-23"), (0,))


def _traps(record, stream, state, kind):
    """Whether there are any is not said."""
    record.cells["booby_traps_listed"] = STATES[state]
    return [("I-14", "what.booby_traps", NE)]


def _ties(record, stream, state, kind):
    record.cells["ties_listed"] = STATES[state]
    record.children["ties"] = []
    return _expect(state, ("I-04", "where.ties"), ("I-23", "where.ties"))


def _ordnance(record, stream, state, kind):
    record.cells["ordnance_listed"] = STATES[state]
    record.children["ordnance"] = []
    return _expect(state, ("I-07", "what.ordnance"), ("I-23", "what.ordnance"))


def _lanes(record, stream, state, kind):
    record.cells["lanes_listed"] = STATES[state]
    return _expect(state, ("I-20", "marking.lanes"))


def _changes(record, stream, state, kind):
    record.cells["changes_listed"] = STATES[state]
    return _expect(state, ("I-21", "marking.changes"))


def _declination(record, stream, state, kind):
    """The correction is given, so the tie can still be drawn: I-19 alone."""
    record.children["ties"][0]["bearing.north"] = "magnetic"
    tie = record.children["ties"][0]
    _rewrite_bearing(record, tie)
    record.cells["map.declination_e6"] = STATES[state]
    return _expect(state, ("I-19", "where.map.declination_e6"))


def _rewrite_bearing(record, tie):
    """Writes the bearing of a tie anew from where its ends are, for its own north and sense."""
    at = int(tie["from"][1:]) - 1
    rx, ry = record.references[at]
    cx, cy = record.corners["ABCD".index(tie["to"])]
    degrees = math.degrees(math.atan2(cy - ry, cx - rx))
    degrees -= record.correction if tie["bearing.north"] == "magnetic" else 0.0
    degrees += 180.0 if tie["bearing.sense"] == "to_reference" else 0.0
    tie["bearing"] = field.bearing_text(degrees, tie["bearing.unit"])
    length = math.hypot(cx - rx, cy - ry)
    tie["distance"] = str(round(length / field.PACE_M) if tie["distance.unit"] == "pace"
                          else round(length))


def _dates(record, stream, state, kind):
    """Undated: neither begun nor ended."""
    record.cells["begun"] = record.cells["ended"] = STATES[state]
    found = _expect(state, ("I-11", "laying.begun"), ("I-11", "laying.ended"),
                    ("I-23", "laying.begun"), ("I-23", "laying.ended"))
    return found + [("T-01", "laying.begun", NE)]


def _scans(record, stream, state, kind):
    if state == "BLANK":
        record.attachments = []
        record.scans = []
        return [("I-06", "identity.attachments", FAIL), ("I-23", "identity.attachments", FAIL)]
    for attachment in record.attachments:
        attachment["legible"] = "no" if state == "ILLEGIBLE" else "not looked"
    return _expect(state, ("I-06", "identity.attachments"), ("I-23", "identity.attachments"))


# --- Something that is there and does not suffice ---------------------------------------------------


def _day_only(record, stream, state, kind):
    for name in ("begun", "ended"):
        record.cells[name] = record.cells[name][:10]
    return [("I-11", "laying.begun", FAIL), ("I-11", "laying.ended", FAIL)]


def _month_only(record, stream, state, kind):
    record.cells["begun"] = record.cells["begun"][3:10]
    return [("I-11", "laying.begun", FAIL)]


def _unstated(record, stream, state, kind):
    """A bearing that does not say from which north, or which way it was read."""
    tie = record.children["ties"][0]
    tie[stream.choice(("bearing.north", "bearing.sense", "bearing.unit"))] = "[not stated]"
    return [("I-04", "where.ties[0].bearing", FAIL), ("C-07", "where.perimeter[0]", NE)]


def _one_sided(record, stream, state, kind):
    for attachment in record.attachments:
        attachment["both_sides"] = "no"
        attachment["pages"] = "1"
    return [("I-06", "identity.attachments", FAIL)]


def _one_reference(record, stream, state, kind):
    record.children["reference_points"].pop()
    record.children["ties"] = [t for t in record.children["ties"] if t["from"] == "R1"]
    return [("I-02", "where.reference_points", FAIL), ("I-23", "where.reference_points", FAIL)]


def _placeholder_number(record, stream, state, kind):
    record.cells["record_number"] = "[default] 000"
    return [("I-01", "identity.record_number", FAIL), ("P-09", "identity.record_number", FAIL)]


def _in_words(record, stream, state, kind):
    """A count in words fills its box; what computes with it cannot."""
    record.children["ordnance"][0]["count"] = "[as written] около двух сотен"
    return [("C-12", "what.declared_total", NE)]


# --- Contradictions --------------------------------------------------------------------------------


def _total(record, stream, state, kind):
    """The declared total is not the sum of the lines."""
    total = field.slot_total(record.slot)
    record.cells["declared_total"] = str(total + total // 5 + 10)
    _exact(record)
    return [("C-12", "what.declared_total", FAIL)]


def _exact(record):
    """No number is rounded any more: 1,000 rounded would allow for 500 either way."""
    record.cells["declared_total_precision"] = "exact"
    for line in record.children["ordnance"]:
        line["count_precision"] = "exact"


def _line_count(record, stream, state, kind):
    """The line is lower than its rows or mines, and than the declared total."""
    line = record.children["ordnance"][0]
    pieces = record.lines[0][1]
    line["count"] = str(pieces - pieces // 5 - 4)
    _exact(record)
    return [("C-12", "what.declared_total", FAIL)]


def _remaining(record, stream, state, kind):
    record.cells["remaining_total"] = str(int(record.cells["remaining_total"]) // 2)
    _exact(record)
    return [("C-12", "marking.remaining_total", FAIL)]


def _points_missing(record, stream, state, kind):
    """Every mine is said to be located, and a fifth of them is not listed."""
    mines = record.children["mines"]
    del mines[len(mines) - len(mines) // 5 - 2:]
    return [("C-12", "layout.mines", FAIL)]


def _reversed_sense(record, stream, state, kind):
    tie = record.children["ties"][1]
    tie["bearing.sense"] = ("to_reference" if tie["bearing.sense"] == "from_reference"
                            else "from_reference")
    return [("C-07", "where.perimeter[0]", FAIL)]


def _long_distance(record, stream, state, kind):
    """One digit too many in front of the distance."""
    tie = record.children["ties"][1]
    tie["distance"] = str(int(tie["distance"]) + 1000)
    return [("C-07", "where.perimeter[0]", FAIL)]


def _other_datum(record, stream, state, kind):
    """One reference point was read off a WGS 84 receiver and written as SK-42."""
    x, y = geodesy.other_datum(*record.references[1])
    row = record.children["reference_points"][1]
    row["position.x"], row["position.y"] = str(round(x)), str(round(y))
    if record.scale == 100000:
        return []  # Within the tolerance of such a sheet: nothing follows.
    return [("C-07", "where.perimeter[0]", FAIL)]


def _swapped_axes(record, stream, state, kind):
    row = record.children["reference_points"][1]
    row["position.x"], row["position.y"] = row["position.y"], row["position.x"]
    return [("C-01", "where.reference_points[1].position", FAIL)]


def _wrong_zone(record, stream, state, kind):
    row = record.children["reference_points"][1]
    row["position.y"] = "9" + row["position.y"][1:]
    return [("C-02", "where.reference_points[1].position", FAIL)]


def _crossing_sides(record, stream, state, kind):
    """Corner D lies beyond side AB, so that side CD crosses it."""
    (ax, ay), (bx, by), (cx, cy) = record.corners[:3]
    row = record.children["corners"][3]
    row["position.x"] = str(round(ax + 0.6 * (bx - ax) - 2 * (cx - bx)))
    row["position.y"] = str(round(ay + 0.6 * (by - ay) - 2 * (cy - by)))
    return [("C-09", "where.perimeter", FAIL)]


def _equal_corners(record, stream, state, kind):
    rows = record.children["corners"]
    for name in ("position.x", "position.y"):
        rows[3][name] = rows[2][name]
    return [("C-09", "where.perimeter", FAIL)]


def _ended_first(record, stream, state, kind):
    day = record.day - datetime.timedelta(stream.between(3, 20))
    record.cells["ended"] = field.date_text(day, 900)
    return [("T-01", "laying.ended", FAIL)]


def _drawn_up_first(record, stream, state, kind):
    day = record.day - datetime.timedelta(stream.between(2, 20))
    if day.year == record.day.year:
        record.cells["drawn_up"] = field.date_text(day)
    else:
        record.cells["drawn_up"] = field.date_text(datetime.date(record.day.year, 1, 1))
    return [("T-01", "identity.drawn_up", FAIL)]


def _after_cutoff(record, stream, state, kind):
    """Laid after the day that the charter names."""
    day = datetime.date(2020, 11, 12) + datetime.timedelta(stream.below(15))
    record.cells.update({"begun": field.date_text(day, 480), "ended": field.date_text(day, 900),
                         "drawn_up": field.date_text(day + datetime.timedelta(1))})
    return [("T-03", "laying", FAIL)]


def _disagreement(record, stream, state, kind):
    """The second transcriber reads something else."""
    which = stream.below(4)
    if which == 0:
        record.second.append(("", 0, "front_mm", str(int(record.front) + 100)))
        place = "where.front_mm"
    elif which == 1:
        line = record.children["ordnance"][0]  # Not there: this fault does not fit the first one.
        record.second.append(("ordnance", 0, "count", str((count_of(line["count"]) or 0) + 100)))
        place = "what.ordnance[0].count"
    elif which == 2:
        tie = record.children["ties"][0]
        length = int(tie["distance"]) if given(tie["distance"]) else 50
        record.second.append(("ties", 0, "distance", str(length + 30)))
        place = "where.ties[0].distance"
    else:
        record.second.append(("", 0, "drawn_up", "02.01.1990"))
        place = "identity.drawn_up"
    record.differing.append(place)
    return [("I-12", place, FAIL)]


# --- What is implausible ----------------------------------------------------------------------------


def _front_threefold(record, stream, state, kind):
    record.cells["front_mm"] = field.metres(record.front * 3)
    return [("C-11", "where.perimeter", FAIL), ("C-16", "what.density_per_km", FAIL)]


def _front_fortyfold(record, stream, state, kind):
    """So few mines on so long a front contradict what anybody lays."""
    record.cells["front_mm"] = field.metres(record.front * 40)
    return [("P-01", "what.ordnance[0]", FAIL), ("C-11", "where.perimeter", FAIL)]


def _other_fuze(record, stream, state, kind):
    line = record.children["ordnance"][0]
    line["fuze"] = "МВН-80" if line["fuze"] == "МВЗ-57" else "МВЗ-57"
    return [("C-13", "what.ordnance[0].fuze", FAIL)]


def _no_place_for_trap(record, stream, state, kind):
    record.children["ordnance"][0].update({
        "model": "ТМ-46", "fuze": "МВМ", "anti_handling.present": "yes",
        "anti_handling.count": "1", "anti_handling.kind": "МС-3"})
    return [("C-13", "what.ordnance[0].anti_handling.present", FAIL)]


def _too_many_traps(record, stream, state, kind):
    record.children["ordnance"][0].update({
        "anti_handling.present": "yes", "anti_handling.count": str(record.lines[0][1] + 1),
        "anti_handling.kind": "МС-3"})
    return [("C-14", "what.ordnance[0].anti_handling.count", FAIL)]


def _trap_count(record, stream, state, kind):
    record.children["booby_traps"][0]["count"] = "7"
    return [("C-14", "what.booby_traps", FAIL)]


def _row_spacing(record, stream, state, kind):
    row = record.children["layout_rows"][0]
    row["spacing_mm"] = f"{float(row['spacing_mm']) * 1.5:.2f}"
    return [("C-15", "layout.rows[0]", FAIL)]


def _row_gap(record, stream, state, kind):
    record.cells["row_gap_mm"] = str(int(record.cells["row_gap_mm"]) * 2)
    return [("C-15", "where.depth_mm", FAIL)]


def _density(record, stream, state, kind):
    record.cells["density_per_km"] = str(int(record.cells["density_per_km"]) * 3 // 2 + 1)
    return [("C-16", "what.density_per_km", FAIL)]


def _beyond(record, row, name):
    """Moves a position 400 m along the front, away from corner A."""
    along = math.radians(record.azimuth)
    row[name + ".x"] = str(round(float(row[name + ".x"]) + (400 + record.front) * math.cos(along)))
    row[name + ".y"] = str(round(float(row[name + ".y"]) + (400 + record.front) * math.sin(along)))


def _row_outside(record, stream, state, kind):
    _beyond(record, record.children["layout_rows"][0], "end")
    return [("C-17", "layout.rows[0].end", FAIL)]


def _mine_outside(record, stream, state, kind):
    at = stream.below(len(record.children["mines"]))
    _beyond(record, record.children["mines"][at], "position")
    return [("C-17", f"layout.mines[{at}].position", FAIL)]


def _mined_lane(record, stream, state, kind):
    """The axis runs over the first mine."""
    lane, mine = record.children["lanes"][0], record.children["mines"][0]
    lane["start.x"] = lane["end.x"] = mine["position.x"]
    lane["start.y"], lane["end.y"] = (f"{float(mine['position.y']) + d:.1f}" for d in (-20, 20))
    return [("C-18", "marking.lanes[0]", FAIL)]


def _narrow_lane(record, stream, state, kind):
    record.children["lanes"][0]["width_mm"] = "2"
    return [("C-18", "marking.lanes[0].width_mm", FAIL)]


def _references_close(record, stream, state, kind):
    """R2 stands 5 m from R1, and its ties are gone."""
    rows = record.children["reference_points"]
    rows[1]["position.x"] = str(int(rows[0]["position.x"]) + 5)
    rows[1]["position.y"] = rows[0]["position.y"]
    record.children["ties"] = [t for t in record.children["ties"] if t["from"] == "R1"]
    return [("C-19", "where.reference_points[1].position", FAIL)]


def _other_purpose(record, stream, state, kind):
    record.cells["purpose"] = "ap" if record.slot.at else "at"
    return [("C-20", "laying.purpose", FAIL)]


def _hundredfold(record, stream, state, kind):
    """More mines than the ground has square metres."""
    line = record.children["ordnance"][0]
    line["count"] = str(record.lines[0][1] * 1000)
    _exact(record)
    return [("P-02", "where.perimeter", FAIL), ("C-12", "what.declared_total", FAIL)]


def _round_ties(record, stream, state, kind):
    """Both landmarks stand at 100 m, in tens of degrees from the corner."""
    record.children["ties"] = record.children["ties"][:2]
    ax, ay = record.corners[0]
    for at, tie in enumerate(record.children["ties"]):
        rx, ry = record.references[at]
        degrees = round(math.degrees(math.atan2(ay - ry, ax - rx)) / 10) * 10 % 360
        turn = math.radians(degrees)
        place = (round(ax - 100 * math.cos(turn)), round(ay - 100 * math.sin(turn)))
        row = record.children["reference_points"][at]
        row["position.x"], row["position.y"] = str(place[0]), str(place[1])
        tie.update({"bearing": f"{degrees}.0", "bearing.unit": "degree", "bearing.north": "grid",
                    "bearing.sense": "from_reference", "distance": "100", "distance.unit": "m",
                    "distance.how": "tape"})
    return [("P-04", "where.ties", FAIL)]


def _in_a_minute(record, stream, state, kind):
    record.cells["ended"] = record.cells["begun"]
    return [("T-02", "laying", FAIL)]


def _life_over(record, stream, state, kind):
    record.children["ordnance"][0].update({"life_kind": "self_destruct", "life_days": "30"})
    return [("T-05", "what.ordnance[0].life_days", FAIL)]


def _made_later(record, stream, state, kind):
    record.children["ordnance"][0]["production.made"] = str(record.day.year + 2)
    return [("T-06", "what.ordnance[0].production.made", FAIL)]


def _other_sheet(record, stream, state, kind):
    """Some sheet of the same row and column, far away."""
    name = record.cells["map.sheet"].split("-")
    name[2] = str((int(name[2]) + 71) % 144 + 1)
    record.cells["map.sheet"] = "-".join(name)
    return [("C-03", "where.reference_points[0].position", FAIL)]


def _sheet_scale(record, stream, state, kind):
    """The sheet of twice the scale, or half of it."""
    name = record.cells["map.sheet"].split("-")
    record.cells["map.sheet"] = "-".join(name[:-1] if len(name) > 3 else name + ["А"])
    return [("C-04", "where.map.sheet", FAIL)]


IMPLAUSIBLE = {
    "front_threefold": _front_threefold, "front_fortyfold": _front_fortyfold,
    "other_fuze": _other_fuze, "no_place_for_trap": _no_place_for_trap,
    "too_many_traps": _too_many_traps, "trap_count": _trap_count, "row_spacing": _row_spacing,
    "row_gap": _row_gap, "density": _density, "row_outside": _row_outside,
    "mine_outside": _mine_outside, "mined_lane": _mined_lane, "narrow_lane": _narrow_lane,
    "references_close": _references_close, "other_purpose": _other_purpose,
    "hundredfold": _hundredfold, "round_ties": _round_ties, "in_a_minute": _in_a_minute,
    "life_over": _life_over, "made_later": _made_later, "other_sheet": _other_sheet,
    "sheet_scale": _sheet_scale}


# --- Whole papers of another kind -------------------------------------------------------------------


def _by_description(record, stream, state, kind):
    """A hasty card: no coordinate at all, but a described landmark and a tie, confirmed by a person."""
    record.cells["form_kind"] = "report_card"
    record.cells["map.declared_crs"] = STATES["NO_BOX"]
    record.cells["place.confirmed"] = "yes"
    for table, name in (("reference_points", "position"), ("corners", "position"),
                        ("layout_rows", "start"), ("layout_rows", "end")):
        for row in record.children.get(table, []):
            _set_position(row, STATES[state], name)
            if table == "reference_points":
                row["position.how_fixed"] = "[not stated]"
    return [("I-02", "where.reference_points", FAIL), ("I-16", "where.map.declared_crs", FAIL)]


def _no_information(record, stream, state, kind):
    """Nothing that leads to the place: a district, a settlement, and perhaps what was laid."""
    cells = record.cells
    for row in record.children["reference_points"] + record.children["corners"]:
        _set_position(row, STATES[state])
        if "position.how_fixed" in row:
            row["position.how_fixed"] = "[not stated]"
    for tie in record.children["ties"]:
        tie["bearing"] = STATES[state]
    for name in ("front_mm", "depth_mm", "place.text"):
        cells[name] = STATES[state]
    _drop_rows(record, state)
    which = kind[-1]
    if which == "2":
        for line in record.children["ordnance"]:
            line["count"] = line["fuze"] = STATES[state]
    if which == "3":
        _scans(record, stream, "ILLEGIBLE", kind)
        cells["map.declared_crs"] = cells["map.sheet"] = STATES[state]
        cells["density_per_km"] = STATES[state]
    return [("I-02", "where.reference_points", FAIL), ("I-05", "where.perimeter", FAIL),
            ("X-08", "where.perimeter", NE)]


SIMPLE = {**{kind: _box for kind in _BOXES}, **{kind: _entry_box for kind in _ENTRY_BOXES},
          "reference_position": _reference_position, "corner": _corner, "perimeter": _perimeter,
          "row_start": _row_start, "rows": _rows, "mine_position": _mine_position,
          "trap_position": _trap_position, "traps": _traps, "ties": _ties, "ordnance": _ordnance,
          "lanes": _lanes, "changes": _changes, "declination": _declination, "dates": _dates,
          "scans": _scans}
OTHER = {"day_only": _day_only, "month_only": _month_only, "unstated": _unstated,
         "one_sided": _one_sided, "one_reference": _one_reference, "in_words": _in_words,
         "placeholder_number": _placeholder_number, "total": _total, "line_count": _line_count,
         "remaining": _remaining, "points_missing": _points_missing,
         "reversed_sense": _reversed_sense, "long_distance": _long_distance,
         "other_datum": _other_datum, "swapped_axes": _swapped_axes, "wrong_zone": _wrong_zone,
         "crossing_sides": _crossing_sides, "equal_corners": _equal_corners,
         "ended_first": _ended_first, "drawn_up_first": _drawn_up_first,
         "after_cutoff": _after_cutoff, "disagreement": _disagreement}
PAPERS = {"by_description": _by_description, "no_information_1": _no_information,
          "no_information_2": _no_information, "no_information_3": _no_information}
ALL = {**SIMPLE, **OTHER, **IMPLAUSIBLE, **PAPERS}



def box_of(kind):
    """The column of records.csv that a fault empties; None if it is none of these."""
    return _BOXES.get(kind, (None, ()))


def entry_of(kind):
    """(table, column, entry) that a fault empties."""
    table, column, _, at = _ENTRY_BOXES[kind]
    return table, column, at


def suits(kind, state, slot):
    """Whether a fault can be injected into a record of this slot."""
    if kind == "scans":
        return state in ("BLANK", "ILLEGIBLE", "NOT_TRANSCRIBED") and not slot.register
    if kind == "one_sided":
        return not slot.register
    if kind in ("row_start", "rows", "row_outside"):
        return not slot.points
    if kind == "row_spacing":
        return not slot.points and not slot.bare_rows
    if kind == "row_gap":
        return not slot.points and not (slot.at and slot.ap)
    if kind == "narrow_lane":
        return slot.lane
    if kind == "in_a_minute":
        return slot.at + slot.ap >= 100
    if kind == "other_purpose":
        return not (slot.at and slot.ap)
    if kind in PAPERS:
        return not slot.points and not slot.traps
    if kind in ("mine_position", "points_missing", "mine_outside", "mined_lane"):
        return slot.points
    if kind in ("trap_position", "trap_mechanism", "trap_count"):
        return slot.traps > 0
    if kind == "traps":
        return not slot.traps
    if kind == "remaining":
        return slot.change
    if kind in ("changes", "lanes"):
        return not slot.change and not slot.lane
    return True


def prepare(kind, slot):
    """Settles what a fault needs of a slot before it is drawn."""
    if kind == "reversed_sense":
        slot.scale = 25000
    if kind == "mined_lane":
        slot.lane = True
    if kind == "other_datum":
        slot.scale, slot.short_ties = slot.scale or 25000, True


def inject(record, stream):
    """Applies the slot's faults in order. Returns what must follow of each, and its description."""
    must, told = [], []
    # The second transcriber reads what the others left.
    for kind, state in sorted(record.slot.faults, key=lambda fault: fault[0] == "disagreement"):
        must += ALL[kind](record, stream, state, kind)
        told.append({"fault": kind, "state": state} if kind in SIMPLE or kind in PAPERS
                    else {"fault": kind})
    return must, told
