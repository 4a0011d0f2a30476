"""The diffusion transformer."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

import config as C


def rope(n, h, w, device):
    """Unit complex numbers [n*h*w, HD/2] for interleaved pairs: frame, then row, then column."""
    dh = 2 * (C.HD // 6)
    parts = []
    for k, (m, dim) in enumerate(((n, C.HD - 2 * dh), (h, dh), (w, dh))):
        f = 10000.0 ** (-torch.arange(0, dim, 2, device=device, dtype=torch.float64) / dim)
        a = torch.arange(m, device=device, dtype=torch.float64)[:, None] * f
        shape = [1, 1, 1, dim // 2]
        shape[k] = m
        parts.append(a.reshape(shape).expand(n, h, w, dim // 2))
    a = torch.cat(parts, -1).reshape(n * h * w, C.HD // 2)
    return torch.complex(a.cos().float(), a.sin().float())


class RMS(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))

    def forward(self, x):
        return F.rms_norm(x.float(), x.shape[-1:], self.weight, 1e-6)


class DitAttn(nn.Module):
    def __init__(self):
        super().__init__()
        w = C.width()
        self.to_q, self.to_k, self.to_v = nn.Linear(w, w), nn.Linear(w, w), nn.Linear(w, w)
        self.to_out = nn.ModuleList([nn.Linear(w, w)])
        self.norm_q, self.norm_k = RMS(w), RMS(w)

    def forward(self, x, ctx=None, turn=None, bias=None):
        """x [B, N, W]; ctx: rows to attend to (default x); turn: RoPE; bias: added to scores."""
        ctx = x if ctx is None else ctx
        q, k, v = self.norm_q(self.to_q(x)), self.norm_k(self.to_k(ctx)), self.to_v(ctx)
        if turn is not None:
            q, k = (rotate(t, turn) for t in (q, k))
        q, k, v = (t.to(v.dtype).unflatten(-1, (C.HEADS, C.HD)).transpose(1, 2) for t in (q, k, v))
        bias = None if bias is None else bias.to(v.dtype)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        return self.to_out[0](y.transpose(1, 2).flatten(2))


def rotate(x, turn):
    """x [B, N, W] float32, pairs turned by `turn` [N, HD/2]."""
    pairs = torch.view_as_complex(x.unflatten(-1, (C.HEADS, C.HD // 2, 2)))
    return torch.view_as_real(pairs * turn[:, None]).flatten(2)


class GELUProj(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(C.width(), C.FFN)

    def forward(self, x):
        return F.gelu(self.proj(x), approximate='tanh')


class FF(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.ModuleList([GELUProj(), nn.Identity(), nn.Linear(C.FFN, C.width())])

    def forward(self, x):
        return self.net[2](self.net[0](x))


def ln(x):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        w = C.width()
        self.attn1, self.attn2, self.ffn = DitAttn(), DitAttn(), FF()
        self.norm2 = nn.LayerNorm(w, eps=1e-6)
        self.scale_shift_table = nn.Parameter(torch.randn(1, 6, w) / w ** .5)

    def forward(self, x, ctx, tp, turn, bias):
        """x [B, N, W] float32, ctx [B, L, W], tp [B, 6, W]: shift, scale, gate, twice."""
        s1, c1, g1, s2, c2, g2 = (self.scale_shift_table + tp).unsqueeze(2).unbind(1)
        y = self.attn1(torch.addcmul(s1, ln(x), 1 + c1), turn=turn)
        x = torch.addcmul(x, g1, y.float())
        x = x + self.attn2(self.norm2(x), ctx=ctx, bias=bias).float()
        y = self.ffn(torch.addcmul(s2, ln(x), 1 + c2))
        return torch.addcmul(x, g2, y.float())


class Lin2(nn.Module):
    def __init__(self, i, act):
        super().__init__()
        self.linear_1, self.linear_2, self.act = nn.Linear(i, C.width()), nn.Linear(C.width(), C.width()), act

    def forward(self, x):
        return self.linear_2(self.act(self.linear_1(x)))


class Cond(nn.Module):
    def __init__(self):
        super().__init__()
        self.time_embedder = Lin2(C.FREQ, F.silu)
        self.time_proj = nn.Linear(C.width(), 6 * C.width())
        self.text_embedder = Lin2(C.TD, lambda x: F.gelu(x, approximate='tanh'))


class DiT(nn.Module):
    def __init__(self):
        super().__init__()
        w = C.width()
        channels = C.Z + 6 + C.Z + C.FEAT + C.Z
        self.patch_embedding = nn.Conv3d(channels, w, (1, 2, 2), stride=(1, 2, 2))
        self.condition_embedder = Cond()
        self.blocks = nn.ModuleList([Block() for _ in range(C.LAYERS)])
        self.scale_shift_table = nn.Parameter(torch.randn(1, 2, w) / w ** .5)
        self.proj_out = nn.Linear(w, 4 * (C.Z + C.FEAT))
        self._turn = {}

    def turn(self, n, h, w, device):
        key = (n, h, w, device)
        if key not in self._turn:
            self._turn[key] = rope(n, h, w, device)
        return self._turn[key]

    def embed_time(self, t):
        """t [B] -> embedding [B, W] and its projection [B, 6, W]."""
        ce = self.condition_embedder
        half = C.FREQ // 2
        f = torch.exp(-math.log(10000) * torch.arange(half, device=t.device) / half)
        a = t.float()[:, None] * f
        temb = ce.time_embedder(torch.cat([a.cos(), a.sin()], -1)).float()
        return temb, ce.time_proj(F.silu(temb)).float().unflatten(-1, (6, C.width()))

    def forward(self, x, t, text):
        """x [B, channels, n, h, w], t [B] (1000 sigma), text [B, L, TD] with at least one zero
        row last, standing for TEXT_ROWS - L + 1 of them
        -> velocity [B, Z, n, h, w], features [B, FEAT, n, h, w]."""
        b, c, n, h, w = x.shape
        turn = self.turn(n, h // 2, w // 2, x.device)
        p = x.reshape(b, c, n, h // 2, 2, w // 2, 2).permute(0, 2, 3, 5, 1, 4, 6)
        p = p.flatten(4).flatten(1, 3)
        y = F.linear(p, self.patch_embedding.weight.flatten(1), self.patch_embedding.bias).float()
        temb, tp = self.embed_time(t)
        ctx = self.condition_embedder.text_embedder(text)
        bias = padding_bias(text, p.shape[1])
        for blk in self.blocks:
            y = blk(y, ctx, tp, turn, bias)
        sh, sc = (self.scale_shift_table + temb[:, None]).unsqueeze(2).unbind(1)
        o = self.proj_out(torch.addcmul(sh, ln(y), 1 + sc)).float()
        o = o.reshape(b, n, h // 2, w // 2, 2, 2, C.Z + C.FEAT).permute(0, 6, 1, 2, 4, 3, 5)
        o = o.reshape(b, C.Z + C.FEAT, n, h, w)
        return o[:, :C.Z], o[:, C.Z:]


def padding_bias(text, tokens):
    """Score bias that lets the last row count as all the zero rows that were left out."""
    b, rows = text.shape[:2]
    if rows == C.TEXT_ROWS:
        return None
    last = torch.arange(rows, device=text.device) == rows - 1
    bias = last * math.log(C.TEXT_ROWS - rows + 1)
    return bias.expand(b, 1, tokens, rows)
