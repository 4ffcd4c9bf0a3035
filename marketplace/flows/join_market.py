"""A seller joins: sends the application, and the platform decides."""

from datetime import datetime

from django.db import transaction

from marketplace.db import audit, outbox
from search import services as search
from vendors.models import Application, Vendor
from vendors.services import application as applications
from vendors.services import shop


@transaction.atomic
def submit_application(*, vendor: Vendor, user_id: int, now: datetime) -> Application:
    """Send a shop's application to the operators.

    Raises ApplicationIncompleteError naming what is missing, NotDecidableError when it
    was sent already.
    """
    application = applications.submit_application(vendor=vendor, now=now)
    audit.record("application.submitted", subject=vendor, actor_id=user_id, now=now)
    return application


@transaction.atomic
def decide_application(
    *,
    application: Application,
    decision: Application.State,
    reason: str,
    operator_id: int,
    now: datetime,
) -> Application:
    """Approve a shop, refuse it, or ask for more; the seller gets a mail.

    Locks the application. Raises NotDecidableError when it was decided meanwhile, or a
    refusal or question has no reason.
    """
    application = applications.decide_application(
        application=application,
        decision=decision,
        reason=reason,
        operator_id=operator_id,
        now=now,
    )
    vendor = application.vendor
    audit.record(
        f"application.{decision}",
        subject=vendor,
        actor_id=operator_id,
        reason=reason,
        now=now,
    )
    outbox.emit(
        topic="mail",
        key=f"application.decided:{vendor.public_id}:{now.isoformat()}",
        payload={"kind": "application_decided", "vendor": vendor.pk},
        now=now,
    )
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)
    return application


@transaction.atomic
def suspend_shop(
    *, vendor: Vendor, reason: str, operator_id: int, now: datetime
) -> None:
    """Take a shop's offers out of buy box, search and baskets at once; orders go on.

    Locks the shop. Raises ShopStateError unless it is open.
    """
    shop.suspend(vendor=vendor)
    audit.record(
        "vendor.suspended",
        subject=vendor,
        actor_id=operator_id,
        reason=reason,
        now=now,
    )
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


@transaction.atomic
def reinstate_shop(
    *, vendor: Vendor, reason: str, operator_id: int, now: datetime
) -> None:
    """Put a suspended shop back on sale. Locks it; raises ShopStateError."""
    shop.reinstate(vendor=vendor)
    audit.record(
        "vendor.reinstated",
        subject=vendor,
        actor_id=operator_id,
        reason=reason,
        now=now,
    )
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)
