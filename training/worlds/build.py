"""Worlds -> numbers for the ray caster.

A primitive has 24: type, centre 3, half sizes 3, yaw, rgb, rgb2, pattern, k (see native/raycast.cu), then
kind and colour classes, object number (-1: background), jitter group (-1: none), and the group's
anchor x, z on the ground; grain; 1 spare.
"""
import math

import numpy as np

from worlds.grammar import Object
from worlds.vocabulary import (COLOR_NAMES, GROUNDS, KIND_NAMES, MOUNTAIN_KIND, NO_COLOR, RGB, SIZES, SKIES)

SPHERE, BOX, CYLINDER, CONE, PYRAMID, ROOF, ROOM = range(7)
PLAIN, RINGS, CHECKS, CAP, NOISE, BRICKS, PLANKS, TILES, WINDOWS, BOOKS, PICTURE, FLECKS, LEAVES, LIGHT = range(14)
G_PLAIN, G_CHECKER, G_STRIPES, G_NOISE, G_TILES, G_PLANKS, G_FLECKS, G_WATER = range(8)
MAX_PRIMS, PRIM, ENV = 64, 24, 32
KIND_AT, COLOR_AT, OBJECT_AT, GROUP_AT, ANCHOR_AT = 16, 17, 18, 19, 20
TRUNK, DARK, CREAM, GLASS = (.38, .24, .13), (.10, .10, .11), (.93, .90, .82), (.58, .78, .92)
PANE = (.16, .26, .40)


def parts_of(kind, main, second):
    """Parts of an object on y = 0 at the origin: type, centre, half sizes, colour (a name or rgb),
    and optionally second rgb, pattern, k."""
    trim = lambda default: second or default
    if kind == 'sphere':
        return [(SPHERE, (0, .8, 0), (.8, .8, .8), main)]
    if kind == 'box':
        return [(BOX, (0, .68, 0), (.68, .68, .68), main)]
    if kind == 'cylinder':
        return [(CYLINDER, (0, .85, 0), (.58, .85, .58), main)]
    if kind == 'cone':
        return [(CONE, (0, .95, 0), (.8, .95, .8), main)]
    if kind == 'pyramid':
        return [(PYRAMID, (0, .75, 0), (1., .75, 1.), main)]
    if kind == 'pine':
        return [(CYLINDER, (0, .3, 0), (.14, .3, .14), TRUNK)] + [
            (CONE, (0, y, 0), (r, .5, r), main) for y, r in ((.95, .8), (1.5, .62), (2.0, .44))]
    if kind == 'tree':
        return [(CYLINDER, (0, .5, 0), (.16, .5, .16), TRUNK), (SPHERE, (0, 1.55, 0), (.8, .75, .8), main)]
    if kind == 'house':
        windows = [w for x in (-.5, .5) for w in ((BOX, (x, .66, .7), (.21, .21, .03), CREAM), (BOX, (x, .66, .72), (.15, .15, .03), PANE))]
        return [(BOX, (0, .55, 0), (.85, .55, .7), main), (ROOF, (0, 1.45, 0), (1.0, .38, .8), trim('red')),
                (BOX, (0, .32, .7), (.18, .32, .03), (.30, .18, .10)), *windows]
    if kind == 'tower':
        return [(CYLINDER, (0, 1.05, 0), (.5, 1.05, .5), main), (CONE, (0, 2.5, 0), (.68, .42, .68), trim('blue')),
                (BOX, (0, 1.45, .47), (.11, .18, .06), DARK)]
    if kind == 'snowman':
        balls = [(SPHERE, (0, y, 0), (r, r, r), main) for y, r in ((.55, .6), (1.32, .43), (1.9, .3))]
        return balls + [(SPHERE, (0, 1.9, .36), (.07, .07, .2), 'orange'), (CYLINDER, (0, 2.25, 0), (.24, .17, .24), trim('black'))]
    if kind == 'mushroom':
        return [(CYLINDER, (0, .45, 0), (.28, .45, .28), CREAM), (SPHERE, (0, .95, 0), (.85, .48, .85), main)]
    if kind == 'rocket':
        fins = [(BOX, (0, .4, 0), h, trim('red')) for h in ((.8, .32, .06), (.06, .32, .8))]
        return [(CYLINDER, (0, 1.15, 0), (.42, .85, .42), main), (CONE, (0, 2.4, 0), (.42, .42, .42), trim('red')), *fins]
    if kind == 'lighthouse':
        return [(CYLINDER, (0, 1.1, 0), (.45, 1.1, .45), main, RGB['white'], RINGS, 5),
                (CYLINDER, (0, 2.35, 0), (.28, .2, .28), (.98, .92, .55)), (CONE, (0, 2.75, 0), (.42, .22, .42), 'gray')]
    if kind == 'car':
        wheels = [(SPHERE, (x, .26, z), (.26, .26, .1), DARK) for x in (-.62, .62) for z in (-.5, .5)]
        return [(BOX, (0, .5, 0), (1.05, .25, .5), main), (BOX, (-.1, .92, 0), (.55, .2, .45), GLASS), *wheels]
    if kind == 'cactus':
        arms = [(CYLINDER, (s * .5, .95 + .12 * s, 0), (.14, .4, .14), main) for s in (-1, 1)]
        links = [(BOX, (s * .33, .66 + .12 * s, 0), (.2, .11, .11), main) for s in (-1, 1)]
        top = (SPHERE, (0, 2.0, 0), (.27, .2, .27), second) if second else (SPHERE, (0, 1.9, 0), (.24, .2, .24), main)
        return [(CYLINDER, (0, .95, 0), (.24, .95, .24), main), top, *arms, *links]
    if kind == 'robot':
        legs = [(BOX, (s * .24, .25, 0), (.15, .25, .17), DARK) for s in (-1, 1)]
        arms = [(BOX, (s * .62, .95, 0), (.11, .4, .13), main) for s in (-1, 1)]
        eyes = [(SPHERE, (s * .15, 1.74, .3), (.08, .08, .05), (.98, .92, .30)) for s in (-1, 1)]
        return [(BOX, (0, .95, 0), (.48, .45, .32), main), (BOX, (0, 1.7, 0), (.33, .26, .29), main), *legs, *arms, *eyes]
    if kind == 'boat':
        return [(BOX, (0, .28, 0), (1.0, .28, .4), main), (CYLINDER, (0, 1.3, 0), (.05, 1.05, .05), TRUNK),
                (PYRAMID, (.3, 1.45, 0), (.55, .75, .05), trim('white'))]
    petals = [(SPHERE, (.42 * math.cos(a), 1.5 + .42 * math.sin(a), 0), (.3, .3, .14), main)
              for a in (math.radians(72 * i + 90) for i in range(5))]
    return [(CYLINDER, (0, .6, 0), (.07, .6, .07), (.20, .50, .15)), (SPHERE, (0, 1.5, .08), (.26, .26, .16), 'yellow'), *petals]


def facing(kind):
    """Yaw in which a kind stands, so that its sides show."""
    return math.radians({'house': 20, 'car': 20, 'robot': 15, 'boat': 20, 'flower': 10}.get(kind, -25))


def object_prims(ob, number, group):
    """The rows of one placed object."""
    s, yaw = SIZES[ob.size][0] * ob.scale, facing(ob.kind)
    c, n = math.cos(yaw), math.sin(yaw)
    rows = []
    for type_, (x, y, z), half, color, *rest in parts_of(ob.kind, ob.color, ob.second):
        rgb2, pattern, k = rest or ((0, 0, 0), PLAIN, 0)
        named = isinstance(color, str)
        centre = ((c * x + n * z) * s + ob.x, y * s + ob.y, (-n * x + c * z) * s + ob.z)
        rows.append([type_, *centre, *(h * s for h in half), yaw, *(RGB[color] if named else color), *rgb2, pattern, k,
                     KIND_NAMES.index(ob.kind), COLOR_NAMES.index(color) if named else NO_COLOR, number, group, ob.x, ob.z, 0, 0])
    return rows


def background(extra):
    """Rows of the trees or mountains behind."""
    if extra == 'trees':
        places = ((-3.6, -3.6), (.2, -4.6), (3.7, -3.8))
        pines = [Object('pine', 'green', x=x, z=z, scale=1.15) for x, z in places]
        return [r for ob in pines for r in object_prims(ob, -1, -1)]
    if extra == 'mountains':
        return [[PYRAMID, x, h - .01, z, w, h, w, math.radians(35), .42, .44, .50, .95, .96, .98, CAP, .35,
                 MOUNTAIN_KIND, NO_COLOR, -1, -1, x, z, 0, 0] for x, z, h, w in ((-7, -13, 2.6, 5), (1.5, -15, 3.4, 6), (9, -13, 2.4, 5))]
    return []


def prims(world):
    """[MAX_PRIMS, 24]; the members of a stack share their jitter."""
    rows = []
    for i, ob in enumerate(world.objects):
        rows += object_prims(ob, i, 0 if world.layout == 'stack' else i)
    rows += background(world.extra)
    out = np.full((MAX_PRIMS, PRIM), -1, np.float32)
    rows = rows[:MAX_PRIMS]
    if rows:
        out[:len(rows)] = rows
    return out


def env(world):
    """[32]; fog and far (places 24 and 26) depend on the camera and are filled in later."""
    g, s = GROUNDS[world.ground], SKIES[world.sky]
    numbers = [*s[0], *s[1], *s[2], *s[3], *s[4], *g[0], *g[1], g[2], g[3], s[5], 0., s[6], 0.]
    return np.array(numbers + [0.] * (ENV - len(numbers)), np.float32)
