"""Operators name a shop where money is booked: in words, and never the wrong one."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from payouts.models import Adjustment
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import make_seller
from vendors.models import Vendor
from vendors.selectors.shops import shops_to_name

pytestmark = pytest.mark.django_db
FORMS = {
    "office-adjustments": "seller",
    "office-bank": "seller",
    "office-draft": "seller",
    "office-promotion-new": "sellers",
    "office-plan-new": "vendors",
}


@pytest.fixture
def bakeries() -> list[Vendor]:
    """Two shops that are called Bakery, and one whose name begins so."""
    shops = [make_seller(name) for name in ("Bakery", "Bakery-2", "Bakeryland")]
    Vendor.objects.filter(handle="bakery-2").update(name="Bakery")
    return shops


def fine(client: Client, seller: str) -> str:
    form = {"kind": "fine", "amount": "1", "reason": "Late", "token": seller}
    page = client.post(reverse("office-adjustments"), {**form, "seller": seller})
    return unescape(page.text) if page.status_code == 422 else ""


def offered(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)">', page)


@pytest.mark.parametrize(
    ("written", "handle"),
    [
        ("bakery", "bakery"),
        ("bakery-2", "bakery-2"),
        ("Bakery (bakery-2)", "bakery-2"),
        ("  BAKERYLAND ", "bakeryland"),
        ("@bakery", "bakery"),
    ],
)
def test_a_handle_or_a_name_that_only_one_bears_is_enough(
    as_operator: SignedIn, bakeries: list[Vendor], written: str, handle: str
):
    assert fine(as_operator("finance"), written) == ""

    assert Adjustment.objects.get().vendor.handle == handle


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Bakery", "Several shops: Bakery (bakery), Bakery (bakery-2). Write one so."),
        ("Bakerylan", "There is no such shop. Did you mean Bakeryland (bakeryland)?"),
        ("Bindery (bakery)", "There is no such shop. Did you mean Bakery (bakery)?"),
        ("Mill", "There is no such shop. Write its handle, or a part of its name."),
        ("\0", "This field is required."),
    ],
)
def test_no_shop_or_several_are_told_with_what_to_write(
    as_operator: SignedIn, bakeries: list[Vendor], written: str, words: str
):
    page = fine(as_operator("finance"), written)

    assert words in page
    assert not Adjustment.objects.exists()


def test_what_could_be_meant_is_offered_without_scripts(
    as_operator: SignedIn, bakeries: list[Vendor]
):
    page = fine(as_operator("finance"), "Bakery")

    assert offered(page)[:2] == ["Bakery (bakery)", "Bakery (bakery-2)"]
    assert 'value="Bakery"' in page


@pytest.mark.parametrize(("route", "name"), FORMS.items())
def test_no_form_lists_every_shop(
    as_operator: SignedIn, bakeries: list[Vendor], route: str, name: str
):
    page = as_operator().get(reverse(route), follow=True).text

    assert f'name="{name}"' in page
    assert "bakeryland" not in page


def test_whole_lists_of_shops_are_written_one_a_line(
    as_operator: SignedIn, bakeries: list[Vendor]
):
    form = as_operator("finance").get(reverse("office-plan-new")).context["form"]
    field = form.fields["vendors"]

    assert field.clean("bakery\n\nBakeryland (bakeryland)\r\nbakery") == [
        bakeries[0],
        bakeries[2],
    ]
    assert field.prepare_value([bakeries[2].pk, bakeries[0].pk]) == (
        "Bakery (bakery)\nBakeryland (bakeryland)"
    )


def test_only_open_shops_take_part_in_a_campaign(
    as_operator: SignedIn, bakeries: list[Vendor]
):
    Vendor.objects.filter(handle="bakeryland").update(state=Vendor.State.SUSPENDED)

    page = as_operator("finance").post(
        reverse("office-promotion-new"), {"sellers": "bakery\nbakeryland"}
    )

    assert page.context["form"].errors["sellers"] == [
        "Bakeryland (bakeryland) does not sell now: take it out."
    ]


def test_the_search_names_a_few_the_exact_ones_first(
    as_operator: SignedIn, bakeries: list[Vendor], django_assert_max_num_queries
):
    for number in range(20):
        make_seller(f"A bakery {number}")

    page = as_operator("finance").get(reverse("office-shops"), {"q": "BAKERY"}).text
    nothing = as_operator("finance").get(reverse("office-shops"), {"q": " \0"}).text

    assert offered(page)[:4] == [
        "Bakery (bakery)",
        "Bakery (bakery-2)",
        "Bakeryland (bakeryland)",
        "A bakery 0 (a bakery 0)",
    ]
    assert len(offered(page)) == 20
    assert offered(nothing) == []
    with django_assert_max_num_queries(1):
        assert len(shops_to_name("bakery", most=3)) == 3


def test_a_link_to_the_form_brings_the_shop_along(
    as_operator: SignedIn, bakeries: list[Vendor]
):
    page = as_operator("finance").get(
        reverse("office-adjustments"), {"seller": "bakery-2"}
    )

    assert 'value="Bakery (bakery-2)"' in page.text
