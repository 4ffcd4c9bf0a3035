"""What is decided about words that somebody reported, or that wait unseen."""

from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from reviews.models.questions import ProductAnswer, ProductQuestion
from reviews.models.words import ProductReview, SellerNote

# What people write in public; a case is about one of it.
Words = SellerNote | ProductReview | ProductQuestion | ProductAnswer
SUBJECTS: dict[type[models.Model], str] = {
    SellerNote: "note",
    ProductReview: "review",
    ProductQuestion: "question",
    ProductAnswer: "answer",
}
_KINDS: dict[type[models.Model], Promise] = {
    SellerNote: _("Rating of a seller"),
    ProductReview: _("Review of a product"),
    ProductQuestion: _("Question about a product"),
    ProductAnswer: _("Answer of a seller"),
}


def _about_one_thing() -> Q:
    """Return that one of the subjects is there, and no other."""
    names = SUBJECTS.values()
    one, *others = (
        Q(**{f"{name}__isnull": name != there for name in names}) for there in names
    )
    for other in others:
        one |= other
    return one


class ModerationCase(models.Model):
    """Words that somebody reported, or that wait unseen, and what is decided of them.

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
    question = models.ForeignKey(
        ProductQuestion,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="cases",
    )
    answer = models.ForeignKey(
        ProductAnswer,
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
                condition=_about_one_thing(), name="case_about_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (Q(decided_at__isnull=False) & ~Q(state="open") & ~Q(reason="")),
                name="case_decided_with_a_reason",
            ),
            *(
                models.UniqueConstraint(
                    fields=[name],
                    condition=Q(state="open"),
                    name=f"one_open_case_of_{name}",
                )
                for name in SUBJECTS.values()
            ),
        ]
        indexes = [models.Index(fields=["state", "opened_at"], name="cases_to_decide")]

    def __str__(self) -> str:
        about = self.subject
        if isinstance(about, SellerNote):
            return f"{about.score}/5 · {self.seller_name}"
        if isinstance(about, ProductReview):
            return f"{about.score}/5 · {about.product}"
        return str(about)

    @property
    def subject(self) -> Words:
        """What it is about."""
        about = self.note or self.review or self.question or self.answer
        return cast("Words", about)  # The database keeps it.

    @property
    def kind(self) -> Promise:
        """What sort of words these are."""
        return _KINDS[type(self.subject)]

    @property
    def seller_name(self) -> str:
        """Whose sale or words these are; empty for a question to all."""
        partner = getattr(self.subject, "partner", None)
        return str(partner.name) if partner else ""


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
