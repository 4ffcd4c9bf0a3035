from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from marketplace.accounts.addresses import folded
from marketplace.core.money import Money, from_decimal
from marketplace.db.fields import CountryField, CurrencyField


class Alert(models.Model):
    """A product of which somebody wants to be told once, when they can have it.

    From any seller or by one `offer` alone; for any price, or for `below` at most, in
    the major units of Oscar's prices. Nobody is told before they have confirmed the
    address of their mail. `country` is where it is to be delivered.
    """

    email = models.EmailField()
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.CASCADE, related_name="+"
    )
    offer = models.ForeignKey(
        "partner.StockRecord",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    below = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = CurrencyField()
    country = CountryField()
    # What its mails are written in: that of the page on which it was asked for.
    language = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                folded("email"),
                F("product"),
                Coalesce("offer", 0),
                condition=Q(told_at=None),
                name="alert_once",
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(confirmed_at__isnull=False),
                name="alert_told_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(below=None) | Q(below__gt=0), name="alert_below_something"
            ),
        ]
        indexes = [
            models.Index(
                fields=["looked_at"],
                condition=Q(told_at=None, confirmed_at__isnull=False),
                name="alert_to_look",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} for {self.email}"

    @property
    def limit(self) -> Money | None:
        """Return what it may cost at most."""
        if self.below is None:
            return None
        return Money(from_decimal(self.below, self.currency), self.currency)
