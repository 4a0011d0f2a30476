"""A pool of worlds as arrays, made once by all CPU cores; the GPU then draws batches from it without any host work.

  python -m worlds.pool FOLDER TOKENIZER [canonical [wild]]
"""
import multiprocessing
import os
import random
import sys
import time

import numpy as np

import config as C
from worlds import build
from worlds.vocabulary import COLOR_NAMES, EXTRA_NAMES, GROUND_NAMES, KIND_NAMES, NO_COLOR, SIZE_NAMES, SKY_NAMES
from worlds.photo import draw_photo
from worlds.wild import draw_wild
from worlds.wording import draw_any

IDS, OBJECTS, CHUNK = C.TEXT_LEN - 1, 6, 2000
PHOTOS = .65  # of the worlds outside the grammar, those like photographs
FIELDS = {'prims': ((build.MAX_PRIMS, build.PRIM), np.float32), 'env': ((build.ENV,), np.float32),
          'ids': ((IDS,), np.int16), 'around': ((3,), np.int8), 'objects': ((OBJECTS, 7), np.float32)}


def facts(world):
    """What the text encoder learns to tell: ground, sky, extra; and of every object its kind, colour, size,
    second colour, x, z, y."""
    objects = np.full((OBJECTS, 7), -1, np.float32)
    for i, ob in enumerate(world.objects):
        second = COLOR_NAMES.index(ob.second) if ob.second else NO_COLOR
        objects[i] = (KIND_NAMES.index(ob.kind), COLOR_NAMES.index(ob.color), SIZE_NAMES.index(ob.size), second, ob.x, ob.z, ob.y)
    around = GROUND_NAMES.index(world.ground), SKY_NAMES.index(world.sky), EXTRA_NAMES.index(world.extra)
    return around, objects


def item(rng, wild):
    """One world -> its arrays by field, and its caption."""
    if wild:
        prims, env, text = (draw_photo if rng.random() < PHOTOS else draw_wild)(rng)
        return prims, env, (-1, -1, -1), np.full((OBJECTS, 7), -1, np.float32), text
    w = draw_any(rng)
    return build.prims(w), build.env(w), *facts(w), w.caption


def fill(job):
    folder, tokenizer, start, stop, canonical, seed = job
    from tokenizer import Encode
    arrays = {k: np.lib.format.open_memmap(f'{folder}/{k}.npy', 'r+') for k in FIELDS}
    items = [item(random.Random(f'{seed}.{i}'), i >= canonical) for i in range(start, stop)]
    for k, column in zip(('prims', 'env', 'around', 'objects'), zip(*items)):
        arrays[k][start:stop] = np.stack([np.asarray(c) for c in column])
    arrays['ids'][start:stop] = Encode(tokenizer).batch([i[-1] for i in items], IDS)
    return stop - start


def make(folder, tokenizer, canonical=320000, wild=100000, seed='pool', workers=None):
    """Writes the pool's arrays: the worlds of the grammar first, the wild ones after."""
    os.makedirs(folder, exist_ok=True)
    total = canonical + wild
    for k, (shape, dtype) in FIELDS.items():
        np.lib.format.open_memmap(f'{folder}/{k}.npy', 'w+', dtype, (total, *shape))
    os.environ['TOKENIZERS_PARALLELISM'] = 'false'
    jobs = [(folder, tokenizer, i, min(i + CHUNK, total), canonical, seed) for i in range(0, total, CHUNK)]
    with multiprocessing.get_context('spawn').Pool(workers or os.cpu_count()) as p:
        for _ in p.imap_unordered(fill, jobs):
            pass
    with open(f'{folder}/canonical', 'w') as f:
        f.write(str(canonical))


if __name__ == '__main__':
    began = time.time()
    make(*sys.argv[1:3], *map(int, sys.argv[3:5]))
    print(f'pool: {time.time() - began:.1f} s')
