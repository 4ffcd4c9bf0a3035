from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from marketplace.db.storage import private_storage
from vendors.models.shop import Vendor


class ImportJob(models.Model):
    """A file of offers on its way into the market, row by row accounted for.

    Its columns are matched, it is planned, and only after a yes does anything change.

    `places` says where each of our columns stands in the file, `matched` how that was
    found, and `columns` what the file calls its own, with the first cells of each.
    `mended` are cells that were typed anew, by row. `summary` counts what the plan
    says.

    `attempts` counts the runs since rows last went in; before `retry_at` there is no
    other. A job that is stopped met a fault of ours; `error` says so, or why the file
    is not readable.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to match")
        PLANNING = "planning", _("Being compared")
        PLANNED = "planned", _("Waits for your yes")
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Not readable")
        STOPPED = "stopped", _("Stopped")
        CANCELLED = "cancelled", _("Stopped by you")

    public_id = PublicIdField(prefix="imp")
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="imports")
    file = models.FileField(upload_to="imports/", storage=private_storage)
    file_name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=12, default="utf-8-sig")
    columns = models.JSONField(default=list, blank=True)
    places = models.JSONField(default=dict, blank=True)
    matched = models.JSONField(default=dict, blank=True)
    mended = models.JSONField(default=dict, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.UPLOADED, db_index=True
    )
    error = models.TextField(blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    products_created = models.PositiveIntegerField(default=0)
    offers_created = models.PositiveIntegerField(default=0)
    offers_updated = models.PositiveIntegerField(default=0)
    offers_unchanged = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class Faulty(models.Model):
    """A row that may be wrong: at a field, and in `more` at others."""

    field = models.CharField(max_length=30, blank=True)
    message = models.CharField(max_length=300, blank=True)
    # Pairs of field and message, beside the first.
    more = models.JSONField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Return field and message of all that is wrong."""
        first = [(self.field, self.message)] if self.message else []
        return [*first, *((field, message) for field, message in self.more or [])]


class ImportRow(Faulty):
    """What became of one row of a file; `number` is its line in the file.

    For an undo it keeps the offer that the row wrote (`offer_pk`, which may be gone
    since), the edition in which it left it, and of one that was changed what it `was`:
    its terms, and by how many pieces its stock was moved.
    """

    class Outcome(models.TextChoices):
        PRODUCT_CREATED = "product_created", _("New product and offer")
        OFFER_CREATED = "offer_created", _("New offer")
        UPDATED = "updated", _("Offer changed")
        UNCHANGED = "unchanged", _("Nothing to change")
        REFUSED = "refused", _("Not taken")

    class Undone(models.TextChoices):
        BACK = "back", _("As before")
        SHORT = "short", _("As before, sold out")
        WITHDRAWN = "withdrawn", _("Offer taken off sale")
        DELETED = "deleted", _("New product withdrawn")
        LEFT = "left", _("Left: changed since")
        GONE = "gone", _("Left: not there any more")

    # `row_accounted_once` begins with the job: no index of its own.
    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    number = models.PositiveIntegerField()
    sku = models.CharField(max_length=128)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    offer_pk = models.BigIntegerField(null=True, blank=True)
    edition = models.PositiveIntegerField(null=True, blank=True)
    was = models.JSONField(null=True, blank=True)
    undone = models.CharField(
        max_length=10, choices=Undone.choices, blank=True, db_default=""
    )
    undo_edition = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "number"], name="row_accounted_once"
            ),
        ]
        indexes = [
            # An import looks here for what an undo took off sale.
            models.Index(
                fields=["offer_pk"],
                condition=Q(undone="withdrawn"),
                name="offers_withdrawn_by_undo",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


class ImportPlanRow(Faulty):
    """What would become of a row; prices and stock as they are and as they would be.

    A price in doubt is written only if somebody says so: `taken`. A new product that is
    one of several choices bears the `group_code` of them.
    """

    class Doubt(models.TextChoices):
        MOVED = "moved", _("Moves far")
        FLOOR = "floor", _("Far below what others ask")

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="plan", db_index=False
    )
    number = models.PositiveIntegerField()
    sku = models.CharField(max_length=128)
    outcome = models.CharField(max_length=16, choices=ImportRow.Outcome.choices)
    group_code = models.CharField(max_length=64, blank=True, db_default="")
    product_pk = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=255, blank=True)
    price_now = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    price_new = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    price_of_others = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    stock_now = models.IntegerField(null=True, blank=True)
    stock_new = models.IntegerField(null=True, blank=True)
    doubt = models.CharField(max_length=8, choices=Doubt.choices, blank=True)
    taken = models.BooleanField(null=True, blank=True)
    cells = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="row_planned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


class ImportShape(models.Model):
    """How a shop matched the columns of a file; its next one of that shape is known."""

    vendor = models.ForeignKey(
        Vendor, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    shape = models.CharField(max_length=64)
    places = models.JSONField()
    matched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "shape"], name="shape_known_once")
        ]

    def __str__(self) -> str:
        return self.shape


class ImportUndo(models.Model):
    """A whole import on its way back; the rows say what became of each."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")

    job = models.OneToOneField(ImportJob, on_delete=models.CASCADE, related_name="undo")
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING, db_index=True
    )
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.job}: {self.state}"
