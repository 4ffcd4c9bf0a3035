"""What a seller sees of their money."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet

from marketplace.core.viewer import Viewer
from payouts.models import (
    LedgerEntry,
    Settlement,
    SettlementState,
    TransferState,
    VendorPayout,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.models.ledger import VENDOR_KINDS
from payouts.selectors.access import partners_seen_by, sees_all

_STATEMENT = tuple(VENDOR_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerBalance:
    """A seller's money in one currency, in minor units.

    `held` waits for deliveries (`frozen` is the part of it that a problem stops), `due`
    is released and not yet at Stripe, `on_the_way` the part of it that Stripe was asked
    to move, `debt` what refunds took beyond it, `reserve` what was kept back of it,
    `paid_out` what has reached the seller's Stripe account, less what was taken back.
    The counts are of sales.
    """

    currency: str
    held: int = 0
    frozen: int = 0
    due: int = 0
    on_the_way: int = 0
    debt: int = 0
    reserve: int = 0
    paid_out: int = 0
    waiting_count: int = 0
    frozen_count: int = 0
    next_release_at: datetime | None = None

    @property
    def waiting(self) -> int:
        """Return what waits for deliveries alone; together with `frozen` it is held."""
        return self.held - self.frozen


# Where the money of a sale may be; a sale in several parcels is at several places.
PLACES = {
    "waiting": Q(state=SettlementState.HELD),
    "frozen": Q(state=SettlementState.FROZEN),
    "reserve": Q(reserves__isnull=False, reserves__closed_at=None),
    "due": Q(state__in=(SettlementState.RELEASED, SettlementState.TRANSFERRING)),
    "sent": Q(transfers__state=TransferState.DONE),
}

_BALANCES = """
SELECT currency,
    COALESCE(sum(GREATEST(0,
        payable_minor - reversed_net_minor - released_minor + taken_minor))
        FILTER (WHERE state IN ('held', 'frozen')), 0),
    COALESCE(sum(GREATEST(0,
        payable_minor - reversed_net_minor - released_minor + taken_minor))
        FILTER (WHERE state = 'frozen'), 0),
    count(*) FILTER (WHERE state = 'held'),
    count(*) FILTER (WHERE state = 'frozen'),
    min(release_after) FILTER (WHERE state = 'held')
FROM payouts_settlement WHERE vendor_id = %(vendor)s GROUP BY currency
"""
_MOVED = """
SELECT currency,
    COALESCE(sum(amount_minor) FILTER (WHERE state = 'requested'), 0),
    COALESCE(sum(amount_minor - reversed_minor) FILTER (WHERE state = 'done'), 0)
FROM payouts_vendortransfer WHERE vendor_id = %(vendor)s GROUP BY currency
"""
_DUE = """
SELECT account.currency,
    COALESCE(sum(posted_minor) FILTER (WHERE account.kind = 'vendor_payable'), 0),
    COALESCE(sum(posted_minor) FILTER (WHERE account.kind = 'vendor_reserve'), 0)
FROM payouts_ledgerbalance AS balance
JOIN payouts_ledgeraccount AS account ON account.id = balance.account_id
WHERE account.vendor_id = %(vendor)s GROUP BY account.currency
"""


def settlements_for(viewer: Viewer, *, vendor_id: int) -> QuerySet[Settlement]:
    """Return a seller's settlements that were paid, newest first, with their orders.

    Nothing for a viewer who may not see that shop's money.
    """
    rows = Settlement.objects.filter(vendor_id=vendor_id, paid_at__isnull=False)
    if not sees_all(viewer):
        rows = rows.filter(vendor__partner_id__in=partners_seen_by(viewer))
    return rows.select_related("vendor_order").order_by("-created_at", "-pk")


def narrowed(rows: QuerySet[Settlement], where: str) -> QuerySet[Settlement]:
    """Return those of a seller's settlements whose money is at one place.

    `where` is a key of `PLACES`; anything else leaves all of them.
    """
    found = PLACES.get(where)
    if found is None:
        return rows
    return rows.filter(found).distinct()


def balances_of(viewer: Viewer, *, vendor_id: int) -> list[SellerBalance]:
    """Return a seller's balance in each currency they sell in."""
    if not sees_seller(viewer, vendor_id):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"vendor": vendor_id})
        held = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_MOVED, {"vendor": vendor_id})
        moved = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_DUE, {"vendor": vendor_id})
        due = {row[0]: row[1:] for row in cursor.fetchall()}
    balances = []
    for currency in sorted({*held, *moved, *due}):
        held_minor, frozen, *counts, next_at = held.get(currency, (0, 0, 0, 0, None))
        on_the_way, paid_out = moved.get(currency, (0, 0))
        payable, reserve = due.get(currency, (0, 0))
        balances.append(
            SellerBalance(
                currency=currency,
                held=int(held_minor),
                frozen=int(frozen),
                waiting_count=counts[0],
                frozen_count=counts[1],
                due=int(max(0, payable)),
                debt=int(max(0, -payable)),
                reserve=int(reserve),
                on_the_way=int(on_the_way),
                paid_out=int(paid_out),
                next_release_at=next_at,
            )
        )
    return balances


def statement_lines(viewer: Viewer, *, vendor_id: int) -> QuerySet[LedgerEntry]:
    """Return every ledger line of a seller's accounts, oldest first.

    Debit is positive in the ledger, so what a seller earns is negative here:
    `-entry.amount_minor` is the seller's own view. Comes with transaction, account and
    vendor order.
    """
    rows = LedgerEntry.objects.filter(
        account__vendor_id=vendor_id, account__kind__in=_STATEMENT
    )
    if not sees_all(viewer):
        rows = rows.filter(account__vendor__partner_id__in=partners_seen_by(viewer))
    return rows.select_related(
        "transaction", "account", "settlement__vendor_order"
    ).order_by("pk")


def transfers_for(viewer: Viewer, *, vendor_id: int) -> QuerySet[VendorTransfer]:
    """Return what was moved to a seller's Stripe account, newest first."""
    rows = VendorTransfer.objects.filter(vendor_id=vendor_id)
    if not sees_all(viewer):
        rows = rows.filter(vendor__partner_id__in=partners_seen_by(viewer))
    return rows.select_related("settlement__vendor_order").order_by(
        "-created_at", "-pk"
    )


def payouts_for(viewer: Viewer, *, vendor_id: int) -> QuerySet[VendorPayout]:
    """Return what Stripe paid to a seller's bank, newest first."""
    rows = VendorPayout.objects.filter(vendor_id=vendor_id)
    if not sees_all(viewer):
        rows = rows.filter(vendor__partner_id__in=partners_seen_by(viewer))
    return rows.order_by("-created_at", "-pk")


def account_of(viewer: Viewer, *, vendor_id: int) -> VendorPayoutAccount | None:
    """Return a seller's account at Stripe; None if there is none to be seen."""
    rows = VendorPayoutAccount.objects.filter(vendor_id=vendor_id)
    if not sees_all(viewer):
        rows = rows.filter(vendor__partner_id__in=list(viewer.roles))
    return rows.first()


def readiness_of(*, vendor_id: int) -> tuple[str, bool] | None:
    """Return how far a shop is with its payments, in words, and whether it can be paid.

    None before it has begun. For whoever decides on the shop: no money is told.
    """
    account = VendorPayoutAccount.objects.filter(vendor_id=vendor_id).first()
    if account is None:
        return None
    return account.status_words, account.is_payable or account.is_bank


def shops_paid_alike() -> list[frozenset[int]]:
    """Return the shops that are paid to one bank account, set by set; one query.

    Of the accounts at Stripe nothing is known here.
    """
    accounts = VendorPayoutAccount.objects.exclude(iban="")
    shared = accounts.values("iban").annotate(n=Count("pk")).filter(n__gt=1)
    rows = accounts.filter(iban__in=shared.values("iban")).order_by("iban", "pk")
    found: dict[str, set[int]] = {}
    for iban, vendor in rows.values_list("iban", "vendor_id"):
        found.setdefault(iban, set()).add(vendor)
    return [frozenset(each) for each in found.values()]


def sees_seller(viewer: Viewer, vendor_id: int) -> bool:
    """Say whether the viewer may see the money of a seller who has sold something."""
    rows = Settlement.objects.filter(
        vendor_id=vendor_id, vendor__partner_id__in=partners_seen_by(viewer)
    )
    return sees_all(viewer) or rows.exists()
