"""What a seller is told with a decision: what is missing, and ready sentences."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from marketplace.db.models import AuditEvent
from marketplace.shop.catalogue.models import Product, ProductClass
from tests.factories import NOW, ProductFactory, seller
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.backoffice.test_queues import applicant, decide
from vendors.models import Application, Vendor

pytestmark = pytest.mark.django_db
__all__ = ["applicant"]


def test_what_is_missing_is_kept_and_read_by_the_seller_in_their_language(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    answer = decide(
        as_operator("moderator"), applicant, "ask", "Thank you.", ["page", "vat"]
    )

    asked = Application.objects.get(vendor=applicant)
    assert answer.status_code == 302
    assert (asked.missing, asked.reason) == (["page", "vat"], "Thank you.")
    assert asked.answer == (
        "A page cannot be read. Please send all of it again."
        " The VAT number is not valid. Please check it.\nThank you."
    )
    with override("de"):
        assert asked.answer.startswith("Eine Seite ist nicht lesbar.")
    assert AuditEvent.objects.get().details == {"missing": ["page", "vat"]}


def test_a_yes_leaves_out_what_was_ticked(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    decide(as_operator("moderator"), applicant, "approve", "Welcome.", ["page"])

    asked = Application.objects.get(vendor=applicant)
    assert (asked.state, asked.missing, asked.answer) == ("approved", [], "Welcome.")


def test_a_sentence_is_reason_enough_and_a_yes_leaves_it_out(
    as_operator: SignedIn,
) -> None:
    partner, goods = seller("Bakery"), ProductClass.objects.create(name="Goods")
    rye, rolls = (
        ProductFactory.create(
            title=title,
            is_public=False,
            review_state="in_review",
            submitted_by=partner,
            submitted_at=NOW,
            product_class=goods,
        )
        for title in ("Rye", "Rolls")
    )
    client = as_operator("moderator")

    for product, decision in [(rye, "refuse"), (rolls, "approve")]:
        client.post(
            reverse("office-product", args=[product.public_id]),
            {
                "decision": decision,
                "seen": product.version,
                "sentences": ["forbidden"],
            },
        )

    reasons = dict(Product.objects.values_list("title", "review_reason"))
    assert reasons == {"Rye": "This product may not be sold here.", "Rolls": ""}


def test_a_sentence_that_nobody_offers_is_refused(
    applicant: Vendor, as_operator: SignedIn
) -> None:
    answer = as_operator("moderator").post(
        reverse("office-application", args=[applicant.public_id]),
        {"decision": "refuse", "sentences": ["nonsense"]},
    )

    applicant.application.refresh_from_db()
    assert answer.status_code == 422
    assert applicant.application.state == Application.State.SUBMITTED
