"""Where every cent is: in the ledger, at Stripe, and that the two agree."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Sum

from loyalty.models import PointsAccount
from loyalty.selectors import worth_outstanding
from marketplace.db import clock
from marketplace.db.models import Outbox
from payouts.models import LedgerEntry, MoneyCommand, Settlement, StripeEvent
from payouts.models.command import OPEN_STATES
from payouts.models.ledger import CREDIT_KINDS
from payouts.selectors.invariants import stripe_balances, violations_of_books
from payouts.services.reconciliation import reconcile
from tests.journeys.waiting import eventually
from tests.servers import Sandbox


class Shares(NamedTuple):
    """What a sale of one seller splits into, in cents."""

    gross: int
    commission: int
    vat: int
    payable: int
    cash: int
    state: str


def shares_of(handle: str, *, order: str) -> Shares:
    """Return what a seller's part of an order splits into."""
    found = Settlement.objects.get(vendor__handle=handle, order__number=order)
    return Shares(
        found.gross_minor,
        found.commission_minor,
        found.commission_vat_minor,
        found.payable_minor,
        found.cash_minor,
        found.state,
    )


def in_ledger() -> dict[str, int]:
    """Return what stands in each kind of account, each on the side where it grows."""
    sums = LedgerEntry.objects.values_list("account__kind").annotate(
        total=Sum("amount_minor")
    )
    return {
        kind: -total if kind in CREDIT_KINDS else total for kind, total in sums if total
    }


def at_stripe(sandbox: Sandbox) -> dict[str, int]:
    """Return what Stripe keeps for each of its accounts, available or not."""
    books = sandbox.get("books")
    return {
        "platform" if account == books["platform"] else account: currencies["eur"][
            "sum"
        ]
        for account, currencies in books["accounts"].items()
        if currencies
    }


def points_of(email: str) -> tuple[int, int, int]:
    """Return somebody's points: pending, available, held."""
    account = PointsAccount.objects.get(user__email=email)
    return account.pending, account.available, account.held


def settle(sandbox: Sandbox) -> None:
    """Wait until Stripe has told everything and the worker has done what follows."""

    def is_done() -> bool:
        sandbox.drain()
        return is_quiet()

    eventually(is_done)


def is_quiet(*, by: datetime | None = None) -> bool:
    """Tell whether nothing waits to be done: at all, or of what is due by a moment."""
    events = StripeEvent.objects.filter(processed_at__isnull=True, is_parked=False)
    messages = Outbox.objects.all()
    commands = MoneyCommand.objects.filter(state__in=OPEN_STATES)
    if by is not None:
        events, commands = (
            events.filter(due_at__lte=by),
            commands.filter(due_at__lte=by),
        )
        messages = messages.filter(available_at__lte=by)
    # In the order in which one leads to the next; `all` asks the messages once more.
    waiting = (events, messages, commands, messages.all())
    return not any(rows.exists() for rows in waiting)


def check_books(sandbox: Sandbox) -> None:
    """See that every entry balances and that Stripe, row by row, says the same."""
    settle(sandbox)

    differences = reconcile(now=clock.now(), count_points=worth_outstanding)

    books = sandbox.get("books")
    assert differences == []
    assert violations_of_books() == []
    assert books["equal"]
    assert at_stripe(sandbox).get("platform", 0) == stripe_balances().get("EUR", 0)
