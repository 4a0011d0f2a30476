"""Stage 4: captions (and pictures) -> latents. The transformer's first step alone, without decoder and rendering.

Such a step costs a fraction of a full one, so it shows the transformer many more captions. Beside the latents a small
head, thrown away later, reads from the features what kind of thing of which colour is seen where: classes teach which
word belongs to which place sooner than squared errors do."""
import torch
import torch.nn as nn
import torch.nn.functional as F

import config as C
from cameras import raymap
from optim import Optimizer, split
from sampler import dit_input
from stages.common import SHAPES, Clock, Graph, Turns, autocast, rate
from worlds.batch import couple, draw_batch, pixel_classes, raycast
from worlds.vocabulary import COLORS, PIXEL_KINDS

KINDS, COLOR_CLASSES = PIXEL_KINDS, len(COLORS) + 1
CASES = {('landscape', 4): .40, ('landscape', 2): .25, ('portrait', 4): .18, ('square', 4): .17}


class Reader(nn.Module):
    """Features [B, FEAT, n, h, w] -> scores of kinds and of colours [B*n, ., 2h, 2w]."""

    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(C.FEAT, 4 * (KINDS + COLOR_CLASSES), 1)

    def forward(self, feats):
        return F.pixel_shuffle(self.proj(feats.transpose(1, 2).flatten(0, 1)), 2).split([KINDS, COLOR_CLASSES], 1)


def read_loss(reader, feats, batch, size, known):
    """Cross-entropy of what is seen at the middle of 8x8 pixels; known [B]: 0 for worlds without classes.
    -> loss, share of pixels of things whose kind is right, and whose colour is right."""
    kind, color = (t.flatten(0, 1) for t in pixel_classes(batch, size[0] // 8, size[1] // 8))
    B, n = batch.world.shape[:2]
    w = known[:, None].expand(B, n).flatten()[:, None, None].expand(kind.shape)
    k, c = (t.float() for t in reader(feats))
    total = w.sum().clamp_min(1)
    loss = sum((F.cross_entropy(s, t.clamp_min(0), reduction='none') * w).sum() / total for s, t in ((k, kind), (c, color)))
    things = w * (kind < KINDS - 3)
    share = lambda s, t: ((s.argmax(1) == t) * things).sum() / things.sum().clamp_min(1)
    return loss, share(k, kind), share(c, color)


def with_picture(z0, has):
    """Condition latents: z0 at one frame (mostly the first) of the scenes that have [B] a picture; and which frame that is [B]."""
    B, _, n = z0.shape[:3]
    r = torch.rand(2, B, device=z0.device)
    at = ((r[0] * n).long() * (r[1] > .6)).clamp(max=n - 1)
    mask = (torch.arange(n, device=z0.device) == at[:, None]) & has[:, None]
    return z0 * mask[:, None, :, None, None], at


def wordless(ids, share, empty):
    """Replaces a share of the captions by the empty one."""
    drop = torch.rand(len(ids), 1, device=ids.device) < share
    return torch.where(drop, empty, ids)


class LatentStep:
    """One step of this stage for each picture shape; later stages go on taking some."""

    def __init__(self, m, pool, empty, frames=256, p_image=.35, lr=1e-3, lr_muon=1e-3, shapes=SHAPES):
        """empty [1, L]: ids of the empty caption; frames: pictures in a batch."""
        self.m, self.pool, self.empty, self.p_image = m, pool, empty, p_image
        dev = self.device = pool.device
        self.reader = Reader().to(dev)
        hidden, rest = split(m['dit'], m['text'])
        self.opt = Optimizer([([*rest, *self.reader.parameters()], lr)], [(hidden, lr_muon)])
        self.stat = torch.zeros(4, device=dev)
        graphs = {c: Graph(self.step_of(c[1], frames // c[1], shapes[c[0]]), self.opt.clear, dev)
                  for c in CASES if c[0] in shapes}
        self.turn = Turns(graphs, CASES, 2)

    def step_of(self, n, B, size):
        def step():
            dev, m = self.device, self.m
            has = torch.rand(B, device=dev) < self.p_image
            batch = draw_batch(self.pool, B, n, size, .35, .35, has, between=0, beside=0)
            with autocast(dev):
                with torch.no_grad():
                    rgb = raycast(batch.prims, batch.env, batch.world, *size, want=('rgb',))['rgb']
                    z0 = m['vae'].scaled(rgb).transpose(1, 2).float()
                    x = couple(torch.randn_like(z0), batch.u, has)
                    blank = torch.zeros(B, C.FEAT, *z0.shape[2:], device=dev)
                    rm = raymap(batch.cams, size[0] // 16, size[1] // 16)
                    inp = dit_input(x, rm, with_picture(z0, has)[0], blank, torch.zeros_like(z0))
                    ids = wordless(self.pool.ids[batch.index].long(), .06, self.empty)
                rows = F.pad(m['text'](ids), (0, 0, 0, 1))
                v, feats = m['dit'](inp, torch.full((B,), 1000., device=dev), rows)
                read, kind, color = read_loss(self.reader, feats, batch, size, (batch.index < self.pool.canonical).float())
            lat = F.mse_loss(x - v, z0)
            (lat + .5 * read).backward()
            self.opt.step()
            self.stat.copy_(torch.stack([lat.detach(), read.detach(), kind, color]))
        return step

    def __call__(self, factor):
        self.opt.set_rate(factor)
        self.turn()

    def report(self):
        lat, read, kind, color = self.stat.tolist()
        return f'latents {lat:.3f} read {read:.3f} kind {kind:.3f} colour {color:.3f}'


def train_latent(step, seconds, log, steps=None):
    """The stage alone: rate warmed up, then held, since the next stage goes on from it."""
    clock = Clock(seconds, step.device, steps)
    while (k := clock.tick()) < 1:
        step(rate(k, clock.count, 200, hold=1.))
        if clock.count % 1000 == 1:
            log(f'latent {clock.count} {clock.spent():.0f} s {step.report()}')
    log(f'latent done: {clock.count} steps, {step.report()}')
