#!/usr/bin/env python3
"""Makes a folder of scans of any size, to be built as a package without records:

    client/big_scans.py FOLDER --mib 256 --area aghdam --source archive-1
    cairn package build --kind scans-only --first FOLDER --rules ... --out ...

For trying how much memory a large package takes, and what a broken transfer costs. The bytes are
made from the seed, so that the same arguments give the same folder."""
import argparse
import os
import random

MIB = 1 << 20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--mib", type=int, default=256, help="size of all scans together")
    parser.add_argument("--scan-mib", type=int, default=64, help="size of one scan")
    parser.add_argument("--area", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stream = random.Random(options.seed)
    os.makedirs(os.path.join(options.folder, "scans"))
    left, number = options.mib, 0
    while left > 0:
        number += 1
        size = min(left, options.scan_mib)
        name = os.path.join(options.folder, "scans", f"{number:05}.bin")
        with open(name, "xb") as scan:
            for _ in range(size):
                scan.write(stream.randbytes(MIB))
        left -= size
    with open(os.path.join(options.folder, "totals.csv"), "x", encoding="utf-8") as totals:
        totals.write("area,source,documents,at,ap\n")
        totals.write(f"{options.area},{options.source},{number},[not stated],[not stated]\n")
    print(f"{number} scans, {options.mib} MiB in {options.folder}")


if __name__ == "__main__":
    main()
