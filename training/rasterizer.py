"""Pictures of Gaussians: a differentiable CUDA rasterizer (native/raster.cu) and, for looking without
a GPU, a forward one in C++ (native/raster.cpp)."""
import ctypes
import math

import torch

import native

GRADS = 9  # numbers that a record's gradient has in raster.cu
pairs_per_record = 2.5   # room for (Gaussian, tile) pairs
last_used = {}  # by use and room: how many there were (on the device, outside every CUDA graph's memory), and the room


class Shape(ctypes.Structure):
    _fields_ = [(k, ctypes.c_int) for k in ('B', 'N', 'V', 'per_frame', 'W', 'H')]


class Records(ctypes.Structure):
    _fields_ = ([(k, ctypes.c_void_p) for k in
                 ('ra', 'rb', 'rc', 'keys', 'keys2', 'vals', 'vals2', 'used', 'ranges', 'temp')]
                + [('temp_bytes', ctypes.c_ulong), ('capacity', ctypes.c_uint)])


def library(device):
    return native.load('raster.cu', 'cuda' if device.type == 'cuda' else 'emulated')


def buffers(s, room, device):
    """The tensors behind `Records`, by name."""
    records, tiles = s.B * s.V * s.N, s.B * s.V * math.ceil(s.W / 16) * math.ceil(s.H / 16)
    capacity = max(1024, int(records * room))
    new = lambda *n, t=torch.int32: torch.empty(*n, dtype=t, device=device)
    lib = library(device)
    lib.raster_temp_bytes.restype = ctypes.c_ulong
    t = {k: new(records, 4, t=torch.float32) for k in ('ra', 'rb', 'rc')}
    t |= {k: new(capacity) for k in ('keys', 'keys2', 'vals', 'vals2')}
    t['ranges'] = new(tiles, 2)
    t['temp'] = new(lib.raster_temp_bytes(ctypes.c_uint(capacity)), t=torch.uint8)
    return t, capacity


def records_of(t, capacity):
    return Records(*(native.pointer(t[k]) for k, _ in Records._fields_[:10]), t['temp'].numel(), capacity)


def check(code, what):
    if code:
        raise RuntimeError(f'{what}: error {code}')


def forward(gs, cams, masks, size, room, keep):
    """Runs the forward kernels; returns picture [B, V, 4, H, W] and what the backward needs."""
    B, N, _ = gs.shape
    V, (H, W) = cams.shape[1], size[:2]
    s = Shape(B, N, V, size[2], W, H)
    t, capacity = buffers(s, room, gs.device)
    use = f'{"train" if keep else "look"} {capacity // 1000}k'
    if use not in last_used:
        last_used[use] = torch.zeros(1, dtype=torch.int32, device=gs.device), capacity
    t['used'] = last_used[use][0]
    out = gs.new_empty(B, V, 4, H, W)
    t['final_t'] = gs.new_empty(B, V, H, W) if keep else None
    t['last'] = torch.empty(B, V, H, W, dtype=torch.int32, device=gs.device) if keep else None
    which, p = ctypes.c_uint(), native.pointer
    lib = library(gs.device)
    check(lib.raster_forward(p(gs), p(cams), p(masks), s, records_of(t, capacity), ctypes.c_float(1.),
                             p(out), p(None), p(t['final_t']), p(t['last']), ctypes.byref(which),
                             native.stream(gs)), 'raster_forward')
    return out, (s, t, capacity, which.value)


class _Raster(torch.autograd.Function):
    @staticmethod
    def forward(ctx, gs, cams, masks, size, room):
        gs, cams, masks = gs.detach().contiguous(), cams.detach().contiguous(), masks.contiguous()
        out, rest = forward(gs, cams, masks, size, room, True)
        ctx.save_for_backward(gs, cams)
        ctx.rest = rest
        return out

    @staticmethod
    def backward(ctx, dout):
        (gs, cams), (s, t, capacity, which) = ctx.saved_tensors, ctx.rest
        dout, p = dout.float().contiguous(), native.pointer
        grads = gs.new_empty(s.B * s.V * s.N, GRADS)
        dgs = torch.empty_like(gs)
        check(library(gs.device).raster_backward(
            p(gs), p(cams), s, records_of(t, capacity), ctypes.c_float(1.), p(dout), p(t['final_t']),
            p(t['last']), ctypes.c_uint(which), p(grads), p(dgs), native.stream(gs)), 'raster_backward')
        return dgs, None, None, None, None


def rasterize(gs, cams, size, masks=None, room=None):
    """gs [B, N, 38], cams [B, V, 11], size (H, W, Gaussians of a frame), masks [B, V] int32 (bit f:
    this view sees the Gaussians of frame f; default all) -> [B, V, 4, H, W]: rgb in [0, 1] on white,
    and the blending weight times opacity, summed. Differentiable in gs."""
    if masks is None:
        masks = torch.full(cams.shape[:2], -1, dtype=torch.int32, device=gs.device)
    room = room or pairs_per_record
    if gs.requires_grad and torch.is_grad_enabled():
        return _Raster.apply(gs.float(), cams.float(), masks, size, room)
    gs, cams = gs.detach().float().contiguous(), cams.float().contiguous()
    return forward(gs, cams, masks.contiguous(), size, room, False)[0]


def look(gs, cams, H, W, bg=1.0):
    """Forward only, on a CPU, without the kernels: gs [B, N, 38] -> rgb in [0, 1], z-depth."""
    lib, p = native.load('raster.cpp', 'cpu'), native.pointer
    (B, N), V = gs.shape[:2], cams.shape[1]
    rgb, dep = torch.empty(B, V, 3, H, W), torch.empty(B, V, 1, H, W)
    gs, cams, bgt = gs.detach().float().contiguous(), cams.float().contiguous(), torch.full((3,), float(bg))
    for i in range(B):
        lib.raster(p(gs[i]), ctypes.c_long(N), p(cams[i]), V, H, W, p(bgt), p(rgb[i]), p(dep[i]))
    return rgb, dep


def render(gs, cams, H, W):
    """Forward only, on any device: gs [B, N, 38], cams [B, V, 11] -> [B, V, 3, H, W] in [-1, 1]."""
    if not gs.is_cuda:
        return look(gs, cams, H, W)[0] * 2 - 1
    out = torch.cat([rasterize(gs, c, (H, W, gs.shape[1]), room=4.) for c in cams.split(24, 1)], 1)
    return out[:, :, :3] * 2 - 1
