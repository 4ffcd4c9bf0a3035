"""What went wrong with a vendor order, and what its seller proposes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from marketplace.db.storage import private_storage
from support.models.conversation import Message, Side, spoken

# The rule that names an agreement; support.rules has them all.
AGREED = "D-8.1"


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
    # How much back its buyer would keep it for, in minor units of the order's currency.
    wanted_minor = models.PositiveIntegerField(null=True, blank=True)
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
    # The code of the rule that ended it, and its words as they stood then.
    rule = models.CharField(max_length=8, blank=True, default="", db_default="")
    rule_said = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule="", rule_said__isnull=True)
                | (~Q(rule="") & Q(rule_said__isnull=False) & ~Q(state="open")),
                name="rule_of_a_decision_has_words",
            ),
            models.UniqueConstraint(
                fields=["vendor_order"],
                condition=Q(state="open"),
                name="one_open_problem_per_part",
            ),
            models.CheckConstraint(
                condition=Q(wanted_minor=None) | Q(wanted="less", wanted_minor__gt=0),
                name="problem_names_an_amount_to_keep_it_for",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_ruled(self) -> bool:
        """Whether it was decided for its two sides, who did not agree."""
        return self.rule not in {"", AGREED}

    @property
    def rule_words(self) -> str:
        """Return the rule of its decision as it stood, in the reader's language."""
        return spoken(self.rule_said) if self.rule_said else ""

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


class ProblemAnswer(models.Model):
    """What one side answers to a question about a problem; words go in the thread."""

    class Point(models.TextChoices):
        # Only its seller is asked: who reports it says so.
        TOLD = "told", _("As reported")
        CAUSE = "cause", _("Cause")
        USABLE = "usable", _("Can be used")
        BACK = "back", _("To be sent back")

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("In part")
        NO = "no", _("No")
        BEFORE = "before", _("Before it left")
        PACKING = "packing", _("The packing")
        ON_THE_WAY = "way", _("On the way")
        AFTER = "after", _("After it arrived")
        UNKNOWN = "unknown", _("Not known")

    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, related_name="answers"
    )
    side = models.CharField(
        max_length=8,
        choices=[
            (Side.BUYER.value, Side.BUYER.label),
            (Side.SELLER.value, Side.SELLER.label),
        ],
    )
    point = models.CharField(max_length=6, choices=Point.choices)
    answer = models.CharField(max_length=7, choices=Answer.choices)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "side", "point"], name="one_answer_of_a_side"
            ),
            models.CheckConstraint(
                condition=Q(side__in=(Side.BUYER, Side.SELLER)),
                name="two_sides_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point}: {self.answer}"
