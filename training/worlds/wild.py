"""Worlds outside the grammar: any colours, textures and places. A picture is all that tells of them, which is how
the model learns to take photographs as they are."""
import math

import numpy as np

from worlds.build import BOX, ENV, MAX_PRIMS, NOISE, PLAIN, PRIM
from worlds.grammar import draw_world

WORDLESS = ['', '', 'a photo', 'a photograph', 'a picture', 'a room', 'a street', 'a landscape', 'a portrait', 'people', 'an interior', 'nature']


def draw_wild(rng):
    """-> prims [MAX_PRIMS, 24], env [32], caption (which says little, or something else)."""
    rows = rng.choice([scattered, scattered, room, wall, portrait])(rng)
    rng.shuffle(rows)
    out = np.full((MAX_PRIMS, PRIM), -1, np.float32)
    out[:min(len(rows), MAX_PRIMS)] = rows[:MAX_PRIMS]
    text = wordless(rng)
    return out, surroundings(rng), text


def wordless(rng):
    """A caption that says nothing of the picture, or something else."""
    return draw_world(rng).caption if rng.random() < .4 else rng.choice(WORDLESS)


def color(rng, low=.04, high=.96):
    """Mostly the muted colours of photographs, now and then a strong one."""
    v = rng.uniform(low, high)
    spread = rng.choice([.05, .15, .15, .5])
    return [min(high, max(low, v + rng.uniform(-spread, spread))) for _ in range(3)]


def row(rng, kind, centre, half, yaw=None):
    pattern = rng.choice([PLAIN, PLAIN, 1, 2, 3, NOISE, NOISE, NOISE])
    k = {1: rng.randrange(2, 9), 2: rng.randrange(2, 7), 3: rng.uniform(.2, .7)}.get(pattern, rng.uniform(1, 9))
    yaw = rng.uniform(-math.pi, math.pi) if yaw is None else yaw
    return [kind, *centre, *half, yaw, *color(rng), *color(rng), pattern, k, -1, -1, -1, -1, 0, 0, 0, 0]


def thing(rng, x, z, size):
    """Something of any shape that stands, or now and then floats."""
    half = [size * rng.uniform(.35, 1) for _ in range(3)]
    y = half[1] + (rng.uniform(0, 2) if rng.random() < .15 else 0)
    return row(rng, rng.randrange(6), (x, y, z), half)


def scattered(rng):
    n = rng.randrange(2, 20)
    return [thing(rng, rng.uniform(-4.5, 4.5), rng.uniform(-9, 2), rng.uniform(.25, 1.5)) for _ in range(n)]


def room(rng):
    """Walls behind and beside, things within."""
    w, d, h = rng.uniform(3, 6), rng.uniform(2.5, 7), rng.uniform(1.5, 3)
    rows = [row(rng, BOX, (0, h, -d), (w + .2, h, .1), 0)]
    if rng.random() < .8:
        rows += [row(rng, BOX, (s * w, h, -d + 5), (.1, h, 5), 0) for s in (-1, 1)]
    if rng.random() < .5:
        rows.append(row(rng, BOX, (rng.uniform(-2, 2), h, -d + .12), (rng.uniform(.5, 1.5), h * .6, .06), 0))
    inner = w * .8
    return rows + [thing(rng, rng.uniform(-inner, inner), rng.uniform(-d, 1.5), rng.uniform(.3, 1.1)) for _ in range(rng.randrange(2, 12))]


def wall(rng):
    """A wall of boxes of many sizes, close by: a facade, shelves, a pile."""
    z = rng.uniform(-3, .5)
    rows = [row(rng, BOX, (0, 4, z - 1.5), (9, 4, 1), rng.uniform(-.3, .3))]
    for _ in range(rng.randrange(4, 24)):
        s = rng.uniform(.15, 1.3)
        half = (s * rng.uniform(.4, 1), s * rng.uniform(.4, 1), .5)
        rows.append(row(rng, rng.choice([BOX, BOX, 0, 2]), (rng.uniform(-4, 4), rng.uniform(.2, 3.8), z - rng.uniform(.1, .5)), half, rng.uniform(-.2, .2)))
    return rows


def portrait(rng):
    """One big thing of rounded parts in the middle, little behind it."""
    s, x = rng.uniform(.8, 1.4), rng.uniform(-.6, .6)
    rows = [row(rng, 0, (x, 1.2 * s, .8), (.75 * s, .9 * s, .7 * s)), row(rng, 0, (x, .1, .6), (1.3 * s, .9 * s, .6 * s)),
            row(rng, 0, (x, 1.7 * s, .6), (.8 * s, .6 * s, .75 * s))]
    rows += [row(rng, 0, (x + s * e, 1.3 * s, .8 + .62 * s), (.12 * s, .08 * s, .12 * s)) for e in (-.28, .28)]
    return rows + [thing(rng, rng.uniform(-5, 5), rng.uniform(-8, -1), rng.uniform(.5, 1.6)) for _ in range(rng.randrange(0, 7))]


def surroundings(rng):
    """Sky, light and ground as the 32 numbers of the ray caster."""
    bright = rng.uniform(.25, 1.1)
    a, e = rng.uniform(-math.pi, math.pi), rng.uniform(.25, 1.4)
    sun = [math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)]
    light, ambient = [bright * rng.uniform(.5, .8) for _ in range(3)], [bright * rng.uniform(.3, .6) for _ in range(3)]
    sky = color(rng) + color(rng)
    if rng.random() < .5:
        sky = [.2 * bright, .45 * bright, .8 * bright, .7 * bright, .8 * bright, .9 * bright]
    pattern = rng.choice([0, 1, 2, 3, 3, 3, 3])
    out = [*sky, *sun, *light, *ambient, *color(rng), *color(rng), pattern, rng.uniform(.15, 2), rng.choice([0., .4, .75]),
           0., rng.uniform(0, .3), 0., rng.choice([0., .5, 1.]), rng.uniform(.5, 3)]
    return np.array(out + [0.] * (ENV - len(out)), np.float32)
