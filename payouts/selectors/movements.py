"""What moved on a seller's accounts: held, due, reserve; each kind in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payouts.models import AccountKind, AdjustmentKind, LedgerEntry

# The accounts as statements name them, in the order in which money passes them.
ACCOUNTS: dict[str, str] = {
    AccountKind.VENDOR_HELD: "held",
    AccountKind.VENDOR_PAYABLE: "due",
    AccountKind.VENDOR_RESERVE: "reserve",
}
# Kinds of ledger transactions that touch them. One that is not here has its own name.
WORDS: dict[str, str | Promise] = {
    "capture": _("Sale"),
    "refund": _("Refund to the buyer"),
    "release": _("Released: from held to due"),
    "reserve": _("Put into the reserve"),
    "reserve_release": _("Released from the reserve"),
    "reserve_draw": _("Taken from the reserve for what you owed"),
    "transfer": _("Sent to your Stripe account"),
    "reversal": _("Taken back from your Stripe account"),
    "bank_payment": _("Paid to your bank account"),
    "adjustment": _("Adjustment"),
    "dispute_fee": _("The bank’s fee for a chargeback"),
    "fee_share": _("Payment fee passed on"),
}
_ORDER = {kind: place for place, kind in enumerate(WORDS)}
# Where a transaction names its object at Stripe, the most telling first.
_REFERENCES = ("transfer", "reversal", "refund", "dispute", "payout", "charge")


def words_of(kind: str) -> str:
    """Say what a kind of movement is; an unknown one is called by its name."""
    known = WORDS.get(kind)
    return str(known) if known else kind.replace("_", " ").capitalize()


def place_of(kind: str) -> tuple[int, str]:
    """Return where a kind stands among the others; unknown ones come last, by name."""
    return _ORDER.get(kind, len(_ORDER)), kind


def account_of(entry: LedgerEntry) -> str:
    """Return the account of an entry as statements name it."""
    return ACCOUNTS[entry.account.kind]


def reference_of(ref: Mapping[str, Any]) -> str:
    """Return the id at Stripe that a transaction tells of, if it does."""
    found = (ref.get(name) for name in (*_REFERENCES, "source"))
    return next((each for each in found if isinstance(each, str) and each), "")


def note_of(ref: Mapping[str, Any]) -> str:
    """Return the reason that a transaction tells, and for an adjustment its kind."""
    reason = str(ref.get("reason") or "")
    kind = ref.get("kind")
    if "adjustment" in ref and kind in AdjustmentKind.values:
        return f"{AdjustmentKind(kind).label}: {reason}"
    return reason
