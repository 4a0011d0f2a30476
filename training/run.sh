#!/usr/bin/env bash
# Makes the embedded model from nothing: ./run.sh OUT
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
python=${PYTHON:-python3}
[ -e "$out/tokenizer/tokenizer.json" ] || $python tokenizer.py "$out/tokenizer"
$python -m native
$python -m tests.raster
$python -m tests.head
$python -m tests.fused_norm
$python -m tests.worlds
$python -m worlds.pool "$out/pool" "$out/tokenizer"
$python train.py --pool "$out/pool" --tokenizer "$out/tokenizer" --out "$out"
$python train.py --pool "$out/pool" --tokenizer "$out/tokenizer" --out "$out" --refine "$out/weights.pt"
$python finish.py "$out/weights-critic.pt" "$out/tokenizer" "$out"
$python pack.py unpack "$out" "$out/tokenizer" "$out/checkpoint"
