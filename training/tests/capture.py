"""Steps that become CUDA graphs must not talk to the host: runs each of them at toy size on the CPU and looks at every
operation for one that would copy a number to the device or wait for one: python -m tests.capture POOL TOKENIZER"""
import sys

import torch
from torch.utils._python_dispatch import TorchDispatchMode

import stages.latent
import stages.recon
import stages.scene
import stages.text
import stages.vae
from stages.common import Graph
from stages.latent import LatentStep
from stages.recon import ReconStep
from stages.text import train_text
from stages.vae import train_vae
from tokenizer import Encode
from train import nothing, start
from worlds.batch import Pool

FORBIDDEN = ('lift_fresh', '_local_scalar_dense', 'nonzero', 'masked_select', 'where.Scalar', 'unique', 'item', 'equal.default', '_unique2')


class Watch(TorchDispatchMode):
    """Collects forbidden operations, with the line of ours that called them."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = str(func)
        boolean = name.startswith('aten.index.') and any(t is not None and t.dtype == torch.bool for t in args[1])
        if boolean or any(f in name for f in FORBIDDEN):
            f = sys._getframe(1)
            while f and 'training' not in f.f_code.co_filename:
                f = f.f_back
            where = f'{f.f_code.co_filename.split("training/")[-1]}:{f.f_lineno}' if f else 'torch'
            if 'optim' not in where and where != 'torch':  # on a GPU the optimizers are the capturable ones
                self.found.add((name, where))
        return func(*args, **(kwargs or {}))


def watched(f):
    f()  # tables that are made once
    with Watch() as w:
        f()
    return w.found


def main(pool_folder, tokenizer):
    dev = torch.device('cpu')
    pool, enc = Pool(pool_folder, dev), Encode(tokenizer)
    found, size, silent = set(), {'landscape': (32, 64)}, lambda s: None

    class Watched(Graph):
        def __init__(self, step, clear, device, warm=2):
            super().__init__(step, clear, device, warm)
            clear()
            found.update(watched(step))
    for module in (stages.vae, stages.text, stages.recon, stages.latent, stages.scene):
        module.Graph = Watched
    stages.scene.rasterize = stages.recon.rasterize = lambda gs, cams, size, masks=None, room=None: (
        gs[..., :4].mean(1).view(len(gs), 1, 4, 1, 1).expand(-1, cams.shape[1], -1, *size[:2]))
    vae = train_vae(pool, 9, silent, 2, steps=1, shapes=size)
    text = train_text(pool, 9, silent, 8, steps=1)
    m, empty = start(pool, vae, text), nothing(enc, dev)
    ReconStep(m, pool, 1, 2, shapes=size)
    LatentStep(m, pool, empty, 8, shapes=size)
    for how in (dict(), dict(together=True, critic=.3)):
        stages.scene.SceneTrainer(m, pool, empty, silent, lanes={('landscape', 3): (1., 1)}, shapes=size, **how)
    for f in sorted(found):
        print('forbidden in a graph:', *f)
    assert not found
    print('nothing in the graphs talks to the host')


if __name__ == '__main__':
    main(*sys.argv[1:3])
