"""Many parcels at once: numbers pasted, a list checked first, the desk as a sheet."""

import csv
import io

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.shop.partner.models import StockRecord
from tests.integration.portal.conftest import GOOD_NUMBER
from tests.integration.sale import Sale, moment, pay_for
from vendors.models import Parcel, Vendor, VendorOrder

OTHER_NUMBER = "3232051288400118"
HEAD = "order,carrier,tracking_number"


def address(route: str) -> str:
    return reverse(route, kwargs={"handle": "bindery"})


def told(answer: object) -> list[str]:
    return [str(each) for each in get_messages(answer.wsgi_request)]


def checked(owner: Client, *lines: str, **more: str) -> object:
    sent = {"lines": "\n".join([HEAD, *lines]), **more}
    return owner.post(address("portal-tracking"), sent)


@pytest.fixture
def second(anna: User, bindery: Vendor, notebook: StockRecord) -> Sale:
    """Another notebook, an hour later."""
    return pay_for({bindery: {notebook: 1}}, user=anna, at=moment("2026-11-23 11:30"))


# --- a list -----------------------------------------------------------------------


def test_a_list_is_shown_first_and_sends_nothing(
    owner: Client, sale: Sale, second: Sale
):
    rows = [
        f"{sale.part.number.lower()},BPOST,3232 0512 8840 0117",
        f"{second.part.number},,{OTHER_NUMBER}",
        f"{second.part.number},bpost,{OTHER_NUMBER}",
        f"NOWHERE-1,bpost,{OTHER_NUMBER}",
    ]

    plan = checked(owner, *rows).context["plan"]

    assert [each.state for each in plan] == ["right", "right", "wrong", "wrong"]
    assert plan[0].number == GOOD_NUMBER
    assert [each.words for each in plan[2:]] == [
        "This order stands in an earlier line, too.",
        "No order of yours has this number.",
    ]
    assert not Parcel.objects.exists()


def test_what_is_right_leaves_and_the_wrong_line_stays(
    owner: Client, sale: Sale, second: Sale
):
    rows = [
        f"{sale.part.number},bpost,{GOOD_NUMBER}",
        f"{second.part.number},bpost,123",
    ]

    first = checked(owner, *rows, apply="yes")
    again = checked(
        owner, rows[0], f"{second.part.number},,{OTHER_NUMBER}", apply="yes"
    )

    assert told(first) == ["1 parcel is on its way."]
    assert [each.state for each in first.context["plan"]] == ["gone", "wrong"]
    assert "“123” has 3 characters" in first.content.decode()
    assert again.url == address("portal-orders")
    found = Parcel.objects.order_by("pk").values_list("tracking_number", flat=True)
    assert list(found) == [GOOD_NUMBER, OTHER_NUMBER]


def test_a_second_click_and_a_cancelled_order_are_told(
    owner: Client, sale: Sale, second: Sale
):
    VendorOrder.objects.filter(pk=second.part.pk).update(
        state=VendorOrder.State.CANCELLED, cancelled_at=moment("2026-11-23 11:40")
    )
    row = f"{sale.part.number},bpost,{GOOD_NUMBER}"
    checked(owner, row, apply="yes")

    twice = checked(owner, row, apply="yes")
    odd = checked(owner, f"{second.part.number},bpost,{OTHER_NUMBER}", apply="yes")

    assert twice.url == address("portal-orders")
    assert odd.context["plan"][0].words == "It was cancelled: do not send it."
    assert Parcel.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a file first."),
        (b"order;number\nA;1", "missing: tracking_number."),
        (b"order;tracking_number\n;\n", "There is no line below the head."),
        (b"order,tracking_number\n" + b"A,1\n" * 201, "201 lines at once are too many"),
        (b"\x00\x01", "This is not a text file."),
        (b"x" * 200_001, "This file is too large for a list."),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(
    owner: Client, sale: Sale, content: bytes, words: str
):
    sent = {"file": SimpleUploadedFile("list.csv", content)}

    page = owner.post(address("portal-tracking"), sent)

    assert words in page.content.decode()


def test_the_list_of_what_waits_can_be_sent_back(
    owner: Client, sale: Sale, second: Sale
):
    empty = owner.get(address("portal-tracking-template")).content.decode()
    filled = [f"{line}{GOOD_NUMBER}" for line in empty.splitlines()[1:]]

    plan = checked(owner, *filled).context["plan"]

    assert empty.splitlines()[0] == HEAD
    assert [each.row.order for each in plan] == [sale.part.number, second.part.number]


# --- pasted numbers ---------------------------------------------------------------


def test_pasted_numbers_are_spread_checked_and_not_sent(
    owner: Client, sale: Sale, second: Sale
):
    numbers = [sale.part.number, second.part.number]
    sent = {
        "order": numbers,
        **{f"{number}-carrier": "bpost" for number in numbers},
        "pasted": f"{second.part.number}; {OTHER_NUMBER}\n123\n456",
        "spread": "yes",
    }

    page = owner.post(address("portal-ship"), sent)

    rows = page.context["rows"]
    assert [form["tracking_number"].value() for _row, form in rows] == [
        "123",
        OTHER_NUMBER,
    ]
    assert [bool(form.errors) for _row, form in rows] == [True, False]
    assert "1 line was left over." in page.content.decode()
    assert not Parcel.objects.exists()


# --- the desk ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ({}, True),
        ({"country": "be"}, True),
        ({"country": "FR"}, False),
        ({"method": "Home"}, False),
        ({"method": "\0"}, True),
        ({"method": "%", "country": "x" * 500}, False),
    ],
)
def test_the_desk_and_its_sheet_show_the_same(
    owner: Client, sale: Sale, asked: dict[str, str], is_there: bool
):
    page = owner.get(address("portal-orders"), asked).content.decode()
    sheet = owner.get(address("portal-orders-export"), asked)

    rows = list(csv.DictReader(io.StringIO(sheet.getvalue().decode("utf-8-sig"))))
    assert (sale.part.number in page) is is_there
    assert [row["order"] for row in rows] == [sale.part.number] * is_there
    if rows:
        assert (rows[0]["name"], rows[0]["country"]) == ("Anna Peeters", "BE")
        assert rows[0]["items"] == "2 × Notebook; 1 × Slip case"
        assert (rows[0]["paid"], rows[0]["you_get"]) == ("60.10", "51.38")
