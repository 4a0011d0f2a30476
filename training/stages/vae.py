"""Stage 1: the VAE on ray-cast frames (L1, image gradients, a small KL), then the latents' mean and deviation."""
import torch

import nets
from optim import EMA, Optimizer, split
from stages.common import SHAPES, SHARES, Clock, Graph, Turns, autocast, decibels, picture_errors, rate
from worlds.batch import draw_batch, raycast


def frames(pool, worlds, size, p_wild):
    """Random frames [4 * worlds, 3, H, W] of the pool."""
    b = draw_batch(pool, worlds, 2, size, p_wild, .3, between=1, beside=1)
    return raycast(b.prims, b.env, b.world, *size, want=('rgb',))['rgb'].flatten(0, 1)


def train_vae(pool, seconds, log, worlds=16, lr=2e-3, lr_muon=2e-3, steps=None, shapes=SHAPES):
    """-> a frozen VAE with averaged weights."""
    dev = pool.device
    vae = nets.VAE().to(dev).to(memory_format=torch.channels_last)
    ema = EMA([vae], .998)
    hidden, rest = split(vae)
    opt = Optimizer([(rest, lr)], [(hidden, lr_muon)], betas=(.9, .99))
    stat = torch.zeros(3, device=dev)

    def step_of(size):
        def step():
            img = frames(pool, worlds, size, .45)
            with autocast(dev):
                m, lv = vae.encode(img)
                out = vae.decode(m + (lv / 2).exp() * torch.randn_like(m)).float()
            rec = picture_errors(out - img).mean()
            kl = .5 * (m ** 2 + lv.exp() - 1 - lv).mean()
            (rec + 1e-3 * kl).backward()
            opt.step()
            ema.update()
            mse = (out.detach().clamp(-1, 1) - img).square().mean()
            stat.copy_(torch.stack([rec.detach(), kl.detach(), mse]))
        return step

    graphs = {k: Graph(step_of(s), opt.clear, dev) for k, s in shapes.items()}
    turn, clock = Turns(graphs, SHARES, 1), Clock(seconds, dev, steps)
    log(f'vae: {len(graphs)} graphs')
    while (k := clock.tick()) < 1:
        opt.set_rate(rate(k, clock.count, 100))
        turn()
        if clock.count == 300:
            ema.restart()
        if clock.count % 1000 == 1:
            r, kl, mse = stat.tolist()
            log(f'vae {clock.count} {clock.spent():.0f} s loss {r:.4f} kl {kl:.3f} psnr {decibels(torch.tensor(mse)):.2f}')
    ema.swap()
    opt.clear()
    del graphs, turn
    finish(vae, pool, shapes, log, clock, worlds)
    return vae


@torch.no_grad()
def finish(vae, pool, shapes, log, clock, worlds):
    """Measures the latents' mean and deviation, and the reconstruction of canonical and of wild worlds."""
    vae.eval().requires_grad_(False)
    size = next(iter(shapes.values()))
    for own, found in zip((vae.mean, vae.std), vae.measure(frames(pool, 8 * worlds, size, .2))):
        own.copy_(found)
    result = []
    for p_wild in (0., 1.):
        img = frames(pool, 2 * worlds, size, p_wild)
        out = vae.decode(vae.encode(img)[0]).clamp(-1, 1)
        result.append(decibels((out - img).square().mean((1, 2, 3))).mean().item())
    log(f'vae done: {clock.count} steps, PSNR {result[0]:.2f}, of wild worlds {result[1]:.2f}, '
        f'deviation {vae.std.min():.2f}..{vae.std.max():.2f}')
