"""What a basket takes, refuses and says."""

import pytest

from marketplace.core.money import Money
from marketplace.shop.basket import services as baskets
from marketplace.shop.basket.contents import Trouble
from marketplace.shop.basket.models import Basket
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.basket.services import (
    BasketClosedError,
    CurrencyMixedError,
    OfferGoneError,
    QuantityRefusedError,
    add_offer,
    set_quantity,
)
from tests.integration.buying.market import NOW, Market, basket_with, open_market


@pytest.fixture
def market(db):
    return open_market()


def change(offer, **facts):
    for name, value in facts.items():
        setattr(offer, name, value)
    offer.save()


def contents(basket, **choices):
    return contents_of(basket.pk, country="BE", now=NOW, **choices)


def test_a_line_keeps_the_seller_that_the_buyer_chose(market: Market):
    dearer = market.notebook
    change(market.jam, product=dearer.product)
    basket = basket_with({dearer: 1})

    line = contents(basket).lines[0]

    assert (line.seller.name, line.price) == ("Bindery", Money(1650, "EUR"))


@pytest.mark.parametrize(
    ("facts", "quantity", "words"),
    [
        ({"num_in_stock": 2}, 3, "Only 2 left."),
        ({"num_in_stock": 0}, 1, "Sold out."),
        ({"min_quantity": 4}, 3, "sells at least 4"),
        ({"max_quantity": 2}, 3, "sells at most 2"),
    ],
)
def test_a_quantity_outside_what_is_sold_is_refused(
    market: Market, facts, quantity, words
):
    change(market.loaf, **facts)
    basket = Basket()

    with pytest.raises(QuantityRefusedError, match=words):
        add_offer(
            basket=basket, offer_public_id=market.loaf.public_id, quantity=quantity
        )

    assert not Basket.objects.filter(lines__isnull=False).exists()


def test_adding_again_counts_what_lies_there(market: Market):
    basket = basket_with({market.loaf: 6})

    with pytest.raises(QuantityRefusedError):
        add_offer(basket=basket, offer_public_id=market.loaf.public_id, quantity=5)

    assert basket.lines.get().quantity == 6


@pytest.mark.parametrize("change_of", ["offer", "seller", "product"])
def test_what_is_not_on_sale_cannot_be_added(market: Market, change_of):
    subject = {
        "offer": (market.loaf, "is_active"),
        "seller": (market.bakery.partner, "is_selling"),
        "product": (market.loaf.product, "is_public"),
    }[change_of]
    change(subject[0], **{subject[1]: False})

    with pytest.raises(OfferGoneError):
        add_offer(basket=Basket(), offer_public_id=market.loaf.public_id, quantity=1)


def test_a_basket_has_one_currency(market: Market):
    change(market.notebook, price_currency="USD")
    basket = basket_with({market.loaf: 1})

    with pytest.raises(CurrencyMixedError):
        add_offer(basket=basket, offer_public_id=market.notebook.public_id, quantity=1)

    assert basket.lines.count() == 1


def test_nothing_is_added_to_a_basket_that_is_being_ordered(market: Market):
    basket = basket_with({market.loaf: 1})
    baskets.freeze(basket.pk)

    with pytest.raises(BasketClosedError):
        add_offer(basket=basket, offer_public_id=market.jam.public_id, quantity=1)
    with pytest.raises(BasketClosedError):
        set_quantity(basket=basket, line_id=basket.lines.get().pk, quantity=0)

    assert basket.lines.get().quantity == 1


def test_a_basket_is_frozen_once(market: Market):
    basket = basket_with({market.loaf: 1})

    assert [baskets.freeze(basket.pk) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("subject", "facts", "trouble"),
    [
        ("seller", {"is_selling": False}, Trouble.SELLER_CLOSED),
        ("offer", {"is_active": False}, Trouble.GONE),
        ("product", {"is_public": False}, Trouble.GONE),
        ("offer", {"num_in_stock": 0}, Trouble.SOLD_OUT),
        ("offer", {"num_in_stock": 1}, Trouble.TOO_MANY),
        ("offer", {"min_quantity": 3}, Trouble.TOO_FEW),
        ("offer", {"max_quantity": 1}, Trouble.OVER_LIMIT),
    ],
)
def test_the_basket_says_what_has_become_of_a_line(
    market: Market, subject, facts, trouble
):
    basket = basket_with({market.loaf: 2})
    line = basket.lines.get()
    rows = {
        "seller": market.bakery.partner,
        "offer": market.loaf,
        "product": market.loaf.product,
    }
    change(rows[subject], **facts)

    found = contents(basket)

    assert found.troubles == {line.pk: trouble}
    assert not found.can_be_ordered


def test_a_seller_who_does_not_deliver_here_is_said(market: Market):
    market.bakery.partner.shipping_zones.update(countries=["FR"])
    basket = basket_with({market.loaf: 1})

    assert set(contents(basket).troubles.values()) == {Trouble.NO_DELIVERY}


def test_a_price_that_went_down_is_noticed(market: Market):
    basket = basket_with({market.loaf: 2})
    change(market.loaf, price="3.90")

    line = contents(basket).changed_lines[0]

    assert (line.change, line.saved, line.is_cheaper) == (
        Money(-60, "EUR"),
        Money(60, "EUR"),
        True,
    )


def test_a_group_says_how_far_it_is_to_free_delivery(market: Market):
    change(market.loaf, num_in_stock=100)
    group = contents(basket_with({market.loaf: 22})).groups[0]
    reached = contents(basket_with({market.loaf: 23})).groups[0]

    assert (group.items, group.left_to_free, group.shipping) == (
        Money(9900, "EUR"),
        Money(100, "EUR"),
        Money(490 + 21 * 50, "EUR"),
    )
    assert (reached.left_to_free, reached.shipping) == (None, Money(0, "EUR"))


def test_totals_include_the_tax_of_each_class(market: Market):
    found = contents(basket_with({market.loaf: 2, market.notebook: 1}))

    assert found.total == Money(900 + 540 + 1650 + 350, "EUR")
    assert found.tax == Money(51 + 31 + 286 + 61, "EUR")


def test_only_the_chosen_way_of_delivery_counts(market: Market):
    basket = basket_with({market.loaf: 1})
    seller = market.bakery.partner_id

    usual, chosen, unknown = (
        contents(basket, choices={seller: code}).shipping.minor
        for code in ("home", "pickup", "drone")
    )

    assert (usual, chosen, unknown) == (490, 320, 490)
