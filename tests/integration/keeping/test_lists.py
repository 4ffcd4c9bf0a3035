"""Wish lists: kept with a heart, named, moved, shared, and nobody else's."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from frontend.storefront import hearts
from marketplace.core.money import Money
from marketplace.shop.basket.models import Line as BasketLine
from marketplace.shop.wishlists import selectors, services
from marketplace.shop.wishlists.models import Line, WishList
from search.services import rebuild
from tests.factories import NOW, UserFactory
from tests.integration.sale import confirm_address, make_user

pytestmark = pytest.mark.django_db
HEART = reverse("list-heart")
OTHERS = ("list", "list-name", "list-remove")


def heart(client: Client, offer, **more):
    return client.post(HEART, {"keep": offer.product.public_id, "back": "/", **more})


def words(answer) -> str:
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def titles(user_id: int) -> dict[str, list[str]]:
    return {
        each.name: [line.title for line in each.lines.order_by("pk")]
        for each in selectors.lists_of(user_id)
    }


def keep(user, offer, key: str = "") -> WishList:
    return services.keep(
        user_id=user.pk,
        product_id=offer.product.public_id,
        country="BE",
        now=NOW,
        key=key,
    )


def test_a_heart_keeps_a_thing_with_its_price_and_leads_back(market, anna, hers):
    answers = [heart(hers, market.jam, back="/search?q=jam") for _twice in range(2)]

    assert {(each.status_code, each.url) for each in answers} == {
        (302, "/search?q=jam")
    }
    [line] = Line.objects.all()
    assert (line.wishlist.owner_id, line.title) == (anna.pk, "Jam")
    assert line.added_for == Money(720, "EUR")

    hers.post(HEART, {"drop": market.jam.product.public_id})

    assert not Line.objects.exists()


@pytest.mark.parametrize(
    "back",
    ["", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/[", "jam"],
)
def test_a_heart_leads_nowhere_but_to_pages_of_ours(market, hers, back):
    assert heart(hers, market.jam, back=back).url == reverse("lists")


@pytest.mark.parametrize("product", ["", "prd_none", "\0", "x" * 500])
def test_what_is_not_there_is_kept_by_nobody(market, hers, product):
    for client in (hers, Client()):
        answer = client.post(HEART, {"keep": product}, follow=True)

        assert "This is not sold here any more." in answer.content.decode()
    assert not WishList.objects.exists()


def test_a_hidden_product_is_not_kept(market, hers):
    market.jam.product.is_public = False
    market.jam.product.save()

    heart(hers, market.jam)

    assert not Line.objects.exists()


def test_to_htmx_a_heart_says_what_became_of_it(market, hers):
    product = market.jam.product.public_id

    answer = hers.post(HEART, {"keep": product}, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert "Kept on “Wish list”." in answer.content.decode()
    assert json.loads(answer["HX-Trigger"]) == {
        "kept": {"product": product, "kept": True}
    }


def test_hearts_are_filled_for_whose_they_are_alone(
    market, anna, hers, django_assert_num_queries
):
    rebuild(NOW)
    keep(anna, market.jam)
    stranger = Client()
    filled = f'name="drop" value="{market.jam.product.public_id}" aria-pressed="true"'

    for page in (reverse("home"), reverse("search"), "/s/bakery/"):
        assert hers.get(page).content.decode().count(filled) >= 1
        assert 'name="drop"' not in stranger.get(page).content.decode()

    with django_assert_num_queries(1):
        selectors.kept_by(anna.pk)


def test_without_an_account_things_stay_in_the_browser(market):
    rebuild(NOW)
    visitor = Client()
    heart(visitor, market.jam)
    heart(visitor, market.loaf)

    page = visitor.get(reverse("lists"))

    assert "Loaf" in words(page)
    assert "Jam" in words(page)
    assert visitor.get("/").content.decode().count('name="drop"') >= 2
    visitor.post(HEART, {"drop": market.jam.product.public_id})
    assert "Jam" not in words(visitor.get(reverse("lists")))
    assert not WishList.objects.exists()


def test_a_browser_keeps_so_many_and_says_so(market, monkeypatch):
    jar = hearts.Jar(name="kept", most=1, seconds=60)
    monkeypatch.setattr(hearts, "JAR", jar)
    visitor = Client()
    heart(visitor, market.jam)

    answer = visitor.post(HEART, {"keep": market.loaf.product.public_id}, follow=True)

    assert "keeps 1 things at most. Sign in to keep more." in words(answer)


def test_a_forged_cookie_is_nothing(market):
    visitor = Client()
    visitor.cookies["kept"] = f"{market.jam.product.public_id[4:]}:1abc:forged"

    assert "Nothing is kept yet" in words(visitor.get(reverse("lists")))


def test_signing_in_puts_what_the_browser_kept_on_the_list(market):
    visitor = Client()
    heart(visitor, market.jam)
    market.jam.price = 9
    market.jam.save()

    user = make_user("boris")
    confirm_address(user)
    signed = {"login": user.email, "password": "correct horse"}
    assert visitor.post(reverse("account_login"), signed).status_code == 302
    page = visitor.get(reverse("lists"))

    assert titles(user.pk) == {"Wish list": ["Jam"]}
    assert Line.objects.get().added_for == Money(720, "EUR")
    assert "€1.80 more than when you put it here" in words(page)
    assert not hearts.JAR.read(page.wsgi_request)


def test_a_thing_that_was_deleted_keeps_nothing_off_the_list_at_sign_in(market, anna):
    keep(anna, market.loaf)
    market.loaf.product.delete()

    new = services.merge(
        user_id=anna.pk, things=[(market.jam.product.public_id, None)], now=NOW
    )

    assert new == 1
    assert titles(anna.pk) == {"Wish list": ["Loaf", "Jam"]}


def test_a_list_says_what_got_cheaper_what_is_sold_out_and_what_is_gone(
    market, anna, hers
):
    for offer in (market.jam, market.loaf, market.notebook):
        keep(anna, offer)
    market.jam.price = 5
    market.jam.save()
    market.loaf.num_in_stock = 0
    market.loaf.save()
    market.notebook.product.is_public = False
    market.notebook.product.title = "Something that may not be shown"
    market.notebook.product.save()

    page = words(hers.get(reverse("lists")))

    assert "3 things · 1 cheaper than when you put it here" in page
    assert "€2.20 less than when you put it here (€7.20)" in page
    assert "Loaf Sold out" in page
    assert "Notebook Not sold here any more." in page
    assert "Something that may not be shown" not in page


def test_all_that_can_be_had_goes_into_the_basket_at_once(market, anna, hers):
    keep(anna, market.jam)
    shown = keep(anna, market.loaf)
    market.loaf.num_in_stock = 0
    market.loaf.save()

    answer = hers.post(reverse("list-change", args=[shown.key]), {"do": "basket"})

    assert answer.url == reverse("basket")
    assert [
        (line.product.title, line.quantity) for line in BasketLine.objects.all()
    ] == [("Jam", 1)]


@pytest.mark.parametrize("name", ["", "   ", "\0", "wish LIST"])
def test_a_list_without_a_name_of_its_own_is_refused_and_stays_typed(
    market, anna, hers, name
):
    keep(anna, market.jam)

    answer = hers.post(reverse("list-new"), {"name": name})

    assert answer.status_code == 422
    assert answer.context["form"].errors["name"]
    assert answer.context["form"]["name"].value() == name
    assert WishList.objects.count() == 1


def test_lists_and_things_have_an_end(market, anna, hers, monkeypatch):
    monkeypatch.setattr(services, "MOST_LISTS", 1)
    monkeypatch.setattr(services, "MOST_THINGS", 1)
    keep(anna, market.jam)

    list_too_many = hers.post(reverse("list-new"), {"name": "Birthday"})
    thing_too_many = hers.post(
        HEART, {"keep": market.loaf.product.public_id}, follow=True
    )

    assert "You have 1 lists, which is as many as we keep." in words(list_too_many)
    assert "You keep 1 things" in words(thing_too_many)
    assert titles(anna.pk) == {"Wish list": ["Jam"]}


def test_a_thing_moves_with_its_price_and_leaves_where_it_was(market, anna, hers):
    here = keep(anna, market.jam)
    hers.post(reverse("list-new"), {"name": "  For   Boris "})
    there = selectors.lists_of(anna.pk)[1]
    where = reverse("list-thing", args=[here.key, market.jam.product.public_id])

    for _twice in range(2):
        assert hers.post(where, {"to": there.key}).status_code == 302

    assert titles(anna.pk) == {"Wish list": [], "For Boris": ["Jam"]}
    assert Line.objects.get().added_for == Money(720, "EUR")
    at_last = reverse("list-thing", args=[there.key, market.jam.product.public_id])
    hers.post(at_last, {"to": here.key, "remove": "yes"})
    assert not Line.objects.exists()


def test_a_list_is_renamed_and_removed(market, anna, hers):
    shown = keep(anna, market.jam)

    hers.post(reverse("list-name", args=[shown.key]), {"name": "Kitchen"})
    renamed = titles(anna.pk)
    asked = hers.get(reverse("list-remove", args=[shown.key]))
    removed = hers.post(reverse("list-remove", args=[shown.key]))

    assert removed.url == reverse("lists")

    assert renamed == {"Kitchen": ["Jam"]}
    assert "Remove “Kitchen”? 1 thing is on it" in words(asked)
    assert titles(anna.pk) == {}


def test_a_secret_link_only_reads_says_not_whose_and_can_be_taken_back(
    market, anna, hers
):
    shown = keep(anna, market.jam)
    keep(anna, market.loaf)
    market.loaf.product.is_public = False
    market.loaf.product.save()
    change = reverse("list-change", args=[shown.key])
    hers.post(change, {"do": "share"})
    shown.refresh_from_db()
    link = reverse("list-shared", args=[shown.share_secret])
    stranger = Client()

    page = stranger.get(link)

    html = page.content.decode()
    assert "Jam" in html
    assert all(
        each not in html for each in ("Loaf", "Anna", "Peeters", "anna@", "since")
    )
    assert '<meta name="robots" content="noindex, nofollow">' in html
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "no-referrer"
    assert stranger.post(link, {"do": "unshare", "remove": "yes"}).status_code == 405
    assert reverse("list", args=[shown.key]) not in html

    hers.post(change, {"do": "share"})  # the link stays the same
    assert stranger.get(link).status_code == 200
    hers.post(change, {"do": "unshare"})
    assert stranger.get(link).status_code == 404


def test_the_list_of_another_is_not_there_whatever_is_asked(market, anna, hers):
    boris = UserFactory.create()
    his, mine = keep(boris, market.jam), keep(anna, market.loaf)
    jam, loaf = market.jam.product.public_id, market.loaf.product.public_id
    tries = [
        *(hers.get(reverse(name, args=[his.key])) for name in OTHERS),
        hers.post(reverse("list-name", args=[his.key]), {"name": "Mine"}),
        *(
            hers.post(reverse("list-change", args=[his.key]), {"do": do})
            for do in ("share", "unshare", "basket")
        ),
        hers.post(reverse("list-thing", args=[his.key, jam]), {"remove": "yes"}),
        hers.post(reverse("list-thing", args=[mine.key, loaf]), {"to": his.key}),
        hers.get(reverse("list-shared", args=[his.key])),
        hers.post(reverse("list-remove", args=[his.key])),
    ]

    assert {each.status_code for each in tries} == {404}
    assert titles(boris.pk) == {"Wish list": ["Jam"]}
    assert titles(anna.pk) == {"Wish list": ["Loaf"]}
    his.refresh_from_db()
    assert his.share_secret is None


def test_a_list_costs_the_same_however_long(
    market, anna, hers, django_assert_max_num_queries
):
    keep(anna, market.jam)
    hers.get(reverse("lists"))
    with django_assert_max_num_queries(14) as short:
        hers.get(reverse("lists"))

    keep(anna, market.loaf)
    keep(anna, market.notebook)

    with django_assert_max_num_queries(len(short)):
        hers.get(reverse("lists"))
