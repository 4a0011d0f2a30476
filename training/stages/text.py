"""Stage 2: the text encoder learns to tell what stands where.

A probe asks the rows at points of the ground: what kind of thing is here, of which colour and size? That is what the
transformer will ask of them, whose tokens know where they look."""
import torch
import torch.nn as nn
import torch.nn.functional as F

import config as C
from nets import TextEncoder
from optim import Optimizer, split
from stages.common import Clock, Graph, autocast, rate
from worlds.vocabulary import COLORS, EXTRAS, GROUNDS, KINDS, SIZES, SKIES

HEADS = [len(KINDS) + 1, len(COLORS) + 1, len(SIZES) + 1, len(COLORS) + 1]  # one more each: nothing here, none named
AROUND = [len(GROUNDS), len(SKIES), len(EXTRAS)]
NEAR = .9


class Probe(nn.Module):
    def __init__(self):
        super().__init__()
        d = C.TD
        self.place = nn.Sequential(nn.Linear(27, d), nn.GELU(), nn.Linear(d, d))
        self.general, self.kv = nn.Parameter(torch.randn(d) * .1), nn.Linear(d, 2 * d)
        self.mlp = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU())
        self.here, self.around = nn.Linear(2 * d, sum(HEADS)), nn.Linear(2 * d, sum(AROUND))

    def forward(self, rows, mask, points):
        """rows [B, L, TD], points [B, Q, 3] -> scores here [B, Q, .], around [B, .]."""
        waves = [f(points * k) for k in (.7, 1.4, 2.8, 5.6) for f in (torch.sin, torch.cos)]
        q = self.place(torch.cat([points, *waves], -1))
        q = torch.cat([q, self.general.expand(len(q), 1, -1)], 1)
        k, v = self.kv(rows).chunk(2, -1)
        heads = lambda t: t.unflatten(-1, (6, -1)).transpose(1, 2)
        y = F.scaled_dot_product_attention(heads(q.to(v.dtype)), heads(k), heads(v), attn_mask=mask[:, None, None, :])
        y = self.mlp(y.transpose(1, 2).flatten(2))
        return self.here(y[:, :-1]), self.around(y[:, -1])


def questions(objects, count=10):
    """objects [B, 6, 7] -> points [B, Q, 3] (x, z, y), more than half of them near objects, and the classes there
    [B, Q, 4]."""
    B, n, _ = objects.shape
    dev = objects.device
    there = objects[..., 0] >= 0
    places = objects[..., 4:7]
    r = torch.rand(B, count, 3, device=dev)
    free = torch.stack([r[..., 0] * 7.2 - 3.6, r[..., 1] * 6 - 3.6, r[..., 2] * 1.8], -1)
    close = places + .3 * torch.randn(B, n, 3, device=dev)
    points = torch.cat([torch.where(there[..., None], close, free[:, :n]), free[:, n:]], 1)
    d = (points[:, :, None] - places[:, None]).norm(dim=-1) + 1e3 * (~there)[:, None]
    best, which = d.min(-1)
    hit = (best < NEAR)[..., None]
    classes = torch.gather(objects[..., :4], 1, which[..., None].expand(-1, -1, 4)).long()
    nothing = torch.zeros_like(classes) + nothing_here(dev)
    return points, torch.where(hit, classes, nothing)


_nothing = {}


def nothing_here(device):
    if device not in _nothing:
        _nothing[device] = torch.tensor([h - 1 for h in HEADS], device=device)
    return _nothing[device]


def losses(here, around, classes, facts):
    """-> loss, share of right answers by head."""
    loss, right = 0, []
    pairs = list(zip(here.flatten(0, 1).split(HEADS, -1), classes.flatten(0, 1).unbind(-1)))
    pairs += list(zip(around.split(AROUND, -1), facts.long().unbind(-1)))
    for scores, target in pairs:
        loss = loss + F.cross_entropy(scores.float(), target)
        right.append((scores.argmax(-1) == target).float().mean())
    return loss, torch.stack(right)


def train_text(pool, seconds, log, batch=512, lr=2e-3, lr_muon=2e-3, steps=None):
    """-> the text encoder."""
    dev = pool.device
    te, probe = TextEncoder().to(dev), Probe().to(dev)
    hidden, rest = split(te)
    opt = Optimizer([([*rest, *probe.parameters()], lr)], [(hidden, lr_muon)])
    stat = torch.zeros(1 + len(HEADS) + len(AROUND), device=dev)

    def step():
        index = (torch.rand(batch, device=dev) * pool.canonical).long().clamp(max=pool.canonical - 1)
        ids = pool.ids[index].long()
        points, classes = questions(pool.objects[index])
        with autocast(dev):
            here, around = probe(te(ids), ids != 0, points)
        loss, right = losses(here, around, classes, pool.around[index])
        loss.backward()
        opt.step()
        stat.copy_(torch.cat([loss.detach()[None], right]))

    graph, clock = Graph(step, opt.clear, dev), Clock(seconds, dev, steps)
    while (k := clock.tick()) < 1:
        opt.set_rate(rate(k, clock.count, 100))
        graph()
        if clock.count % 1000 == 1:
            log(f'text {clock.count} {clock.spent():.0f} s loss and right: ' + ' '.join(f'{v:.3f}' for v in stat.tolist()))
    opt.clear()
    log(f'text done: {clock.count} steps; right (kind colour size second, ground sky extra): '
        + ' '.join(f'{v:.3f}' for v in stat[1:].tolist()))
    return te
