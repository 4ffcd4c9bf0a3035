"""The webhooks of a shop: one works, one has been out of order since yesterday."""

from datetime import datetime, timedelta

from django.conf import settings

from marketplace.demo.load.people import People, owner_email
from marketplace.demo.load.shops import Shops
from marketplace.demo.receiver import BROKEN, WORKS
from marketplace.flows.keep_webhooks import make_webhook, note_answer
from vendors.gateway.webhooks import AddressFaultError, Answer, parts_of
from vendors.models import VendorOrder, WebhookEvent
from vendors.services.webhook_news import send_test, tell
from vendors.services.webhook_sending import take, write_body
from vendors.services.webhooks import WebhookTerms

_SHOP = "brume"
_MADE = timedelta(days=40)
_BROKEN_SINCE, _TESTED = timedelta(hours=30), timedelta(hours=2)
_MOMENT = timedelta(seconds=2)
_MOST_ORDERS, _EVENTS = 30, WebhookEvent
_WEBHOOKS = (
    (
        "Parcel labels",
        WORKS,
        (_EVENTS.ORDER_PAID, _EVENTS.ORDER_CANCELLED, _EVENTS.PROBLEM_OPENED),
    ),
    ("The old till", BROKEN, (_EVENTS.ORDER_PAID, _EVENTS.OFFER_SOLD_OUT)),
)
_TAKEN = Answer(200, "Thank you.", took_ms=84)
_CLOSED = Answer(503, "Closed for repairs.", took_ms=31)


def write_systems(shops: Shops, people: People, *, now: datetime) -> int:
    """Let two systems of a shop have heard of its last orders; say of how many.

    None where the market's own address is not one that webhooks may go to.
    """
    try:
        parts_of(settings.PUBLIC_URL)
    except AddressFaultError:
        return 0
    vendor, owner = shops[_SHOP], people.by_email[owner_email(_SHOP)]
    labels, till = (
        make_webhook(
            vendor=vendor,
            terms=WebhookTerms(
                name=name,
                address=f"{settings.PUBLIC_URL}/demo/webhooks/{system}/",
                events=events,
            ),
            user_id=owner.pk,
            now=now - _MADE,
        )
        for name, system, events in _WEBHOOKS
    )
    paid = VendorOrder.objects.filter(vendor=vendor, paid_at__gt=now - _MADE)
    parts = sorted(paid.order_by("-paid_at", "-pk")[:_MOST_ORDERS], key=_paid_at)
    for part in parts:
        at = _paid_at(part)
        tell(_EVENTS.ORDER_PAID, vendor_id=vendor.pk, part=part.pk, now=at)
        _deliver(till.pk, at + _MOMENT, ends=now - _BROKEN_SINCE)
    for webhook in (labels, till):
        send_test(webhook=webhook, now=now - _TESTED)
    _deliver(till.pk, now - _TESTED, ends=now - _BROKEN_SINCE)
    return len(parts)


def _deliver(till_id: int, at: datetime, *, ends: datetime) -> None:
    """Let each take what is due then; since `ends` the till takes nothing."""
    for sending in take(limit=len(_WEBHOOKS), now=at):
        write_body(sending)
        is_closed = sending.webhook_id == till_id and at > ends
        note_answer(sending=sending, answer=_CLOSED if is_closed else _TAKEN, now=at)


def _paid_at(part: VendorOrder) -> datetime:
    return part.paid_at or part.placed_at
