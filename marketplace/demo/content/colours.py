"""The words of variants: what the picture draws, a title says, a filter offers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A variant's word in a title, its colour in the filter, its wood if it is one."""

    word: str
    colour: str
    wood: str = ""


LOOKS = {
    "ink": Look("ink blue", "Blue"),
    "terracotta": Look("terracotta", "Orange"),
    "mustard": Look("mustard", "Yellow"),
    "forest": Look("forest green", "Green"),
    "plum": Look("plum", "Purple"),
    "chalk": Look("chalk white", "White"),
    "charcoal": Look("charcoal", "Black"),
    "coral": Look("coral", "Orange"),
    "sky": Look("sky blue", "Blue"),
    "sage": Look("sage", "Green"),
    "rose": Look("rose", "Pink"),
    "teal": Look("teal", "Blue"),
    "cream": Look("cream", "White"),
    "tomato": Look("tomato red", "Red"),
    "slate": Look("slate grey", "Grey"),
    "moss": Look("moss", "Green"),
    "oak": Look("oak", "Natural", "Oak"),
    "cherry": Look("cherry", "Brown", "Cherry"),
    "walnut": Look("walnut", "Brown", "Walnut"),
    "beech": Look("beech", "Natural", "Beech"),
    "smoked": Look("smoked oak", "Brown", "Smoked oak"),
    "steel": Look("steel", "Grey"),
    "brass": Look("brass", "Yellow"),
    "iron": Look("black", "Black"),
    "chestnut": Look("chestnut", "Brown"),
    "brown": Look("dark brown", "Brown"),
    "black": Look("black", "Black"),
    "natural": Look("natural", "Natural"),
    "oxblood": Look("oxblood", "Red"),
}
