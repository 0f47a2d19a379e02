"""The folder that client/quickstart leaves, copied to be spoiled, with a broker that runs on it.

What the tests of this folder share: a Played has the copy, its broker on ports of its own, and the
programs as a user runs them. Nothing here reaches into the programs."""
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


class Result:
    """What one run of a program left: exit code, standard output, standard error."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def text(self):
        return self.out + self.err

    def json(self):
        return json.loads(self.out)


def run(arguments, env=None, timeout=120, input_text=None, cwd=None):
    made = subprocess.run([str(a) for a in arguments], capture_output=True, timeout=timeout, cwd=cwd,
                          env={**os.environ, **(env or {})}, input=input_text, text=True,
                          errors="replace", check=False)
    return Result(made.returncode, made.stdout, made.stderr)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data, mode=0o600):
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    os.chmod(path, mode)
    return path


class Played:
    """A context: with Played(build, demo) as played. Removes the copy at the end unless CAIRN_KEEP
    is set. `without` names folders, at any depth, that are not copied."""

    def __init__(self, build, demo, without=()):
        self.bin = os.path.join(os.path.abspath(build), "bin")
        self.build = os.path.abspath(build)
        self.work = tempfile.mkdtemp(prefix="cairn-end-to-end-")
        self.folder = os.path.join(self.work, "demo")
        shutil.copytree(demo, self.folder, symlinks=True, ignore=shutil.ignore_patterns(*without))
        self.grpc, self.http = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        self.broker = None
        self._move_addresses()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        if os.environ.get("CAIRN_KEEP"):
            print("kept:", self.work)
        else:
            shutil.rmtree(self.work, ignore_errors=True)

    # --- Places ------------------------------------------------------------------------------
    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def scratch(self, name):
        return os.path.join(self.work, name)

    def parties(self):
        return sorted(os.listdir(self.path("parties")))

    def _move_addresses(self):
        config = self.path("broker.toml")
        text = read(config).decode()
        listen = re.findall(r'^listen = "([^"]+)"', text, re.M)
        assert len(listen) == 2, "broker.toml does not name two listeners"
        write(config, text.replace(listen[0], self.grpc).replace(listen[1], self.http))
        for party in self.parties():
            profile = self.path("parties", party, "profile.toml")
            text = read(profile).decode()
            write(profile, text.replace(listen[0], self.grpc).replace(listen[1], self.http))

    # --- The broker --------------------------------------------------------------------------
    def broker_command(self, *more):
        # The time goes into the log once an hour: nothing moves but by what a test does.
        return [os.path.join(self.bin, "cairn-broker"), "--config", self.path("broker.toml"),
                "--log-witnessed-ms", "3600000", *more]

    def start(self, *more, before=(), answers=True):
        """Starts the broker and waits until it answers. `before`: what stands before its command."""
        with open(self.scratch("broker.log"), "ab") as log:
            self.broker = subprocess.Popen([*before, *self.broker_command(*more)], stdout=log,
                                           stderr=log)
        if not answers:
            return self.broker
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://{self.http}/healthz", timeout=5):
                    return self.broker
            except (urllib.error.URLError, OSError):
                pass
            if self.broker.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError("the broker did not start: " + self.broker_log()[-2000:])

    def stop(self, with_signal=signal.SIGTERM):
        if self.broker is None:
            return None
        if self.broker.poll() is None:
            self.broker.send_signal(with_signal)
        code = self.broker.wait(timeout=60)
        self.broker = None
        return code

    def kill(self):
        return self.stop(signal.SIGKILL)

    def broker_log(self):
        return read(self.scratch("broker.log")).decode(errors="replace")

    def fsck(self, *more, folder=None):
        config = os.path.join(folder or self.folder, "broker.toml")
        return run([os.path.join(self.bin, "cairn-broker"), "fsck", "--config", config, *more])

    # --- The client --------------------------------------------------------------------------
    def command(self, party, *arguments):
        home = self.path("parties", party)
        # The operator's first key is the broker's own; its people sign with the desk's.
        key = ["--key", "operator-desk"] if party == "broker" else []
        return [os.path.join(self.bin, "cairn"), "--home", home, "--passphrase-file",
                os.path.join(home, "passphrase"), "--yes", "--no-input", *key, *arguments]

    def cairn(self, party, *arguments, **more):
        return run(self.command(party, *arguments), **more)

    def done(self, party, *arguments, **more):
        """The same, which must succeed."""
        result = self.cairn(party, *arguments, **more)
        assert result.code == 0, f"{party}: cairn {arguments}: {result.code}: {result.text}"
        return result

    def json(self, party, *arguments):
        return self.done(party, "--output", "json", *arguments).json()

    def checkpoint(self):
        """(tree size, root), fetched and verified: so the broker answers as well."""
        told = self.json("auditor", "log", "checkpoint")
        return told["tree_size"], told["root"]

    def only_time_between(self, before, after):
        """Whether all leaves between two checkpoints are the operator's Witnessed: a term that ends
        puts the time into the log, whatever a test does."""
        for leaf in range(before[0], after[0]):
            for _ in range(20):  # A leaf is published up to a second after it was made.
                shown = self.cairn("auditor", "--output", "json", "log", "show", str(leaf))
                if shown.code == 0:
                    break
                time.sleep(0.2)
            if shown.code != 0 or shown.json()["body"] != "witnessed":
                return False
        return after[0] > before[0]
