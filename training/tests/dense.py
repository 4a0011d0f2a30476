"""The rasterizer's definition in plain torch, every Gaussian at every pixel: the oracle for tests."""
import torch
import torch.nn.functional as F

from cameras import c2w_of, quat_to_mat, rigid_inverse


def sh_colour(sh, d):
    """sh [N, 9, 3], directions [N, 3] -> colours [N, 3], clamped at 0 from below."""
    x, y, z = d.unbind(-1)
    one = torch.ones_like(x)
    basis = [.28209479177387814 * one, -.48860251190292 * y, .48860251190292 * z,
             -.48860251190292 * x, 1.0925484305920792 * x * y, -1.0925484305920792 * y * z,
             .9461746957575601 * z * z - .3153915652525201, -1.0925484305920792 * x * z,
             .5462742152960396 * (x * x - y * y)]
    return ((torch.stack(basis, -1)[..., None] * sh).sum(1) + .5).clamp_min(0)


def splats(g, cam, H, W):
    """g [N, 38], cam [11] -> mean [N, 2], conic [N, 3], colour [N, 3], opacity, z, radius, visible."""
    m = c2w_of(cam)
    flip = torch.diag(torch.tensor([1., -1, -1, 1], dtype=g.dtype, device=g.device))
    view = rigid_inverse(m @ flip)
    R = view[:3, :3]
    p = g[:, :3] @ R.T + view[:3, 3]
    fx, fy, cx, cy = cam[7] * W, cam[8] * H, cam[9] * W, cam[10] * H
    x, y, z = p.unbind(-1)
    S = quat_to_mat(F.normalize(g[:, 7:11], dim=-1))
    M = R @ S * g[:, None, 4:7]
    tx, ty = .3 * .5 * W / fx, .3 * .5 * H / fy
    px = z * torch.minimum((W - cx) / fx + tx, torch.maximum(-cx / fx - tx, x / z))
    py = z * torch.minimum((H - cy) / fy + ty, torch.maximum(-cy / fy - ty, y / z))
    zero = torch.zeros_like(z)
    J = torch.stack([torch.stack([fx / z, zero, -fx * px / z ** 2], -1),
                     torch.stack([zero, fy / z, -fy * py / z ** 2], -1)], 1)
    P = J @ M
    cov = P @ P.mT
    a, b, d = cov[:, 0, 0] + .3, cov[:, 0, 1], cov[:, 1, 1] + .3
    det = a * d - b * b
    ext = torch.sqrt(2 * torch.log(255 * g[:, 3].clamp_min(1 / 255))).clamp(max=3.33)
    rx, ry = (ext * a.sqrt()).ceil(), (ext * d.sqrt()).ceil()
    mean = torch.stack([fx * x / z + cx, fy * y / z + cy], -1)
    ok = (z >= .01) & (z <= 1000) & (g[:, 3] >= 1 / 255) & (mean[:, 0] + rx > 0) & (mean[:, 0] - rx < W)
    ok = ok & (mean[:, 1] + ry > 0) & (mean[:, 1] - ry < H)
    colour = sh_colour(g[:, 11:].unflatten(-1, (9, 3)), F.normalize(g[:, :3] - m[:3, 3], dim=-1))
    return mean, torch.stack([d / det, -b / det, a / det], -1), colour, z, ok


def picture(g, cam, H, W, visible=None):
    """-> [4, H, W] as `rasterize` gives it."""
    mean, conic, colour, z, ok = splats(g, cam, H, W)
    ok = ok if visible is None else ok & visible
    order = torch.argsort(torch.where(ok, z, torch.inf), stable=True)[:int(ok.sum())]
    xs = torch.arange(W, device=g.device, dtype=g.dtype) + .5
    ys = torch.arange(H, device=g.device, dtype=g.dtype) + .5
    T = torch.ones(H, W, device=g.device, dtype=g.dtype)
    out, over = torch.zeros(4, H, W, device=g.device, dtype=g.dtype), torch.zeros(H, W, dtype=torch.bool, device=g.device)
    for i in order.tolist():
        ex, ey = mean[i, 0] - xs[None], mean[i, 1] - ys[:, None]
        power = .5 * (conic[i, 0] * ex * ex + conic[i, 2] * ey * ey) + conic[i, 1] * ex * ey
        alpha = (g[i, 3] * torch.exp(-power)).clamp(max=.999)
        on = (power >= 0) & (alpha >= 1 / 255) & ~over
        stop = on & (T * (1 - alpha) <= 1e-4)
        over = over | stop
        w = torch.where(on & ~stop, alpha * T, 0)
        out = out + w * torch.cat([colour[i], g[i, 3:4]])[:, None, None]
        T = torch.where(on & ~stop, T * (1 - alpha), T)
    return out + torch.cat([T.expand(3, H, W), torch.zeros_like(T)[None]])
