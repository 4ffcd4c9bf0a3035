from collections import Counter

import pytest

from marketplace.demo.content import Market, build_market
from marketplace.demo.content.guides import guides
from marketplace.demo.pictures import FAMILIES, GROUPS


@pytest.fixture(scope="module")
def market() -> Market:
    return build_market()


def test_the_same_seed_gives_the_same_market(market: Market):
    assert build_market() == market


def test_another_seed_gives_other_offers(market: Market):
    assert build_market("other").offers != market.offers


def test_the_market_is_as_large_as_promised(market: Market):
    leaves = [c for c in market.categories if c.attributes]

    assert len(market.sellers) >= 14
    assert len({seller.country for seller in market.sellers}) >= 6
    assert len([c for c in market.categories if len(c.path) == 1]) >= 12
    assert len(leaves) >= 45
    assert len(market.products) >= 640
    assert len(market.buyers) >= 40


def test_a_shelf_that_tells_how_to_choose_does_so_in_every_language(market: Market):
    named = Counter(category.name for category in market.categories)
    told = Counter(guide.shelf for guide in guides())

    assert {(named[shelf], languages) for shelf, languages in told.items()} == {(1, 3)}
    assert len(told) >= 8
    assert {guide.language for guide in guides()} == {"en", "fr", "de"}
    assert all(guide.text.startswith("# ") for guide in guides())


def test_a_third_of_the_products_has_several_offers(market: Market):
    offers = Counter(offer.product for offer in market.offers)

    assert set(offers) == {product.key for product in market.products}
    assert sum(n > 1 for n in offers.values()) >= len(market.products) / 3


def test_colours_and_sizes_of_one_design_are_one_product(market: Market):
    variants = Counter(product.variant_of for product in market.products)
    alone = variants.pop("")

    assert set(variants) == {family.key for family in market.families}
    assert min(variants.values()) > 1
    assert len(market.families) >= 190
    assert alone <= 120


def test_a_seller_offers_a_product_once(market: Market):
    pairs = Counter((offer.seller, offer.product) for offer in market.offers)

    assert pairs.most_common(1)[0][1] == 1


@pytest.mark.parametrize("name", ["title", "key", "ean"])
def test_no_two_products_share(market: Market, name: str):
    shared = Counter(getattr(product, name) for product in market.products)

    assert [value for value, n in shared.items() if n > 1] == []


def test_every_ean_has_a_valid_check_digit(market: Market):
    for product in market.products:
        digits = [int(digit) for digit in product.ean]

        assert len(digits) == 13
        assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_every_seller_ships_to_the_buyers(market: Market):
    countries = {buyer.country for buyer in market.buyers}

    assert countries == {"BE"}
    assert [s.handle for s in market.sellers if not s.ships_to("BE")] == []


def test_prices_are_plausible(market: Market):
    prices = [offer.price_minor for offer in market.offers]

    assert min(prices) >= 300
    assert max(prices) <= 60_000
    assert len({price % 100 for price in prices}) >= 6


def test_some_offers_are_sold_out_and_some_are_used(market: Market):
    assert any(offer.stock == 0 for offer in market.offers)
    assert any(0 < offer.stock <= 3 for offer in market.offers)
    assert {"new", "refurbished", "like_new", "very_good", "good"} <= {
        offer.condition for offer in market.offers
    }


def test_what_is_not_new_says_why(market: Market):
    assert [
        offer.sku
        for offer in market.offers
        if (offer.condition != "new") != bool(offer.condition_note)
    ] == []


def test_every_product_has_two_paragraphs_and_the_facts_of_its_shelf(market: Market):
    codes = {category.path: category.attributes for category in market.categories}

    for product in market.products:
        assert product.description.count("\n\n") == 1
        missing = set(codes[product.category]) - set(product.facts)
        assert missing <= {"colour", "shade", "wood"}, product.title


def test_facts_have_the_type_their_attribute_says(market: Market):
    types = {attribute.code: attribute.type for attribute in market.attributes}

    for product in market.products:
        for code, fact in product.facts.items():
            expected = {"number": (int, float), "boolean": (bool,)}
            assert isinstance(fact, expected.get(types[code], (str,))), product.title


def test_every_picture_can_be_drawn(market: Market):
    assert {product.family for product in market.products} == set(FAMILIES)
    assert {seller.banner_group for seller in market.sellers} <= set(GROUPS)


def test_a_shelf_is_drawn_by_what_lies_on_it(market: Market):
    for shelf in market.categories:
        below = {
            product.family
            for product in market.products
            if product.category[: len(shelf.path)] == shelf.path
        }

        assert set(shelf.tile[0]) == below


def test_texts_use_typographic_apostrophes(market: Market):
    texts = [p.title + p.description for p in market.products]
    texts += [s.about + s.tagline + s.legal_name for s in market.sellers]

    assert [text for text in texts if "'" in text] == []


def test_mail_addresses_are_unique_and_lead_nowhere(market: Market):
    addresses = [buyer.email for buyer in market.buyers]

    assert addresses[0] == "anna@demo.test"
    assert len(set(addresses)) == len(addresses)
    assert all(address.endswith("@demo.test") for address in addresses)
    assert all(seller.email.endswith(".example") for seller in market.sellers)
