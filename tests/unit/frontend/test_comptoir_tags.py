from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator

from frontend.templatetags import comptoir
from marketplace.core.money import Money
from marketplace.shop.catalogue.models import ProductImage
from tests.unit.frontend.drawing import draw


def test_a_price_raises_its_cents():
    shown = comptoir.money(Money(6800, "EUR"))

    assert shown == (
        '<span class="price">€68<span class="price__minor">.00</span></span>'
    )


def test_a_reduced_price_stands_before_the_lowest_of_thirty_days():
    shown = comptoir.price(Money(5900, "EUR"), was=Money(7200, "EUR"))

    assert shown == (
        '<span class="price price--deal">€59<span class="price__minor">.00</span>'
        '</span> <s class="was"><span class="sr">30-day lowest price </span>€72.00</s>'
    )


@pytest.mark.parametrize("amount", [Money(-506, "EUR"), -506, Decimal("-5.06")])
def test_money_minor_units_and_decimals_read_the_same(amount):
    assert comptoir.money_plain(amount, "EUR") == "−€5.06"


def test_an_amount_without_a_currency_is_in_that_of_the_market(settings):
    settings.CURRENCY = "JPY"

    shown = (
        comptoir.money(1200),
        comptoir.money_plain(Decimal(1200)),
        comptoir.price(1200),
    )

    assert shown == (
        '<span class="price">¥1,200</span>',
        "¥1,200",
        '<span class="price">¥1,200</span>',
    )


def test_a_missing_amount_is_a_dash():
    assert (comptoir.money(None), comptoir.money_plain(None)) == ("–", "–")


def test_a_star_never_stands_without_its_number():
    assert comptoir.rating(None) == '<span class="rating">No ratings yet</span>'
    assert "<b>4.9</b> <span>(1,284)</span>" in comptoir.rating(4.9, 1284)


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (None, '<span class="stock dot">In stock</span>'),
        (6, '<span class="stock dot">In stock, 6 left</span>'),
        (3, '<span class="stock stock--low dot">Only 3 left</span>'),
        (0, '<span class="stock stock--out dot">Sold out</span>'),
    ],
)
def test_stock_is_said_in_words(left, shown):
    assert comptoir.stock(left) == shown


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in comptoir.icon("truck")
    assert 'role="img" aria-label="Done"' in comptoir.icon("check", label="Done")


def test_a_mark_is_decided_by_the_name_alone():
    brume, again, orsini = (
        comptoir.mark(SimpleNamespace(name=name))
        for name in ("Atelier Brume", "Atelier Brume", "Fratelli Orsini")
    )

    assert brume == again
    assert brume != orsini


def test_a_drawing_is_sent_as_it_is():
    drawing = SimpleNamespace(url="/media/pot.svg")

    assert comptoir.picture(drawing, 72, "A pot") == (
        '<img src="/media/pot.svg" alt="A pot" width="72" height="72" loading="lazy">'
    )


def test_a_missing_picture_is_a_still_life():
    assert 'src="/static/img/no-picture.svg"' in comptoir.picture(None, 400)


def test_a_lost_photo_leaves_its_address():
    photo = ProductImage(original="nowhere/pot.jpg").original

    assert 'src="/media/nowhere/pot.jpg"' in comptoir.picture(photo, 72)


def test_words_of_sellers_are_escaped():
    shown = draw('<c-seller name="{{ name }}" sub="{{ name }}" />', name="<b>&")

    assert "<b>&" not in shown


def test_dropping_a_filter_keeps_the_others_and_goes_to_the_first_page():
    shown = draw('{% querystring_drop "colour" "red" %}')

    assert shown == "?"


def test_a_page_without_a_route_has_no_address():
    assert comptoir.maybe_url("nowhere") == ""


def test_a_long_list_shows_its_ends_and_its_middle():
    page = Paginator(range(200), 10).page(10)

    assert comptoir.page_numbers(page) == [1, 2, None, 9, 10, 11, None, 19, 20]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ines Varga", "IV"), ("Anna", "A"), ("anna.maria@b.example", "AM"), ("", "")],
)
def test_initials_are_at_most_two(name, letters):
    assert comptoir.initials(name) == letters


def test_a_legal_form_is_read_in_words_and_what_was_typed_stays():
    shown = draw(
        "{% load comptoir %}{{ code|legal_form }}, {{ typed|legal_form }}",
        code="sole_trader",
        typed="SARL",
    )

    assert shown == "Sole trader, SARL"
