"""Reads about shops, for those who may see them."""

from django.db.models import QuerySet

from marketplace.core.viewer import Viewer
from vendors.models import ApiToken, Application, Member, Vendor


def shops_of(viewer: Viewer) -> QuerySet[Vendor]:
    """Return the shops that the viewer works for, by name."""
    return Vendor.objects.filter(partner_id__in=list(viewer.roles)).select_related(
        "partner", "application"
    )


def shop_for(viewer: Viewer, handle: str, *roles: str) -> Vendor:
    """Return a shop of the viewer's in which they have one of `roles` (or own it).

    No role named: any member. Raises Vendor.DoesNotExist for everybody else, so that a
    foreign shop is a 404.
    """
    vendor = shops_of(viewer).get(handle=handle)
    if roles and not viewer.works_on(vendor.partner_id, *roles):
        raise Vendor.DoesNotExist
    return vendor


def open_shop(handle: str) -> Vendor:
    """Return a shop that anybody may visit. Raises Vendor.DoesNotExist otherwise."""
    return Vendor.objects.select_related("partner").get(
        handle=handle, state=Vendor.State.OPEN
    )


def open_shops() -> QuerySet[Vendor]:
    """Return the shops that anybody may visit, the best known first."""
    return (
        Vendor.objects.filter(state=Vendor.State.OPEN)
        .select_related("partner")
        .order_by("-partner__score", "-partner__note_count", "name")
    )


def members_of(vendor: Vendor) -> QuerySet[Member]:
    """Return who works in the shop, the owner first."""
    return vendor.members.select_related("user").order_by("since", "id")


def tokens_of(vendor: Vendor) -> QuerySet[ApiToken]:
    """Return the shop's API tokens, those in force first, newest first."""
    return vendor.api_tokens.order_by("-revoked_at", "-created_at")


def applications_waiting() -> QuerySet[Application]:
    """Return the applications that wait for a decision, oldest first."""
    return (
        Application.objects.filter(state=Application.State.SUBMITTED)
        .select_related("vendor", "vendor__partner")
        .order_by("submitted_at", "id")
    )


def token_by_digest(digest: str) -> ApiToken | None:
    """Return the token in force with this digest, with its shop."""
    return (
        ApiToken.objects.filter(digest=digest, revoked_at=None)
        .select_related("vendor", "vendor__partner")
        .first()
    )
