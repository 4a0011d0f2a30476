"""Camera paths, drawn by the batch on the device.

A path is drawn in the first camera's frame, the way a user gives it, with a travel that is a fixed share of the
distance D to the scene for each kind: the normalised cameras then determine the world's scale, which text alone needs.
"""
import math

import torch

from cameras import mat_to_quat

KINDS = {'orbit': .24, 'wide_orbit': .06, 'full_orbit': .07, 'arc_in': .07, 'forward': .11, 'backward': .08, 'truck': .09,
         'truck_look': .05, 'pedestal': .04, 'crane': .05, 'spiral': .03, 'pan': .04, 'tilt': .02, 'look_around': .02,
         'hand': .04, 'forward_turn': .03}
NAMES = list(KINDS)
MIX = KINDS | {'orbit': .20, 'wide_orbit': .10, 'full_orbit': .11}  # shares in training; those of KINDS are what held-out worlds have
TRAVEL = {'forward': (0, 0, -.42), 'backward': (0, 0, .42), 'truck': (.35, 0, 0), 'truck_look': (.45, 0, 0),
          'pedestal': (0, .32, 0), 'crane': (0, .32, 0), 'forward_turn': (0, 0, -.42)}  # in units of D
ORBITS, FACING = ('orbit', 'wide_orbit', 'full_orbit', 'arc_in'), ('truck_look', 'crane', 'spiral')
STANDING = ('pan', 'tilt', 'look_around')
ASPECTS = {'landscape': (42, 74, 3.5), 'portrait': (34, 52, 2.7), 'square': (38, 62, 3.0)}  # field of view, half width
FAR = 9.0  # depth of the sky and cap of all depths, in units of D
PITCH, LEVEL = 12.0, 2.5  # degrees that first cameras look down
_tables = {}


def aspect_of(H, W):
    return 'landscape' if W > H else 'portrait' if H > W else 'square'


def tables(device):
    """Cumulated shares of the kinds, their travel, the vertical; made once for a device, since a CUDA graph cannot
    take numbers from the host."""
    if device not in _tables:
        share = torch.tensor([MIX[k] for k in NAMES])
        travel = torch.tensor([TRAVEL.get(k, (0, 0, 0)) for k in NAMES], dtype=torch.float32)
        up = torch.tensor([0., 1., 0.])
        _tables[device] = [t.to(device) for t in ((share / share.sum()).cumsum(0), travel, up)]
    return _tables[device]


def about(axis, a):
    """Rotations [..., 3, 3] by angles a about 'x', 'y' or 'z'."""
    c, s, o, i = a.cos(), a.sin(), torch.zeros_like(a), torch.ones_like(a)
    m = {'x': [i, o, o, o, c, -s, o, s, c], 'y': [c, o, s, o, i, o, -s, o, c], 'z': [c, -s, o, s, c, o, o, o, i]}[axis]
    return torch.stack(m, -1).unflatten(-1, (3, 3))


def around(axis, a):
    """Rotations by angles a [...] about unit vectors [..., 3] (Rodrigues)."""
    x, y, z = axis.unbind(-1)
    o = torch.zeros_like(x)
    K = torch.stack([o, -z, y, z, o, -x, -y, x, o], -1).unflatten(-1, (3, 3))
    s, c = a.sin()[..., None, None], a.cos()[..., None, None]
    return torch.eye(3, device=a.device) + s * K + (1 - c) * (K @ K)


class Lens:
    """How B photographs are taken: factor on the tangent of half the field of view, height of what they look at, degrees
    of roll and of looking down."""

    def __init__(self, B, device):
        r = torch.rand(4, B, device=device)
        self.wide, self.height, self.roll = (r[0] * 1.4 - .8).exp(), .6 + 1.1 * r[1], (r[2] - .5) * 6
        self.pitch = 34 * r[3] ** 1.5 - 4


class Path:
    """B paths: `poses(t)` gives rotations and positions in the first camera's frame at times t [B, m]."""

    def __init__(self, n, H, W, zoom, pitch, kind=None, lens=None, free=None):
        """n: cameras to come (few of them do not go all around, where the last would meet the first); zoom, pitch [B]:
        factor on D, degrees that the first camera looks down; kind: indices [B], drawn if not given; lens: a Lens for
        those of `free` [B]."""
        B, dev = len(zoom), zoom.device
        self.device = dev
        rnd = lambda lo, hi: lo + (hi - lo) * torch.rand(B, device=dev)
        cum, travel, _ = tables(dev)
        drawn = torch.searchsorted(cum, torch.rand(B, device=dev)).clamp(max=len(NAMES) - 1)
        self.kind = drawn if kind is None else kind
        lo, hi, half = ASPECTS[aspect_of(H, W)]
        tan = (rnd(lo, hi) * (math.pi / 360)).tan()
        tan = tan if lens is None else torch.where(free, tan * lens.wide, tan).clamp(max=1.1)
        self.D = half / tan * zoom
        fx = .5 / tan
        self.K = torch.stack([fx, fx * (W / H), torch.full_like(fx, .5), torch.full_like(fx, .5)], -1)
        self.sign = (torch.rand(B, device=dev) < .5).float() * 2 - 1
        full = rnd(300, 360) if n > 5 else rnd(120, 180)
        angle = torch.where(self.of('wide_orbit'), rnd(60, 180), torch.where(self.of('full_orbit'), full, rnd(15, 60)))
        self.angle = self.sign * angle * (math.pi / 180)
        self.orbits = self.of(*ORBITS)
        flip = torch.stack([self.sign, self.sign, torch.ones_like(fx)], -1)
        self.travel = travel[self.kind] * flip * self.D[:, None]
        self.yaw_end = self.sign * rnd(8, 28) * (math.pi / 180)
        self.ease, self.upright = torch.rand(B, 1, device=dev) < .3, torch.rand(B, device=dev) < .35
        self.phase = torch.rand(B, 5, device=dev) * 2 * math.pi
        # neither a wide orbit about a tilted axis nor a way down may end below the ground
        level = self.of('wide_orbit', 'full_orbit') & ~self.upright
        down = self.of('pedestal', 'crane') & (self.sign < 0)
        pitch = torch.where(level, pitch * .06 + LEVEL, torch.where(down, pitch + 4, pitch))
        if lens is not None:  # nor may any other camera
            least = torch.asin(((.4 + .08 * self.D - lens.height) / self.D).clamp(-.3, .3)) * (180 / math.pi)
            pitch = torch.where(free, torch.maximum(pitch, torch.where(down, least.clamp_min(15.), least)), pitch)
        self.pitch = pitch * (math.pi / 180)
        zero = torch.zeros_like(fx)
        self.roll = zero if lens is None else torch.where(free, lens.roll * (math.pi / 180), zero)
        self.lift = tables(dev)[2] * (1 + (zero if lens is None else torch.where(free, lens.height - 1, zero)))[:, None]

    def of(self, *names):
        hit = self.kind == NAMES.index(names[0])
        for n in names[1:]:
            hit = hit | (self.kind == NAMES.index(n))
        return hit

    def poses(self, t):
        t = torch.where(self.ease, t * t * (3 - 2 * t), t)
        col = lambda x: x[:, None]
        D = col(self.D)
        sway = torch.sin(self.phase[:, None] + 3.4 * t[..., None]) - torch.sin(self.phase)[:, None]  # [B, m, 5]
        p = self.travel[:, None] * t[..., None]
        spin, reach = 4 * math.pi * t, .2 * t * D
        spiral = torch.stack([reach * spin.cos(), reach * spin.sin(), torch.zeros_like(t)], -1)
        p = torch.where(self.of('spiral')[:, None, None], spiral, p)
        yaw = col(self.angle * self.orbits) * t
        facing = col(self.of(*FACING))
        yaw = torch.where(facing, torch.atan2(p[..., 0], D), yaw)
        tilt = -torch.atan2(p[..., 1], (p[..., 0] ** 2 + D ** 2).sqrt()) * facing
        yaw = torch.where(col(self.of('pan')), col(self.yaw_end) * t, yaw)
        yaw = torch.where(col(self.of('look_around')), col(self.yaw_end) * torch.sin(2 * math.pi * t), yaw)
        yaw = torch.where(col(self.of('forward_turn')), col(self.yaw_end) * .5 * t, yaw)
        tilt = torch.where(col(self.of('tilt')), col(self.yaw_end) * .6 * t, tilt)
        yaw = torch.where(col(self.of('hand')), .06 * sway[..., 3], yaw)
        tilt = torch.where(col(self.of('hand')), .04 * sway[..., 4], tilt)
        R = about('y', yaw) @ about('x', tilt)
        lean = about('x', self.pitch * (self.upright & self.orbits))[:, None]
        R = lean @ R @ lean.mT  # an orbit about the world's vertical instead of the camera's
        r = D * (1 - .3 * t * col(self.of('arc_in')))
        orbit = R[..., 2] * r[..., None] - torch.stack([torch.zeros_like(r), torch.zeros_like(r), D.expand_as(r)], -1)
        hand = torch.stack([sway[..., 0], .5 * sway[..., 1], .8 * sway[..., 2]], -1)
        hand = hand / hand.norm(dim=-1).amax(1)[:, None, None].clamp_min(1e-6) * .3 * D[..., None]
        p = torch.where(self.orbits[:, None, None], orbit, p)
        return R, torch.where(self.of('hand')[:, None, None], hand, p)

    def to_world(self, R, p):
        """Camera-to-world rotations and positions in the world's frame."""
        c0 = (about('x', -self.pitch) @ about('z', self.roll))[:, None]
        start = torch.cat([torch.zeros(len(self.D), 2, device=self.device), self.D[:, None]], -1)
        at = (c0 @ (p + start[:, None])[..., None])[..., 0] + self.lift[:, None]
        return c0 @ R, at


def off_path(path, R, at, late, degrees, raised):
    """Cameras [B, m] turned about the scene's middle, further out where the path is an orbit. late: [B, m] bool, at
    the path's end; degrees, raised: [B, m] angles about the vertical and upwards."""
    sign = (late.float() * 2 - 1) * path.sign[:, None]
    turn = about('y', sign * degrees * (math.pi / 180))
    R, at = turn @ R, (turn @ at[..., None])[..., 0]
    lift = path.lift[:, None]
    up = around(R[..., 0], -raised * (math.pi / 180))
    return up @ R, (up @ (at - lift)[..., None])[..., 0] + lift


def draw(path, n, between=1, beside=1, degrees=(12., 40.), raised=(-3., 14.)):
    """Cameras along B paths -> world cameras [B, n + between + beside, 16] and the factor [B] that normalises lengths:
    n on the path, `between` at other times, `beside` turned away from it."""
    B, dev = len(path.D), path.device
    rnd = lambda m, lo, hi: lo + (hi - lo) * torch.rand(B, m, device=dev)
    late = (torch.rand(B, 1, device=dev) < .5) ^ (torch.arange(beside, device=dev) % 2 == 1)  # on both sides
    t_beside = torch.where(path.orbits[:, None], late.float(), rnd(beside, 0., 1.))
    t_path = (torch.arange(n, device=dev) / max(1, n - 1)).expand(B, n)
    R, p = path.poses(torch.cat([t_path, rnd(between, .02, .98), t_beside], 1))
    T = p[:, :n].norm(dim=-1).amax(1)
    T = torch.where(path.of(*STANDING), .4 * path.D, T)
    R, at = path.to_world(R, p)
    if beside:
        m = n + between
        Rb, pb = off_path(path, R[:, m:], at[:, m:], late, rnd(beside, *degrees), rnd(beside, *raised))
        R, at = torch.cat([R[:, :m], Rb], 1), torch.cat([at[:, :m], pb], 1)
    user = torch.exp(rnd(1, -1.6, 1.6)[:, 0])  # the path's length in the user's units: only T + 0.01 feels it
    c2w = torch.cat([R, at[..., None]], -1).flatten(2)
    return torch.cat([c2w, path.K[:, None].expand(-1, c2w.shape[1], -1)], -1), user / (user + .01) / T


def normalised(world, scale):
    """World cameras [B, V, 16] -> the model's [B, V, 11], relative to the first and scaled."""
    m = world[..., :12].unflatten(-1, (3, 4))
    back = m[:, :1, :, :3].mT
    R, t = back @ m[..., :3], (back @ (m[..., 3:] - m[:, :1, :, 3:]))[..., 0]
    return torch.cat([mat_to_quat(R), t * scale[:, None, None], world[..., 12:]], -1)
