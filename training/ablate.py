"""Short answers to single questions, from a finished checkpoint: python ablate.py --pool POOL --start CHECKPOINT --out OUT [--device cpu --tiny]"""
import argparse
import gc
import glob
import json
import os
import time

import torch

import config as C
import models
import nets
from gaussians import fused_gaussians
from measure.heldout import held_out
from measure.photos import judged as photographs
from measure.pictures import save_rows
from measure.report import figures, psnr
from nets.recon import init_from_vae
from rasterizer import rasterize
from stages.common import SHAPES, picture_errors, slope_energy
from stages.recon import ReconStep, train_recon
from stages.scene import LANES, SceneTrainer, Weights, train_scene
from stages.vae import train_vae
from tokenizer import Encode
from train import prepare
from worlds.batch import Pool

class Idle:
    """In place of the latent step."""

    def __call__(self, factor):
        pass

    def report(self):
        return ''


SHAPE = {'landscape': SHAPES['landscape']}


def options():
    p = argparse.ArgumentParser()
    o = p.add_argument
    o('--pool', required=True), o('--start', required=True), o('--out', required=True), o('--device', default='cuda')
    o('--photos', default=''), o('--seconds', type=float, default=1.), o('--tiny', action='store_true')
    return p.parse_args()


def ceiling(dev, log, size, steps):
    """Free maps of 2 Gaussians a pixel at half resolution, fitted to single frames: what any decoder could reach."""
    held = held_out('ceiling', 8, 3, size, dev, wild=True, photo=True)
    plain = held_out('ceiling', 8, 3, size, dev)
    truth, cams = (torch.cat([f(h) for h in (plain, held)]) for f in (lambda h: h.pictures()[:, 0], lambda h: h.cams[:, :1]))
    H, W = size
    m = torch.ones(2, 38, device=dev)
    m[:, 3:27], m[:, 27:29], m[:, 34:] = .25, .05, .5
    m = m.view(1, 76, 1, 1)
    raw = torch.zeros(len(truth), 2, 38, H // 2, W // 2, device=dev)
    half = torch.nn.functional.avg_pool2d((truth + 1) / 2, 2)
    for g in (0, 1):
        raw[:, g, :3], raw[:, g, 27] = (half - .5) / .282, (g * 2 - 1) * .5 / W
    raw[:, :, 29], raw[:, :, 30], raw[:, :, 31:34], raw[:, :, 34] = 1.1, 1.2, -4., 2.
    p = (raw.flatten(1, 2) / m).requires_grad_()
    opt = torch.optim.Adam([p], lr=.02)
    for i in range(steps):
        opt.param_groups[0]['lr'] = .02 * min(1, 2 * (steps - i) / steps)
        gs, side = fused_gaussians((p * m).contiguous(), cams)
        gs = gs.flatten(1, 4)
        out = rasterize(gs, cams, (H, W, gs.shape[1]), room=8.)[:, 0, :3] * 2 - 1
        d = out - truth
        (picture_errors(d) + 4 * d.square().mean((1, 2, 3))).mean().backward()
        opt.step()
        opt.zero_grad()
        if i % 100 == 0 or i == steps - 1:
            s = slope_energy(out) / slope_energy(truth)
            log(f'ceiling {i}: {psnr(out, truth)[:8].mean():.2f} dB sharp {s[:8].mean():.2f}; photo {psnr(out, truth)[8:].mean():.2f} dB '
                f'sharp {s[8:].mean():.2f}; scale {side[..., 1].mean():.3f} opacity {gs[..., 3].mean():.2f}')


def main():
    a = options()
    dev, log = prepare(a)
    size = (32, 64) if a.tiny else SHAPE['landscape']
    shape, n, tiny = {'landscape': size}, 3 if a.tiny else 12, a.tiny
    limit = 2 if tiny else None
    load = lambda: models.load(a.start, dev)
    m = load()
    enc = Encode(os.path.join(a.start, 'tokenizer'))
    pool = Pool(a.pool, dev)
    results, paths = {}, sorted(glob.glob(os.path.join(a.photos, '*.json')))[:1 if tiny else None] if a.photos else []

    def save():
        with open(os.path.join(a.out, 'ablations.json'), 'w') as f:
            json.dump(results, f, indent=1)

    def judged(name, m):
        for net in m.values():
            net.eval()
        r = {}
        count = 1 if tiny else 16
        for case, kw in (('plain', {}), ('wild', dict(wild=True)), ('photo', dict(wild=True, photo=True))):
            held = held_out('ablation ' + case, count, n, size, dev, **kw)
            for mode in ('image', 'text') if case == 'plain' else ('image',):
                r[f'{case} {mode}'] = figures(m, enc, held, mode == 'image')[0]
        if paths:
            r['photographs'], strips = photographs(m, enc, paths, dev)
            save_rows(os.path.join(a.out, name.split(',')[0].replace(' ', '-') + '.png'), [strips])
        results[name] = r
        log(f'{name}: {json.dumps(r)}')
        save()

    began = time.time()
    if not tiny:
        ceiling(dev, log, size, 400)
    log(f'{time.time() - began:.0f} s')
    judged('today', m)
    for name, kw in (('control', {}), ('own view 1, edges 2, slopes 1', dict(views=(1., .4, 1., .7), edges=2., slopes=1.)),
                     ('look .5', dict(look=.5)), ('critic .2', dict(critic=.2))):
        m = load()
        for k in ('recon', 'dit', 'text'):
            m[k].train().requires_grad_(True)
        m['recon'].to(memory_format=torch.channels_last), m['vae'].to(memory_format=torch.channels_last)
        torch.manual_seed(2)
        empty = torch.from_numpy(enc.batch([''], C.TEXT_LEN - 1)).to(dev)
        lanes = {('landscape', 3): (1., 1)} if tiny else {('landscape', 12): LANES['landscape', 12]}
        trainer = SceneTrainer(m, pool, empty, log, lanes=lanes, shapes=shape, lr=4e-4, lr_muon=4e-4, weights=Weights(**kw))
        train_scene(trainer, Idle(), 26 * a.seconds, log, limit or 400, hold=.2, progress=.7)
        trainer.ema.swap()
        judged(name, m)
        del trainer, m
        gc.collect()
    vae = train_vae(pool, 20 * a.seconds, log, 2 if tiny else 16, steps=limit, shapes=shape)
    for name, init, kw in (('start', {}, {}), ('small, quick places', dict(size=-5., place=.2), {}), ('edges', {}, dict(edges=2., slopes=1.)), ('wide', {}, {})):
        C.DBASE = 32 if name == 'wide' else C.BASE
        torch.manual_seed(3)
        recon = nets.Recon().to(dev)
        if name != 'wide':
            init_from_vae(recon, vae, **init)
        else:
            like_new(recon)
        recon.to(memory_format=torch.channels_last)
        step = ReconStep(dict(vae=vae, recon=recon), pool, 2 if tiny else 16, shapes=shape, **kw)
        train_recon(step, 12 * a.seconds, lambda s: log(f'{name}: {s}'), limit)
    C.DBASE = C.BASE


def like_new(recon):
    """A recon decoder that has no VAE to start from: its head alone is set."""
    h = recon.gs_head
    with torch.no_grad():
        m, w, b = h.lrs_mul.view(2, 38), h.gs_proj.weight.view(2, 38, *h.gs_proj.weight.shape[1:]), h.gs_proj.bias.view(2, 38)
        m[:, 3:27], m[:, 27:29], m[:, 34:] = .25, .05, .5
        w.normal_(std=.02), b.zero_()
        b[0, 27], b[1, 27] = -.25 / 48 / .05, .25 / 48 / .05
        b[:, 29], b[:, 30], b[:, 31:34], b[:, 34] = 1.1, 1.2, -4., 2.


if __name__ == '__main__':
    main()
