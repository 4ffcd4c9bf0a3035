"""What buyers say: of products, of sellers.

`ProductReview` differs from Oscar's: it belongs to a line of an order (who wrote it has
bought it), is signed when it is written and outlives the account, has photos and an
answer, and never counts by itself: `reviews.services.sums` does, in the same
transaction.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.reviews.abstract_models import (
    AbstractProductReview,
    AbstractVote,
)

from marketplace.db.fields import PublicIdField

ASPECTS = ("described", "dispatch", "packing", "contact")
LONGEST_NAME = 80


def _one_to_five(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 5})


class ProductReview(AbstractProductReview):
    """Stars, words and photos of somebody who has received the product.

    `status` is Oscar's: waiting, shown, hidden. `total_votes` counts who found it
    helpful. `name` is how it is signed; empty once the account has gone.
    """

    public_id = PublicIdField(prefix="rev")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reviews",
    )
    title = models.CharField(max_length=120, blank=True)
    order_line = models.OneToOneField(
        "order.Line",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="review",
    )
    partner = models.ForeignKey(
        "partner.Partner",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="product_reviews",
    )
    variant = models.CharField(max_length=120, blank=True)
    photo_count = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    date_created = models.DateTimeField()

    class Meta(AbstractProductReview.Meta):
        abstract = False
        unique_together = (("product", "user"),)
        ordering = ["-date_created", "-id"]
        indexes = [
            models.Index(
                fields=["product", "-total_votes", "-date_created"],
                condition=Q(status=1),
                name="reviews_of_product",
            ),
            models.Index(fields=["partner", "-date_created"], name="reviews_of_seller"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=1) & Q(score__lte=5), name="review_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.score}/5"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row alone: Oscar's writes the product's mean, ours counts apart."""
        models.Model.save(self, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the row alone, as `save`."""
        return models.Model.delete(self, *args, **kwargs)


class Vote(AbstractVote):
    """Somebody finds a review helpful; `ProductReview.total_votes` counts them."""

    class Meta(AbstractVote.Meta):
        abstract = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row alone: Oscar's counts all votes of the review anew."""
        models.Model.save(self, *args, **kwargs)


class ReviewPhoto(models.Model):
    """A picture that belongs to a review, redrawn without its metadata."""

    review = models.ForeignKey(
        "reviews.ProductReview", on_delete=models.CASCADE, related_name="photos"
    )
    image = models.FileField(upload_to="reviews/")

    class Meta:
        app_label = "reviews"
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.image)


class SellerNote(models.Model):
    """A buyer's note of a seller for one vendor order, from 1 to 5. One each.

    The aspects are from 1 to 5 too, or not given.
    """

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
    author_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    score = models.PositiveSmallIntegerField()
    described = models.PositiveSmallIntegerField(_("As described"), null=True)
    dispatch = models.PositiveSmallIntegerField(_("Dispatch"), null=True)
    packing = models.PositiveSmallIntegerField(_("Packing"), null=True)
    contact = models.PositiveSmallIntegerField(_("Contact"), null=True)
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
            *(
                models.CheckConstraint(
                    condition=_one_to_five(name), name=f"note_{name}_from_1_to_5"
                )
                for name in ASPECTS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}/5"
