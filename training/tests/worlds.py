"""Worlds and words: held-out worlds stay what they were, captions say what stands there, cameras stand above the ground:
python -m tests.worlds"""
import random
import re

import torch

from measure.detail import sharpness, small_parts
from measure.heldout import PLAIN_PATHS, held_out
from worlds import build
from worlds.batch import raycast
from worlds.grammar import LAYOUTS, MORE, draw_world, plural
from worlds.photo import draw_photo
from worlds.wording import NOUNS, draw_any, reworded

CPU = torch.device('cpu')
SUMS = {  # of the first edition's held-out worlds: world cameras, model's cameras, noise
    'landscape': (1137.9906, 345.6755, 88466.7522), 'wild worlds': (1125.7723, 335.4948, 88257.2375),
    'moved objects': (1134.5078, 342.9274, 88058.4206)}
CAPTIONS = ['A big azure car to the left of a brown ball on water in summer',
            'under a night sky, a snowman beside a golden toadstool on a black and white checkered floor.']


def held_out_worlds_stay():
    for name, sums in SUMS.items():
        held = held_out(name, 4, 12, (128, 192), CPU, kinds=PLAIN_PATHS, wild=name.startswith('wild'), loose=name.startswith('moved'))
        got = [t.double().abs().sum().item() for t in (held.world, held.cams, held.noise)]
        assert all(abs(a - b) < 1e-4 * b for a, b in zip(got, sums)), f'{name}: expected {sums}, got {got}'
    assert held_out('landscape', 2, 12, (128, 192), CPU, kinds=PLAIN_PATHS).captions == CAPTIONS


def captions_say_what_stands_there():
    counts = {'two': 2, 'three': 3, 'four': 4}
    for layout in (*LAYOUTS, *MORE):
        for i in range(30):
            w = draw_world(random.Random(f'{layout}.{i}'), layout)
            said = [n for word, n in counts.items() if re.search(rf'\b{word}\b', w.caption, re.I)]
            alike = sum(o.kind == w.names[0].kind and o.color == w.names[0].color for o in w.objects)
            assert not said or said[0] == alike, f'{layout}: expected {said[0]} alike in "{w.caption}", got {alike}'
    for seed in range(300):
        text, rng = draw_any(random.Random(seed)).caption, random.Random(seed)
        assert not re.search(r'\b(a|an) (two|three|2|3)\b|\ba [aeio]|\s\s', reworded(text, rng), re.I) , text
        assert re.match(r'(two|2|a pair of|a couple of) [a-z ]+s [a-z ]+ an? ', reworded('two trees beside a house', rng)), text
    assert 'castle' not in ' '.join(plural(n) for ns in NOUNS.values() for n in ns)


def photographs_can_be_taken():
    for seed in range(200):
        prims, env, text = draw_photo(random.Random(seed))
        rows = prims[prims[:, 0] >= 0]
        assert len(rows) and (rows[:, 4:7] > 0).all() and len(env) == build.ENV, f'{seed}: {rows[:, 4:7].min()}'
    held = held_out('photo test', 64, 12, (128, 192), CPU, wild=True, photo=True)
    assert (held.world[:, 0, 7] > .3).all(), 'a first camera in the ground'
    assert (held.world[..., 7] > 0).float().mean() > .98


def a_room_is_seen_from_within():
    """Its far wall from outside too, never its near one; leaves let light through; a light needs none."""
    rows = torch.full((1, build.MAX_PRIMS, build.PRIM), -1.)
    row = lambda kind, z, pattern, k=1.: torch.tensor([kind, 0, 1, z, 3, 2, 3, 0, .8, .2, .2, .1, .1, .9, pattern, k, -1, -1, -1, -1, 0, 0, 0, 0.])
    env = torch.zeros(1, build.ENV)
    env[0, 6:9], env[0, 12:15], env[0, 24], env[0, 26] = torch.tensor([0., 1, 0]), torch.ones(3), 100., 100.
    cams = torch.tensor([1., 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 10, 2, 3, .5, .5]).view(1, 1, 16)
    cast = lambda r, want: raycast(torch.cat([r.view(1, 1, -1), rows[:, 1:]], 1), env, cams, 16, 24, 1, want)
    middle = lambda r: cast(r, ('depth',))['depth'][0, 0, 8, 12].item()
    assert abs(middle(row(build.ROOM, 0, 0)) - 13) < .1 and abs(middle(row(build.BOX, 0, 0)) - 7) < .1
    share = lambda r: (cast(r, ('depth',))['depth'] < 50).float().mean()
    assert .2 < share(row(build.BOX, 0, build.LEAVES, 3.)) / share(row(build.BOX, 0, 0)) < .99
    env[0, 12:15] = 0
    assert cast(row(build.BOX, 0, build.LIGHT), ('rgb',))['rgb'][0, 0, 0, 8, 12] > .5 > cast(row(build.BOX, 0, 0), ('rgb',))['rgb'][0, 0, 0, 8, 12]


def details_are_told():
    held = held_out('details', 4, 4, (64, 96), CPU)
    truth = held.pictures()
    blurred = torch.nn.functional.avg_pool2d(truth.flatten(0, 1), 9, 1, 4).unflatten(0, truth.shape[:2])
    assert sharpness(truth, truth) == 1 and sharpness(blurred, truth) < .3
    (all_, n), (few, _) = (small_parts(held, truth, x, [0, 2]) for x in (truth, blurred))
    assert n > 5 and all_ == 1 and few < .7, (all_, few, n)


if __name__ == '__main__':
    for check in (held_out_worlds_stay, captions_say_what_stands_there, photographs_can_be_taken, a_room_is_seen_from_within, details_are_told):
        check()
        print(check.__name__.replace('_', ' '))
