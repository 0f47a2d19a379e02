#!/usr/bin/env python3
"""A log ends, and another goes on from it, on a copy of what the quickstart left. Programs alone.

succession_test.py BUILD DEMO. Played, one after the other:
  1. the registrars freeze the log: nothing more is taken, not even the time; the audit says so
  2. a successor is founded over a mirror of it, by a broker with new keys; the audit holds, fsck
     too, and its HTTP side serves the old log
  3. a party goes on in it: the handover stands as it stood, its packages open, its chain goes on
  4. evidence is published and fetched; a receipt of the old log still holds
"""
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from played import Played, free_port, read, run

NEW = "exercise.example.org/h-2021-second"
REGISTRARS = ("mediator-a", "mediator-b")


class Successor:
    """The second broker, beside the first one's folder."""

    def __init__(self, played):
        self.played = played
        self.grpc, self.http = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        self.config = played.path("second", "broker.toml")
        self.passphrase = played.path("parties", "broker", "passphrase")
        self.process = None

    def broker(self, *arguments, code=0):
        done = run([os.path.join(self.played.bin, "cairn-broker"), arguments[0], "--config",
                    self.config, *arguments[1:]])
        assert done.code == code, f"cairn-broker {arguments}: {done.code}: {done.text}"
        return done

    def found(self, mirror, vkey, *more):
        os.mkdir(self.played.path("second"))
        self.broker("init", "--origin", NEW, "--operator", "broker-2", "--operator-name",
                    "Broker of the exercise, again", "--grpc-listen", self.grpc, "--http-listen",
                    self.http, "--key-cost", "insecure-minimum", "--passphrase-file",
                    self.passphrase)
        entries = []
        for party in REGISTRARS:
            entry = self.played.scratch(f"{party}.entry")
            self.played.done(party, "party", "entry", entry, "--origin", NEW)
            entries += ["--registrar", entry]
        answer = self.broker("genesis", "--passphrase-file", self.passphrase, "--threshold", "2",
                             "--predecessor", mirror, "--predecessor-vkey", vkey, *more, *entries,
                             "--output", "json")
        self.genesis = answer.json()["genesis"]
        self.vkey = read(self.played.path("second", "log.vkey")).decode().strip()

    def start(self):
        with open(self.played.scratch("second.log"), "ab") as log:
            self.process = subprocess.Popen(
                [os.path.join(self.played.bin, "cairn-broker"), "--config", self.config,
                 "--log-witnessed-ms", "3600000"], stdout=log, stderr=log)
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://{self.http}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(read(self.played.scratch("second.log")).decode()[-2000:])

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            assert self.process.wait(60) == 0
            self.process = None

    def follow(self, party):
        return self.played.json(party, "--broker", self.grpc, "log", "succeed", "--vkey", self.vkey,
                                "--genesis", self.genesis, "--url", f"http://{self.http}")


def claims(answer):
    examined = answer[0] if isinstance(answer, list) else answer["files"][0]
    return {claim["id"]: claim["state"] for claim in examined["claims"]}


def freeze(played):
    said = played.json("mediator-a", "log", "freeze", "--reason", "key-change")
    played.done("mediator-b", "statement", "endorse", said["statement"])
    refused = played.cairn("auditor", "claim", "make", "--log-wide", "--speaker", "Office",
                           "--subject", "mines-delivered", "--precision", "about", "--value", "1",
                           "--said", "2021-08-09", "--source", played.path("policy"))
    assert refused.code == 3 and "frozen at leaf" in refused.text, refused.text
    size = played.checkpoint()[0]
    time.sleep(2.5)  # Two turns of the operator's clock: it has nothing more to say.
    assert played.checkpoint()[0] == size
    info = played.done("auditor", "log", "info").text
    assert "frozen" in info, info
    audited = played.cairn("auditor", "--output", "json", "audit").json()
    assert claims(audited)["ended"] == "holds", audited
    print(f"frozen with {size} leaves: nothing more is taken, and the audit says so")
    return size


def main():
    with Played(*sys.argv[1:3]) as played:
        played.start()
        before = played.json("receiving-party", "handover", "show")
        receipt = sorted(os.listdir(played.path("parties", "auditor", "receipts")))
        receipt = played.path("parties", "auditor", "receipts",
                              [name for name in receipt if name.endswith(".tlog-proof")][0])
        size = freeze(played)
        vkey = read(played.path("log.vkey")).decode().strip()
        mirror = played.scratch("mirror")
        played.done("auditor", "log", "mirror", "--once", "--url", f"http://{played.http}", "--vkey", vkey,
                    mirror)
        played.stop()

        second = Successor(played)
        second.found(mirror, vkey)
        second.start()
        try:
            go_on(played, second, size, before, receipt)
        finally:
            second.stop()
        checked = second.broker("fsck", "--output", "json").json()
        assert checked["clean"] and not checked["not_checked"], checked
        print("fsck of the successor: no doubt")
    print("1 passed, 0 failed")


def go_on(played, second, size, before, receipt):
    for party in REGISTRARS:
        followed = second.follow(party)
        assert followed["carried"] == size, followed
        played.done(party, "statement", "endorse", second.genesis)
    for party in ("receiving-party", "auditor", "holding-party"):
        second.follow(party)
    after = played.json("receiving-party", "handover", "show")
    for field in ("declared_documents", "submitted_documents", "outstanding_documents"):
        assert after.get(field) == before.get(field), (field, before.get(field), after.get(field))
    assert int(after["at_size"]) > size
    shown = played.done("receiving-party", "handover", "show").text
    assert "goes on from" in shown, shown
    digests = [package["submission"]["digest"] for package in after["packages"]]
    assert digests == [package["submission"]["digest"] for package in before["packages"]]
    print(f"the handover goes on: {after['submitted_documents']} of {after['declared_documents']} "
          "records submitted, as before")

    said = played.json("auditor", "claim", "make", "--speaker", "Office", "--subject",
                       "mines-delivered", "--precision", "about", "--value", "1", "--said",
                       "2021-08-09", "--source", played.path("policy"))
    assert said["leaf"] >= 3, said
    audited = played.cairn("auditor", "--output", "json", "audit")
    states = claims(audited.json())
    assert states["rules"] == states["chains"] == states["genesis"] == "holds", audited.text
    assert states["loss"] == "holds", states
    print("every chain goes on behind its last statement in the old log; the audit holds")

    for path in ("/predecessor/checkpoint", "/predecessor/tile/0/000"):
        try:
            with urllib.request.urlopen(f"http://{second.http}{path}", timeout=5) as answer:
                assert answer.read()
        except urllib.error.HTTPError:
            assert path.endswith("000"), path  # A partial tile has its width in its name.
    for path in ("/predecessor/../broker.toml", "/predecessor/lock", "/predecessor/"):
        try:
            urllib.request.urlopen(f"http://{second.http}{path}", timeout=5)
            raise AssertionError(f"{path} was answered")
        except urllib.error.HTTPError as error:
            assert error.code in (400, 404), (path, error.code)
    verified = played.cairn("auditor", "--output", "json", "verify", "--log-vkey",
                            read(played.path("log.vkey")).decode().strip(),
                            played.path("parties", "auditor", "before", aside(played), "receipts",
                                        os.path.basename(receipt)))
    assert claims(verified.json())["inclusion"] == "holds", verified.text
    print("the old log is served beside the new one, and its receipts hold")


def aside(played):
    return os.listdir(played.path("parties", "auditor", "before"))[0]


if __name__ == "__main__":
    main()
