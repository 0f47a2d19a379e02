#!/usr/bin/env python3
"""Refuses includes that run against the direction of the house.

dependencies.json holds the rules. Tests, benchmarks and fuzz targets beside the sources (*_test.cc,
testing.h, fuzz_*.cc) may look anywhere below their own folder and into tests/testing; they are
still refused what their folder is refused. Prints every breach and exits with 1 if there is one.
"""
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
RULES = json.loads((TOP / "tests/architecture/dependencies.json").read_text())
ORDER = RULES["order"]
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<][^">]+[">])', re.M)


def folder_of(path):
    """The folder of the house that a path from the top belongs to, or None."""
    matches = [name for name in ORDER if path == name or path.startswith(name + "/")]
    return max(matches, key=len) if matches else None


def breaches_of(source):
    name = source.relative_to(TOP).as_posix()
    folder = folder_of(name)
    is_test = (name.endswith("_test.cc") or source.stem == "testing"
               or source.name.startswith("fuzz_"))
    text = source.read_text(encoding="utf-8")
    for call in RULES["not_pure_calls"] if folder in RULES["pure"] and not is_test else []:
        if call in text:
            yield f"{name}: {folder} is pure and must not call {call}...)"
    for quoted in INCLUDE.findall(text):
        included = quoted[1:-1]
        of_cairn = "proto" if included.startswith(("cairn/v1/", "google/rpc/")) else folder_of(included)
        if of_cairn and of_cairn != folder:
            if ORDER.index(of_cairn) > ORDER.index(folder):
                yield f"{name}: {folder} must not use {of_cairn} ({included}): it stands below it"
            elif of_cairn in RULES["refused"].get(folder, []):
                yield f"{name}: {folder} must not use {of_cairn} ({included})"
        if included.startswith("tests/") and not is_test:
            yield f"{name}: only tests use {included}"
        for library, users in RULES["libraries"].items():
            if included.startswith(library) and folder not in users and not is_test:
                yield f"{name}: {folder} must not include {included}; allowed in: {', '.join(users) or 'none'}"
        if folder in RULES["pure"] and quoted in RULES["not_pure"] and not is_test:
            yield f"{name}: {folder} is pure and must not include {quoted}"
        if folder != "broker" and included.endswith(".grpc.pb.h") and folder != "client":
            yield f"{name}: only broker and client see services ({included})"


def main():
    sources = [path for top in ("keys", "audit", "broker", "client")
               for path in sorted((TOP / top).rglob("*")) if path.suffix in (".h", ".cc")]
    if len(sources) < 20:
        sys.exit(f"only {len(sources)} sources found below {TOP}: the check would prove nothing")
    found = [breach for source in sources for breach in breaches_of(source)]
    print("\n".join(found) if found else f"{len(sources)} sources keep the direction of the house")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
