"""Stages C and D of the worked handover: what is found on the ground, what is said to it, incidents,
corrections that the holding party confirms; and the numbers that must come out."""

import copy
import datetime
import math
import os

import expected
import field
import geodesy
import oracle
import outlines
import vocabulary as words
from prng import Stream
from tables import write_table

# Final disproofs: on contradicting records, on complete ones; and those that stay contested.
ON_CONTRADICTING, ON_COMPLETE, CONTESTED = 15, 4, 3
# How the nineteen come to stand, in the order in which they are dealt out.
OUTCOMES = ("conceded",) * 6 + ("accepted",) * 8 + ("ruled",) * 5
# Incidents: inside a delivered field, near one, outside all; of those inside, an anti-personnel
# device in a field of anti-tank mines only.
INSIDE, NEAR, SURPRISES = 57, 11, 5
OUTSIDE_WITH, OUTSIDE_WITHOUT = 31, 51
CASUALTIES = (0,) * 20 + (1,) * 100 + (2,) * 22 + (3,) * 8
DELIVERED = ("aghdam", "fuzuli", "zangilan")
LATER = "kalbajar"
FAR_M = 1600.0      # From every field: beyond 500 m and any uncertainty.
NEAR_M = (100, 350)


class Ground:
    """Takes the records as they are drawn; writes the tables once all are there."""

    def __init__(self, seed, world):
        self.seed, self.world = seed, world
        self.fields = []        # (slot, middle, radius, corners, whether its perimeter is whole)
        self.corrections = []   # Rows of sup3.
        self.repaired = []      # Slots.
        self.outside_later = 0    # Incidents outside, in the district of the later delivery.

    def take(self, slot, record):
        corners = record.corners
        middle = tuple(sum(c[at] for c in corners) / len(corners) for at in (0, 1))
        radius = max(math.dist(middle, c) for c in corners)
        self.fields.append((slot, middle, radius, corners, slot.headline == "complete"))
        if slot.headline == "traverse" and ("other_datum", "") in slot.faults:
            self._correct(slot, record)

    def _correct(self, slot, record):
        """The reference point in the right datum: with it the record is complete."""
        sound = copy.copy(slot)
        sound.faults = []
        whole = field.draw(self.seed, sound)
        mended = oracle.Assessment(whole, self.world)
        if mended.results:
            raise AssertionError(f"{slot.key}: still {mended.results} after its correction")
        cells = [f"{r['position.x']}; {r['position.y']}" for r in
                 (record.children["reference_points"][1], whole.children["reference_points"][1])]
        self.corrections.append((f"@{slot.submission}@", slot.key,
                                 "where.reference_points[1].position", *cells, "confirms_proposal",
                                 "точка была снята в другой системе (учебное)"))
        self.repaired.append(slot)

    def write(self, folder, plan):
        """Tables of stage C; returns what the numbers of the stages need."""
        disproved = self._findings(folder, plan)
        os.makedirs(os.path.join(folder, "sup3"), exist_ok=True)
        write_table(os.path.join(folder, "sup3", "supplements.csv"),
                    "package row field old new reason explanation".split(), self.corrections)
        write_table(os.path.join(folder, "proposals.csv"), "submission row kind text".split(),
                    [(s.submission, s.key, "other-datum",
                      "One reference point was read in WGS 84 and written as SK-42.")
                     for s in self.repaired])
        self.outside_later = self._incidents(folder)
        return disproved

    # --- Findings ------------------------------------------------------------------------------------

    def _findings(self, folder, plan):
        stream = Stream(self.seed, "findings")
        free = [s for s in stream.shuffled(plan.slots) if s.part in ("", "series", "description")
                and s is not plan.changed and s not in self.repaired]
        contradicting = [s for s in free if s.headline in ("total", "traverse", "outside")]
        complete = [s for s in free if s.headline == "complete"]
        blank = [s for s in free if s.headline == "blank" and s not in plan.supplemented]
        final = contradicting[:ON_CONTRADICTING] + complete[:ON_COMPLETE]
        rows = []
        for slot, outcome in zip(stream.shuffled(final), OUTCOMES):
            author = "survey-organisation" if outcome == "accepted" else "receiving-party"
            rows.append(self._finding(stream, slot, "field-disproof", author, outcome))
        for slot in blank[:CONTESTED]:
            rows.append(self._finding(stream, slot, "field-disproof", "receiving-party",
                                      "contested"))
        for slot in self.repaired:
            rows.append(self._finding(stream, slot, "shifted", "receiving-party", "supplemented"))
        write_table(os.path.join(folder, "findings.csv"),
                    "author submission row kind method depth_mm first last outcome text".split(),
                    rows)
        return final

    @staticmethod
    def _finding(stream, slot, kind, author, outcome):
        first = datetime.date(2021, 9, 1) + datetime.timedelta(stream.below(60))
        last = first + datetime.timedelta(stream.between(2, 20))
        text = ("The whole area that the record encloses, and 100 m around it, was searched; no trace "
                "of a mine was found." if kind == "field-disproof" else
                "The field was found about 100 m beside the place that the record gives.")
        return (author, slot.submission, slot.key, kind, "full-clearance",
                stream.choice((150, 200, 300)), first.isoformat(), last.isoformat(), outcome, text)

    # --- Incidents -----------------------------------------------------------------------------------

    def _incidents(self, folder):
        """Returns how many lie outside all fields in the district of the later delivery."""
        stream = Stream(self.seed, "incidents")
        outside = self._outside(stream)
        places = self._inside(stream) + self._near(stream) + outside
        casualties = stream.shuffled(CASUALTIES)
        assert len(places) == len(casualties) == 150 and sum(casualties) == 168
        rows = []
        for number, ((area, device, at), hurt) in enumerate(zip(stream.shuffled(places),
                                                                casualties), 1):
            day = datetime.date(2020, 12, 1) + datetime.timedelta(stream.below(250))
            lat, lon = geodesy.grid_to_wgs84(*at)
            rows.append((f"I-{number:03d}", area, day.isoformat(), hurt, device, f"{lat:.7f}",
                         f"{lon:.7f}", stream.between(10, 90)))
        write_table(os.path.join(folder, "incidents.csv"),
                    "id area date casualties device latitude longitude uncertainty_m".split(), rows)
        return sum(area == LATER for area, _, _ in outside)

    def _inside(self, stream):
        whole = [f for f in self.fields if f[4] and not f[0].twin_of and not f[0].part == "near"]
        whole = stream.shuffled(whole)
        only_at = [f for f in whole if f[0].at and not f[0].ap]
        surprises = only_at[:SURPRISES]
        others = [f for f in whole if f not in surprises][:INSIDE - SURPRISES]
        places = [(f[0].area, "anti-personnel", f[1]) for f in surprises]
        return places + [(f[0].area, "anti-personnel" if f[0].ap else "anti-tank", f[1])
                         for f in others]

    def _near(self, stream):
        """Beyond the longer end of a field, with no other field around."""
        places = []
        for slot, middle, radius, corners, whole in stream.shuffled(self.fields):
            if not whole or slot.twin_of:
                continue
            away = stream.between(*NEAR_M)
            corner = corners[stream.below(len(corners))]
            reach = math.dist(middle, corner)
            at = tuple(middle[k] + (corner[k] - middle[k]) * (reach + away) / reach for k in (0, 1))
            if all(math.dist(at, f[1]) > f[2] + 30 for f in self.fields if f[1] != middle):
                places.append((slot.area, "unknown", at))
            if len(places) == NEAR:
                return places
        raise AssertionError("no room near the fields")

    def _outside(self, stream):
        places = []
        shapes = outlines.load()
        for areas, count in ((DELIVERED, OUTSIDE_WITH),
                             ([a for a in words.DISTRICTS if a not in DELIVERED], OUTSIDE_WITHOUT)):
            cells = {a: Stream(self.seed, "incident cells", a).shuffled(
                outlines.cells(shapes[a], 800, 1000.0)) for a in areas}
            for number in range(count):
                area = areas[number % len(areas)]
                places.append((area, stream.choice(("anti-personnel", "anti-tank", "other")),
                               self._far(cells[area])))
        return places

    def _far(self, cells):
        while cells:
            at = cells.pop()
            if all(math.dist(at, f[1]) > f[2] + FAR_M for f in self.fields):
                return at
        raise AssertionError("no place far from every field")


# --- Numbers -----------------------------------------------------------------------------------------

DISPROVED = ("19 disproved on the ground (6 conceded by the holding party, 5 by ruling of the "
             "mediators, 8 by a finder that both sides accepted), 3 disproofs claimed and contested")


def stages(stage_b, plan, disproved, declared_mines, outside_later):
    """Stages C and D, counted on from B: five corrections, then eight records of Kalbajar."""
    stage_c = _after_corrections(stage_b["all"]["classes"])
    later = sum(s.at + s.ap for s in plan.later)
    stage_d = dict(stage_c, complete=stage_c["complete"] + len(plan.later))
    declared = sum(plan.declared.values())
    now_c, now_d = ({"incidents": {"outside_with_records_now": OUTSIDE_WITH + more,
                                   "outside_without_records_now": OUTSIDE_WITHOUT - more}}
                    for more in (0, outside_later))
    return {
        "stage_c": {**_told(stage_c, declared_mines, 3, 7, declared - 400, declared), **now_c},
        "stage_d": {**_told(stage_d, declared_mines + later, 4, 6, declared - 408, declared),
                    **now_d},
        "disproved": {"records": len(disproved),
                      "contradicting": sum(s.headline != "complete" for s in disproved),
                      "complete": sum(s.headline == "complete" for s in disproved),
                      **{o: OUTCOMES.count(o) for o in ("conceded", "accepted", "ruled")},
                      "contested": CONTESTED},
        "incidents": {"incidents": 150, "casualties": sum(CASUALTIES), "inside": INSIDE,
                      "near": NEAR, "outside": OUTSIDE_WITH + OUTSIDE_WITHOUT,
                      "outside_with_records": OUTSIDE_WITH,
                      "outside_without_records": OUTSIDE_WITHOUT,
                      "anti_personnel_in_anti_tank_only": SURPRISES,
                      "casualties_at_least": sum(min(c, 2) for c in CASUALTIES),
                      "casualties_at_most": sum(4 if c > 1 else c for c in CASUALTIES)},
    }


def _after_corrections(classes):
    return dict(classes, complete=classes["complete"] + 5,
                contradicting=classes["contradicting"] - 5)


def _told(classes, mines, districts, empty, outstanding, declared):
    tally = expected.Tally()
    tally.records.update(classes)
    total = sum(classes.values())
    headline = expected.headline(tally, mines, districts, empty, outstanding, declared)
    return {"headline": headline.replace("themselves;", f"themselves; {DISPROVED};"),
            "classes": classes,
            "shares": {name: expected.share(count, total) for name, count in classes.items()}}
