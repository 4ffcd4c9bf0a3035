"""What a seller is due this moment, and the lock under which it is paid."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet, Sum

from payouts.models import (
    AccountKind,
    LedgerBalance,
    TransferReversal,
    TransferState,
    VendorPayoutAccount,
    VendorTransfer,
)

# A seller and a currency: what is due is one sum for each.
Position = tuple[int, str]


def lock_accounts(vendor_ids: Collection[int]) -> dict[int, VendorPayoutAccount]:
    """Lock the payout accounts of sellers: the lock of all that is paid to them."""
    rows = VendorPayoutAccount.objects.select_related("vendor")
    rows = rows.select_for_update(no_key=True, of=("self",))
    return {
        row.vendor_id: row
        for row in rows.filter(vendor_id__in=vendor_ids).order_by("pk")
    }


def payable_now(vendor_ids: Collection[int]) -> dict[Position, int]:
    """Return what may be paid now: booked, less what is on its way out or back.

    Hold the sellers' accounts. A transfer that failed keeps its money: it may be sent
    again. One statement: a refund that is booked at this moment counts with what it
    takes and what is on its way back for it, or with neither.
    """
    payable: dict[Position, int] = defaultdict(int)
    balances = LedgerBalance.objects.filter(
        account__kind=AccountKind.VENDOR_PAYABLE, account__vendor_id__in=vendor_ids
    ).values_list("account__vendor_id", "account__currency", "posted_minor")
    out, back = _on_the_way(vendor_ids)
    for vendor_id, currency, amount in balances.union(out, back, all=True):
        payable[vendor_id, currency] += int(amount)
    return payable


def _on_the_way(
    vendor_ids: Collection[int],
) -> tuple[QuerySet[VendorTransfer, Any], QuerySet[TransferReversal, Any]]:
    out = (
        VendorTransfer.objects.filter(
            vendor_id__in=vendor_ids,
            state__in=(TransferState.REQUESTED, TransferState.FAILED),
        )
        .values_list("vendor_id", "currency")
        .annotate(total=-Sum("amount_minor"))
    )
    # One that failed without a command waits for its transfer to be sent again.
    is_coming = Q(state=TransferState.REQUESTED) | Q(
        state=TransferState.FAILED, command__isnull=True
    )
    back = (
        TransferReversal.objects.filter(is_coming, transfer__vendor_id__in=vendor_ids)
        .values_list("transfer__vendor_id", "transfer__currency")
        .annotate(total=Sum("amount_minor"))
    )
    return out, back
