from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord

from marketplace.db.fields import CountryField, CurrencyField, PublicIdField


class Partner(AbstractPartner):
    """What shop pages read of a seller; `vendors.Vendor` owns and writes these facts.

    `code` is the shop's handle. `score` runs from 0 to 100; `note_mean` from 1 to 5.
    """

    is_selling = models.BooleanField(default=False, db_index=True)
    dispatch_country = CountryField(blank=True)
    city = models.CharField(max_length=80, blank=True)
    note_mean = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, blank=True
    )
    note_count = models.PositiveIntegerField(default=0)
    score = models.PositiveSmallIntegerField(default=50)
    mark = models.FileField(upload_to="marks/", blank=True)
    away_from = models.DateField(null=True, blank=True)
    away_until = models.DateField(null=True, blank=True)


class OfferQuerySet(models.QuerySet["StockRecord"]):
    def on_sale(self) -> "OfferQuerySet":
        """Keep what a buyer may put in the basket now, sold out or not."""
        return self.filter(
            is_active=True, partner__is_selling=True, product__is_public=True
        )

    def in_stock(self) -> "OfferQuerySet":
        """Keep what has enough left for one purchase."""
        left = F("num_in_stock") - Coalesce(F("num_allocated"), 0)
        offers: OfferQuerySet = self.alias(left=left).filter(
            left__gte=F("min_quantity")
        )
        return offers


class StockRecord(AbstractStockRecord):
    """A seller's offer of a product. `num_in_stock` includes what is allocated.

    `edition` counts what was said of it: the database moves it on with its terms, and
    with its stock unless pieces were sold, sent or called off.
    """

    class Condition(models.TextChoices):
        NEW = "new", _("New")
        REFURBISHED = "refurbished", _("Refurbished")
        LIKE_NEW = "like_new", _("Used, like new")
        VERY_GOOD = "very_good", _("Used, very good")
        GOOD = "good", _("Used, good")
        ACCEPTABLE = "acceptable", _("Used, acceptable")

    public_id = PublicIdField(prefix="off")
    condition = models.CharField(
        max_length=12, choices=Condition.choices, default=Condition.NEW
    )
    condition_note = models.CharField(max_length=200, blank=True)
    handling_days = models.PositiveSmallIntegerField(default=1)
    dispatch_country = CountryField(blank=True)
    min_quantity = models.PositiveIntegerField(default=1)
    max_quantity = models.PositiveIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    # The lowest price of the 30 days before the price went down, and when it did. The
    # database reckons both from `PastPrice`, whoever writes the price.
    was_price = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )
    reduced_at = models.DateTimeField(null=True, blank=True, editable=False)
    edition = models.PositiveIntegerField(default=0, db_default=0)

    objects = OfferQuerySet.as_manager()

    @property
    def available(self) -> int:
        """Return how many can still be bought."""
        return max(0, (self.num_in_stock or 0) - (self.num_allocated or 0))

    class Meta(AbstractStockRecord.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(num_allocated__isnull=True)
                | Q(num_allocated__lte=F("num_in_stock")),
                name="never_allocate_more_than_stock",
            ),
            models.CheckConstraint(condition=Q(price__gt=0), name="offer_has_a_price"),
            models.CheckConstraint(
                condition=Q(min_quantity__gte=1)
                & (
                    Q(max_quantity__isnull=True)
                    | Q(max_quantity__gte=F("min_quantity"))
                ),
                name="quantities_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["product"],
                condition=Q(is_active=True),
                name="active_offers_of_product",
            ),
        ]


class PastPrice(models.Model):
    """What an offer cost from a moment on; written by the database alone."""

    # The index begins with the offer.
    offer = models.ForeignKey(
        StockRecord,
        on_delete=models.CASCADE,
        related_name="past_prices",
        db_index=False,
    )
    price = models.DecimalField(max_digits=12, decimal_places=2)
    price_currency = CurrencyField()
    condition = models.CharField(max_length=12)
    began_at = models.DateTimeField()

    class Meta:
        app_label = "partner"
        indexes = [
            models.Index(fields=["offer", "-began_at"], name="past_prices_of_offer")
        ]

    def __str__(self) -> str:
        return f"{self.price} {self.price_currency}"


# Oscar's other models, after ours have taken their names.
from oscar.apps.partner.models import (  # noqa: E402 (Oscar's fork idiom)
    PartnerAddress,
    StockAlert,
)
