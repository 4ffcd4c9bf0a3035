"""Rates by country, class of goods and date."""

from django.db import models
from django.utils.translation import pgettext_lazy

from marketplace.db.fields import CountryField


class TaxClass(models.TextChoices):
    STANDARD = "standard", pgettext_lazy("VAT rate", "Standard")
    REDUCED = "reduced", pgettext_lazy("VAT rate", "Reduced")
    ZERO = "zero", pgettext_lazy("VAT rate", "Zero")


class TaxRate(models.Model):
    """The rate of a class of goods in a country from a date on, in basis points."""

    country = CountryField()
    tax_class = models.CharField(max_length=10, choices=TaxClass.choices)
    rate_bps = models.PositiveIntegerField()
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "tax_class", "valid_from"], name="one_rate_per_day"
            ),
            models.CheckConstraint(
                condition=models.Q(rate_bps__lte=10_000), name="rate_at_most_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.tax_class} {self.rate_bps / 100} %"

    @property
    def percent(self) -> float:
        """Return the rate as people say it."""
        return self.rate_bps / 100
