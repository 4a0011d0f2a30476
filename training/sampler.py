"""The four steps that make a scene, with feedback through render and VAE encoder."""
import torch

import config as C
from cameras import raymap
from gaussians import gaussians
from rasterizer import render


class Draws:
    """Gaussian draws in the order in which the sampler asks for them, on the host, recorded by name."""

    def __init__(self, seed, device, noise=None):
        """noise: the initial noise, where it is given."""
        self.g, self.device, self.log = torch.Generator('cpu').manual_seed(seed), device, []
        self.noise = noise

    def __call__(self, kind, *shape):
        e = self.noise if kind == 'randn' and self.noise is not None else torch.randn(*shape, generator=self.g)
        assert e.shape == shape, (kind, e.shape, shape)
        self.log.append((kind, e.to(self.device)))
        return self.log[-1][1]


def dit_input(x, rm, cond, feats, z3d):
    """x, cond, z3d [B, Z, n, h, w], rm [B, n, h, w, 6], feats [B, FEAT, n, h, w]."""
    return torch.cat([x, rm.permute(0, 4, 1, 2, 3), cond, feats, z3d], 1)


def recon_input(vae, feats, z2d):
    """Features and scaled latents [B, *, n, h, w] -> the same frame by frame, latents unscaled."""
    frames = lambda t: t.transpose(1, 2).flatten(0, 1)
    return frames(feats), frames(z2d) * vae.std + vae.mean


@torch.no_grad()
def generate(m, cams, H, W, rows, image=None, index=0, draws=None, keep=None):
    """m: networks by name; cams [B, n, 11] normalised, rows [B, L, TD] text rows, image [B, 3, H, W] or None (at frame
    `index`) -> Gaussians [B, N, 38]. keep: a list that gets every step's latents and renders."""
    B, n = cams.shape[:2]
    h, w, dev = H // 16, W // 16, cams.device
    draws = draws or Draws(0, dev)
    rm = raymap(cams, h, w)
    cond = torch.zeros(B, C.Z, n, h, w, device=dev)
    if image is not None:
        cond[:, :, index] = m['vae'].scaled(image[:, None], draws('posterior', B, C.Z, 1, h, w))[:, 0]
    x = draws('randn', B, C.Z, n, h, w)
    feats, z3d = torch.zeros(B, C.FEAT, n, h, w, device=dev), torch.zeros(B, C.Z, n, h, w, device=dev)
    for k, s in enumerate(C.SIGMAS):
        t = torch.full((B,), 1000. * s, device=dev)
        v, feats = m['dit'](dit_input(x, rm, cond, feats, z3d), t, rows)
        z2d = x - s * v
        gs = gaussians(m['recon'](*recon_input(m['vae'], feats, z2d)), cams)[0].flatten(1, 4)
        if k == len(C.SIGMAS) - 1:
            return gs
        rgb = render(gs, cams, H, W).clamp(-1, 1)
        z3d = m['vae'].scaled(rgb, draws('posterior', B * n, C.Z, 1, h, w)).transpose(1, 2)
        if keep is not None:
            keep.append(dict(latents2d=z2d, latents3d=z3d, rgb=rgb))
        s1 = C.SIGMAS[k + 1]
        x = s1 * draws('randn_like', B, C.Z, n, h, w) + (1 - s1) * z3d
