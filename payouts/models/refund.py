from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RefundBearer(models.TextChoices):
    VENDOR = "vendor", _("Seller")
    PLATFORM = "platform", _("Platform")


class RefundState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    REFUNDING = "refunding", _("On its way")
    REFUNDED = "refunded", _("Refunded")
    FAILED = "refund_failed", _("Refund failed")
    REFUSED = "refused", _("Refused by Stripe")


class RefundOrigin(models.TextChoices):
    ASKED = "asked", _("Asked for here")
    # Made by hand in Stripe's dashboard; the platform bears it until it is allocated.
    STRIPE = "stripe", _("Made at Stripe")
    # No money moves to the card: it says whose lines a refund of those was for.
    ALLOCATION = "allocation", _("Allocated to sellers")
    # The bank took it: a dispute was lost.
    DISPUTE = "dispute", _("Taken by the bank")


class RefundRequest(models.Model):
    """Money to give back to a buyer; reserved here, booked when Stripe has answered.

    A refund of a payment that reached a dead order has no lines. `cash_minor` is what
    leaves the payment by it; an allocation moves none. `after_release_minor` is what
    its sellers owed of money that was released before it was booked.
    """

    order = models.ForeignKey(
        "order.Order", models.PROTECT, related_name="refund_requests"
    )
    payment = models.ForeignKey(
        "payouts.PaymentAttempt", models.PROTECT, null=True, related_name="refunds"
    )
    token = models.CharField(max_length=120, unique=True)
    reason = models.TextField()
    bearer = models.CharField(max_length=8, choices=RefundBearer)
    # The sale that goodwill was given for in its seller's place, by the decision of a
    # problem: later refunds of it count on that. A gift is for none.
    in_place_of = models.ForeignKey(
        "payouts.Settlement", models.PROTECT, null=True, related_name="+"
    )
    is_orphan = models.BooleanField(default=False)
    origin = models.CharField(
        max_length=10, choices=RefundOrigin, default=RefundOrigin.ASKED
    )
    allocates = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="allocations"
    )
    state = models.CharField(
        max_length=13, choices=RefundState, default=RefundState.REQUESTED
    )
    command = models.OneToOneField(
        "payouts.MoneyCommand", models.PROTECT, null=True, related_name="refund"
    )
    currency = models.CharField(max_length=3)
    cash_minor = models.BigIntegerField()
    # Of a refund made at Stripe, how much the payment does not count: it was counted
    # for an earlier one that the card refused.
    again_minor = models.BigIntegerField(default=0)
    # Of that, what the buyer was still owed when it was booked.
    repaid_minor = models.BigIntegerField(default=0)
    after_release_minor = models.BigIntegerField(default=0)
    stripe_id = models.CharField(max_length=255, null=True, unique=True)
    # Why Stripe has not sent it yet, in Stripe's words.
    pending_reason = models.CharField(max_length=64, blank=True, default="")
    failure = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cash_minor__gte=0), name="payouts_refund_cash"
            ),
            models.CheckConstraint(
                condition=Q(
                    again_minor__gte=0,
                    again_minor__lte=models.F("cash_minor"),
                    repaid_minor__gte=0,
                    repaid_minor__lte=models.F("again_minor"),
                ),
                name="payouts_refund_again",
            ),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def counted_minor(self) -> int:
        """What the payment counts as given back by it."""
        return self.cash_minor - self.again_minor

    @property
    def was_never_made(self) -> bool:
        """Whether Stripe refused it for good: the buyer got nothing by it."""
        return self.state == RefundState.REFUSED


class RefundLine(models.Model):
    request = models.ForeignKey(RefundRequest, models.PROTECT, related_name="lines")
    settlement_line = models.ForeignKey(
        "payouts.SettlementLine", models.PROTECT, related_name="refund_lines"
    )
    gross_minor = models.BigIntegerField()
    cash_minor = models.BigIntegerField()
    promo_back_minor = models.BigIntegerField()
    points_back_minor = models.BigIntegerField()
    commission_back_minor = models.BigIntegerField()
    vat_back_minor = models.BigIntegerField()
    vendor_minor = models.BigIntegerField()
    # Of the seller's part and the commission, what was still held when it was booked.
    held_vendor_minor = models.BigIntegerField(default=0)
    held_commission_minor = models.BigIntegerField(default=0)
    # The platform's charge for the work of it, out of the seller's pocket.
    kept_commission_minor = models.BigIntegerField(default=0)
    kept_vat_minor = models.BigIntegerField(default=0)
    # How many pieces went back by it, none by an amount; of those, which never left.
    pieces = models.PositiveIntegerField(default=0)
    unsent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "settlement_line"], name="payouts_refund_line_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_minor=models.F("cash_minor")
                    + models.F("promo_back_minor")
                    + models.F("points_back_minor"),
                    gross_minor__gt=0,
                    cash_minor__gte=0,
                    promo_back_minor__gte=0,
                    points_back_minor__gte=0,
                ),
                name="payouts_refund_line_funding",
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_minor=models.F("vendor_minor")
                    + models.F("commission_back_minor")
                    + models.F("vat_back_minor"),
                    vendor_minor__gte=0,
                    commission_back_minor__gte=0,
                    vat_back_minor__gte=0,
                ),
                name="payouts_refund_line_shares",
            ),
            models.CheckConstraint(
                condition=Q(
                    held_vendor_minor__gte=0,
                    held_vendor_minor__lte=models.F("vendor_minor"),
                    held_commission_minor__gte=0,
                    held_commission_minor__lte=models.F("commission_back_minor"),
                ),
                name="payouts_refund_line_held",
            ),
            models.CheckConstraint(
                condition=Q(
                    kept_commission_minor__gte=0,
                    kept_commission_minor__lte=models.F("commission_back_minor"),
                    kept_vat_minor__gte=0,
                    kept_vat_minor__lte=models.F("vat_back_minor"),
                ),
                name="payouts_refund_line_kept",
            ),
            models.CheckConstraint(
                condition=Q(unsent__lte=models.F("pieces")),
                name="payouts_refund_line_pieces",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gross_minor} of line {self.settlement_line_id}"


class RefundRepayment(models.Model):
    """How a refund that its card refused reached the buyer after all."""

    request = models.OneToOneField(
        RefundRequest, models.PROTECT, related_name="repayment"
    )
    method = models.CharField(max_length=80)
    reference = models.CharField(max_length=140)
    amount_minor = models.BigIntegerField()
    repaid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    repaid_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="payouts_repayment_amount"
            )
        ]

    def __str__(self) -> str:
        return self.reference
