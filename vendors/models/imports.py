from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from marketplace.db.storage import private_storage
from vendors.models.shop import Vendor


class ImportJob(models.Model):
    """A file of offers on its way into the market, row by row accounted for.

    `attempts` counts the runs since rows last went in; before `retry_at` there is no
    other. A job that is stopped met a
    fault of ours; `error` says so, or why the file is not readable.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Not readable")
        STOPPED = "stopped", _("Stopped")

    public_id = PublicIdField(prefix="imp")
    vendor = models.ForeignKey(Vendor, on_delete=models.CASCADE, related_name="imports")
    file = models.FileField(upload_to="imports/", storage=private_storage)
    file_name = models.CharField(max_length=200)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.WAITING, db_index=True
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
    finished_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """What became of one row of a file; `number` is its line in the file."""

    class Outcome(models.TextChoices):
        PRODUCT_CREATED = "product_created", _("New product and offer")
        OFFER_CREATED = "offer_created", _("New offer")
        UPDATED = "updated", _("Offer changed")
        UNCHANGED = "unchanged", _("Nothing to change")
        REFUSED = "refused", _("Not taken")

    # `row_accounted_once` begins with the job: no index of its own.
    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    number = models.PositiveIntegerField()
    sku = models.CharField(max_length=128)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    field = models.CharField(max_length=30, blank=True)
    message = models.CharField(max_length=300, blank=True)
    product = models.ForeignKey(
        "catalogue.Product", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "number"], name="row_accounted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"
