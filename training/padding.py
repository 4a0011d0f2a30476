"""A start for the transformer in which words are heard.

It attends to all 512 text rows without a mask: some 490 equal padding rows against 20 words. Left to itself a short
training spends over 90 % of the text attention on padding. `suppress_padding` gives every head a direction in which
queries carry a constant and only the padding key points the other way, so that padding starts with a few percent; the
architecture and the 512 rows stay what they are."""
import torch

import config as C


@torch.no_grad()
def suppress_padding(dit, rows, real, mass=.95, alpha=2.0):
    """rows [N, TD]: text rows of some captions, real [N] bool; mass: padding's share so far (kept as a constant)."""
    embed = dit.condition_embedder.text_embedder
    c = embed(rows[real])
    mean, pad = c.mean(0), embed(rows.new_zeros(1, rows.shape[-1]))[0]
    # the direction that tells padding from words with the least spread among words (Fisher's discriminant)
    S = (c - mean).T @ (c - mean) / len(c)
    ridge = 1e-4 * S.diagonal().mean() * torch.eye(len(S), device=S.device)
    d = torch.linalg.solve(S + ridge, pad - mean)
    d = d / (d @ (pad - mean))
    g = torch.Generator().manual_seed(0)
    for b in dit.blocks:
        a = b.attn2
        u = torch.randn(C.HEADS, C.HD, generator=g).to(rows.device)
        u = (u / u.norm(dim=-1, keepdim=True)).flatten()
        size = (a.to_k(c).square().sum(-1).mean() / C.HEADS).sqrt()      # norm of a head's key
        v_mean, v_pad = a.to_v(mean), a.to_v(pad)
        a.to_k.weight.sub_(alpha * size * u[:, None] * d[None])
        a.to_k.bias.add_(alpha * size * u * (d @ mean))
        q = (a.to_q.weight.square().sum() / C.HEADS).sqrt()              # norm of a head's query for unit inputs
        a.to_q.bias.add_(q * u)
        a.norm_q.weight.mul_(1.2)
        a.to_out[0].bias.add_(a.to_out[0].weight @ (mass * (v_pad - v_mean)))  # what padding used to add
