#!/usr/bin/env bash
# Makes the embedded model from nothing, on all GPUs of the machine: ./run.sh OUT
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
$python -m tests.parallel
$python -m worlds.pool "$out/pool" "$out/tokenizer"
train() {
  $python -m torch.distributed.run --nproc-per-node "$(nvidia-smi -L | wc -l)" train.py \
    --pool "$out/pool" --tokenizer "$out/tokenizer" --out "$out" "$@"
}
train
train --refine "$out/weights.pt" --name together --scene 1280
train --refine "$out/together.pt" --name critic --critic .3 --scene 100
$python finish.py "$out/critic.pt" "$out/tokenizer" "$out"
$python pack.py unpack "$out" "$out/tokenizer" "$out/checkpoint"
