"""Reads about shops, for those who may see them."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

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


def application_of(public_id: str) -> Application:
    """Return the application of a shop. Raises Application.DoesNotExist."""
    return Application.objects.select_related(
        "vendor", "vendor__partner", "decided_by"
    ).get(vendor__public_id=public_id)


def shops_named(words: str) -> QuerySet[Vendor]:
    """Return every shop with these words in its name or handle, by name."""
    found = Vendor.objects.select_related("partner", "standing").order_by("name")
    if not words:
        return found
    return found.filter(Q(name__icontains=words) | Q(handle__icontains=words))


def shop_to_judge(handle: str) -> Vendor:
    """Return any shop with what operators look at. Raises Vendor.DoesNotExist."""
    return Vendor.objects.select_related("partner", "standing", "application").get(
        handle=handle
    )


def shops_alike(vendor: Vendor) -> QuerySet[Vendor]:
    """Return other shops of what seems the same trader, by what the law knows."""
    same = Q()
    for field in ("vat_number", "registration_number", "legal_name"):
        if value := getattr(vendor, field):
            same |= Q(**{f"{field}__iexact": value})
    others = Vendor.objects.exclude(pk=vendor.pk)
    return others.filter(same).order_by("name") if same else others.none()


def shops_often_late(
    *, enough: int, limit_percent: int, count: int
) -> list[tuple[Vendor, float]]:
    """Return open shops with the percents of what they sent too late, the worst first.

    Only shops that sent `enough` orders, and more than the limit of them too late.
    """
    shipped = F("standing__shipped")
    rows = (
        Vendor.objects.filter(state=Vendor.State.OPEN, standing__shipped__gte=enough)
        .annotate(late_percent=100.0 * F("standing__shipped_late") / shipped)
        .filter(late_percent__gt=limit_percent)
        .select_related("partner", "standing")
        .order_by("-late_percent", "name")
    )
    return [(shop, shop.late_percent) for shop in rows[:count]]


def handles_of(public_ids: Iterable[str]) -> dict[str, str]:
    """Map shops to the words that stand for them in addresses."""
    shops = Vendor.objects.filter(public_id__in=list(public_ids)).order_by()
    return dict(shops.values_list("public_id", "handle"))


def shops_by_handle(handles: Iterable[str]) -> dict[str, Vendor]:
    """Map handles to their shops, with what draws a shop's mark."""
    shops = Vendor.objects.filter(handle__in=list(handles)).select_related("partner")
    return {shop.handle: shop for shop in shops}


def token_by_digest(digest: str) -> ApiToken | None:
    """Return the token in force with this digest, with its shop."""
    return (
        ApiToken.objects.filter(digest=digest, revoked_at=None)
        .select_related("vendor", "vendor__partner")
        .first()
    )
