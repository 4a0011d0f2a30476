"""Names and shapes of the hub's files. Our parameter names are the hub's already."""
import torch

FLAT = ('to_qkv', 'proj.', 'resample', 'gs_proj')  # stay [O, I, k, k] there too


def to_hub(sd, vae):
    """Our VAE / recon state -> the hub's shapes: [O,I,3,3,3] (two zero taps) for the VAE,
    [O,I,1,3,3] for the recon decoder."""
    out = {}
    for k, v in sd.items():
        if k in ('mean', 'std'):
            continue
        if k.endswith('gamma') and 'attentions' not in k:
            v = v[..., None]
        if v.dim() == 4 and k.endswith('weight') and not any(s in k for s in FLAT):
            taps = [torch.zeros_like(v)] * 2 if vae and v.shape[-1] == 3 else []
            v = torch.stack([*taps, v], 2)
        out[k] = v
    return out | (unused_layers(sd) if vae else {})


def unused_layers(sd):
    """The temporal convolutions of the VAE, which one frame never runs: zeros."""
    out = {}
    for part, blocks, name, grow in (('encoder', (1, 2), 'down', 1), ('decoder', (0, 1), 'up', 2)):
        for i in blocks:
            at = f'{part}.{name}_blocks.{i}.{name}sampler.'
            if at + 'resample.1.weight' not in sd:
                continue
            c = sd[at + 'resample.1.weight'].shape[0]
            out[at + 'time_conv.weight'] = torch.zeros(grow * c, c, 3, 1, 1)
            out[at + 'time_conv.bias'] = torch.zeros(grow * c)
    return out


def from_hub(sd):
    """The inverse of `to_hub`."""
    out = {}
    for k, v in sd.items():
        if 'time_conv' in k:
            continue
        if k.endswith('gamma'):
            v = v.reshape(-1, 1, 1)
        if v.dim() == 5 and 'patch_embedding' not in k:
            v = v[:, :, -1]
        out[k] = v
    return out
