"""The rasterizer's kernels against the dense definition, values and gradients: on a GPU, or emulated."""
import math

import torch
import torch.nn.functional as F

from tests import dense
from rasterizer import rasterize


def scene(B, N, V, device, seed=0):
    g = torch.Generator().manual_seed(seed)
    r = lambda *s: torch.randn(*s, generator=g)
    gs = torch.cat([r(B, N, 3) * torch.tensor([.9, .7, .5]) - torch.tensor([0, 0, 2.]),
                    torch.sigmoid(r(B, N, 1) * 2), torch.exp(r(B, N, 3) * .5 - 2.3),
                    F.normalize(r(B, N, 4), dim=-1) * 1.3, r(B, N, 27) * .3], -1)
    gs[:, 0, 4:7] = .8  # one that covers everything
    q = F.normalize(torch.cat([torch.ones(B, V, 1), .15 * r(B, V, 3)], -1), dim=-1)
    cams = torch.cat([q, .2 * r(B, V, 3), torch.tensor([.9, 1.3, .52, .47]).expand(B, V, 4)], -1)
    return gs.to(device), cams.to(device)


def compare(device, B=2, N=300, V=3, H=40, W=56):
    """Largest relative errors of picture and gradients; N is more than a block of the kernels takes."""
    gs, cams = scene(B, N, V, device)
    masks = torch.tensor([[-1, 1, 2], [3, -1, 1]], dtype=torch.int32, device=device)[:B, :V]
    weight = torch.randn(B, V, 4, H, W, generator=torch.Generator().manual_seed(1)).to(device)
    frame = torch.arange(N, device=device) // (N // 2)
    a, b = gs.clone().requires_grad_(), gs.double().clone().requires_grad_()
    out = rasterize(a, cams, (H, W, N // 2), masks, room=40.)
    (out * weight).sum().backward()
    ref = torch.stack([torch.stack([
        dense.picture(b[i], cams[i, v].double(), H, W, (masks[i, v] >> frame & 1).bool())
        for v in range(V)]) for i in range(B)])
    (ref * weight).sum().backward()
    rel = lambda x, y: ((x - y).norm() / y.norm()).item()
    errors = {'picture': rel(out, ref)}
    for name, part in (('xyz', slice(0, 3)), ('opacity', 3), ('scale', slice(4, 7)), ('rotation', slice(7, 11)), ('sh', slice(11, 38))):
        errors[name] = rel(a.grad[..., part], b.grad[..., part])
    return errors


if __name__ == '__main__':
    errors = compare(torch.device('cuda' if torch.cuda.is_available() else 'cpu'))
    print({k: f'{v:.1e}' for k, v in errors.items()})
    # float32 against float64; a threshold crossed by one pixel moves the whole by about 1e-4
    assert all(math.isfinite(v) and v < 2e-3 for v in errors.values()), errors
