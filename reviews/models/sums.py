"""Stars summed up: one row of each product, seller and month, kept by the write."""

from decimal import Decimal

from django.db import models

from marketplace.core.ratings import bayesian

STARS = (5, 4, 3, 2, 1)


class Stars(models.Model):
    """How many gave each number of stars."""

    stars_1 = models.PositiveIntegerField(default=0)
    stars_2 = models.PositiveIntegerField(default=0)
    stars_3 = models.PositiveIntegerField(default=0)
    stars_4 = models.PositiveIntegerField(default=0)
    stars_5 = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def counts(self) -> tuple[tuple[int, int], ...]:
        """The stars with how many gave them, five first."""
        return tuple((star, getattr(self, f"stars_{star}")) for star in STARS)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(many for _, many in self.counts)

    @property
    def total(self) -> int:
        """Their sum."""
        return sum(star * many for star, many in self.counts)

    @property
    def mean(self) -> Decimal | None:
        """Their mean as it is shown; None without one."""
        return bayesian(self.total, self.count)


class NoteSums(Stars):
    """Stars of a seller, with sum and count of each aspect."""

    described_sum = models.PositiveIntegerField(default=0)
    described_count = models.PositiveIntegerField(default=0)
    dispatch_sum = models.PositiveIntegerField(default=0)
    dispatch_count = models.PositiveIntegerField(default=0)
    packing_sum = models.PositiveIntegerField(default=0)
    packing_count = models.PositiveIntegerField(default=0)
    contact_sum = models.PositiveIntegerField(default=0)
    contact_count = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class ProductRating(Stars):
    """The sums of a product's shown reviews; `catalogue.Product` has their mean."""

    product = models.OneToOneField(
        "catalogue.Product",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="stars",
    )
    with_photos = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "reviews"

    def __str__(self) -> str:
        return f"{self.total}/{self.count}"


class SellerRating(NoteSums):
    """The sums of a seller's shown notes."""

    partner = models.OneToOneField(
        "partner.Partner",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="stars",
    )

    class Meta:
        app_label = "reviews"

    def __str__(self) -> str:
        return f"{self.total}/{self.count}"


class SellerRatingMonth(NoteSums):
    """The same of one month; `month` is its first day."""

    partner = models.ForeignKey(
        "partner.Partner", on_delete=models.CASCADE, related_name="stars_by_month"
    )
    month = models.DateField()

    class Meta:
        app_label = "reviews"
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "month"], name="one_row_of_stars_per_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.total}/{self.count}"
