#!/usr/bin/env bash
# Runs client/quickstart with the programs of a build folder and goes on from what it leaves to
# stages C and D of the worked handover: stages_test.sh BUILD
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
CAIRN_QUICKSTART_BUILT=1 CAIRN_BIN=$1/bin CAIRN_GRPC=127.0.0.1:17543 CAIRN_HTTP=127.0.0.1:17580 \
  "$top/client/quickstart" "$work/demo"
python3 "$top/tests/end_to_end/stages.py" "$1/bin" "$work/demo"
