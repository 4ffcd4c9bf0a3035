from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.db.fields import PublicIdField
from marketplace.db.storage import private_storage
from vendors.models.shop import Application

LONGEST_NAME, LONGEST_REASON = 80, 300


class ApplicationFile(models.Model):
    """A picture that we drew anew, or a PDF, that a shop adds to its application."""

    class State(models.TextChoices):
        """What the office thinks of it."""

        WAITING = "waiting", _("To decide")
        ACCEPTED = "accepted", pgettext_lazy("paper", "Accepted")
        REFUSED = "refused", pgettext_lazy("paper", "Refused")

    public_id = PublicIdField(prefix="apf")
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="files"
    )
    # As its sender called it.
    name = models.CharField(max_length=LONGEST_NAME)
    file = models.FileField(upload_to="applications/", storage=private_storage)
    size = models.PositiveIntegerField()
    # SHA-256 of what it says, in hex; the same paper bears the same in every shop.
    digest = models.CharField(max_length=64, blank=True, db_default="", db_index=True)
    added_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=State, default=State.WAITING, db_default=State.WAITING
    )
    # Why it was refused; its sender reads it.
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, db_default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at=None)
                | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
                name="paper_decided_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason=""),
                name="paper_refused_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a browser shows it: a PDF is only handed down."""
        return not str(self.file).endswith(".pdf")
