"""Weights in files small enough to carry about, and back: python pack.py unpack FOLDER TOKENIZER CHECKPOINT"""
import glob
import os
import sys

import models

LIMIT = 15 * 2 ** 20


def pack(weights, folder):
    """{network: state} -> f16 files of at most 15 MiB."""
    from safetensors.torch import save_file
    flat = {f'{k}/{n}': v for k, sd in weights.items() for n, v in models.half(sd).items()}
    parts, room = [{}], LIMIT
    for name, v in flat.items():
        if v.nbytes > room:
            parts.append({})
            room = LIMIT
        parts[-1][name] = v
        room -= v.nbytes
    for i, part in enumerate(parts):
        save_file(part, os.path.join(folder, f'weights-{i}.safetensors'))


def unpack(folder):
    """The inverse of `pack`."""
    from safetensors.torch import load_file
    weights = {}
    for path in sorted(glob.glob(os.path.join(folder, 'weights-*.safetensors'))):
        for name, v in load_file(path).items():
            net, key = name.split('/', 1)
            weights.setdefault(net, {})[key] = v
    return weights


if __name__ == '__main__':
    assert sys.argv[1] == 'unpack'
    models.export(unpack(sys.argv[2]), sys.argv[3], sys.argv[4])
