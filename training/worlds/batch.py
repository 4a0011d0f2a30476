"""Batches of worlds on the device: drawn from the pool, moved about, looked at, ray-cast."""
import ctypes
import math
from dataclasses import dataclass

import numpy as np
import torch

import native
from worlds import build, paths
from worlds.vocabulary import GROUND_KIND, NO_COLOR, SKY_KIND

CHANCES = 8  # numbers that decide how a world differs from its canonical form


class Job(ctypes.Structure):
    _fields_ = [(k, ctypes.c_int) for k in ('B', 'P', 'V', 'H', 'W', 'ss')]


def raycast(prims, env, cams, H, W, ss=2, want=('rgb', 'depth')):
    """prims [B, P, 24], env [B, 32], cams [B, V, 16] -> dict of rgb [B, V, 3, H, W] in [-1, 1], depth along the ray
    [B, V, H, W], ids [B, V, H, W] int32 (primitive, -1 sky, -2 ground)."""
    B, V = cams.shape[:2]
    shapes = {'rgb': ((B, V, 3, H, W), torch.float32), 'depth': ((B, V, H, W), torch.float32), 'ids': ((B, V, H, W), torch.int32)}
    out = {k: torch.empty(shapes[k][0], dtype=shapes[k][1], device=prims.device) for k in want}
    ins = [t.float().contiguous() for t in (prims, env, cams)]
    lib = native.load('raycast.cu', 'cuda' if prims.is_cuda else 'cpu')
    lib.raycast(*map(native.pointer, ins), *(native.pointer(out.get(k)) for k in shapes),
                Job(B, prims.shape[1], V, H, W, ss), native.stream(prims))
    return out


class Pool:
    """The arrays of worlds/pool.py on a device."""

    def __init__(self, folder, device, limit=None):
        with open(f'{folder}/canonical') as f:
            self.canonical = int(f.read())
        for k in ('prims', 'env', 'ids', 'around', 'objects'):
            a = np.load(f'{folder}/{k}.npy', mmap_mode='r')
            setattr(self, k, torch.from_numpy(np.array(a)).to(device))
        self.wild = len(self.prims) - self.canonical
        self.device = device

    def draw(self, wild):
        """Random worlds, one for each of `wild` [B] bool -> their indices."""
        r = torch.rand(len(wild), device=self.device)
        return torch.where(wild, self.canonical + (r * self.wild).long().clamp(max=self.wild - 1),
                           (r * self.canonical).long().clamp(max=self.canonical - 1))


def moved(prims, env, u, loose):
    """Worlds as the chances u [B, 8] have them: turned, shifted, sized and shaded as a whole; and where loose [B] is 1
    also object by object."""
    B, P, _ = prims.shape
    c = u.clamp(-2, 2)[:, :, None]  # [B, 8, 1]
    group = prims[..., build.GROUP_AT]
    own = (group >= 0).float()
    r = torch.rand(B, 6, 8, device=prims.device) * 2 - 1
    v = torch.gather(r, 1, group.clamp_min(0).long()[..., None].expand(-1, -1, 8)) * loose[:, None, None]
    yaw = math.radians(6) * c[:, 2] + v[..., 0] * .9
    size = torch.exp(.03 * c[:, 5] + .14 * v[..., 1])
    anchor = prims[..., build.ANCHOR_AT:build.ANCHOR_AT + 2]
    to = anchor + torch.stack([.08 * c[:, 3] + .35 * v[..., 2], .10 * c[:, 4] + .35 * v[..., 3]], -1)
    dx, dz = (prims[..., 1] - anchor[..., 0]) * size, (prims[..., 3] - anchor[..., 1]) * size
    cy, sy = yaw.cos(), yaw.sin()
    centre = torch.stack([to[..., 0] + cy * dx + sy * dz, prims[..., 2] * size, to[..., 1] - sy * dx + cy * dz], -1)
    shade = (1 + .05 * c[:, 6] + .15 * v[..., 4])[..., None]
    rgb = (prims[..., 8:11] * shade * (1 + .12 * v[..., 5:8])).clamp(0, 1)
    body = torch.cat([centre, prims[..., 4:7] * size[..., None], (prims[..., 7] + yaw)[..., None], rgb], -1)
    prims = torch.cat([prims[..., :1], torch.where(own[..., None] > 0, body, prims[..., 1:11]), prims[..., 11:]], -1)
    a = math.radians(8) * c[:, 7, 0]
    sun = (paths.about('y', a) @ env[:, 6:9, None])[..., 0]
    return prims, torch.cat([env[:, :6], sun, env[:, 9:]], -1)


def with_distance(env, D):
    """Fills in fog (as a share of far, if none is given) and far, which depend on the camera's distance D [B]."""
    far = paths.FAR * D
    share = env[:, 24] + .55 * (env[:, 24] <= 0)
    return torch.cat([env[:, :24], (share * far)[:, None], env[:, 25:26], far[:, None], env[:, 27:]], -1)


@dataclass
class Batch:
    prims: torch.Tensor
    env: torch.Tensor
    world: torch.Tensor   # cameras of the ray caster [B, V, 16]
    cams: torch.Tensor    # the model's cameras [B, V, 11]
    scale: torch.Tensor   # [B] world length -> normalised length
    index: torch.Tensor   # [B] place in the pool
    u: torch.Tensor       # [B, 8]
    path: paths.Path


def look_at(prims, env, u, loose, wild, n, size, kind=None, lens=None, **cameras):
    """Chances -> world and cameras; lens: how the wild ones are seen."""
    B, (H, W) = len(prims), size
    free = torch.rand(2, B, device=prims.device) * 2 - 1
    c = u.clamp(-2, 2)
    zoom = torch.exp(.025 * c[:, 0] + .1 * free[0] * loose)
    pitch = paths.PITCH + .75 * c[:, 1] + 5 * free[1] * loose
    pitch = torch.where(wild, 17 + 14 * free[1] if lens is None else lens.pitch, pitch)
    prims, env = moved(prims, env, u, loose)
    path = paths.Path(n, H, W, zoom, pitch, kind, lens, wild)
    world, scale = paths.draw(path, n, **cameras)
    return prims, with_distance(env, path.D), world, scale, path


def draw_batch(pool, B, n, size, p_wild=0., p_loose=0., has=None, kind=None, **cameras):
    """B worlds of the pool with n cameras on a path and others as `paths.draw` has them. has [B]: scenes that come with
    a picture; of these, shares p_wild and p_loose are outside the grammar or off their canonical places."""
    dev = pool.device
    r = torch.rand(2, B, device=dev)
    has = torch.ones(B, dtype=torch.bool, device=dev) if has is None else has
    wild = has & (r[0] < p_wild)
    loose = (has & (r[1] < p_loose)).float()
    index, u = pool.draw(wild), torch.randn(B, CHANCES, device=dev)
    prims, env, world, scale, path = look_at(pool.prims[index], pool.env[index], u, loose, wild, n, size, kind, paths.Lens(B, dev), **cameras)
    return Batch(prims, env, world, paths.normalised(world, scale), scale, index, u, path)


def couple(noise, u, free):
    """Noise [B, Z, n, h, w] whose first pixel's first channels are the chances u, except where free [B]: so a seed
    decides the chances, and other seeds give other worlds."""
    first = torch.where(free[:, None], noise[:, :CHANCES, 0, 0, 0], u)
    noise = noise.clone()
    noise[:, :CHANCES, 0, 0, 0] = first
    return noise


def pixel_classes(batch, H, W):
    """Kind and colour classes [B, V, H, W] of what is seen at pixel centres."""
    ids = raycast(batch.prims, batch.env, batch.world, H, W, 1, ('ids',))['ids'].long()
    flat = ids.clamp_min(0).flatten(1)
    of = lambda k: torch.gather(batch.prims[..., k], 1, flat).reshape(ids.shape).long()
    kind = of(build.KIND_AT).masked_fill(ids == -1, SKY_KIND).masked_fill(ids == -2, GROUND_KIND)
    return kind, of(build.COLOR_AT).masked_fill(ids < 0, NO_COLOR)
