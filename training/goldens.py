"""Reference runs of a checkpoint in f32, with every draw: python goldens.py CHECKPOINT OUT

OUT gets cases.safetensors and cases.json, under the names of the tiny checkpoint's goldens.
"""
import json
import os
import sys

import torch

import config as C
import models
from cameras import mat_to_quat, normalize
from measure.heldout import held_out
from rasterizer import look
from sampler import Draws, generate
from tokenizer import PREFIX, Encode

TEXT = 'a red house beside a green tree on snow at sunset'
SAMPLES = (TEXT, '', 'Hello,  World! 100% naïve')
N, H, W, INDEX, SEED = 4, 64, 96, 1, 3


def world_cameras(held):
    """The ray caster's cameras as the 11 numbers of a request [n, 11]."""
    w = held.world[0, :N]
    m = w[:, :12].unflatten(-1, (3, 4))
    return torch.cat([mat_to_quat(m[..., :3]), m[..., 3], w[:, 12:]], -1)


def inputs(m, enc, cases):
    """Cameras, text rows and picture -> what both runs start from."""
    held = held_out('golden', 1, N, (H, W), torch.device('cpu'), kinds=['orbit'])
    cams = world_cameras(held)
    nrm, ref, T = normalize(cams[None])
    ids = torch.zeros(1, C.TEXT_ROWS, dtype=torch.long)
    e = enc(TEXT)
    ids[0, :len(e)] = torch.tensor(e)
    rows, image = m['text'](ids), held.pictures()[:, INDEX]
    mean, logvar = m['vae'].encode(image)
    cases |= {'cameras.raw': cams, 'cameras.sampled': cams, 'cameras.normalized': nrm, 'cameras.ref_w2c': ref, 'cameras.T_norm': T,
              'text.embeds': rows, 'text.ids': ids, 'text.mask': (ids != 0).long(), 'image': image[0],
              'vae.mean': mean[:, :, None], 'vae.logvar': logvar[:, :, None]}
    return nrm, ref, T, rows, image


def run(m, label, start, image, cases):
    """One generation with its draws, per-step latents and renders, Gaussians and final picture."""
    nrm, ref, T, rows, _ = start
    d, keep = Draws(SEED, torch.device('cpu')), []
    gs = generate(m, nrm, H, W, rows, image, INDEX, d, keep)
    for i, (k, x) in enumerate(d.log):
        cases[f'{label}.draw{i:02d}.{k}'] = x.unsqueeze(2) if k == 'posterior' and x.dim() == 4 else x
    for i, s in enumerate(keep):
        cases |= {f'{label}.step{i}.{k}': v for k, v in s.items()}
    rgb, depth = look(gs, nrm, H, W)
    cases |= {f'{label}.gaussians': gs[0], f'{label}.T_norm': T, f'{label}.ref_w2c': ref,
              f'{label}.rgb': (rgb * 2 - 1).clamp(-1, 1), f'{label}.depth': depth}


@torch.no_grad()
def main(checkpoint, out):
    from safetensors.torch import save_file
    os.makedirs(out, exist_ok=True)
    m, enc, cases = models.load(checkpoint), Encode(os.path.join(checkpoint, 'tokenizer')), {}
    start = inputs(m, enc, cases)
    run(m, 'pipe_image', start, start[-1], cases)
    run(m, 'pipe_text', start, None, cases)
    plain = {k: v.detach().contiguous().clone() for k, v in cases.items()}
    save_file(plain, os.path.join(out, 'cases.safetensors'))
    with open(os.path.join(out, 'cases.json'), 'w') as f:
        json.dump({'config': dict(n=N, h=H, w=W, idx=INDEX, text=TEXT, seed=SEED),
                   'tokenizer': [{'text': PREFIX + t, 'ids': enc(t)} for t in SAMPLES],
                   'gaussian_layout': 'xyz(3) opacity(1) scale(3) quat wxyz(4) sh(27, coefficient-major rgb)',
                   'camera_layout': 'qw qx qy qz tx ty tz fx fy cx cy (intrinsics over image size)'}, f, indent=1)


if __name__ == '__main__':
    main(*sys.argv[1:3])
