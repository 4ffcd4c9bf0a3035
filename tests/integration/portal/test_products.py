"""A product that the catalogue does not have: described, decided, mended."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from PIL import Image

from marketplace.accounts.models import User
from marketplace.db.models import CacheRow
from marketplace.flows.list_product import decide_product
from marketplace.shop.catalogue.models import (
    AttributeOption,
    AttributeOptionGroup,
    Product,
    ProductAttribute,
    ProductClass,
    ProductImage,
)
from marketplace.shop.catalogue.texts import texts_of
from marketplace.shop.partner.models import StockRecord
from tests.factories import CategoryFactory, ProductFactory
from tests.integration.portal.conftest import NOW, make_kind, picture
from tests.integration.portal.test_offers import EAN, OFFER, address
from tests.mortal import cached_in_one_that_dies
from vendors.models import Vendor

PRODUCT = {
    **OFFER,
    "title": "Notebook with a linen spine",
    "brand": "Bindery",
    "description": "Sewn by hand.\n\n<b>No</b> glue.",
    "ean": "400 6381 333931",
    "tax_class": "standard",
}


@pytest.fixture
def kind(db: None) -> ProductClass:
    """Books: pages, weight, ruling, and whether they are signed."""
    kind = make_kind()
    group = AttributeOptionGroup.objects.create(name="Ruling")
    for option in ("plain", "dotted"):
        AttributeOption.objects.create(group=group, option=option)
    rows = [
        ("pages", "integer", {}),
        ("weight", "float", {"unit": "g", "required": True}),
        ("ruling", "option", {"option_group": group}),
        ("signed", "boolean", {}),
        ("paper", "text", {}),
    ]
    for code, type_, more in rows:
        ProductAttribute.objects.create(
            product_class=kind, name=code.title(), code=code, type=type_, **more
        )
    return kind


FACTS = {
    "fact_pages": "160",
    "fact_weight": "212.5",
    "fact_ruling": "dotted",
    "fact_signed": "no",
    "fact_paper": "",
}


def test_a_new_product_goes_to_the_moderators_with_its_typed_attributes(
    owner: Client, kind: ProductClass, bindery: Vendor
):
    shelf = CategoryFactory.create(name="Paper")
    sent = {**PRODUCT, **FACTS, "category": shelf.pk, "pictures": picture()}

    answer = owner.post(address("portal-product-new"), sent)

    product = Product.objects.get()
    assert answer.url == address("portal-offers")
    assert product.facts == {
        "pages": 160,
        "weight": 212.5,
        "ruling": "dotted",
        "signed": False,
    }
    assert (product.review_state, product.is_public) == ("in_review", False)
    assert (
        product.description
        == "<p>Sewn by hand.</p>\n\n<p>&lt;b&gt;No&lt;/b&gt; glue.</p>"
    )
    assert product.identifiers.get().value == EAN
    assert [row.category for row in product.productcategory_set.all()] == [shelf]
    assert StockRecord.objects.get().product == product
    assert ProductImage.objects.get().original.name.endswith(".jpg")


def test_the_kind_decides_what_is_asked(owner: Client, kind: ProductClass):
    make_kind("Cups")

    choice = owner.get(address("portal-product-new")).content.decode()
    books = owner.get(
        address("portal-product-new"), {"kind": kind.slug}
    ).content.decode()
    cups = owner.get(address("portal-product-new"), {"kind": "cups"}).content.decode()

    assert "What kind of product is it?" in choice
    assert 'name="fact_weight"' in books
    assert 'name="fact_weight"' not in cups


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ean": "4006381333932"}, "its last digit does not fit"),
        ({"fact_weight": ""}, "This field is required."),
        ({"fact_weight": "heavy"}, "Enter a number."),
        ({"fact_pages": "1.5"}, "Enter a whole number."),
        ({"fact_pages": "9" * 30}, "less than or equal to"),
        ({"fact_ruling": "wavy"}, "Select a valid choice."),
        ({"title": "x" * 256}, "at most 255 characters"),
        ({"title": "A\0B book"}, "Null characters are not allowed."),
        ({"price": "cheap"}, "Enter an amount such as 24.90."),
        ({"category": "999999"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    owner: Client, kind: ProductClass, change: dict[str, str], words: str
):
    answer = owner.post(address("portal-product-new"), {**PRODUCT, **FACTS, **change})

    assert words in answer.content.decode()
    assert not Product.objects.exists()
    assert not StockRecord.objects.exists()


def broken(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("pot.png", content, "image/png")


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (broken(b"GIF89a" + b"\0" * 40), "“pot.png” is not a picture."),
        (broken(b"<?php echo 1;"), "“pot.png” is not a picture."),
        (broken(b"\x89PNG\r\n\x1a\n" + b"x" * 90), "“pot.png” is not a picture."),
        (picture(side=20), "“pot.png” is too small"),
        (broken(b"\0" * (8 * 1024 * 1024 + 1)), "“pot.png” is larger than 8 MB."),
    ],
)
def test_a_picture_that_is_none_says_so(
    owner: Client, kind: ProductClass, upload: SimpleUploadedFile, words: str
):
    upload.seek(0)
    sent = {**PRODUCT, **FACTS, "pictures": upload}

    answer = owner.post(address("portal-product-new"), sent)

    assert words in answer.content.decode()
    assert not Product.objects.exists()


def test_pictures_wait_while_the_rest_is_mended(owner: Client, kind: ProductClass):
    wrong = {**PRODUCT, **FACTS, "price": "", "pictures": picture("side.png")}
    page = owner.post(address("portal-product-new"), wrong).content.decode()
    number = page.split('name="kept" value="')[1].split('"')[0]

    owner.post(address("portal-product-new"), {**PRODUCT, **FACTS, "kept": number})

    assert "side.png" in page
    assert Product.objects.get().images.count() == 1


def test_a_kept_picture_is_of_its_shop_only(
    owner: Client, kind: ProductClass, browser_of
):
    wrong = {**PRODUCT, **FACTS, "price": "", "pictures": picture()}
    page = owner.post(address("portal-product-new"), wrong).content.decode()
    number = page.split('name="kept" value="')[1].split('"')[0]

    other = browser_of("other seller")
    answer = other.post(
        reverse("portal-product-new", kwargs={"handle": "bakery"}),
        {**PRODUCT, **FACTS, "kept": number},
    )

    assert number not in answer.content.decode()
    assert not Product.objects.exists()


def test_a_picture_that_waited_too_long_is_asked_for_again(
    owner: Client, kind: ProductClass
):
    wrong = {**PRODUCT, **FACTS, "price": "", "pictures": picture("side.png")}
    page = owner.post(address("portal-product-new"), wrong).content.decode()
    number = page.split('name="kept" value="')[1].split('"')[0]
    CacheRow.objects.update(expires_at=Now())
    right = {**PRODUCT, **FACTS, "kept": number}

    page = owner.post(address("portal-product-new"), right).content.decode()

    assert "Please choose the missing ones again." in page
    assert number not in page
    assert not Product.objects.exists()


def test_pictures_wait_whether_valkey_lives_or_not(
    owner: Client, kind: ProductClass, settings, tmp_path
):
    with cached_in_one_that_dies(settings, tmp_path / "state") as valkey:
        wrong = {**PRODUCT, **FACTS, "price": "", "pictures": picture("side.png")}
        page = owner.post(address("portal-product-new"), wrong).content.decode()
        number = page.split('name="kept" value="')[1].split('"')[0]
        valkey.kill()

        owner.post(address("portal-product-new"), {**PRODUCT, **FACTS, "kept": number})

    assert Product.objects.get().images.count() == 1


def test_metadata_of_a_picture_does_not_come_along(owner: Client, kind: ProductClass):
    drawn = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera of Bea"
    Image.new("RGB", (700, 700), "teal").save(drawn, "JPEG", exif=exif)
    upload = SimpleUploadedFile("pot.jpg", drawn.getvalue(), "image/jpeg")

    owner.post(address("portal-product-new"), {**PRODUCT, **FACTS, "pictures": upload})

    with ProductImage.objects.get().original.open("rb") as kept:
        assert b"Camera of Bea" not in kept.read()


def test_a_refused_product_shows_the_reason_and_is_mended(
    owner: Client, kind: ProductClass, anna: User
):
    owner.post(address("portal-product-new"), {**PRODUCT, **FACTS})
    product = Product.objects.get()
    decide_product(
        product=product,
        seen=product.version,
        is_approved=False,
        reason="Please leave the brand out of the title.",
        operator_id=anna.pk,
        now=NOW,
    )
    where = address("portal-product", public_id=product.public_id)

    page = owner.get(where).content.decode()
    mended = {**PRODUCT, **FACTS, "title": "Notebook", "fact_pages": "96"}
    answer = owner.post(where, {**mended, "pictures": picture()})

    product.refresh_from_db()
    assert "Please leave the brand out of the title." in page
    assert "Sewn by hand.\n\n&lt;b&gt;No&lt;/b&gt; glue.</textarea>" in page
    assert answer.status_code == 302
    assert (product.title, product.facts["pages"]) == ("Notebook", 96)
    assert product.review_state == "in_review"
    assert product.images.count() == 1


def test_a_product_says_what_it_is_in_other_languages_where_its_seller_does(
    owner: Client, kind: ProductClass
):
    words = {"title_fr": "Carnet", "text_fr": "Cousu.", "title_de": ""}

    owner.post(address("portal-product-new"), {**PRODUCT, **FACTS, **words})

    product = Product.objects.get()
    assert texts_of(product) == {
        "fr": {"title": "Carnet", "description": "<p>Cousu.</p>"}
    }


def test_a_text_in_another_language_needs_a_title(owner: Client, kind: ProductClass):
    words = {"title_fr": "", "text_fr": "Cousu."}

    page = owner.post(address("portal-product-new"), {**PRODUCT, **FACTS, **words})

    assert "Give it a title in this language, too." in page.content.decode()
    assert not Product.objects.exists()


def test_a_product_that_waits_cannot_be_changed(owner: Client, kind: ProductClass):
    owner.post(address("portal-product-new"), {**PRODUCT, **FACTS})
    product = Product.objects.get()
    where = address("portal-product", public_id=product.public_id)

    answer = owner.post(where, {**PRODUCT, **FACTS, "title": "Other"})

    product.refresh_from_db()
    assert answer.status_code == 200
    assert product.title == PRODUCT["title"]


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


def test_a_product_in_choices_is_sent_mended_and_given_more(
    owner: Client, kind: ProductClass, anna: User
):
    sent = {**CHOICES, **row(0, "laid", "plain", ean=EAN), **row(2, "laid", "dotted")}
    owner.post(address("portal-product-new"), {**sent, "pictures": picture()})
    family = Product.objects.get(structure="parent")
    small, big = family.children.order_by("pk")
    where = address("portal-product", public_id=family.public_id)
    waiting = owner.get(where).content.decode()
    said = {"operator_id": anna.pk, "now": NOW}
    decide_product(
        product=family, seen=family.version, is_approved=False, reason="Why?", **said
    )
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
    family.refresh_from_db()
    decide_product(
        product=family, seen=family.version, is_approved=True, reason="", **said
    )
    more = address("portal-choices", public_id=family.public_id)
    there = owner.get(more).content.decode()
    twin = owner.post(more, {**CHOICES, **row(0, "Wove", "dotted", sku="N-8")})
    owner.post(more, {**CHOICES, **row(0, "wove", "plain", sku="N-8")})

    assert "plain · laid" in waiting
    assert redirected.url == where
    assert f'value="{small.public_id}"' in page
    assert "dotted · wove" in there
    assert "This choice is there already" in twin.content.decode()
    assert list(
        Product.objects.order_by("pk").values_list("title", "review_state")
    ) == [
        (PRODUCT["title"], "approved"),
        (f"{PRODUCT['title']}, plain, laid", "approved"),
        (f"{PRODUCT['title']}, dotted, wove", "approved"),
        (f"{PRODUCT['title']}, plain, wove", "in_review"),
    ]


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
