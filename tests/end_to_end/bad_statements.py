"""Statements that must be refused: every way in which bytes, keys, chains and places can be wrong."""
import os
import time

from played import read
from raw import Chains, Signer, id_of, save
from rows import Row

DAY_MS = 24 * 3600 * 1000


class Forge:
    """Makes statements that are right but for one thing."""

    def __init__(self, played, schema):
        self.played, self.schema = played, schema
        self.folder = played.scratch("statements")
        played.done("auditor", "log", "sync")
        self.chains = Chains(schema, played.path("parties/auditor/log"))
        home = played.path("parties/auditor")
        self.auditor = Signer(schema, home, "auditor")
        self.recovery = Signer(schema, home, "auditor", "recovery")
        self.spare = Signer(schema, home, "auditor", "spare")
        self.mediator = Signer(schema, played.path("parties/mediator-a"), "mediator-a")
        self.base = self.chains.statements[self.chains.find("claim", "auditor")[-1]][1]

    def statement(self, signer=None, **fields):
        """A claim as the auditor might make it now; `fields` replaces what it names."""
        signer = signer or self.auditor
        made = self.schema.new("Statement")
        made.CopyFrom(self.base)
        made.actor, made.key = signer.party, signer.fingerprint
        made.sequence, made.previous = self.chains.last(signer.fingerprint)
        made.sequence += 1
        made.issued_at_ms = int(time.time() * 1000)
        made.expires_at_ms = made.issued_at_ms + DAY_MS
        for name, value in fields.items():
            setattr(made, name, value)
        return made

    def signed(self, signer=None, **fields):
        signer = signer or self.auditor
        return signer.wrap(self.statement(signer, **fields).SerializeToString(deterministic=True))

    def given(self, name, data):
        """Carries the bytes to the broker."""
        path = save(self.folder, name, data)
        return self.played.cairn("mediator-b", "statement", "import", path)


def prepare(played):
    """A key that is revoked: the only thing logged on purpose, before the table starts."""
    played.done("auditor", "key", "new", "spare", "--cost", "minimum")
    played.done("auditor", "key", "add", "spare", "--role", "all-acts")
    for key in played.json("auditor", "key", "list"):
        if key["name"] == "spare":
            played.done("auditor", "key", "revoke", key["fingerprint"])


def malformed(forge):
    """Refused before the fold sees them."""
    good = forge.signed()
    statement = forge.statement()
    raw = statement.SerializeToString(deterministic=True)
    wrapper = forge.schema.parse("SignedStatement", good)
    flipped = bytes([wrapper.signature[0] ^ 1]) + wrapper.signature[1:]
    origin = raw[:2 + raw[1]]
    give, wrap = forge.given, forge.auditor.wrap
    return [
        Row("truncated in its wrapper", lambda: give("cut", good[:-20]), 3, "beyond the end", "byte 2"),
        Row("truncated inside", lambda: give("cut-inside", wrap(raw[:-3])), 3, "claim", "beyond the end"),
        Row("empty", lambda: give("empty", b""), 3, "empty"),
        Row("nothing like it", lambda: give("text", b"hello, broker\n" * 10), 3, "field 13 is not known"),
        Row("larger than a file may be", lambda: give("huge", b"\x0a" + bytes(40000)), 3, "has 40001 bytes; at most"),
        Row("larger than a statement may be", lambda: give("large", wrap(raw + bytes(32768 - len(raw) + 1))), 3, "32768"),
        Row("fields re-ordered", lambda: give("order", wrap(raw[len(origin):] + origin)), 3, "order"),
        Row("a field twice", lambda: give("twice", wrap(origin + raw)), 3, "twice"),
        Row("an unknown field", lambda: give("unknown", wrap(raw + b"\xf8\xff\x01\x01")), 3, "field 4095 is not known"),
        Row("an unknown field in the wrapper", lambda: give("unknown-outside", good + b"\x78\x01"), 3, "field 15 is not known"),
        Row("a flipped signature", lambda: give("signature", wrap(raw, signature=flipped)), 3, "signature"),
        Row("signed by another key", lambda: give("other-key", forge.mediator.wrap(raw, typed=forge.auditor.typed)), 3, "signature"),
        Row("a key that is not the named one", lambda: give("not-named", forge.mediator.wrap(raw)), 3, "key"),
        Row("changed after signing", lambda: give("changed", wrap(raw.replace(b"auditor", b"mediato"), signature=wrapper.signature)), 3, "signature"),
    ]


def refused(forge):
    """Refused by the fold, with a refusal that the operator signed."""
    give, signed = forge.given, forge.signed
    sequence, previous = forge.chains.last(forge.auditor.fingerprint)
    other = id_of(forge.chains.statements[1][0])
    transmit = forge.chains.statements[forge.chains.find("transmit", "mediator-a")[0]][1].transmit
    holding = forge.chains.find("declare_holding", "holding-party")[0]

    def with_body(name, body, **fields):
        made = forge.statement(**fields)
        made.ClearField("claim")
        getattr(made, name).CopyFrom(body)
        return forge.auditor.wrap(made.SerializeToString(deterministic=True))

    def other_history():
        made = forge.statement()
        made.seen.tree_size, made.seen.root_hash = 5, bytes(32)
        return forge.auditor.wrap(made.SerializeToString(deterministic=True))

    return [
        Row("one left out of its chain", lambda: give("gap", signed(sequence=sequence + 2)), 3, "refused (sequence)", "what to do"),
        Row("an old place in its chain", lambda: give("old", signed(sequence=sequence)), 3, "refused (sequence)"),
        Row("follows another", lambda: give("previous", signed(previous=other)), 3, "refused (previous)"),
        Row("of a handover that is not there", lambda: give("handover", signed(handover=bytes(32))), 3, "refused (unknown-handover)"),
        Row("of no handover", lambda: give("no-handover", with_body("transmit", transmit, handover=b"")), 3, "refused ("),
        Row("of another log", lambda: give("log", signed(log_origin="other.example.org/log")), 3, "refused (wrong-log)"),
        Row("in another's name", lambda: give("name", signed(actor="holding-party")), 3, "refused (key-not-of-actor)"),
        Row("a party without that part", lambda: give("part", with_body("transmit", transmit)), 3, "refused (not-entitled)"),
        Row("a party that holds nothing", lambda: give("holds", with_body("declare_holding", forge.chains.statements[holding][1].declare_holding)), 3, "refused (not-entitled)"),
        Row("a recovery key", lambda: give("recovery", signed(forge.recovery)), 3, "refused (key-role)"),
        Row("a revoked key", lambda: give("revoked", signed(forge.spare)), 3, "refused (key-revoked)"),
        Row("an expired one", lambda: give("expired", signed(issued_at_ms=1, expires_at_ms=2)), 3, "refused (expired)"),
        Row("valid for too long", lambda: give("long", signed(expires_at_ms=int(time.time() * 1000) + 400 * DAY_MS)), 3, "refused (field)"),
        Row("who has seen another history", lambda: give("history", other_history()), 3, "refused (other-history)"),
        Row("content that was not sent", lambda: give("content", forge.submission(digest=bytes(range(32)))), 3, "refused (content-missing)"),
    ]


def replays(forge):
    """The same bytes again: answered with the same leaf, and nothing new is logged."""
    leaf = forge.chains.find("claim", "auditor")[-1]
    carried = forge.chains.find("submit_package", "holding-party")[0]
    return [
        Row("the same again", lambda: forge.given("again", forge.chains.signed[leaf]), 0,
            f"was logged before as leaf {leaf}"),
        Row("another party's again", lambda: forge.given("again-2", forge.chains.signed[carried]), 0,
            f"was logged before as leaf {carried}"),
        Row("offline, a spoiled file", lambda: forge.played.cairn(
            "auditor", "statement", "show", save(forge.folder, "show", forge.signed()[:-20])), 3,
            "show:", "beyond the end"),
        Row("a file that is not there", lambda: forge.played.cairn(
            "auditor", "statement", "import", forge.folder + "/none"), 3, "none"),
    ]


def rows(played, schema):
    forge = Forge(played, schema)
    holder = Signer(schema, played.path("parties/holding-party"), "holding-party")
    submitted = forge.chains.statements[forge.chains.find("submit_package", "holding-party")[0]][1]

    def submission(**fields):
        made = forge.statement(holder)
        made.ClearField("claim")
        made.handover = submitted.handover
        made.submit_package.CopyFrom(submitted.submit_package)
        for name, value in fields.items():
            setattr(made.submit_package, name, value)
        return holder.wrap(made.SerializeToString(deterministic=True))

    forge.submission = submission
    return malformed(forge) + refused(forge) + replays(forge)
