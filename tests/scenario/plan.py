"""Decides what every record of a handover will be, before any is drawn."""

import faults
import outlines
import vocabulary as words
from field import Slot
from prng import Stream

CELL_M = 800
SMALL_CELL_M = 450
INSIDE_M = 1000.0        # How far inside its district a field lies at least.
BEYOND_M = (6500, 14000)  # How far outside its district a displaced field lies.

# --- The worked handover: what each district's share is ----------------------------------------------

#            records, AT, AP, and headline classes: complete, blank, illegible, withheld, unknown,
#            no box (together: partial), no information, totals, traverses, outside (contradicting)
WORKED = {
    "aghdam": (205, 31000, 66000, (54, 72, 10, 8, 5, 5, 31, 10, 5, 5)),
    "fuzuli": (110, 16000, 36000, (29, 38, 5, 4, 3, 3, 16, 6, 3, 3)),
    "zangilan": (85, 13000, 27000, (22, 30, 5, 3, 2, 2, 13, 4, 2, 2)),
}
KINDS = ("complete", "blank", "illegible", "withheld", "unknown", "no_box", "none", "total",
         "traverse", "outside")
# Of the partial ones, located by description only: blank, illegible, withheld, unknown, no box.
BY_DESCRIPTION = {"aghdam": (4, 2, 2, 1, 1), "fuzuli": (2, 1, 1, 1, 1), "zangilan": (2, 1, 0, 0, 1)}
# Extra duplicates, near-duplicate pairs, pairs of copies.
TWINS = {"aghdam": (3, 2, 2), "fuzuli": (2, 1, 2), "zangilan": (1, 1, 1)}
# Of the series of one unit: complete ones, partial ones.
SERIES = {"aghdam": (18, 62), "fuzuli": (16, 28), "zangilan": (14, 19)}
SERIES_UNIT, SERIES_YEAR, SERIES_LENGTH = "учебный инженерно-сапёрный батальон 7", 1993, 180
REGISTER = ("aghdam", 12, 18)       # Fields on the register's one sheet: complete, blank.
AFTER_CUTOFF = ("aghdam", 7)
UNDATED = {"aghdam": 1, "fuzuli": 1, "zangilan": 1}
CHANGES, ROUNDED = 30, 20
SILENT_DATUM = {"aghdam": 2, "fuzuli": 1}   # On sheets of 1:100,000: within the tolerance.
SUPPLEMENTED = {"aghdam": 7, "fuzuli": 3, "zangilan": 2}
OUTSIDE = {"aghdam": ("tartar", "kalbajar", "khojavand", "tartar", "khojavand"),
           "fuzuli": ("jabrayil", "jabrayil", "khojavand"), "zangilan": ("jabrayil", "gubadli")}

DECLARED = {"aghdam": 214, "fuzuli": 118, "zangilan": 91, "jabrayil": 260, "kalbajar": 210,
            "lachin": 140, "gubadli": 120, "khojavand": 227, "tartar": 130, "goranboy": 120}

# What lacks in a partial record: fault, weight.
_GAPS = (("fuze", 24), ("anti_handling", 14), ("method", 10), ("begun", 6), ("ended", 6),
         ("front", 6), ("depth", 6), ("declared_total", 8), ("count", 10), ("model", 6),
         ("tie_bearing", 8), ("tie_distance", 6), ("reference_position", 6), ("corner", 6),
         ("crs", 4), ("kind", 3), ("row_start", 5), ("remote", 3))
_STATE = {"blank": "BLANK", "illegible": "ILLEGIBLE", "withheld": "WITHHELD", "unknown": "UNKNOWN",
          "no_box": "NO_BOX"}
_FILLABLE = ("fuze", "method", "front", "depth", "begun", "ended", "declared_total", "kind")


class Places:
    """Hands out cells of the grid, none twice."""

    def __init__(self, seed, side):
        self.seed, self.side = seed, side
        self.outlines = outlines.load()
        self.used = set()
        self._cells = {}
        self._beyond = {}

    def _of(self, area):
        if area not in self._cells:
            cells = outlines.cells(self.outlines[area], self.side, INSIDE_M)
            self._cells[area] = Stream(self.seed, "cells", area, self.side).shuffled(cells)
        return self._cells[area]

    def capacity(self, area):
        return len(self._of(area))

    def inside(self, area):
        cells = self._of(area)
        while cells:
            cell = cells.pop()
            if cell not in self.used:
                self.used.add(cell)
                return cell
        raise ValueError(f"{area} has no room for another field")

    def beyond(self, claimed, lies_in):
        """A cell of another district, beyond the tolerance around the claimed one."""
        key = (claimed, lies_in)
        if key not in self._beyond:
            low, high = BEYOND_M
            self._beyond[key] = [c for c in self._of(lies_in)
                                 if low < -self.outlines[claimed].depth(*c) < high]
        for cell in self._beyond[key]:
            if cell not in self.used:
                self.used.add(cell)
                return cell
        raise ValueError(f"no room in {lies_in} beyond {claimed}")

    def strip(self, claimed):
        """A cell outside the claimed district, within the tolerance of its outline."""
        outline = self.outlines[claimed]
        stream = Stream(self.seed, "strip", claimed, len(self.used))
        for _ in range(100000):
            x = stream.between(int(outline.low[0]) - 4000, int(outline.high[0]) + 4000)
            y = stream.between(int(outline.low[1]) - 4000, int(outline.high[1]) + 4000)
            cell = (x // self.side * self.side + self.side // 2,
                    y // self.side * self.side + self.side // 2)
            if cell not in self.used and 800 < -outline.depth(*cell) < 4200:
                self.used.add(cell)
                return cell
        raise ValueError(f"no room around {claimed}")


class Plan:
    """Slots in the order of the packages, and what the handover level needs."""

    def __init__(self):
        self.slots = []
        self.worked = False
        self.areas = list(words.DISTRICTS)
        self.declared = {}
        self.supplemented = []      # Slots whose gaps a supplement fills.
        self.changed = None         # Slot whose count a supplement changes.
        self.later = []             # Slots of S3.
        self.attachment_bytes = 0   # For each scan; 0: as small as it gets.


# --- Numbers of mines --------------------------------------------------------------------------------


def _no_placeholder(number):
    """999 stands in the list of placeholders."""
    return number + 1 if number in (999, 9999) else number


def share_out(stream, total, count, low=60, high=140):
    """`count` numbers, each between low / 100 and high / 100 of the mean, that sum to `total`."""
    weights = [stream.between(low, high) for _ in range(count)]
    numbers = [total * w // sum(weights) for w in weights]
    rest = total - sum(numbers)
    for at in range(count):
        numbers[at] += rest // count + (1 if at < rest % count else 0)
    for at in range(count):  # Nobody writes a placeholder.
        if numbers[at] in (999, 9999):
            numbers[at] += 1
            numbers[(at + 1) % count] -= 1
    return numbers


def _give_mines(stream, slots, at_total, ap_total):
    """Counts of a district: fixed ones first, then the others such that both sums come out."""
    fixed = [s for s in slots if s.at or s.ap]
    # A lacking count is that of the only line, so that a form's sum is known wholly or not at all.
    free = sorted((s for s in slots if not (s.at or s.ap)),
                  key=lambda s: "count" in [f for f, _ in s.faults])
    at_total -= sum(s.at for s in fixed)
    ap_total -= sum(s.ap for s in fixed)
    mixed = len(free) * 15 // 100
    for slot in free[:mixed]:
        slot.at = stream.between(40, 120)
        slot.ap = slot.at * stream.between(31, 48) // 10
        at_total, ap_total = at_total - slot.at, ap_total - slot.ap
    at_slots = free[mixed:mixed + len(free) * 40 // 100]
    ap_slots = free[mixed + len(free) * 40 // 100:]
    for slot, count in zip(at_slots, share_out(stream, at_total, len(at_slots))):
        slot.at = count
    for slot, count in zip(ap_slots, share_out(stream, ap_total, len(ap_slots))):
        slot.ap = count


def _fix_mines(stream, slot):
    """Pieces for a record that must have them before its district is shared out."""
    if stream.chance(1, 2):
        slot.at = stream.between(25, 40) * 10 + stream.between(1, 8)
    else:
        slot.ap = stream.between(45, 75) * 10 + stream.between(1, 8)


# --- The worked handover -----------------------------------------------------------------------------


def worked(seed):
    plan = Plan()
    plan.worked = True
    plan.declared = dict(DECLARED)
    places = Places(seed, CELL_M)
    by_kind = {}
    for area, (_, _, _, counts) in WORKED.items():
        for kind, count in zip(KINDS, counts):
            by_kind[area, kind] = [Slot("", "s1" if area == "aghdam" else "s2", area, headline=kind)
                                   for _ in range(count)]
    for area in WORKED:
        _oddities(seed, plan, area, by_kind)
    _series(seed, by_kind)
    _flags(seed, by_kind)
    for area, (_, at_total, ap_total, _) in WORKED.items():
        _finish_district(seed, plan, places, area, at_total, ap_total, by_kind)
    _twins_follow(plan.slots)
    _choose_changed(plan)
    _later_delivery(seed, plan, places)
    return plan


def _oddities(seed, plan, area, by_kind):
    """Duplicates, near duplicates, copies, and what else is drawn from the complete ones; then the
    faults of all others. A slot that has got a part carries `part`."""
    stream = Stream(seed, "oddities", area)
    complete = by_kind[area, "complete"]
    at = 0

    def take(count):
        nonlocal at
        at += count
        return complete[at - count:at]
    duplicates, near, copies = TWINS[area]
    for part, pairs in (("duplicate", duplicates), ("near", near), ("copy", copies)):
        for _ in range(pairs):
            original, twin = take(2)
            original.part = twin.part = part
            twin.twin_of = original
            _fix_mines(stream, original)
    if area == AFTER_CUTOFF[0]:
        for slot in take(AFTER_CUTOFF[1]):
            slot.part, slot.after_cutoff, slot.year = "after", True, 2020
    if area == REGISTER[0]:
        for slot in take(REGISTER[1]) + by_kind[area, "blank"][-REGISTER[2]:]:
            slot.part, slot.register, slot.form = "register", True, "register"
    for slot in take(SILENT_DATUM.get(area, 0)):
        slot.part, slot.scale = "datum", 100000
        slot.faults.append(("other_datum", ""))
        faults.prepare("other_datum", slot)
    for kind in _STATE:
        _gaps(stream, plan, area, kind, by_kind[area, kind])
    for slot in by_kind[area, "none"]:
        state = stream.weighted((("BLANK", 5), ("ILLEGIBLE", 3), ("NO_BOX", 2)))
        slot.faults.append((stream.choice(("no_information_1", "no_information_2",
                                           "no_information_3")), state))
    for number, slot in enumerate(by_kind[area, "total"]):
        slot.faults.append((("total", "line_count")[number % 2], ""))
    _traverses(stream, area, by_kind[area, "traverse"])


def _traverses(stream, area, slots):
    """Half of the ten have a reference point in the other datum: 3, 1 and 1."""
    other = {"aghdam": 3, "fuzuli": 1, "zangilan": 1}[area]
    for number, slot in enumerate(slots):
        kind = "other_datum" if number < other else stream.choice(("reversed_sense",
                                                                   "long_distance"))
        slot.faults.append((kind, ""))
        faults.prepare(kind, slot)


def _gaps(stream, plan, area, kind, slots):
    state = _STATE[kind]
    by_description = BY_DESCRIPTION[area][list(_STATE).index(kind)]
    for number, slot in enumerate(slots):
        if number < by_description:
            slot.by_description, slot.part = True, "description"
            position = state if kind in ("illegible", "withheld", "unknown") else "NO_BOX"
            slot.faults.append(("by_description", position))
            if kind != "no_box":
                slot.faults.append(("fuze", state))
            continue
        if kind == "blank" and number < by_description + UNDATED[area]:
            slot.part = "undated"
            slot.faults.append(("dates", state))
            continue
        first = by_description + UNDATED[area]
        if kind == "blank" and number < first + SUPPLEMENTED[area]:
            # Twelve records lack thirty boxes: two and three in turn.
            fields = 2 if len(plan.supplemented) % 2 == 0 else 3
            # Not both dates, or the record would be undated.
            menu = [f for f in _FILLABLE if f != stream.choice(("begun", "ended"))]
            slot.faults += [(f, state) for f in stream.shuffled(menu)[:fields]]
            plan.supplemented.append(slot)
            continue
        for _ in range(stream.weighted(((1, 6), (2, 3), (3, 1)))):
            gap = stream.weighted(_GAPS)
            if gap not in [f for f, _ in slot.faults] and not (
                    gap in ("begun", "ended") and any(f in ("begun", "ended")
                                                      for f, _ in slot.faults)):
                slot.faults.append((gap, state))
    if kind == "no_box":
        for slot in slots:
            slot.form = "report_card"


def _series(seed, by_kind):
    """Numbers 1 to 180 of one unit and year: 157 delivered, 1 and 180 among them."""
    stream = Stream(seed, "series")
    chosen = []
    for area, (complete, partial) in SERIES.items():
        pools = (by_kind[area, "complete"],
                 [s for kind in _STATE for s in by_kind[area, kind]])
        for pool, count in zip(pools, (complete, partial)):
            free = [s for s in stream.shuffled(pool) if not s.part]
            if len(free) < count:
                raise AssertionError(f"{area}: {len(free)} records for {count} of the series")
            chosen += free[:count]
    missing = set(stream.shuffled(range(2, SERIES_LENGTH))[:SERIES_LENGTH - len(chosen)])
    numbers = stream.shuffled([n for n in range(1, SERIES_LENGTH + 1) if n not in missing])
    for slot, number in zip(chosen, numbers):
        slot.part, slot.unit = "series", SERIES_UNIT
        slot.year, slot.sequence = SERIES_YEAR, number


def _flags(seed, by_kind):
    """Records with changes, and with rounded counts: from those that are located and alone."""
    stream = Stream(seed, "flags")
    pool = [s for (_, kind), slots in sorted(by_kind.items()) for s in slots
            if kind in ("complete", "blank") and s.part in ("", "series")]
    pool = stream.shuffled(pool)
    for slot in pool[:CHANGES]:
        slot.change = True
    for slot in [s for s in pool if not s.change][:ROUNDED]:
        slot.rounded = True
        slot.at, slot.ap = ((stream.between(5, 9) * 50, 0) if stream.chance(1, 2)
                            else (0, stream.between(9, 15) * 50))


def _finish_district(seed, plan, places, area, at_total, ap_total, by_kind):
    """Order, keys, places, mines and numbers within units."""
    stream = Stream(seed, "district", area)
    slots = stream.shuffled([s for kind in KINDS for s in by_kind[area, kind]])
    _twins_last(slots)
    for slot in slots:
        original = slot.twin_of
        if original:
            slot.at, slot.ap = original.at, original.ap
    _give_mines(stream, slots, at_total, ap_total)
    outside = iter(OUTSIDE[area])
    for number, slot in enumerate(slots, 1):
        slot.key = slot.stream = f"{area}-{number:03d}"
        if slot.headline == "outside":
            slot.lies_in = next(outside)
            slot.centre = places.beyond(area, slot.lies_in)
            slot.displaced = "outside"
        else:
            slot.centre = places.inside(area)
    _number(stream, area, [s for s in slots if not s.unit])
    plan.slots += slots


def _twins_last(slots):
    """A twin comes after its original."""
    for slot in [s for s in slots if s.twin_of]:
        slots.remove(slot)
        slots.insert(slots.index(slot.twin_of) + 1, slot)


def _leader(slot):
    """Whose unit and year a record shares: it repeats it, or bears its number."""
    return slot.twin_of or slot.clash_with


def _number(stream, area, slots):
    """Units of one year each, their records numbered from 1 without a gap."""
    groups, group_of, current = [], {}, {}
    for slot in slots:
        leader = _leader(slot)
        if leader:
            group = group_of[leader]
        else:
            group = current.get(slot.after_cutoff)
            if group is None or len(group) >= 40:
                group = current[slot.after_cutoff] = []
                groups.append(group)
        group.append(slot)
        group_of[slot] = group
    for number, group in enumerate(groups, 1):
        year = 2020 if group[0].after_cutoff else stream.between(1991, 1994)
        sequence = 0
        for slot in group:
            slot.unit, slot.year = f"учебная сапёрная рота {area}-{number}", year
            if slot.part in ("copy", "update", "clash") and _leader(slot):
                slot.sequence = _leader(slot).sequence
                continue
            sequence += 1
            slot.sequence = sequence


def _twins_follow(slots):
    """A twin is drawn from its original's stream, at its place, with its unit, year and mines."""
    for slot in slots:
        original = slot.twin_of
        if not original:
            continue
        slot.stream, slot.centre = original.stream, original.centre
        slot.at, slot.ap, slot.traps = original.at, original.ap, original.traps
        slot.bare_rows = original.bare_rows
        slot.points, slot.lane, slot.change = original.points, original.lane, original.change
        slot.rounded, slot.scale, slot.form = original.rounded, original.scale, original.form
        if slot.part == "copy":
            original.copies = slot.copies = True


def _choose_changed(plan):
    """A complete record of one line, whose count a supplement will change."""
    for slot in plan.slots:
        if slot.headline == "complete" and slot.part == "series" \
                and not (slot.change or slot.rounded or (slot.at and slot.ap)):
            slot.bare_rows = True
            plan.changed = slot
            return
    raise AssertionError("no record for the changed count")


def _later_delivery(seed, plan, places):
    stream = Stream(seed, "s3")
    for number in range(1, 9):
        slot = Slot(f"kalbajar-{number:03d}", "s3", "kalbajar", headline="complete", year=1994,
                    unit="учебная сапёрная рота kalbajar-1", sequence=number,
                    centre=places.inside("kalbajar"))
        _fix_mines(stream, slot)
        plan.later.append(slot)


# --- Other sizes and mixes ---------------------------------------------------------------------------

# Faults of a single record and their weights, with the states that each may take.
ALL_STATES = ("BLANK", "ILLEGIBLE", "WITHHELD", "UNKNOWN", "NO_BOX", "DEFAULTED", "NOT_TRANSCRIBED")
GROUPS = ("duplicate", "near", "copy", "update", "clash", "same_scan")
DISPLACED = ("outside", "strip")


def fault_kinds():
    return tuple(faults.ALL) + DISPLACED + GROUPS + ("series_gap",)


def random_weights(seed):
    """A mix: which faults occur and how often, each weight 0 to 9."""
    stream = Stream(seed, "mix")
    weights = {kind: max(0, stream.between(-3, 9)) for kind in fault_kinds()}
    return {"share": stream.between(20, 80), "second": stream.between(0, 40), "weights": weights}


def general(seed, size, mix):
    """A handover of any size. `mix` None: no fault at all."""
    plan = Plan()
    large = size > 3000
    places = Places(seed, SMALL_CELL_M if large else CELL_M)
    areas = _areas_for(places, size)
    stream = Stream(seed, "general")
    shares = _shares(places, areas, size)
    for number, (area, count) in enumerate(shares):
        submission = "s1" if number == 0 or (len(shares) > 3 and number < len(shares) // 2) else "s2"
        _general_district(seed, plan, places, area, submission, count, mix, large)
        plan.declared[area] = count + stream.below(20)
    for area in plan.areas:
        plan.declared.setdefault(area, stream.between(100, 250))
    _twins_follow(plan.slots)
    return plan


def _areas_for(places, size):
    areas = []
    for area in words.DISTRICTS:
        areas.append(area)
        # Displaced fields take cells of their neighbours: a third is kept free.
        if len(areas) >= 3 and sum(map(places.capacity, areas)) * 2 // 3 >= size:
            return areas
    if sum(map(places.capacity, areas)) < size:
        raise ValueError(f"the outlines have room for {sum(map(places.capacity, areas))} records")
    return areas


def _shares(places, areas, size):
    room = [places.capacity(a) for a in areas]
    counts = [size * r // sum(room) for r in room]
    for at in range(size - sum(counts)):
        counts[at % len(counts)] += 1
    return [(a, c) for a, c in zip(areas, counts) if c]


def _general_district(seed, plan, places, area, submission, count, mix, large):
    stream = Stream(seed, "district", area)
    slots = []
    for number in range(1, count + 1):
        slot = Slot(f"{area}-{number:05d}", submission, area, headline="")
        slot.points = large or stream.chance(1, 10)
        if slot.points:
            _few_mines(stream, slot, large)
        else:
            _general_mines(stream, slot)
        slot.traps = stream.between(1, 3) if not large and stream.chance(1, 12) else 0
        slot.change = stream.chance(1, 12)
        slot.lane = not slot.points and stream.chance(1, 10)
        slot.rounded = (not slot.traps and not slot.points and not (slot.at and slot.ap)
                        and stream.chance(1, 15))
        if slot.rounded:
            slot.at, slot.ap = _round_up(slot.at), _round_up(slot.ap)
        if mix:
            _general_faults(stream, slot, mix)
        slots.append(slot)
    _pair_up(slots)
    for slot in slots:
        displaced = [k for k, _ in slot.faults if k in DISPLACED]
        slot.faults = [f for f in slot.faults if f[0] not in DISPLACED]
        slot.displaced = displaced[0] if displaced else ""
        slot.centre = _centre(stream, places, slot, displaced)
    _number(stream, area, slots)
    for slot in slots:
        if slot.part == "series_gap":  # One number is left out behind it.
            behind = slot.sequence
            for other in slots:
                if other.unit == slot.unit and other.sequence > behind:
                    other.sequence += 1
    plan.slots += slots


def _centre(stream, places, slot, displaced):
    if slot.twin_of:
        return (0, 0)  # Its original's.
    if "outside" in displaced:
        others = stream.shuffled([a for a in words.DISTRICTS if a != slot.area])
        for other in others:
            try:
                return places.beyond(slot.area, other)
            except ValueError:
                continue
    if displaced:
        return places.strip(slot.area)
    return places.inside(slot.area)


def _few_mines(stream, slot, large):
    """Fields small enough to locate every mine; 50 on the average of a large run."""
    count = 50 if large else stream.between(24, 60)
    slot.at, slot.ap = (count, 0) if stream.chance(1, 2) else (0, count)


def _general_mines(stream, slot):
    kind = stream.weighted((("at", 8), ("ap", 9), ("mixed", 3)))
    if kind == "at":
        slot.at = stream.between(120, 420)
    elif kind == "ap":
        slot.ap = stream.between(200, 900)
    else:
        slot.at = stream.between(40, 120)
        slot.ap = slot.at * stream.between(31, 48) // 10
    slot.at, slot.ap = _no_placeholder(slot.at), _no_placeholder(slot.ap)


def _round_up(pieces):
    return -(-pieces // 50) * 50


def _general_faults(stream, slot, mix):
    if not stream.chance(mix["share"], 100):
        return
    kinds = [(k, w) for k, w in mix["weights"].items() if w]
    if not kinds:
        return
    for number in range(2 if stream.chance(mix["second"], 100) else 1):
        kind = stream.weighted(kinds)
        if kind in GROUPS or kind == "series_gap":
            if not slot.faults:
                slot.part = kind
            return
        state = stream.choice(ALL_STATES) if kind in faults.SIMPLE or kind in faults.PAPERS else ""
        if kind in faults.PAPERS and state in ("NOT_TRANSCRIBED", "DEFAULTED"):
            state = "BLANK"
        if kind not in DISPLACED and not faults.suits(kind, state, slot):
            continue
        if any(k == kind for k, _ in slot.faults):
            continue
        if kind in faults.ALL:
            faults.prepare(kind, slot)
        slot.faults.append((kind, state))


def _pair_up(slots):
    """A record that shall be somebody's twin takes the nearest clean record before it."""
    original = None
    for slot in slots:
        if slot.part in GROUPS:
            if original is None:
                slot.part, original = "", slot
                continue
            if slot.part == "clash":
                slot.clash_with, slot.change = original, original.change
            elif slot.part == "same_scan":
                slot.scan_of = original
            else:
                slot.twin_of = original
            original.part, original = "original", None
        elif not slot.faults and not slot.part and not slot.after_cutoff:
            original = slot
