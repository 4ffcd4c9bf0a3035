"""What people say to each other about a vendor order, or before there is one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from marketplace.db.storage import private_storage

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from vendors.models import Vendor

LONGEST_NAME = 80


def spoken(said: Mapping[str, Any]) -> str:
    """Return what a row keeps of a `Said`, in the language of the reader."""
    words, values = gettext(said["words"]), said["values"]
    return words % values if values else words


class Side(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Seller")
    OPERATOR = "operator", "Comptoir"
    SYSTEM = "system", _("System")


class Conversation(models.Model):
    """The thread of a vendor order, or of a question that a buyer asks before one.

    A question is put to a shop about a product, or about nothing it sells. `*_read_at`
    say up to where each side has read.
    """

    public_id = PublicIdField(prefix="con")
    vendor_order = models.OneToOneField(
        "vendors.VendorOrder",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conversation",
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
    )
    vendor = models.ForeignKey(
        "vendors.Vendor",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
    )
    product = models.ForeignKey(
        "catalogue.Product",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
    )
    last_message_at = models.DateTimeField()
    last_side = models.CharField(max_length=8, choices=Side.choices)
    buyer_read_at = models.DateTimeField(null=True, blank=True)
    seller_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-last_message_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    vendor_order__isnull=False,
                    buyer__isnull=True,
                    vendor__isnull=True,
                    product__isnull=True,
                )
                | Q(
                    vendor_order__isnull=True,
                    buyer__isnull=False,
                    vendor__isnull=False,
                ),
                name="about_an_order_or_a_question",
            ),
            models.UniqueConstraint(
                fields=["buyer", "vendor", "product"],
                condition=Q(vendor_order__isnull=True),
                nulls_distinct=False,
                name="one_thread_of_a_question",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def asked(self) -> "tuple[User, Vendor]":
        """Return who asks which shop. Raises ValueError in the thread of an order."""
        if self.buyer is None or self.vendor is None:
            raise ValueError(self.public_id)
        return self.buyer, self.vendor


class Message(models.Model):
    """What somebody wrote, or what happened in between (side `system`)."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    side = models.CharField(max_length=8, choices=Side.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    author_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    text = models.TextField()
    # What the system says, in words that have translations; older rows have none.
    said = models.JSONField(null=True, blank=True, editable=False)
    # The shop said so of the last words of its buyer: a thank-you, for one.
    needs_no_answer = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(needs_no_answer=False)
                | Q(side__in=(Side.BUYER, Side.OPERATOR)),
                name="only_others_need_no_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def words(self) -> str:
        """Return the text, what the system says in the language of the reader."""
        return spoken(self.said) if self.said else self.text


class MessageFile(models.Model):
    """A picture that we drew anew, or a PDF, that came with a message."""

    public_id = PublicIdField(prefix="fil")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    # As its sender called it.
    name = models.CharField(max_length=LONGEST_NAME)
    file = models.FileField(upload_to="messages/", storage=private_storage)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a browser shows it: a PDF is only handed down."""
        return not str(self.file).endswith(".pdf")
