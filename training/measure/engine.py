"""The same figures of a model as users have it: packed, and run by the project's own engine. No GPU, no PyTorch model.

  python -m measure.engine write FOLDER [--count 48] [--prompts 204] [--photographs REQUESTS]
                                            held-out worlds and photographs: sentences, cameras, noise, pictures
  node ../bench/held-out.ts FOLDER [--model DIR] [--raw]     generates them and draws what they are judged by
  python -m measure.engine judge FOLDER                      prints the figures
"""
import argparse
import glob
import json
import os

import numpy as np
import torch

import config as C
from measure import binding, report, requests
from measure.detail import sharpness
from measure.heldout import PLAIN_PATHS, held_out
from stages.common import SHAPES

CPU = torch.device('cpu')
SETS = {  # name: seed (that of the same worlds in `report`), and what `held_out` gets
    'picture': ('landscape', {}), 'text': ('landscape', {}), 'orbits': ('full orbits, 16 frames', dict(n=16, kinds=['full_orbit'])),
    'abstract': ('wild worlds', dict(wild=True)), 'like photographs': ('worlds like photographs', dict(wild=True, photo=True))}


def worlds(name, count):
    """The held-out worlds of a set, and which of their cameras are drawn."""
    if name == 'sentences':
        return binding.sentences(count, CPU), binding.VIEWS
    seed, a = SETS[name]
    held = held_out(seed, count, size=SHAPES['landscape'], device=CPU, **dict(n=12, kinds=PLAIN_PATHS) | a)
    return held, list(range(held.world.shape[1]))


def write(folder, name, count):
    held, views = worlds(name, count)
    tensors = dict(cameras=held.cams[:, :held.n], views=held.cams[:, views], noise=held.noise.permute(0, 2, 3, 4, 1))
    if name not in ('text', 'sentences'):
        tensors['pictures'] = held.pictures()[:, 0].permute(0, 2, 3, 1)
    save(folder, held.captions, [0] * count, held.size, tensors)


def write_photographs(folder, paths):
    """Real ones; what is judged of them is the pictured frame."""
    pictures, cams, pictured, captions = zip(*map(requests.read, paths))
    noise = torch.randn(len(paths), C.Z, len(cams[0]), *(s // 16 for s in requests.SIZE), generator=torch.Generator().manual_seed(0))
    cameras = torch.stack(cams)
    views = cameras[torch.arange(len(paths)), list(pictured)][:, None]
    save(folder, captions, pictured, requests.SIZE, dict(
        cameras=cameras, views=views, noise=noise.permute(0, 2, 3, 4, 1), pictures=torch.stack(pictures).permute(0, 2, 3, 1)))


def save(folder, captions, pictured, size, tensors):
    from safetensors.torch import save_file
    os.makedirs(folder)
    save_file({k: v.float().contiguous() for k, v in tensors.items()}, os.path.join(folder, 'cases.safetensors'))
    with open(os.path.join(folder, 'cases.json'), 'w') as f:
        json.dump(dict(height=size[0], width=size[1], captions=captions, pictured=pictured), f, indent=1)


def made(folder, count, views, size):
    """The pictures that were made [count, views, 3, H, W]."""
    rgba = np.fromfile(os.path.join(folder, 'made.rgba'), np.uint8).reshape(count, views, *size, 4)
    return torch.from_numpy(rgba[..., :3]).permute(0, 1, 4, 2, 3).float() / 127.5 - 1


def judge(folder, name):
    with open(os.path.join(folder, 'made.json')) as f:
        opacity = json.load(f)['opacity']
    count = len(opacity)
    result = judged_photographs(folder, count) if name == 'photographs' else judged_worlds(folder, name, count)
    return {**result, 'opacity': round(sum(opacity) / count, 3)}


def judged_worlds(folder, name, count):
    held, views = worlds(name, count)
    out = made(folder, count, len(views), held.size)
    return binding.judged(held, out) if name == 'sentences' else report.judged(held, held.pictures(), out, off_path=name != 'orbits')


def judged_photographs(folder, count):
    from safetensors.torch import load_file
    truth = load_file(os.path.join(folder, 'cases.safetensors'))['pictures'].permute(0, 3, 1, 2)[:, None]
    out = made(folder, count, 1, requests.SIZE)
    psnr = report.psnr(out, truth)[:, 0]
    return dict(psnr=[round(v, 2) for v in psnr.tolist()], mean=round(psnr.mean().item(), 2), sharp=round(sharpness(out, truth), 3))


def main():
    p = argparse.ArgumentParser()
    p.add_argument('what', choices=['write', 'judge']), p.add_argument('folder')
    p.add_argument('--count', type=int, default=48), p.add_argument('--prompts', type=int, default=204)
    p.add_argument('--photographs', help='a folder of requests with pictures')
    a = p.parse_args()
    for name in [*SETS, 'sentences', 'photographs']:
        folder = os.path.join(a.folder, name)
        if a.what == 'judge':
            if os.path.exists(os.path.join(folder, 'made.json')):
                print(f'{name}: {json.dumps(judge(folder, name))}', flush=True)
        elif name != 'photographs':
            write(folder, name, a.prompts if name == 'sentences' else a.count)
        elif a.photographs:
            write_photographs(folder, sorted(glob.glob(os.path.join(a.photographs, '*.json'))))


if __name__ == '__main__':
    main()
