"""What the mean over pixels does not tell: sharpness, small parts, depth."""
import torch
import torch.nn.functional as F

from stages.common import slope_energy
from worlds.batch import raycast

LEAST, MOST, CONTRAST = 10, 250, .2   # pixels of a small part; its distance in colour from what is around it
DC = .28209479177387814


def sharpness(out, truth):
    """Pictures [B, V, 3, H, W] -> the gradients' energy, as a share of the truth's."""
    return (slope_energy(out.clamp(-1, 1)).sum() / slope_energy(truth).sum()).item()


def small_parts(held, truth, out, views):
    """Of the primitives that show on few pixels and differ from what is around them, the share that is there: whose pixels
    are nearer to their own colour than to that of their surroundings. -> (share, how many there were)."""
    ids = raycast(held.prims, held.env, held.world[:, views].contiguous(), *held.size, 1, ('ids',))['ids']
    kept = seen = 0
    for i in range(len(ids)):
        for v, at in enumerate(views):
            here, counts = ids[i, v].unique(return_counts=True)
            for k in here[(here >= 0) & (counts >= LEAST) & (counts <= MOST)].tolist():
                mask = ids[i, v] == k
                ring = (F.max_pool2d(mask[None, None].float(), 7, 1, 3)[0, 0] > 0) & ~mask
                mean = lambda x, m: (x[i, at] * m).sum((-2, -1)) / m.sum()
                own, around, got = mean(truth, mask), mean(truth, ring), mean(out, mask)
                if (own - around).norm() < CONTRAST:
                    continue
                seen += 1
                kept += ((got - own).norm() < (got - around).norm()).item()
    return kept / max(1, seen), seen


def distances(gs, cams, render, size):
    """Mean distance along the rays of first cameras [B, 11] to what Gaussians [B, N, 38] show -> [B, H, W]."""
    far = 64.
    d = (gs[..., :3] - cams[:, None, 4:7]).norm(dim=-1, keepdim=True)

    def shown(value):
        sh = torch.zeros_like(gs[..., 11:])
        sh[..., :3] = (value - .5) / DC
        return (render(torch.cat([gs[..., :11], sh], -1), cams[:, None], *size)[:, 0, 0] + 1) / 2
    rest = shown(torch.zeros_like(d))
    return (shown(d / far) - rest) / (1 - rest).clamp_min(1e-3) * far


def depth_error(held, gs, render):
    """Median relative error of the depth at the first camera, over what is nearer than the sky."""
    cams = held.world[:, :1].contiguous()
    true = raycast(held.prims, held.env, cams, *held.size, 1, ('depth',))['depth'][:, 0]
    got = distances(gs, held.cams[:, 0], render, held.size) / held.scale[:, None, None]
    near = true < held.env[:, 26, None, None] * .6
    return ((got - true).abs() / true)[near].median().item()
