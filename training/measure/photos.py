"""Photographs: python -m measure.photos CHECKPOINT FOLDER OUT [--device cuda]

FOLDER holds requests as JSON (`image_prompt`, `text_prompt`, `image_index`, `cameras`). OUT.json gets how well the pictured
frame comes back, OUT.png for each the picture, that frame, and the path's first and last."""
import argparse
import glob
import json
import os

import torch

import models
from measure.detail import sharpness
from measure.heldout import text_rows
from measure.pictures import save_rows
from measure.report import psnr
from measure.requests import FRAMES, SIZE, read
from rasterizer import render
from sampler import Draws, generate
from tokenizer import Encode


@torch.no_grad()
def judged(m, enc, paths, dev):
    """-> figures, strips of pictures [count, 4, 3, H, W]."""
    figures, strips = [], []
    for i, path in enumerate(paths):
        picture, cams, index, caption = read(path)
        picture, cams = picture.to(dev), cams[None].to(dev)
        gs = generate(m, cams, *SIZE, text_rows(m, enc, [caption], dev), picture[None], index, Draws(i, dev))
        out = render(gs, cams[:, [index, 0, FRAMES - 1]], *SIZE).clamp(-1, 1)[0]
        figures.append(dict(name=os.path.basename(path), psnr=round(psnr(out[0], picture).item(), 2), sharp=round(sharpness(out[:1][None], picture[None, None]), 3)))
        strips.append(torch.cat([picture[None], out]))
    return figures, torch.stack(strips)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('checkpoint'), p.add_argument('folder'), p.add_argument('out'), p.add_argument('--device', default='cpu')
    a = p.parse_args()
    dev = torch.device(a.device)
    m, enc = models.load(a.checkpoint, dev), Encode(os.path.join(a.checkpoint, 'tokenizer'))
    figures, strips = judged(m, enc, sorted(glob.glob(os.path.join(a.folder, '*.json'))), dev)
    mean = {k: round(sum(f[k] for f in figures) / len(figures), 3) for k in ('psnr', 'sharp')}
    with open(a.out + '.json', 'w') as f:
        json.dump(dict(mean=mean, each=figures), f, indent=1)
    save_rows(a.out + '.png', [strips])
    print(json.dumps(mean))


if __name__ == '__main__':
    main()
