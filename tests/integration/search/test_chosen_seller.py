"""With one seller chosen, cards have their offer, and lead to it."""

import re

import pytest

from marketplace.shop.catalogue.models import ProductClass
from marketplace.shop.partner.offers import rank
from search import services
from tests.factories import NOW, AttributeFactory, OfferFactory, ProductFactory, seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp():
    """A lamp that Praha sells best; Nordlys sells it dearer."""
    praha, nordlys = seller("Praha"), seller("Nordlys")
    lamp = ProductFactory.create(title="Desk lamp")
    OfferFactory.create(product=lamp, partner=praha, price="49.99")
    OfferFactory.create(product=lamp, partner=nordlys, price="51.70")
    services.rebuild(NOW)
    return lamp, nordlys


def html_of(client, path, **asked):
    return client.get(path, asked).content.decode()


def test_a_card_has_the_offer_of_the_only_seller_that_is_chosen(client, lamp):
    product, nordlys = lamp
    address = product.get_absolute_url()

    every = html_of(client, "/search", q="lamp")
    theirs = html_of(client, "/search", q="lamp", seller=nordlys.code)

    assert "€49" in re.sub(r"<[^>]+>", "", every)
    assert f'href="{address}"' in every
    card = theirs.partition('class="pcard"')[2].partition("</article>")[0]
    assert "Nordlys" in card
    assert "Praha" not in card
    assert "€51" in re.sub(r"<[^>]+>", "", card)
    assert f'href="{address}?seller={nordlys.code}"' in card


def test_the_page_of_a_product_begins_with_the_seller_that_is_chosen(client, lamp):
    product, nordlys = lamp
    address = product.get_absolute_url()

    usual = html_of(client, address)
    theirs = html_of(client, address, seller=nordlys.code)
    unknown = html_of(client, address, seller="nobody")

    assert "Best of 2 offers" in usual
    assert "Best of 2 offers" in unknown
    assert "Best of 2 offers" not in theirs
    assert "You chose this seller." in theirs
    offers = theirs.partition('id="offers"')[2]
    assert offers.index("Praha") < offers.index("Nordlys")


def test_a_seller_whose_offer_cannot_be_bought_leads_nothing(client, lamp):
    product, nordlys = lamp
    nordlys.stockrecords.update(num_in_stock=0)

    page = html_of(client, product.get_absolute_url(), seller=nordlys.code)
    cards = html_of(client, "/search", q="lamp", seller=nordlys.code)

    assert "You chose this seller." not in page
    assert f'href="{product.get_absolute_url()}"' in cards
    assert f"?seller={nordlys.code}" not in cards.partition('class="pcard"')[2]


def test_a_box_without_offers_is_led_by_nobody():
    box = rank(())

    assert box.led_by("nordlys") is box


def test_a_refused_purchase_leads_back_to_the_seller_that_is_chosen(client, lamp):
    product, nordlys = lamp
    address = product.get_absolute_url()

    theirs = html_of(client, address, seller=nordlys.code, utm="mail")
    unknown = html_of(client, address, seller="nobody")

    assert f'name="back" value="{address}?seller={nordlys.code}"' in theirs
    assert f'name="back" value="{address}"' in unknown


@pytest.mark.parametrize("inks", ["51.70", "39.99"])
def test_a_choice_of_colour_keeps_the_seller_that_is_chosen(client, inks):
    """Also where theirs of the shown colour comes first anyway."""
    praha, nordlys = seller("Praha"), seller("Nordlys")
    kind = ProductClass.objects.create(name="Lamp")
    AttributeFactory.create(name="Colour", product_class=kind)
    family = ProductFactory.create(
        title="Clamp lamp", structure="parent", product_class=kind
    )
    for colour, theirs in (("ink", inks), ("moss", "51.70")):
        one = ProductFactory.create(title=f"Clamp lamp, {colour}")
        one.parent, one.structure, one.product_class = family, "child", None
        one.facts = {"colour": colour}
        one.save()
        OfferFactory.create(product=one, partner=praha, price="49.99")
        OfferFactory.create(product=one, partner=nordlys, price=theirs)

    theirs = html_of(client, family.get_absolute_url(), seller=nordlys.code)
    usual = html_of(client, family.get_absolute_url())

    chosen = re.findall(r'<li><a href="[^"?]+\?seller=([^"]+)"[^>]*>\w+', theirs)
    assert chosen == [nordlys.code] * 2
    assert "?seller=" not in usual
