"""A product that the catalogue does not have: described, decided, mended."""

import re
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
    Product,
    ProductClass,
    ProductImage,
)
from marketplace.shop.catalogue.texts import texts_of
from marketplace.shop.partner.models import StockRecord
from tests.factories import CategoryFactory, ProductFactory
from tests.integration.portal.conftest import NOW, make_kind, picture
from tests.integration.portal.listing import FACTS, PRODUCT
from tests.integration.portal.test_offers import EAN, address
from tests.mortal import cached_in_one_that_dies
from vendors.models import Vendor


def test_no_kind_is_chosen_beforehand_and_the_one_of_none_is_last(
    owner: Client, kind: ProductClass
):
    ProductClass.objects.create(name="Goods", slug="goods")

    page = owner.get(address("portal-product-new")).text

    options = re.findall(r'<option value="([^"]*)">([^<]+)', page)
    assert options[0] == ("", "Choose one")
    assert options[-1] == ("goods", "None of these")


def test_the_shelf_of_a_kind_is_proposed(owner: Client, kind: ProductClass):
    make_kind("Cups")
    shelves = [CategoryFactory.create(name=name) for name in ("Desk", "Paper")]
    for shelf, many in zip(shelves, (1, 2), strict=True):
        for _ in range(many):
            ProductFactory.create(product_class=kind).categories.set([shelf])

    pages = [
        owner.get(address("portal-product-new"), {"kind": slug})
        for slug in (kind.slug, "cups")
    ]

    assert [page.context["form"]["category"].value() for page in pages] == [
        shelves[1].pk,
        None,
    ]


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
