"""The person: e-mail is the login; what they agreed to."""

from django.conf import settings
from django.db import models
from oscar.apps.customer.abstract_models import AbstractUser

from marketplace.accounts.addresses import folded
from marketplace.db.fields import PublicIdField
from marketplace.db.storage import private_storage


class User(AbstractUser):
    """Somebody with an account; may be a buyer, a seller and an operator at once."""

    public_id = PublicIdField(prefix="usr")
    # Of what we write to them; a page is in the language of its address.
    language = models.CharField(max_length=8, default="en")

    class Meta(AbstractUser.Meta):
        abstract = False
        app_label = "accounts"
        constraints = [
            models.UniqueConstraint(folded("email"), name="one_account_per_email"),
        ]


class TermsAcceptance(models.Model):
    """The version of a document that somebody accepted, account or not."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="terms_acceptances",
    )
    email = models.EmailField(blank=True)
    document = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    accepted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.document} {self.version}"


class Device(models.Model):
    """A browser that somebody has signed in with before.

    The browser keeps a random key in a cookie; only its hash is here.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices"
    )
    key_hash = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key_hash"], name="one_row_per_device"
            ),
        ]

    def __str__(self) -> str:
        return f"a device of {self.user_id}"


class SentMail(models.Model):
    """That a mail went out, for whoever helps somebody who waits for one.

    What it said is not kept. `to` is folded as `addresses.fold` does.
    """

    to = models.EmailField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(fields=["to", "-sent_at"], name="sent_mail_to"),
            models.Index(fields=["-sent_at", "-id"], name="sent_mail_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"


class DataExport(models.Model):
    """All that we keep of somebody, asked for by them: a file behind their sign-in."""

    public_id = PublicIdField(prefix="exp")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports"
    )
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    file = models.FileField(upload_to="exports/", storage=private_storage, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(made_at=None),
                name="one_export_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def stored_as(self) -> str:
        """Where its file is, also one that was written and not noted."""
        return f"exports/{self.public_id}.zip"


class Erasure(models.Model):
    """Somebody's wish to be forgotten, with days to think better of it."""

    public_id = PublicIdField(prefix="ers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasures"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(cancelled_at=None),
                name="one_erasure_of_a_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(cancelled_at=None, done_at=None),
                name="erasures_due",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
