"""The form of a report says what its sums come to, and what it could not keep."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from support.models import Problem
from tests.integration.aftersale.offers import signed_in
from tests.integration.aftersale.steps import arrive
from tests.integration.sale import Sale

_FORGOTTEN = "Choose your files again"


@pytest.fixture
def annas(sale: Sale, anna: User) -> Client:
    arrive(sale)
    return signed_in(anna)


def tell(client: Client, sale: Sale, **more: object) -> str:
    """Report one of two loaves, and return the page that answers."""
    data = {"kind": "damaged", "text": "Flat.", "wanted": "refund"}
    pieces = {f"line_{sale.lines[0].pk}": "1"}
    to = reverse("case-new", args=[sale.order.number, 1])
    return client.post(to, {**data, **pieces, **more}, follow=True).text


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("flat.png", b"drawn", "image/png")


@pytest.mark.parametrize(
    ("pieces", "wanted", "says"),
    [("1", "refund", "€4.50"), ("2", "answer", "€9.00"), ("0", "refund", "")],
)
def test_beside_the_wish_for_money_stands_what_the_chosen_things_come_to(
    annas: Client, sale: Sale, pieces: str, wanted: str, says: str
):
    chosen = {f"line_{sale.lines[0].pk}": pieces}

    page = tell(annas, sale, look="yes", wanted=wanted, **chosen)

    assert f'id="id_wanted_0_beside">{says}</span>' in page
    assert f'id="id_wanted_3_beside">{f"up to {says}" if says else ""}</span>' in page


@pytest.mark.parametrize(
    "more", [{"wanted": "less"}, {"text": ""}, {"look": "yes"}], ids=str
)
def test_photos_that_a_browser_forgets_are_asked_for_again(
    annas: Client, sale: Sale, more: dict[str, str]
):
    assert tell(annas, sale, photos=photo(), **more).count(_FORGOTTEN) == 1
    assert not Problem.objects.exists()


@pytest.mark.parametrize("more", [{"wanted": "less"}, {"look": "yes"}], ids=str)
def test_who_chose_no_photo_is_not_asked_for_it_again(
    annas: Client, sale: Sale, more: dict[str, str]
):
    assert _FORGOTTEN not in tell(annas, sale, **more)
