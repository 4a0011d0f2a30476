"""Cameras: 11 numbers (qw qx qy qz, tx ty tz, fx fy cx cy over image size), OpenGL camera-to-world."""
import torch


def quat_to_mat(q):
    """Unit quaternions [..., 4], w first -> rotations [..., 3, 3]."""
    w, x, y, z = q.unbind(-1)
    m = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
         2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
         2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]
    return torch.stack(m, -1).reshape(*q.shape[:-1], 3, 3)


def mat_to_quat(m):
    """Rotations -> unit quaternions with real part >= 0 (largest component first, for stability)."""
    m00, m01, m02, m10, m11, m12, m20, m21, m22 = m.reshape(*m.shape[:-2], 9).unbind(-1)
    s = torch.stack([1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22,
                     1 - m00 - m11 + m22], -1).clamp_min(0)
    rows = [torch.stack(r, -1) for r in (
        [s[..., 0], m21 - m12, m02 - m20, m10 - m01], [m21 - m12, s[..., 1], m10 + m01, m02 + m20],
        [m02 - m20, m10 + m01, s[..., 2], m12 + m21], [m10 - m01, m20 + m02, m21 + m12, s[..., 3]])]
    a = s.sqrt()
    cand = torch.stack(rows, -2) / (2 * a[..., None].clamp_min(.1))
    best = a.argmax(-1)[..., None, None].expand(*a.shape[:-1], 1, 4)
    q = torch.gather(cand, -2, best).squeeze(-2)
    q = q / q.norm(dim=-1, keepdim=True)
    return torch.where(q[..., :1] < 0, -q, q)


def c2w_of(cams):
    """Cameras [..., 11] -> matrices [..., 4, 4]."""
    m = torch.zeros(*cams.shape[:-1], 4, 4, dtype=cams.dtype, device=cams.device)
    m[..., :3, :3] = quat_to_mat(cams[..., :4] / cams[..., :4].norm(dim=-1, keepdim=True))
    m[..., :3, 3] = cams[..., 4:7]
    m[..., 3, 3] = 1
    return m


def rigid_inverse(m):
    """Inverse of rotation + translation matrices [..., 4, 4]."""
    R = m[..., :3, :3].mT
    return torch.cat([torch.cat([R, -R @ m[..., :3, 3:]], -1), m[..., 3:, :]], -2)


def resample(cams, n):
    """k cameras -> n cameras: slerp on the short arc, linear positions and intrinsics."""
    k = cams.shape[0]
    t = torch.linspace(0, 1, n, dtype=cams.dtype, device=cams.device) * (k - 1)
    i = t.floor().long().clamp(0, k - 2)
    f = (t - i)[:, None]
    a, b = cams[i], cams[i + 1]
    qa, qb = a[:, :4], b[:, :4]
    d = (qa * qb).sum(-1, keepdim=True)
    qb, d = torch.where(d < 0, -qb, qb), d.abs().clamp(max=1)
    th = torch.acos(d)
    arc = (torch.sin((1 - f) * th) * qa + torch.sin(f * th) * qb) / torch.sin(th).clamp_min(1e-12)
    q = torch.where(th < 1e-5, qa, arc)
    return torch.cat([q / q.norm(dim=-1, keepdim=True), a[:, 4:] * (1 - f) + b[:, 4:] * f], -1)


def normalize(cams):
    """[..., n, 11] -> cameras relative to the first with positions over T + 0.01, ref (the first's
    world-to-camera), T."""
    m = c2w_of(cams)
    ref = rigid_inverse(m[..., :1, :, :])
    m = ref @ m
    T = m[..., :3, 3].norm(dim=-1).amax(-1)[..., None, None]
    return torch.cat([mat_to_quat(m[..., :3, :3]), m[..., :3, 3] / (T + .01), cams[..., 7:]], -1), ref, T


def rays(cams, a, b, du=0., dv=0.):
    """Origins [..., 1, 1, 3] and unit directions [..., a, b, 3] at a x b pixels; du, dv: offsets."""
    fx, fy, cx, cy = (cams[..., 7 + i, None, None] * s for i, s in enumerate((b, a, b, a)))
    x = torch.arange(b, device=cams.device, dtype=cams.dtype) + .5
    y = torch.arange(a, device=cams.device, dtype=cams.dtype) + .5
    u, v = x[None, :] / cx + du, y[:, None] / cy + dv
    d = [(u - 1) * cx / fx, -(v - 1) * cy / fy, -torch.ones_like(u)]
    d = torch.stack(torch.broadcast_tensors(*d), -1)
    d = torch.einsum('...ij,...abj->...abi', quat_to_mat(cams[..., :4]), d)
    return cams[..., None, None, 4:7], d / d.norm(dim=-1, keepdim=True)


def raymap(cams, h, w):
    """[..., 11] -> [..., h, w, 6]: direction d, and o - (o.d) d."""
    o, d = rays(cams, h, w)
    return torch.cat([d, o - (o * d).sum(-1, keepdim=True) * d], -1)
