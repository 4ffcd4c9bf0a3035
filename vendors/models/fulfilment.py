from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import CurrencyField, PublicIdField
from vendors.models.shop import Vendor


class VendorOrder(models.Model):
    """One seller's part of an order on its way; `payouts.Settlement` is its money."""

    class State(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", _("Awaiting payment")
        TO_SHIP = "to_ship", _("To ship")
        PARTLY_SHIPPED = "partly_shipped", _("Partly shipped")
        SHIPPED = "shipped", _("On the way")
        DELIVERED = "delivered", _("Delivered")
        RECEIVED = "received", _("Received")
        CANCELLED = "cancelled", _("Cancelled")

    class CancelledBy(models.TextChoices):
        BUYER = "buyer", _("Buyer")
        SELLER = "seller", _("Seller")
        PLATFORM = "platform", _("Comptoir")
        TIMER = "timer", _("Not shipped in time")
        PAYMENT = "payment", _("Not paid")

    public_id = PublicIdField(prefix="vor")
    order = models.ForeignKey(
        "order.Order", on_delete=models.PROTECT, related_name="vendor_orders"
    )
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.AWAITING_PAYMENT
    )
    currency = CurrencyField()
    items_minor = models.PositiveBigIntegerField()
    shipping_minor = models.PositiveBigIntegerField()
    shipping_code = models.CharField(max_length=40)
    shipping_name = models.CharField(max_length=60)
    carrier_code = models.CharField(max_length=50, blank=True)
    deliver_from = models.DateField(null=True, blank=True)
    deliver_until = models.DateField(null=True, blank=True)
    # What the shop promised when it was ordered; None: what the market gives.
    returns_days = models.PositiveSmallIntegerField(null=True, blank=True)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ship_by = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by_timer = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(
        max_length=10, choices=CancelledBy.choices, blank=True
    )
    cancel_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "vendor"], name="one_part_per_seller"
            ),
        ]
        indexes = [
            models.Index(fields=["vendor", "state", "ship_by"], name="order_desk"),
            models.Index(fields=["vendor", "-placed_at"], name="orders_of_seller"),
            models.Index(
                fields=["ship_by"],
                condition=Q(state__in=["to_ship", "partly_shipped"]),
                name="orders_due_to_ship",
            ),
            models.Index(
                fields=["state", "shipped_at"],
                condition=Q(state__in=["shipped", "delivered"]),
                name="orders_on_the_way",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total_minor(self) -> int:
        """Return what the buyer pays for this part, points included."""
        return self.items_minor + self.shipping_minor

    @property
    def can_be_cancelled(self) -> bool:
        """Say whether nothing has left yet."""
        return self.state == self.State.TO_SHIP

    def is_late(self, now: datetime) -> bool:
        """Say whether the ship-by moment has passed with something still here."""
        waiting = self.state in {self.State.TO_SHIP, self.State.PARTLY_SHIPPED}
        return waiting and self.ship_by is not None and self.ship_by < now


class VendorOrderLine(models.Model):
    """What of an order line is still here, shipped or cancelled."""

    vendor_order = models.ForeignKey(
        VendorOrder, on_delete=models.CASCADE, related_name="lines"
    )
    order_line = models.OneToOneField(
        "order.Line", on_delete=models.PROTECT, related_name="fulfilment"
    )
    quantity = models.PositiveIntegerField()
    shipped_quantity = models.PositiveIntegerField(default=0)
    cancelled_quantity = models.PositiveIntegerField(default=0)
    # Why: pieces of one line may be cancelled one after the other.
    cancel_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    quantity__gte=F("shipped_quantity") + F("cancelled_quantity")
                ),
                name="ship_no_more_than_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.order_line}"

    @property
    def left_to_ship(self) -> int:
        """Return the quantity that has neither left nor been cancelled."""
        return self.quantity - self.shipped_quantity - self.cancelled_quantity


class Parcel(models.Model):
    """A box on its way."""

    public_id = PublicIdField(prefix="par")
    vendor_order = models.ForeignKey(
        VendorOrder, on_delete=models.PROTECT, related_name="parcels"
    )
    carrier_code = models.CharField(max_length=50)
    carrier_name = models.CharField(max_length=60)
    tracking_number = models.CharField(max_length=60, blank=True)
    tracking_url = models.CharField(max_length=400, blank=True)
    shipped_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["shipped_at", "id"]

    def __str__(self) -> str:
        return self.tracking_number or self.public_id


class ParcelLine(models.Model):
    """How many of a line lie in a parcel."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(
        VendorOrderLine, on_delete=models.PROTECT, related_name="parcel_lines"
    )
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parcel", "line"], name="line_once_in_parcel"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="parcel_line_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
