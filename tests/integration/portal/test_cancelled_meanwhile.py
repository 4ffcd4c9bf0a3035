"""An order changes while its form is open in another tab: nothing goes out unpaid."""

import re
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from marketplace.flows.refund_line import refund_lines, refund_part
from tests.integration.portal.conftest import GOOD_NUMBER, NOW
from tests.integration.sale import Sale
from vendors.models import Parcel

pytestmark = pytest.mark.django_db

DESK = reverse("portal-orders", args=["bindery"])
SHIP = reverse("portal-ship", args=["bindery"])
SLIPS = reverse("portal-slips", args=["bindery"])
PARCEL = {"carrier": "bpost", "tracking_number": GOOD_NUMBER}
Shown = Callable[[Client, Sale], tuple[str, dict[str, str]]]


def page_of(sale: Sale) -> str:
    return reverse("portal-order", args=["bindery", sale.part.number])


def told(answer: object) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


def fields_in(page: str, names: str) -> dict[str, str]:
    """Return the fields of a page with these names, as it shows them."""
    inputs = re.findall(r"<input[^>]*>", page)
    found = [re.search(rf'name="({names})"', each) for each in inputs]
    return {
        name.group(1): re.search(r'value="([^"]*)"', each).group(1)
        for name, each in zip(found, inputs, strict=True)
        if name
    }


def shown_on_its_page(owner: Client, sale: Sale) -> tuple[str, dict[str, str]]:
    """Open the order's own form; return where it goes, and what it sends."""
    page = owner.get(page_of(sale)).text
    return page_of(sale), {**fields_in(page, r"after|line_\d+"), **PARCEL}


def shown_among_several(owner: Client, sale: Sale) -> tuple[str, dict[str, str]]:
    """Open the form that ships several; return where it goes, and what it sends."""
    number = sale.part.number
    page = owner.get(SHIP, {"order": number}).text
    hidden = fields_in(page, rf"{number}-(?:after|waiting)")
    parcel = {f"{number}-{name}": value for name, value in PARCEL.items()}
    return SHIP, {"order": number, **hidden, **parcel}


both_forms = pytest.mark.parametrize("shown", [shown_on_its_page, shown_among_several])


def give_back(sale: Sale, **quantities: int) -> None:
    """Give pieces back by their place in the order: `first`, `second`."""
    lines = dict(zip(("first", "second"), sale.lines, strict=True))
    chosen = {lines[place].pk: number for place, number in quantities.items()}
    token = str(sorted(chosen.items()))
    refund_lines(
        part=sale.part, quantities=chosen, reason="Gone.", token=token, now=NOW
    )


@both_forms
def test_a_cancelled_order_has_not_left(owner: Client, sale: Sale, shown: Shown):
    where, form = shown(owner, sale)
    refund_part(part=sale.part, reason="Gone.", token="x", now=NOW)

    answer = owner.post(where, form)

    assert told(answer) == [f"Order {sale.part.number} was cancelled: do not send it."]
    assert not Parcel.objects.exists()


@both_forms
def test_a_rest_that_was_cancelled_has_not_left(
    owner: Client, sale: Sale, shown: Shown
):
    notebooks, box = sale.lines
    sent = {f"line_{notebooks.pk}": "1", f"line_{box.pk}": "1", **PARCEL}
    owner.post(page_of(sale), sent)
    where, form = shown(owner, sale)
    give_back(sale, first=1)

    answer = owner.post(where, form)

    assert told(answer)[-1] == (
        f"What was left of order {sale.part.number} was cancelled: do not send it."
    )
    assert Parcel.objects.count() == 1


@both_forms
def test_the_same_form_again_says_that_it_has_left(
    owner: Client, sale: Sale, shown: Shown
):
    where, form = shown(owner, sale)

    answers = [owner.post(where, form) for _click in range(2)]

    assert told(answers[1])[-1] == f"Order {sale.part.number} has left already."
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (
            shown_on_its_page,
            "Not to be sent any more: 1 × Slip case. Please take it out of the parcel.",
        ),
        (
            shown_among_several,
            "Something of it is not to be sent any more. Left to send: 2 × Notebook.",
        ),
    ],
)
def test_a_box_that_was_packed_before_is_opened_again(
    owner: Client, sale: Sale, shown: Shown, words: str
):
    where, form = shown(owner, sale)
    give_back(sale, second=1)

    refused = owner.post(where, form)
    left = Parcel.objects.count()
    again = fields_in(refused.text, r"\S*after|\S*waiting|line_\d+")
    parcel = {key: form[key] for key in form if key not in again}
    parcel = {key: parcel[key] for key in parcel if not key.startswith("line_")}
    answer = owner.post(where, {**parcel, **again})

    assert words in refused.text
    assert left == 0
    assert answer.status_code == 302
    assert Parcel.objects.count() == 1
    assert [line.shipped_quantity for line in sale.lines] == [2, 0]


def test_a_stale_list_prints_and_ships_nothing_of_a_cancelled_order(
    owner: Client, sale: Sale
):
    refund_part(part=sale.part, reason="Gone.", token="x", now=NOW)
    asked = {"order": sale.part.number}

    for where in (SHIP, SLIPS):
        answer = owner.get(where, asked)

        assert answer.url == DESK
        words = f"Order {sale.part.number} was cancelled: do not send it."
        assert words in owner.get(DESK).text


def test_desk_and_forms_count_the_pieces_that_go(owner: Client, sale: Sale):
    give_back(sale, first=1, second=1)
    asked = {"order": sale.part.number}

    pages = [owner.get(DESK), owner.get(SHIP, asked), owner.get(page_of(sale))]
    owner.post(*shown_among_several(owner, sale))
    pages_after = [owner.get(page_of(sale))]

    assert ["1 of 3 to send" in page.text for page in pages] == [True] * 3
    assert "1 of 3 sent" in pages_after[0].text
