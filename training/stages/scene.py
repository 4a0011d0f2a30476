"""Stage 5: everything together, through the sampler's own four steps.

A conveyor keeps groups of worlds at the steps 0..3 of their sampling: every iteration trains all four groups (a fresh
one at step 0), renders what they predict, and hands features and re-encoded renders on to their next step. So the
'previous' inputs are always the model's own, as at inference, and no pass is spent on them alone. An iteration is a
CUDA graph, data and rasterizer included."""

import torch
import torch.nn.functional as F

import config as C
import parallel
from cameras import raymap
from gaussians import fused_gaussians
from optim import EMA, Optimizer, split
from rasterizer import last_used, rasterize
from sampler import dit_input, recon_input
from stages.common import SHAPES, Clock, Graph, Turns, autocast, picture_errors, rate, slope_energy
from stages.critic import Critic
from stages.latent import with_picture, wordless
from worlds.batch import couple, draw_batch, raycast

# (shape, frames): share of the iterations, worlds in a group
LANES = {('landscape', 12): (.44, 6), ('portrait', 12): (.13, 6), ('square', 12): (.10, 6), ('landscape', 8): (.10, 8),
         ('portrait', 8): (.06, 8), ('landscape', 16): (.10, 4), ('landscape', 24): (.07, 3)}
BETWEEN, BESIDE = 1, 3
SLOT_WEIGHTS = (.8, .9, 1.0, 1.3)          # by step of the sampler
ALONE = (.3, .4, 1.0, .8)                  # weights of views: its own frame alone, some frames, all, all from elsewhere
TOGETHER = (1.0, .8, 1.2, 1.2)             # all frames each time: the pictured one, another, from elsewhere twice
LOOK = .5                                  # weight of the difference between the VAE encoder's maps
WILD = .5                                  # worlds outside the grammar among those with a picture
KNOBS = ('l1_text', 'depth', 'size', 'truth')
SQUARES, SOLID = 4., .6                    # weight of squared errors; what opacity should not fall below


def knobs_at(k):
    """Weights of the losses at progress k. Text alone leans on squares (a mean) at first: L1, a median, leaves out whatever
    is placed with less than even certainty. In the last third sizes are pressed down."""
    late = max(0., (k - .66) / .34)
    return dict(l1_text=.4 + .6 * k, depth=.2 * (1 - .6 * k), size=.008 * late, truth=.4 * (1 - k))


class Lane:
    """The four groups of one picture shape and frame count, their tensors stacked in step order."""

    def __init__(self, trainer, size, n, G):
        self.t, self.size, self.n, self.G = trainer, size, n, G
        self.state = None
        for step in range(len(C.SIGMAS)):  # fills the belt with fresh worlds at made-up later steps
            self.advance(self.fresh(), None)
        self.graph = Graph(self.iterate, trainer.clear, trainer.device, warm=1)

    def fresh(self):
        """A new group: pictures, cameras, depths, latents, noise."""
        t, (H, W), n, G = self.t, self.size, self.n, self.G
        has = torch.rand(G, device=t.device) < t.p_image
        b = draw_batch(t.pool, G, n, self.size, WILD, .35, has, between=BETWEEN, beside=BESIDE)
        cast = raycast(b.prims, b.env, b.world, H, W, want=('rgb',))
        depth = raycast(b.prims, b.env, b.world[:, :n].contiguous(), H // 2, W // 2, 1, ('depth',))['depth']
        with torch.no_grad(), autocast(t.device):
            z0 = t.m['vae'].scaled(cast['rgb'][:, :n]).transpose(1, 2).float()
        cond, at = with_picture(z0, has)
        noise = couple(torch.randn_like(z0), b.u, has)
        zeros = torch.zeros(G, C.FEAT, *z0.shape[2:], device=t.device)
        return dict(cams=b.cams, rgb=cast['rgb'].half(), log_depth=(depth * b.scale[:, None, None, None]).log(), z0=z0,
                    cond=cond, at=at, ids=wordless(t.pool.ids[b.index].long(), .1, t.empty), has=has.float(),
                    x=noise, feats=zeros, z3d=torch.zeros_like(z0))

    @torch.no_grad()
    def advance(self, group, after):
        """Moves the belt: `group` becomes step 0, groups at 0..2 go on with `after` (x, feats, z3d of theirs), or with
        their true latents where there is none yet."""
        if self.state is None:
            self.state = {k: v[None].repeat(len(C.SIGMAS), *[1] * v.dim()) for k, v in group.items()}
            return
        moved = {k: v[:-1].clone() for k, v in self.state.items()}
        if after is None:
            z = moved['z0']
            s = self.t.sigmas[1:].view(-1, 1, 1, 1, 1, 1)
            after = dict(x=s * torch.randn_like(z) + (1 - s) * z, feats=moved['feats'], z3d=z)
        for k, v in self.state.items():
            v[1:] = (moved | after)[k]
            v[0] = group[k]

    def iterate(self):
        """One training step of all four groups."""
        self.advance(self.fresh(), getattr(self, 'after', None))
        t, n = self.t, self.n
        s = {k: v.flatten(0, 1) for k, v in self.state.items()}
        out = t.forward(s, n, self.size, self.G)
        loss = t.loss(s, out, n, self.size, self.G)
        loss.backward()
        t.finish_step()
        self.hand_on(s, out)

    @torch.no_grad()
    def hand_on(self, s, out):
        """Renders and encodes what steps 0..2 predict, and prepares their next inputs."""
        t, (H, W), n, m = self.t, self.size, self.n, 3 * self.G
        gs = out['gs'].detach()[:m]
        rgb = rasterize(gs, s['cams'][:m, :n], (H, W, gs.shape[1] // n), room=t.room_look)[:, :, :3]
        with autocast(t.device):
            z3d = t.m['vae'].scaled((rgb * 2 - 1).clamp(-1, 1)).transpose(1, 2).float()
        true = (torch.rand(m, device=t.device) < t.knobs['truth']).float().view(-1, 1, 1, 1, 1)
        base = s['z0'][:m] * true + z3d * (1 - true)
        sig = t.sigmas[1:].repeat_interleave(self.G).view(-1, 1, 1, 1, 1)
        after = dict(x=sig * torch.randn_like(base) + (1 - sig) * base, feats=out['feats'].detach()[:m].float(), z3d=z3d)
        after = {k: v.unflatten(0, (3, self.G)) for k, v in after.items()}
        if not hasattr(self, 'after'):
            self.after = {k: v.clone() for k, v in after.items()}
        for k, v in after.items():
            self.after[k].copy_(v)


def draw(B, count, among, device):
    """`count` different ones of `among` things, B times [B, count]."""
    return torch.rand(B, among, device=device).argsort(1)[:, :count]


def views_apart(pictured, has, n):
    """Which cameras each scene is looked at from [B, 4], and with which frames' Gaussians (bits)."""
    B, dev = len(has), has.device
    own, some, every = draw(B, 3, n, dev).unbind(1)
    other = n + draw(B, 1, BETWEEN + BESIDE, dev)[:, 0]
    bit = torch.arange(n, device=dev)
    keep = (torch.rand(B, n, device=dev) < .4) | (bit == some[:, None])
    whole = torch.full((B,), -1, dtype=torch.int64, device=dev)
    masks = [(bit == own[:, None]).long() << bit, keep.long() << bit]
    masks = torch.stack([masks[0].sum(1), masks[1].sum(1), whole, whole], 1).int()
    return torch.stack([own, some, every, other], 1), masks


def views_together(pictured, has, n):
    """The same with all frames' Gaussians each time, so that a frame may leave to another what that one knows better."""
    B, dev = len(has), has.device
    one, two = draw(B, 2, n, dev).unbind(1)
    one = torch.where(has > 0, pictured, one)
    return torch.cat([torch.stack([one, two], 1), n + draw(B, 2, BETWEEN + BESIDE, dev)], 1), None


class SceneTrainer:
    def __init__(self, m, pool, empty, log, ema=.998, p_image=.5, lr=1e-3, lr_muon=1e-3,
                 lanes=LANES, shapes=SHAPES, room=3.2, room_look=4.2, together=False, critic=0.):
        """m: networks by name, the VAE frozen; room: (Gaussian, tile) pairs that the rasterizer has place for, a record; together: whether
        scenes are looked at as a whole only; critic: a critic's share of the pictures' gradient."""
        self.m, self.pool, self.empty, self.log, self.p_image = m, pool, empty, log, p_image
        self.device, self.room, self.room_look = pool.device, room, room_look
        dev = self.device
        self.critic, self.critic_share = Critic(dev) if critic else None, critic
        self.views = views_together if together else views_apart
        self.live = [m['recon'], m['dit'], m['text']]
        hidden, rest = split(*self.live)
        self.opt = Optimizer([(rest, lr)], [(hidden, lr_muon)])
        self.ema = EMA(self.live, ema)
        self.sigmas = torch.tensor(C.SIGMAS, device=dev)
        self.knobs = {k: torch.zeros((), device=dev) for k in KNOBS}
        self.slot_weights, self.view_weights = torch.tensor(SLOT_WEIGHTS, device=dev), torch.tensor(TOGETHER if together else ALONE, device=dev)
        self.stat = torch.zeros(9, device=dev)
        self.set_knobs(0.)
        self.lanes = {}
        for (shape, n), (_, G) in lanes.items():
            if shape in shapes:
                self.lanes[shape, n] = Lane(self, shapes[shape], n, G)
                log(f'lane {shape} {n}')
        self.turn = Turns({k: lane.graph for k, lane in self.lanes.items()}, {k: share for k, (share, _) in lanes.items()}, 3)

    def set_knobs(self, k):
        for name, value in knobs_at(k).items():
            self.knobs[name].fill_(value)

    def clear(self):
        self.opt.clear()

    def forward(self, s, n, size, G):
        """All networks on 4 G scenes -> features, latents, Gaussians and their side outputs."""
        sig = self.sigmas.repeat_interleave(G)
        rm = raymap(s['cams'][:, :n], size[0] // 16, size[1] // 16)
        with autocast(self.device):
            rows = F.pad(self.m['text'](s['ids']), (0, 0, 0, 1))
            v, feats = self.m['dit'](dit_input(s['x'], rm, s['cond'], s['feats'], s['z3d']), 1000 * sig, rows)
            z2d = s['x'] - sig.view(-1, 1, 1, 1, 1) * v
            raw = self.m['recon'](*recon_input(self.m['vae'], feats, z2d))
        gs, side = fused_gaussians(raw, s['cams'][:, :n])
        return dict(feats=feats, z2d=z2d, gs=gs.flatten(1, 4), side=side)

    def loss(self, s, out, n, size, G):
        (H, W), B, kn = size, len(s['x']), self.knobs
        at, masks = self.views(s['at'], s['has'], n)
        cams = torch.gather(s['cams'], 1, at[..., None].expand(-1, -1, 11))
        truth = torch.gather(s['rgb'], 1, at[:, :, None, None, None].expand(-1, -1, 3, H, W)).float()
        got = rasterize(out['gs'], cams, (H, W, out['gs'].shape[1] // n), masks, self.room)
        pictures = got[:, :, :3] * 2 - 1
        d = pictures - truth
        has = s['has'][:, None]
        l1, mse = picture_errors(d), d.square().mean((-3, -2, -1))
        rgb = l1 * (has + (1 - has) * kn['l1_text']) + SQUARES * mse + LOOK * self.looks_apart(pictures, truth)
        scene = self.slot_weights.repeat_interleave(G)[:, None]
        l_rgb = (rgb * self.view_weights * scene).mean()
        push = self.critic.push(pictures, truth, l_rgb, self.critic_share) if self.critic else 0.
        thin = F.relu(SOLID - got[:, :, 3]).mean()
        side = out['side']
        l_depth = (side[..., 0] - s['log_depth'][:, :, None]).abs().mean()
        inner = side[..., 2:-2, 2:-2, 1]  # at the border Gaussians may be large: they continue the world there
        l_size = .02 * F.relu(inner - 1.2).square().mean() + kn['size'] * inner.mean()
        l_lat = F.mse_loss(out['z2d'], s['z0'])
        self.stat.copy_(torch.stack([l_rgb, l_depth, l_lat, got[:, :, 3].mean(), side[..., 1].mean(), *self.by_mode(mse[:, 2], has[:, 0]), l_rgb,
                                     slope_energy(pictures[:, 2]).sum() / slope_energy(truth[:, 2]).sum().clamp_min(1e-3)]).detach())
        return l_rgb + push + kn['depth'] * l_depth + .2 * l_lat + .1 * thin + l_size

    def looks_apart(self, pictures, truth):
        """Mean absolute difference of what the VAE's encoder makes of pictures [B, V, 3, H, W] at first -> [B, V]."""
        vae, shape = self.m['vae'], pictures.shape[:2]
        with autocast(self.device):
            mine = vae.look(pictures.flatten(0, 1))
            with torch.no_grad():
                true = vae.look(truth.flatten(0, 1))
        apart = [(a.float() - b.float()).abs().mean((1, 2, 3)) / b.float().abs().mean() for a, b in zip(mine, true)]
        return sum(apart).unflatten(0, shape)

    def by_mode(self, mse, has):
        """Mean squared error at path cameras, of scenes with a picture and of those without."""
        return (mse * has).sum() / has.sum().clamp_min(1), (mse * (1 - has)).sum() / (1 - has).sum().clamp_min(1)

    def finish_step(self):
        self.stat[7].copy_(self.opt.step().detach())
        self.ema.update()

    def __call__(self, factor):
        self.opt.set_rate(factor)
        self.turn()

    def report(self):
        rgb, depth, lat, op, scale, image, text, norm, sharp = self.stat.tolist()
        db = lambda v: f'{-10 * torch.tensor(max(v, 1e-8) / 4).log10().item():.1f}'
        used = ' '.join(f'{k} {t.item() / room:.2f}' for k, (t, room) in last_used.items())
        return (f'rgb {rgb:.4f} depth {depth:.4f} latents {lat:.3f} opacity {op:.2f} scale {scale:.2f} image {db(image)} dB '
                f'text {db(text)} dB sharp {sharp:.2f} gradient {norm:.2f} lists {used}')


def train_scene(trainer, latent, seconds, log, steps=None, hold=.35, evaluate=None, evaluate_at=(.25, .5, .75), progress=0.):
    """latent: the latent stage, of which a step goes before each of this one, or None; hold: share of the time at full rate;
    progress: how far the losses' weights are when it begins."""
    clock, good, due = Clock(seconds, trainer.device, steps, every=4), None, list(evaluate_at)
    trainer.ema.restart()
    while (k := clock.tick()) < 1:
        f = rate(k, clock.count, 150, hold)
        trainer.set_knobs(progress + (1 - progress) * k)
        if latent:
            latent(f)
        trainer(f)
        if clock.count % 100 == 1:
            log(f'scene {clock.count} {clock.spent():.0f} s k {k:.3f} {trainer.report()}' + (f' | {latent.report()}' if latent else ''))
            good = keep_or_restore(trainer, good, log)
        if due and k > due[0]:
            due.pop(0)
            if evaluate:
                evaluate(f'scene {clock.count}')
    log(f'scene done: {clock.count} steps, {trainer.report()}')


@torch.no_grad()
def keep_or_restore(trainer, good, log):
    """A copy of the averaged weights while all is well; back to the last copy when a number has been lost."""
    avg = trainer.ema.avg
    fine = torch.stack([*torch._foreach_norm(avg), trainer.stat.sum()]).isfinite().all()
    if parallel.everywhere(fine.item(), trainer.device):
        return [t.clone() for t in avg]
    log('a number that is not finite: back to the last good weights')
    for t, a, g in zip(trainer.ema.src, avg, good or []):
        t.data.copy_(g)
        a.copy_(g)
    lost = [v for s in trainer.opt.adam.state.values() for v in s.values()] + [b for *_, b in trainer.opt.muon.groups]
    for lane in trainer.lanes.values():
        lost += [*lane.state.values(), *lane.after.values()]
    for t in lost:
        if t.is_floating_point():
            t.nan_to_num_(0, 0, 0)
    return good
