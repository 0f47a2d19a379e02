#!/usr/bin/env python3
"""The rows of the benchmarks (tests/bench/rows.h) from stdin, as a table in Markdown."""
import sys

HEADINGS = ["", "value", "limit", "ratio", "target", "reached", ""]


def main():
    notes, rows = [], [HEADINGS]
    for line in sys.stdin:
        kind, *fields = line.rstrip("\n").split("\t")
        if kind == "note":
            notes.append(" ".join(fields))
        elif kind == "row":
            rows.append((fields + [""] * len(HEADINGS))[:len(HEADINGS)])
    if len(rows) == 1:
        sys.exit("no rows: the benchmarks have printed nothing")
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    lines = ["| " + " | ".join(f.ljust(w) for f, w in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    print("\n".join(["- " + note for note in notes] + [""] + lines))


main()
