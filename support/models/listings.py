"""What somebody says is wrong with a listing, or with what a question's thread says."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from support.models.conversation import Conversation


class ListingReport(models.Model):
    """Somebody says that a product's page, or what a question's thread says, is wrong.

    A person has one open report of each. What was decided stays, with its reason.
    """

    class Kind(models.TextChoices):
        WRONG = "wrong", _("Words or pictures are wrong")
        FAKE = "fake", _("It is counterfeit")
        UNSAFE = "unsafe", _("It is not safe, or was recalled")
        FORBIDDEN = "forbidden", _("It may not be sold")
        RUDE = "rude", _("It is rude, or it threatens")
        SPAM = "spam", _("It is advertising, or a trick")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("Waits")
        FOUNDED = "founded", _("Something was done")
        UNFOUNDED = "unfounded", _("Nothing was wrong")

    public_id = PublicIdField(prefix="rpt")
    product = models.ForeignKey(
        "catalogue.Product",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reports",
    )
    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reports",
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="listing_reports",
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "reporter"],
                condition=Q(state="open"),
                name="one_open_report_of_a_listing",
            ),
            models.UniqueConstraint(
                fields=["conversation", "reporter"],
                condition=Q(state="open"),
                name="one_open_report_of_a_thread",
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=False, conversation__isnull=True)
                | Q(product__isnull=True, conversation__isnull=False),
                name="report_of_a_listing_or_a_thread",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(reason="")),
                name="decided_reports_have_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.product or (self.conversation and self.conversation.vendor))
