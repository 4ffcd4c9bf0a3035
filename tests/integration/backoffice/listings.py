"""Listings that wait for a look, and what moderators and sellers do about them."""

from datetime import datetime

from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db.models import Decision
from marketplace.flows.list_product import propose_change
from marketplace.shop.catalogue.models import Product, ProductClass
from tests.factories import NOW, seller
from tests.factories import ProductFactory as Made
from vendors.services.products import Words, resubmit_product


def proposed(title: str, shop: str = "Bakery", **more: object) -> Product:
    goods, _ = ProductClass.objects.get_or_create(name="Goods")
    known = Product.objects.filter(submitted_by__name=shop).first()
    row = {
        "is_public": False,
        "review_state": "in_review",
        "submitted_by": known.submitted_by if known else seller(shop),
        "submitted_at": NOW,
        "product_class": goods,
        "description": "<p>Baked at night.</p>",
        **more,
    }
    return Made.create(title=title, **row)


def on_sale(title: str, **more: object) -> Product:
    return proposed(title, is_public=True, review_state="approved", **more)


def page_of(product: Product, query: str = "") -> str:
    return reverse("office-product", args=[product.public_id]) + query


def decide(
    client: Client, product: Product, decision: str, query: str = "", **more: object
):
    sent = {"decision": decision, "seen": product.version, **more}
    return client.post(page_of(product, query), sent)


def box_of(product: Product) -> str:
    """Return what a tick in the list sends."""
    return f"{product.public_id}@{product.version}"


def undo(client: Client, **more: str):
    newest = Decision.objects.order_by("-pk").first()
    assert newest is not None
    return client.post(
        reverse("office-undo"), {"batch": str(newest.batch), **more}, follow=True
    )


def states() -> dict[str, str]:
    return dict(Product.objects.values_list("title", "review_state"))


def changed(
    product: Product, user: User, now: datetime = NOW, **words: object
) -> Product:
    said = {
        "title": product.title,
        "description": product.description,
        "brand": product.brand,
        "facts": product.facts,
        **words,
    }
    return propose_change(
        product=product, words=Words(**said), user_id=user.pk, now=now
    )


def send_again(product: Product, title: str, description: str = "") -> None:
    """Mend what was sent back, as its seller does."""
    words = Words(title=title, description=description, brand="", facts={})
    resubmit_product(product=product, words=words, now=NOW)
