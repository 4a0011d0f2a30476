"""Worlds that training never saw, with all chances fixed by a seed: the same on every device."""
import random
import zlib
from dataclasses import dataclass

import torch
import torch.nn.functional as F

import config as C
from sampler import Draws, generate
from worlds import build, paths
from worlds.batch import CHANCES, look_at, raycast
from worlds.grammar import world_of
from worlds.photo import draw_photo
from worlds.wild import draw_wild

PLAIN_PATHS = [k for k in paths.NAMES if k not in ('wide_orbit', 'full_orbit', 'spiral')]


@dataclass
class Held:
    worlds: list
    captions: list
    prims: torch.Tensor
    env: torch.Tensor
    world: torch.Tensor    # ray caster's cameras: n on the path, then `between`, then `beside`
    cams: torch.Tensor
    scale: torch.Tensor
    u: torch.Tensor
    noise: torch.Tensor
    D: torch.Tensor
    kinds: list
    n: int
    size: tuple

    def pictures(self, ss=2):
        return raycast(self.prims, self.env, self.world, *self.size, ss, ('rgb',))['rgb']


def wild_of(seed, photo):
    prims, env, text = (draw_photo if photo else draw_wild)(random.Random(seed))
    return torch.from_numpy(prims), torch.from_numpy(env), text


def held_out(seed, count, n, size, device, kinds=PLAIN_PATHS, layouts=None, loose=False, wild=False, photo=False,
             between=2, beside=2):
    """count worlds with n cameras on paths of the given kinds, `between` others on the path and `beside` 30 degrees off
    it. layouts: names of layouts, taken in turn; wild: worlds outside the grammar, photo: those like photographs. The worlds'
    chances are those of the noise, so that text alone says what is to be seen."""
    rng = random.Random(f'held out {seed}')
    names = [rng.choices(kinds, [paths.KINDS[k] for k in kinds])[0] for _ in range(count)]
    layout = lambda i: layouts[i % len(layouts)] if layouts else None
    worlds = [] if wild else [world_of(f'held out {seed}.{i}', layout(i)) for i in range(count)]
    if wild:
        prims, env, captions = zip(*(wild_of(f'held out {seed}.{i}', photo) for i in range(count)))
    else:
        prims, env = zip(*((torch.from_numpy(build.prims(w)), torch.from_numpy(build.env(w))) for w in worlds))
        captions = [w.caption for w in worlds]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(zlib.crc32(f'{seed}'.encode()))
        noise = torch.randn(count, C.Z, n, size[0] // 16, size[1] // 16)
        u = noise[:, :CHANCES, 0, 0, 0]
        flags = torch.full((count,), float(loose)), torch.full((count,), wild)
        kind = torch.tensor([paths.NAMES.index(k) for k in names])
        lens = paths.Lens(count, 'cpu') if photo else None
        got = look_at(torch.stack(prims), torch.stack(env), u, *flags, n, size, kind, lens,
                      between=between, beside=beside, degrees=(30., 30.), raised=(0., 0.))
    p, e, world, scale, path = got
    cams = paths.normalised(world, scale)
    to = lambda *ts: [t.to(device) for t in ts]
    return Held(worlds, list(captions), *to(p, e, world, cams, scale, u, noise, path.D), names, n, size)


def text_rows(m, enc, captions, device):
    """Captions -> text rows with a zero row last."""
    ids = torch.from_numpy(enc.batch(captions, C.TEXT_LEN - 1)).to(device)
    return F.pad(m['text'](ids), (0, 0, 0, 1))


@torch.no_grad()
def make(m, enc, held, images=None, chunk=16):
    """Generates all of `held` (images [B, 3, H, W]: pictures at the first camera, or None) -> Gaussians [B, N, 38]."""
    dev, out = held.cams.device, []
    for i in range(0, len(held.captions), chunk):
        part = slice(i, i + chunk)
        rows = text_rows(m, enc, held.captions[part], dev)
        out.append(generate(m, held.cams[part, :held.n], *held.size, rows, None if images is None else images[part], 0,
                            Draws(i, dev, held.noise[part].cpu())))
    return torch.cat(out)
