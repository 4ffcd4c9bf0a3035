"""What sellers change waits for a look, and is held against what was there."""

import pytest
from django.core.files.base import ContentFile

from marketplace.shop.catalogue.models import Product
from marketplace.shop.catalogue.texts import texts_of
from tests.factories import UserFactory
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.backoffice.listings import (
    changed,
    decide,
    on_sale,
    page_of,
    proposed,
    send_again,
    undo,
)
from vendors.services.products import NotInReviewError

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("decision", "title", "pictures"),
    [("approve", "Rye, sliced", 1), ("refuse", "Rye", 0)],
)
def test_a_change_sells_on_as_it_was_until_it_is_approved(
    decision: str, title: str, pictures: int, as_operator: SignedIn
) -> None:
    rye = on_sale("Rye")
    picture = ContentFile(b"<svg/>", name="rye.svg")
    changed(rye, UserFactory.create(), title="Rye, sliced", pictures=[picture])
    rye.refresh_from_db()
    meanwhile = (rye.title, rye.is_public, rye.images.count())
    client = as_operator("moderator")

    decide(client, rye, decision, reason="As you like.")

    rye.refresh_from_db()
    assert meanwhile == ("Rye", True, 0)
    assert (rye.title, rye.is_public, rye.change) == (title, True, None)
    assert rye.images.count() == pictures
    assert rye.review_state == "approved"

    undo(client)

    rye.refresh_from_db()
    assert (rye.title, rye.change["title"], rye.images.count()) == (
        "Rye",
        "Rye, sliced",
        0,
    )


def test_words_in_another_language_wait_for_a_look_too(as_operator: SignedIn) -> None:
    rye = on_sale("Rye")
    french = {"fr": {"title": "Seigle", "description": "<p>Du pain.</p>"}}
    changed(rye, UserFactory.create(), texts=french)
    client = as_operator("moderator")
    before = texts_of(rye)

    page = client.get(page_of(rye))
    decide(client, rye, "approve")
    after = texts_of(rye)
    undo(client)

    assert [each.name for each in page.context["differences"].fields] == [
        "Title (Français)",
        "Text (Français)",
    ]
    assert (before, after, texts_of(rye)) == ({}, french, {})


def test_only_what_is_on_sale_and_says_something_else_is_changed() -> None:
    rye, rolls = on_sale("Rye"), proposed("Rolls")

    for product, title in ((rye, "Rye"), (rolls, "Rolls, soft")):
        with pytest.raises(NotInReviewError):
            changed(product, UserFactory.create(), title=title)

    assert not Product.objects.filter(change__isnull=False).exists()


def test_a_moderator_sees_word_by_word_what_changed(as_operator: SignedIn) -> None:
    rye = on_sale("Rye, dark", facts={"weight": 500})
    changed(
        rye,
        UserFactory.create(),
        title="Rye, like Poilâne, dark",
        facts={"weight": 750},
    )

    page = as_operator("moderator").get(page_of(rye))

    text = page.content.decode()
    assert "<ins>like Poilâne, </ins>" in text
    assert ("<del>500</del>" in text, "<ins>750</ins>" in text) == (True, True)
    assert "On sale now" in text
    assert [each.name for each in page.context["differences"].fields] == [
        "Title",
        "weight",
    ]


def test_a_mended_listing_is_held_against_what_was_sent_back(
    as_operator: SignedIn,
) -> None:
    rye, client = proposed("Rye"), as_operator("moderator")
    decide(client, rye, "refuse", reason="Say more.")
    send_again(rye, "Rye", "<p>Baked slowly at night.</p>")

    text = client.get(page_of(rye)).content.decode()

    assert "Baked <ins>slowly </ins>at night." in text
    assert "When it was decided" in text
