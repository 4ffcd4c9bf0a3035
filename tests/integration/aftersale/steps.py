"""Steps of a sale after its payment, and what they leave in the books."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Sum

from marketplace.db.models import Outbox
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.report_problem import report_problem
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import topics
from payouts.models import LedgerEntry, RefundRequest, VendorPayoutAccount
from payouts.services.refund_booking import book_refund
from support.models import Problem
from support.services.problems import Report
from tests.integration.sale import Sale, moment
from vendors.models import VendorOrder
from vendors.services.fulfilment import Dispatch

SHIPPED_AT = moment("2026-11-24 09:12")
ARRIVED_AT = moment("2026-11-26 11:08")
FRIDAY = moment("2026-11-27 12:00")
# 2 x 4.50 + 7.20 and 4.90 for delivery.
GROSS = 2110


def ledger(kind: str) -> int:
    """Return the balance of all accounts of a kind; debit is positive."""
    entries = LedgerEntry.objects.filter(account__kind=kind)
    return entries.aggregate(total=Sum("amount_minor"))["total"] or 0


def payable(part: VendorOrder) -> None:
    """Let Stripe pay the seller."""
    VendorPayoutAccount.objects.create(
        vendor=part.vendor,
        stripe_account_id=f"acct_{part.vendor_id}",
        country="BE",
        currency="EUR",
        recipient_status="active",
        created_at=SHIPPED_AT,
    )


def ship(sale: Sale, quantities: Mapping[int, int] | None = None) -> None:
    dispatch = Dispatch(
        carrier_code="bpost", tracking_number="3232051288400117", quantities=quantities
    )
    ship_parcel(part=sale.part, dispatch=dispatch, now=SHIPPED_AT)


def arrive(sale: Sale) -> None:
    ship(sale)
    parcel = sale.part.parcels.get()
    deliver_parcel(parcel=parcel, delivered_at=ARRIVED_AT, now=ARRIVED_AT)


def answer_refunds(now: datetime) -> None:
    """Do what follows when Stripe says that every refund has gone."""
    for request in RefundRequest.objects.filter(state="refunding").order_by("pk"):
        book_refund(request=request, now=now)
    for message in Outbox.objects.filter(topic="refund.succeeded").order_by("pk"):
        topics.refund_has_arrived(message)
        message.delete()


def report(sale: Sale, kind: Problem.Kind = Problem.Kind.DAMAGED) -> Problem:
    loaf, _ = sale.lines
    about = Report(kind=kind, text="Flat.", quantities={loaf.pk: 1})
    return report_problem(part=sale.part, report=about, now=FRIDAY)
