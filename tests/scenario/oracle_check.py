#!/usr/bin/env python3
"""Holds the completeness engine to the fault log: every injected fault is found, nothing else is.

    oracle_check.py build/tests/scenario_assess [--mixes N] [--size N] [--seed TEXT] [--keep DIR]

Makes the worked handover at both stages, clean sets and N random mixes under a seed of the day (or
the one given; it is printed), assesses them with the engine, and compares record by record: the
complete set of (check, place, verdict), classes, counted mines, duplicates; and the totals.
"""

import argparse
import collections
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import generate

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, "..", "..", "audit", "completeness", "rule_sets")
NAMES = {"FILL_CLASS_NOT_READ": "KU", "FILL_CLASS_NO_INFORMATION": "K2",
         "FILL_CLASS_COMPLETE": "K0", "FILL_CLASS_PARTIAL": "K1"}
# Checks of the handover level that the fault log states completely.
HANDOVER_CHECKS = ("H-01", "H-02", "H-06", "X-04")


def name(text):
    """FILL_CLASS_PARTIAL to K1, HEADLINE_CLASS_NOT_READ to not_read, ..._UNSPECIFIED to nothing."""
    if text in NAMES:
        return NAMES[text]
    short = re.sub(r"^(PARTIAL_SPLIT|LOCATION_GRADE|HEADLINE_CLASS)_", "", text).lower()
    return "" if short == "unspecified" else short


# C-08 names every known mistake that would make a traverse close: more than one can. What the log
# states of it is that the mistake made is among them, and that only open traverses have any.
MISTAKES = {"reversed_sense": ("where.ties[1].bearing", "REPAIR_SENSE_REVERSED"),
            "other_datum": ("where.reference_points[1].position", "REPAIR_OTHER_DATUM"),
            "swapped_axes": ("where.reference_points[1].position", "REPAIR_AXES_SWAPPED")}


class Found:
    """What the engine printed."""

    def __init__(self, text):
        self.records, self.results = {}, collections.defaultdict(set)
        self.repairs = collections.defaultdict(set)
        self.totals, self.supplements = [], []
        for line in text.splitlines():
            kind, *cells = line.split("\t")
            if kind == "record":
                self.records[cells[0]] = cells[1:3] + [name(c) for c in cells[3:7]] + cells[7:]
            elif kind == "result" and cells[1] == "C-08" and cells[3] == "FAIL":
                self.repairs[cells[0]].add((cells[2], cells[4]))
            elif kind == "result":
                self.results[cells[0]].add(tuple(cells[1:4]))
            elif kind == "totals":
                self.totals = [int(c) for c in cells]
            elif kind == "supplement":
                self.supplements.append(cells)


def assess(program, folder, *supplements):
    for submission in ("s1", "s2"):
        apart = os.path.join(folder, submission, "scans")
        if os.path.isdir(apart):  # The template wants them beside its tables.
            os.rename(apart, os.path.join(folder, submission, "first", "scans"))
    done = subprocess.run([program, folder, RULES, *supplements], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Found(done.stdout)


def wanted(told, stage_b):
    after = told.get("after_supplements") if stage_b else None
    results = told["results"] if after is None else after["results"]
    fill, headline = (told["fill"], told["headline"]) if after is None else (after["fill"],
                                                                              after["headline"])
    split = told["split"] if after is None else ""
    return {tuple(r) for r in results}, [
        told["area"], told["lies_in"] if after is None else told["area"], fill, split,
        told["location"], headline, str(told["mines"]), "0" if told["readable"] else "1",
        "1" if told["after_cut_off"] else "0", told["duplicate_of"] or "-",
        told["near_duplicate_of"] or "-", told["copy_of"] or "-"]


FACTS = ("area", "lies in", "fill", "split", "location", "headline", "mines", "unreadable",
         "after cut-off", "duplicate of", "near duplicate of", "copy of")


def differences(folder, found, stage_b=False, changed=()):
    """Sentences, one for each thing that does not agree."""
    told_of, level = {}, set()
    with open(os.path.join(folder, "faults.jsonl"), encoding="utf-8") as file:
        for line in file:
            told = json.loads(line)
            if told["level"] == "record":
                told_of[told["row"]] = told
            else:
                level.add((told["check"], told["place"], told["verdict"]))
    for row, told in told_of.items():
        results, facts = wanted(told, stage_b)
        if row not in found.records:
            yield f"{row}: not in the report"
            continue
        where = f"{row} {told['faults']}"
        for result in sorted(results - found.results[row]):
            yield f"{where}: not found: {result}"
        for result in sorted(found.results[row] - results):
            yield f"{where}: found and not injected: {result}"
        yield from repairs_differ(where, told, results, found.repairs[row])
        if row in changed:
            continue
        for what, want, got in zip(FACTS, facts, found.records[row]):
            if want != got:
                yield f"{where}: {what} is {got!r}, should be {want!r}"
    got = {r for r in found.results[""] if r[0] in HANDOVER_CHECKS}
    for result in sorted(level ^ got):
        yield f"handover: {'not found' if result in level else 'not expected'}: {result}"


def repairs_differ(where, told, results, repairs):
    open_traverse = ("C-07", "where.perimeter[0]", "FAIL") in results
    if repairs and not open_traverse:
        yield f"{where}: C-08 speaks of a traverse that closes: {sorted(repairs)}"
    kinds = [fault["fault"] for fault in told["faults"]]
    if open_traverse and len(kinds) == 1 and kinds[0] in MISTAKES \
            and MISTAKES[kinds[0]] not in repairs:
        yield f"{where}: C-08 does not name {MISTAKES[kinds[0]]}"


def totals_differ(folder, found, key="totals"):
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
        want = json.load(file)
    want = want["totals"] if key == "totals" else want["totals_after_supplements"]["new_value"]
    names = ("declared", "all_forms", "without_duplicates", "unreadable_forms", "fields",
             "without_near_duplicates")
    for at, one in enumerate(names):
        if found.totals[at] != want[one]:
            yield f"total {one} is {found.totals[at]}, should be {want[one]}"


def supplements_of(folder):
    """The two supplements that can be built, with the digests by which scenario_assess knows s1, s2."""
    ready = []
    for one in ("sup1", "sup2-with-reason"):
        path = os.path.join(folder, one, "supplements.csv")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for submission in ("s1", "s2"):
            digest = hashlib.sha256(submission.encode()).hexdigest()
            text = text.replace(f"@{submission}@", digest)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        ready.append(os.path.join(folder, one))
    return ready


def check_worked(program, folder):
    found = assess(program, folder)
    yield from differences(folder, found)
    yield from totals_differ(folder, found)
    ready = supplements_of(folder)
    after = assess(program, folder, *ready)
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
        changed = json.load(file)["changed_count"]["row"]
    yield from differences(folder, after, stage_b=True, changed=(changed,))
    yield from totals_differ(folder, after, "after")
    outcomes = collections.Counter(s[2] for s in after.supplements)
    if outcomes != {"SUPPLEMENT_OUTCOME_FILLED_GAP": 30, "SUPPLEMENT_OUTCOME_CHANGED_VALUE": 2}:
        yield f"supplements came out as {dict(outcomes)}"


def check_other(program, folder):
    found = assess(program, folder)
    yield from differences(folder, found)
    yield from totals_differ(folder, found)


def run(program, root, seed, size, mix):
    folder = os.path.join(root, f"{mix.replace(':', '-')}-{seed}-{size}")
    generate.generate(seed, size, mix, folder)
    found = list((check_worked if mix == "worked" else check_other)(program, folder))
    print(f"seed {seed}, size {size}, mix {mix}: {len(found)} differences", flush=True)
    for sentence in found[:20]:
        print("  " + sentence)
    return len(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--mixes", type=int, default=100)
    parser.add_argument("--size", default="250")
    parser.add_argument("--seed", default=datetime.date.today().isoformat())
    parser.add_argument("--keep", help="folder for the handovers; else they are removed")
    args = parser.parse_args()
    root = args.keep or tempfile.mkdtemp()
    try:
        wrong = run(args.program, root, args.seed, "worked", "worked")
        wrong += run(args.program, root, args.seed, "1000", "clean")
        for at in range(args.mixes):
            wrong += run(args.program, root, f"{args.seed}/{at}".replace("/", "."), args.size,
                         "random")
    finally:
        if not args.keep:
            shutil.rmtree(root)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
