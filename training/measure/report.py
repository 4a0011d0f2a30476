"""Figures on held-out worlds."""
import json
import time

import torch

from measure.binding import binding
from measure.detail import DC, depth_error, sharpness, small_parts
from measure.heldout import PLAIN_PATHS, held_out, make
from rasterizer import render
from stages.common import SHAPES, decibels
from worlds.batch import raycast


def psnr(a, b, mask=None):
    """Pictures [..., 3, H, W] in [-1, 1] -> [...]; mask [..., 1, H, W]: pixels that count."""
    e = (a.clamp(-1, 1) - b).square()
    if mask is None:
        return decibels(e.mean((-3, -2, -1)))
    return decibels((e * mask).sum((-3, -2, -1)) / (3 * mask.sum((-3, -2, -1))).clamp_min(1))


def seen_from_path(held, views, rgb_size):
    """[B, V, 1, H, W]: pixels of the given cameras [B, V, 16] whose surface some path camera sees."""
    (H, W), n = rgb_size, held.n
    cast = lambda cams: raycast(held.prims, held.env, cams.contiguous(), H, W, 1, ('depth',))['depth']
    depth, known = cast(views), cast(held.world[:, :n])
    p = points(views, depth)                                     # [B, V, H, W, 3]
    seen = torch.zeros(depth.shape, dtype=torch.bool, device=depth.device)
    for i in range(n):
        c = held.world[:, i, :12].unflatten(-1, (3, 4))
        K = held.world[:, i, 12:]
        q = torch.einsum('bji,bvhwj->bvhwi', c[..., :3], p - c[:, None, None, None, :, 3])
        z = (-q[..., 2]).clamp_min(1e-6)
        k = lambda j: K[:, j, None, None, None]
        x, y = k(0) * q[..., 0] / z + k(2), -k(1) * q[..., 1] / z + k(3)
        inside = (q[..., 2] < 0) & (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
        at = (y.clamp(0, .999) * H).long() * W + (x.clamp(0, .999) * W).long()
        there = torch.gather(known[:, i].flatten(1), 1, at.flatten(1)).reshape(at.shape)
        seen |= inside & (q.norm(dim=-1) < there * 1.03)
    return seen[:, :, None].float()


def points(cams, depth):
    """Surface points [B, V, H, W, 3] at depths along the rays of cameras [B, V, 16]."""
    H, W = depth.shape[-2:]
    x = (torch.arange(W, device=depth.device) + .5) / W
    y = (torch.arange(H, device=depth.device) + .5) / H
    k = lambda j: cams[..., 12 + j, None, None]
    d = torch.stack(torch.broadcast_tensors((x - k(2)) / k(0), -(y[:, None] - k(3)) / k(1), -torch.ones_like(depth)), -1)
    m = cams[..., :12].unflatten(-1, (3, 4))
    d = torch.einsum('bvij,bvhwj->bvhwi', m[..., :3], d / d.norm(dim=-1, keepdim=True))
    return m[:, :, None, None, :, 3] + depth[..., None] * d


def mean_opacity(gs, cams, H, W):
    """Opacity of the Gaussians that are seen, by their blending weight in the pictures -> [B]."""
    def with_colour(c):
        sh = torch.zeros_like(gs[..., 11:])
        sh[..., :3] = (c - .5) / DC
        return (render(torch.cat([gs[..., :11], sh], -1), cams, H, W)[:, :, 0] + 1) / 2
    rest = with_colour(torch.zeros_like(gs[..., :1]))          # what the white background still shows
    weighted = with_colour(gs[..., 3:4])
    return (weighted - rest).sum((1, 2, 3)) / (1 - rest).sum((1, 2, 3))


@torch.no_grad()
def figures(m, enc, held, with_image, off_path=True):
    """Generates `held` and judges it -> figures, (true, generated) pictures."""
    truth = held.pictures()
    gs = make(m, enc, held, truth[:, 0] if with_image else None)
    out = torch.cat([render(g[None], c[None], *held.size) for g, c in zip(gs, held.cams)])
    opacity = mean_opacity(gs[:8], held.cams[:8, :held.n:3], *held.size).mean().item()
    depth = depth_error(held, gs, render)
    return {**judged(held, truth, out, off_path), 'opacity': round(opacity, 3), 'depth': round(depth, 4)}, (truth, out)


def judged(held, truth, out, off_path=True):
    """PSNR of pictures [B, V, 3, H, W] at path cameras, at others between them, and 30 degrees off."""
    n, p = held.n, psnr(out, truth)
    r = {'first': p[:, 0].mean(), 'path': p[:, :n].mean(), 'between': p[:, n:n + 2].mean()}
    if off_path:
        seen = seen_from_path(held, held.world[:, n + 2:], held.size)
        r |= {'off 30': p[:, n + 2:].mean(), 'off 30, seen part': psnr(out[:, n + 2:], truth[:, n + 2:], seen).mean(),
              'seen': seen.mean()}
    kept, parts = small_parts(held, truth, out, [0, n // 2])
    return {**{k: round(v.item(), 3) for k, v in r.items()}, 'sharp': round(sharpness(out[:, :n], truth[:, :n]), 3), 'small parts': round(kept, 3), 'of': parts}


def quick(m, enc, dev, size, n, count):
    """A few worlds, for following a training."""
    for net in m.values():
        net.eval()
    r = [figures(m, enc, held_out('quick', count, n, size, dev), image)[0] for image in (True, False)]
    return 'image ' + json.dumps(r[0]) + ' text ' + json.dumps(r[1])


CASES = [  # name, what `held_out` gets
    ('landscape', dict(n=12, size=SHAPES['landscape'])), ('portrait', dict(n=12, size=SHAPES['portrait'])),
    ('square', dict(n=12, size=SHAPES['square'])), ('8 frames', dict(n=8, size=SHAPES['landscape'])),
    ('16 frames', dict(n=16, size=SHAPES['landscape'])), ('24 frames', dict(n=24, size=SHAPES['landscape'])),
    ('full orbits, 16 frames', dict(n=16, size=SHAPES['landscape'], kinds=['full_orbit'])),
    ('moved objects', dict(n=12, size=SHAPES['landscape'], loose=True)),
    ('wild worlds', dict(n=12, size=SHAPES['landscape'], wild=True)),
    ('worlds like photographs', dict(n=12, size=SHAPES['landscape'], wild=True, photo=True))]


@torch.no_grad()
def report(m, enc, dev, count, prompts, log=print):
    """All figures: of binding, over `prompts` sentences, and {case: {mode: figures}}; landscape gets `count` worlds, the
    other cases a third."""
    result = {'binding': binding(m, enc, dev, prompts, log)}
    for i, (name, a) in enumerate(CASES):
        a = dict(kinds=PLAIN_PATHS) | a
        held = held_out(name, count if i == 0 else max(2, count // 3), device=dev, **a)
        modes = ('image',) if a.get('wild') or a.get('loose') else ('image', 'text')
        began = time.time()
        result[name] = {k: figures(m, enc, held, k == 'image', 'full' not in name)[0] for k in modes}
        log(f'{name} ({time.time() - began:.0f} s): {json.dumps(result[name])}')
    return result
