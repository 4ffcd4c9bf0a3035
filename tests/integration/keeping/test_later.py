"""Saved for later, and ordered again."""

import re

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.shop.basket import later
from marketplace.shop.basket.models import Basket, Line
from marketplace.shop.basket.services import add_offer
from marketplace.shop.order.access import guest_key
from tests.factories import UserFactory
from tests.integration.beside import Beside
from tests.integration.buying.market import open_market
from tests.integration.sale import confirm_address, make_user, pay_for

pytestmark = pytest.mark.django_db
BASKET = reverse("basket")


def add(client: Client, offer, quantity: int = 1) -> Line:
    client.post(reverse("basket-add"), {"offer": offer.public_id, "quantity": quantity})
    return Line.objects.filter(stockrecord=offer).latest("pk")


def save(client: Client, line: Line, **more):
    return client.post(reverse("basket-line", args=[line.pk]), {"later": "yes"}, **more)


def in_status(status: str) -> list[tuple[str, int]]:
    lines = Line.objects.filter(basket__status=status).order_by("pk")
    return [(line.product.title, line.quantity) for line in lines]


def words(answer) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_line_waits_beside_the_basket_and_comes_back(market, hers, is_signed_in):
    browser = hers if is_signed_in else Client()
    line = add(browser, market.jam, 2)

    save(browser, line)

    assert (in_status(Basket.OPEN), in_status(Basket.SAVED)) == ([], [("Jam", 2)])
    assert "Saved for later 1 thing Jam" in words(browser.get(BASKET))
    where = reverse("basket-later", args=[Line.objects.get().pk])
    for _twice in range(2):
        assert browser.post(where, {"back": "yes"}).status_code == 302
    assert (in_status(Basket.OPEN), in_status(Basket.SAVED)) == ([("Jam", 2)], [])


def test_what_changed_meanwhile_is_said(market, hers):
    for offer in (market.jam, market.loaf, market.notebook):
        save(hers, add(hers, offer, 2))
    market.jam.price = 5
    market.jam.save()
    market.loaf.num_in_stock = 1
    market.loaf.save()
    market.notebook.num_in_stock = 0
    market.notebook.save()

    page = words(hers.get(BASKET))

    assert "€2.20 less than when you added it" in page
    assert "You saved 2; only 1 left." in page
    assert "Notebook Bindery Sold out" in page


def test_as_many_come_back_as_there_are_and_what_is_gone_stays(market, hers):
    save(hers, add(hers, market.jam, 3))
    market.jam.num_in_stock = 2
    market.jam.save()
    where = reverse("basket-later", args=[Line.objects.get().pk])

    hers.post(where, {"back": "yes"})
    some = in_status(Basket.OPEN)
    save(hers, Line.objects.get())
    market.jam.is_active = False
    market.jam.save()
    where = reverse("basket-later", args=[Line.objects.get().pk])
    refused = hers.post(where, {"back": "yes"}, headers={"HX-Request": "true"})

    assert some == [("Jam", 2)]
    assert in_status(Basket.SAVED) == [("Jam", 2)]
    assert "not on sale any more" in refused.content.decode()
    hers.post(where, {"remove": "yes"})
    assert in_status(Basket.SAVED) == []


def test_what_a_visitor_saved_joins_the_account_at_sign_in(market):
    boris = make_user("boris")
    confirm_address(boris)
    before = Client()
    before.force_login(boris)
    save(before, add(before, market.jam, 1))
    visitor = Client()
    save(visitor, add(visitor, market.jam, 3))
    save(visitor, add(visitor, market.loaf, 1))

    visitor.post(
        reverse("account_login"), {"login": boris.email, "password": "correct horse"}
    )

    assert sorted(in_status(Basket.SAVED)) == [("Jam", 3), ("Loaf", 1)]
    assert Basket.objects.get(status=Basket.SAVED).owner_id == boris.pk
    assert "Loaf" in words(visitor.get(BASKET))


def test_a_line_that_is_gone_opens_no_place_for_it(market):
    visitor = Client()
    line = add(visitor, market.jam)
    Line.objects.all().delete()

    answer = save(visitor, line)

    assert "later" not in answer.cookies
    assert not Basket.objects.filter(status=Basket.SAVED).exists()


@pytest.mark.usefixtures("committing_db")
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_two_things_saved_at_once_wait_in_one_place(is_signed_in):
    market = open_market()
    user_id = UserFactory.create().pk if is_signed_in else None
    basket = Basket.objects.create(owner_id=user_id)
    jam, loaf = (
        add_offer(basket=basket, offer_public_id=offer.public_id, quantity=1)
        for offer in (market.jam, market.loaf)
    )

    def save_it(line):
        return later.put_aside(
            basket=basket, line_id=line.pk, user_id=user_id, basket_id=None
        )

    with transaction.atomic():
        first = save_it(jam)
        beside = Beside(lambda: save_it(loaf))
        waited = beside.waits()
    second = beside.result()

    assert (waited, second) == (True, first)
    assert in_status(Basket.SAVED) == [("Jam", 1), ("Loaf", 1)]


def test_nobody_touches_what_another_has_saved(market, hers):
    boris = Client()
    boris.force_login(UserFactory.create())
    save(boris, add(boris, market.jam))
    line = Line.objects.get()

    for browser in (hers, Client()):
        for do in ("back", "remove", "later"):
            browser.post(reverse("basket-later", args=[line.pk]), {do: "yes"})
            browser.post(reverse("basket-line", args=[line.pk]), {do: "yes"})

    assert in_status(Basket.SAVED) == [("Jam", 1)]


def test_a_forged_cookie_opens_nothing(market):
    visitor = Client()
    save(visitor, add(visitor, market.jam))
    saved = Basket.objects.get(status=Basket.SAVED)
    thief = Client()
    thief.cookies["later"] = f"{saved.pk}:1abc:forged"

    assert "Jam" not in words(thief.get(BASKET))


def test_so_much_is_saved_and_no_more(market, hers, monkeypatch):
    monkeypatch.setattr(later, "MOST_LATER", 1)
    save(hers, add(hers, market.jam))

    refused = save(hers, add(hers, market.loaf), follow=True)

    assert "You have saved 1 things for later." in words(refused)
    assert in_status(Basket.OPEN) == [("Loaf", 1)]


def again(client: Client, key: str, **what):
    answer = client.post(reverse("order-again", args=[key]), what)
    return answer, [str(each) for each in get_messages(answer.wsgi_request)]


def test_an_order_is_ordered_again_at_todays_offers_and_what_differs_is_said(
    market, anna, hers
):
    sale = pay_for(
        {
            market.bakery: {market.jam: 2, market.loaf: 4},
            market.bindery: {market.notebook: 1},
        },
        user=anna,
    )
    market.jam.price = 8
    market.jam.save()
    market.loaf.refresh_from_db()
    market.loaf.num_in_stock = (market.loaf.num_allocated or 0) + 3
    market.loaf.save()
    market.notebook.is_active = False
    market.notebook.save()

    answer, said = again(hers, sale.order.number)

    assert answer.url == BASKET
    assert in_status(Basket.OPEN) == [("Jam", 2), ("Loaf", 3)]
    assert said[0] == "2 things are in your basket."
    sentences = re.sub(r"<[^>]+>", "|", said[1])
    assert "“Jam” costs €8.00 now, €7.20 then." in sentences
    assert "“Loaf”: 3 of 4, there are no more." in sentences
    assert "“Notebook”: Nobody sells it any more." in sentences


def test_a_line_or_a_parcel_alone_is_ordered_again(market, anna, hers):
    sale = pay_for(
        {
            market.bakery: {market.jam: 1, market.loaf: 1},
            market.bindery: {market.notebook: 1},
        },
        user=anna,
    )
    jam = sale.parts[0].lines.order_by("pk")[0]

    again(hers, sale.order.number, line=jam.pk)
    again(hers, sale.order.number, part=2)

    assert in_status(Basket.OPEN) == [("Jam", 1), ("Notebook", 1)]
    for made_up in ({"line": "x"}, {"part": 7}, {"line": 10**30}):
        assert again(hers, sale.order.number, **made_up)[0].status_code == 404


def test_a_guest_orders_again_by_the_link_and_nobody_else(market, hers):
    sale = pay_for({market.bakery: {market.jam: 1}})

    theirs, _said = again(Client(), guest_key(sale.order))

    assert theirs.url == BASKET
    assert again(hers, sale.order.number)[0].status_code == 404
    assert in_status(Basket.OPEN) == [("Jam", 1)]
