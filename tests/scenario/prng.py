"""Deterministic choices: a stream of integers from SHA-256 in counter mode.

The random module promises equal output for equal seeds only method by method and version by
version, so nothing here uses it. A stream is named by the seed and a path of labels; streams with
different names are independent, so that a change to one record leaves the others as they were.
"""

import hashlib


class Stream:
    """Block i of a stream is SHA-256("cairn/scenario/v1" NUL name NUL i), cut into 64-bit numbers."""

    __slots__ = ("_name", "_block", "_words")

    def __init__(self, seed, *labels):
        name = "\0".join(["cairn/scenario/v1", str(seed), *map(str, labels)])
        self._name = name.encode() + b"\0"
        self._block = 0
        self._words = []

    def word(self):
        """The next number below 2**64."""
        if not self._words:
            digest = hashlib.sha256(self._name + str(self._block).encode()).digest()
            self._block += 1
            self._words = [int.from_bytes(digest[at:at + 8], "big") for at in (24, 16, 8, 0)]
        return self._words.pop()

    def below(self, bound):
        """0 .. bound - 1. The bias of the remainder is below bound / 2**64: of no matter here."""
        return self.word() % bound

    def between(self, low, high):
        """low .. high, both included."""
        return low + self.word() % (high - low + 1)

    def choice(self, items):
        return items[self.word() % len(items)]

    def chance(self, share, of):
        """True in `share` of `of` cases."""
        return self.word() % of < share

    def weighted(self, pairs):
        """The item of one (item, weight) pair, by integer weights."""
        at = self.below(sum(weight for _, weight in pairs))
        for item, weight in pairs:
            if at < weight:
                return item
            at -= weight
        raise AssertionError("weights changed while they were summed")

    def shuffled(self, items):
        """A new list in another order (Fisher and Yates)."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result

    def bytes(self, count):
        blocks = []
        for _ in range(-(-count // 32)):
            blocks.append(hashlib.sha256(self._name + str(self._block).encode()).digest())
            self._block += 1
        return b"".join(blocks)[:count]
