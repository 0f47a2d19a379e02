#!/usr/bin/env python3
"""A package of scans as large as one likes: big_package_test.py BUILD DEMO MIB

Built, sealed, submitted, fetched and opened through the programs, on a copy of the folder that
client/quickstart leaves. Neither the client in any of its commands nor the broker may become
larger than 200 MiB of resident memory; what comes out is what went in."""
import argparse
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from played import Played, run, sha256  # noqa: E402

LIMIT_MIB = 200
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Measured:
    """Runs commands of the client and keeps how large and how long each became."""

    def __init__(self, played):
        self.played, self.rows = played, []

    def done(self, party, *arguments):
        began = time.monotonic()
        process = subprocess.Popen(self.played.command(party, *arguments), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        err = process.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        name = " ".join(arguments[:2])
        assert process.returncode == 0, f"cairn {name}: {process.returncode}: {err}"
        self.rows.append((f"cairn {name}", usage.ru_maxrss / 1024, time.monotonic() - began))


def broker_peak(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("demo")
    parser.add_argument("mib", type=int)
    options = parser.parse_args()
    with Played(options.build, options.demo) as played:
        scans, package, opened = (played.scratch(name) for name in ("scans", "package", "opened"))
        made = run(["python3", os.path.join(SOURCE, "client/big_scans.py"), scans, "--mib", options.mib,
                    "--area", "aghdam", "--source", "archive-1"], timeout=600)
        assert made.code == 0, made.text
        # Nobody assesses a package of scans; what is measured is the broker alone.
        broker = played.start("--assessment-enabled", "false")
        client = Measured(played)
        client.done("holding-party", "package", "build", "--kind", "scans-only", "--first", scans, "--rules",
                    played.path("rules/apii_1996.textproto"), "--out", package)
        digest = sha256(package + "/package.age")
        client.done("holding-party", "package", "submit", package)
        client.done("receiving-party", "package", "fetch", digest)
        client.done("receiving-party", "package", "open", digest, "--out", opened)
        rows = [*client.rows, ("cairn-broker", broker_peak(broker.pid), 0)]
        got = sorted(sha256(os.path.join(base, name)) for base, _, names in os.walk(opened + "/attachments")
                     for name in names)
        sent = sorted(sha256(f"{scans}/scans/{name}") for name in os.listdir(scans + "/scans"))
        assert got == sent, "what was opened is not what was sealed"
    failed = 0
    print(f"{options.mib} MiB of scans, the largest resident size of each program:")
    for name, peak, seconds in rows:
        failed += peak > LIMIT_MIB
        print(f"  {name:24} {peak:6.0f} MiB{f'  {seconds:6.1f} s' if seconds else ''}"
              f"{'  FAILED: more than ' + str(LIMIT_MIB) if peak > LIMIT_MIB else ''}")
    print(f"{len(rows) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
