from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from marketplace.db.fields import CountryField, CurrencyField


class Carrier(models.Model):
    """Who carries a parcel; `tracking_url` has `{number}` in it."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    tracking_url = models.CharField(max_length=300, blank=True)
    tracking_pattern = models.CharField(max_length=120, blank=True)
    tracking_hint = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        app_label = "shipping"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    """The countries to which a seller ships at the same rates."""

    partner = models.ForeignKey(
        "partner.Partner", on_delete=models.CASCADE, related_name="shipping_zones"
    )
    name = models.CharField(max_length=60)
    countries = ArrayField(CountryField())
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "shipping"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Rate(models.Model):
    """A way of delivery in a zone: first item, each further one, days on the road."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="rates")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    carrier = models.ForeignKey(
        Carrier, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    currency = CurrencyField()
    first_item_minor = models.PositiveIntegerField()
    next_item_minor = models.PositiveIntegerField(default=0)
    free_from_minor = models.PositiveIntegerField(null=True, blank=True)
    days_min = models.PositiveSmallIntegerField()
    days_max = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "shipping"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "code"], name="rate_code_in_zone"),
            models.CheckConstraint(
                condition=Q(days_max__gte=F("days_min")), name="rate_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


from oscar.apps.shipping.models import *  # noqa: E402 (Oscar's fork idiom)
