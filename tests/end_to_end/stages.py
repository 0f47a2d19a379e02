#!/usr/bin/env python3
"""Goes on from what client/quickstart leaves, at stage B, to stages C and D of the worked handover.

    stages.py BIN DEMO

Starts the broker of DEMO again and plays the parties with BIN/cairn over real gRPC: findings from
the ground, replies, rulings, proposals, corrections that the holding party confirms, incidents;
then the later delivery. Holds what the log and the reports say against papers/expected.json, and
ends with the audit of the whole log and with receipts verified offline.
"""

import csv
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.request

HOLDING, RECEIVING, SURVEY = "holding-party", "receiving-party", "survey-organisation"


class Play:
    def __init__(self, binaries, demo):
        self.bin, self.demo = os.path.abspath(binaries), os.path.abspath(demo)
        self.broker = None
        self.http = self._config("http")
        self.rules = self.path("rules", "apii_1996.textproto")
        with open(self.path("papers", "expected.json"), encoding="utf-8") as file:
            self.expected = json.load(file)
        self.texts = 0

    def path(self, *parts):
        return os.path.join(self.demo, *parts)

    def _config(self, section):
        """The address after `listen` in the section of broker.toml."""
        inside = False
        with open(self.path("broker.toml"), encoding="utf-8") as file:
            for line in file:
                if line.startswith("["):
                    inside = line.strip() == f"[{section}]"
                elif inside and line.split("=")[0].strip() == "listen":
                    return line.split("=", 1)[1].strip().strip('"')
        raise AssertionError(f"broker.toml has no listen in [{section}]")

    def start(self):
        log = open(self.path("broker.log"), "ab")
        self.broker = subprocess.Popen([os.path.join(self.bin, "cairn-broker"), "--config",
                                        self.path("broker.toml")], cwd=self.demo, stdout=log,
                                       stderr=log, stdin=subprocess.DEVNULL)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://{self.http}/healthz", timeout=2).read()
                return
            except OSError:
                if self.broker.poll() is not None:
                    break
                time.sleep(0.1)
        raise AssertionError("the broker did not start; see broker.log")

    def stop(self):
        if self.broker:
            self.broker.terminate()
            self.broker.wait(60)
            self.broker = None

    def run(self, party, *arguments, code=0):
        home = self.path("parties", party)
        key = ["--key", "operator-desk"] if party == "broker" else []
        done = subprocess.run(
            [os.path.join(self.bin, "cairn"), "--home", home, "--passphrase-file",
             os.path.join(home, "passphrase"), *key, "--yes", "--no-input", "--output", "json",
             *map(str, arguments)],
            capture_output=True, text=True, check=False, cwd=self.demo, timeout=600,
            stdin=subprocess.DEVNULL)
        if done.returncode != code:
            raise AssertionError(f"{party}: cairn {' '.join(map(str, arguments))} gave "
                                 f"{done.returncode}, not {code}\n{done.stdout}\n{done.stderr}")
        if code == 3:
            return json.loads(done.stderr.strip().splitlines()[-1])["error"]
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def rows(self, name):
        with open(self.path("papers", name), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def text(self, words):
        self.texts += 1
        path = self.path("papers", f"text-{self.texts}.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(words + "\n")
        return path


def equal(what, got, wanted):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, should be {wanted!r}")
    print(f"  {what}: {got}", flush=True)


# --- Packages and reports ----------------------------------------------------------------------------


def deliver(play, handover, name, mediator):
    with open(play.path("packages", name, "package.age"), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    play.run(HOLDING, "package", "submit", play.path("packages", name), "--handover", handover)
    for step in ("--took-over", "--passed-on"):
        play.run(mediator, "package", "transmit", step, digest, "--handover", handover)
    play.run(RECEIVING, "package", "fetch", digest, "--handover", handover)
    play.run(RECEIVING, "receipt", "custody", digest, "--handover", handover)
    play.run(RECEIVING, "receipt", "opened", digest, "--handover", handover)
    return digest


def digest_of(play, name):
    with open(play.path("packages", name, "package.age"), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def supplement(play, handover, name):
    """The corrections, with the digests of the packages that they are about."""
    ready = play.path("papers", "ready", name)
    os.makedirs(ready, exist_ok=True)
    with open(play.path("papers", name, "supplements.csv"), encoding="utf-8") as file:
        text = file.read()
    for package in ("s1", "s2"):
        text = text.replace(f"@{package}@", digest_of(play, package))
    with open(os.path.join(ready, "supplements.csv"), "w", encoding="utf-8") as file:
        file.write(text)
    play.run(HOLDING, "package", "build", "--handover", handover, "--rules", play.rules, "--kind",
             "supplement", "--first", ready, "--out", play.path("packages", name))


def assess(play, handover, stage):
    """Everybody's report of now: the same bytes, or nothing. Returns it as JSON."""
    size = play.run("auditor", "log", "checkpoint")["tree_size"]
    files, told = [], {}
    for party in (HOLDING, RECEIVING, "auditor"):
        files.append(play.path("reports", f"{stage}-{party}.report"))
        told = play.run(party, "assess", "run", "--handover", handover, "--rules", play.rules, "--at",
                 size, "--report", files[-1], "--log")
    bodies = {open(path, "rb").read() for path in files}
    equal(f"stage {stage}: different reports of three parties", len(bodies), 1)
    for _ in range(600):  # The broker computes what others logged, in a process of its own.
        state = play.run("auditor", "handover", "show", handover)
        mine = [c for c in state["comparisons"] if c["at_size"] == str(size)]
        if mine and len(mine[0]["reports"]) >= 4:
            equal(f"stage {stage}: agreement", mine[0]["agreement"], "AGREEMENT_SAME")
            return told["headline"], play.run("auditor", "assess", "show", files[-1]), state
        time.sleep(0.2)
    raise AssertionError("the broker did not assess")


def number(value):
    return int(value or 0)


def check_numbers(play, stage, headline, report):
    wanted = play.expected[f"stage_{stage}"]
    equal(f"stage {stage}: headline", headline, wanted["headline"])
    summary = report["summary"]
    for name in ("complete", "partial", "no_information", "contradicting"):
        equal(f"stage {stage}: {name}", number(summary.get(name)), wanted["classes"][name])
    check_findings(play.expected["disproved"], report["handover_level"])
    check_incidents(dict(play.expected["incidents"], **wanted["incidents"]),
                    report["handover_level"]["incidents"])


def check_findings(wanted, level):
    found = {}
    for row in level["findings"]:
        found[row["state"], row.get("basis", "")] = row["classes"]

    def records(state, basis="", column="all"):
        return number(found.get((f"FINDING_STATE_{state}", basis and f"FINDING_BASIS_{basis}"), {})
                      .get(column, {}).get("records"))
    bases = (("CONCEDED", "conceded"), ("RULING", "ruled"), ("ACCEPTED_FINDER", "accepted"))
    for basis, name in bases:
        equal(f"disproved, {name}", records("DISPROVED", basis), wanted[name])
    for column in ("contradicting", "complete"):
        equal(f"disproved, {column}",
              sum(records("DISPROVED", basis, column) for basis, _ in bases), wanted[column])
    equal("disproofs contested", records("DISPROOF_CONTESTED"), wanted["contested"])
    equal("found otherwise, changed since", records("SUPPLEMENTED"), 5)
    equal("proposals confirmed",
          [row["outcome"] for row in level["proposals"]], ["PROPOSAL_OUTCOME_CONFIRMED"] * 5)


def check_incidents(wanted, summary):
    total = summary["total"]
    for name in ("incidents", "inside", "near", "outside"):
        equal(f"incidents: {name}", number(total[name]), wanted[name])
    for name in ("outside_with_records", "outside_without_records", "outside_with_records_now",
                 "outside_without_records_now", "casualties_at_least", "casualties_at_most"):
        equal(f"incidents: {name}", number(summary[name]), wanted[name])


# --- Stage C -----------------------------------------------------------------------------------------


def incidents(play, handover):
    wanted = play.expected["incidents"]
    source = play.path("papers", "incidents.csv")
    common = ("--list", source, "--rules", play.rules, "--handover", handover)
    for command in ("place", "make"):
        done = play.run(RECEIVING, "incident", command, *common)
        for name in ("incidents", "casualties", "inside", "near", "outside",
                     "anti_personnel_in_anti_tank_only"):
            equal(f"incident {command}: {name}", done[name], wanted[name])
    # What was logged once is sealed anew, and so not the same; the list says so by its ids only.
    details = play.run("auditor", "incident", "list", "--details", "--handover", handover)
    equal("casualties by the sealed details", details["details"],
          {"opened": 150, "of": 150, "casualties": wanted["casualties"]})
    hidden = play.run("mediator-a", "incident", "list", "--details", "--handover", handover)
    equal("details that a mediator can open", hidden["details"]["opened"], 0)


def findings(play, handover):
    """Logs each finding, and what its holding party and the mediators say to it."""
    report = play.path("reports", f"b-{RECEIVING}.report")
    for at, row in enumerate(play.rows("findings.csv")):
        made = play.run(row["author"], "finding", "make", "--handover", handover, "--report",
                        report, "--row", row["row"], "--kind", row["kind"], "--method",
                        row["method"], "--depth-mm", row["depth_mm"], "--first", row["first"],
                        "--last", row["last"], "--text", play.text(row["text"]))
        finding = made["statement"]
        reply = {"conceded": "concedes", "ruled": "contests", "contested": "contests",
                 "supplemented": "supplements",
                 "accepted": "contests" if at % 3 == 0 else None}[row["outcome"]]
        if reply:
            play.run(HOLDING, "reply", finding, "--kind", reply, "--handover", handover, "--text",
                     play.text(f"The holding party {reply}."))
        if row["outcome"] == "ruled":
            play.run("mediator-a", "rule", finding, "--ruling", "upheld", "--handover", handover)
        if at == 0:
            opened = play.run(HOLDING, "statement", "annex", finding, "--handover", handover)
            equal("the holding party opens the report on its record", opened["text"].strip(),
                  row["text"])
            play.run("mediator-a", "statement", "annex", finding, "--handover", handover, code=3)
    return report


def own_words(play, handover, report):
    """A contest that is withdrawn, a finding that is superseded, a landmark that is found."""
    claim = play.run("auditor", "claim", "list", "--handover", handover)[1]["statement"]
    contest = play.run(HOLDING, "contest", claim, "--reason", "not-said", "--handover", handover)
    refused = play.run(HOLDING, "contest", claim, "--reason", "not-said", "--handover", handover,
                       code=3)
    assert "refused (wrong-state)" in json.dumps(refused), refused
    play.run(HOLDING, "withdraw", contest["statement"], "--handover", handover)
    rows = [r["row"] for r in play.rows("proposals.csv")]
    made = [play.run(SURVEY, "finding", "make", "--handover", handover, "--report", report, "--row",
                     row, "--kind", "shifted", "--first", "2021-10-01", "--text",
                     play.text(f"Surveyed on day {day}."))["statement"]
            for day, row in enumerate(rows[:2])]
    play.run(SURVEY, "supersede", made[0], "--by", made[1], "--handover", handover)
    play.run(SURVEY, "locate", "--report", report, "--row", rows[0], "--text",
             play.text("40.0000000, 47.0000000, 5 m"), "--handover", handover)


def proposals(play, handover, report):
    for row in play.rows("proposals.csv"):
        play.run(RECEIVING, "propose", "--kind", row["kind"], "--report", report, "--row",
                 row["row"], "--text", play.text(row["text"]), "--handover", handover)
    refused = play.run(RECEIVING, "propose", "--kind", "other-datum", "--report", report, "--row",
                       row["row"], "--text", play.text("again"), "--handover", handover, code=3)
    assert "refused (wrong-state)" in json.dumps(refused), refused


def wait_for_standing(play, handover):
    for _ in range(240):
        listed = play.run("auditor", "finding", "list", "--handover", handover)
        if not any(one["standing"] == "pending" for one in listed["findings"]):
            return
        time.sleep(0.5)
    raise AssertionError("the time to answer does not run out")


def stage_c(play, handover):
    print("Stage C: findings, replies, rulings, corrections, incidents", flush=True)
    incidents(play, handover)
    report = findings(play, handover)
    proposals(play, handover, report)
    own_words(play, handover, report)
    supplement(play, handover, "sup3")
    deliver(play, handover, "sup3", "mediator-a")
    wait_for_standing(play, handover)
    headline, shown, state = assess(play, handover, "c")
    check_numbers(play, "c", headline, shown)
    rulings = [m for m in state["outstanding"] if m["kind"] == "MATTER_KIND_RULING"]
    # Three contested disproofs, and those of the accepted finder that the holding party contests.
    accepted = [r for at, r in enumerate(play.rows("findings.csv"))
                if r["outcome"] == "accepted" and at % 3 == 0]
    equal("contested statements that wait for a ruling", len(rulings), 3 + len(accepted))


# --- Stage D -----------------------------------------------------------------------------------------


def stage_d(play, handover):
    print("Stage D: the later delivery", flush=True)
    papers = play.path("papers", "s3")
    play.run(HOLDING, "package", "build", "--handover", handover, "--rules", play.rules, "--kind",
             "original", "--first", os.path.join(papers, "first"), "--second",
             os.path.join(papers, "second"), "--scans", os.path.join(papers, "scans"), "--out",
             play.path("packages", "s3"))
    deliver(play, handover, "s3", "mediator-b")
    for row in play.rows("claims.csv"):
        if row["after"] != "s3":
            continue
        areas = [part for area in row["areas"].split() for part in ("--area", area)]
        play.run("auditor", "claim", "make", "--handover", handover, "--speaker", row["speaker"],
                 "--said", row["said"], "--subject", row["subject"], "--precision",
                 row["precision"], "--value", row["value"], "--source", play.text(row["text"]),
                 *areas)
    headline, shown, _ = assess(play, handover, "d")
    check_numbers(play, "d", headline, shown)
    lists = play.path("reports", "findings.csv")
    play.run("auditor", "assess", "show", play.path("reports", "d-auditor.report"), "--findings",
             lists)
    with open(lists, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    equal("records of which something was found", len(rows), 27)
    equal("of these disproved", sum(row["found"] == "disproved" for row in rows), 19)
    level = shown["handover_level"]
    areas = {row["area"]: row for row in level["areas"]}
    equal("Kalbajar", areas["kalbajar"]["state"], "AREA_DELIVERY_PARTLY")
    equal("districts with nothing", number(level["areas_without_delivery"]), 6)
    of_all = [c for c in level["claims"] if c["subject"] == "CLAIM_SUBJECT_ALL_DELIVERED"]
    equal("the claim of all, now that more came", [c["comparison"] for c in of_all],
          ["CLAIM_COMPARISON_CONTRADICTED"])
    equal("outstanding when all was claimed", [number(c["outstanding"]) for c in of_all], [1230])


# --- Offline -----------------------------------------------------------------------------------------


def offline(play, handover):
    print("Refolded by the auditor, and offline", flush=True)
    play.run("auditor", "audit", "--policy", play.path("policy"))
    listed = play.run("auditor", "finding", "list", "--handover", handover)
    listed.update(play.run("auditor", "incident", "list", "--handover", handover))
    finding = listed["findings"][0]["finding"]
    play.run("auditor", "statement", "annex", finding, "--handover", handover, "--carried",
             play.path("finding.annex"))
    leaves = [str(listed[kind][0]["leaf"]) for kind in
              ("findings", "proposals", "locations", "incidents")]
    receipts = [play.run("auditor", "receipt", "fetch", leaf)[0]["receipt"] for leaf in leaves]
    play.run("auditor", "log", "sync")
    play.stop()
    play.run("auditor", "verify", "--policy", play.path("policy"), *receipts)
    equal("receipts verified with the broker stopped", len(receipts), 4)
    entry = receipts[0].replace(".tlog-proof", ".entry")
    play.run("auditor", "verify", play.path("finding.annex"), "--entry", entry)
    other = receipts[1].replace(".tlog-proof", ".entry")
    play.run("auditor", "verify", play.path("finding.annex"), "--entry", other, code=1)


def main():
    play = Play(*sys.argv[1:3])
    try:
        play.start()
        handover = play.run("auditor", "handover", "list")[0]["handover"]
        stage_c(play, handover)
        stage_d(play, handover)
        offline(play, handover)
    finally:
        play.stop()
    print("1 passed, 0 failed")


if __name__ == "__main__":
    main()
