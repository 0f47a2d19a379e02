#!/usr/bin/env python3
"""A broker with three witnesses on one machine, all of them the programs themselves.

witnesses_test.py BUILD. Standard library alone. Played, one after the other:
  1. a statement is final, shown by `cairn verify` on its receipt, within three seconds
  2. a witness is killed: the log goes on, and makes progress; it is final again when the witness is
  3. a witness lies about its size, then answers 422: without proof nothing happens
  4. the operator signs a second history with the log's key (a second broker over other data); a
     witness shows it: the broker seals itself, and stays sealed after a restart
"""
import http.server
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

BIN = pathlib.Path(sys.argv[1]).resolve() / "bin"
ORIGIN = "log.exercise.example/witnesses"
FINAL_WITHIN_S = 3.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Liar(http.server.ThreadingHTTPServer):
    """Stands where a witness stood: POST gets `answer`, GET gets `note` or 404."""

    def __init__(self, port):
        self.answer = (500, "text/plain", b"")
        self.note = None

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.give(*self.server.answer)

            def do_GET(self):
                note = self.server.note
                self.give(200, "text/plain", note) if note else self.give(404, "text/plain", b"none\n")

            def give(self, status, kind, body):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Play:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.running = {}
        self.grpc = f"127.0.0.1:{free_port()}"
        self.http = f"127.0.0.1:{free_port()}"
        self.ports = {n: free_port() for n in (1, 2, 3)}

    def run(self, *arguments, code=0, **more):
        done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                              cwd=self.folder, timeout=60, **more)
        if code is not None and done.returncode != code:
            raise SystemExit(f"{' '.join(map(str, arguments))}: exit {done.returncode}, wanted "
                             f"{code}\n{done.stdout}{done.stderr}")
        return done

    def start(self, name, *arguments):
        log = open(self.folder / f"{name}.log", "ab")
        self.running[name] = subprocess.Popen([str(a) for a in arguments], stdout=log, stderr=log,
                                              cwd=self.folder)

    def stop(self, name, how=signal.SIGTERM):
        process = self.running.pop(name)
        process.send_signal(how)
        code = process.wait(30)
        assert how == signal.SIGKILL or code == 0, f"{name} ended with {code}"

    def cairn(self, *arguments, **more):
        return self.run(BIN / "cairn", "--home", "home", "--passphrase-file", "passphrase", *arguments,
                        **more)

    def get(self, address, path):
        try:
            with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def wait(self, what, holds, seconds=20):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                tail = "".join(f"--- {p.name}\n{p.read_text()[-2000:]}" for p in
                               sorted(self.folder.glob("*.log")))
                raise SystemExit(f"waited {seconds} s in vain: {what}\n{tail}")
            time.sleep(0.05)

    def start_witness(self, n):
        self.start(f"w{n}", BIN / "cairn-witness", "--config", f"w{n}/witness.toml")
        address = f"127.0.0.1:{self.ports[n]}"
        self.wait(f"witness {n}", lambda: self.get(address, "/healthz")[0] == 200)

    def start_broker(self):
        self.start("broker", BIN / "cairn-broker", "--config", "broker.toml")
        self.wait("the broker", lambda: self.get(self.http, "/healthz")[0] != 0)

    # --- What a person does ---------------------------------------------------------------------

    def prepare(self):
        passphrase = self.folder / "passphrase"
        passphrase.write_text("an exercise passphrase\n")
        passphrase.chmod(0o600)
        vkeys = {}
        for n, port in self.ports.items():
            (self.folder / f"w{n}").mkdir()
            self.run(BIN / "cairn-witness", "init", "--config", f"w{n}/witness.toml", "--name",
                     f"witness.exercise.example/w{n}", "--http-listen", f"127.0.0.1:{port}",
                     "--passphrase-file", passphrase, "--key-cost", "insecure-minimum")
            vkeys[n] = (self.folder / f"w{n}/witness.vkey").read_text().strip()
        self.cairn("init", "--party", "registrar", "--name", "Registrar", "--cost", "minimum")
        self.cairn("party", "entry", "registrar.entry", "--origin", ORIGIN)
        self.run(BIN / "cairn-broker", "init", "--config", "broker.toml", "--origin", ORIGIN,
                 "--operator-name", "Operator", "--grpc-listen", self.grpc, "--http-listen",
                 self.http, "--key-cost", "insecure-minimum", "--passphrase-file", passphrase)
        self.vkey = (self.folder / "log.vkey").read_text().strip()
        for n in self.ports:
            with open(self.folder / f"w{n}/logs.list", "a") as logs:
                logs.write(f"vkey {self.vkey}\nqpd 1000000\n")
        lines = "".join(f"witness w{n} {vkeys[n]} http://127.0.0.1:{port}/\n"
                        for n, port in self.ports.items())
        two = "group neutral 2 w1 w2 w3\n"
        (self.folder / "progress").write_text(f"log {self.vkey}\n{lines}{two}quorum neutral\n")
        (self.folder / "final").write_text(f"log {self.vkey}\n{lines}group all-three all w1 w2 w3\n"
                                           "quorum all-three\n")
        # The table is there already, with its defaults commented out.
        text = (self.folder / "broker.toml").read_text()
        assert '# policy = ""' in text
        (self.folder / "broker.toml").write_text(
            text.replace('# policy = ""', 'policy = "progress"'))

    def genesis(self, config):
        answer = self.run(BIN / "cairn-broker", "genesis", "--config", config, "--passphrase-file",
                          "passphrase", "--registrar", "registrar.entry", "--operator-entry",
                          "operator.entry", "--progress-policy", "progress", "--final-policy",
                          "final", "--output", "json")
        return json.loads(answer.stdout)["genesis"]

    def say(self):
        """A statement of the registrar's; the leaf that it became."""
        answer = self.cairn("--output", "json", "claim", "make", "--log-wide", "--speaker", "Office",
                            "--subject", "mines-delivered", "--precision", "about", "--value",
                            "200000", "--said", "2021-08-09", "--source", "progress")
        return json.loads(answer.stdout)["leaf"]

    def level(self, leaf):
        """What `cairn verify` says of the leaf's receipt, fetched afresh: {claim: state}, or {}."""
        fetched = self.cairn("--output", "json", "receipt", "fetch", "--witnessed", leaf, code=None)
        if fetched.returncode != 0:
            return {}
        receipt = json.loads(fetched.stdout)[0]["receipt"]
        verified = self.cairn("--output", "json", "verify", "--policy", "progress",
                              "--final-policy", "final", receipt, code=None)
        answer = json.loads(verified.stdout)
        examined = answer[0] if isinstance(answer, list) else answer["files"][0]
        return {claim["id"]: claim["state"] for claim in examined["claims"]}

    def final_at(self, leaf):
        states = self.level(leaf)
        return states.get("witnessed") == "holds" and states.get("final") == "holds"

    def sealed(self):
        return b"sealed" in self.get(self.http, "/healthz")[1]

    def said(self, event):
        return f'"event":"{event}"' in (self.folder / "broker.log").read_text()


def play(folder):
    play = Play(folder)
    try:
        play.prepare()
        for n in play.ports:
            play.start_witness(n)
        digest = play.genesis("broker.toml")
        play.start_broker()
        play.cairn("log", "trust", "--vkey", play.vkey, "--genesis", digest, "--broker", play.grpc)
        play.cairn("statement", "endorse", digest)

        began = time.monotonic()
        leaf = play.say()
        play.wait("a final receipt", lambda: play.final_at(leaf))
        took = time.monotonic() - began
        print(f"leaf {leaf} final, and verified, {took:.2f} s after it was signed")
        assert took < FINAL_WITHIN_S, f"{took:.2f} s, wanted {FINAL_WITHIN_S}"

        play.stop("w2", signal.SIGKILL)
        leaf = play.say()
        play.wait("progress without witness 2",
                  lambda: play.level(leaf).get("witnessed") == "holds")
        assert play.level(leaf)["final"] == "does not hold", play.level(leaf)
        print(f"leaf {leaf} made progress with a witness dead")
        play.start_witness(2)
        play.wait("final again", lambda: play.final_at(leaf), 60)
        print("final again when it was back")

        play.stop("w3")
        liar = Liar(play.ports[3])
        liar.answer = (409, "text/x.tlog.size", b"1000000\n")
        leaf = play.say()
        play.wait("the lie was judged", lambda: play.said("witness_claim_without_proof")
                  or play.said("witness_failing"))
        play.wait("progress beside a liar", lambda: play.level(leaf).get("witnessed") == "holds")
        liar.answer = (422, "text/plain", b"no\n")
        liar.note = b"garbage\n"
        play.wait("the 422 was judged", lambda: play.said("witness_claim_without_proof"), 60)
        play.say()
        assert not play.sealed()
        print("a lie about a size and a 422 without proof: the log goes on")

        # The operator's second history: the same keys, other data.
        second = (play.folder / "broker.toml").read_text()
        other_http = f"127.0.0.1:{free_port()}"
        second = second.replace(play.grpc, f"127.0.0.1:{free_port()}").replace(play.http, other_http)
        second = second.replace('policy = "progress"', 'policy = ""')
        second = second.replace("# data = \"data\"", 'data = "second-data"')
        assert "second-data" in second
        (play.folder / "second.toml").write_text(second)
        play.genesis("second.toml")
        play.start("second", BIN / "cairn-broker", "--config", "second.toml")
        play.wait("the second history", lambda: play.get(other_http, "/checkpoint")[0] == 200)
        liar.note = play.get(other_http, "/checkpoint")[1]
        play.stop("second")
        play.wait("the broker seals itself", play.sealed, 90)
        refused = play.cairn("claim", "make", "--log-wide", "--speaker", "Office", "--subject",
                             "mines-delivered", "--precision", "about", "--value", "1", "--said",
                             "2021-08-09", "--source", "progress", code=None)
        assert refused.returncode == 3 and "sealed" in refused.stderr, refused.stderr
        liar.close()
        play.stop("broker")
        play.start_broker()
        assert play.sealed(), "not sealed after a restart"
        assert play.get(play.http, "/checkpoint")[0] == 200, "a sealed log is still to be read"
        print("shown its own signature over another history it sealed itself, and stays sealed")
    finally:
        for process in play.running.values():
            process.kill()
            process.wait()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        play(made)
    print("1 passed, 0 failed")
