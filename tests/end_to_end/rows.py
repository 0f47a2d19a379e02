"""One row of a table: what is done, what the program must answer, and that nothing changed."""
import time

from played import Result


class Row:
    """`act` returns a played.Result. `phrases` stand in what it printed, in any case of letters.
    `moves`: the state may change, because something good was done as well."""

    def __init__(self, name, act, code, *phrases, moves=False):
        self.name, self.act, self.code, self.phrases = name, act, code, phrases
        self.moves = moves


def judge(row, result):
    """What is wrong with the answer: a list of sentences."""
    wrong = []
    if result.code != row.code:
        wrong.append(f"exit code {result.code} instead of {row.code}")
    for phrase in row.phrases:
        if phrase.lower() not in result.text.lower():
            wrong.append(f"does not say '{phrase}'")
    if "terminate called" in result.text or "Traceback" in result.text or result.code < 0:
        wrong.append("it crashed")
    if row.code != 0 and not result.text.strip():
        wrong.append("says nothing")
    return wrong


def play(rows, played, show=False):
    """Runs the rows in turn; returns the number of those that failed. The checkpoint must be the
    same after each row, but for the time."""
    failed = 0
    before = played.checkpoint()
    for row in rows:
        began = time.monotonic()
        try:
            result = row.act()
            wrong = judge(row, result)
        except AssertionError as failure:
            result, wrong = Result(0, "", ""), [str(failure)]
        after = played.checkpoint()
        if after != before and not row.moves and not played.only_time_between(before, after):
            wrong.append(f"state changed from {before} to {after}")
        before = after
        if wrong or show:
            print(f"{'FAILED' if wrong else 'ok    '} {row.name} ({time.monotonic() - began:.1f} s): "
                  f"{'; '.join(wrong)}")
            print("    " + result.text.strip()[:600].replace("\n", "\n    "))
        failed += bool(wrong)
    return failed
