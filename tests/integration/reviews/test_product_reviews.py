"""Reviews of products: who may write one, what it shows, who finds it helpful."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from marketplace.accounts.models import User
from marketplace.flows.review_product import review_product
from reviews.models import ModerationCase, ProductReview
from reviews.services.authors import forget_author
from reviews.services.reviews import Opinion, VoteRefusedError, find_helpful
from tests.integration.sale import Sale, make_user, moment
from vendors.models import VendorOrder, VendorOrderLine

NOW = moment("2026-11-25 10:00")


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def received(sale: Sale) -> Sale:
    VendorOrder.objects.update(state=VendorOrder.State.RECEIVED, received_at=NOW)
    VendorOrderLine.objects.update(shipped_quantity=1)
    return sale


@pytest.fixture
def anna_signed_in(anna: User, client: Client) -> Client:
    client.force_login(anna)
    return client


def photo(name: str = "loaf.jpg") -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (80, 60), "tan").save(drawn, "JPEG")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/jpeg")


def address(sale: Sale) -> str:
    return reverse("order-review", args=[sale.order.number, 1, sale.lines[0].pk])


def write(sale: Sale, **more: object) -> ProductReview:
    said = {"score": 4, "text": "Crisp.", "user_id": sale.order.user_id, **more}
    return review_product(line=sale.lines[0], opinion=Opinion(**said), now=NOW)


def product_page(client: Client, review: ProductReview, query: str = "") -> str:
    found = client.get(f"{review.product.get_absolute_url()}{query}")
    return found.content.decode()


def test_a_buyer_reviews_what_they_have_received_with_photos(
    received: Sale, anna_signed_in: Client
):
    order = reverse("order", args=[received.order.number])
    asked = anna_signed_in.get(order).content.decode()
    form = {"note": "5", "title": "Crisp", "text": "Gone by noon.", "photos": photo()}

    answer = anna_signed_in.post(address(received), form, follow=True)
    again = anna_signed_in.post(address(received), {**form, "photos": photo()})

    review = ProductReview.objects.get()
    assert "Rate this product" in asked
    assert "Your review stands on the page." in answer.text
    assert again.url == order
    page = product_page(anna_signed_in, review)
    assert review.photos.get().image.url in page
    for words in ("Bought here", "Gone by noon.", "With photos (1)", "1 review"):
        assert words in page
    # One five among five usual fours.
    assert (review.product.rating, review.product.review_count) == (4.17, 1)
    assert address(received) not in anna_signed_in.get(order).content.decode()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": "Crisp."}, "Choose one to five stars."),
        ({"note": "5", "text": " "}, "Say in a few words what you think of it."),
        ({"note": "5", "text": "x" * 2001}, "at most 2000 characters"),
        (
            {"note": "5", "text": "Yes", "photos": [photo() for _ in range(5)]},
            "Add at most 4 photos.",
        ),
        (
            {"note": "5", "text": "Yes", "photos": SimpleUploadedFile("a.jpg", b"x")},
            "is not a picture",
        ),
    ],
)
def test_a_review_that_is_none_says_what_to_do(
    received: Sale, anna_signed_in: Client, form: dict[str, object], words: str
):
    answer = anna_signed_in.post(address(received), form)

    assert words in answer.text
    assert not ProductReview.objects.exists()


def test_nothing_is_reviewed_before_it_is_received(sale: Sale, anna_signed_in: Client):
    answer = anna_signed_in.post(address(sale), {"note": "5", "text": "Yes"})

    assert answer.url == reverse("order", args=[sale.order.number])
    assert not ProductReview.objects.exists()


def test_what_leads_elsewhere_waits_unseen(received: Sale, anna_signed_in: Client):
    review = write(received, text="Half the price at www.bread.example")

    page = product_page(anna_signed_in, review)
    own = anna_signed_in.get(reverse("account-reviews")).content.decode()

    assert "www.bread.example" not in page
    assert "Waits for a moderator" in own
    assert ModerationCase.objects.get().is_held
    review.product.refresh_from_db()
    assert (review.product.rating, review.product.review_count) == (None, 0)


def test_readers_pick_by_stars_and_find_helpful_once(received: Sale, client: Client):
    review = write(received, title="Good crust", author_name="Anna P.")
    client.force_login(make_user("boris"))
    where = reverse("review-helpful", args=[review.public_id])

    answer = client.post(f"{where}?sort=newest&x=1", {"helpful": "yes"})
    client.post(where, {"helpful": "yes"})

    review.refresh_from_db()
    assert review.total_votes == 1
    assert answer.url.endswith(f"?sort=newest#{review.public_id}")
    assert 'value="no" aria-pressed="true"' in product_page(client, review)
    assert "Good crust" in product_page(client, review, "?stars=4&sort=lowest")
    assert "No review like that." in product_page(client, review, "?stars=5")
    client.post(where, {"helpful": "no"})
    review.refresh_from_db()
    assert review.total_votes == 0
    with pytest.raises(VoteRefusedError):
        find_helpful(
            review_id=review.pk, user_id=received.order.user_id, is_helpful=True
        )


def test_the_words_outlive_the_account(received: Sale, anna: User, client: Client):
    review = write(received, author_name="Anna P.")
    assert "Anna P." in product_page(client, review)

    forget_author(user_id=anna.pk)
    client.force_login(make_user("boris"))

    page = product_page(client, review)
    assert "A former buyer" in page
    assert "Anna P." not in page
