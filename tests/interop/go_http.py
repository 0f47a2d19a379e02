"""Lets Go's golang.org/x/mod read and verify whole logs over HTTP, entry bundles included.

usage: go_http.py BUILD [DOSSIER...]

A log of some 70,000 leaves, filled with signed statements and served by the broker's own listener;
the same with a spoiled tile, entry, checkpoint and another key, served by a server of this file's own;
and what dossiers unpack to. Needs Debian's golang-go and golang-golang-x-mod-dev; exits with 77, which
ctest counts as skipped, where Go is not installed.
"""

import base64
import functools
import hashlib
import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
GOPATH = "/usr/share/gocode"  # Where Debian keeps the sources of Go packages.
LEAVES = 70_000  # Two levels of full tiles, and a partial tile on each of three.


def build_checker(work):
    env = dict(os.environ, GO111MODULE="off", GOPATH=GOPATH, GOFLAGS="", GOPROXY="off",
               GOCACHE=str(work / "cache"), CGO_ENABLED="0")
    program = work / "log_check"
    subprocess.run(["go", "build", "-o", program, HERE / "go" / "log_check.go"], check=True, env=env)
    return program


class Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # Header and body in one write: else each answer waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass


class Folder:
    """A folder behind a plain web server, for as long as the context lasts."""

    def __init__(self, folder):
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.url

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Judge:
    def __init__(self, program):
        self.program, self.failed = program, False

    def expect(self, holds, what, *args):
        made = subprocess.run([self.program, *args], capture_output=True, text=True, check=False)
        right = made.returncode == (0 if holds else 1)
        self.failed |= not right
        print("ok    " if right else "FAILED", what + ":", (made.stdout + made.stderr).strip()[:200])


def spoil(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def key_of(name, raw):
    """The text form of a log's key (C2SP signed-note)."""
    typed = b"\x01" + raw
    number = hashlib.sha256(name.encode() + b"\n" + typed).hexdigest()[:8]
    return f"{name}+{number}+{base64.b64encode(typed).decode()}"


def judge_served(judge, build, work):
    subprocess.run([build / "bench/fill_store", work / "log", str(LEAVES)], check=True, stdout=subprocess.DEVNULL)
    with subprocess.Popen([build / "bench/serve_log", work / "log", "8"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as server:
        port, vkey, _, leaves = server.stdout.readline().split()
        url = f"http://127.0.0.1:{port}"
        judge.expect(True, f"the broker's listener, {leaves} leaves", vkey, url)
        subprocess.run([build / "bin/cairn", "--home", "/nonexistent", "--quiet", "log", "mirror", work / "www",
                        "--once", "--vkey", vkey, "--url", url], check=True, stdout=subprocess.DEVNULL)
        judge.expect(False, "another key", key_of(vkey.split("+")[0], bytes(range(32))), url)
        server.stdin.close()
    www = work / "www"
    with Folder(www) as url:
        judge.expect(True, "a mirror of it", vkey, url, "static")
        bundles = sorted((www / "tile/entries").rglob("*"))
        for what, path, at in (("an entry", www / "tile/entries/100", 3000),
                               ("the last bundle", max((p for p in bundles if ".p" in str(p) and p.is_file()),
                                                       key=lambda p: p.stat().st_size), -1),
                               ("a leaf hash", www / "tile/0/200", 4000),
                               ("a hash above", www / "tile/1/000", 100),
                               ("the checkpoint", www / "checkpoint", 40)):
            spoil(path, at)
            judge.expect(False, f"{what} spoiled", vkey, url, "static")
            spoil(path, at)
        (www / "tile/0/100").rename(work / "away")
        judge.expect(False, "a tile missing", vkey, url, "static")
        (work / "away").rename(www / "tile/0/100")
        judge.expect(True, "put right again", vkey, url, "static")


def judge_dossier(judge, dossier, work):
    folder = work / "unpacked"
    with tarfile.open(dossier) as archive:
        archive.extractall(folder)
    head = dict(line.split(" ", 1) for line in (folder / "dossier").read_text().splitlines())
    with Folder(folder) as url:
        judge.expect(True, "a dossier, unpacked", head["log"], url, "static")
        bundle = next(p for p in (folder / "tile/entries").rglob("*") if p.is_file())
        spoil(bundle, 500)
        judge.expect(False, "the same with an entry spoiled", head["log"], url, "static")
    shutil.rmtree(folder)


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        sys.exit(2)
    if shutil.which("go") is None or not pathlib.Path(GOPATH, "src/golang.org/x/mod").is_dir():
        print("skipped: golang-go or golang-golang-x-mod-dev is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        judge = Judge(build_checker(work))
        for dossier in sys.argv[2:]:
            judge_dossier(judge, dossier, work)
        judge_served(judge, pathlib.Path(sys.argv[1]).resolve(), work)
        sys.exit(1 if judge.failed else 0)


if __name__ == "__main__":
    main()
