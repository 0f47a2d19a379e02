"""Draws one minefield and fills in its paper: the cells of the transcription template, no fault in it.

Everything is laid out on the Gauss-Kruger grid around the middle of a cell of the district:
a rectangle with corners A to D, rows of mines along the front, two reference points outside, and
ties from both to corner A. What the paper says is rounded as people round; the error of honest
measuring stays below 1.5 sigma of the smallest share of the uncertainty budget.
"""

import datetime
import math

import geodesy
import vocabulary as words
from prng import Stream

EPOCH = datetime.date(1970, 1, 1)
NO_BOX = "[no box]"
BLANK = "[blank]"
NOT_APPLICABLE = "[not applicable]"
NOT_STATED = "[not stated]"

PLOTTING_M = {25000: 12.5, 50000: 25.0, 100000: 50.0}  # 0.5 mm on the sheet: one sigma.
PACE_M = 0.75
DISTRICT_DAYS = {"aghdam": (0, 120), "fuzuli": (120, 60), "zangilan": (180, 60)}


class Slot:
    """What the plan decided for one record, before it is drawn."""

    def __init__(self, key, submission, area, **settled):
        self.key = key                    # Row of the template; unique in the handover.
        self.submission = submission      # "s1", "s2", "s3".
        self.area = area
        self.stream = key                 # Name of the stream: a duplicate borrows its original's.
        self.unit = ""
        self.year = 1993
        self.sequence = 0                 # Number within unit and year.
        self.at = 0                       # Pieces as drawn.
        self.ap = 0
        self.traps = 0
        self.centre = (0, 0)
        self.form = "formulary"
        self.register = False             # One line of an obstacle register: shares its sheet.
        self.points = False               # Every mine located by itself, no rows.
        self.rounded = False
        self.change = False
        self.lane = False
        self.copies = False               # Copies 1 and 2 from two archives, equal.
        self.by_description = False       # A hasty card without coordinates.
        self.after_cutoff = False
        self.scale = 0                    # 0: any.
        self.short_ties = False
        self.faults = []                  # (kind, state) in order of injection.
        self.headline = ""                # What the plan wants it to become.
        self.part = ""                    # What else it plays: series, register, duplicate, ...
        self.twin_of = None               # Slot that it repeats, by its part.
        self.clash_with = None            # Slot whose number it bears.
        self.scan_of = None               # Slot whose scans it shows.
        self.displaced = ""               # outside, strip.
        self.bare_rows = False            # Rows without counts.
        self.__dict__.update(settled)


class Record:
    """Cells as the first transcriber writes them, and what the oracle must know of the field."""

    def __init__(self, slot):
        self.slot = slot
        self.key = slot.key
        self.cells = {}
        self.children = {}        # Table: list of rows, each a dict of cells without `row`.
        self.attachments = []
        self.persons = {}
        self.second = []          # (table or "", index, column, text): what the second one reads.
        self.differing = []       # Paths where the two differ.
        self.corners = []         # Grid metres, as written.
        self.references = []
        self.lines = []           # Of ordnance: [category, pieces].
        self.front = 0.0
        self.azimuth = 0.0
        self.correction = 0.0     # From magnetic to grid, degrees, as written.
        self.scans = []           # (file name, kind, number printed on it)

    def table(self, name):
        return self.children.setdefault(name, [])


def metres(value):
    """Grid metres as written: whole, or with one decimal."""
    return str(int(value)) if value == int(value) else f"{value:.1f}"


def date_text(day, minute=None):
    text = day.strftime("%d.%m.%Y")
    return text if minute is None else f"{text} {minute // 60:02d}:{minute % 60:02d}"


# --- The rectangle and its rows -------------------------------------------------------------------


def _bands(slot, stream):
    """Lines of ordnance with their rows: [(model, pieces, rows, gap, fraction of the band)]."""
    lines = []
    for pieces, models, low, high in ((slot.at, words.MODELS_AT, 580, 720),
                                      (slot.ap, words.MODELS_AP, 2150, 2850)):
        if pieces:
            model = stream.choice(models)
            rows = min(stream.choice(model.rows), max(3, pieces // 8))
            gap = stream.between(*model.gap_m)
            front = pieces * 1000.0 / stream.between(low, high)
            lines.append([model, pieces, rows, gap, front])
    if len(lines) == 2:  # One front for both: any front that suits both bands.
        longest = min(slot.at / 0.57, slot.ap / 2.1)
        shortest = max(slot.at / 0.73, slot.ap / 2.9)
        lines[0][4] = lines[1][4] = (longest + shortest) / 2
    return lines


def _layout(record, stream):
    """Corners, rows or single mines. Sets corners, front, azimuth and the child tables."""
    slot = record.slot
    bands = _bands(slot, stream)
    azimuth = stream.below(3600) / 10.0
    along = (math.cos(math.radians(azimuth)), math.sin(math.radians(azimuth)))
    across = (-along[1], along[0])
    rows, depth = [], 0.0
    for model, pieces, count, gap, front in bands:
        # Depth of a band is (rows - 1/2) x gap, a quarter of a gap before the first row.
        most = -(-pieces // count)
        spacing = round(front / max(1, most), 2)
        for at in range(count):
            mines = pieces // count + (1 if at < pieces % count else 0)
            rows.append((model, mines, spacing, depth + gap / 4.0 + at * gap))
        depth += (count - 0.5) * gap
    longest = max((mines - 1) * spacing for _, mines, spacing, _ in rows)
    margin = 2.0 + (slot.lane and 12.0)
    front = float(math.ceil(longest + 2.0 + margin))
    depth = float(math.ceil(depth))
    middle = slot.centre

    def at(forth, aside):
        return (middle[0] + along[0] * (forth - front / 2) + across[0] * (aside - depth / 2),
                middle[1] + along[1] * (forth - front / 2) + across[1] * (aside - depth / 2))

    record.corners = [tuple(map(round, at(*p))) for p in
                      ((0, 0), (front, 0), (front, depth), (0, depth))]
    record.front, record.depth, record.azimuth = front, depth, azimuth
    record.row_gap = bands[0][3]
    record.lines = [[model, pieces] for model, pieces, _, _, _ in bands]
    if slot.points:
        _single_mines(record, rows, at)
    else:
        _rows(record, rows, at, azimuth)
    if slot.lane:
        start, end = at(front - 7.0, 0), at(front - 7.0, depth)
        record.table("lanes").append({
            "id": "L1", "start.x": str(round(start[0])), "start.y": str(round(start[1])),
            "end.x": str(round(end[0])), "end.y": str(round(end[1])), "width_mm": "6",
            "marking": "вехи с белой лентой", "closing_mines": "4"})


def _rows(record, rows, at, azimuth):
    for number, (model, mines, spacing, aside) in enumerate(rows, 1):
        length = (mines - 1) * spacing
        start, end = at(2.0, aside), at(2.0 + length, aside)
        record.table("layout_rows").append({
            "id": f"row{number}", "start.x": str(round(start[0])), "start.y": str(round(start[1])),
            "end.x": str(round(end[0])), "end.y": str(round(end[1])),
            "azimuth": f"{azimuth:.1f}", "azimuth.unit": "degree", "azimuth.north": "grid",
            "length_mm": f"{length:.1f}", "spacing_mm": f"{spacing:.2f}"})
        if record.slot.bare_rows:
            continue
        record.table("row_mines").append({
            "layout_row": f"row{number}", "model": model.written, "count": str(mines)})


def _single_mines(record, rows, at):
    number = 0
    for model, mines, spacing, aside in rows:
        for place in range(mines):
            number += 1
            x, y = at(2.0 + place * spacing, aside)
            record.table("mines").append({
                "id": f"M{number}", "position.x": f"{x:.1f}", "position.y": f"{y:.1f}",
                "model": model.written, "fuze": model.fuzes[0], "anti_handling": "no",
                "depth_mm": str(model.burial_cm)})


# --- Reference points and ties --------------------------------------------------------------------


def _map(record, stream):
    """Chooses a scale whose sheet holds the whole field, and writes the map block."""
    cells, slot = record.cells, record.slot
    near = record.corners + record.references
    scale = slot.scale or stream.weighted(((25000, 5), (50000, 4), (100000, 2)))
    while scale < 100000 and len({geodesy.sheet(x, y, scale) for x, y in near}) > 1:
        if slot.scale:
            break
        scale *= 2
    record.scale = scale
    x, y = record.corners[0]
    declination = round(6.36 + (slot.year - 2021.5) * 0.06 - (4430410 - x) * 2.7e-6, 1)
    convergence = round(geodesy.convergence(x, y), 2)
    record.correction = round(declination - convergence, 2)
    cells.update({
        "map.sheet": geodesy.sheet(x, y, scale), "map.scale": f"1:{scale // 1000} 000",
        "map.series": "Генштаб, учебный тираж", "map.edition_year": str(stream.between(1974, 1989)),
        "map.declared_crs": "СК-42, зона 8", "map.declination_e6": f"{declination:.1f}",
        "map.declination_year": str(slot.year), "map.convergence_e6": f"{convergence:.2f}",
        "map.correction_e6": f"{record.correction:.2f}"})


def _references(record, stream):
    """Two reference points 60 to 160 m from corner A, seen from it well apart, outside the field."""
    ax, ay = record.corners[0]
    reach = 100 if record.slot.short_ties else 160
    for name, low, high in (("R1", 140, 200), ("R2", 240, 290)):
        direction = math.radians(record.azimuth + stream.between(low, high))
        distance = stream.between(60, reach)
        place = (round(ax + math.cos(direction) * distance),
                 round(ay + math.sin(direction) * distance))
        record.references.append(place)
        kind, description = stream.choice(words.LANDMARKS)
        record.table("reference_points").append({
            "id": name, "kind": kind, "description": description.format(n=_landmark_number(record, stream)),
            "position.x": str(place[0]), "position.y": str(place[1]),
            "position.how_fixed": "map"})


def _landmark_number(record, stream):
    """A number that no other field near by has: twins share their original's stream."""
    return f"{stream.between(1, 999)}.{int(record.slot.stream.rpartition('-')[2])}"


def bearing_text(degrees, unit):
    """A bearing as written, and the value that its writing has."""
    degrees %= 360.0
    if unit == "mil_6000":
        parts = round(degrees / 0.06) % 6000
        return f"{parts // 100:02d}-{parts % 100:02d}"
    if unit == "degree_minute":
        minutes = round(degrees * 60) % 21600
        return f"{minutes // 60}°{minutes % 60:02d}'"
    tenths = round(degrees * 10) % 3600
    return f"{tenths // 10}.{tenths % 10}"


def tie(record, stream, reference, corner):
    """One tie as an honest surveyor writes it: ends within 0.7 plotting sigma of the corner."""
    rx, ry = record.references[reference]
    cx, cy = record.corners[corner]
    straight = math.hypot(cx - rx, cy - ry)
    reach = min(0.7 * PLOTTING_M[record.scale], 0.03 * straight + 1.0)
    if record.slot.short_ties:
        reach = 2.0
    error, turn = stream.below(1000) / 1000.0 * reach, math.radians(stream.below(3600) / 10.0)
    dx, dy = cx - rx + math.cos(turn) * error, cy - ry + math.sin(turn) * error
    grid = math.degrees(math.atan2(dy, dx))
    north = stream.choice(("magnetic", "grid"))
    sense = stream.weighted((("from_reference", 4), ("to_reference", 1)))
    unit = stream.weighted((("mil_6000", 5), ("degree", 3), ("degree_minute", 2)))
    degrees = grid - (record.correction if north == "magnetic" else 0.0)
    degrees += 180.0 if sense == "to_reference" else 0.0
    paced = stream.chance(1, 5) and not record.slot.short_ties
    length = math.hypot(dx, dy)
    return {"from": f"R{reference + 1}", "to": "ABCD"[corner],
            "bearing": bearing_text(degrees, unit), "bearing.unit": unit, "bearing.north": north,
            "bearing.sense": sense,
            "distance": str(round(length / PACE_M) if paced else round(length)),
            "distance.unit": "pace" if paced else "m", "distance.how": "pace" if paced else "tape"}


# --- The rest of the paper ------------------------------------------------------------------------


def _ordnance(record, stream):
    slot = record.slot
    for number, (model, pieces) in enumerate(record.lines, 1):
        trapped = model.anti_handling and stream.chance(1, 3)
        written = model.other if stream.chance(1, 6) else model.written
        record.table("ordnance").append({
            "id": str(number), "category": words.CATEGORIES[model.category], "model": written,
            "count": f"{pieces} шт." if stream.chance(1, 4) else str(pieces),
            "count_precision": "rounded" if slot.rounded else "exact",
            "fuze": stream.choice(model.fuzes),
            "anti_handling.present": "yes" if trapped else "no",
            "anti_handling.count": str(max(1, pieces // 10)) if trapped else NOT_APPLICABLE,
            "anti_handling.kind": model.anti_handling[0] if trapped else NOT_APPLICABLE,
            "production.country": "СССР", "production.made": f"{stream.between(1975, 1989)}",
            "production.lot": f"{stream.between(1, 99)}-{stream.between(10, 99)}",
            "method": "hand_buried", "burial_mm": str(model.burial_cm), "life_kind": "none",
            "life_days": NOT_APPLICABLE})
    for number in range(1, slot.traps + 1):
        x, y = _inside(record, stream)
        record.table("booby_traps").append({
            "id": f"T{number}", "position.x": str(x), "position.y": str(y),
            "object": f"дверь насосной станции № {stream.between(1, 99)}", "mechanism": "натяжная",
            "count": "1"})
    if slot.traps:
        record.table("ordnance").append({
            "id": str(len(record.lines) + 1), "category": words.CATEGORIES["booby_trap"],
            "model": "МС-3", "count": str(slot.traps), "count_precision": "exact", "fuze": "встроенный",
            "anti_handling.present": "no", "anti_handling.count": NOT_APPLICABLE,
            "anti_handling.kind": NOT_APPLICABLE, "production.country": "СССР",
            "production.made": "1984", "production.lot": "3-84", "method": "hand_surface",
            "burial_mm": "0", "life_kind": "none", "life_days": NOT_APPLICABLE})


def _inside(record, stream):
    """A place in the middle of the field, between its corners."""
    share = stream.between(35, 65) / 100.0
    (ax, ay), (cx, cy) = record.corners[0], record.corners[2]
    return round(ax + (cx - ax) * share), round(ay + (cy - ay) * share)


def _dates(record, stream):
    slot = record.slot
    if slot.after_cutoff:
        day = datetime.date(2020, 11, 11) + datetime.timedelta(stream.below(7))
    else:
        # Each district has weeks of its own: no commander is in two of them on one day.
        first, days = DISTRICT_DAYS.get(slot.area, (0, 240))
        drawn = stream.below(240)
        day = datetime.date(slot.year, 3, 1) + datetime.timedelta(first + drawn * days // 240)
    begun = stream.between(20, 44) * 15
    ended = begun + 60 + 15 * stream.below(16)
    record.cells.update({
        "begun": date_text(day, begun), "ended": date_text(day, ended),
        "drawn_up": date_text(day + datetime.timedelta(stream.below(4)))})
    record.day = day


def _changes(record, stream):
    slot, cells = record.slot, record.cells
    if not slot.change:
        cells.update({"changes_listed": "none", "remaining_total": NOT_APPLICABLE})
        return
    model, pieces = record.lines[0]
    removed = stream.between(1, max(1, pieces // 20))
    record.table("changes").append({
        "id": "C1", "date": date_text(record.day + datetime.timedelta(stream.between(30, 300))),
        "what": stream.choice(("removed", "detonated")), "model": model.written,
        "count": str(removed), "is_signed": "yes"})
    cells.update({"changes_listed": "listed", "remaining_total": str(slot_total(slot) - removed)})


def slot_total(slot):
    return slot.at + slot.ap + slot.traps


def number_text(slot):
    return f"УМЗ-{slot.year}-{slot.sequence}"


def _head(record, stream):
    slot, cells = record.slot, record.cells
    cells.update({
        "exercise": "yes", "area": slot.area, "source": "archive-1",
        "record_number": number_text(slot), "form_kind": slot.form, "copy_number": "1",
        "copy_total": "2" if slot.copies else "1", "sheet_number": "1", "sheet_total": "1",
        "secrecy_marking": "Учебное, не секретно", "replaces": NOT_APPLICABLE,
        "archive.archive": "Учебный архив 1", "archive.fonds": str(stream.between(1, 40)),
        "archive.file": str(stream.between(100, 998)),
        "archive.folio": str(stream.between(1, 200)),
        "same_original_as": f"{number_text(slot)}, экз. 2, Учебный архив 2" if slot.copies
                            else NOT_APPLICABLE,
        "language": "ru"})


def _where(record, stream):
    slot, cells = record.slot, record.cells
    place = words.PLACE.format(m=stream.between(2, 40) * 50, side=stream.choice(words.SIDES),
                               n=stream.between(1, 99))
    cells.update({
        "reference_points_listed": "listed", "ties_listed": "listed", "perimeter_listed": "listed",
        "front_mm": metres(record.front), "depth_mm": metres(record.depth),
        "area_m2": str(int(record.front * record.depth)), "dimension_basis": "measured",
        "district": words.RUSSIAN[slot.area], "settlement": f"Учебное-{stream.between(1, 60)}",
        "place.text": place, "place.confirmed": "no"})
    for name, (x, y) in zip("ABCD", record.corners):
        record.table("corners").append({"id": name, "position.x": str(x), "position.y": str(y)})


def _what_and_layout(record, stream):
    slot, cells = record.slot, record.cells
    total = slot_total(slot)
    purpose = "mixed" if slot.at and slot.ap else "at" if slot.at else "ap"
    cells.update({
        "ordnance_listed": "listed", "booby_traps_listed": "listed" if slot.traps else "none",
        "declared_total": str(total),
        "declared_total_precision": "rounded" if slot.rounded else "exact",
        "density_per_km": str(round(total * 1000 / record.front)),
        "kind": "scattered" if slot.points else "row",
        "rows_listed": "none" if slot.points else "listed",
        "row_gap_mm": NOT_APPLICABLE if slot.points else str(record.row_gap),
        "mines_listed": "listed" if slot.points else "none",
        "mines_complete": "yes" if slot.points else "no",
        "remotely_delivered": "no", "controlled": NOT_APPLICABLE,
        "laying_unit": slot.unit, "authority": f"приказ № {stream.between(1, 400)} (учебный)",
        "purpose": purpose, "signature_present": "yes", "commander_named": "named",
        "recorder_named": "named", "fence": "один ряд проволоки", "signs": "МИНЫ",
        "sign_interval_mm": "50", "lanes_listed": "listed" if slot.lane else "none",
        "observed_by": f"учебный взвод прикрытия {stream.between(1, 20)}",
        "transferred_to": "[blank]", "remarks": "УЧЕБНОЕ: вымышленная запись"})


def _papers(record, stream):
    """Scans: front and back of the form, a register's one sheet, or both copies."""
    slot, key = record.slot, record.key
    record.persons = {"commander": f"майор Вымышленный-{stream.between(1, 999)}",
                      "recorder": f"сержант Вымышленный-{stream.between(1, 999)}",
                      "accepted_by": BLANK, "transcribed_by": "переписчик 1 (учебный)"}
    number = number_text(slot)
    if slot.register:
        names = [("register-1-front.png", "scan"), ("register-1-scheme.png", "sketch")]
        number = f"register of {slot.area}"
    else:
        names = [(f"{key}-front.png", "scan"), (f"{key}-sketch.png", "sketch")]
    for name, role in names:
        record.scans.append((name, role, number))
        record.attachments.append({"file": name, "role": role, "pages": "2", "both_sides": "yes",
                                   "legible": "yes", "dpi": "72", "in_persons_file": "no"})


def draw(seed, slot):
    """The record of a slot without any fault: the same for equal seed and slot."""
    record = Record(slot)
    stream = Stream(seed, "record", slot.stream)
    _head(record, stream)
    _layout(record, stream)
    _references(record, stream)
    _map(record, stream)
    record.table("ties").extend([tie(record, stream, 0, 0), tie(record, stream, 1, 0)])
    if record.front < 150 and not slot.short_ties:
        record.table("ties").append(tie(record, stream, 1, 1))
    _where(record, stream)
    _dates(record, stream)
    _ordnance(record, stream)
    _what_and_layout(record, stream)
    _changes(record, stream)
    _papers(record, stream)
    _avoid_placeholders(record)
    return record


def _avoid_placeholders(record):
    """Honest values that look like a placeholder of the rule set (999, 00-00) move by one unit."""
    for cells in (record.cells, *(row for rows in record.children.values() for row in rows)):
        for column, cell in cells.items():
            if cell in ("999", "9999") and column in ("density_per_km", "area_m2"):
                cells[column] = str(int(cell) + 1)
            elif cell == "00-00":
                cells[column] = "00-01"
            elif cell in ("999", "9999"):
                raise AssertionError(f"{record.key}: {column} looks like a placeholder")

