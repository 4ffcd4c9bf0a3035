"""Somebody waits for a thing: tell them once, when it is back or costs less."""

from datetime import datetime

from django.db import transaction

from marketplace.db import limits
from marketplace.flows.mail import Mail, post
from marketplace.shop.alerts import services
from marketplace.shop.alerts.selectors import Found
from marketplace.shop.alerts.services import Asked

_PER_ALERT = limits.Limit(most=1, seconds=24 * 3600, is_strict=True)


@transaction.atomic
def save_alert(asked: Asked, *, email: str, is_confirmed: bool, now: datetime) -> None:
    """Keep an alert for an address, and ask the address whether it wants that.

    Nothing tells whoever calls whether the address was known: it may be anybody's, and
    is asked about a thing once a day. Raises TrueAlreadyError, and TooManyAlertsError
    for a confirmed one.
    """
    row = services.save(asked, email=email, is_confirmed=is_confirmed, now=now)
    if row is not None and _may_ask(row.pk, now):
        post(Mail.ALERT_CONFIRM, alert=row.pk, now=now)


@transaction.atomic
def tell_of_offer(*, found: Found, now: datetime) -> bool:
    """Write to whoever waits for what was found; once.

    Returns whether a mail was written.
    """
    if not services.mark_told(key=found.alert_id, now=now):
        return False
    offer = found.offer
    words = {
        "price_minor": offer.price.minor,
        "currency": offer.price.currency,
        "seller": offer.seller.name,
    }
    post(Mail.ALERT_FOUND, alert=found.alert_id, words=words, now=now)
    return True


def _may_ask(key: int, now: datetime) -> bool:
    used = limits.take(name="alert-ask", who=str(key), limit=_PER_ALERT, now=now)
    return used.is_allowed
