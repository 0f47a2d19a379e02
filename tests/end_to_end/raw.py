"""Statements made by hand: the bytes that no honest client would send.

Reads encrypted key files and signs as keys/key_file.h, audit/statement/statement.h and
keys/vkey.h lay down, from scratch with PyNaCl and protobuf's descriptors. What is made here is
carried to the broker by `cairn statement import FILE`, verbatim."""
import base64
import hashlib
import os

import nacl.bindings
import nacl.pwhash
import nacl.signing
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from played import read, write

PAYLOAD_TYPE = b"application/vnd.cairn.statement.v1+protobuf"


class Schema:
    def __init__(self, protoset):
        files = descriptor_pb2.FileDescriptorSet.FromString(read(protoset))
        pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            pool.Add(file)
        self._pool, self._factory = pool, message_factory.MessageFactory(pool)

    def new(self, name):
        return self._factory.GetPrototype(self._pool.FindMessageTypeByName("cairn.v1." + name))()

    def parse(self, name, data):
        message = self.new(name)
        message.ParseFromString(data)
        return message


def pre_authentication(statement):
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE, len(statement), statement)


def id_of(statement):
    return hashlib.sha256(pre_authentication(statement)).digest()


def open_key_file(path, passphrase):
    """The 32 secret bytes of a key file."""
    head, _, sealed = read(path).partition(b"\n\n")
    head += b"\n\n"
    lines = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:] if line)
    _, passes, memory, salt = lines["kdf"].split()
    key = nacl.pwhash.argon2id.kdf(32, passphrase, base64.b64decode(salt), opslimit=int(passes),
                                   memlimit=int(memory) * 1024)
    return nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
        base64.b64decode(sealed), head, base64.b64decode(lines["nonce"]), key)


def secret_of(home, name="signing"):
    passphrase = read(os.path.join(home, "passphrase")).rstrip(b"\r\n")
    return open_key_file(os.path.join(home, "keys", name + ".key"), passphrase)


class Signer:
    """A key of a party, and its chain as the log has it."""

    def __init__(self, schema, home, party, name="signing"):
        self.schema, self.party = schema, party
        self.key = nacl.signing.SigningKey(secret_of(home, name))
        self.typed = b"\x01" + bytes(self.key.verify_key)
        self.fingerprint = hashlib.sha256(self.typed).digest()

    def wrap(self, statement, signature=None, typed=None):
        """The canonical SignedStatement around bytes; each part can be another."""
        wrapper = self.schema.new("SignedStatement")
        wrapper.statement = statement
        wrapper.public_key = typed if typed is not None else self.typed
        wrapper.signature = (signature if signature is not None else
                             self.key.sign(pre_authentication(statement)).signature)
        return wrapper.SerializeToString(deterministic=True)


def entries_of_copy(folder):
    """The entries of a copy of the log (tlog-tiles entry bundles), in their order."""
    bundles, top = [], os.path.join(folder, "tile", "entries")
    for base, _, names in os.walk(top):
        bundles += [os.path.join(base, name) for name in names]
    best = {}
    for path in bundles:
        number = path[len(top) + 1:].split(".p")[0]
        best[number] = max(best.get(number, path), path, key=os.path.getsize)
    entries = []
    for number in sorted(best):
        data, at = read(best[number]), 0
        while at < len(data):
            size = int.from_bytes(data[at:at + 2], "big")
            entries.append(data[at + 2:at + 2 + size])
            at += 2 + size
    return entries


class Chains:
    """What is logged, by key: to continue a chain or to break it."""

    def __init__(self, schema, folder):
        self.statements, self.signed = [], []
        for entry in entries_of_copy(folder):
            leaf = schema.parse("LogEntry", entry)
            wrapper = schema.parse("SignedStatement", leaf.signed_statement)
            self.signed.append(leaf.signed_statement)
            self.statements.append((wrapper.statement,
                                    schema.parse("Statement", wrapper.statement)))

    def last(self, fingerprint):
        """(sequence, id) of the key's last logged statement."""
        found = (0, b"")
        for raw, statement in self.statements:
            if statement.key == fingerprint:
                found = (statement.sequence, id_of(raw))
        return found

    def find(self, body, actor=None):
        """The leaves with this body, made by `actor`."""
        return [at for at, (_, s) in enumerate(self.statements)
                if s.WhichOneof("body") == body and actor in (None, s.actor)]


def save(folder, name, data):
    os.makedirs(folder, exist_ok=True)
    return write(os.path.join(folder, name), data)


def age_identity(secret):
    """AGE-SECRET-KEY-1...: bech32 (BIP 173), for the stock age program."""
    letters, prefix = "qpzry9x8gf2tvdw0s3jn54khce6mua7l", "age-secret-key-"
    bits = "".join(f"{byte:08b}" for byte in secret) + "0000"
    data = [int(bits[at:at + 5], 2) for at in range(0, len(bits) // 5 * 5, 5)]
    checked = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + data + [0] * 6
    sum_ = 1
    for value in checked:
        top, sum_ = sum_ >> 25, (sum_ & 0x1ffffff) << 5 ^ value
        for bit, generator in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
            sum_ ^= generator if top >> bit & 1 else 0
    data += [(sum_ ^ 1) >> 5 * (5 - at) & 31 for at in range(6)]
    return (prefix + "1" + "".join(letters[d] for d in data)).upper()
