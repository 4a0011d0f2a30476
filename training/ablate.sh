#!/usr/bin/env bash
# Short ablations from the checkpoint at hand: ./ablate.sh ASSET OUT
set -euo pipefail
out=$(mkdir -p "$2" && cd "$2" && pwd)
asset=$(cd "$1" && pwd)
cd "$(dirname "$0")"
python=${PYTHON:-python3}
for part in raycast raster head; do $python -c "import native; native.load('$part.cu', 'cuda')" & done
$python pack.py open "$asset" "$out/start" &
wait
$python -m tests.raster
$python -m worlds.pool "$out/pool" "$out/start/tokenizer" 60000 30000
timeout 420 $python ablate.py --pool "$out/pool" --start "$out/start" --out "$out"
