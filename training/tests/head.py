"""The fused Gaussian head against its definition, values and gradients."""
import torch
import torch.nn.functional as F

from gaussians import fused_gaussians, gaussians


def compare(device):
    """Relative errors: Gaussians, side outputs, gradient of the raw maps."""
    g = torch.Generator().manual_seed(0)
    r = lambda *s: torch.randn(*s, generator=g)
    b, n, a, w = 2, 3, 4, 6
    raw = (r(b * n, 76, a, w) * .5).to(device).to(memory_format=torch.channels_last)
    q = F.normalize(torch.cat([torch.ones(b, n, 1), .3 * r(b, n, 3)], -1), dim=-1)
    cams = torch.cat([q, r(b, n, 3), torch.tensor([.9, 1.3, .52, .47]).expand(b, n, 4)], -1).to(device)
    wg, ws = r(b, n, 2, a, w, 38).to(device), r(b, n, 2, a, w, 2).to(device)
    outs, grads = [], []
    for f in (fused_gaussians, gaussians):
        x = raw.clone().requires_grad_()
        gs, side = f(x, cams)
        ((gs * wg).sum() + (side * ws).sum()).backward()
        outs.append((gs, side))
        grads.append(x.grad)
    rel = lambda x, y: ((x - y).norm() / y.norm()).item()
    return rel(outs[0][0], outs[1][0]), rel(outs[0][1], outs[1][1]), rel(*grads)


if __name__ == '__main__':
    errors = compare(torch.device('cuda' if torch.cuda.is_available() else 'cpu'))
    print(['%.1e' % e for e in errors])
    assert all(e < 1e-4 for e in errors), errors  # fast exponentials on a GPU
