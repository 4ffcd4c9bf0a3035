"""What a seller's part of an order is worth, frozen when it was sold."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payouts.bank_words import without_codes


class SettlementState(models.TextChoices):
    UNPAID = "unpaid", _("Not paid yet")
    HELD = "held", _("Waiting for delivery")
    FROZEN = "frozen", _("Held for a problem")
    RELEASED = "released", _("Released")
    TRANSFERRING = "transferring", _("Being paid out")
    TRANSFERRED = "transferred", _("Paid out")
    PARTIALLY_REVERSED = "partially_reversed", _("Partly taken back")
    REVERSED = "reversed", _("Taken back")
    CANCELLED = "cancelled", _("Cancelled")


class LineKind(models.TextChoices):
    ITEM = "item", _("Item")
    SHIPPING = "shipping", _("Shipping")


# Money sits in `vendor_held`: nothing has been released yet.
HELD_STATES = (SettlementState.HELD, SettlementState.FROZEN)


class FrozenAmounts(models.Model):
    """Amounts that never change, and the part of them that was given back.

    `gross` includes tax, is after what the seller gave and before what the platform
    gave. What was given back counts refunds from the moment they are reserved.
    """

    gross_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    vendor_discount_minor = models.BigIntegerField()
    platform_discount_minor = models.BigIntegerField()
    points_minor = models.BigIntegerField()
    cash_minor = models.BigIntegerField()
    commission_minor = models.BigIntegerField()
    commission_vat_minor = models.BigIntegerField()

    refunded_gross_minor = models.BigIntegerField(default=0)
    refunded_cash_minor = models.BigIntegerField(default=0)
    refunded_points_minor = models.BigIntegerField(default=0)
    reversed_net_minor = models.BigIntegerField(default=0)
    commission_back_minor = models.BigIntegerField(default=0)
    vat_back_minor = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class Settlement(FrozenAmounts):
    """The money side of one vendor order."""

    vendor_order = models.OneToOneField(
        "vendors.VendorOrder", models.PROTECT, related_name="settlement"
    )
    order = models.ForeignKey("order.Order", models.PROTECT, related_name="settlements")
    vendor = models.ForeignKey(
        "vendors.Vendor", models.PROTECT, related_name="settlements"
    )
    currency = models.CharField(max_length=3)
    shipping_minor = models.BigIntegerField()
    payable_minor = models.BigIntegerField()
    state = models.CharField(
        max_length=20, choices=SettlementState, default=SettlementState.UNPAID
    )
    # The seller's part of Stripe's fee, where sellers bear it; set once, when known.
    processing_fee_minor = models.BigIntegerField(default=0)
    # A refund on its way blocks the release: its outcome decides what is left.
    refunds_in_flight = models.PositiveSmallIntegerField(default=0)
    # Sent in several parcels: each has a `ParcelRelease` with a timer of its own, and
    # `release_after` is the first of them.
    is_split = models.BooleanField(default=False)
    # What J3 has booked for the seller, and what refunds took of that afterwards.
    released_minor = models.BigIntegerField(default=0)
    taken_minor = models.BigIntegerField(default=0)
    # Days from delivery to release, as the seller's rank had it when the timer began.
    release_days = models.PositiveSmallIntegerField(null=True)
    # When operators were told that it is held for too long.
    alerted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    release_after = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    transferred_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "vendor"], name="payouts_settlement_per_vendor"
            ),
            models.CheckConstraint(
                condition=Q(
                    payable_minor=F("gross_minor")
                    - F("commission_minor")
                    - F("commission_vat_minor"),
                    payable_minor__gte=0,
                ),
                name="payouts_settlement_payable",
            ),
            models.CheckConstraint(
                condition=Q(gross_minor=F("cash_minor") + F("platform_discount_minor")),
                name="payouts_settlement_funding",
            ),
            models.CheckConstraint(
                condition=Q(
                    reversed_net_minor__gte=0,
                    reversed_net_minor__lte=F("payable_minor"),
                    refunded_cash_minor__lte=F("cash_minor"),
                    refunded_gross_minor=F("reversed_net_minor")
                    + F("commission_back_minor")
                    + F("vat_back_minor"),
                ),
                name="payouts_settlement_refunds",
            ),
            models.CheckConstraint(
                condition=Q(
                    released_minor__gte=0,
                    released_minor__lte=F("payable_minor"),
                    taken_minor__gte=0,
                    taken_minor__lte=F("released_minor"),
                ),
                name="payouts_settlement_released",
            ),
        ]
        indexes = [
            models.Index(
                fields=["release_after"],
                name="payouts_settlement_due",
                condition=Q(state=SettlementState.HELD),
            ),
            models.Index(
                fields=["vendor", "-created_at"], name="payouts_settlement_vendor"
            ),
            models.Index(
                fields=["paid_at"],
                name="payouts_settlement_held",
                condition=Q(state__in=["held", "frozen"]),
            ),
            # What may be due and in no transfer: few rows, however long the past.
            models.Index(
                fields=["vendor"],
                name="payouts_settlement_unsent",
                condition=Q(state__in=["held", "frozen"], released_minor__gt=0)
                | Q(state=SettlementState.RELEASED),
            ),
        ]

    def __str__(self) -> str:
        return f"Settlement {self.pk}"

    @property
    def left_minor(self) -> int:
        """What the seller keeps of this sale after refunds."""
        return self.payable_minor - self.reversed_net_minor

    @property
    def commission_left_minor(self) -> int:
        """What the platform keeps of this sale's commission after refunds."""
        return self.commission_minor - self.commission_back_minor

    @property
    def held_minor(self) -> int:
        """What is still held; refunds on their way count as given back.

        Of a sale that went in several parcels it may be less than what has left.
        """
        if self.state not in HELD_STATES:
            return 0
        return max(0, self.left_minor - self.released_minor + self.taken_minor)

    @property
    def is_held(self) -> bool:
        """Whether money of it waits in `vendor_held`."""
        return self.state in HELD_STATES

    @property
    def is_partly_released(self) -> bool:
        """Whether parcels of it were released while others still wait."""
        return self.state in HELD_STATES and self.released_minor > 0

    @property
    def is_refunded(self) -> bool:
        """Whether all of it was given back; refunds on their way count."""
        return 0 < self.gross_minor == self.refunded_gross_minor


class SettlementLine(FrozenAmounts):
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=8, choices=LineKind)
    oscar_line = models.OneToOneField(
        "order.Line", models.PROTECT, null=True, related_name="settlement_line"
    )
    quantity = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    # No foreign key: plans may be deleted, the snapshot says what they took.
    plan_id = models.BigIntegerField()
    plan_version = models.PositiveIntegerField()
    plan_snapshot = models.JSONField()
    # How many pieces were given back, whatever amounts were; of those, which never
    # left. Like amounts they count refunds from the moment they are reserved.
    pieces_back = models.PositiveIntegerField(default=0)
    unsent_back = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    gross_minor=F("cash_minor") + F("platform_discount_minor"),
                    points_minor__gte=0,
                    points_minor__lte=F("platform_discount_minor"),
                    cash_minor__gte=0,
                ),
                name="payouts_line_funding",
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_minor=F("net_minor")
                    + F("commission_minor")
                    + F("commission_vat_minor"),
                    net_minor__gte=0,
                    commission_minor__gte=0,
                    commission_vat_minor__gte=0,
                ),
                name="payouts_line_shares",
            ),
            models.CheckConstraint(
                condition=Q(
                    refunded_gross_minor__gte=0,
                    refunded_gross_minor__lte=F("gross_minor"),
                    refunded_gross_minor=F("reversed_net_minor")
                    + F("commission_back_minor")
                    + F("vat_back_minor"),
                    refunded_cash_minor__gte=0,
                    refunded_cash_minor__lte=F("cash_minor"),
                    refunded_points_minor__gte=0,
                    refunded_points_minor__lte=F("points_minor"),
                    reversed_net_minor__gte=0,
                    reversed_net_minor__lte=F("net_minor"),
                    commission_back_minor__gte=0,
                    commission_back_minor__lte=F("commission_minor"),
                    vat_back_minor__gte=0,
                    vat_back_minor__lte=F("commission_vat_minor"),
                ),
                name="payouts_line_refunds",
            ),
            models.CheckConstraint(
                condition=Q(
                    unsent_back__lte=F("pieces_back"), pieces_back__lte=F("quantity")
                ),
                name="payouts_line_pieces",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} line {self.pk}"

    @property
    def units_left(self) -> int:
        """How many units can be given back: an amount alone gives none back."""
        has_gone = 0 < self.gross_minor == self.refunded_gross_minor
        return 0 if has_gone else self.quantity - self.pieces_back

    @property
    def in_hand_back(self) -> int:
        """How many of the units that were given back had left."""
        return self.pieces_back - self.unsent_back


class SettlementHold(models.Model):
    """A reason for which money of a settlement is not released.

    `key` names the cause (`problem:17`), so that lifting one hold leaves another.
    """

    DISPUTES = "dispute:"
    # A refund of pieces that are not sent, which Stripe refused.
    UNREFUNDED = "unrefunded:"

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="holds")
    key = models.CharField(max_length=64)
    reason = models.TextField()
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settlement", "key"], name="payouts_hold_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["settlement"],
                name="payouts_hold_open",
                condition=Q(lifted_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_dispute(self) -> bool:
        """Whether the buyer's bank is the cause."""
        return self.key.startswith(self.DISPUTES)

    @property
    def is_unrefunded(self) -> bool:
        """Whether money of pieces that never left could not be given back."""
        return self.key.startswith(self.UNREFUNDED)

    @property
    def words(self) -> str:
        """The reason as a person reads it: banks write `product_not_received`."""
        return without_codes(self.reason)
