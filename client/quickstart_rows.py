#!/usr/bin/env python3
"""What client/quickstart needs to read of CSV and JSON files.

    quickstart_rows.py FILE COLUMN=VALUE   the fitting rows, each a line of shell assignments
    quickstart_rows.py --reports SIZE      how many parties assessed the state at SIZE, out of the
                                           JSON of `cairn handover show` on standard input
"""
import csv
import json
import shlex
import sys


def main(arguments):
    if arguments[0] == "--reports":
        state = json.load(sys.stdin)
        print(max((len(one.get("reports", [])) for one in state.get("comparisons", [])
                   if one.get("at_size") == arguments[1]), default=0))
        return
    column, value = arguments[1].split("=", 1)
    with open(arguments[0], newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row[column] == value:
                print(" ".join(f"{key}={shlex.quote(cell)}" for key, cell in row.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
