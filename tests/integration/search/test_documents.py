"""What a document says of a product and its offers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontend.storefront.cards import drawn_cards
from marketplace.shop.order.models import Line, Order
from search import documents
from search.backends.base import Hit
from tests.factories import (
    NOW,
    AttributeFactory,
    OfferFactory,
    ProductFactory,
    RateFactory,
    UserFactory,
    ZoneFactory,
    seller,
)

pytestmark = pytest.mark.django_db
PRICES = (
    "_incl_tax",
    "_excl_tax",
    "_before_discounts_incl_tax",
    "_before_discounts_excl_tax",
)


def built(*products):
    return documents.build([one.pk for one in products], version=1, now=NOW)


def drawn(document):
    (card,) = drawn_cards([Hit(document.product_id, 1.0, document.card)])
    return card


def sold(product, *, quantity):
    prices = {f"line_price{rest}": 1 for rest in PRICES}
    order = Order.objects.create(
        number="1",
        currency="EUR",
        total_incl_tax=1,
        total_excl_tax=1,
        status=Order.PAID,
        user=UserFactory.create(),
        date_placed=NOW,
    )
    Line.objects.create(
        order=order,
        product=product,
        title="",
        quantity=quantity,
        num_allocated=0,
        **prices,
    )


def test_offers_are_summarised_by_the_best_of_them(market):
    (document,) = built(market.teapot)

    assert (document.price_minor, document.landed_minor) == (2200, 2690)
    assert document.is_available
    assert {"seller=bakery", "seller=bindery"} <= set(document.tags)
    card = dict(document.card)
    assert card == {
        "title": "Stoneware teapot",
        "slug": "stoneware-teapot",
        "id": market.teapot.public_id,
        "image": "",
        "note": None,
        "voices": 0,
        "note_is_own": False,
        "variants": 0,
        "varies": [],
        "was": None,
        "price": 2200,
        "currency": "EUR",
        "delivery": 490,
        "available": 10,
        "offers": 2,
        "from": 2200,
        "from_used": False,
        "condition": "new",
        "seller": "Bindery",
        "handle": "bindery",
        "mark": "",
    }


def test_words_come_from_title_shelf_text_and_facts(market):
    (document,) = built(market.teapot)

    assert document.title == "Stoneware teapot"
    assert document.brand == "Brume"
    assert document.kinds == ("Tea",)
    assert document.summary == "Thrown by hand ."
    assert document.attributes == "Colour Green"
    assert document.values == "Green"
    assert document.identifiers == ("5400000000017",)


def test_a_text_is_read_as_its_reader_sees_it_and_stops_nobody(market):
    market.teapot.description = "<p>Caf&eacute;&nbsp;Crème</p>"
    market.teapot.save()
    market.cup.description = "<a" + "< x" * 400
    market.cup.save()

    teapot, cup = built(market.teapot, market.cup)

    assert teapot.summary == "Café Crème"
    assert cup.summary.startswith("<a< x")


def test_a_product_that_cannot_be_written_keeps_no_other_from_it(
    market, monkeypatch, caplog
):
    written = documents._card

    def card(subject):
        if subject.product == market.kettle:
            raise ZeroDivisionError
        return written(subject)

    monkeypatch.setattr(documents, "_card", card)

    found = built(market.teapot, market.kettle, market.cup)

    assert [one.product_id for one in found] == [market.teapot.pk, market.cup.pk]
    assert f"Product {market.kettle.pk} is not found" in caplog.text


def test_tags_hold_every_shelf_on_the_way(market):
    (document,) = built(market.teapot)

    assert {"category=kitchen", "category=kitchen/tea"} <= set(document.tags)
    assert "a.colour=Green" in document.tags


def test_a_sold_out_product_has_a_document_that_says_so(market):
    (document,) = built(market.cup)

    assert not document.is_available
    assert "stock=yes" not in document.tags
    assert document.card["available"] == 0


def test_the_notes_of_a_seller_move_what_nobody_has_rated_and_are_not_its_own(market):
    market.bakery.note_mean, market.bakery.note_count = 5, 1000
    market.bakery.save()

    (kettle,) = built(market.kettle)

    assert round(kettle.factors["note"], 3) == 1.0
    assert (kettle.card["note"], kettle.card["note_is_own"]) == (5.0, False)
    # It is neither among "4.5 stars and up" nor first by rating.
    assert not any(each.startswith("note=") for each in kettle.tags)
    assert kettle.note == 4.0
    # Nor are they shown as if buyers had said them of the thing.
    assert 'class="rating"' not in drawn(kettle)


def test_own_notes_are_filters_and_an_order(market):
    market.kettle.rating, market.kettle.review_count = 4.6, 5
    market.kettle.save()

    (kettle,) = built(market.kettle)

    assert {"note=3", "note=4", "note=4.5"} <= set(kettle.tags)
    assert (round(kettle.note, 2), kettle.card["note_is_own"]) == (4.6, True)
    assert "<b>4.6</b> <span>(5)</span>" in drawn(kettle)


def test_free_delivery_and_its_days_are_tags():
    partner = seller("Potter", delivers=False)
    RateFactory.create(
        zone=ZoneFactory.create(partner=partner),
        first_item_minor=0,
        days_min=1,
        days_max=1,
    )
    offer = OfferFactory.create(partner=partner, handling_days=0)

    (document,) = built(offer.product)

    assert "delivery=free" in document.tags
    assert {"days=2", "days=10"} <= set(document.tags)
    assert document.delivery_days == 1


def test_where_nobody_delivers_the_product_counts_as_not_to_be_had():
    offer = OfferFactory.create(partner=seller("Potter", delivers=False))

    (document,) = built(offer.product)

    assert (document.is_available, document.landed_minor) == (False, None)


def test_what_sellers_call_a_product_is_apart_from_its_numbers(market):
    OfferFactory.create(
        product=market.kettle, partner=market.bindery, partner_sku="KET-4"
    )

    (document,) = built(market.kettle)

    assert "ket4" in document.skus
    assert document.identifiers == ()


def test_variants_bring_their_offers_to_the_whole():
    whole = ProductFactory.create(structure="parent", title="Shirt")
    small = ProductFactory.create(structure="child", parent=whole, title="")
    OfferFactory.create(product=small, partner=seller("Tailor"), price="35.00")

    found = built(whole, small)

    assert [(one.product_id, one.price_minor) for one in found] == [(whole.pk, 3500)]


def test_numbers_facts_and_sales_of_variants_are_those_of_the_whole():
    AttributeFactory.create(name="Size", code="size")
    AttributeFactory.create(name="Made of", code="made_of")
    whole = ProductFactory.create(
        structure="parent", title="Shirt", facts={"made_of": "Linen"}
    )
    tailor = seller("Tailor")
    sizes = {
        size: ProductFactory.create(
            structure="child", parent=whole, title="", facts={"size": size}, ean=ean
        )
        for size, ean in (("S", "5400000000918"), ("M", ""), ("L", ""), ("XL", ""))
    }
    for size, stock in (("S", 3), ("M", 3), ("L", 0)):
        OfferFactory.create(
            product=sizes[size],
            partner=tailor,
            partner_sku=f"SHIRT-{size}",
            num_in_stock=stock,
        )
    sold(sizes["L"], quantity=10)

    (document,) = built(whole)

    assert document.identifiers == ("5400000000918",)
    assert document.skus == ("shirtl", "shirtm", "shirts")
    # Nobody can buy L, nobody offers XL.
    assert [one for one in document.tags if one.startswith("a.")] == [
        "a.made_of=Linen",
        "a.size=S",
        "a.size=M",
    ]
    assert document.attributes == "Made of Linen Size S M"
    assert document.factors["sales"] == 0.5


@pytest.mark.parametrize(
    "change",
    [
        {"is_public": False},
        {"is_public": False, "review_state": "in_review"},
    ],
)
def test_a_product_that_is_not_public_has_no_document(market, change):
    for name, value in change.items():
        setattr(market.teapot, name, value)
    market.teapot.save()

    assert built(market.teapot) == []


def test_a_product_without_a_selling_partner_has_no_document(market):
    for partner in (market.bakery, market.bindery):
        partner.is_selling = False
        partner.save()

    assert built(market.teapot, market.kettle) == []


def test_an_offer_in_another_currency_is_not_shown():
    offer = OfferFactory.create(partner=seller("Potter"), price_currency="PLN")

    assert built(offer.product) == []


def test_queries_do_not_grow_with_the_products(market, django_assert_num_queries):
    with CaptureQueriesContext(connection) as few:
        built(market.teapot)

    with django_assert_num_queries(len(few)):
        built(market.teapot, market.kettle, market.cup)
