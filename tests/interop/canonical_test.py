"""Compares the two scanners of the canonical form with each other and with the corpus.

    canonical_test.py <canonical_verdicts> <cairn.protoset> <everything.protoset> [spoilings]

1. tests/vectors/canonical/corpus.txt is what make_canonical_corpus.py writes.
2. Both scanners give every line of it the verdict that it names.
3. On lines of it spoiled at random (seed printed) both give the same verdict.
"""

import pathlib
import random
import subprocess
import sys

import canonical

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors" / "canonical"


def python_verdict(schema, type_name, data):
    try:
        canonical.check(schema, type_name, data)
    except (canonical.NotCanonical, canonical.UnfitType) as error:
        return "bad", str(error)
    return "good", ""


def compare(program, schema, cases, label):
    """`cases`: (type, bytes, expected verdict or None, description). Returns how many differ."""
    lines = "".join(f"{case[0]} {case[1].hex() or '-'}\n" for case in cases)
    answers = subprocess.run(program, input=lines, text=True, capture_output=True,
                             check=False)
    if answers.returncode != 0:
        sys.exit(f"{label}: {program[0]} exits with {answers.returncode}: {answers.stderr[-4000:]}")
    answers = answers.stdout.splitlines()
    assert len(answers) == len(cases), (len(answers), len(cases))
    wrong = 0
    for (type_name, data, expected, what), answer in zip(cases, answers):
        cpp = answer.split(" ", 1)[0]
        python, why = python_verdict(schema, type_name, data)
        if cpp == python and expected in (None, cpp):
            continue
        wrong += 1
        if wrong <= 20:
            print(f"{label}: {what}\n  {type_name} {data.hex()}\n"
                  f"  expected {expected}; C++: {answer}; Python: {python} {why}")
    good = sum(answer == "good" for answer in answers)
    print(f"{label}: {len(cases)} encodings, {good} of them canonical, {wrong} differences")
    return wrong


def read_corpus(text):
    for line in text.splitlines():
        if not line.startswith("#"):
            type_name, verdict, digits, what = line.split(" ", 3)
            yield type_name, bytes.fromhex("" if digits == "-" else digits), verdict, what


def spoil(data, chance):
    """One to three small changes of the kinds that a parser would forgive or trip over."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and at < len(data):
            del data[at]
        elif kind == 2:
            data.insert(at, chance.choice([0, 1, 2, 8, 10, 18, 127, 128, 255]))
        elif kind == 3 and at < len(data):
            data[at] = chance.randrange(256)
        elif kind == 4:
            data[at:at] = data[at:at + chance.randint(1, 8)]
        elif kind == 5:
            del data[at:at + chance.randint(1, 4)]
    return bytes(data)


def main():
    program, ours, everything = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 20000
    schema = canonical.Schema(pathlib.Path(ours).read_bytes(), pathlib.Path(everything).read_bytes())
    program = [program, everything]
    text = (VECTORS / "corpus.txt").read_text()
    made = subprocess.run([sys.executable, HERE / "make_canonical_corpus.py"], text=True,
                          capture_output=True, check=True).stdout
    wrong = 0
    if made != text:
        print("corpus.txt is not what make_canonical_corpus.py writes")
        wrong += 1
    corpus = list(read_corpus(text))
    wrong += compare(program, schema, corpus, "corpus")
    seed = 20210809
    chance = random.Random(seed)
    good = [case for case in corpus if case[2] == "good" and case[1]]
    spoiled = []
    for _ in range(count):
        type_name, data, _, what = chance.choice(good if chance.random() < 0.7 else corpus)
        spoiled.append((type_name, spoil(data, chance), None, f"{what}, spoiled"))
    wrong += compare(program, schema, spoiled, f"spoiled at random, seed {seed}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
