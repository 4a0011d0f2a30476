"""Worlds like photographs: rooms with furniture, streets, gardens, shores, things on a table, under any light and
haze. Like the other worlds outside the grammar they are told by their picture alone."""
import math

import numpy as np

from worlds.build import (BOOKS, BOX, BRICKS, CONE, CYLINDER, ENV, FLECKS, G_CHECKER, G_FLECKS, G_NOISE, G_PLAIN, G_PLANKS,
                          G_STRIPES, G_TILES, G_WATER, LEAVES, LIGHT, MAX_PRIMS, NOISE, PICTURE, PLAIN, PLANKS, PRIM,
                          PYRAMID, ROOF, ROOM, SPHERE, TILES, WINDOWS)
from worlds.wild import color, wordless

WOODS = ((.45, .30, .18), (.62, .45, .28), (.30, .19, .11), (.74, .60, .42), (.85, .83, .78))
LEAF = ((.16, .30, .10), (.25, .40, .14), (.34, .44, .16), (.12, .24, .13), (.45, .42, .12), (.55, .32, .12))
BARK, DARK, PALE, GLASS = (.30, .23, .17), (.08, .08, .09), (.88, .87, .84), (.16, .22, .28)


def draw_photo(rng):
    """-> prims [MAX_PRIMS, 24], env [32], caption (which says little, or something else)."""
    scene = rng.choices([interior, street, garden, landscape, shore, still_life, figures], [.24, .17, .19, .12, .08, .12, .08])[0]
    rows, indoors, ground = scene(rng)
    out = np.full((MAX_PRIMS, PRIM), -1, np.float32)
    out[:min(len(rows), MAX_PRIMS)] = rows[:MAX_PRIMS]
    return out, light(rng, indoors, ground), wordless(rng)


# ---- parts and materials -------------------------------------------------------------------------

def near(rng, rgb, spread=.08):
    """A colour like rgb, in another light and tint."""
    v = rng.uniform(.75, 1.2)
    return [min(.97, max(.03, c * v + rng.uniform(-spread, spread))) for c in rgb]


def part(kind, centre, half, rgb, rgb2=(0, 0, 0), pattern=PLAIN, k=1., yaw=0., grain=0.):
    return [kind, *centre, *half, yaw, *rgb, *rgb2, pattern, k, -1, -1, -1, -1, 0, 0, grain, 0]


def placed(rows, x, z, yaw=0., s=1., y=0.):
    """Parts around the origin -> turned, sized and set down at x, z."""
    c, n = math.cos(yaw), math.sin(yaw)
    out = []
    for r in rows:
        px, py, pz = r[1:4]
        out.append([r[0], (c * px + n * pz) * s + x, py * s + y, (-n * px + c * pz) * s + z, *(h * s for h in r[4:7]), r[7] + yaw, *r[8:]])
    return out


def cloth(rng):
    """Arguments of a part for something woven or painted."""
    rgb, pattern = color(rng), rng.choice([PLAIN, PLAIN, FLECKS, NOISE, TILES, PLANKS])
    return dict(rgb=rgb, rgb2=near(rng, rgb, .25), pattern=pattern, k=rng.uniform(1, 5), grain=rng.choice([0., .1, .2]))


def wood(rng):
    rgb = near(rng, rng.choice(WOODS))
    return dict(rgb=rgb, rgb2=[c * .6 for c in rgb], pattern=rng.choice([PLAIN, PLAIN, PLANKS]), k=rng.uniform(1, 3), grain=rng.choice([0., .15, .3]))


def masonry(rng):
    """What walls of houses are made of."""
    rgb = near(rng, rng.choice([(.55, .27, .20), (.75, .70, .62), (.88, .87, .84), (.60, .58, .55), (.80, .68, .45), (.62, .68, .72)]))
    pattern = rng.choice([BRICKS, BRICKS, PLAIN, FLECKS, PLANKS, TILES])
    return dict(rgb=rgb, rgb2=near(rng, [c * .8 + .1 for c in rgb], .05), pattern=pattern, k=rng.uniform(1.2, 3.5), grain=rng.choice([.05, .15, .3]))


def legs(w, d, h, r, look):
    return [part(BOX, (sx * w, h, sz * d), (r, h, r), **look) for sx in (-1, 1) for sz in (-1, 1)]


def table(rng):
    look, w, d, h = wood(rng), rng.uniform(.5, 1.1), rng.uniform(.35, .7), rng.uniform(.25, .45)
    if rng.random() < .3:
        return [part(CYLINDER, (0, 2 * h, 0), (w, .05, w), **look), part(CYLINDER, (0, h, 0), (.09, h, .09), **look),
                part(CYLINDER, (0, .04, 0), (w * .5, .04, w * .5), **look)]
    return [part(BOX, (0, 2 * h, 0), (w, .05, d), **look), *legs(w * .9, d * .85, h, .05, look)]


def chair(rng):
    look, seat = wood(rng), cloth(rng) if rng.random() < .5 else wood(rng)
    return [part(BOX, (0, .5, 0), (.3, .05, .3), **seat), part(BOX, (0, .95, -.27), (.3, .42, .04), **seat), *legs(.26, .26, .24, .035, look)]


def sofa(rng):
    look, w = cloth(rng), rng.uniform(.6, 1.4)
    arms = [part(BOX, (s * w, .38, 0), (.12, .38, .5), **look) for s in (-1, 1)]
    pillows = [part(SPHERE, (x, .72, -.1), (.26, .22, .14), **cloth(rng), yaw=rng.uniform(-.4, .4)) for x in (-w * .55, w * .5)[:rng.randrange(0, 3)]]
    return [part(BOX, (0, .28, 0), (w, .28, .5), **look), part(BOX, (0, .65, -.4), (w, .45, .14), **look), *arms, *pillows]


def bed(rng):
    frame, sheet, w = wood(rng), cloth(rng), rng.uniform(.5, 1.)
    return [part(BOX, (0, .22, 0), (w, .22, 1.1), **frame), part(BOX, (0, .5, .1), (w * .97, .1, 1.), **sheet),
            part(BOX, (0, .6, -1.1), (w, .6, .06), **frame), part(SPHERE, (0, .64, -.75), (w * .7, .12, .25), near(rng, PALE))]


def shelf(rng):
    look, w, h = wood(rng), rng.uniform(.4, 1.1), rng.uniform(.6, 1.4)
    return [part(BOX, (0, h, 0), (w, h, .2), look['rgb'], look['rgb2'], BOOKS, rng.uniform(1.5, 3.2))]


def cabinet(rng):
    look, w, h = wood(rng), rng.uniform(.4, 1.), rng.uniform(.3, 1.)
    doors = [part(BOX, (s * w * .48, h, .3), (w * .44, h * .88, .03), near(rng, look['rgb'], .03)) for s in (-1, 1)]
    knobs = [part(SPHERE, (s * .07, h, .36), (.035, .035, .035), near(rng, (.7, .65, .5))) for s in (-1, 1)]
    return [part(BOX, (0, h, 0), (w, h, .3), **look), *doors, *knobs]


def lamp(rng):
    h = rng.uniform(.7, 1.5)
    return [part(CYLINDER, (0, h / 2, 0), (.03, h / 2, .03), near(rng, DARK)), part(CYLINDER, (0, .03, 0), (.2, .03, .2), near(rng, DARK)),
            part(rng.choice([CONE, CYLINDER]), (0, h + .18, 0), (.28, .22, .28), near(rng, (.95, .85, .62)), pattern=rng.choice([PLAIN, LIGHT]))]


def screen(rng):
    return [part(BOX, (0, .9, 0), (.75, .45, .05), DARK), part(BOX, (0, .9, .05), (.69, .39, .02), near(rng, (.12, .14, .18), .1), color(rng), PICTURE, rng.random() * 9),
            part(BOX, (0, .22, 0), (.7, .22, .25), **wood(rng))]


def plant(rng):
    leaf, s = near(rng, rng.choice(LEAF)), rng.uniform(.3, .6)
    crown = [part(SPHERE, (rng.uniform(-.2, .2), .5 + s * rng.uniform(.7, 1.3), rng.uniform(-.2, .2)), [s * rng.uniform(.6, 1) for _ in range(3)], leaf,
                  near(rng, leaf), LEAVES, rng.uniform(4, 8)) for _ in range(3)]
    return [part(CYLINDER, (0, .22, 0), (.2, .22, .2), **cloth(rng)), part(CYLINDER, (0, .6, 0), (.04, .3, .04), BARK), *crown]


def crown(rng, y, s, leaf, count):
    """A heap of leaves of about radius s."""
    k, out = rng.uniform(2, 5), []
    for _ in range(count):
        a, r = rng.uniform(0, 2 * math.pi), s * rng.uniform(.1, .6)
        half = [s * rng.uniform(.45, .8), s * rng.uniform(.4, .7), s * rng.uniform(.45, .8)]
        out.append(part(SPHERE, (r * math.cos(a), y + s * rng.uniform(-.4, .5), r * math.sin(a)), half, near(rng, leaf, .04), near(rng, leaf, .1),
                        rng.choice([LEAVES, LEAVES, FLECKS]), k))
    return out


def tree(rng, count=5):
    leaf, s, h = rng.choice(LEAF), rng.uniform(.7, 1.6), rng.uniform(.6, 1.8)
    trunk = part(CYLINDER, (0, h * .6, 0), (s * .1, h * .6, s * .1), near(rng, BARK), near(rng, DARK), PLANKS, 6., grain=.3)
    if rng.random() < .25:  # a conifer
        return [trunk] + [part(CONE, (0, h + i * s * .6, 0), (s * (.75 - .17 * i), s * .6, s * (.75 - .17 * i)), near(rng, LEAF[3], .04), near(rng, LEAF[0]),
                               LEAVES, rng.uniform(3, 6)) for i in range(3)]
    if rng.random() < .15:  # bare
        return [trunk] + [part(CYLINDER, (.2 * s * rng.uniform(-1, 1), h * 1.2 + s * .4, .2 * s * rng.uniform(-1, 1)), (.03 * s, s * .7, .03 * s), BARK) for _ in range(3)]
    return [trunk, *crown(rng, h * 1.2 + s * .3, s, leaf, count)]


def bush(rng):
    return crown(rng, .35, rng.uniform(.4, .9), rng.choice(LEAF), rng.randrange(1, 4))


def hedge(rng):
    leaf, h = rng.choice(LEAF), rng.uniform(.3, 1.)
    return [part(BOX, (0, h, 0), (rng.uniform(.8, 3), h, .35), near(rng, leaf), near(rng, leaf), rng.choice([LEAVES, FLECKS]), rng.uniform(3, 7))]


def fence(rng):
    look, w, h = wood(rng), rng.uniform(1.5, 3), rng.uniform(.25, .6)
    n = rng.randrange(4, 9)
    posts = [part(BOX, (w * (2 * i / (n - 1) - 1), h, 0), (.06, h, .04), **look) for i in range(n)]
    return posts + [part(BOX, (0, h * y, 0), (w, .05, .03), **look) for y in (.6, 1.5)]


def house(rng):
    """A house with rows of windows, a door and a roof."""
    w, d, h, look = rng.uniform(.9, 2.4), rng.uniform(.8, 1.6), rng.uniform(.6, 1.8), masonry(rng)
    roof = near(rng, rng.choice([(.45, .20, .14), (.25, .25, .28), (.40, .33, .27), (.55, .30, .2)]))
    rows = [part(BOX, (0, h, 0), (w, h, d), **look), part(ROOF, (0, 2 * h + .45, 0), (w * 1.1, .45, d * 1.12), roof, [c * .7 for c in roof], rng.choice([TILES, PLANKS, PLAIN]), 3., grain=.2)]
    trim, glass = near(rng, PALE), near(rng, GLASS, .12)
    n, floors = rng.randrange(2, 4), 1 if h < .9 else 2
    for f in range(floors):
        for i in range(n):
            at = (w * (2 * (i + .5) / n - 1), h * (1.1 if floors == 1 else .65 + f * .9), d)
            rows += [part(BOX, at, (.22, .26, .03), trim), part(BOX, (at[0], at[1], d + .02), (.17, .21, .03), glass)]
    rows += [part(BOX, (rng.uniform(-.3, .3) * w, .36, d), (.2, .36, .05), **wood(rng))]
    if rng.random() < .5:
        rows.append(part(BOX, (w * .5, 2 * h + .7, 0), (.14, .4, .14), **masonry(rng)))
    return rows


def block(rng, w, h, d):
    """A building of the town: a wall full of windows."""
    wall = near(rng, rng.choice([(.55, .30, .24), (.75, .70, .62), (.88, .86, .80), (.60, .60, .60), (.80, .66, .42), (.40, .42, .46)]))
    rows = [part(BOX, (0, h, 0), (w, h, d), wall, near(rng, GLASS, .15), WINDOWS, rng.uniform(.8, 1.8), grain=rng.choice([0., .1, .2]))]
    if rng.random() < .6:  # a shop below, a cornice above
        rows += [part(BOX, (0, .42, 0), (w * 1.01, .42, d + .06), color(rng), near(rng, GLASS), rng.choice([PLAIN, PLANKS, TILES]), 2.),
                 part(BOX, (0, 2 * h, 0), (w * 1.05, .08, d * 1.05), near(rng, PALE))]
    return rows


def car(rng):
    paint = color(rng, .05, .9)
    wheels = [part(SPHERE, (x, .2, z), (.2, .2, .09), DARK) for x in (-.55, .55) for z in (-.4, .4)]
    return [part(BOX, (0, .38, 0), (.95, .2, .42), paint), part(BOX, (-.08, .7, 0), (.5, .17, .37), near(rng, GLASS)), part(BOX, (-.08, .88, 0), (.46, .03, .35), paint), *wheels]


def person(rng):
    coat, skin = cloth(rng), near(rng, rng.choice([(.85, .65, .52), (.55, .38, .27), (.35, .22, .15)]), .03)
    legs_ = [part(CYLINDER, (s * .11, .35, 0), (.1, .36, .1), near(rng, (.2, .22, .3))) for s in (-1, 1)]
    return [part(CYLINDER, (0, .98, 0), (.24, .34, .16), **coat), part(SPHERE, (0, 1.52, 0), (.15, .19, .16), skin),
            part(SPHERE, (0, 1.6, -.03), (.16, .15, .16), near(rng, (.2, .14, .1))), *legs_,
            *[part(CYLINDER, (s * .31, .95, 0), (.08, .33, .08), **coat) for s in (-1, 1)]]


def post(rng):
    h = rng.uniform(1.2, 2.4)
    return [part(CYLINDER, (0, h, 0), (.05, h, .05), near(rng, (.2, .2, .22))), part(rng.choice([SPHERE, BOX]), (0, 2 * h, 0), (.18, .14, .18), near(rng, (.95, .9, .7)))]


def bench(rng):
    look = wood(rng)
    return [part(BOX, (0, .42, 0), (.8, .05, .22), **look), part(BOX, (0, .75, -.2), (.8, .2, .04), **look), *legs(.7, .15, .2, .05, look)]


def vessel(rng):
    """Bottles, cups, bowls, fruit, boxes, books: what lies on tables."""
    s, look = rng.uniform(.15, .4), cloth(rng)
    kind = rng.randrange(6)
    if kind == 0:
        return [part(CYLINDER, (0, s, 0), (s * .4, s, s * .4), **look), part(CYLINDER, (0, 2.3 * s, 0), (s * .15, .35 * s, s * .15), **look)]
    if kind == 1:
        return [part(CYLINDER, (0, s * .5, 0), (s * .5, s * .5, s * .5), **look), part(CYLINDER, (0, s * .98, 0), (s * .42, s * .04, s * .42), near(rng, (.3, .2, .12)))]
    if kind == 2:
        return [part(SPHERE, (0, s * .6, 0), (s * .6, s * .6, s * .6), color(rng, .2, .9), color(rng), rng.choice([PLAIN, NOISE]), 1.5)]
    if kind == 3:
        return [part(BOX, (0, s * .15 + i * s * .3, 0), (s, s * .14, s * .7), color(rng), yaw=rng.uniform(-.3, .3)) for i in range(rng.randrange(1, 4))]
    if kind == 4:
        return plant(rng)
    return [part(BOX, (0, s, 0), (s * .6, s, s * .5), **look)]


# ---- scenes: -> rows, whether it is indoors, the ground's 8 numbers ----------------------------------

def floor(rng, choices):
    """rgb, rgb2, pattern, scale of a ground."""
    pattern, rgb = rng.choice(choices)
    rgb = near(rng, rgb)
    return [*rgb, *near(rng, [c * .75 for c in rgb], .06), pattern, rng.uniform(.5, 1.5)]


INDOORS = ((G_PLANKS, (.55, .38, .24)), (G_PLANKS, (.40, .27, .17)), (G_PLANKS, (.72, .58, .42)), (G_TILES, (.75, .73, .70)), (G_FLECKS, (.55, .50, .46)),
           (G_CHECKER, (.75, .73, .70)), (G_PLAIN, (.6, .58, .55)), (G_STRIPES, (.6, .5, .4)))
PAVED = ((G_FLECKS, (.33, .33, .35)), (G_TILES, (.55, .53, .5)), (G_TILES, (.62, .55, .47)), (G_NOISE, (.4, .4, .42)), (G_PLAIN, (.5, .5, .5)))
GREEN = ((G_FLECKS, (.28, .40, .14)), (G_FLECKS, (.36, .42, .18)), (G_NOISE, (.30, .45, .16)), (G_FLECKS, (.52, .46, .30)), (G_FLECKS, (.45, .36, .26)))
SAND = ((G_FLECKS, (.80, .70, .52)), (G_NOISE, (.85, .76, .58)), (G_FLECKS, (.92, .93, .95)))
WATER = ((G_WATER, (.10, .22, .28)), (G_WATER, (.16, .30, .30)), (G_WATER, (.08, .18, .34)))


def interior(rng):
    w, h, back = rng.uniform(2.6, 5.5), rng.uniform(1.2, 1.9), rng.uniform(1.5, 5)
    wall = color(rng, .35, .95) if rng.random() < .3 else near(rng, rng.choice([PALE, (.80, .76, .68), (.62, .66, .70), (.72, .62, .50), (.55, .30, .26)]))
    walls = dict(rgb=wall, rgb2=near(rng, [c * .85 for c in wall], .05), pattern=rng.choice([PLAIN, PLAIN, PLAIN, FLECKS, BRICKS, TILES, PLANKS, NOISE]), k=rng.uniform(1, 3))
    deep = 9.
    rows = [part(ROOM, (0, h - .02, deep - back), (w, h, deep), grain=rng.choice([0., 0., .08]), **walls)]
    z = -back + .04
    for x in spread(rng, w * .85, rng.randrange(1, 4), 1.):  # on the far wall
        rows += rng.choice([window, window, painting, painting, door])(rng, x, h, z)
    for s in (-1, 1):  # on the side walls
        if rng.random() < .6:
            rows += placed(rng.choice([window, painting])(rng, 0, h, .04), s * w, rng.uniform(-back + 1, 2), -s * math.pi / 2)
    for x in spread(rng, w * .8, rng.randrange(1, 4), 1.3):  # along the far wall
        rows += placed(rng.choice([shelf, cabinet, sofa, bed, lamp, plant, screen])(rng), x, -back + rng.uniform(.4, 1.2), rng.uniform(-.15, .15))
    if rng.random() < .35:
        rows.append(part(BOX, (rng.uniform(-1, 1), .01, rng.uniform(-1, 1)), (rng.uniform(.8, 2), .02, rng.uniform(.6, 1.4)), **cloth(rng), yaw=rng.uniform(-.3, .3)))
    for _ in range(rng.randrange(1, 5)):
        piece = rng.choice([table, table, chair, chair, chair, sofa, lamp, plant, cabinet, stool])
        rows += placed(piece(rng), rng.uniform(-w * .75, w * .75), rng.uniform(-back + 1.2, 1.8), rng.uniform(-math.pi, math.pi), rng.uniform(.8, 1.2))
    return rows, True, floor(rng, INDOORS)


def stool(rng):
    return [part(CYLINDER, (0, .4, 0), (.28, .06, .28), **cloth(rng)), *legs(.17, .17, .2, .03, wood(rng))]


def spread(rng, half, count, apart):
    """Up to `count` places within [-half, half], at least `apart` from each other."""
    out = []
    for _ in range(count):
        x = rng.uniform(-half, half)
        if all(abs(x - o) > apart for o in out):
            out.append(x)
    return out


def window(rng, x, h, z):
    w, t, y = rng.uniform(.35, .8), rng.uniform(.4, .7) * h, h * rng.uniform(1., 1.25)
    sky, trim = near(rng, rng.choice([(.85, .92, .98), (.75, .85, .9), (.6, .7, .55), (.9, .88, .8)])), near(rng, PALE)
    bars = [part(BOX, (x, y, z + .06), (.03, t, .02), trim)] + ([part(BOX, (x, y, z + .06), (w, .03, .02), trim)] if rng.random() < .5 else [])
    drapes = [part(BOX, (x + s * (w + .12), y - .1, z + .08), (.14, t * 1.15, .05), **(cloth(rng) | dict(pattern=PLANKS, k=8.))) for s in (-1, 1)] if rng.random() < .4 else []
    return [part(BOX, (x, y, z), (w + .07, t + .07, .03), trim), part(BOX, (x, y, z + .03), (w, t, .02), sky, pattern=LIGHT), *bars, *drapes]


def painting(rng, x, h, z):
    return [part(BOX, (x, h * rng.uniform(1.1, 1.35), z), (rng.uniform(.2, .7), rng.uniform(.2, .5), .04), rng.choice([DARK, near(rng, WOODS[1]), PALE]), color(rng), PICTURE, rng.random() * 9)]


def door(rng, x, h, z):
    look = wood(rng)
    return [part(BOX, (x, .85, z), (.5, .87, .03), near(rng, PALE)), part(BOX, (x, .82, z + .03), (.43, .82, .03), **look), part(SPHERE, (x + .33, .8, z + .09), (.04, .04, .04), (.7, .65, .5))]


def street(rng):
    """Facades on one or both sides or across the end, things on the pavement."""
    rows, gap = [], rng.uniform(2.2, 4)
    for s in rng.choice([(-1, 1), (-1, 1), (-1,), (1,)]):
        z = rng.uniform(1.5, 3.5)
        while z > -14:
            d, h = rng.uniform(1.2, 2.4), rng.uniform(1.3, 3.4)
            rows += placed(block(rng, d, h, 1.2), s * (gap + 1.2 + rng.uniform(0, .2)), z - d, -s * math.pi / 2)
            z -= 2 * d + (rng.uniform(.4, 1.5) if rng.random() < .3 else 0)
    if rng.random() < .6:
        rows += placed(block(rng, gap * rng.uniform(.6, 1.3), rng.uniform(1.2, 3), 1.), rng.uniform(-1, 1), rng.uniform(-16, -5))
    rows += [part(BOX, (s * (gap - .35), .04, -4), (.6, .05, 9), near(rng, (.6, .59, .57)), near(rng, (.5, .5, .5)), TILES, 1.5) for s in (-1, 1)]
    if rng.random() < .4:
        rows += [part(BOX, (0, .01, 1.5 - 1.7 * i), (.06, .012, .5), near(rng, PALE, .03)) for i in range(5)]
    for _ in range(rng.randrange(1, 5)):
        thing = rng.choice([car, car, person, post, tree, bench])
        along = thing is car
        side = rng.choice([-1, 1]) * gap * (rng.uniform(.3, .6) if along else rng.uniform(.65, .9))
        rows += placed(thing(rng), side, rng.uniform(-7, 1.5), math.pi / 2 + rng.uniform(-.1, .1) if along else rng.uniform(-3, 3))
    return rows, False, floor(rng, PAVED)


def garden(rng):
    """A house or two, trees, hedges, fences, people."""
    rows = []
    if rng.random() < .75:
        rows += placed(house(rng), rng.uniform(-2, 2), rng.uniform(-5, -.5), rng.uniform(-.6, .6), rng.uniform(.7, 1.3))
    for _ in range(rng.randrange(1, 6)):
        thing = rng.choice([tree, tree, bush, bush, hedge, fence, bench, person, car, plant, rock])
        yaw = rng.uniform(-.4, .4) if thing in (hedge, fence) else rng.uniform(-3, 3)
        rows += placed(thing(rng), rng.uniform(-4.5, 4.5), rng.uniform(-6, 2), yaw, rng.uniform(.7, 1.2))
    if rng.random() < .4:
        rows.append(part(BOX, (rng.uniform(-1, 1), .01, 0), (rng.uniform(.3, .7), .012, 7), near(rng, (.6, .56, .5)), near(rng, (.45, .42, .38)), rng.choice([TILES, FLECKS, BRICKS]), 2., yaw=rng.uniform(-.5, .5)))
    return rows + far_away(rng), False, floor(rng, GREEN if rng.random() < .75 else PAVED)


def rock(rng):
    s, rgb = rng.uniform(.2, .9), near(rng, (.48, .46, .43))
    return [part(SPHERE, (rng.uniform(-.5, .5) * s, s * .25, rng.uniform(-.5, .5) * s), [s * rng.uniform(.5, 1) for _ in range(3)], rgb, [c * .6 for c in rgb], FLECKS, rng.uniform(1.5, 4)) for _ in range(rng.randrange(1, 4))]


def far_away(rng):
    """Hills, a line of trees or mountains at the horizon, now and then."""
    kind = rng.random()
    if kind < .3:
        return [part(SPHERE, (rng.uniform(-16, 16), -.5, rng.uniform(-26, -14)), (rng.uniform(6, 12), rng.uniform(1.5, 5), rng.uniform(4, 7)), near(rng, rng.choice(LEAF)), near(rng, LEAF[2]), FLECKS, rng.uniform(.5, 1.5)) for _ in range(3)]
    if kind < .5:
        return [part(BOX, (0, 1., -16), (30, rng.uniform(.8, 2), .5), near(rng, rng.choice(LEAF)), near(rng, LEAF[0]), LEAVES, rng.uniform(.8, 2))]
    if kind < .65:
        rgb = near(rng, (.40, .42, .48))
        return [part(PYRAMID, (rng.uniform(-14, 14), 2, -20), (rng.uniform(5, 9), rng.uniform(2, 6), 5), rgb, near(rng, (.8, .82, .85)), FLECKS, .8, yaw=rng.uniform(0, 1.5)) for _ in range(3)]
    return []


def landscape(rng):
    rows = far_away(rng)
    for _ in range(rng.randrange(3, 10)):
        thing = rng.choice([tree, tree, tree, bush, rock])
        args = (3,) if thing is tree else ()
        rows += placed(thing(rng, *args), rng.uniform(-6, 6), rng.uniform(-13, 1.5), rng.uniform(-3, 3), rng.uniform(.7, 1.5))
    return rows, False, floor(rng, GREEN if rng.random() < .7 else SAND)


def shore(rng):
    """Water with banks, rocks, bridges and boats."""
    rows = far_away(rng)
    if rng.random() < .5:
        rows.append(part(BOX, (rng.uniform(-4, 4), .02, rng.uniform(2, 5)), (rng.uniform(3, 9), rng.uniform(.05, .3), rng.uniform(1, 2.5)), near(rng, (.55, .48, .35)), near(rng, (.4, .42, .25)), FLECKS, 2., yaw=rng.uniform(-.6, .6)))
    if rng.random() < .5:
        rows += placed(fence(rng), rng.uniform(-2, 2), rng.uniform(-3, 1), rng.uniform(-1, 1), rng.uniform(1, 1.6), .2)
    for _ in range(rng.randrange(1, 4)):
        hull = [part(BOX, (0, .18, 0), (.8, .2, .3), color(rng)), part(CYLINDER, (0, .9, 0), (.03, .7, .03), near(rng, PALE)), part(BOX, (-.2, .48, 0), (.3, .14, .2), near(rng, PALE))]
        rows += placed(rng.choice([hull, rock(rng), rock(rng), house(rng)]), rng.uniform(-4, 4), rng.uniform(-9, 1), rng.uniform(-3, 3), rng.uniform(.7, 1.3))
    return rows, False, floor(rng, WATER)


def still_life(rng):
    """Things close by on a table or a floor, a wall behind."""
    rows, high = [], 0.
    if rng.random() < .6:
        high = .5
        rows.append(part(BOX, (0, .25, 0), (rng.uniform(2, 4), .25, rng.uniform(1.4, 2)), **wood(rng), yaw=rng.uniform(-.2, .2)))
    indoors = rng.random() < .8
    if indoors:
        rows.append(part(ROOM, (0, 2.5, 5.5), (7, 2.6, rng.uniform(7, 11)), **masonry(rng)))
    for _ in range(rng.randrange(2, 9)):
        rows += placed(vessel(rng), rng.uniform(-1.8, 1.8), rng.uniform(-1.2, 1.2), rng.uniform(-3, 3), rng.uniform(.9, 2), high)
    return rows, indoors, floor(rng, INDOORS)


def figures(rng):
    """People or creatures of rounded parts, large in the picture."""
    rows = []
    for x in spread(rng, 2, rng.randrange(1, 4), .9):
        if rng.random() < .6:
            rows += placed(person(rng), x, rng.uniform(-.5, 1.5), rng.uniform(-1, 1), rng.uniform(1, 1.7))
        else:
            s, coat = rng.uniform(.6, 1.3), color(rng)
            rows += placed([part(SPHERE, (0, .65, 0), (.42, .4, .7), coat, near(rng, coat, .2), FLECKS, 3.), part(SPHERE, (0, 1.1, .6), (.28, .28, .32), near(rng, coat)),
                            *[part(CYLINDER, (a, .22, b), (.09, .25, .09), near(rng, coat)) for a in (-.25, .25) for b in (-.4, .4)],
                            *[part(SPHERE, (a, 1.18, .87), (.05, .05, .04), DARK) for a in (-.12, .12)]], x, rng.uniform(-.5, 1), rng.uniform(-1.5, 1.5), s)
    more, indoors, ground = rng.choice([garden, landscape, street, interior])(rng)
    return rows + more[:MAX_PRIMS - len(rows)], indoors, ground


# ---- light ---------------------------------------------------------------------------------------

def light(rng, indoors, ground):
    """The 32 numbers of the ray caster: sky, sun, ambient light of any strength and tint, haze, exposure."""
    bright, warm = rng.uniform(.7, 1.4), rng.uniform(-.12, .16)
    tint = lambda v: [max(.02, v * (1 + warm)), v, max(.02, v * (1 - warm))]
    a, e = rng.uniform(-math.pi, math.pi), rng.uniform(.25, 1.3)
    sun = [math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)]
    soft = rng.random() < (.6 if indoors else .35)  # an overcast sky, a shaded room
    direct, ambient = (rng.uniform(.1, .35), rng.uniform(.7, 1.)) if soft else (rng.uniform(.5, .9), rng.uniform(.32, .6))
    kind = rng.random()
    if soft:
        v = rng.uniform(.6, .95)
        sky = [*near(rng, (v * .93, v * .96, v), .02), *near(rng, (v, v, v), .02)]
    elif kind < .7:
        sky = [*near(rng, (.26, .46, .80), .05), *near(rng, (.72, .82, .92), .04)]
    elif kind < .85:
        sky = [*near(rng, (.40, .36, .52), .08), *near(rng, (.95, .66, .44), .06)]
    else:
        sky = [*color(rng), *color(rng)]
    sky = [min(1., c * min(1., bright + .1)) for c in sky]
    haze = rng.choice([0., 0., 0., .6, rng.uniform(.1, .4)])
    clouds = rng.choice([0., .3, .7, 1.]) if not soft else rng.choice([0., .3])
    out = [*sky, *sun, *tint(direct * bright), *tint(ambient * bright), *ground, 0. if soft and rng.random() < .3 else rng.uniform(.35, .85), 0. if indoors else haze,
           rng.uniform(0, .25), 0., clouds, rng.uniform(.5, 3), rng.choice([0., rng.uniform(.75, 1.35)])]
    return np.array(out + [0.] * (ENV - len(out)), np.float32)
