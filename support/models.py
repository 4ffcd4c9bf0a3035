"""What people say to each other about a vendor order, and what went wrong with it."""

from typing import TYPE_CHECKING

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
        if not self.said:
            return self.text
        values = self.said["values"]
        spoken = gettext(self.said["words"])
        return spoken % values if values else spoken


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


class Problem(models.Model):
    """A buyer's report, or a return: it freezes the money until somebody decides."""

    class Kind(models.TextChoices):
        NOT_RECEIVED = "not_received", _("It has not arrived")
        DAMAGED = "damaged", _("It arrived damaged")
        NOT_AS_DESCRIBED = "not_as_described", _("It is not what was described")
        INCOMPLETE = "incomplete", _("Something is missing")
        RETURN = "return", _("I want to send it back")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        REFUNDED = "refunded", _("Refunded")
        RELEASED = "released", _("Paid to the seller")
        # The buyer had all of the money back before somebody decided.
        SETTLED = "settled", _("Nothing was left to pay")
        # The buyer took what the seller had proposed.
        AGREED = "agreed", _("Agreed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = PublicIdField(prefix="prb")
    vendor_order = models.ForeignKey(
        "vendors.VendorOrder", on_delete=models.PROTECT, related_name="problems"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(
        max_length=9, choices=State.choices, default=State.OPEN, db_index=True
    )
    wanted = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    decision = models.TextField(blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor_order"],
                condition=Q(state="open"),
                name="one_open_problem_per_part",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def waits_for_us(self) -> bool:
        """Whether the buyer asked for a decision: the seller's time has ended."""
        return self.answer_by == self.opened_at


class ProblemLine(models.Model):
    """Which pieces a problem is about."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(
        "vendors.VendorOrderLine",
        on_delete=models.PROTECT,
        related_name="problem_lines",
    )
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="problem_line_holds"
            ),
            models.UniqueConstraint(
                fields=["problem", "line"], name="line_once_in_problem"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class ProblemPhoto(models.Model):
    """A picture as evidence, in private storage."""

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, related_name="photos"
    )
    file = models.FileField(upload_to="problems/", storage=private_storage)

    def __str__(self) -> str:
        return str(self.file)


class Proposal(models.Model):
    """What a seller proposes to end a problem: so much back, and the pieces stay.

    While the problem is open it stands, declined or not, until the seller takes it back
    or proposes something else. `message` says it in words.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for the buyer")
        DECLINED = "declined", _("Declined")
        TAKEN = "taken", _("Agreed")
        WITHDRAWN = "withdrawn", _("Taken back")

    STANDING = (State.OPEN, State.DECLINED)

    public_id = PublicIdField(prefix="prp")
    problem = models.ForeignKey(Problem, models.CASCADE, related_name="proposals")
    message = models.OneToOneField(Message, models.PROTECT, related_name="proposal")
    # Of the reported pieces' price, in minor units of the order's currency.
    amount_minor = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="proposal_gives_something"
            ),
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(state__in=("open", "declined")),
                name="one_standing_proposal",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_standing(self) -> bool:
        """Whether the buyer can take it, if the problem is open still."""
        return self.state in self.STANDING


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
