from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from marketplace.db.fields import PublicIdField
from vendors.models.shop import Vendor


class ApiToken(models.Model):
    """A seller's key for the API: shown once, kept as a SHA-256 digest."""

    public_id = PublicIdField(prefix="tok")
    vendor = models.ForeignKey(
        Vendor, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=30))
    hint = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # The last day on which it opens anything; it holds without end where there is none.
    ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def has_ended(self, *, on: date) -> bool:
        """Say whether its last day has passed on a day."""
        return self.ends_on is not None and self.ends_on < on
