"""Stage 3: the recon decoder alone, from true latents: each frame's Gaussians must look like the frame. After some seconds they do
as well as the VAE's own pictures, which is where the last stage then begins."""
import torch

import config as C
from gaussians import fused_gaussians
from optim import EMA, Optimizer, split
from rasterizer import rasterize
from sampler import recon_input
from stages.common import SHAPES, SHARES, Clock, Graph, Turns, autocast, decibels, picture_errors, rate, slope_energy
from worlds.batch import draw_batch, raycast


class ReconStep:
    def __init__(self, m, pool, worlds=16, frames=4, lr=2e-3, lr_muon=2e-3, shapes=SHAPES, wild=.4, room=6.):
        self.m, self.pool, self.device, self.room = m, pool, pool.device, room
        hidden, rest = split(m['recon'])
        self.opt, self.ema = Optimizer([(rest, lr)], [(hidden, lr_muon)]), EMA([m['recon']], .998)
        self.stat = torch.zeros(4, device=pool.device)
        self.wild = wild
        graphs = {k: Graph(self.step_of(s, worlds, frames), self.opt.clear, pool.device) for k, s in shapes.items()}
        self.turn = Turns(graphs, SHARES, 4)

    def gaussians(self, size, worlds, frames):
        """Frames -> truth [F, 3, H, W], Gaussians [F, N, 38], cameras [F, 1, 11], how far their log depths are off, and what the head says
        of them."""
        b = draw_batch(self.pool, worlds, frames, size, self.wild, .3, between=0, beside=0)
        cast = raycast(b.prims, b.env, b.world, *size, want=('rgb',))
        depth = raycast(b.prims, b.env, b.world, size[0] // 2, size[1] // 2, 1, ('depth',))['depth']
        with autocast(self.device):
            with torch.no_grad():
                z = self.m['vae'].scaled(cast['rgb']).transpose(1, 2).float()
            feats = torch.zeros(worlds, C.FEAT, *z.shape[2:], device=self.device)
            raw = self.m['recon'](*recon_input(self.m['vae'], feats, z))
        gs, side = fused_gaussians(raw, b.cams)
        far = (side[..., 0] - (depth * b.scale[:, None, None, None]).log()[:, :, None]).abs().mean()
        return cast['rgb'].flatten(0, 1), gs.flatten(0, 1).flatten(1, 3), b.cams.flatten(0, 1)[:, None], far, side

    def step_of(self, size, worlds, frames):
        def step():
            truth, gs, cams, far, side = self.gaussians(size, worlds, frames)
            got = rasterize(gs, cams, (*size, gs.shape[1]), room=self.room)
            d = got[:, :, :3] * 2 - 1 - truth[:, None]
            loss = (picture_errors(d) + 4 * d.square().mean((-3, -2, -1))).mean()
            (loss + .05 * far).backward()
            self.opt.step()
            self.ema.update()
            sharp = slope_energy(got[:, 0, :3] * 2 - 1) / slope_energy(truth).clamp_min(1e-5)
            self.stat.copy_(torch.stack([decibels(d.square().mean((-3, -2, -1))).mean(), sharp.mean(), side[..., 1].mean(), far]).detach())
        return step

    def __call__(self, factor):
        self.opt.set_rate(factor)
        self.turn()

    def report(self):
        db, sharp, scale, far = self.stat.tolist()
        return f'own frame {db:.2f} dB, sharp {sharp:.2f}, scale {scale:.3f}, depth {far:.3f}'


def train_recon(step, seconds, log, steps=None):
    clock = Clock(seconds, step.device, steps)
    while (k := clock.tick()) < 1:
        step(rate(k, clock.count, 100))
        if clock.count == 300:
            step.ema.restart()
        if clock.count % 500 == 1:
            log(f'recon {clock.count} {clock.spent():.0f} s {step.report()}')
    step.ema.swap()
    step.opt.clear()
    log(f'recon done: {clock.count} steps, {step.report()}')
