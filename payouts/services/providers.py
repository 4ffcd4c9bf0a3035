"""Who pays a seller: Stripe, or a person at the bank where Stripe cannot.

What is due, what is kept back and what waits is the same for both; only how a sum is
divided, and what carries it out, differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.core.money import Money, movable
from payouts.models import (
    CommandKind,
    PaymentAttempt,
    TransferFunding,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services.issuing import NewCommand
from payouts.services.parts import Part, divide


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a sum comes from: at most `cash` of it from a charge that has `room`."""

    currency: str
    payment: PaymentAttempt | None = None
    cash: int = 0
    room: int = 0


class Provider(Protocol):
    """A way to pay sellers."""

    def divide(self, amount: int, source: Source) -> Sequence[Part]:
        """Divide a sum into the movements it takes; they sum to it at most."""
        ...

    def command(
        self, transfer: VendorTransfer, account: VendorPayoutAccount, *, group: str
    ) -> NewCommand | None:
        """Return what carries a movement out, or None where a person does."""
        ...


class StripeProvider:
    """Transfers to the seller's account at Stripe."""

    def divide(self, amount: int, source: Source) -> Sequence[Part]:
        """Link what the buyer's payment covers; the rest is the platform's balance."""
        return divide(
            amount=amount,
            cash=source.cash,
            currency=source.currency,
            payment=source.payment,
            room=source.room,
        )

    def command(
        self, transfer: VendorTransfer, account: VendorPayoutAccount, *, group: str
    ) -> NewCommand:
        """Return the command that makes the transfer."""
        payload = {
            "amount": transfer.sent_minor,
            "currency": transfer.sent_currency.lower(),
            "destination": account.stripe_account_id,
            "transfer_group": group,
            "metadata": {"command": transfer.natural_key},
        }
        if transfer.source_charge:
            payload["source_transaction"] = transfer.source_charge
        return NewCommand(
            kind=CommandKind.TRANSFER,
            natural_key=transfer.natural_key,
            payload=payload,
            at=transfer.created_at,
        )


class BankProvider:
    """Payments that a person makes at the bank, from a file of ours."""

    def divide(self, amount: int, source: Source) -> Sequence[Part]:
        """One payment in the order's currency, of any size."""
        whole = movable(amount, source.currency)
        paid = Money(whole, source.currency)
        return [Part(whole, paid, TransferFunding.BANK)] if whole else []

    def command(
        self, transfer: VendorTransfer, account: VendorPayoutAccount, *, group: str
    ) -> None:
        """Return nothing: it waits for the next batch."""


_STRIPE, _BANK = StripeProvider(), BankProvider()


def provider_of(account: VendorPayoutAccount) -> Provider:
    """Return who pays a seller."""
    return _BANK if account.is_bank else _STRIPE
