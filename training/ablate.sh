#!/usr/bin/env bash
# Short ablations from the embedded model at hand, and all stages for some seconds each: ./ablate.sh ASSET OUT [PHOTOS]
set -euo pipefail
out=$(mkdir -p "$2" && cd "$2" && pwd)
asset=$(cd "$1" && pwd)
photos=${3:+$(cd "$3" && pwd)}
cd "$(dirname "$0")"
python=${PYTHON:-python3}
work=$(mktemp -d)
$python tokenizer.py "$work/tokenizer" > "$work/tokenizer.log" 2>&1 &
for part in raycast raster head; do $python -c "import native; native.load('$part.cu', 'cuda')" & done
$python pack.py open "$asset" "$work/start" &
wait
$python -m tests.raster
$python -m worlds.pool "$work/pool" "$work/start/tokenizer" 60000 30000
timeout 330 $python ablate.py --pool "$work/pool" --start "$work/start" --out "$out" --photos "$photos" || echo "ablations: $?"
timeout 120 $python train.py --pool "$work/pool" --tokenizer "$work/tokenizer" --out "$work/run" --vae 6 --recon 5 --text 4 --latent 8 --scene 20 > "$out/smoke.log" 2>&1 || echo "smoke: $?"
tail -5 "$work/tokenizer.log" "$out/smoke.log"
nvidia-smi --query-gpu=memory.used,memory.total --format=csv || true
