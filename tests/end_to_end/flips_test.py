#!/usr/bin/env python3
"""One flipped bit at a time: flips_test.py BUILD DEMO [--all] [--seed N] [--only NAME]

For each thing that is signed, hashed or read back, bits are flipped at many positions and the
matching check must exit with 1 and say what does not hold. --all (or CAIRN_FLIPS=all) takes every
byte of files up to 64 KiB and ten thousand of larger ones; without it, a sample that CI can afford.
Bytes that nobody signs or reads (a database's own log) may be flipped unnoticed, but then every
entry, tile, root and object must be what it was: fsck says so, with the same root."""
import argparse
import concurrent.futures
import itertools
import json
import os
import random
import shutil
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bad_papers import small_template  # noqa: E402
from played import Played, Result, read, run, write  # noqa: E402
from raw import Schema, age_identity, secret_of  # noqa: E402

WORKERS = 3
EDGE = 24  # The first and the last bytes of a file are where formats begin and end.


class Flips:
    def __init__(self, options):
        self.random, self.all = random.Random(options.seed), options.all
        self.failed = self.count = 0

    def of(self, data, sample):
        """(position, bit, spoiled bytes) at many positions."""
        size = len(data)
        if self.all:
            sample = size if size <= 1 << 16 else 10_000
        edges = set(range(min(EDGE, size))) | set(range(max(0, size - EDGE), size))
        if sample < len(edges):
            edges = set(self.random.sample(sorted(edges), sample // 2))
        more = self.random.sample(range(size), min(size, max(0, sample - len(edges))))
        for at in sorted(edges | set(more)):
            bit = self.random.randrange(8)
            spoiled = bytearray(data)
            spoiled[at] ^= 1 << bit
            yield at, bit, bytes(spoiled)

    def judge(self, name, at, bit, wrong, text):
        self.count += 1
        if wrong:
            self.failed += 1
            print(f"FAILED {name}, byte {at}, bit {bit}: {wrong}\n    {text.strip()[:400]}")


# --- Files that `cairn verify` judges, many in one run --------------------------------------------
def verified(flips, played, name, data, sample, file_name, beside=(), whole=0):
    """Spoils `data`; `beside` are good files that belong to it: (file name, bytes). `whole` is what
    verify exits with for the good one: 3 where nothing can show that it was submitted."""
    top = played.scratch("flips-" + name.replace(" ", "-"))
    places = []
    for at, bit, spoiled in flips.of(data, sample):
        folder = f"{top}/{at}"
        os.makedirs(folder)
        write(f"{folder}/{file_name}", spoiled)
        for other, good in beside:
            write(f"{folder}/{other}", good)
        places.append((at, bit, f"{folder}/{file_name}"))
    good = f"{top}/good"
    os.makedirs(good)
    write(f"{good}/{file_name}", data)
    for other, bytes_ in beside:
        write(f"{good}/{other}", bytes_)
    for begin in range(0, len(places), 500):
        part = places[begin:begin + 500]
        result = played.cairn("auditor", "--output", "json", "verify", "--policy", played.path("policy"),
                              *[path for _, _, path in part])
        told = {file["file"]: file for file in json.loads(result.out)["files"]} if result.out else {}
        for at, bit, path in part:
            claims = told.get(path, {}).get("claims", [])
            fails = [c for c in claims if c["state"] == "does not hold" and c["why"]]
            wrong = "" if fails else f"nothing is found wrong (exit code {result.code})"
            flips.judge(name, at, bit, wrong, str(claims) or result.text)
        if result.code != 1:
            flips.judge(name, "-", "-", f"exit code {result.code}", result.err)
    result = played.cairn("auditor", "verify", "--policy", played.path("policy"), f"{good}/{file_name}")
    flips.judge(name, "unspoiled", "-", "" if result.code == whole else f"exit code {result.code}", result.text)
    shutil.rmtree(top)


# --- Checks of their own process each --------------------------------------------------------------
def each(flips, name, data, sample, check, codes=(1,), phrases=()):
    """`check(at, spoiled)` gives a Result; it must exit with one of `codes` and say something."""
    def judged(case):
        at, bit, spoiled = case
        result = check(at, spoiled)
        wrong = "" if result.code in codes else f"exit code {result.code}"
        if not result.text.strip():
            wrong += " without a word"
        if phrases and not any(p in result.text for p in phrases):
            wrong += f" without a word of {phrases}"
        return name, at, bit, wrong, result.text

    cases = flips.of(data, sample)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        # A few at a time: each case is a whole copy of the data.
        while part := list(itertools.islice(cases, 16 * WORKERS)):
            for found in pool.map(judged, part):
                flips.judge(*found)


def packages(flips, played):
    template = small_template(played.path("papers/s1"), played.scratch("papers"), 2)
    folder, rules = played.scratch("package"), played.path("rules/apii_1996.textproto")
    played.done("holding-party", "package", "build", "--kind", "original", "--first", template, "--rules",
                rules, "--out", folder)
    sealed, submission = read(folder + "/package.age"), read(folder + "/submission.pb")
    identity = write(played.scratch("identity"), age_identity(
        secret_of(played.path("parties/receiving-party"), "sealing-1")))
    run(["age", "--decrypt", "-i", identity, "-o", played.scratch("package.tar"), folder + "/package.age"])
    opened = read(played.scratch("package.tar"))

    verified(flips, played, "sealed package beside its submission", sealed, 60, "package.age",
             [("submission.pb", submission)], whole=3)
    verified(flips, played, "opened package", opened, 250, "package.tar")

    def check_sealed(at, spoiled):
        path = write(played.scratch(f"sealed-{at}"), spoiled)
        result = played.cairn("receiving-party", "package", "check", path, "--rules", rules)
        os.remove(path)
        return result

    each(flips, "sealed package, opened by its recipient", sealed, 50, check_sealed, phrases=("would be refused",))

    def check_submission(at, spoiled):
        copy = played.scratch(f"folder-{at}")
        os.makedirs(copy)
        for name in ("package.age", "persons.age"):
            os.link(f"{folder}/{name}", f"{copy}/{name}")
        write(f"{copy}/submission.pb", spoiled)
        result = played.cairn("holding-party", "package", "submit", copy)
        shutil.rmtree(copy)
        return result

    each(flips, "submission before it is signed", submission, 40, check_submission, codes=(3,))


def copies(flips, played):
    """The auditor's copy of the log: checkpoint, tiles, entry bundles."""
    copy = played.path("parties/auditor/log")
    newest = []
    for base, _, names in os.walk(copy + "/tile"):
        if names:
            newest.append(os.path.join(base, max(names, key=int)))
    number = 0

    def check(path):
        def checked(at, spoiled):
            nonlocal number
            number += 1
            mirror = played.scratch(f"mirror-{number}")
            shutil.copytree(copy, mirror)
            write(os.path.join(mirror, os.path.relpath(path, copy)), spoiled)
            result = played.cairn("auditor", "audit", "--mirror", mirror, "--policy", played.path("policy"))
            shutil.rmtree(mirror)
            return result
        return checked

    for path in newest:
        name = "entry bundle" if "entries" in path else "tile"
        each(flips, name, read(path), 60 if name == "entry bundle" else 40, check(path), phrases=("does not hold",))
    each(flips, "checkpoint of a copy", read(copy + "/checkpoint"), 30, check(copy + "/checkpoint"))


def receipts(flips, played):
    folder = played.path("receipts")
    proof, entry = read(folder + "/21.tlog-proof"), read(folder + "/21.entry")
    verified(flips, played, "receipt", proof, len(proof), "21.tlog-proof", [("21.entry", entry)])
    verified(flips, played, "entry with its receipt", entry, len(entry), "21.entry", [("21.tlog-proof", proof)])
    leaf = Schema(os.path.join(played.build, "proto", "cairn.protoset")).parse("LogEntry", entry)
    verified(flips, played, "signed statement", leaf.signed_statement, len(leaf.signed_statement), "x.statement")
    note = read(played.path("parties/auditor/log/checkpoint"))
    verified(flips, played, "checkpoint", note, len(note), "checkpoint")


def stores(flips, played):
    """A stopped broker's folder: anchor and database."""
    expected = played.fsck("--log-only")
    assert expected.code == 0, "fsck of the untouched folder: " + expected.text
    head = expected.out.splitlines()[0]
    folders = []
    for number in range(WORKERS):
        folder = played.scratch(f"store-{number}")
        os.makedirs(folder)
        shutil.copy(played.path("broker.toml"), folder)
        shutil.copytree(played.path("data"), folder + "/data", ignore=shutil.ignore_patterns("content"))
        shutil.copytree(played.path("parties/broker"), folder + "/parties/broker")
        folders.append(folder)

    def check(path):
        def checked(_, spoiled):
            folder = folders.pop()
            file = os.path.join(folder, "data", path)
            good = read(file)
            write(file, spoiled)
            result = played.fsck("--log-only", folder=folder)
            write(file, good)
            folders.append(folder)
            # Unnoticed is right only if everything is as it was.
            if result.code == 0 and head not in result.out:
                result = Result(-1, result.out, "passes with another head: " + result.err)
            return result
        return checked

    each(flips, "anchor slot", read(played.path("data/anchor")), 60, check("anchor"), phrases=("anchor",))
    for name in sorted(os.listdir(played.path("data/db"))):
        data = read(played.path("data/db", name))
        if not data or name.startswith("LOG"):
            continue
        holds = name.endswith((".sst", ".log")) or name.startswith("MANIFEST") or name == "CURRENT"
        each(flips, "database file " + name, data, 40 if holds else 12, check("db/" + name), codes=(0, 1))


def dossiers(flips, played):
    path = played.scratch("h.dossier")
    played.done("auditor", "dossier", "export", "H-2021", "--no-receipts", "-o", path)
    verified(flips, played, "dossier", read(path), 300, "h.dossier")


def reports(flips, played):
    """A report: beside another's, held against the assessment that was logged, and by itself."""
    good = played.path("reports/b-auditor.report")
    report, annexes = read(good), played.path("parties/auditor/annexes")
    kept = next(name for name in sorted(os.listdir(annexes)) if read(f"{annexes}/{name}") == report)
    salt, digest = read(f"{annexes}/{kept}.salt"), bytes.fromhex(kept)
    receipts_ = played.path("receipts")
    entry = next(f"{receipts_}/{name}" for name in sorted(os.listdir(receipts_))
                 if name.endswith(".entry") and digest in read(f"{receipts_}/{name}"))

    def given(name, *command):
        def check(at, spoiled):
            path = write(played.scratch(f"{at}-{name}"), spoiled)
            result = played.cairn("auditor", *[path if word is None else word for word in command])
            os.remove(path)
            return result
        return check

    # As it was logged: the salted digest in the leaf.
    annex, policy = b"cairn/annex/v1" + salt + report, played.path("policy")
    logged = given("report.annex", "verify", "--policy", policy, "--entry", entry, None)
    whole = logged("good", annex)
    flips.judge("report with its assessment", "unspoiled", "-", "" if whole.code == 0 else f"exit code {whole.code}", whole.text)
    each(flips, "report with its assessment", annex, 60, logged, phrases=("does not hold",))
    # Beside the same report that another party computed. What is no report any more is not compared.
    other = played.path("reports/b-receiving-party.report")
    each(flips, "report beside another's", report, 40, given("a.report", "assess", "compare", None, other), codes=(1, 3))
    # By itself a report is never verified: the checks have to give it.
    each(flips, "report by itself", report, 30, given("b.report", "verify", "--policy", policy, None), codes=(1, 3))


GROUPS = {"dossiers": dossiers, "reports": reports, "receipts": receipts, "copies": copies, "packages": packages, "stores": stores}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("demo")
    parser.add_argument("--all", action="store_true", default=os.environ.get("CAIRN_FLIPS") == "all")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=GROUPS, action="append")
    options = parser.parse_args()
    print("seed", options.seed)
    flips = Flips(options)
    with Played(options.build, options.demo) as played:
        for name in options.only or GROUPS:
            began, before = time.monotonic(), flips.count
            if name == "packages":
                played.start()
            GROUPS[name](flips, played)
            played.stop()
            print(f"{name}: {flips.count - before} flips, {time.monotonic() - began:.1f} s")
    print(f"{flips.count - flips.failed} passed, {flips.failed} failed")
    sys.exit(1 if flips.failed else 0)


if __name__ == "__main__":
    main()
