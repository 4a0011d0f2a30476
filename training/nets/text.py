"""The UMT5 encoder."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

import config as C


class T5Norm(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


def buckets(n, device):
    """Relative-position buckets [n, n]: 32, both ways, exact to 8 a side, logarithmic to 128."""
    p = torch.arange(n, device=device)
    rel = p[None, :] - p[:, None]
    a = rel.abs()
    big = 8 + (torch.log(a.clamp_min(1).float() / 8) / math.log(128 / 8) * 8).long()
    return (rel > 0).long() * 16 + torch.where(a < 8, a, big.clamp_max(15))


class T5Attn(nn.Module):
    def __init__(self):
        super().__init__()
        d, i = C.TD, C.TH * C.TKV
        self.q, self.k, self.v = (nn.Linear(d, i, False) for _ in range(3))
        self.o = nn.Linear(i, d, False)
        self.relative_attention_bias = nn.Embedding(32, C.TH)

    def forward(self, x, mask):
        b, n, _ = x.shape
        q, k, v = (f(x).reshape(b, n, C.TH, C.TKV).transpose(1, 2) for f in (self.q, self.k, self.v))
        bias = self.relative_attention_bias(buckets(n, x.device)).permute(2, 0, 1)[None]
        bias = bias.masked_fill(~mask[:, None, None, :], -1e4).to(q.dtype)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=1.0)
        return self.o(y.transpose(1, 2).reshape(b, n, -1))


class T5FF(nn.Module):
    def __init__(self):
        super().__init__()
        self.wi_0, self.wi_1 = nn.Linear(C.TD, C.TFF, False), nn.Linear(C.TD, C.TFF, False)
        self.wo = nn.Linear(C.TFF, C.TD, False)

    def forward(self, x):
        return self.wo(F.gelu(self.wi_0(x), approximate='tanh') * self.wi_1(x))


class T5Layer(nn.Module):
    def __init__(self, name, m):
        super().__init__()
        self.name = name
        self.add_module(name, m)
        self.layer_norm = T5Norm(C.TD)

    def forward(self, x, *a):
        return x + getattr(self, self.name)(self.layer_norm(x), *a).float()


class T5Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.ModuleList([
            T5Layer('SelfAttention', T5Attn()), T5Layer('DenseReluDense', T5FF())])

    def forward(self, x, mask):
        return self.layer[1](self.layer[0](x, mask))


class T5Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.ModuleList([T5Block() for _ in range(C.TL)])
        self.final_layer_norm = T5Norm(C.TD)


class TextEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.shared, self.encoder = nn.Embedding(C.VOCAB, C.TD), T5Stack()
        for n, p in self.named_parameters():  # T5's start: no 1/sqrt(d), small queries instead
            if p.dim() < 2:
                continue
            std = (1.0 if n.startswith('shared') else (C.TD * C.TKV) ** -.5 if '.q.' in n
                   else .1 if 'bias' in n else p.shape[1] ** -.5)
            nn.init.normal_(p, std=std)

    def forward(self, ids):
        """ids [B, L], 0 = padding -> rows [B, L, TD], zero past the sentence."""
        mask = ids != 0
        x = self.shared(ids).float()
        for b in self.encoder.block:
            x = b(x, mask)
        return self.encoder.final_layer_norm(x) * mask[..., None]
