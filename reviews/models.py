from django.conf import settings
from django.db import models
from django.db.models import Q
from oscar.apps.catalogue.reviews.models import *  # noqa: F403 (Oscar's fork idiom)

from marketplace.db.fields import PublicIdField


class SellerNote(models.Model):
    """A buyer's note of a seller for one vendor order, from 1 to 5. One each."""

    public_id = PublicIdField(prefix="not")
    vendor_order = models.OneToOneField(
        "vendors.VendorOrder", on_delete=models.PROTECT, related_name="note"
    )
    partner = models.ForeignKey(
        "partner.Partner", on_delete=models.PROTECT, related_name="notes"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="seller_notes",
    )
    author_name = models.CharField(max_length=80)
    score = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    is_hidden = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "reviews"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["partner", "-created_at"], name="notes_of_seller"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=1) & Q(score__lte=5), name="note_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}/5"
