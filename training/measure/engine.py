"""The same figures of a model as users have it: packed, and run by the project's own engine. No GPU, no PyTorch model.

  python -m measure.engine write FOLDER [--count 48] [--prompts 204]      held-out worlds: sentences, cameras, noise, pictures
  node ../bench/held-out.ts FOLDER [--model DIR]                          generates them and draws what they are judged by
  python -m measure.engine judge FOLDER                                   prints the figures
"""
import argparse
import json
import os

import numpy as np
import torch

from measure import binding, report
from measure.heldout import PLAIN_PATHS, held_out
from stages.common import SHAPES

CPU = torch.device('cpu')


def worlds(name, count):
    """The held-out worlds of a set, and which of their cameras are drawn."""
    if name == 'sentences':
        return binding.sentences(count, CPU), binding.VIEWS
    held = held_out('landscape', count, 12, SHAPES['landscape'], CPU, kinds=PLAIN_PATHS)
    return held, list(range(held.world.shape[1]))


def write(folder, name, count):
    from safetensors.torch import save_file
    held, views = worlds(name, count)
    os.makedirs(folder)
    tensors = dict(cameras=held.cams[:, :held.n], views=held.cams[:, views], noise=held.noise.permute(0, 2, 3, 4, 1))
    if name == 'picture':
        tensors['pictures'] = held.pictures()[:, 0].permute(0, 2, 3, 1)
    save_file({k: v.float().contiguous() for k, v in tensors.items()}, os.path.join(folder, 'cases.safetensors'))
    with open(os.path.join(folder, 'cases.json'), 'w') as f:
        json.dump(dict(height=held.size[0], width=held.size[1], captions=held.captions), f, indent=1)


def judge(folder, name):
    with open(os.path.join(folder, 'made.json')) as f:
        made = json.load(f)
    count = len(made['opacity'])
    held, views = worlds(name, count)
    rgba = np.fromfile(os.path.join(folder, 'made.rgba'), np.uint8).reshape(count, len(views), *held.size, 4)
    out = torch.from_numpy(rgba[..., :3]).permute(0, 1, 4, 2, 3).float() / 127.5 - 1
    result = binding.judged(held, out) if name == 'sentences' else report.judged(held, held.pictures(), out)
    return {**result, 'opacity': round(sum(made['opacity']) / count, 3)}


def main():
    p = argparse.ArgumentParser()
    p.add_argument('what', choices=['write', 'judge']), p.add_argument('folder')
    p.add_argument('--count', type=int, default=48), p.add_argument('--prompts', type=int, default=204)
    a = p.parse_args()
    for name, count in (('picture', a.count), ('text', a.count), ('sentences', a.prompts)):
        folder = os.path.join(a.folder, name)
        if a.what == 'write':
            write(folder, name, count)
        elif os.path.exists(os.path.join(folder, 'made.json')):
            print(f'{name}: {json.dumps(judge(folder, name))}', flush=True)


if __name__ == '__main__':
    main()
