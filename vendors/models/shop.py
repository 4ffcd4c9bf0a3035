from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.db.fields import CountryField, PublicIdField
from vendors.missing import missing_in_whole


class Vendor(models.Model):
    """A seller: the legal person behind a `partner.Partner`.

    `handle` equals the partner's code and stands in addresses (`/s/<handle>`).
    """

    class State(models.TextChoices):
        APPLYING = "applying", _("Applying")
        OPEN = "open", _("Open")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")

    public_id = PublicIdField(prefix="sel")
    partner = models.OneToOneField(
        "partner.Partner", on_delete=models.PROTECT, related_name="vendor"
    )
    handle = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.APPLYING, db_index=True
    )
    legal_name = models.CharField(max_length=120, blank=True)
    legal_form = models.CharField(max_length=40, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = CountryField()
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    tagline = models.CharField(max_length=120, blank=True)
    about = models.TextField(blank=True)
    returns_policy = models.TextField(blank=True)
    # None: as long as the market gives. Never counts for less than that.
    returns_days = models.PositiveSmallIntegerField(null=True, blank=True)
    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    banner = models.FileField(upload_to="banners/", blank=True)
    wants_acceptance = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Application(models.Model):
    """The request to sell, and what the platform decided."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not sent yet")
        SUBMITTED = "submitted", _("Waiting for a decision")
        MORE_WANTED = "more_wanted", _("More information wanted")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    vendor = models.OneToOneField(
        Vendor, on_delete=models.CASCADE, related_name="application"
    )
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.DRAFT, db_index=True
    )
    sells = models.TextField(blank=True)
    categories = models.ManyToManyField("catalogue.Category", blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # What was said with the decision, beside the kinds of `missing`.
    reason = models.TextField(blank=True)
    missing = models.JSONField(default=list, db_default=[], blank=True)

    def __str__(self) -> str:
        return f"{self.vendor}: {self.get_state_display()}"

    @property
    def answer(self) -> str:
        """What the seller reads of the decision, in the language that is on."""
        return "\n".join(filter(None, [missing_in_whole(self.missing), self.reason]))


class Member(models.Model):
    """A person's role in a shop."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ORDERS = "orders", _("Orders")
        # With a context: Oscar translates the bare word for Americans.
        CATALOGUE = "catalogue", pgettext_lazy("role", "Catalogue")
        FINANCE = "finance", _("Finance")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(max_length=10, choices=Role.choices)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "vendor"], name="one_role_per_shop"
            ),
            models.UniqueConstraint(
                fields=["vendor"],
                condition=models.Q(role="owner"),
                name="one_owner_per_shop",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Standing(models.Model):
    """A seller's counters, written by the flows that know."""

    vendor = models.OneToOneField(
        Vendor, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    orders = models.PositiveIntegerField(default=0)
    shipped = models.PositiveIntegerField(default=0)
    shipped_late = models.PositiveIntegerField(default=0)
    cancelled_by_seller = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0)
    note_sum = models.PositiveIntegerField(default=0)
    note_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(note_sum__gte=models.F("note_count"))
                & models.Q(note_sum__lte=5 * models.F("note_count")),
                name="notes_between_one_and_five",
            ),
        ]

    def __str__(self) -> str:
        return f"Standing of {self.vendor}"
