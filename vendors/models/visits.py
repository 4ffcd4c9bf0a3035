from django.db import models

from marketplace.shop.partner.models import Partner


class VisitDay(models.Model):
    """How many looked at a shop on a day of TIME_ZONE; a number, never who."""

    partner = models.ForeignKey(
        Partner,
        on_delete=models.CASCADE,
        related_name="visit_days",
        db_index=False,  # the constraint has one
    )
    day = models.DateField()
    visitors = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "day"], name="one_count_for_a_shop_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.visitors}"
