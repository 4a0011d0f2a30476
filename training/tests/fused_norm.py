"""The Triton norm against its definition, values and gradients. Needs a GPU."""
import torch

from fused import rms_silu
from nets.vae import rms_silu as definition


def compare(channels, silu):
    """Relative errors: values, gradient of x, gradient of gamma."""
    x = torch.randn(6, channels, 32, 48, device='cuda').to(memory_format=torch.channels_last).requires_grad_()
    gamma = (1 + .2 * torch.randn(channels, 1, 1, device='cuda')).requires_grad_()
    weight = torch.randn_like(x)
    outs = [f(x, gamma, silu) for f in (rms_silu, definition)]
    grads = [torch.autograd.grad((o * weight).sum(), (x, gamma)) for o in outs]
    rel = lambda a, b: ((a - b).norm() / b.norm()).item()
    return rel(*outs), rel(grads[0][0], grads[1][0]), rel(grads[0][1], grads[1][1])


if __name__ == '__main__':
    for c in (24, 48, 96):
        for s in (True, False):
            errors = compare(c, s)
            print(c, s, ['%.1e' % e for e in errors])
            assert all(e < 1e-4 for e in errors), errors
