from django.db import models
from django.db.models import Q
from oscar.apps.order.abstract_models import AbstractOrder

from marketplace.accounts.addresses import folded
from marketplace.db.fields import PublicIdField


class Order(AbstractOrder):
    """What a buyer paid at once. Its parts are `vendors.VendorOrder`.

    `status` is only about the payment: pending, paid, expired, cancelled; how far the
    goods are is derived from the vendor orders. A new `access_version` revokes every
    link that was sent to a guest.
    """

    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    public_id = PublicIdField(prefix="ord")
    # Of what we write about it to a guest; an account says its own.
    language = models.CharField(max_length=8, default="en")
    access_version = models.PositiveSmallIntegerField(default=1)
    paid_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractOrder.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(
                fields=["basket"],
                condition=Q(status__in=["pending", "paid"]),
                name="one_living_order_per_basket",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(guest_email=""),
                name="order_has_a_buyer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(status="pending"),
                name="orders_that_expire",
            ),
            models.Index(
                folded("guest_email"),
                condition=Q(user__isnull=True),
                name="orders_of_an_address",
            ),
        ]


# Oscar's other models, after ours have taken their names.
from oscar.apps.order.models import (  # noqa: E402 (Oscar's fork idiom)
    BillingAddress,
    Line,
    LineAttribute,
    LinePrice,
    OrderDiscount,
    OrderLineDiscount,
    OrderNote,
    OrderStatusChange,
    ShippingAddress,
)
