from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from vendors.models.shop import Vendor

# The setting WEBHOOKS_ON_LOOPBACK says whether the second kind is taken.
ADDRESS = r"^(https://|http://(127\.0\.0\.1|localhost|\[::1\])([:/]|$))"
LONGEST_ADDRESS = 500


class WebhookEvent(models.TextChoices):
    """What a shop's systems may hear of."""

    ORDER_PAID = "order.paid", _("A new order is paid")
    ORDER_CANCELLED = "order.cancelled", _("An order is cancelled, or some of it")
    PARCEL_SENT = "parcel.sent", _("A parcel has left")
    PARCEL_DELIVERED = "parcel.delivered", _("A parcel has arrived")
    ORDER_RECEIVED = "order.received", _("An order counts as received")
    PROBLEM_OPENED = "problem.opened", _("A buyer reports a problem or a return")
    REFUND_MADE = "refund.made", _("A buyer gets money back")
    MESSAGE_RECEIVED = "message.received", _("A buyer writes to you")
    OFFER_SOLD_OUT = "offer.sold_out", _("The last piece of an offer is sold")
    LISTING_DECIDED = "listing.decided", _("A product is published or sent back")
    PAYOUT_PAID = "payout.paid", _("A payout is in your bank")
    TEST = "test", _("A test")


class WebhookFault(models.TextChoices):
    """Why no answer came."""

    ADDRESS = "address", _("This is not an address on the internet.")
    NAME = "name", _("Nobody knows this name.")
    REFUSED = "refused", _("Nobody answers there.")
    CERTIFICATE = "certificate", _("Its certificate is not in order.")
    TIMEOUT = "timeout", _("No answer came within ten seconds.")
    BROKEN = "broken", _("The line broke before an answer came.")
    NOTHING = "nothing", _("What it is about is gone.")
    UNWRITTEN = "unwritten", _("We could not write it; we look into it.")


class Webhook(models.Model):
    """An address of a shop's own systems that hears what happens there.

    Whoever sends to it has it alone until `leased_until`; after a failure it is left
    in peace until `rests_until`. `given_up_at` says when it was turned off because it
    had failed for too long.
    """

    public_id = PublicIdField(prefix="whk")
    vendor = models.ForeignKey(
        Vendor, on_delete=models.CASCADE, related_name="webhooks"
    )
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=LONGEST_ADDRESS)
    events = ArrayField(models.CharField(max_length=30))
    secret = models.CharField(max_length=60)
    # Sign beside the new one until then; apart by a space, the newest first.
    old_secret = models.CharField(max_length=200, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    is_on = models.BooleanField(default=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=12, choices=WebhookFault.choices, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(address__regex=ADDRESS), name="webhook_address_is_safe"
            ),
            models.CheckConstraint(
                condition=~Q(events=[]), name="webhook_hears_something"
            ),
            models.CheckConstraint(
                condition=Q(old_secret="", old_secret_until=None)
                | (~Q(old_secret="") & Q(old_secret_until__isnull=False)),
                name="webhook_old_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at=None) | Q(is_on=False),
                name="webhook_given_up_is_off",
            ),
            models.CheckConstraint(
                condition=Q(failing_since=None, failures=0)
                | Q(failing_since__isnull=False, failures__gt=0),
                name="webhook_failures_have_begun",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """What one webhook is told of one event, and what it answered last.

    `about` has the primary keys of what it is about; from them the body is written
    once, before the first try, and is sent as it is ever after.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Arrived")
        GIVEN_UP = "given_up", _("Given up")

    public_id = PublicIdField(prefix="whd")
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    # The same for all webhooks that hear of it.
    event_id = models.CharField(max_length=40)
    event = models.CharField(max_length=30, choices=WebhookEvent.choices)
    about = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    happened_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    fault = models.CharField(max_length=12, choices=WebhookFault.choices, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "webhook"], name="webhook_hears_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False)
                | (~Q(state="waiting") & Q(next_try_at=None)),
                name="webhook_waiting_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | ~Q(body=""), name="webhook_sent_something"
            ),
        ]
        indexes = [
            models.Index(
                fields=["webhook", "next_try_at", "id"],
                condition=Q(state="waiting"),
                name="webhook_next",
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_log"),
            models.Index(fields=["happened_at"], name="webhook_old"),
            models.Index(KeyTransform("part", "about"), name="webhook_of_part"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"
