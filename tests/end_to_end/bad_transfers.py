"""Uploads and downloads that break midway, on either side, and go on where they broke."""
import hashlib
import os
import re
import signal
import subprocess
import time
import urllib.request

from played import Result, read, run, sha256, write
from rows import Row

MIB = 1 << 20


class Big:
    """A package of scans, large enough that one can fall into its middle."""

    def __init__(self, played, seed, mebibytes=32):
        script = os.path.join(os.path.dirname(__file__), "..", "..", "client", "big_scans.py")
        scans, self.folder = played.scratch(f"scans-{seed}"), played.scratch(f"big-{seed}")
        made = run(["python3", script, scans, "--mib", mebibytes, "--scan-mib", 16, "--area", "aghdam",
                    "--source", "archive-1", "--seed", seed])
        assert made.code == 0, made.text
        played.done("holding-party", "package", "build", "--kind", "scans-only", "--first", scans,
                    "--rules", played.path("rules/apii_1996.textproto"), "--out", self.folder)
        self.digest, self.size = (f(self.folder + "/package.age") for f in (sha256, os.path.getsize))


def metric(played, name):
    with urllib.request.urlopen(f"http://{played.http}/metrics", timeout=10) as answer:
        found = re.search(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+]+)$", answer.read().decode(), re.M)
    return float(found.group(1)) if found else 0.0


def chunks(played):
    """Bytes of content that the broker has on disk."""
    total = 0
    for base, _, names in os.walk(played.path("data/content")):
        total += sum(os.path.getsize(os.path.join(base, n)) for n in names if len(n) == 64)
    return total


def begun(command):
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    out, err = process.communicate(timeout=120)
    return Result(process.returncode, out, err)


def wait_for(reached, what, seconds=60):
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.002)


def killed_uploader(played, big):
    folder = big.folder
    there = chunks(played)
    process = begun(played.command("holding-party", "package", "submit", folder))
    wait_for(lambda: chunks(played) > there + 8 * MIB, "eight chunks are there")
    process.send_signal(signal.SIGKILL)
    ended(process)
    assert process.returncode == -signal.SIGKILL, "the upload was over before it could be killed"
    kept = chunks(played) - there
    before = metric(played, "cairn_upload_bytes_total")
    result = played.cairn("holding-party", "package", "submit", folder)
    sent = metric(played, "cairn_upload_bytes_total") - before
    size = big.size
    # What was under way when it broke may come twice; the rest may not.
    assert sent <= size - kept + 4 * MIB, f"{sent} bytes sent although {kept} of {size} were there"
    return result


def killed_broker(played, big):
    folder = big.folder
    there = chunks(played)
    process = begun(played.command("holding-party", "package", "submit", folder))
    wait_for(lambda: chunks(played) > there + 8 * MIB, "eight chunks are there")
    played.kill()
    assert process.poll() is None, "the upload was over before the broker could be killed"
    played.start()
    return ended(process)


def fetched(played, party, digest):
    return played.path("parties", party, "packages", digest, "package.age")


def killed_fetcher(played, submitted):
    there = fetched(played, "receiving-party", submitted.digest)
    part = there + ".part"
    process = begun(played.command("receiving-party", "package", "fetch", submitted.digest))
    wait_for(lambda: os.path.exists(part) and os.path.getsize(part) > 8 * MIB, "eight MiB are here")
    process.send_signal(signal.SIGKILL)
    ended(process)
    assert not os.path.exists(there), "the download was over before it could be killed"
    kept = os.path.getsize(part) // MIB * MIB
    before = metric(played, "cairn_read_bytes_total")
    result = played.cairn("receiving-party", "package", "fetch", submitted.digest)
    given = metric(played, "cairn_read_bytes_total") - before
    assert given <= os.path.getsize(there) - kept + 4 * MIB, f"{given} bytes given although {kept} were here"
    assert sha256(there) == submitted.digest, "the file fetched is another"
    return result


def spoiled_part(played, submitted):
    """What an interrupted download left was changed since: it is thrown away and fetched anew."""
    there = fetched(played, "auditor", submitted.digest)
    os.makedirs(os.path.dirname(there))
    write(there + ".part", bytes(3 * MIB))
    result = played.cairn("auditor", "package", "fetch", submitted.digest)
    assert sha256(there) == submitted.digest, "the file fetched is another"
    return result


def spoiled_chunk(played, submitted):
    """A chunk that the broker's disk has spoiled is not given out as if it were good."""
    data = read(submitted.folder + "/package.age")[MIB:2 * MIB]
    name = hashlib.sha256(data).hexdigest()
    chunk = played.path("data/content", name[:2], name[2:4], name)
    write(chunk, data[:1000] + bytes([data[1000] ^ 1]) + data[1001:])
    there = fetched(played, "auditor", submitted.digest)
    os.remove(there)
    result = played.cairn("auditor", "package", "fetch", submitted.digest)
    assert not os.path.exists(there), "a spoiled file was taken for the package"
    assert "data/content" not in result.text, "a path of the broker's: " + result.text
    assert chunk not in result.text and "error_not_shown" not in played.broker_log(), result.text
    write(chunk, data)
    played.done("auditor", "package", "fetch", submitted.digest)
    return result


def checked_content(played, submitted, spoil, *more):
    """What fsck says of a stopped broker with one chunk spoiled."""
    data = read(submitted.folder + "/package.age")[MIB:2 * MIB]
    name = hashlib.sha256(data).hexdigest()
    chunk = played.path("data/content", name[:2], name[2:4], name)
    played.stop()
    spoil(chunk, data)
    result = played.fsck(*more)
    write(chunk, data)
    again = played.fsck()
    assert again.code == 0 and "content:" in again.out, "with the good chunk again: " + again.text
    played.start()
    return result


def flipped(path, data):
    write(path, data[:5] + bytes([data[5] ^ 8]) + data[6:])


class Openings:
    """`cairn package open`, ended by a signal in its midst."""

    def __init__(self, played, submitted):
        self.played, self.digest, self.count = played, submitted.digest, 0
        self.folder = played.scratch("openings")
        os.makedirs(self.folder)
        played.done("receiving-party", "package", "fetch", self.digest)

    def command(self):
        self.count += 1
        return self.played.command("receiving-party", "package", "open", self.digest, "--out",
                                   f"{self.folder}/{self.count}")

    def left(self):
        return [name for name in os.listdir(self.folder) if ".opening-" in name]

    def ended_by(self, number):
        """The result of a run that got the signal while its private folder was there."""
        for _ in range(50):
            process = begun(self.command())
            while not self.left() and process.poll() is None:
                time.sleep(0.0005)
            process.send_signal(number)
            result = ended(process)
            if result.code != 0:
                return result
        raise AssertionError("it was never caught in its midst")

    def told(self, number):
        result = self.ended_by(number)
        assert self.left() == [], f"left behind: {self.left()}"
        assert not os.path.exists(f"{self.folder}/{self.count}"), "something was put in place"
        return result

    def killed(self):
        self.ended_by(signal.SIGKILL)
        assert len(self.left()) == 1, f"nothing to remove: {self.left()}"
        result = ended(begun(self.command()))
        assert self.left() == [], f"left behind: {self.left()}"
        return result


def rows(played, _schema):
    first, second = Big(played, 1), Big(played, 2)
    openings = []
    def opening():
        openings.append(Openings(played, first) if not openings else openings[0])
        return openings[0]
    return [
        Row("the uploader is killed, and resumes", lambda: killed_uploader(played, first), 0, "submitted", moves=True),
        Row("the broker is killed, and the upload resumes", lambda: killed_broker(played, second), 0, "submitted", moves=True),
        Row("the fetcher is killed, and resumes", lambda: killed_fetcher(played, first), 0, "package.age"),
        Row("a spoiled part of a download", lambda: spoiled_part(played, first), 0, "package.age"),
        Row("a spoiled chunk in the store", lambda: spoiled_chunk(played, first), 3, "do not hash to the name"),
        Row("opening, told to end", lambda: opening().told(signal.SIGTERM), 3, "stopped by a signal"),
        Row("opening, interrupted", lambda: opening().told(signal.SIGINT), 3, "stopped by a signal"),
        Row("opening, killed; the next one clears up", lambda: opening().killed(), 0, "removed", "which an interrupted"),
        Row("fsck reads every chunk", lambda: checked_content(played, first, flipped), 1, "content: file " + first.digest, "do not hash to the name"),
        Row("fsck misses a chunk", lambda: checked_content(played, first, lambda path, _: os.remove(path)), 1, "content: file " + first.digest, "is missing"),
        Row("fsck without content", lambda: checked_content(played, first, flipped, "--log-only"), 0, "content: left out"),
    ]
