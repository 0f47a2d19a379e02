#!/usr/bin/env bash
# Runs client/quickstart with the programs of a build folder and holds what it prints against the
# numbers of the worked handover: quickstart_test.sh BUILD. Leaves its folder as BUILD/tests/demo.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
kept=$1/tests/demo
rm -rf "$kept"
read -r grpc http < <(python3 -c 'import socket
sockets = [socket.socket() for _ in range(2)]
for one in sockets: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))')
CAIRN_QUICKSTART_BUILT=1 CAIRN_BIN=$1/bin CAIRN_GRPC=127.0.0.1:$grpc CAIRN_HTTP=127.0.0.1:$http \
  "$top/client/quickstart" "$work/demo" | tee "$work/out"
expect() { grep -qF -- "$1" "$work/out" || { echo "missing from what the quickstart prints: $1" >&2; exit 1; }; }
expect "400 formularies, 189,000 mines declared in 3 districts; 105 complete, 195 partially filled in, 60 without information pertinent to demining, 40 contradicting themselves; 7 districts with nothing delivered; 1,230 of 1,630 declared records outstanding."
expect "117 complete, 183 partially filled in, 60 without information pertinent to demining, 40 contradicting themselves"
! grep -q "does not hold" "$work/out" || { echo "a claim does not hold" >&2; exit 1; }

# Every claim of every receipt holds but "witnessed", which is not checked.
python3 - "$work/demo/verified.txt" <<'PYTHON'
import sys
text = open(sys.argv[1], encoding="utf-8").read()
assert "does not hold" not in text.replace("0 do not hold", ""), "a claim does not hold"
assert text.count("witnessed") > 50, "fewer than 50 receipts were verified"
PYTHON

# One flipped byte in a receipt's entry is noticed.
entry=$work/demo/receipts/5.entry
cp "$entry" "$work/5.entry"
python3 - "$entry" <<'PYTHON'
import sys
data = bytearray(open(sys.argv[1], "rb").read()); data[len(data) // 2] ^= 1
open(sys.argv[1], "wb").write(data)
PYTHON
status=0
"$1/bin/cairn" verify --policy "$work/demo/policy" "${entry%.entry}.tlog-proof" >/dev/null 2>&1 || status=$?
[ "$status" = 1 ] || { echo "a flipped byte gave exit code $status, not 1" >&2; exit 1; }
cp "$work/5.entry" "$entry"
mkdir -p "$1/tests"; mv "$work/demo" "$kept"
echo "1 passed, 0 failed"
