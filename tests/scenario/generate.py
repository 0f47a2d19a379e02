#!/usr/bin/env python3
"""Makes up a handover and says what a correct assessment of it must be. See README.md."""

import argparse
import datetime
import json
import os
import sys

import build
import expected
import field
import ground
import handover
import oracle
import outlines
import plan as planning
from crossing import Crossing
from tables import Submission

MAX_SIZE = 20000
SUBMITTED = datetime.date(2024, 6, 1)  # Any day after the newest paper: the log's own is later.


def make_plan(seed, size, mix):
    if mix == "worked":
        if size not in ("worked", "400"):
            raise ValueError("the worked handover has 400 records: --size worked")
        return planning.worked(seed)
    count = 400 if size == "worked" else int(size)
    if not 1 <= count <= MAX_SIZE:
        raise ValueError(f"--size is worked, or 1 to {MAX_SIZE}")
    if mix == "clean":
        weights = None
    elif mix == "random" or mix.startswith("random:"):
        weights = planning.random_weights(mix[7:] or seed)
    else:
        weights = read_mix(mix)
    return planning.general(seed, count, weights)


def read_mix(path):
    """A JSON file {"share": per cent of records, "second": per cent of these, "weights": {...}}."""
    with open(path, encoding="utf-8") as file:
        mix = json.load(file)
    unknown = set(mix["weights"]) - set(planning.fault_kinds())
    if unknown:
        raise ValueError(f"{path}: unknown faults {sorted(unknown)}")
    return {"share": mix.get("share", 50), "second": mix.get("second", 0),
            "weights": mix["weights"]}


def tell(record, assessment, told):
    """The log's entry of one record, but for what other records add."""
    slot = record.slot
    mines, readable = assessment.known_sum()
    return {
        "level": "record", "submission": slot.submission, "row": slot.key,
        "number": record.cells["record_number"], "area": assessment.claimed(),
        "lies_in": assessment.lies_in, "faults": told, "part": slot.part,
        "fill": assessment.fill, "split": assessment.split, "location": assessment.location,
        "after_cut_off": assessment.after_cut_off, "mines": mines, "readable": readable,
        "as_drawn": {"at": slot.at, "ap": slot.ap, "traps": slot.traps},
    }


def complete(told, entry):
    """Adds what only the comparison with others could tell."""
    assessment = entry.assessment
    told["results"] = sorted(assessment.results)
    told["contradictions"] = assessment.contradictions()
    told["headline"] = assessment.headline()
    told["duplicate_of"] = entry.duplicate_of
    told["near_duplicate_of"] = entry.near_duplicate_of
    told["copy_of"] = entry.copy_of
    clean = not told["faults"] and told["part"] in ("", "series", "register", "copy", "update")
    if clean and told["results"]:
        raise AssertionError(f"{told['row']} has no fault, and yet {told['results']}")
    if not told["results"] and told["headline"] != "complete":
        raise AssertionError(f"{told['row']}: nothing found, and yet not complete")


class Writer:
    def __init__(self, seed, out, plan, scan_bytes):
        self.seed, self.out, self.plan = seed, out, plan
        self.world = oracle.World(outlines.load(), handover.CHANGED, SUBMITTED)
        self.scan_bytes = scan_bytes
        self.crossing = Crossing()
        self.log = []
        self.entries = []
        self.gap_rows = []
        self.changed = None
        self.ground = ground.Ground(seed, self.world) if plan.worked else None

    def packages(self):
        """s1 and s2; returns what the holder declared with them."""
        declared = {}
        for name in ("s1", "s2"):
            slots = [s for s in self.plan.slots if s.submission == name]
            if slots:
                declared.update(self._package(name, slots))
        return declared

    def _package(self, name, slots):
        submission = Submission(os.path.join(self.out, name), self.seed, self.scan_bytes)
        totals = {}
        for slot in slots:
            record, assessment, told = build.settle(self.seed, slot, self.world)
            submission.write(record)
            self.log.append(tell(record, assessment, told))
            self.entries.append(self.crossing.take(record, assessment))
            row = totals.setdefault(slot.area, [0, 0, 0])
            for at, value in enumerate((1, slot.at, slot.ap)):
                row[at] += value
            self._supplements(slot, record)
            if self.ground:
                self.ground.take(slot, record)
            # What has been written is not kept.
            assessment.record = assessment.cells = assessment.world = None
            assessment.refs = assessment.ties = assessment.corners = assessment.lines = None
            assessment.traps = assessment.rows = assessment.mines = None
        submission.close([(area, *row) for area, row in totals.items()])
        return totals

    def _supplements(self, slot, record):
        if slot in self.plan.supplemented:
            whole = field.draw(self.seed, slot)
            self.gap_rows += handover.gap_rows(slot, record, whole)
            mended = oracle.Assessment(whole, self.world)
            if mended.results:
                raise AssertionError(f"{slot.key}: still {mended.results} after its supplement")
            self.log[-1]["after_supplements"] = {"fill": mended.fill, "headline": "complete",
                                                 "results": []}
        if slot is self.plan.changed:
            self.changed = (slot, record)

    def later(self):
        if self.plan.later:
            submission = Submission(os.path.join(self.out, "s3"), self.seed)
            at = ap = 0
            for slot in self.plan.later:
                record, assessment, _ = build.settle(self.seed, slot, self.world)
                assert not assessment.results, slot.key
                submission.write(record)
                at, ap = at + slot.at, ap + slot.ap
            submission.close([("kalbajar", len(self.plan.later), at, ap)])

    def finish(self, declared):
        gaps = self.crossing.finish()
        for told, entry in zip(self.log, self.entries):
            complete(told, entry)
        mines = sum(at + ap for _, at, ap in declared.values())
        result = {
            "seed": str(self.seed), "declared_documents": sum(self.plan.declared.values()),
            "areas": expected.areas(self.log, self.plan),
            "declared_mines": {a: {"documents": n, "at": at, "ap": ap}
                               for a, (n, at, ap) in declared.items()},
            "totals": expected.totals(self.log, mines),
            "stage_a": expected.stage(self.log, self.plan, mines, False),
            "series": gaps,
        }
        if self.plan.worked:
            result["stage_b"] = expected.stage(self.log, self.plan, mines, True)
            change = handover.write_supplements(self.out, self.gap_rows, self.changed)
            result["changed_count"] = change
            result["supplement_fields"] = len(self.gap_rows)
            result["totals_after_supplements"] = self._totals_after(change, mines)
            disproved = self.ground.write(self.out, self.plan)
            result.update(ground.stages(result["stage_b"], self.plan, disproved, mines,
                                        self.ground.outside_later))
        self._write(result, expected.handover_results(self.log, self.plan, gaps))

    def _totals_after(self, change, mines):
        """Both totals: with the value before and after the change; filled counts are none here."""
        before = expected.totals(self.log, mines)
        more = change["new"] - change["old"]
        after = {k: v + more if k in ("all_forms", "without_duplicates", "fields",
                                      "without_near_duplicates") else v
                 for k, v in before.items()}
        return {"old_value": before, "new_value": after}

    def _write(self, result, handover_level):
        with open(os.path.join(self.out, "faults.jsonl"), "w", encoding="utf-8") as file:
            for told in self.log:
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
            for told in handover_level:
                file.write(json.dumps({"level": "handover", **told}, ensure_ascii=False) + "\n")
        with open(os.path.join(self.out, "expected.json"), "w", encoding="utf-8") as file:
            json.dump(result, file, ensure_ascii=False, indent=1)
            file.write("\n")


def generate(seed, size, mix, out, attachment_bytes=0):
    plan = make_plan(seed, size, mix)
    os.makedirs(out, exist_ok=True)
    if os.listdir(out):
        raise ValueError(f"{out} is not empty; name a folder that is, or one that is not there yet")
    scans = 2 * max(1, len(plan.slots))
    writer = Writer(seed, out, plan, attachment_bytes // scans)
    declared = writer.packages()
    writer.later()
    handover.write_around(out, plan)
    writer.finish(declared)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="1", help="any text; equal seeds give equal bytes")
    parser.add_argument("--size", default="worked", help=f"worked (400), or 1 to {MAX_SIZE} records")
    parser.add_argument("--mix", default="worked",
                        help="worked, clean, random, random:SEED, or a JSON file")
    parser.add_argument("--out", required=True, help="folder to make; must be empty if it is there")
    parser.add_argument("--attachment-bytes", type=int, default=0,
                        help="about how many bytes of scans in all; default: as few as it takes")
    args = parser.parse_args()
    try:
        generate(args.seed, args.size, args.mix, args.out, args.attachment_bytes)
    except (ValueError, OSError) as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
