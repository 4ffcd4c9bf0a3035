"""A product in choices: its rows typed, sent, mended, and more of them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from marketplace.accounts.models import User
from marketplace.db.models import Decision
from marketplace.flows.list_product import decide_product, reopen_product
from marketplace.shop.catalogue.models import Product, ProductClass
from tests.factories import ProductFactory
from tests.integration.portal.conftest import NOW, picture
from tests.integration.portal.listing import FACTS, PRODUCT
from tests.integration.portal.test_offers import EAN, address
from vendors.selectors.families import own_pictures
from vendors.services.products import NotInReviewError

CHOICES = {
    **{name: PRODUCT[name] for name in ("title", "brand", "description", "tax_class")},
    **FACTS,
    "condition": "new",
    "handling_days": "1",
    "axis": ["paper", "ruling"],
    "choice-TOTAL_FORMS": "3",
    "choice-INITIAL_FORMS": "0",
}


def row(number: int, paper: str, ruling: str, **more: str) -> dict[str, str]:
    said = {
        "value_paper": paper,
        "value_ruling": ruling,
        "sku": f"N-{number}",
        "price": "12.50",
        "stock": "4",
        **more,
    }
    return {f"choice-{number}-{name}": value for name, value in said.items()}


def test_rows_of_choices_are_listed_and_keep_what_was_typed(
    owner: Client, kind: ProductClass
):
    where = address("portal-product-new")
    listed = owner.post(
        where, {**PRODUCT, "title": "Kept", "axis": ["paper", ""], "do": "choices"}
    ).content.decode()
    longer = owner.post(
        where, {**CHOICES, **row(0, "laid", "plain"), "do": "row"}
    ).content.decode()
    single = owner.post(where, {**CHOICES, "do": "single"}).content.decode()

    assert 'value="Kept"' in listed
    assert 'name="choice-2-value_paper"' in listed
    assert 'name="fact_paper"' not in listed
    assert 'value="laid"' in longer
    assert 'name="choice-5-price"' in longer
    assert "needs your attention" not in listed + longer + single
    assert 'name="fact_paper"' in single


def test_as_many_pictures_as_the_rows_may_have_are_looked_at(
    owner: Client, kind: ProductClass
):
    count = 13
    sent = {**CHOICES, "choice-TOTAL_FORMS": str(count)}
    for number in range(count):
        sent |= row(number, f"laid {number}", "plain")
        sent[f"choice-{number}-pictures"] = [
            SimpleUploadedFile(f"{number}-{each}.jpg", b"none") for each in range(8)
        ]

    answer = owner.post(address("portal-product-new"), sent)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="laid 12"' in page
    assert "“12-7.jpg” is not a picture." in page


def decide(family: Product, moderator: User, *, is_approved: bool) -> Decision:
    family.refresh_from_db()
    return decide_product(
        product=family,
        seen=family.version,
        is_approved=is_approved,
        reason="" if is_approved else "Why?",
        operator_id=moderator.pk,
        now=NOW,
    )


def test_a_product_in_choices_is_sent_and_mended(
    owner: Client, kind: ProductClass, anna: User
):
    sent = {**CHOICES, **row(0, "laid", "plain", ean=EAN), **row(2, "laid", "dotted")}
    owner.post(address("portal-product-new"), {**sent, "pictures": picture()})
    family = Product.objects.get(structure="parent")
    small, big = family.children.order_by("pk")
    where = address("portal-product", public_id=family.public_id)
    waiting = owner.get(where).content.decode()
    decide(family, anna, is_approved=False)
    redirected = owner.get(address("portal-product", public_id=big.public_id))
    page = owner.get(where).content.decode()
    mended = {
        **CHOICES,
        "choice-INITIAL_FORMS": "2",
        **row(0, "laid", "plain", child=small.public_id, ean=EAN),
        **row(1, "laid", "dotted", child=big.public_id, DELETE="on"),
        **row(2, "wove", "dotted", sku="N-7"),
    }
    owner.post(where, mended)

    assert "plain · laid" in waiting
    assert redirected.url == where
    assert f'value="{small.public_id}"' in page
    assert set(family.children.values_list("title", "review_state")) == {
        (f"{PRODUCT['title']}, plain, laid", "in_review"),
        (f"{PRODUCT['title']}, dotted, wove", "in_review"),
    }


def test_a_product_in_choices_is_given_more(
    owner: Client, kind: ProductClass, anna: User
):
    sent = {**CHOICES, **row(0, "laid", "plain"), **row(1, "wove", "dotted")}
    owner.post(address("portal-product-new"), {**sent, "pictures": picture()})
    family = Product.objects.get(structure="parent")
    decide(family, anna, is_approved=True)
    more = address("portal-choices", public_id=family.public_id)

    there = owner.get(more).content.decode()
    twin = owner.post(more, {**CHOICES, **row(0, "Wove", "dotted", sku="N-8")})
    wrong = owner.post(
        more,
        {
            **CHOICES,
            **row(0, "wove", "plain", sku=""),
            "choice-0-pictures": picture("wove.png"),
        },
    ).content.decode()
    kept = re.search(r'name="choice-0-kept" value="([^"]+)"', wrong)
    owner.post(
        more,
        {
            **CHOICES,
            **row(0, "wove", "plain", sku="N-8"),
            "choice-0-kept": kept[1],
        },
    )
    added = family.children.get(review_state="in_review")

    assert "dotted · wove" in there
    assert "This choice is there already" in twin.content.decode()
    assert added.title == f"{PRODUCT['title']}, plain, wove"
    assert own_pictures(family) == {added.pk: [added.images.get()]}
    assert family.images.get().original.name not in {
        each.original.name for each in added.images.all()
    }


def test_a_choice_on_sale_is_given_pictures_that_somebody_looks_at(
    owner: Client, kind: ProductClass, anna: User
):
    sent = {**CHOICES, **row(0, "laid", "plain"), **row(1, "wove", "dotted")}
    owner.post(address("portal-product-new"), {**sent, "pictures": picture()})
    family = Product.objects.get(structure="parent")
    published = decide(family, anna, is_approved=True)
    child = family.children.order_by("pk")[0]
    (shared,) = child.images.all()
    where = address("portal-product", public_id=child.public_id)

    none = owner.post(where, {}).content.decode()
    owner.post(where, {"pictures": picture("laid.png")})
    with pytest.raises(NotInReviewError):
        reopen_product(published, operator_id=anna.pk, now=NOW)
    listed = owner.get(address("portal-product", public_id=family.public_id))
    child.refresh_from_db()
    before = own_pictures(family)
    decision = decide(child, anna, is_approved=True)
    after = own_pictures(family)
    reopen_product(decision, operator_id=anna.pk, now=NOW)

    assert "Choose a picture first." in none
    assert "Change in review" in listed.content.decode()
    assert before == {}
    assert [len(images) for images in after.values()] == [1]
    assert [each.original.name for each in child.images.all()] == [shared.original.name]
    child.refresh_from_db()
    assert child.change is not None


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row(0, "laid", "plain")], "Describe at least two choices"),
        ([row(0, "a", "plain"), row(1, "A", "plain")], "Choice 1 has the same values"),
        ([row(0, "a", "plain"), row(2, "b", "")], "This field is required."),
        ([row(0, "a", "plain"), row(1, "b", "plain", sku="N-0")], "1 has the same:"),
        ([row(0, "a", "plain"), row(1, "b", "plain", ean=EAN)], "Offer this"),
    ],
)
def test_wrong_choices_say_what_to_do_and_lose_nothing(
    owner: Client, kind: ProductClass, rows: list[dict[str, str]], words: str
):
    known = ProductFactory.create(title="Known", ean=EAN)
    sent = CHOICES
    for each in rows:
        sent = {**sent, **each}

    page = owner.post(address("portal-product-new"), sent).content.decode()

    assert words in page
    assert 'value="12.50"' in page
    assert list(Product.objects.all()) == [known]
