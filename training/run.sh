#!/usr/bin/env bash
# Makes the embedded model, from nothing or from a checkpoint that is to go on, on all GPUs of the machine: ./run.sh OUT [CHECKPOINT]
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
from=${2:+$(cd "$2" && pwd)}
cd "$(dirname "$0")"
python=${PYTHON:-python3}
tokenizer=${from:-$out}/tokenizer
[ -e "$tokenizer/tokenizer.json" ] || $python tokenizer.py "$tokenizer"
$python -m native
$python -m tests.raster
$python -m tests.head
$python -m tests.fused_norm
$python -m tests.worlds
$python -m tests.parallel
$python -m worlds.pool "$out/pool" "$tokenizer"
train() {
  $python -m torch.distributed.run --nproc-per-node "$(nvidia-smi -L | wc -l)" train.py \
    --pool "$out/pool" --tokenizer "$tokenizer" --out "$out" "$@"
}
[ "$from" ] || train
train --refine "${from:-$out/weights.pt}" --name together --scene 1280
train --refine "$out/together.pt" --name critic --critic .3 --scene 100
$python finish.py "$out/critic.pt" "$tokenizer" "$out"
$python pack.py unpack "$out" "$tokenizer" "$out/checkpoint"
