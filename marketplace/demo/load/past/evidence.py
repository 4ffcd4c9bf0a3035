"""The photos that a buyer adds to a report."""

from django.core.files.base import ContentFile

from marketplace.demo import pictures
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.world import PartStory, World
from marketplace.demo.load.people import BUYER
from support.models import Problem
from vendors.models import VendorOrderLine

_SHARE_WITH_PHOTOS = 0.75
_KINDS = {Problem.Kind.DAMAGED, Problem.Kind.NOT_AS_DESCRIBED}


def photos_of(
    world: World, story: PartStory, problem: Problem, line: VendorOrderLine
) -> "list[ContentFile[bytes]]":
    """Draw what is wrong, one or two photos or none; the demo's login has some."""
    chance = chance_of("evidence", str(story.plan.number), story.seller.handle)
    is_shown = chance.random() < _SHARE_WITH_PHOTOS or story.plan.buyer.email == BUYER
    if problem.kind not in _KINDS or not is_shown:
        return []
    sku = line.order_line.partner_sku
    key = next(w.offer.product for w in story.plan.wishes if w.offer.sku == sku)
    spec = next(one for one in world.market.products if one.key == key)
    thing = spec.picture_seeds[0].partition("/")[0]
    if problem.kind == Problem.Kind.NOT_AS_DESCRIBED:
        drawn = [pictures.other_photo(spec.family, thing)]
    else:
        drawn = [pictures.carton_photo(line.order_line.partner_sku)]
        if pictures.can_crack(spec.family):
            drawn.insert(0, pictures.crack_photo(spec.family, thing))
    return [ContentFile(svg.encode(), name="photo.svg") for svg in drawn]
