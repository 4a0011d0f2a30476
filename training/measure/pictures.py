"""Contact sheets.

  python -m measure.pictures CHECKPOINT OUT.png caption … [--path orbit] [--portrait] [--photo FILE] [--seed 0]
"""
import argparse
import os

import numpy as np
import torch
import torch.nn.functional as F

from measure.heldout import held_out, text_rows
from rasterizer import render
from sampler import Draws, generate
from worlds import paths

CAPTIONS = ['a red sphere on grass', 'a blue cube on a checkered floor at sunset', 'a red house beside a green tree on a green field',
            'a purple cone to the left of a red cube on sand', 'a yellow car to the right of a blue pine tree on snow',
            'a white rocket on mars', 'a snowman between a red mushroom and a blue tower on a snowy field',
            'a yellow pyramid, a green ball and a pink box on a chessboard', 'an orange ball on top of a black cube at night',
            'a gray robot in front of a white house with a red roof', 'a lighthouse on the sea at dawn', 'three pink cones on a wooden floor']


def save_rows(path, rows, labels=None):
    """rows: list of [B, V, 3, H, W] in [-1, 1]; for every b, the rows one under the other."""
    from PIL import Image, ImageDraw
    bands = []
    for b in range(rows[0].shape[0]):
        strip = torch.cat([torch.cat(list(r[b]), -1) for r in rows], -2)
        im = ((strip.permute(1, 2, 0).float().clamp(-1, 1) + 1) * 127.5).round().byte().cpu().numpy()
        head = Image.fromarray(np.full((13 if labels else 2, im.shape[1], 3), 255, np.uint8))
        if labels:
            ImageDraw.Draw(head).text((2, 0), labels[b], fill='black')
        bands += [np.array(head), im]
    Image.fromarray(np.concatenate(bands)).save(path)


@torch.no_grad()
def sheets(m, enc, dev, out, count=8, size=(128, 192), n=12):
    """Held-out worlds, truth above: frames 0, 4, 8, 11 and one camera 30 degrees off the path."""
    from measure.report import figures
    held = held_out('sheet', count, n, size, dev)
    at = [0, n // 3, 2 * n // 3, n - 1, n + 2]
    for mode in ('image', 'text'):
        truth, got = figures(m, enc, held, mode == 'image', False)[1]
        save_rows(os.path.join(out, f'heldout_{mode}.png'), [truth[:, at], got[:, at]],
                  [f'{c} | {k}' for c, k in zip(held.captions, held.kinds)])


def path_cameras(kind, n, size, seed, device):
    """The model's cameras [n, 11] of one path, without chances."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        path = paths.Path(n, *size, torch.ones(1), torch.full((1,), paths.PITCH), torch.tensor([paths.NAMES.index(kind)]))
        world, scale = paths.draw(path, n, between=0, beside=0)
    return paths.normalised(world, scale)[0].to(device)


@torch.no_grad()
def gallery(m, enc, dev, out, captions=CAPTIONS, kind='orbit', size=(128, 192), seed=0, photo=None, n=12):
    """Scenes for captions typed by hand, four frames each; photo [3, H, W] in [-1, 1]: their first picture."""
    cams = path_cameras(kind, n, size, seed, dev)[None]
    strips = []
    for i, c in enumerate(captions):
        image = None if photo is None else photo[None].to(dev)
        gs = generate(m, cams, *size, text_rows(m, enc, [c], dev), image, 0, Draws(seed + i, dev))
        strips.append(render(gs, cams[:, [0, n // 3, 2 * n // 3, n - 1]], *size).clamp(-1, 1))
    save_rows(out, [torch.cat(strips)], list(captions))
    return strips


def read_photo(path, size):
    """A picture file, cut to the size's aspect in the middle -> [3, H, W] in [-1, 1]."""
    from PIL import Image
    im = torch.from_numpy(np.array(Image.open(path).convert('RGB'))).permute(2, 0, 1)[None].float() / 127.5 - 1
    s = max(size[0] / im.shape[2], size[1] / im.shape[3])
    im = F.interpolate(im, scale_factor=s, mode='bilinear', antialias=True)
    y, x = (im.shape[2] - size[0]) // 2, (im.shape[3] - size[1]) // 2
    return F.interpolate(im[..., y:y + size[0], x:x + size[1]], size, mode='bilinear')[0].clamp(-1, 1)


def main():
    import models
    from tokenizer import Encode
    p = argparse.ArgumentParser()
    p.add_argument('checkpoint'), p.add_argument('out'), p.add_argument('captions', nargs='*', default=CAPTIONS)
    p.add_argument('--path', default='orbit', choices=paths.NAMES), p.add_argument('--portrait', action='store_true')
    p.add_argument('--photo'), p.add_argument('--seed', type=int, default=0), p.add_argument('--device', default='cpu')
    a = p.parse_args()
    dev, size = torch.device(a.device), (192, 128) if a.portrait else (128, 192)
    m, enc = models.load(a.checkpoint, dev), Encode(os.path.join(a.checkpoint, 'tokenizer'))
    photo = read_photo(a.photo, size) if a.photo else None
    strips = gallery(m, enc, dev, a.out, a.captions, a.path, size, a.seed, photo)
    if photo is not None:
        e = ((strips[0][0, 0].cpu() - photo) / 2).square().mean()
        print(f'first frame against the photo: {-10 * e.log10().item():.2f} dB')


if __name__ == '__main__':
    main()
