from django.conf import settings
from django.db import models

from vendors.models.shop import Vendor


class ShopNote(models.Model):
    """What operators write down about a shop for each other; it only grows."""

    vendor = models.ForeignKey(
        Vendor, on_delete=models.PROTECT, related_name="office_notes"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    # Of whoever wrote it; it outlives an erased account.
    author_label = models.CharField(max_length=200)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="shop_note_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
