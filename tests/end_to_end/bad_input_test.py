#!/usr/bin/env python3
"""Bad input, as a user of the programs meets it: bad_input_test.py BUILD DEMO [--only NAME] [--show]

Starts from the folder that client/quickstart leaves (DEMO). Each row of each table spoils one thing
and names the exit code and what the answer must say; after each row the broker must still answer
and its tree have the size and root that it had. In the end the stopped store is checked whole."""
import argparse
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import bad_broker  # noqa: E402
import bad_packages  # noqa: E402
import bad_papers  # noqa: E402
import bad_statements  # noqa: E402
import bad_transfers  # noqa: E402
from played import Played  # noqa: E402
from raw import Schema  # noqa: E402
from rows import play  # noqa: E402

def statements(played, schema):
    bad_statements.prepare(played)
    return bad_statements.rows(played, schema)


TABLES = {"statements": statements, "papers": bad_papers.rows,
          "packages": bad_packages.rows, "broker": bad_broker.rows,
          "transfers": bad_transfers.rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("demo")
    parser.add_argument("--only", choices=TABLES, action="append")
    parser.add_argument("--show", action="store_true", help="print every answer")
    options = parser.parse_args()
    schema = Schema(os.path.join(options.build, "proto", "cairn.protoset"))
    failed = count = 0
    with Played(options.build, options.demo) as played:
        played.start()
        for name in options.only or TABLES:
            began = time.monotonic()
            rows = TABLES[name](played, schema)
            failed += play(rows, played, options.show)
            count += len(rows)
            print(f"{name}: {len(rows)} rows, {time.monotonic() - began:.1f} s")
        played.stop()
        checked = played.fsck()
        if checked.code != 0:
            print("fsck after all:", checked.text)
            failed += 1
    print(f"{count - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
