"""Makes the model from nothing: python train.py --pool POOL --tokenizer TOKENIZER --out OUT [--smoke]

Stages: VAE, text encoder, recon decoder, latents, scenes. With --refine the last goes on from finished weights, all frames together;
with --critic a critic looks on. Started by torchrun, it runs on several GPUs. Weights are written to OUT/NAME.pt.
"""
import argparse
import os
import time

import torch

import config as C
import models
import parallel
from measure.cost import costs
from measure.report import quick
from stages.common import SHAPES
from stages.latent import LatentStep, train_latent
from stages.recon import ReconStep, train_recon
from stages.scene import LANES, SceneTrainer, train_scene
from stages.text import train_text
from stages.vae import frames, train_vae
from tokenizer import Encode
from worlds.batch import Pool


def options():
    p = argparse.ArgumentParser()
    o = p.add_argument
    o('--pool', required=True), o('--tokenizer', required=True), o('--out', required=True), o('--device', default='cuda')
    o('--vae', type=float, default=120, help='seconds of each stage'), o('--recon', type=float, default=50)
    o('--text', type=float, default=30), o('--latent', type=float, default=280), o('--scene', type=float, default=1210)
    o('--refine', help='finished weights, or a checkpoint, that are to go on'), o('--name', default='weights')
    o('--critic', type=float, default=0., help="a critic's share of the pictures' gradient")
    o('--smoke', action='store_true', help='one shape only, and what steps cost')
    o('--tiny', action='store_true', help='toy size and two steps of everything, for machines without a GPU')
    return p.parse_args()


def prepare(a):
    """-> device, log function."""
    dev = parallel.begin(torch.device(a.device))
    os.makedirs(a.out, exist_ok=True)
    torch.manual_seed(1 + parallel.rank())
    if dev.type == 'cuda':
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.cuda.set_stream(torch.cuda.Stream())  # one stream for everything: graphs must not see another
        import fused
        fused.install()
    f, began = open(os.path.join(a.out, f'{a.name}.log'), 'a'), time.time()

    def log(s):
        if parallel.rank():
            return
        s = f'[{time.time() - began:.0f}] {s}'
        print(s, flush=True)
        f.write(s + '\n')
        f.flush()
    return dev, log


def sizes(a):
    """Shapes, lanes, batch sizes and step limits."""
    if a.tiny:
        return dict(shapes={'landscape': (32, 64)}, lanes={('landscape', 3): (1., 1)}, worlds=2, batch=8, frames=8, steps=2)
    if a.smoke:
        return dict(shapes={'landscape': SHAPES['landscape']}, lanes={('landscape', 12): LANES['landscape', 12]}, worlds=16,
                    batch=512, frames=256, steps=None)
    return dict(shapes=SHAPES, lanes=LANES, worlds=16, batch=512, frames=256, steps=None)


def start(pool, vae, text):
    """The networks at the start of the latent stage."""
    dev = pool.device
    ids = pool.ids[:256].long()
    with torch.no_grad():
        return models.build(vae, text, dev, text(ids).flatten(0, 1), (ids != 0).flatten())


def nothing(enc, dev):
    """The ids of the empty caption [1, L]."""
    return torch.from_numpy(enc.batch([''], C.TEXT_LEN - 1)).to(dev)


def first_stages(a, z, pool, empty, log, save):
    """-> the networks and the latent stage, which the scenes' goes on with."""
    vae = train_vae(pool, a.vae, log, z['worlds'], steps=z['steps'], shapes=z['shapes'])
    text = train_text(pool, a.text, log, z['batch'], steps=z['steps'])
    m = start(pool, vae, text)
    train_recon(ReconStep(m, pool, z['worlds'], shapes=z['shapes']), a.recon, log, z['steps'])
    latent = LatentStep(m, pool, empty, z['frames'], shapes=z['shapes'])
    log('latent graphs')
    train_latent(latent, a.latent, log, z['steps'])
    save(m, 'latent.pt')
    return m, latent


def finished(path, pool, size):
    """The networks of a finished training (weights, or a checkpoint's folder), ready to go on."""
    m = models.load(path, pool.device) if os.path.isdir(path) else models.restore(torch.load(path, map_location='cpu'), pool.device)
    models.measure_again(m, frames(pool, 64, size, .2))
    for k in models.LIVE:
        m[k].train().requires_grad_(True)
    for k in ('vae', 'recon'):
        m[k].to(memory_format=torch.channels_last)
    return m


def main():
    a = options()
    dev, log = prepare(a)
    z = sizes(a)
    pool, enc = Pool(a.pool, dev), Encode(a.tokenizer)
    log(f'{len(pool.prims)} worlds on {dev}')
    save = lambda m, name: parallel.rank() or torch.save(models.state(m), os.path.join(a.out, name))
    size, scene = next(iter(z['shapes'].values())), dict(lanes=z['lanes'], shapes=z['shapes'])
    empty = nothing(enc, dev)
    if a.refine:
        m = finished(a.refine, pool, size)
        latent = None if a.critic else LatentStep(m, pool, empty, z['frames'], shapes=z['shapes'])
    else:
        m, latent = first_stages(a, z, pool, empty, log, save)
    lr, hold, progress = (1.5e-4, 0., .99) if a.critic else (1e-3, .3, .5) if a.refine else (1e-3, .35, 0.)
    trainer = SceneTrainer(m, pool, empty, log, lr=lr, lr_muon=lr, together=bool(a.refine), critic=a.critic, **scene)

    def evaluate(title):
        if parallel.rank():
            return
        trainer.ema.swap()
        log(f'{title}: {quick(m, enc, dev, size, 3 if a.tiny else 12, 2 if a.tiny else 8)}')
        save(m, f'{a.name}.pt')
        trainer.ema.swap()
    train_scene(trainer, latent, a.scene, log, z['steps'], hold, evaluate, progress=progress)
    evaluate('end')
    if a.smoke and dev.type == 'cuda':
        costs(trainer, latent, log)
    parallel.end()


if __name__ == '__main__':
    main()
