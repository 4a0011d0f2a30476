"""Muon for the matrices and kernels inside the networks' blocks (batched Newton-Schulz, updates scaled to Adam's size),
AdamW for the rest, and averaged weights. All of it can be part of a CUDA graph."""
import torch

import parallel


def split(*nets):
    """Parameters -> the matrices and convolution kernels inside blocks, which Muon trains, and all others."""
    named = [(n, p) for net in nets for n, p in net.named_parameters()]
    hidden = [p for n, p in named if 'block' in n and 'bias' not in n and p.dim() in (2, 4)]
    ids = {id(p) for p in hidden}
    return hidden, [p for _, p in named if id(p) not in ids]


class Muon:
    """groups: list of (matrices or kernels [O, ...], learning rate). A kernel is a matrix with a row for each output."""

    def __init__(self, groups, momentum=.95, decay=.01):
        self.momentum, self.decay = momentum, decay
        alike = {}
        for params, lr in groups:
            for p in params:
                alike.setdefault((lr, *p.flatten(1).shape), []).append(p)
        self.groups = [(ps, lr, torch.zeros(len(ps), *s, device=ps[0].device)) for (lr, *s), ps in alike.items()]

    @torch.no_grad()
    def step(self, factor):
        """factor: a tensor that scales the learning rate."""
        for ps, lr, buf in self.groups:
            g = torch.stack([p.grad.flatten(1) for p in ps])
            buf.lerp_(g, 1 - self.momentum)
            u = orthogonal(g.lerp(buf, self.momentum)) * (.2 * max(g.shape[-2:]) ** .5)
            torch._foreach_mul_(ps, 1 - lr * self.decay * factor)
            torch._foreach_sub_(ps, [d.view(p.shape) for p, d in zip(ps, u * (lr * factor))])


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
    """groups: list of (parameters, learning rate) for AdamW; hidden: the same for Muon."""

    def __init__(self, groups, hidden=(), betas=(.9, .98), clip=1.0):
        dev = groups[0][0][0].device
        cuda = dev.type == 'cuda'
        self.rest, self.hidden = ([p for ps, _ in g for p in ps] for g in (groups, hidden))
        self.clip = clip
        self.factor = torch.ones((), device=dev)
        self.base = [lr for _, lr in groups]
        self.lrs = [torch.tensor(lr, device=dev) for lr in self.base]
        self.adam = torch.optim.AdamW([dict(params=ps, lr=t) for (ps, _), t in zip(groups, self.lrs)], betas=betas,
                                      weight_decay=1e-3, fused=cuda, capturable=cuda)
        self.muon = Muon(hidden)
        parallel.same([p.detach() for p in self.rest + self.hidden])

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
        parallel.average([p.grad for p in self.rest + self.hidden if p.grad is not None])
        norm = torch.nn.utils.clip_grad_norm_(self.rest, self.clip)
        self.adam.step()
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
