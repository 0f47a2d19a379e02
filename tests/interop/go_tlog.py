"""Lets Go's golang.org/x/mod judge checkpoints, receipts, consistency proofs and tiles.

usage: go_tlog.py TLOG_SAMPLE VECTORS_FOLDER

TLOG_SAMPLE is the program that writes a log's files; VECTORS_FOLDER is tests/vectors/log. What is
right must hold, and the same with one byte flipped must not: a judge that never says no would be
worth nothing. Needs Debian's golang-go and golang-golang-x-mod-dev; exits with 77, which ctest
counts as skipped, where Go is not installed.
"""

import base64
import binascii
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

SEED = 20260101  # Printed when something fails: it decides which bytes of the samples are flipped.
HERE = pathlib.Path(__file__).resolve().parent
GOPATH = "/usr/share/gocode"  # Where Debian keeps the sources of Go packages.


def fail(message):
    print(f"FAILED (seed {SEED}): {message}")
    sys.exit(1)


def build(work):
    """Builds the Go program without network or modules."""
    env = dict(os.environ, GO111MODULE="off", GOPATH=GOPATH, GOFLAGS="", GOPROXY="off",
               GOCACHE=str(work / "cache"), CGO_ENABLED="0")
    program = work / "tlog_check"
    subprocess.run(["go", "build", "-o", program, HERE / "go" / "tlog_check.go"], check=True,
                   env=env)
    return program


class Judge:
    def __init__(self, program, vectors):
        self.program = program
        self.vectors = vectors
        self.held = 0
        self.refused = 0

    def run(self, *args):
        return subprocess.run([self.program, *map(str, args)], capture_output=True, check=False)

    def expect_holds(self, *args):
        result = self.run(*args)
        if result.returncode != 0:
            fail(f"{args}: {result.stderr.decode()}")
        self.held += 1
        return result.stdout

    def expect_refused(self, what, *args):
        result = self.run(*args)
        if result.returncode != 1:
            fail(f"{what} passed: {args}, status {result.returncode}")
        self.refused += 1


def read_vectors(path):
    values = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition(" ")
            values[name] = value
    return values


def says_the_same(good, flipped, at):
    """Whether Go reads the flipped byte as the same: base64 with other spare bits, which it allows."""
    start = good.rfind(b"\n", 0, at) + 1
    end = good.find(b"\n", at)
    word = max(start, good.rfind(b" ", start, at) + 1)
    try:
        before = base64.b64decode(good[word:end], validate=True)
        return before == base64.b64decode(flipped[word:end], validate=True)
    except binascii.Error:
        return False


def flips(good, places):
    for at in places:
        for bit in range(8):
            flipped = bytearray(good)
            flipped[at] ^= 1 << bit
            if not says_the_same(good, bytes(flipped), at):
                yield at, bytes(flipped)


def check_conformance_log(judge, work):
    """The golden files: everything holds, and no flipped byte anywhere does."""
    v = judge.vectors
    folder = v["folder"]
    proof, request = folder / "cairn-test-1.tlog-proof", folder / "cairn-test-1.add-checkpoint"
    checkpoint = folder / "cairn-test-1.checkpoint"
    entry = work / "entry"
    entry.write_bytes(bytes.fromhex(v["entry_2"]))
    old_root = base64.b64encode(bytes.fromhex(v["root_3"])).decode()
    proof_args = ("proof", v["log_vkey"], v["witness_vkey"], entry)
    request_args = ("request", v["log_vkey"], old_root)
    judge.expect_holds(*proof_args, proof)
    judge.expect_holds(*request_args, request)

    signed = judge.expect_holds("sign", v["log_vkey"], v["log_seed"], checkpoint)
    if not checkpoint.read_bytes().startswith(signed):
        fail("Go signs another note than the golden one")

    spoiled = work / "spoiled"
    chance = random.Random(SEED)
    for args, file in ((proof_args, proof), (request_args, request)):
        good = file.read_bytes()
        for at in range(len(good)):
            choices = list(flips(good, [at]))
            if not choices:
                continue
            spoiled.write_bytes(chance.choice(choices)[1])
            judge.expect_refused(f"byte {at} of {file.name} flipped", *args, spoiled)
    other = work / "other-entry"
    other.write_bytes(b"alphA")
    judge.expect_refused("another entry", "proof", v["log_vkey"], v["witness_vkey"], other, proof)


def check_samples(judge, sample, work):
    """Trees up to 69,696 leaves, fresh from the program."""
    v = judge.vectors
    folder = work / "sample"
    subprocess.run([sample, folder], check=True)
    chance = random.Random(SEED)
    entry, spoiled = work / "entry", work / "spoiled"
    for line in (folder / "cases").read_text().splitlines():
        kind, what, name = line.split(" ")
        if kind == "proof":
            entry.write_bytes(f"entry {what}".encode())
            args = ("proof", v["log_vkey"], v["witness_vkey"], entry)
        else:
            args = ("request", v["log_vkey"], what)
        judge.expect_holds(*args, folder / name)
        good = (folder / name).read_bytes()
        at, bad = chance.choice(list(flips(good, [chance.randrange(len(good))])))
        spoiled.write_bytes(bad)
        judge.expect_refused(f"byte {at} of {name} flipped", *args, spoiled)

    # 69,696 = 256 * 256 + 16 * 256 + 64: three peaks in three tiles. Where two peaks lie in one tile,
    # TileHashReader of x/mod 0.7.0 leaves as many tiles unchecked: it begins checking full tiles at
    # the number of peaks instead of the number of tiles they lie in.
    tiles_args = ("tiles", v["log_vkey"], folder / "69696.checkpoint", folder)
    judge.expect_holds(*tiles_args)
    for tile in ("tile/0/000", "tile/0/271", "tile/0/272.p/64", "tile/1/000", "tile/1/001.p/16",
                 "tile/2/000.p/1"):
        path = folder / tile
        good = path.read_bytes()
        flipped = bytearray(good)
        flipped[chance.randrange(len(good))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        judge.expect_refused(f"{tile} with a flipped bit", *tiles_args)
        path.write_bytes(good)


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        sys.exit(2)
    if shutil.which("go") is None or not pathlib.Path(GOPATH, "src/golang.org/x/mod").is_dir():
        print("skipped: golang-go or golang-golang-x-mod-dev is not installed")
        sys.exit(77)
    vectors = pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        judge = Judge(build(work), read_vectors(vectors / "cairn-test-1.txt"))
        judge.vectors["folder"] = vectors
        check_conformance_log(judge, work)
        check_samples(judge, sys.argv[1], work)
        print(f"Go agrees: {judge.held} files hold, {judge.refused} spoiled ones do not")


if __name__ == "__main__":
    main()
