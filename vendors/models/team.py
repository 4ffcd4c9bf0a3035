from django.conf import settings
from django.db import models
from django.db.models import Q

from marketplace.accounts.addresses import folded
from marketplace.db.fields import PublicIdField
from vendors.models.shop import Member, Vendor


class Invitation(models.Model):
    """Somebody who was asked by mail to work in a shop, and what became of it.

    The link in the mail names the row and is signed. It is open until it is accepted or
    taken back, or its time has run out.
    """

    public_id = PublicIdField(prefix="inv")
    vendor = models.ForeignKey(
        Vendor, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Member.Role.choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                "vendor",
                folded("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_each",
            ),
            models.CheckConstraint(
                condition=~Q(role=Member.Role.OWNER), name="nobody_invites_an_owner"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="accepted_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"
