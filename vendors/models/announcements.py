from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.db.fields import PublicIdField
from vendors.models.shop import Member


class Announcement(models.Model):
    """What operators tell all sellers, from the first day to the last."""

    class Kind(models.TextChoices):
        """What it is about; trouble is shown in red."""

        NEWS = "news", _("Good to know")
        CHANGE = "change", _("Something changes")
        TROUBLE = "trouble", _("Something does not work")

    public_id = PublicIdField(prefix="ann")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NEWS)
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=2000)
    starts_on = models.DateField()
    ends_on = models.DateField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="announcement_days_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(title="") & ~models.Q(text=""),
                name="announcement_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AnnouncementSeen(models.Model):
    """Somebody of a shop has read an announcement and put it away."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="seen"
    )
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "member"], name="announcement_seen_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}: {self.member_id}"
