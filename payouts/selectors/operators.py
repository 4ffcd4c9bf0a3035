"""What the platform's finance people see: everything, and why it is where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, overload

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)

from marketplace.core.viewer import Viewer
from payouts.models import (
    BalanceTransactionMirror,
    CommandState,
    LedgerTransaction,
    MoneyCommand,
    PaymentAttempt,
    RecipientStatus,
    RefundRequest,
    Settlement,
    SettlementHold,
    SettlementState,
    StripeEvent,
    VendorPayoutAccount,
)
from payouts.models.command import OPEN_STATES
from payouts.models.settlement import HELD_STATES
from payouts.selectors.access import order_is_seen, sees_all


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerPosition:
    """A seller's money in one currency, in minor units; a negative `due` is a debt."""

    vendor_id: int
    name: str
    handle: str
    currency: str
    held: int
    due: int
    reserve: int
    account_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionSums:
    """What all sellers together have and owe in one currency, in minor units."""

    currency: str
    sellers: int
    held: int
    reserve: int
    due: int
    debt: int
    debtors: int


_POSITIONS = """
WITH position AS (
    SELECT vendor.id, vendor.name, vendor.handle, account.currency,
        COALESCE(sum(balance.posted_minor)
            FILTER (WHERE account.kind = 'vendor_held'), 0) AS held,
        COALESCE(sum(balance.posted_minor)
            FILTER (WHERE account.kind = 'vendor_payable'), 0) AS due,
        COALESCE(sum(balance.posted_minor)
            FILTER (WHERE account.kind = 'vendor_reserve'), 0) AS reserve,
        COALESCE(max(payee.recipient_status), 'none') AS status
    FROM payouts_ledgeraccount AS account
    JOIN payouts_ledgerbalance AS balance ON balance.account_id = account.id
    JOIN vendors_vendor AS vendor ON vendor.id = account.vendor_id
    LEFT JOIN payouts_vendorpayoutaccount AS payee ON payee.vendor_id = vendor.id
    GROUP BY vendor.id, account.currency
)
"""
_SUMS = (
    _POSITIONS
    + """
SELECT currency, count(*), sum(held), sum(reserve), sum(greatest(due, 0)),
    sum(greatest(-due, 0)), count(*) FILTER (WHERE due < 0)
FROM position GROUP BY currency ORDER BY currency
"""
)
_ROWS = (
    _POSITIONS
    + """
SELECT * FROM position
ORDER BY due >= 0, held DESC, name, currency, id LIMIT %s OFFSET %s
"""
)
_DEBTORS = (
    _POSITIONS
    + """
SELECT * FROM position WHERE due < %s ORDER BY due, name, currency, id LIMIT %s
"""
)


class Positions(Sequence[SellerPosition]):
    """Every seller's position, debts first, then whose held money is most.

    Parts of it are read as they are asked for; `count` is how many there are.
    """

    def __init__(self, viewer: Viewer, *, count: int) -> None:
        self._viewer, self._count = viewer, count

    def __len__(self) -> int:
        """Return how many positions there are."""
        return self._count

    @overload
    def __getitem__(self, part: int) -> SellerPosition: ...

    @overload
    def __getitem__(self, part: slice) -> list[SellerPosition]: ...

    def __getitem__(self, part: int | slice) -> SellerPosition | list[SellerPosition]:
        """Read one of them, or a part; one query."""
        if isinstance(part, int):
            return self[part : part + 1][0]
        start, stop, _step = part.indices(self._count)
        return _positions(self._viewer, _ROWS, [max(0, stop - start), start])


def sums_of_positions(viewer: Viewer) -> list[PositionSums]:
    """Return what all sellers have, a row a currency; nothing for strangers."""
    if not sees_all(viewer):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        rows = cursor.fetchall()
    names = ("sellers", "held", "reserve", "due", "debt", "debtors")
    return [
        PositionSums(currency=currency, **dict(zip(names, map(int, sums), strict=True)))
        for currency, *sums in rows
    ]


def debtors_beyond(viewer: Viewer, *, limit: int, most: int) -> list[SellerPosition]:
    """Return sellers who owe more than `limit` minor units, the deepest first."""
    return _positions(viewer, _DEBTORS, [-limit, most])


def _positions(viewer: Viewer, query: str, given: list[int]) -> list[SellerPosition]:
    if not sees_all(viewer):
        return []
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        rows = cursor.fetchall()
    return [
        SellerPosition(
            vendor_id=vendor_id,
            name=name,
            handle=handle,
            currency=currency,
            held=int(held),
            due=int(due),
            reserve=int(reserve),
            account_status=status,
        )
        for vendor_id, name, handle, currency, held, due, reserve, status in rows
    ]


def held_and_why(viewer: Viewer, *, now: datetime) -> QuerySet[Settlement]:
    """Return the settlements whose money is held, longest first, each with `why`.

    `why` is "frozen" (then `frozen_for` has the reason), "refund", "not_delivered",
    "timer", "not_payable" or "due". Comes with order and seller.
    """
    rows = Settlement.objects.filter(state__in=HELD_STATES)
    if not sees_all(viewer):
        rows = rows.none()
    payable = VendorPayoutAccount.objects.filter(
        vendor=OuterRef("vendor"), recipient_status=RecipientStatus.ACTIVE
    )
    holds = SettlementHold.objects.filter(
        settlement=OuterRef("pk"), lifted_at=None
    ).order_by("placed_at")
    return (
        rows.annotate(
            frozen_for=Subquery(holds.values("reason")[:1]),
            why=Case(
                When(state=SettlementState.FROZEN, then=Value("frozen")),
                When(refunds_in_flight__gt=0, then=Value("refund")),
                When(release_after=None, then=Value("not_delivered")),
                When(release_after__gt=now, then=Value("timer")),
                When(~Exists(payable), then=Value("not_payable")),
                default=Value("due"),
                output_field=CharField(),
            ),
        )
        .select_related("vendor_order", "vendor")
        .order_by("paid_at", "pk")
    )


def reasons_held(viewer: Viewer, *, now: datetime) -> dict[str, int]:
    """Count what `held_and_why` returns by its reason."""
    held: QuerySet[Any] = held_and_why(viewer, now=now)
    return dict(held.order_by().values_list("why").annotate(count=Count("pk")))


def failed_commands(viewer: Viewer) -> QuerySet[MoneyCommand]:
    """Return the commands that wait for a person, newest first.

    Stripe refused them for good, or our key (those are "held"); not those that somebody
    has set aside.
    """
    rows = _commands().filter(
        state__in=(CommandState.FAILED, CommandState.HELD), set_aside_for=""
    )
    return rows.order_by("-finished_at", "-pk") if sees_all(viewer) else rows.none()


def commands_set_aside(viewer: Viewer) -> QuerySet[MoneyCommand]:
    """Return the refused commands that nobody has to look at, newest first."""
    rows = _commands().filter(state=CommandState.FAILED).exclude(set_aside_for="")
    return rows.order_by("-finished_at", "-pk") if sees_all(viewer) else rows.none()


def stuck_commands(viewer: Viewer, *, now: datetime) -> QuerySet[MoneyCommand]:
    """Return commands that have waited for an answer for more than an hour."""
    rows = _commands().filter(
        state__in=[CommandState.SENT, CommandState.AMBIGUOUS, CommandState.PENDING],
        created_at__lt=now - timedelta(hours=1),
    )
    return rows.order_by("created_at") if sees_all(viewer) else rows.none()


def _commands() -> QuerySet[MoneyCommand]:
    """Return commands with whom they are about, where they are about somebody."""
    return MoneyCommand.objects.select_related(
        "transfer__vendor", "reversal__transfer__vendor", "refund__order"
    )


def count_unanswered(viewer: Viewer) -> int:
    """Count the commands that Stripe has not answered yet, however young."""
    rows = MoneyCommand.objects.filter(state__in=OPEN_STATES)
    return rows.count() if sees_all(viewer) else 0


def parked_events(viewer: Viewer) -> QuerySet[StripeEvent]:
    """Return webhooks that could not be understood."""
    rows = StripeEvent.objects.filter(is_parked=True)
    return rows.order_by("-received_at") if sees_all(viewer) else rows.none()


def unmatched_rows(viewer: Viewer) -> QuerySet[BalanceTransactionMirror]:
    """Return movements at Stripe that the ledger does not know."""
    rows = BalanceTransactionMirror.objects.filter(matched_key="")
    return rows.order_by("-created_at") if sees_all(viewer) else rows.none()


def payments_of(viewer: Viewer, *, order_id: int) -> QuerySet[PaymentAttempt]:
    """Return the attempts to pay an order, newest first; its buyer may see them."""
    rows = PaymentAttempt.objects.filter(order_id=order_id)
    return rows.order_by("-pk") if order_is_seen(viewer, order_id) else rows.none()


def refunds_of(viewer: Viewer, *, order_id: int) -> QuerySet[RefundRequest]:
    """Return an order's refunds with their lines, newest first."""
    rows = RefundRequest.objects.filter(order_id=order_id).prefetch_related("lines")
    return rows.order_by("-pk") if order_is_seen(viewer, order_id) else rows.none()


def ledger_of(viewer: Viewer, *, order_id: int) -> QuerySet[LedgerTransaction]:
    """Return every ledger transaction of an order with its entries, oldest first."""
    rows = LedgerTransaction.objects.filter(
        entries__settlement__order_id=order_id
    ).union(LedgerTransaction.objects.filter(ref__order=order_id))
    found = LedgerTransaction.objects.filter(pk__in=rows.values("pk"))
    if not sees_all(viewer):
        found = found.none()
    return found.prefetch_related("entries__account__vendor").order_by(
        "booked_at", "pk"
    )


def command_to_retry(command_id: int) -> MoneyCommand:
    """Return a command by its key. Raises MoneyCommand.DoesNotExist."""
    return MoneyCommand.objects.get(pk=command_id)
