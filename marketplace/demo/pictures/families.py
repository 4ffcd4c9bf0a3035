"""The families of things that can be drawn, and the groups they belong to.

A family is a function that draws one kind of object into a scene around x = 400,
standing on GROUND; every choice comes from the scene.
"""

from collections.abc import Callable

from .desk import books, device, keyboard, notebook
from .home import (
    basket,
    blanket,
    bottles,
    candle,
    chair,
    cushion,
    plant,
    soap,
    watering_can,
)
from .light import (
    camera,
    clock,
    headphones,
    pendant,
    record,
    speaker,
    table_lamp,
    watch,
)
from .pantry import (
    chocolate,
    coffee_bag,
    jar,
    kettle,
    moka,
    oil_bottle,
    pour_over,
    tins,
)
from .play import animal, blocks, stacker, toy_car, ukulele
from .scene import Scene
from .sport import bike_bell, chainring, dumbbells, helmet, mat, saddle
from .table import (
    boards,
    bowl,
    casserole,
    glasses_set,
    knives,
    mug,
    pan,
    plates,
    teapot,
    vase,
)
from .worn import backpack, beanie, eyewear, satchel, shirt, sneaker, tote, umbrella

Family = Callable[[Scene], None]

GROUPS: dict[str, list[Family]] = {
    "ceramics": [mug, bowl, vase, plates, teapot],
    "kitchen": [casserole, pan, knives, boards, glasses_set],
    "coffee": [coffee_bag, moka, pour_over, kettle],
    "pantry": [oil_bottle, jar, tins, chocolate],
    "lighting": [table_lamp, pendant, candle],
    "audio": [headphones, speaker, record],
    "cameras": [camera],
    "watches": [watch, clock],
    "bags": [backpack, tote, satchel],
    "clothing": [shirt, beanie, sneaker, eyewear, umbrella],
    "textiles": [blanket, cushion, basket],
    "furniture": [chair, table_lamp, cushion],
    "plants": [plant, watering_can],
    "books": [books, notebook],
    "tech": [device, keyboard, headphones],
    "cycling": [saddle, bike_bell, chainring, helmet],
    "sport": [dumbbells, mat, helmet],
    "toys": [blocks, toy_car, stacker, animal],
    "music": [ukulele, record, speaker],
    "care": [soap, bottles, candle],
}
FAMILIES: dict[str, Family] = {
    draw.__name__: draw for group in GROUPS.values() for draw in group
}
# These hang or stand alone badly: they are left out of rows.
UNFIT_FOR_ROWS = {knives, bike_bell, pendant, shirt}

# How much larger than life a family is drawn when it is alone in the picture.
ZOOM = {
    "animal": 1.14,
    "backpack": 1.14,
    "basket": 1.14,
    "beanie": 1.3,
    "blanket": 1.24,
    "blocks": 1.2,
    "boards": 1.1,
    "books": 1.2,
    "bottles": 1.3,
    "bowl": 1.16,
    "camera": 1.16,
    "candle": 1.32,
    "casserole": 1.12,
    "chainring": 1.14,
    "chair": 1.14,
    "chocolate": 1.2,
    "clock": 1.1,
    "coffee_bag": 1.28,
    "cushion": 1.3,
    "device": 1.2,
    "dumbbells": 1.22,
    "eyewear": 1.08,
    "glasses_set": 1.36,
    "helmet": 1.18,
    "jar": 1.3,
    "kettle": 1.14,
    "mat": 1.3,
    "moka": 1.22,
    "mug": 1.42,
    "notebook": 1.22,
    "oil_bottle": 1.2,
    "pan": 1.12,
    "plant": 1.18,
    "plates": 1.14,
    "pour_over": 1.28,
    "record": 1.06,
    "satchel": 1.12,
    "soap": 1.42,
    "speaker": 1.14,
    "stacker": 1.22,
    "table_lamp": 1.14,
    "teapot": 1.14,
    "tins": 1.4,
    "tote": 1.1,
    "toy_car": 1.12,
    "vase": 1.12,
    "watch": 1.08,
    "watering_can": 1.1,
}
# Half the width of a family at its widest, without the shadow: nothing may stand
# before anything else in a scene.
HALF_WIDTH = {
    "backpack": 200,
    "bowl": 230,
    "camera": 280,
    "candle": 200,
    "chair": 195,
    "clock": 180,
    "coffee_bag": 165,
    "kettle": 255,
    "moka": 170,
    "mug": 190,
    "plant": 256,
    "pour_over": 150,
    "soap": 195,
    "stacker": 165,
    "table_lamp": 180,
    "teapot": 275,
    "vase": 165,
    "watch": 150,
}
WIDEST = 280
