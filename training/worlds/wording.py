"""Other words for the same: what people type and the grammar's own lists do not have. A world's caption is reworded after
it was drawn, so a seed's world and plain caption stay what they are."""
import re

from worlds.grammar import LAYOUTS, MORE, draw_world, plural
from worlds.vocabulary import KINDS

NOUNS = {'tree': ['birch', 'maple', 'maple tree', 'willow', 'elm', 'leafy tree', 'birch tree'], 'pine': ['spruce', 'conifer', 'fir', 'spruce tree', 'evergreen'],
         'house': ['home', 'farmhouse', 'shed', 'villa', 'lodge', 'bungalow', 'building'], 'tower': ['turret', 'watchtower', 'keep', 'fortress'],
         'car': ['truck', 'van', 'jeep', 'vehicle', 'sports car'], 'boat': ['yacht', 'sailing boat', 'vessel', 'fishing boat'],
         'flower': ['tulip', 'poppy', 'lily', 'bloom'], 'rocket': ['space rocket', 'rocket ship', 'missile'], 'robot': ['droid', 'bot'],
         'sphere': ['globe', 'bubble', 'marble'], 'box': ['chest', 'parcel', 'brick'], 'cylinder': ['post', 'drum', 'tube', 'can'],
         'snowman': ['snow man'], 'lighthouse': ['light house', 'beacon'], 'cone': ['traffic cone', 'funnel'], 'mushroom': ['fungus', 'fly agaric'],
         'cactus': ['saguaro'], 'pyramid': ['pyramid']}
PHRASES = [
    (r'on (the sea|the ocean|water)', ['by the sea', 'at sea', 'on the waves', 'at the seaside', 'by the ocean']), (r'on (a lake|a blue lake)', ['by a lake', 'at the lake', 'on a pond']),
    (r'in the sea', ['by the sea', 'at sea']), (r'on (grass|a lawn|green grass|a green field|a meadow)', ['in a garden', 'in the garden', 'in a park', 'in the countryside', 'on the lawn', 'in a field']),
    (r'on (sand|a beach)', ['at the beach', 'on the shore', 'on the sand']), (r'on (a road|asphalt)', ['on the street', 'in the street', 'on the road']),
    (r'on snow', ['in the snow', 'in deep snow']), (r'on (a stone floor|a stone square)', ['on a town square', 'on cobblestones']), (r'on a wooden floor', ['on the floor', 'on a wood floor']),
    (r'beside|next to|near', ['by', 'close to', 'alongside', 'next to', 'beside']), (r'to the left of', ['on the left side of', 'left of']),
    (r'to the right of', ['on the right side of', 'right of']), (r'on top of|standing on', ['atop', 'sitting on', 'placed on']), (r'behind', ['at the back of', 'behind']),
    (r'two (?=\w)', ['2 ', 'a pair of ', 'a couple of ', 'two ', 'two ']), (r'three (?=\w)', ['3 ', 'three ', 'three ']), (r'four (?=\w)', ['4 ', 'four ']),
    (r'at (sunset|dusk)', ['at golden hour', 'as the sun sets', 'at sundown']), (r'at (night|midnight)', ['by night', 'under the stars', 'at night time']),
    (r'on a (cloudy|rainy) day', ['in the rain', 'under clouds', 'on a grey day'])]
SHARE = .3  # of the words that could be another
_nouns = {n: k for k, (_, nouns) in KINDS.items() for n in nouns}
_any = re.compile(r'(?<!with )(?<!with pine )\b(' + '|'.join(sorted({plural(n) for n in _nouns} | set(_nouns), key=len, reverse=True)) + r')\b', re.I)
_singular = {plural(n): n for n in _nouns}


def draw_any(rng):
    """A world of the grammar in all of its layouts and words."""
    layouts = MORE if rng.random() < .22 else LAYOUTS
    w = draw_world(rng, rng.choices(list(layouts), list(layouts.values()))[0])
    w.caption = reworded(w.caption, rng)
    return w


def reworded(text, rng):
    """The caption with some of its nouns, places and relations said in another way."""
    def noun(m):
        word = m[0].lower()
        if rng.random() > SHARE:
            return m[0]
        other = rng.choice(NOUNS[_nouns[_singular.get(word, word)]])
        return plural(other) if word in _singular and word not in _nouns else other
    out = _any.sub(noun, text)
    for pattern, others in PHRASES:
        out = re.sub(rf'\b({pattern})' + ('' if pattern.endswith(')') and '?=' in pattern else r'\b'), lambda m: rng.choice(others) if rng.random() < SHARE else m[0], out)
    out = re.sub(r'\b(a|an) (?=(\w))', lambda m: ('an ' if m[2].lower() in 'aeiou' else 'a '), out)
    return out[0].upper() + out[1:] if text[0].isupper() else out
