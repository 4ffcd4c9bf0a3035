"""Everything exactly once: what people did, our books, and Stripe's, one by one."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import requests
from django.conf import settings
from django.db.models import Count, F, Sum

from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import StockRecord
from payouts.models import (
    CommandKind,
    CommandState,
    Document,
    DocumentKind,
    LedgerTransaction,
    MoneyCommand,
    PaymentAttempt,
    PaymentStatus,
    RefundRequest,
    RefundState,
    Settlement,
    StripeEvent,
    TransferReversal,
    TransferState,
    VendorTransfer,
)
from tests.crashes.acts import BROKEN
from tests.crashes.diary import Diary
from tests.crashes.town import STOCK, Town
from vendors.models import Parcel, VendorOrder, VendorOrderLine

_CAPTURED = (PaymentStatus.SUCCEEDED, PaymentStatus.RETURNED)


def at_stripe(path: str, **asked: object) -> Iterator[dict[str, Any]]:
    """Yield all objects of a list at Stripe."""
    address = f"{settings.STRIPE_API_BASE}{path}"
    headers = {"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}"}
    after: dict[str, str] = {}
    while True:
        answer = requests.get(
            address,
            params={"limit": 100, **asked, **after},
            headers=headers,
            timeout=30,
        ).json()
        yield from answer["data"]
        if not answer["has_more"]:
            return
        after = {"starting_after": answer["data"][-1]["id"]}


def check_orders(diary: Diary) -> None:
    """Each purchase is one order at the price that was agreed to, each paid once."""
    bought = Order.objects.values_list("basket_id", flat=True)
    assert sorted(bought) == sorted(diary.purchases)
    due = PaymentAttempt.objects.values_list("order__basket_id", "amount_minor")
    assert dict(due) == diary.purchases
    assert due.count() == len(diary.purchases)

    charges = [one for one in at_stripe("/v1/charges") if one["paid"]]
    captured = PaymentAttempt.objects.filter(status__in=_CAPTURED)
    assert {one["id"]: one["amount"] for one in charges} == dict(
        captured.values_list("charge_id", "amount_minor")
    )
    assert Counter(one["metadata"]["order"] for one in charges) == Counter(
        captured.values_list("order__public_id", flat=True)
    )
    paid = {pk for pk, outcome in diary.outcomes.items() if outcome == "paid"}
    assert paid == set(captured.values_list("order_id", flat=True))
    kept = captured.filter(status=PaymentStatus.SUCCEEDED)
    assert set(Order.objects.filter(status=Order.PAID)) == {one.order for one in kept}
    assert not Order.objects.filter(status=Order.PENDING).exists()


def check_refunds(diary: Diary) -> None:
    """Each refund that a page confirmed was made once, each that it declined never."""
    requests_made = RefundRequest.objects.exclude(state=RefundState.REFUSED)
    tokens = Counter(requests_made.values_list("token", flat=True))
    assert tokens.keys() >= set(diary.given)
    assert not set(diary.refused) & tokens.keys()
    asked = {one for one in tokens if one.startswith(("refund:", "goodwill:"))}
    assert asked <= {*diary.given, *diary.wished}
    gone = VendorOrder.objects.filter(state=VendorOrder.State.CANCELLED)
    assert not gone.filter(
        paid_at__isnull=False,
        settlement__refunded_gross_minor__lt=F("settlement__gross_minor"),
    ).exists()

    made = list(at_stripe("/v1/refunds"))
    booked = requests_made.filter(state=RefundState.REFUNDED, cash_minor__gt=0)
    assert {one["id"]: one["amount"] for one in made} == dict(
        booked.values_list("stripe_id", "cash_minor")
    )
    assert Counter(one["metadata"]["command"] for one in made) == Counter(
        booked.values_list("command__natural_key", flat=True)
    )


def check_transfers() -> None:
    """Each transfer and each reversal was made once, of what the settlement says."""
    made = list(at_stripe("/v1/transfers"))
    done = VendorTransfer.objects.filter(state=TransferState.DONE)
    assert {one["id"]: (one["amount"], one["amount_reversed"]) for one in made} == {
        row.stripe_id: (row.sent_minor, row.reversed_minor) for row in done
    }
    assert Counter(one["metadata"]["command"] for one in made) == Counter(
        done.values_list("command__natural_key", flat=True)
    )
    assert not VendorTransfer.objects.exclude(state=TransferState.DONE).exists()

    back = [
        one
        for transfer in made
        for one in at_stripe(f"/v1/transfers/{transfer['id']}/reversals")
        if transfer["amount_reversed"]
    ]
    reversals = TransferReversal.objects.filter(state=TransferState.DONE)
    assert {one["id"]: one["amount"] for one in back} == dict(
        reversals.values_list("stripe_id", "sent_minor")
    )
    for row in Settlement.objects.filter(transferred_at__isnull=False).annotate(
        sent=Sum("transfers__amount_minor")
    ):
        assert row.sent <= row.payable_minor, row


def check_commands() -> None:
    """Nothing waits, nothing was given up that somebody wanted."""
    finished = Counter(MoneyCommand.objects.values_list("kind", "state"))
    done = {CommandState.DONE}
    may_be = {
        # A page that nobody saw, or that Stripe was asked for too late; and the closing
        # of one that was just paid.
        CommandKind.OPEN_SESSION: {
            *done,
            CommandState.WITHDRAWN,
            CommandState.FAILED,
        },
        CommandKind.EXPIRE_SESSION: {*done, CommandState.FAILED},
        # What a seller's balance does not cover becomes their debt.
        CommandKind.REVERSAL: {*done, CommandState.FAILED},
    }
    strange = {
        key: many
        for key, many in finished.items()
        if key[1] not in may_be.get(CommandKind(key[0]), done)
    }
    assert strange == {}
    assert not StripeEvent.objects.filter(processed_at=None).exists()


def check_ledger() -> None:
    """Each thing that happened to money stands in the ledger once."""
    booked = Counter(LedgerTransaction.objects.values_list("kind", flat=True))
    captured = PaymentAttempt.objects.filter(status__in=_CAPTURED)
    kept = captured.filter(status=PaymentStatus.SUCCEEDED).count()
    assert booked["capture"] == kept
    assert booked["orphan_capture"] == captured.count() - kept
    assert booked["transfer"] == VendorTransfer.objects.count()
    assert booked["reversal"] == (
        TransferReversal.objects.filter(state=TransferState.DONE).count()
    )


def check_stock(town: Town, diary: Diary) -> None:
    """What has not left lies on its shelf, and nothing is promised any more."""
    parcels = Parcel.objects.values("tracking_number").annotate(many=Count("pk"))
    assert all(row["many"] == 1 for row in parcels)
    for parcel in Parcel.objects.prefetch_related("lines"):
        went = {row.line_id: row.quantity for row in parcel.lines.all()}
        assert went == diary.parcels[parcel.tracking_number]
    lost = VendorOrder.objects.filter(cancel_reason=BROKEN)
    for offer in town.offers:
        lines = VendorOrderLine.objects.filter(order_line__stockrecord=offer)
        gone = lines.aggregate(n=Sum("shipped_quantity"))["n"]
        damaged = lines.filter(vendor_order__in=lost).aggregate(
            n=Sum("cancelled_quantity")
        )["n"]
        now = StockRecord.objects.get(pk=offer.pk)
        assert (now.num_in_stock, now.num_allocated) == (
            STOCK - (gone or 0) - (damaged or 0),
            0,
        ), offer


def check_papers() -> None:
    """Each paid part has one invoice."""
    parts = VendorOrder.objects.filter(paid_at__isnull=False)
    invoices = Document.objects.filter(kind=DocumentKind.INVOICE)
    invoiced = invoices.values_list("settlement__vendor_order_id", flat=True)
    assert sorted(invoiced) == sorted(parts.values_list("pk", flat=True))
