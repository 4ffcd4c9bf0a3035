"""Why money of an order cannot be moved by hand, in words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vendors.models import VendorOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payouts.models import PaymentAttempt, SettlementHold


class Stops:
    """What stops the money of one order; every answer is empty where nothing does."""

    def __init__(
        self, payment: "PaymentAttempt | None", holds: "Sequence[SettlementHold]"
    ) -> None:
        self._payment = payment
        self._unsent = {
            hold.settlement.vendor_order_id for hold in holds if hold.is_unrefunded
        }
        self._holds = {
            hold.settlement.vendor_order_id for hold in holds if not hold.is_unrefunded
        }
        self.dispute = next((hold for hold in holds if hold.is_dispute), None)

    def gift(self, part: VendorOrder) -> str:
        """Say why no money can be given back for a part."""
        payment = self._payment
        if payment is None or not payment.amount_minor:
            return _("Nothing was paid by card, so nothing can be given back to it.")
        is_spent = payment.refunded_minor >= payment.amount_minor
        if is_spent or part.settlement.is_refunded:
            return _("All of it has gone back already.")
        if self.dispute is not None:
            return _("The bank decides about this payment: no money can be moved.")
        return ""

    def unsent(self, part: VendorOrder) -> str:
        """Say that money of pieces which are not sent waits for a decision."""
        if part.pk not in self._unsent:
            return ""
        return _(
            "Stripe refused to give back what is not sent, so the rest of the money "
            "waits: refund it again. Release it only if the buyer has it another way."
        )

    def release(self, part: VendorOrder) -> str:
        """Say why the seller's money cannot be let go."""
        if part.settlement.is_refunded:
            return _("All of it has gone back already.")
        if self.dispute is not None:
            return _("The bank decides about this payment: no money can be moved.")
        if part.pk in self._holds:
            return _("A problem is open: decide it instead of releasing the money.")
        return ""
