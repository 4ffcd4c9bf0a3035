"""What stands behind the addresses of one shop: its team, delivery, goods, imports."""

from django.core.files.base import ContentFile

from marketplace.db import clock
from marketplace.shop.catalogue.models import Product
from tests.factories import (
    AttributeFactory,
    CategoryFactory,
    ProductFactory,
    RateFactory,
    WebhookFactory,
    ZoneFactory,
)
from tests.integration.access.office import NOW
from tests.integration.portal.conftest import make_kind
from tests.integration.sale import PLACED_AT
from vendors.models import ApplicationFile, ImportJob, OfficeAnswer, Vendor
from vendors.selectors.team import token_of as invitation_token
from vendors.services.answers import save_answer
from vendors.services.team import invite
from vendors.services.webhook_news import send_test

Known = dict[str, dict[str, object]]


def of_the_shop(bindery: Vendor) -> Known:
    """Give the shop a zone with a rate, a saved answer and somebody who is asked."""
    zone = ZoneFactory.create(partner=bindery.partner)
    rate = RateFactory.create(zone=zone)
    answer = save_answer(vendor=bindery, title="Soon", text="Today.", now=NOW)
    members = bindery.members.order_by("pk")
    asked = invite(
        vendor=bindery,
        email="new.hand@example.org",
        role="orders",
        user_id=members[0].user_id,
        now=NOW,
    )
    token = bindery.api_tokens.order_by("pk")[0]
    there: dict[str, object] = {"zone_id": zone.pk}
    return {
        **_each({"handle": "bindery"}, "seller", "office-seller"),
        **_each({"handle": "bindery"}, "office-seller-note", "office-seller-reserve"),
        "office-seller-reserve-end": {"handle": "bindery"},
        **_of_application(bindery),
        "portal-token-revoke": {"public_id": token.public_id},
        **_of_a_webhook(bindery),
        **_each(
            {"member_id": members.last().pk}, "portal-team-leave", "portal-team-role"
        ),
        **_each({"answer_id": answer.pk}, "portal-answer", "portal-answer-remove"),
        "portal-team-take-back": {"public_id": asked.public_id},
        "team-join": {"token": invitation_token(asked)},
        **_each(there, "portal-settings-zone", "portal-settings-zone-remove"),
        "portal-settings-rate-new": there,
        **_each(
            {**there, "rate_id": rate.pk},
            "portal-settings-rate",
            "portal-settings-rate-remove",
        ),
    }


def _of_application(bindery: Vendor) -> Known:
    """Let the shop have sent a paper with its application."""
    paper = ApplicationFile.objects.create(
        application=bindery.application, name="report.pdf", size=9, added_at=NOW
    )
    paper.file.save("report.pdf", ContentFile(b"%PDF-%%EOF"))
    shop: dict[str, object] = {"public_id": bindery.public_id}
    said = OfficeAnswer.objects.create(title="Soon", text="Today.", changed_at=NOW)
    return {
        **_each({"answer_id": said.pk}, "office-answer", "office-answer-remove"),
        "office-application": shop,
        "office-application-file": {**shop, "file_id": paper.public_id},
        "portal-application-file": {"public_id": paper.public_id},
    }


def _of_a_webhook(bindery: Vendor) -> Known:
    """Let a system of the shop's have waited for a test."""
    webhook = WebhookFactory.create(vendor=bindery)
    delivery = send_test(webhook=webhook, now=NOW)
    there: dict[str, object] = {"public_id": webhook.public_id}
    return {
        **_each(
            there,
            *("portal-webhook", "portal-webhook-switch", "portal-webhook-test"),
            *("portal-webhook-secret", "portal-webhook-remove"),
        ),
        "portal-webhook-again": {"public_id": delivery.public_id},
    }


def of_its_goods(bindery: Vendor) -> Known:
    """Let the shop propose a lamp, and have imported a sheet; there is a shelf."""
    shelf = CategoryFactory.create(name="Paper")
    kind = make_kind()
    AttributeFactory.create(product_class=kind, name="Binding")
    proposed = ProductFactory.create(
        title="Paper lamp",
        submitted_by=bindery.partner,
        submitted_at=PLACED_AT,
        review_state=Product.Review.IN_REVIEW,
        is_public=False,
    )
    job = ImportJob.objects.create(
        vendor=bindery,
        file_name="spring.csv",
        created_at=PLACED_AT,
        state=ImportJob.State.FINISHED,
        finished_at=clock.now(),
        offers_updated=1,
    )
    family = ProductFactory.create(title="Lamp", structure=Product.PARENT)
    for shade in ("Amber", "Moss"):
        ProductFactory.create(
            title=f"Lamp, {shade}",
            structure=Product.CHILD,
            parent=family,
            choice={"shade": shade},
        )
    return {
        "portal-choices": {"public_id": family.public_id},
        "category": {"path": shelf.full_slug},
        **_each(
            {"public_id": shelf.public_id}, "office-category", "office-category-guide"
        ),
        "office-kind": {"slug": kind.slug},
        **_each({"public_id": proposed.public_id}, "office-product", "portal-product"),
        **_each(
            {"public_id": job.public_id},
            *("office-import-approve", "portal-import-job"),
            *("portal-import-errors", "portal-import-undo"),
        ),
    }


def _each(there: dict[str, object], *names: str) -> Known:
    return dict.fromkeys(names, there)
