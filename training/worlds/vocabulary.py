"""What the worlds are made of, and the words for it."""
import math

COLORS = {  # name: (rgb, synonyms)
    'red': ((.85, .12, .10), ['red', 'red', 'crimson', 'scarlet']),
    'orange': ((.95, .50, .08), ['orange', 'orange', 'tangerine']),
    'yellow': ((.96, .84, .12), ['yellow', 'yellow', 'golden', 'lemon']),
    'green': ((.15, .58, .18), ['green', 'green', 'emerald']),
    'blue': ((.12, .30, .85), ['blue', 'blue', 'azure']),
    'purple': ((.50, .18, .70), ['purple', 'purple', 'violet']),
    'pink': ((.96, .50, .68), ['pink', 'pink', 'rose']),
    'brown': ((.45, .27, .13), ['brown', 'brown', 'wooden']),
    'white': ((.94, .94, .93), ['white', 'white', 'snow white']),
    'gray': ((.52, .53, .55), ['gray', 'grey', 'stone', 'silver']),
    'black': ((.09, .09, .10), ['black', 'black', 'dark']),
    'cyan': ((.10, .72, .75), ['cyan', 'turquoise', 'teal'])}
COLOR_NAMES = list(COLORS)
RGB = {k: v[0] for k, v in COLORS.items()}
NO_COLOR = len(COLORS)

SIZES = {'normal': (1., ['']), 'small': (.68, ['small', 'tiny', 'little']), 'large': (1.35, ['large', 'big', 'huge'])}
SIZE_NAMES = list(SIZES)

KINDS = {  # name: (default colour, nouns)
    'sphere': ('red', ['sphere', 'ball', 'orb']), 'box': ('blue', ['cube', 'box', 'block', 'crate']),
    'cylinder': ('yellow', ['cylinder', 'pillar', 'column', 'barrel']), 'cone': ('orange', ['cone']),
    'pyramid': ('yellow', ['pyramid']), 'pine': ('green', ['pine tree', 'fir tree', 'pine', 'christmas tree']),
    'tree': ('green', ['tree', 'oak tree', 'oak']), 'house': ('white', ['house', 'cottage', 'cabin', 'barn', 'hut']),
    'tower': ('gray', ['tower', 'castle tower', 'castle']), 'snowman': ('white', ['snowman']),
    'mushroom': ('red', ['mushroom', 'toadstool']), 'rocket': ('white', ['rocket', 'spaceship']),
    'lighthouse': ('red', ['lighthouse']), 'car': ('red', ['car', 'automobile']),
    'cactus': ('green', ['cactus']), 'robot': ('gray', ['robot', 'android']),
    'boat': ('brown', ['boat', 'sailboat', 'ship']), 'flower': ('pink', ['flower', 'daisy', 'blossom'])}
KIND_NAMES = list(KINDS)
GROUND_KIND, SKY_KIND, MOUNTAIN_KIND = (len(KINDS) + i for i in range(3))  # what a pixel may also show
PIXEL_KINDS = len(KINDS) + 3

ALIASES = [  # noun, kind, its colour when none is named
    ('apple', 'sphere', 'red'), ('pumpkin', 'sphere', 'orange'), ('melon', 'sphere', 'green'), ('moon', 'sphere', 'gray'),
    ('balloon', 'sphere', 'pink'), ('dice', 'box', 'white'), ('gift', 'box', 'red'), ('container', 'box', 'orange'),
    ('tent', 'pyramid', 'orange'), ('candle', 'cylinder', 'white'), ('bucket', 'cylinder', 'gray'), ('bush', 'sphere', 'green'),
    ('rock', 'sphere', 'gray'), ('boulder', 'sphere', 'gray'), ('taxi', 'car', 'yellow'), ('church', 'house', 'gray'),
    ('rose', 'flower', 'red'), ('sunflower', 'flower', 'yellow'), ('party hat', 'cone', 'pink')]

PARTS = {'house': 'roof', 'tower': 'roof', 'snowman': 'hat', 'rocket': 'nose', 'boat': 'sail', 'cactus': 'blossom'}

GROUNDS = {  # name: (rgb, rgb2, pattern 0 plain 1 checker 2 stripes 3 noise, scale, phrases)
    'grass': ((.30, .58, .20), (.24, .48, .16), 3, .8, ['a green field', 'a meadow', 'grass', 'a lawn', 'a grassy field', 'green grass']),
    'sand': ((.90, .78, .52), (.83, .70, .44), 3, 1.2, ['sand', 'a beach', 'a desert', 'a sandy desert', 'dunes']),
    'snow': ((.95, .96, .98), (.89, .92, .97), 3, 1.5, ['snow', 'a snowy field', 'a field of snow', 'white snow']),
    'ice': ((.66, .85, .93), (.76, .91, .96), 3, 1.8, ['ice', 'a frozen lake', 'blue ice']),
    'water': ((.10, .34, .60), (.14, .42, .68), 2, .7, ['the sea', 'water', 'a lake', 'the ocean', 'a blue lake']),
    'checker': ((.92, .92, .90), (.12, .12, .14), 1, 1.2, ['a checkered floor', 'a chessboard', 'a checkerboard', 'a black and white checkered floor']),
    'redchecker': ((.93, .90, .86), (.80, .16, .14), 1, 1.2, ['a red and white checkered floor', 'a picnic blanket']),
    'bluechecker': ((.90, .92, .95), (.20, .36, .78), 1, 1.2, ['a blue and white checkered floor', 'blue and white tiles']),
    'wood': ((.62, .42, .24), (.52, .34, .18), 2, .8, ['a wooden floor', 'wooden planks', 'a wooden table']),
    'stripes': ((.88, .86, .80), (.45, .50, .60), 2, 1.0, ['a striped floor', 'a striped carpet', 'stripes']),
    'road': ((.33, .33, .35), (.38, .38, .40), 3, .5, ['a road', 'asphalt', 'a parking lot', 'dark asphalt']),
    'stone': ((.60, .59, .57), (.52, .51, .50), 3, .9, ['a stone floor', 'a stone square', 'concrete', 'a gray plain']),
    'dirt': ((.50, .34, .21), (.43, .28, .17), 3, .8, ['brown earth', 'a muddy field', 'dirt', 'a farm field']),
    'mars': ((.74, .36, .20), (.64, .29, .16), 3, 1.1, ['mars', 'red sand', 'a red planet']),
    'flowers': ((.88, .46, .62), (.40, .58, .28), 3, .6, ['a field of flowers', 'pink flowers', 'a flower meadow'])}
GROUND_NAMES = list(GROUNDS)


def _sun(azimuth, elevation):
    """Unit vector; azimuth in degrees, 0 towards the first camera (+z), positive to its right."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return (math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e))


SKIES = {  # name: (zenith, horizon, sun direction, sun rgb, ambient rgb, shadow, glow, phrases)
    'noon': ((.22, .50, .90), (.74, .87, .97), _sun(-40, 55), (.78, .75, .68), (.42, .45, .50), .75, .15,
             ['at noon', 'on a sunny day', 'under a clear blue sky', 'in daylight', 'on a bright day', 'in summer']),
    'sunset': ((.36, .30, .55), (.98, .62, .34), _sun(95, 22), (.98, .60, .32), (.46, .37, .38), .7, .55,
               ['at sunset', 'at dusk', 'in the evening', 'during sunset', 'under an orange sky']),
    'dawn': ((.50, .62, .85), (.98, .80, .76), _sun(-95, 24), (.85, .66, .56), (.44, .41, .46), .65, .4,
             ['at dawn', 'at sunrise', 'in the early morning', 'in the morning']),
    'night': ((.02, .03, .09), (.08, .11, .23), _sun(45, 48), (.30, .34, .46), (.22, .25, .36), .7, .08,
              ['at night', 'at midnight', 'in the moonlight', 'under a night sky', 'in the dark']),
    'overcast': ((.64, .67, .70), (.80, .81, .82), _sun(0, 80), (.18, .18, .18), (.66, .67, .69), 0., 0.,
                 ['on a cloudy day', 'under a gray sky', 'under an overcast sky', 'on a rainy day', 'in winter', 'in fog']),
    'alien': ((.22, .08, .30), (.72, .36, .62), _sun(-50, 40), (.70, .55, .70), (.44, .36, .46), .7, .3,
              ['under a purple sky', 'under a pink sky', 'on an alien planet', 'in a dream'])}
SKY_NAMES = list(SKIES)

EXTRAS = {None: [None], 'trees': ['with trees in the background', 'with pine trees behind', 'near a forest'],
          'mountains': ['with mountains in the background', 'in front of mountains', 'in the mountains']}
EXTRA_NAMES = list(EXTRAS)

RELATIONS = {'left': ['to the left of', 'left of', 'on the left of'], 'right': ['to the right of', 'right of', 'on the right of'],
             'beside': ['beside', 'next to', 'near'], 'front': ['in front of'], 'behind': ['behind'], 'and': ['and', 'and', 'with']}

OPENINGS = ['a photo of ', 'a picture of ', 'a view of ', 'a 3d scene of ', 'a painting of ', 'a toy world with ', 'a beautiful view of ']

FILLER = ('beautiful old shiny cinematic detailed realistic wide lovely strange quiet lonely magical modern ancient wide-angle '
          'photorealistic high quality 4k soft light warm cold bright nice tall round square flat plain colorful very really some '
          'with people birds clouds river bridge street city garden flowers rocks path fence animal cat dog horse room table chair '
          'window light shadow fantasy').split()
