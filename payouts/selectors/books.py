"""The books as a whole, for whoever compares them with what they ought to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from payouts.models import (
    BankLine,
    Document,
    LedgerEntry,
    LedgerTransaction,
    LineKind,
    MoneyCommand,
    RefundOrigin,
    RefundRequest,
    Settlement,
    SettlementLine,
    StripeEvent,
)
from payouts.models.command import OPEN_STATES
from payouts.models.ledger import CREDIT_KINDS

_AMOUNTS = (
    "gross",
    "tax",
    "vendor_discount",
    "platform_discount",
    "points",
    "cash",
    "commission",
    "commission_vat",
    "refunded_gross",
    "refunded_cash",
    "reversed_net",
    "commission_back",
    "vat_back",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What stands in an account, on the side where its kind grows."""

    currency: str
    kind: str
    vendor_id: int | None
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineLeft:
    """A frozen line and what is left to refund of it; delivery has no title."""

    line_id: int
    title: str
    is_shipping: bool
    left_minor: int


def trial_balance() -> list[Balance]:
    """Return every account that holds something."""
    rows = LedgerEntry.objects.values_list(
        "currency", "account__kind", "account__vendor_id"
    )
    return [
        Balance(
            currency=currency,
            kind=kind,
            vendor_id=vendor_id,
            minor=-total if kind in CREDIT_KINDS else total,
        )
        for currency, kind, vendor_id, total in rows.annotate(
            total=Sum("amount_minor")
        ).order_by("currency", "account__kind", "account__vendor_id")
        if total
    ]


def settlement_rows() -> list[Mapping[str, object]]:
    """Return every settlement with its lines: amounts by name, in minor units."""
    rows = Settlement.objects.prefetch_related("lines").order_by("pk")
    return [
        {
            "order_id": row.order_id,
            "vendor_id": row.vendor_id,
            "state": str(row.state),
            "shipping": row.shipping_minor,
            "payable": row.payable_minor,
            "left": row.left_minor,
            **_amounts(row),
            "lines": [_line(line) for line in row.lines.order_by("pk")],
        }
        for row in rows
    ]


def _line(line: SettlementLine) -> Mapping[str, object]:
    return {
        "net": line.net_minor,
        "plan": line.plan_snapshot.get("plan", ""),
        **_amounts(line),
    }


def _amounts(row: Settlement | SettlementLine) -> dict[str, object]:
    return {name: getattr(row, f"{name}_minor") for name in _AMOUNTS}


def lines_of(*, vendor_order_id: int) -> list[LineLeft]:
    """Return the lines of a vendor order, in their order."""
    lines = SettlementLine.objects.filter(settlement__vendor_order=vendor_order_id)
    return [
        LineLeft(
            line_id=line.pk,
            title=line.oscar_line.title if line.oscar_line else "",
            is_shipping=line.kind == LineKind.SHIPPING,
            left_minor=line.gross_minor - line.refunded_gross_minor,
        )
        for line in lines.select_related("oscar_line").order_by("pk")
    ]


def refunds_of(*, order_id: int, at_stripe: bool) -> list[int]:
    """Return an order's refunds, made in Stripe's dashboard or by us, oldest first."""
    rows = RefundRequest.objects.filter(order_id=order_id)
    made = rows.filter(origin=RefundOrigin.STRIPE)
    chosen = made if at_stripe else rows.exclude(origin=RefundOrigin.STRIPE)
    return list(chosen.order_by("pk").values_list("pk", flat=True))


def refund_rows() -> list[Mapping[str, object]]:
    """Return every refund in our books, whoever asked for it, oldest first."""
    return [
        {
            "order_id": row.order_id,
            "state": str(row.state),
            "bearer": str(row.bearer),
            "origin": str(row.origin),
            "cash": row.cash_minor,
            "pending": row.pending_reason,
        }
        for row in RefundRequest.objects.order_by("pk")
    ]


def document_rows() -> list[Mapping[str, object]]:
    """Return every document in the order of issue; YYYY stands for its year."""
    rows = Document.objects.select_related("series", "settlement", "corrects__series")
    return [
        {
            "kind": str(row.kind),
            "number": _number(row),
            "vendor_id": row.vendor_id,
            "order_id": row.settlement.order_id if row.settlement else None,
            "net": row.net_minor,
            "tax": row.tax_minor,
            "gross": row.gross_minor,
            "corrects": _number(row.corrects) if row.corrects else "",
        }
        for row in rows.order_by("pk")
    ]


def _number(document: Document) -> str:
    year = f"-{document.series.year}-"
    return document.number.replace(year, "-YYYY-")


def bank_rows() -> list[Mapping[str, object]]:
    """Return every line of our bank, oldest first, with the booking that it is."""
    kinds = dict(LedgerTransaction.objects.values_list("key", "kind"))
    return [
        {
            "amount": row.amount_minor,
            "matched": bool(row.matched_key),
            "booking": kinds.get(row.matched_key, ""),
        }
        for row in BankLine.objects.order_by("booked_on", "pk")
    ]


def commands_by_kind() -> dict[str, int]:
    """Return how many commands there ever were of each kind."""
    kinds = MoneyCommand.objects.values_list("kind").annotate(many=Count("pk"))
    return dict(kinds.order_by("kind"))


def transactions() -> int:
    """Return how many ledger transactions there are."""
    return LedgerTransaction.objects.count()


def events_by_type() -> dict[str, int]:
    """Return how many webhooks were kept of each type."""
    types = StripeEvent.objects.values_list("type").annotate(many=Count("pk"))
    return dict(types.order_by("type"))


def is_due(*, now: datetime) -> bool:
    """Say whether a command waits to be sent now."""
    waiting = MoneyCommand.objects.filter(state__in=OPEN_STATES, due_at__lte=now)
    return waiting.exists()
