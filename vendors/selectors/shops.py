"""Reads about shops, for those who may see them."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Lower

from marketplace.core.viewer import Viewer
from vendors.models import ApiToken, Application, ApplicationFile, Member, Vendor


def shops_of(viewer: Viewer) -> QuerySet[Vendor]:
    """Return the shops that the viewer works for, by name."""
    return Vendor.objects.filter(partner_id__in=list(viewer.roles)).select_related(
        "partner", "application", "standing"
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
    return applications_in(Application.State.SUBMITTED)


def applications_in(state: str) -> QuerySet[Application]:
    """Return the applications in a state with their shops, oldest first."""
    return (
        Application.objects.filter(state=state)
        .select_related("vendor", "vendor__partner")
        .order_by("submitted_at", "id")
    )


def applications_among(shop_ids: Iterable[str]) -> QuerySet[Application]:
    """Return the applications of some shops, whatever their state, oldest first."""
    wanted = [key for key in shop_ids if "\0" not in key]
    return (
        Application.objects.filter(vendor__public_id__in=wanted)
        .exclude(state=Application.State.DRAFT)
        .select_related("vendor", "vendor__partner")
        .order_by("submitted_at", "id")
    )


def application_of(public_id: str) -> Application:
    """Return the application of a shop. Raises Application.DoesNotExist."""
    return Application.objects.select_related(
        "vendor", "vendor__partner", "decided_by"
    ).get(vendor__public_id=public_id)


def file_of_application(vendor: Vendor, public_id: str) -> ApplicationFile | None:
    """Return a file of a shop's application that the caller may see, or None."""
    files = ApplicationFile.objects.filter(application__vendor=vendor)
    return files.filter(public_id=public_id).first()


def shops_named(words: str) -> QuerySet[Vendor]:
    """Return every shop with these words in its name or handle, by name."""
    found = Vendor.objects.select_related("partner", "standing").order_by("name")
    if not words:
        return found
    return found.filter(Q(name__icontains=words) | Q(handle__icontains=words))


def shops_to_name(words: str, *, most: int = 20) -> list[Vendor]:
    """Return shops that these words could mean, the likeliest first; one query.

    By handle, name or a part of them, or as `shops_called` reads them.
    """
    words = words.strip().lstrip("@")
    if not words:
        return []
    handle = _handle_in(words)
    found = Vendor.objects.filter(
        Q(name__icontains=words) | Q(handle__icontains=words) | Q(handle=handle)
    )
    is_it = Q(name__iexact=words) | Q(handle__iexact=words) | Q(handle=handle)
    begins = Q(name__istartswith=words) | Q(handle__istartswith=words)
    rank = Case(When(is_it, then=0), When(begins, then=1), default=2)
    return list(found.annotate(rank=rank).order_by("rank", "name", "handle")[:most])


def shops_called(written: Iterable[str]) -> dict[str, list[Vendor]]:
    """Map what somebody wrote to the shops it names, by name; one query.

    Either a handle, or a name in any case, or both as "Name (handle)". A handle that is
    written exactly names its shop, whoever else bears it as a name.
    """
    lines = {line: line.strip().lstrip("@") for line in written}
    words = set(lines.values())
    handles = words | {_handle_in(each) for each in words}
    rows = list(
        Vendor.objects.annotate(called=Lower("name"))
        .filter(Q(handle__in=handles) | Q(called__in={each.lower() for each in words}))
        .select_related("partner", "standing")
        .order_by("name", "handle")
    )
    return {line: _meant(each, rows) for line, each in lines.items()}


def shops_numbered(keys: Iterable[int]) -> list[Vendor]:
    """Return the shops with these keys, by name."""
    return list(Vendor.objects.filter(pk__in=list(keys)).order_by("name", "handle"))


def _handle_in(words: str) -> str:
    """Return the handle of "Name (handle)", or nothing."""
    return words.rpartition(" (")[2].removesuffix(")") if words.endswith(")") else ""


def _meant(words: str, shops: Iterable[Vendor]) -> list[Vendor]:
    shops = list(shops)
    exact = [shop for shop in shops if shop.handle == words]
    if exact:
        return exact
    lower = words.lower()
    return [
        shop
        for shop in shops
        if lower in {shop.name.lower(), f"{shop.name} ({shop.handle})".lower()}
    ]


def shop_to_judge(handle: str) -> Vendor:
    """Return any shop with what operators look at. Raises Vendor.DoesNotExist."""
    return Vendor.objects.select_related("partner", "standing", "application").get(
        handle=handle
    )


def shop_of_partner(partner_id: int) -> Vendor | None:
    """Return the shop behind a partner, with its standing."""
    return (
        Vendor.objects.filter(partner_id=partner_id)
        .select_related("partner", "standing")
        .first()
    )


def has_confirmed_address(vendor: Vendor) -> bool:
    """Say whether somebody of a shop has shown that their address is theirs."""
    people = vendor.members.values("user")
    return EmailAddress.objects.filter(user__in=people, verified=True).exists()


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
