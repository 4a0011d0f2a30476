"""Raw output of the recon decoder -> Gaussians."""
import ctypes

import torch
import torch.nn.functional as F

import native
from cameras import rays


def gaussians(raw, cams):
    """raw [B*n, 76, a, b], normalised cams [B, n, 11] -> [B, n, 2, a, b, 38] and [B, n, 2, a, b, 2]:
    log depth along the ray, mean scale in units of the pixel's footprint. The definition."""
    b, n = cams.shape[:2]
    a, w = raw.shape[-2:]
    g = raw.float().unflatten(0, (b, n)).unflatten(2, (2, 38)).permute(0, 1, 2, 4, 5, 3)
    sh, uv, log_depth, op, sc, q = g.split([27, 2, 1, 1, 3, 4], -1)
    depth, rel = log_depth.exp(), 16 * torch.sigmoid(sc)
    o, d = rays(cams[:, :, None].expand(b, n, 2, 11), a, w, uv[..., 0], uv[..., 1])
    px = ((cams[..., 7] / w) ** 2 + (cams[..., 8] / a) ** 2).sqrt()[:, :, None, None, None, None]
    gs = [o + depth * d, torch.sigmoid(op), rel * depth * px, F.normalize(q, dim=-1), sh]
    return torch.cat(gs, -1), torch.cat([log_depth, rel.mean(-1, keepdim=True)], -1)


class Maps(ctypes.Structure):
    _fields_ = ([(k, ctypes.c_int) for k in ('F', 'a', 'b')]
                + [(k, ctypes.c_long) for k in ('sf', 'sc', 'sy', 'sx')])


class _Head(torch.autograd.Function):
    @staticmethod
    def forward(ctx, raw, cams):
        raw, cams = raw.detach(), cams.detach().contiguous()
        f, _, a, b = raw.shape
        gs, side = raw.new_empty(f, 2, a, b, 38), raw.new_empty(f, 2, a, b, 2)
        p = native.pointer
        library(raw).head_forward(ctypes.c_void_p(raw.data_ptr()), p(cams), Maps(f, a, b, *raw.stride()),
                                  p(gs), p(side), native.stream(raw))
        ctx.save_for_backward(raw, cams)
        return gs, side

    @staticmethod
    def backward(ctx, dgs, dside):
        raw, cams = ctx.saved_tensors
        f, _, a, b = raw.shape
        dgs, dside, out, p = dgs.contiguous(), dside.contiguous(), torch.empty_like(raw), native.pointer
        assert out.stride() == raw.stride()
        library(raw).head_backward(ctypes.c_void_p(raw.data_ptr()), p(cams), Maps(f, a, b, *raw.stride()),
                                   p(dgs), p(dside), ctypes.c_void_p(out.data_ptr()), native.stream(raw))
        return out, None


def library(t):
    return native.load('head.cu', 'cuda' if t.is_cuda else 'emulated')


def fused_gaussians(raw, cams):
    """`gaussians` by one kernel (native/head.cu)."""
    b, n = cams.shape[:2]
    gs, side = _Head.apply(raw.float(), cams.float().flatten(0, 1))
    return gs.unflatten(0, (b, n)), side.unflatten(0, (b, n))
