"""What is decided about words that somebody reported, or that wait unseen."""

from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from reviews.models.words import ProductReview, SellerNote


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
