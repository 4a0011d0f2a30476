"""A Triton kernel for the VAE's norm + SiLU on channels-last maps: training speed only; nets.vae.rms_silu is the
definition. `install()` makes the networks use it."""
import torch
import triton
import triton.language as tl

import nets


@triton.jit
def _forward(x, g, y, R, C: tl.constexpr, CP: tl.constexpr, BR: tl.constexpr, SILU: tl.constexpr):
    r, c = tl.program_id(0).to(tl.int64) * BR + tl.arange(0, BR), tl.arange(0, CP)
    m = (r[:, None] < R) & (c[None, :] < C)
    v = tl.load(x + r[:, None] * C + c[None, :], mask=m, other=0.).to(tl.float32)
    gm = tl.load(g + c, mask=c < C, other=0.)
    u = v * tl.rsqrt(tl.sum(v * v, 1) / C + 1e-12)[:, None] * gm[None, :]
    if SILU:
        u = u * tl.sigmoid(u)
    tl.store(y + r[:, None] * C + c[None, :], u.to(y.dtype.element_ty), mask=m)


@triton.jit
def _backward(x, g, dy, dx, dg, R, C: tl.constexpr, CP: tl.constexpr, BR: tl.constexpr, SILU: tl.constexpr):
    c = tl.arange(0, CP)
    gm = tl.load(g + c, mask=c < C, other=0.)
    acc = tl.zeros((CP,), tl.float32)
    for b in range(tl.program_id(0), tl.cdiv(R, BR), tl.num_programs(0)):
        r = tl.cast(b, tl.int64) * BR + tl.arange(0, BR)
        m = (r[:, None] < R) & (c[None, :] < C)
        o = r[:, None] * C + c[None, :]
        v = tl.load(x + o, mask=m, other=0.).to(tl.float32)
        d = tl.load(dy + o, mask=m, other=0.).to(tl.float32)
        ri = tl.rsqrt(tl.sum(v * v, 1) / C + 1e-12)[:, None]
        n = v * ri
        if SILU:
            u = n * gm[None, :]
            s = tl.sigmoid(u)
            d = d * s * (1 + u * (1 - s))
        acc += tl.sum(d * n, 0)
        d = d * gm[None, :]
        tl.store(dx + o, (ri * (d - n * (tl.sum(d * n, 1) / C)[:, None])).to(dx.dtype.element_ty), mask=m)
    tl.store(dg + tl.program_id(0) * CP + c, acc)


class _RmsSilu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, gamma, silu):
        x = x.contiguous(memory_format=torch.channels_last)
        channels = x.shape[1]
        R, CP = x.numel() // channels, triton.next_power_of_2(channels)
        BR = max(16, 4096 // CP)
        g, y = gamma.reshape(-1).float().contiguous(), torch.empty_like(x)
        _forward[(triton.cdiv(R, BR),)](x, g, y, R, channels, CP, BR, silu)
        ctx.save_for_backward(x, g)
        ctx.sizes = (channels, R, CP, BR, silu, gamma.shape)
        return y

    @staticmethod
    def backward(ctx, dy):
        x, g = ctx.saved_tensors
        channels, R, CP, BR, silu, shape = ctx.sizes
        dy = dy.contiguous(memory_format=torch.channels_last)
        programs = min(triton.cdiv(R, BR), 1056)
        dx, dg = torch.empty_like(x), torch.empty(programs, CP, device=x.device)
        _backward[(programs,)](x, g, dy, dx, dg, R, channels, CP, BR, silu)
        return dx, dg.sum(0)[:channels].reshape(shape), None


def rms_silu(x, gamma, silu=True):
    return _RmsSilu.apply(x, gamma, silu)


def install():
    nets.Norm.kernel = staticmethod(rms_silu)
