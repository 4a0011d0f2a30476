"""Does every named thing stand where the sentence says, in its colour, in its shape?

The worlds are procedural, so each sentence (with a seed) has one true world. A thing is judged by synthesis: the true
world is drawn again with one fact about the thing changed, and the generated pictures must be nearer to the truth than
to every such alternative.
  colour: 12 colours; mean colour over the inner pixels of the thing's main colour, nearest in rgb
  kind:   all kinds, same colour, size and place; squared difference over the union of their outlines
  side:   the thing missing, or exchanged with another named one; squared difference over the outlines involved
Two views each: the first camera and the middle of the path. Things of which fewer than 40 pixels show are left out.
"""
import json
from dataclasses import replace

import torch
import torch.nn.functional as F

from measure.heldout import held_out, make
from rasterizer import render
from worlds import build
from worlds.batch import moved, raycast
from worlds.vocabulary import COLOR_NAMES, KIND_NAMES

LAYOUTS = ['one', 'pair', 'one', 'three', 'one', 'pair', 'one', 'pair', 'stack', 'between', 'one', 'pair']
ENOUGH, VIEWS = 40, [0, 6]


def variants(world, k):
    """Worlds in which one fact about object k differs, by question; the truth is in the first two."""
    ob = world.objects[k]
    put = lambda o: replace(world, objects=[o if i == k else x for i, x in enumerate(world.objects)])
    colors = [put(replace(ob, color=c)) for c in COLOR_NAMES]
    kinds = [put(replace(ob, kind=c, second=ob.second if c == ob.kind else None)) for c in KIND_NAMES]
    away = replace(world, objects=[x for i, x in enumerate(world.objects) if i != k])
    return colors, kinds, [away] + [exchanged(world, k, j) for j in range(len(world.objects)) if j != k]


def exchanged(world, k, j):
    a, b = world.objects[k], world.objects[j]
    place = lambda o, at: replace(o, x=at.x, y=at.y, z=at.z)
    return replace(world, objects=[place(a, b) if i == k else place(b, a) if i == j else o for i, o in enumerate(world.objects)])


def drawn(held, i, worlds, views):
    """Pictures [M, V, 3, H, W] and object numbers and colour classes [M, V, H, W] of variants of held world i."""
    rows = torch.stack([torch.from_numpy(build.prims(w)) for w in worlds]).to(held.prims.device)
    M = len(worlds)
    again = lambda t: t[i:i + 1].expand(M, *t.shape[1:]).contiguous()
    env = again(held.env)
    prims, _ = moved(rows, env, again(held.u), torch.zeros(M, device=rows.device))
    cams = held.world[i, views][None].expand(M, -1, -1)
    rgb = raycast(prims, env, cams, *held.size, 2, ('rgb',))['rgb']
    ids = raycast(prims, env, cams, *held.size, 1, ('ids',))['ids'].long()
    of = lambda k: torch.gather(prims[..., k], 1, ids.clamp_min(0).flatten(1)).reshape(ids.shape).masked_fill(ids < 0, -1)
    return rgb, of(build.OBJECT_AT), of(build.COLOR_AT)


def nearest(got, candidates, mask):
    """Which candidate [M, V, 3, H, W] the picture [V, 3, H, W] is nearest to over mask [V, H, W]."""
    return (((candidates - got).square().sum(2) * mask).sum((1, 2, 3))).argmin().item()


def mean_colour(pictures, mask):
    """[..., V, 3, H, W] over mask [V, H, W] -> [..., 3]."""
    return (pictures * mask[:, None]).sum((-4, -2, -1)) / mask.sum()


def inside(mask):
    """Pixels of mask [V, H, W] whose neighbours all belong to it."""
    return F.max_pool2d((~mask).float(), 3, 1, 1) == 0


def judge(held, i, k, got, views):
    """Object k of held world i in the generated views [V, 3, H, W] -> (colour, kind, side) right, or None if unseen."""
    world = held.worlds[i]
    ob = world.objects[k]
    colors, kinds, sides = variants(world, k)
    rgb, number, color = drawn(held, i, colors, views)
    true = COLOR_NAMES.index(ob.color)
    mine = (number[true] == k)
    if mine.sum() < ENOUGH:
        return None
    main = mine & (color[true] == true)
    area = next(a for a in (inside(main), main, mine) if a.sum() >= 20)
    colour_ok = (mean_colour(rgb, area) - mean_colour(got, area)).square().sum(-1).argmin().item() == true
    rgb_k, number_k, _ = drawn(held, i, kinds, views)
    kind_ok = nearest(got, rgb_k, (number_k == k).any(0)) == KIND_NAMES.index(ob.kind)
    side_ok = True
    for other in sides:
        rgb_s, number_s, _ = drawn(held, i, [world, other], views)
        area = ((rgb_s[0] - rgb_s[1]).abs().sum(1) > .02) & ((number_s >= 0).any(0))
        side_ok &= nearest(got, rgb_s, area) == 0
    return colour_ok, kind_ok, side_ok


@torch.no_grad()
def binding(m, enc, dev, count, log=print):
    """-> shares of things with all right, and of each; by number of things in the sentence."""
    held = sentences(count, dev)
    gs = make(m, enc, held)
    pictures = torch.cat([render(g[None], c[None, VIEWS], *held.size) for g, c in zip(gs, held.cams)]).clamp(-1, 1)
    result = judged(held, pictures)
    log('binding: ' + json.dumps(result))
    return result


def sentences(count, dev):
    """The worlds whose sentences are tried."""
    return held_out('binding', count, 12, (128, 192), dev, kinds=['orbit', 'truck_look', 'forward', 'crane'], layouts=LAYOUTS)


def judged(held, pictures):
    """pictures [B, 2, 3, H, W]: the generated ones at VIEWS."""
    rows = []
    for i, w in enumerate(held.worlds):
        for k in range(len(w.objects)):
            verdict = judge(held, i, k, pictures[i], VIEWS)
            if verdict:
                rows.append((len(w.objects), *verdict))
    return summary(rows)


def summary(rows):
    """rows: (things in the sentence, colour, kind, side)."""
    out = {}
    for name, chosen in (('all', rows), ('one thing', [r for r in rows if r[0] == 1]), ('more', [r for r in rows if r[0] > 1])):
        share = lambda f: round(sum(map(f, chosen)) / max(1, len(chosen)), 3)
        out[name] = dict(things=len(chosen), right=share(lambda r: all(r[1:])), colour=share(lambda r: r[1]),
                         kind=share(lambda r: r[2]), side=share(lambda r: r[3]))
    return out
