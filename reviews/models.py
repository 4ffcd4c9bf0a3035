"""What buyers say of sellers and products, its sums, and what is decided about it.

`ProductReview` differs from Oscar's: it belongs to a line of an order (who wrote it has
bought it), is signed when it is written and outlives the account, has photos and an
answer, and never counts by itself: `reviews.services.sums` does, in the same
transaction.
"""

from decimal import Decimal
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.reviews.abstract_models import (
    AbstractProductReview,
    AbstractVote,
)

from marketplace.core.ratings import bayesian
from marketplace.db.fields import PublicIdField

ASPECTS = ("described", "dispatch", "packing", "contact")
STARS = (5, 4, 3, 2, 1)
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


class ModerationCase(models.Model):
    """A note or review that somebody reported, or that waits unseen, and its end.

    `is_held` says that nobody has seen it yet; `was_shown` what it was before the
    decision, so that the decision can be taken back.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        KEPT = "kept", _("Kept")
        HIDDEN = "hidden", _("Hidden")

    public_id = PublicIdField(prefix="mod")
    note = models.ForeignKey(
        SellerNote,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="cases",
    )
    review = models.ForeignKey(
        "reviews.ProductReview",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="cases",
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    is_held = models.BooleanField(default=False)
    was_shown = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.TextField(blank=True)

    class Meta:
        app_label = "reviews"
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(note__isnull=True, review__isnull=False)
                | Q(note__isnull=False, review__isnull=True),
                name="case_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (Q(decided_at__isnull=False) & ~Q(state="open") & ~Q(reason="")),
                name="case_decided_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["note"], condition=Q(state="open"), name="one_open_case_of_note"
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(state="open"),
                name="one_open_case_of_review",
            ),
        ]
        indexes = [models.Index(fields=["state", "opened_at"], name="cases_to_decide")]

    def __str__(self) -> str:
        if self.note is not None:
            return f"{self.note.score}/5 · {self.note.partner.name}"
        about = cast("ProductReview", self.review)
        return f"{about.score}/5 · {about.product}"

    @property
    def subject(self) -> "SellerNote | ProductReview":
        """What it is about."""
        about = self.note if self.note is not None else self.review
        return cast("SellerNote | ProductReview", about)  # The database keeps it.


class ModerationReport(models.Model):
    """Why somebody wants a case decided; a shop reports as a shop."""

    class Kind(models.TextChoices):
        ABUSE = "abuse", _("Insults or threatens somebody")
        PRIVATE = "private", _("Names private details of somebody")
        ADVERT = "advert", _("Advertises something else")
        FALSE = "false", _("Is not about what was bought")
        OTHER = "other", _("Something else")

    case = models.ForeignKey(
        ModerationCase, on_delete=models.CASCADE, related_name="reports"
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    partner = models.ForeignKey(
        "partner.Partner",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "reviews"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reporter"], name="one_report_per_person"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


from oscar.apps.catalogue.reviews.models import *  # noqa: E402, F403 (Oscar's idiom)
