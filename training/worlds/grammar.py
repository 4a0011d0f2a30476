"""A caption grammar and the worlds it stands for.

A caption fixes what is seen: objects, colours, sizes, relations, ground and sky, in canonical places.
World: y up, ground y = 0, objects around the origin, the first camera looks at them from +z.
"""
import random
from dataclasses import dataclass, field, replace

from worlds.vocabulary import (ALIASES, COLOR_NAMES, COLORS, EXTRAS, FILLER, GROUND_NAMES, GROUNDS, KIND_NAMES,
                               KINDS, OPENINGS, PARTS, RELATIONS, SIZES, SKIES, SKY_NAMES)

LAYOUTS = {'one': .22, 'pair': .42, 'stack': .06, 'three': .13, 'between': .06, 'row': .04, 'two_same': .04, 'forest': .03}
LAYOUT_NAMES = list(LAYOUTS)
MORE = {'chain': .28, 'counted': .38, 'flanked': .12, 'counted_behind': .10, 'counted_front': .06, 'four': .06}  # not in held-out worlds
HEIGHT = {'box': 1.36, 'cylinder': 1.7}
FOREST = ((-2.6, -1.5), (-.9, -2.4), (1.0, -1.7), (2.7, -2.6), (-1.6, .6), (1.7, .7))


@dataclass(frozen=True)
class Object:
    kind: str
    color: str            # as seen
    size: str = 'normal'
    second: str = None    # colour of the roof, hat, nose, sail or blossom, if named
    named_color: bool = True
    noun: str = None      # a fixed noun
    x: float = 0.
    y: float = 0.
    z: float = 0.
    scale: float = 1.


@dataclass
class World:
    layout: str
    objects: list
    ground: str
    sky: str
    extra: str = None
    relation: str = None
    names: list = field(default_factory=list)  # the objects in the order in which the caption names them
    caption: str = ''


def draw_object(rng, kinds=None, others=()):
    """An object; where there are others it mostly differs from them in kind and in colour."""
    while True:
        ob = _object(rng, kinds)
        clash = any(o.kind == ob.kind or o.color == ob.color for o in others)
        if not clash or rng.random() < .06:
            return ob


def _object(rng, kinds):
    if kinds is None and rng.random() < .08:
        noun, kind, color = rng.choice(ALIASES)
        return Object(kind, color, rng.choices(list(SIZES), [.7, .15, .15])[0], None, False, noun)
    kind = rng.choice(kinds or KIND_NAMES)
    plain = {'snowman': .7, 'pine': .45, 'tree': .45, 'cactus': .45}.get(kind, .15)
    named = rng.random() >= plain
    color = rng.choice(COLOR_NAMES) if named else KINDS[kind][0]
    second = rng.choice(COLOR_NAMES) if kind in PARTS and rng.random() < .25 else None
    return Object(kind, color, rng.choices(list(SIZES), [.6, .2, .2])[0], second, named)


def at(ob, x, z, y=0., scale=1.):
    return replace(ob, x=x, y=y, z=z, scale=scale)


def draw_world(rng, layout=None):
    """A world with its caption."""
    ground = rng.choice(GROUND_NAMES) if rng.random() > .3 else rng.choice(['grass', 'grass', 'sand', 'snow', 'checker'])
    sky = rng.choice(SKY_NAMES) if rng.random() > .35 else 'noon'
    layout = layout or rng.choices(LAYOUT_NAMES, list(LAYOUTS.values()))[0]
    w = World(layout, [], ground, sky)
    PLACE[layout](w, rng)
    if layout in ('one', 'pair', 'two_same') and rng.random() < .22:
        w.extra = rng.choice(['trees', 'mountains'])
    w.caption = caption(w, rng)
    return w


def _one(w, rng):
    w.objects = w.names = [at(draw_object(rng), 0, 0)]


def _pair(w, rng):
    a = draw_object(rng)
    b = draw_object(rng, others=[a])
    w.relation = rng.choice(['left', 'right', 'left', 'right', 'beside', 'beside', 'front', 'behind', 'and', 'and'])
    places = {'right': ((1.2, 0), (-1.2, 0)), 'front': ((-.6, 1.1), (.6, -1.5)), 'behind': ((.6, -1.5), (-.6, 1.1))}
    pa, pb = places.get(w.relation, ((-1.2, 0), (1.2, 0)))
    w.objects = w.names = [at(a, *pa), at(b, *pb)]


def _stack(w, rng):
    b = replace(draw_object(rng, ['box', 'cylinder']), size=rng.choice(['normal', 'large']))
    a = replace(draw_object(rng, ['sphere', 'box', 'cone', 'pyramid'], [b]), size='normal')
    top = HEIGHT[b.kind] * SIZES[b.size][0]
    w.objects = [at(b, 0, 0), at(a, 0, 0, top, .75)]
    w.names = w.objects[::-1]


def _three(w, rng):
    obs = []
    for _ in range(3):
        ob = draw_object(rng, others=obs)
        obs.append(replace(ob, size='normal') if ob.size == 'large' else ob)
    order = [obs[1], obs[0], obs[2]] if w.layout == 'between' else obs
    placed = {id(o): at(o, x, 0 if x else -.3) for o, x in zip(order, (-2.1, 0, 2.1))}
    w.objects = w.names = [placed[id(o)] for o in obs]


def _same(w, rng):
    ob = replace(draw_object(rng), size=rng.choice(['normal', 'small']), noun=None)
    xs = (-2.1, 0, 2.1) if w.layout == 'row' else (-1.2, 1.2)
    w.objects = [at(ob, x, 0) for x in xs]
    w.names = w.objects[:1]


def _forest(w, rng):
    kind, named = rng.choice(['pine', 'tree']), rng.random() < .3
    ob = Object(kind, rng.choice(COLOR_NAMES) if named else 'green', named_color=named)
    w.objects = [at(ob, x, z, scale=.95) for x, z in FOREST]
    w.names = w.objects[:1]


def _counted(w, rng):
    """Two alike and another: 'two trees and a house', 'a house and two trees', 'a house between two trees', 'two trees
    behind a house'."""
    two = replace(draw_object(rng), size=rng.choice(['normal', 'normal', 'small']), noun=None)
    other = draw_object(rng, others=[two])
    other = replace(other, size='normal') if other.size == 'large' else other
    slots = {'flanked': ((-2.1, 0), (2.1, 0), (0, -.3)), 'counted_behind': ((-1.7, -2.2), (1.7, -2.2), (0, .7)),
             'counted_front': ((-1.5, 1.), (1.5, 1.), (0, -1.5))}
    first = rng.random() < .6
    a, b, c = slots.get(w.layout, ((-2.1, 0), (0, -.3), (2.1, 0)) if first else ((0, -.3), (2.1, 0), (-2.1, 0)))
    w.objects = [at(two, *a), at(two, *b), at(other, *c)]
    w.names = [w.objects[0], w.objects[2]]
    w.relation = 'first' if first else 'last'


def _four(w, rng):
    ob = replace(draw_object(rng), size='small', noun=None)
    w.objects = [at(ob, x, 0) for x in (-2.7, -.9, .9, 2.7)]
    w.names = w.objects[:1]


PLACE = {'chain': _three, 'counted': _counted, 'flanked': _counted, 'counted_behind': _counted, 'counted_front': _counted, 'four': _four, 'one': _one, 'pair': _pair, 'stack': _stack, 'three': _three, 'between': _three, 'row': _same,
         'two_same': _same, 'forest': _forest}


# ---- words ---------------------------------------------------------------------------------------

def article(words):
    return ('an ' if words[0] in 'aeiou' else 'a ') + words


def plural(noun):
    if noun == 'snowman':
        return 'snowmen'
    if noun.endswith('y'):
        return noun[:-1] + 'ies'
    return noun + ('es' if noun.endswith(('x', 's', 'h')) else 's')


def noun_phrase(ob, rng, count=None):
    """'a small red cube with a blue roof'; with a count 'two small red cubes'."""
    words = [count] if count else []
    words.append(rng.choice(SIZES[ob.size][1]))
    if ob.named_color:
        words.append(rng.choice(COLORS[ob.color][1]))
    noun = ob.noun or rng.choice(KINDS[ob.kind][1])
    words.append(plural(noun) if count else noun)
    phrase = ' '.join(w for w in words if w)
    phrase = phrase.strip() if count else article(phrase)
    if ob.second:
        phrase += f' with {article(rng.choice(COLORS[ob.second][1]))} {PARTS[ob.kind]}'
    return phrase


def subject(w, rng):
    n = w.names
    a = noun_phrase(n[0], rng)
    if w.layout == 'pair':
        return f'{a} {rng.choice(RELATIONS[w.relation])} {noun_phrase(n[1], rng)}'
    if w.layout == 'stack':
        return f'{a} {rng.choice(["on top of", "standing on", "on"])} {noun_phrase(n[1], rng)}'
    if w.layout == 'three':
        return f'{a}, {noun_phrase(n[1], rng)} and {noun_phrase(n[2], rng)}'
    if w.layout == 'between':
        return f'{a} between {noun_phrase(n[1], rng)} and {noun_phrase(n[2], rng)}'
    if w.layout == 'chain':
        b, c = (noun_phrase(o, rng) for o in n[1:])
        return rng.choice([f'{a} beside {b} and {c}', f'{a} next to {b} and {c}', f'{a}, {b}, {c}', f'{a} and {b} and {c}', f'{a} with {b} and {c}',
                           f'{a} beside {b}, with {c}', f'{a} near {b} and {c}', f'{a} to the left of {b} and {c}'])
    if w.layout in ('counted', 'flanked', 'counted_behind', 'counted_front'):
        two, other = noun_phrase(n[0], rng, 'two'), noun_phrase(n[1], rng)
        link = rng.choice(['and', 'and', 'with', 'beside', 'next to'])
        return {'counted': f'{two} {link} {other}' if w.relation == 'first' else f'{other} {link} {two}', 'flanked': f'{other} between {two}',
                'counted_behind': rng.choice([f'{two} behind {other}', f'{other} in front of {two}', f'{other} with {two} behind it']),
                'counted_front': rng.choice([f'{two} in front of {other}', f'{other} behind {two}'])}[w.layout]
    if w.layout == 'four':
        return rng.choice(['', 'a row of ']) + noun_phrase(n[0], rng, 'four')
    if w.layout == 'row':
        return rng.choice(['three', 'a row of three']) + ' ' + noun_phrase(n[0], rng, ' ')
    if w.layout == 'two_same':
        return noun_phrase(n[0], rng, 'two')
    if w.layout == 'forest':
        many = noun_phrase(n[0], rng, ' ')
        plain = ['a forest', 'a small forest'] if n[0].kind == 'tree' and not n[0].named_color else []
        return rng.choice(plain + ['a forest of ' + many, 'many ' + many])
    return a


def place_phrase(w, rng):
    if w.ground == 'grass' and rng.random() < .25:
        return None
    g = rng.choice(GROUNDS[w.ground][4])
    inside = ('a meadow', 'grass', 'a desert', 'a field of flowers', 'the sea', 'dunes')
    return ('in ' if g.startswith(inside) and rng.random() < .5 else 'on ') + g


def caption(w, rng):
    s, on, e = subject(w, rng), place_phrase(w, rng), rng.choice(EXTRAS[w.extra])
    k = rng.choice(SKIES[w.sky][7]) if not (w.sky == 'noon' and rng.random() < .55) else None
    join = lambda sep, *parts: sep.join(p for p in parts if p)
    form = rng.random()
    if .62 < form < .76 and on:
        text = f'{on}, ' + join(' ', s, e, k)
    elif .76 < form < .88 and k:
        text = f'{k}, ' + join(' ', s, e, on)
    elif .88 < form < .94:
        text = join(' ', 'there is', s, on, e, k)
    elif form > .94:
        text = join(' ', 'a scene with', s, on, k, e)
    else:
        text = join(' ' if rng.random() < .75 else ', ', s, e, on, k)
    if rng.random() < .12:
        text = rng.choice(OPENINGS) + text
    return spelled(noisy(text, rng) if rng.random() < .15 else text, rng)


def noisy(text, rng):
    """Puts in words that mean nothing here, so that unknown words are learned to be passed over."""
    words = text.split(' ')
    for _ in range(rng.choice([1, 1, 2])):
        letters = ''.join(rng.choice('abcdefghijklmnopqrstuvwxyz') for _ in range(rng.randrange(3, 8)))
        words.insert(rng.randrange(len(words) + 1), rng.choice(FILLER) if rng.random() < .6 else letters)
    return ' '.join(words)


def spelled(text, rng):
    """As people type it: with or without a capital and a full stop."""
    u = rng.random()
    if u < .45:
        text = text[0].upper() + text[1:]
    return text + '.' if u < .25 or .45 < u < .55 else text


def world_of(seed, layout=None):
    """The world of a seed (any string or number)."""
    return draw_world(random.Random(seed), layout)
