"""Muon for the transformer's matrices (batched Newton-Schulz, updates scaled to Adam's size), AdamW for the rest, and
averaged weights. All of it can be part of a CUDA graph."""
import torch


class Muon:
    def __init__(self, params, lr, momentum=.95, decay=.01):
        self.lr, self.momentum, self.decay = lr, momentum, decay
        shapes = {}
        for p in params:
            shapes.setdefault(tuple(p.shape), []).append(p)
        self.groups = [(ps, torch.zeros(len(ps), *s, device=ps[0].device)) for s, ps in shapes.items()]

    @torch.no_grad()
    def step(self, factor):
        """factor: a tensor that scales the learning rate."""
        for ps, buf in self.groups:
            g = torch.stack([p.grad for p in ps])
            buf.lerp_(g, 1 - self.momentum)
            u = orthogonal(g.lerp(buf, self.momentum)) * (.2 * max(g.shape[-2:]) ** .5)
            lr = self.lr * factor
            torch._foreach_mul_(ps, 1 - lr * self.decay)
            torch._foreach_sub_(ps, list((u * lr).unbind()))


def orthogonal(g):
    """Matrices [..., a, b] -> about the nearest with orthonormal rows or columns."""
    u = g.bfloat16()
    flip = u.shape[-2] > u.shape[-1]
    u = u.mT if flip else u
    u = u / (u.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        a = u @ u.mT
        u = 3.4445 * u + (-4.7750 * a + 2.0315 * a @ a) @ u
    return (u.mT if flip else u).float()


class Optimizer:
    """groups: list of (parameters, learning rate) for AdamW; hidden: matrices for Muon."""

    def __init__(self, groups, hidden=(), lr_muon=0., betas=(.9, .98), clip=1.0):
        dev = groups[0][0][0].device
        cuda = dev.type == 'cuda'
        self.rest, self.hidden, self.clip = [p for ps, _ in groups for p in ps], list(hidden), clip
        self.factor = torch.ones((), device=dev)
        self.base = [lr for _, lr in groups]
        self.lrs = [torch.tensor(lr, device=dev) for lr in self.base]
        self.adam = torch.optim.AdamW([dict(params=ps, lr=t) for (ps, _), t in zip(groups, self.lrs)], betas=betas,
                                      weight_decay=1e-3, fused=cuda, capturable=cuda)
        self.muon = Muon(hidden, lr_muon) if self.hidden else None

    def set_rate(self, factor):
        """Scales all learning rates; launches kernels only, never waits."""
        self.factor.fill_(factor)
        for t, lr in zip(self.lrs, self.base):
            t.fill_(lr * factor)

    def clear(self):
        for p in self.rest + self.hidden:
            p.grad = None

    def step(self):
        """-> the gradients' norm before clipping (AdamW's part)."""
        norm = torch.nn.utils.clip_grad_norm_(self.rest, self.clip)
        self.adam.step()
        if self.muon:
            self.muon.step(self.factor)
        return norm


class EMA:
    def __init__(self, modules, decay):
        self.decay = decay
        self.src = [p for m in modules for p in m.parameters()]
        self.avg = [p.detach().clone() for p in self.src]

    @torch.no_grad()
    def restart(self):
        torch._foreach_copy_(self.avg, [p.detach() for p in self.src])

    @torch.no_grad()
    def update(self):
        torch._foreach_lerp_(self.avg, [p.detach() for p in self.src], 1 - self.decay)

    @torch.no_grad()
    def swap(self):
        """Exchanges the averaged and the live weights (call again to undo)."""
        for p, a in zip(self.src, self.avg):
            t = p.data.clone()
            p.data.copy_(a)
            a.copy_(t)
