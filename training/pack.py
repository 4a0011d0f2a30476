"""Weights in files small enough to carry about, and back; and the embedded model as a checkpoint that can be judged again.

  python pack.py unpack FOLDER TOKENIZER CHECKPOINT
  python pack.py open ASSET CHECKPOINT
"""
import glob
import os
import shutil
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


def unscaled(tensors):
    """Tensors in 8 bits with a scale for each row -> f16."""
    wide = lambda k, v: v.float() * tensors[k + '.scale'].view(-1, *[1] * (v.dim() - 1)) if k + '.scale' in tensors else v
    return {k: wide(k, v).half() for k, v in tensors.items() if not k.endswith('.scale')}


def open_asset(asset, out):
    """The embedded model (see scripts/make-mini-asset.ts) -> a checkpoint in the hub's layout, without what never runs."""
    import torch
    from safetensors.torch import load_file, save_file
    read = lambda path: unscaled(load_file(os.path.join(asset, path)))
    shutil.copytree(asset, out, ignore=shutil.ignore_patterns('*.safetensors', '*.md'), dirs_exist_ok=True)
    for path in ('text_encoder/model.safetensors', 'vae/diffusion_pytorch_model.safetensors'):
        save_file(read(path), os.path.join(out, path))
    both = read('model.safetensors')
    part = lambda name: {k[len(name) + 1:]: v for k, v in both.items() if k.startswith(name + '.')}
    torch.save({name: part(name) for name in ('transformer', 'recon_decoder')}, os.path.join(out, 'model.ckpt'))


if __name__ == '__main__':
    if sys.argv[1] == 'open':
        open_asset(*sys.argv[2:4])
    else:
        models.export(unpack(sys.argv[2]), sys.argv[3], sys.argv[4])
