"""What goes wrong around a broker: passphrases, a second broker, certificates, a full disk."""
import os
import subprocess

from bad_papers import small_template
from played import Played, free_port, read, run, write
from raw import save
from rows import Row


def broker(played, *arguments):
    return run([os.path.join(played.bin, "cairn-broker"), *arguments])


def another(played):
    """A copy of the folder that no broker uses; what only grows is left out."""
    return Played(played.build, played.folder, without=("papers", "packages", "receipts", "content"))


# --- Keys and passphrases ----------------------------------------------------------------------
def passphrases(played):
    wrong = write(played.scratch("wrong"), "not this one\n")
    empty = write(played.scratch("empty"), "")
    open_to_all = write(played.scratch("open"), "not this one\n", 0o644)
    home = played.path("parties/holding-party")
    config = played.path("broker.toml")

    def cairn(file, *command):
        return run([os.path.join(played.bin, "cairn"), "--home", home, "--no-input", "--yes",
                    *(["--passphrase-file", file] if file else []), *command])

    def with_mode(mode, act):
        def acted():
            os.chmod(home + "/keys/signing.key", mode)
            try:
                return act()
            finally:
                os.chmod(home + "/keys/signing.key", 0o600)
        return acted

    def spoiled_key(change):
        def acted():
            path = home + "/keys/signing.key"
            good = read(path)
            write(path, change(good))
            try:
                return cairn(home + "/passphrase", *claim)
            finally:
                write(path, good)
        return acted

    claim = ("statement", "endorse", "00" * 32)
    mine = home + "/passphrase"
    return [
        Row("a wrong passphrase", lambda: cairn(wrong, *claim), 3, "signing.key", "wrong passphrase"),
        Row("an empty passphrase", lambda: cairn(empty, *claim), 3, empty, "the passphrase is empty"),
        Row("a passphrase that all may read", lambda: cairn(open_to_all, *claim), 3, "open", "0600"),
        Row("no passphrase file", lambda: cairn("/nowhere", *claim), 3, "/nowhere"),
        Row("no passphrase and no prompt", lambda: cairn(None, *claim), 2, "--passphrase-file"),
        Row("a key that all may read", with_mode(0o644, lambda: cairn(mine, *claim)), 3, "signing.key", "0600"),
        Row("a key file that is cut", spoiled_key(lambda d: d[:-20]), 3, "signing.key"),
        Row("a key file that costs too much", spoiled_key(lambda d: d.replace(b"argon2id 1 8 ", b"argon2id 1 99999999 ")), 3, "signing.key"),
        Row("another key's file", spoiled_key(lambda d: d.replace(b"Ed25519", b"X25519")), 3, "signing.key"),
        Row("no such key", lambda: cairn(mine, "--key", "nobody", *claim), 3, "nobody.key"),
        Row("a broker's wrong passphrase", lambda: broker(played, "--config", config, "--passphrase-file", wrong), 3, "log.key", "wrong passphrase"),
        Row("a broker without passphrase", lambda: broker(played, "--config", config, "--passphrase-file", "/nowhere"), 3, "/nowhere"),
    ]


# --- Configurations, folders, ports ------------------------------------------------------------
def folders(played):
    config = played.path("broker.toml")
    ports = ["--grpc-listen", f"127.0.0.1:{free_port()}", "--http-listen", f"127.0.0.1:{free_port()}"]
    text = read(config)

    def configured(data):
        assert data != text, "nothing was spoiled"
        # Beside the good one, because its paths start there.
        return broker(played, "--config", write(played.path("spoiled.toml"), data))

    def beside(*options):
        """On a copy of the folder that no broker uses."""
        with another(played) as other:
            return broker(other, "--config", other.path("broker.toml"), *options)

    entry = played.scratch("mediator-a.entry")
    played.done("mediator-a", "party", "entry", entry, "--origin", "exercise.example.org/h-2021")
    return [
        Row("a second broker on the folder", lambda: broker(played, "--config", config, *ports), 3, "data", "another process"),
        Row("fsck beside the broker", lambda: played.fsck(), 3, "another process"),
        Row("genesis beside the broker", lambda: broker(
            played, "genesis", "--config", config, "--registrar", entry, "--operator-entry", entry), 3, "another process"),
        Row("genesis from a spoiled entry", lambda: broker(
            played, "genesis", "--config", config, "--operator-entry", entry, "--registrar",
            save(played.scratch("x"), "none.entry", read(entry)[:-1])), 2, "none.entry"),
        Row("init over a log", lambda: broker(
            played, "init", "--config", config, "--origin", "a.example/b", "--operator-name", "A",
            "--passphrase-file", played.path("parties/broker/passphrase")), 3, "broker.toml", "already"),
        Row("a port that is taken", lambda: beside("--grpc-listen", played.grpc), 3, "grpc.listen", played.grpc),
        Row("an HTTP port that is taken", lambda: beside("--http-listen", played.http), 3, "http.listen", played.http),
        Row("a configuration that is no TOML", lambda: configured(text + b"\n[[["), 2, "spoiled.toml"),
        Row("an unknown setting", lambda: configured(text.replace(b"[log]", b"[log]\ncolour = 1")), 2, "spoiled.toml", "colour"),
        Row("a setting out of range", lambda: configured(text.replace(b"# threads = 32", b"threads = -8")), 2, "spoiled.toml", "threads"),
        Row("no configuration", lambda: broker(played, "--config", "/nowhere/broker.toml"), 3, "/nowhere"),
        Row("beyond this machine without TLS", lambda: broker(played, "--config", config, "--grpc-listen", "0.0.0.0:1"), 2, "needs TLS"),
        Row("another log's key", lambda: beside("--keys-log", played.path("parties/broker/keys/operator.key")), 3, "key"),
        Row("another origin", lambda: beside("--broker-origin", "other.example/log"), 3, "other.example/log"),
    ]


# --- TLS ---------------------------------------------------------------------------------------
CA = """[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index.txt\nserial=serial\ndefault_md=default
policy=p\nx509_extensions=e\n[p]\nCN=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\n"""


def expired_certificate(folder):
    """A certificate of 2020, and its key."""
    os.makedirs(folder)
    write(folder + "/ca.cnf", CA)
    write(folder + "/index.txt", "")
    write(folder + "/serial", "01\n")
    for command in ("openssl req -new -newkey ed25519 -nodes -keyout old.key -out old.csr -subj /CN=127.0.0.1",
                    "openssl ca -batch -selfsign -config ca.cnf -in old.csr -keyfile old.key -out old.crt "
                    "-startdate 20200101000000Z -enddate 20200102000000Z -notext"):
        done = run(command.split(), cwd=folder)
        assert done.code == 0, done.text
    return folder + "/old.crt", folder + "/old.key"


class Tls:
    """A second broker, with a certificate; clients with one root or another."""

    def __init__(self, played):
        self.played, self.other = played, None
        self.certificate, self.key = played.scratch("tls.crt"), played.scratch("tls.key")
        self.foreign = played.scratch("other.crt")
        for certificate, key in ((self.certificate, self.key), (self.foreign, played.scratch("other.key"))):
            done = broker(played, "certificate", "127.0.0.1", "localhost", "--certificate", certificate, "--key", key)
            assert done.code == 0, done.text
        self.old = expired_certificate(played.scratch("ca"))

    def serve(self, certificate, key):
        self.end()
        self.other = another(self.played)
        self.other.start("--grpc-tls-certificate", certificate, "--grpc-tls-key", key)

    def end(self):
        if self.other is not None:
            self.other.__exit__()
        self.other = None

    def asked(self, root, *serving):
        """Somebody whose profile names `root` asks the broker; it serves with another certificate
        from here on if `serving` names one and its key."""
        if serving or self.other is None:
            self.serve(*(serving or (self.certificate, self.key)))
        profile = self.other.path("parties/mediator-a/profile.toml")
        plain = read(profile)
        write(profile, plain.replace(b"certificate = ''", f"certificate = '{root}'".encode()))
        try:
            return self.other.cairn("mediator-a", "log", "checkpoint")
        finally:
            write(profile, plain)

    def last(self, root, *serving):
        try:
            return self.asked(root, *serving)
        finally:
            self.end()


def certificates(played):
    tls = Tls(played)
    def beside(certificate, key):
        with another(played) as other:
            return broker(other, "--config", other.path("broker.toml"), "--grpc-tls-certificate",
                          certificate, "--grpc-tls-key", key)

    garbage = write(played.scratch("garbage.pem"), "no certificate\n")
    silent = (3, "did not answer", "see that it runs")
    return [
        Row("TLS as it should be", lambda: tls.asked(tls.certificate), 0, "Signed with the pinned key"),
        Row("a client without TLS", lambda: tls.asked(""), *silent),
        Row("another certificate authority", lambda: tls.asked(tls.foreign), *silent),
        Row("roots that are none", lambda: tls.asked(garbage), 3, "garbage.pem"),
        Row("roots that are not there", lambda: tls.asked("/nowhere.pem"), 3, "/nowhere.pem"),
        Row("an expired certificate", lambda: tls.last(tls.old[0], *tls.old), *silent),
        Row("a broker without a certificate", lambda: beside(garbage, tls.key), 2, "garbage.pem"),
        Row("a broker with another's key", lambda: beside(tls.certificate, played.scratch("other.key")), 2, "tls.crt"),
    ]


# --- A full disk -------------------------------------------------------------------------------
class SmallDisk:
    """A copy of everything, its broker's folder on a tmpfs in a mount namespace of its own: made
    by root, or by a user who may make user namespaces."""

    MIB = 96

    def __init__(self, played):
        self.played = another(played)
        self.mount = self.played.scratch("small")
        os.makedirs(self.mount)
        as_root = os.geteuid() == 0
        self.holder = subprocess.Popen(
            ["unshare", "-m" if as_root else "-rm", "sh", "-c",
             f"mount -t tmpfs -o size={self.MIB}m tmpfs {self.mount} && "
             f"cp -r {self.played.path('data')} {self.mount}/data && echo ready && exec sleep 600"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.ready = self.holder.stdout.readline() == b"ready\n"
        self.enter = ["nsenter", "-t", str(self.holder.pid), "-m",
                      *([] if as_root else ["-U", "--preserve-credentials"])]

    def __enter__(self):
        if self.ready:
            self.start()
        return self

    def __exit__(self, *_):
        self.played.stop()
        self.holder.kill()
        self.holder.wait()
        self.played.__exit__()

    def start(self):
        self.played.start("--broker-data", self.mount + "/data", "--limits-free-disk-mib", "16",
                          before=self.enter)

    def fill(self, leave):
        """Leaves that many bytes free."""
        inside = f"/proc/{self.holder.pid}/root{self.mount}"
        space = os.statvfs(inside)
        with open(inside + "/filler", "wb") as filler:
            filler.write(bytes(max(0, space.f_bavail * space.f_frsize - leave)))

    def make_room(self):
        os.remove(f"/proc/{self.holder.pid}/root{self.mount}/filler")


def no_room(played, package):
    """An upload for which there is no room is refused; the log goes on."""
    with SmallDisk(played) as disk:
        disk.fill(leave=(16 << 20) + 50_000)
        before = disk.played.checkpoint()
        result = disk.played.cairn("holding-party", "package", "submit", package)
        after = disk.played.checkpoint()
        assert after == before or disk.played.only_time_between(before, after), "the tree moved"
        claim(disk.played, 1, must=True)
        disk.make_room()
        disk.played.done("holding-party", "package", "submit", package)
    return result


def claim(played, number, must=False):
    act = played.done if must else played.cairn
    return act("auditor", "--output", "json", "claim", "make", "--speaker", "auditor", "--said",
               "2021-06-12", "--subject", "mines-laid", "--precision", "exact", "--value", str(number),
               "--source", played.path("policy"))


def full(played):
    """A log that cannot be written: the broker ends rather than answer. What was acknowledged is
    there when it runs again, and what was not is sent again, by itself."""
    with SmallDisk(played) as disk:
        disk.fill(leave=0)
        acknowledged = []
        for number in range(100):
            result = claim(disk.played, number)
            if result.code != 0:
                break
            acknowledged.append(result.json()["leaf"])
        assert result.code != 0, "a hundred statements were logged on a full disk"
        assert disk.played.broker.wait(timeout=20) != 0, "the broker ended as if all were well"
        ended = disk.played.broker_log().strip().splitlines()[-1]
        assert "No space left" in ended, "the broker does not say why it ended: " + ended
        disk.make_room()
        disk.start()
        size, _ = disk.played.checkpoint()
        assert all(leaf < size for leaf in acknowledged), "an acknowledged leaf is lost"
        after = claim(disk.played, 1000, must=True)
        assert "sending again" in disk.played.done("auditor", "claim", "list").text or after.code == 0
        disk.played.stop()
        checked = run([*disk.enter, disk.played.bin + "/cairn-broker", "fsck", "--log-only", "--config",
                       disk.played.path("broker.toml"), "--broker-data", disk.mount + "/data"])
        assert checked.code == 0, "fsck after a full disk: " + checked.text
    return result


def disks(played):
    with SmallDisk(played) as disk:
        if not disk.ready:
            print("no mount namespace: the rows about a full disk are left out")
            return []
    template = small_template(played.path("papers/s1"), played.scratch("disk-papers"), 3)
    package = played.scratch("disk-package")
    played.done("holding-party", "package", "build", "--kind", "original", "--first", template, "--rules",
                played.path("rules/apii_1996.textproto"), "--out", package)
    return [
        Row("no room for an upload", lambda: no_room(played, package), 3, "no room", "make room"),
        Row("no room for the log", lambda: full(played), 3, "did not answer", "see that it runs"),
    ]


def rows(played, _schema):
    return passphrases(played) + folders(played) + certificates(played) + disks(played)
