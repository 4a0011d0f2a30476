#!/usr/bin/env bash
# Short ablations from the embedded model at hand: ./ablate.sh ASSET OUT [PHOTOS]
set -euo pipefail
out=$(mkdir -p "$2" && cd "$2" && pwd)
asset=$(cd "$1" && pwd)
photos=${3:+$(cd "$3" && pwd)}
cd "$(dirname "$0")"
python=${PYTHON:-python3}
work=$(mktemp -d)
for part in raycast raster head; do $python -c "import native; native.load('$part.cu', 'cuda')" & done
$python pack.py open "$asset" "$work/start" &
wait
$python -m tests.raster
$python -m worlds.pool "$work/pool" "$work/start/tokenizer" 60000 30000
timeout 400 $python ablate.py --pool "$work/pool" --start "$work/start" --out "$out" --photos "$photos"
