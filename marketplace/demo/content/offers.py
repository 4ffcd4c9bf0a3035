"""Who sells a product, at which price, in which condition, and how many are left."""

import random
from collections.abc import Iterator

from .designs import Variant, chance_of
from .numbers import shop_price
from .reading import read
from .specs import OfferSpec, ProductSpec, SellerSpec

# How often a shop that carries a make has this very product.
_SHARE_LISTED = 0.55
# Shops that also sell used or opened things: how often, the conditions, the share of
# the price.
_SECOND_HAND = {
    "grenier": (1.0, ("very_good", "good", "good", "acceptable"), (0.5, 0.72)),
    "svetlo": (0.3, ("like_new", "refurbished"), (0.74, 0.86)),
    "tinello": (0.25, ("like_new", "very_good"), (0.7, 0.85)),
}
_SHARE_SOLD_OUT, _SHARE_LOW, _SHARE_SLOW = 0.04, 0.12, 0.12
_NEVER_USED = {"Pantry", "Coffee", "Tea and infusions", "Care", "Plants"}


def build_offers(
    variant: Variant, product: ProductSpec, shops: dict[str, SellerSpec], seed: str
) -> Iterator[OfferSpec]:
    """Yield the first seller's offer, then those of shops that carry the product."""
    first, *others = variant.design.sellers
    chance = chance_of(seed, "offers", product.key)
    yield _first_offer(variant, product, shops[first], chance)
    for handle in others:
        used = handle in _SECOND_HAND and _SECOND_HAND[handle][0] == 1
        if used and _NEVER_USED & set(product.category):
            continue
        if chance.random() < _SHARE_LISTED:
            yield _other_offer(variant, product, shops[handle], chance)


def _first_offer(
    variant: Variant, product: ProductSpec, shop: SellerSpec, chance: random.Random
) -> OfferSpec:
    condition = variant.design.condition
    if condition == "new" and shop.handle == "grenier" and product.brand == shop.name:
        condition = chance.choice(("very_good", "good"))
    was = variant.design.was_minor
    return _offer(product, shop, variant.price_minor, condition, chance, was)


def _other_offer(
    variant: Variant, product: ProductSpec, shop: SellerSpec, chance: random.Random
) -> OfferSpec:
    condition, factor = variant.design.condition, chance.uniform(0.91, 1.09)
    often, conditions, (low, high) = _SECOND_HAND.get(shop.handle, (0, ("",), (0, 0)))
    may_be_used = condition == "new" and not _NEVER_USED & set(product.category)
    if may_be_used and chance.random() < often:
        condition, factor = chance.choice(conditions), chance.uniform(low, high)
    price = shop_price(variant.price_minor * factor, shop.handle)
    return _offer(product, shop, price, condition, chance)


def _offer(
    product: ProductSpec,
    shop: SellerSpec,
    price_minor: int,
    condition: str,
    chance: random.Random,
    was_minor: int | None = None,
) -> OfferSpec:
    slow = chance.random() < _SHARE_SLOW
    return OfferSpec(
        product=product.key,
        seller=shop.handle,
        sku=f"{shop.handle[:3].upper()}-{product.ean[-6:-1]}",
        price_minor=price_minor,
        was_minor=was_minor,
        condition=condition,
        condition_note=_note(product, condition, chance),
        stock=_stock(product, shop, condition, chance),
        handling_days=shop.handling_days + (chance.randint(1, 3) if slow else 0),
    )


def _note(product: ProductSpec, condition: str, chance: random.Random) -> str:
    """Say what is wrong with a thing that is not new."""
    if condition == "new":
        return ""
    notes = read("conditions")
    fitting: list[str] = notes[condition] + notes.get(product.category[0], {}).get(
        condition, []
    )
    return chance.choice(fitting)


def _stock(
    product: ProductSpec, shop: SellerSpec, condition: str, chance: random.Random
) -> int:
    """Few of what is used or made by hand, many of what comes from a factory."""
    rolled = chance.random()
    if rolled < _SHARE_SOLD_OUT:
        return 0
    if condition not in {"new", "refurbished"}:
        return chance.randint(1, 2)
    if rolled < _SHARE_LOW:
        return chance.randint(1, 3)
    own = product.brand == shop.name and product.facts.get("handmade") is True
    return chance.randint(4, 14) if own else chance.randint(6, 90)
