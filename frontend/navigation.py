"""The side bars of the portal and the office: what stands there, in which order."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Entry(NamedTuple):
    """A place in a side bar; without a route it is the label of a group.

    With a query it is a tab of the page of its route: its place is both together.
    """

    label: Promise
    icon: str = ""
    route: str = ""
    queue: str = ""
    tone: str = ""
    query: str = ""


class Link(NamedTuple):
    """An entry as a page shows it."""

    label: Promise
    icon: str = ""
    href: str = ""
    is_current: bool = False
    waiting: int = 0
    tone: str = ""


# The tab of a shop's orders that buyers reported.
IN_QUESTION = "?tab=problems"
PORTAL = (
    Entry(_("Today"), "home", "portal-today"),
    Entry(_("Set up"), "check", "portal-onboarding", "onboarding", "warn"),
    Entry(_("Orders"), "parcel", "portal-orders", "orders", "brand"),
    Entry(_("Offers"), "tag", "portal-offers"),
    Entry(_("Import"), "upload", "portal-import"),
    Entry(_("Promotions"), "gift", "portal-promotions"),
    Entry(_("Messages"), "message", "portal-messages", "messages"),
    Entry(_("In question"), "scale", "portal-orders", "problems", "warn", IN_QUESTION),
    Entry(_("Disputes"), "shield", "portal-disputes", "disputes", "warn"),
    Entry(_("Ratings"), "star", "portal-notes"),
    Entry(_("Payouts"), "bank", "portal-payouts"),
    Entry(_("Documents"), "list", "portal-documents"),
    Entry(_("Team"), "users", "portal-team"),
    Entry(_("API"), "bolt", "portal-tokens"),
    Entry(_("Settings"), "gear", "portal-settings"),
)
OFFICE = (
    Entry(_("Queues")),
    Entry(_("Overview"), "home", "office-home"),
    Entry(_("Applications"), "store", "office-applications", "applications"),
    Entry(_("Moderation"), "eye", "office-products", "products"),
    Entry(_("Reviews"), "star", "office-reviews", "reviews"),
    Entry(_("Problems"), "scale", "office-problems", "problems"),
    Entry(_("Reported listings"), "flag", "office-reports", "reports"),
    Entry(_("Disputes"), "shield", "office-disputes", "disputes"),
    Entry(_("Money")),
    Entry(_("Orders"), "parcel", "office-orders"),
    Entry(_("Refunds"), "wallet", "office-refunds", "refunds"),
    Entry(_("Carrier claims"), "truck", "office-carrier-claims", "claims"),
    Entry(_("Payouts"), "bank", "office-payouts", "runs"),
    Entry(_("Held money"), "lock", "office-holds", "holds"),
    Entry(_("Match"), "check", "office-match"),
    Entry(_("Commands"), "clock", "office-commands", "commands"),
    Entry(_("Commission"), "list", "office-plans", "drafts"),
    Entry(_("Points"), "gift", "office-points", "points"),
    Entry(_("Figures"), "chart", "office-figures"),
    Entry(_("Accounting"), "download", "office-books"),
    Entry(_("Promotions"), "gift", "office-promotions"),
    Entry(_("Market")),
    Entry(_("Sellers"), "users", "office-sellers"),
    Entry(_("Announcements"), "bell", "office-announcements"),
    Entry(_("Categories"), "tag", "office-categories"),
    Entry(_("Search"), "search", "office-search"),
    Entry(_("Tax"), "wallet", "office-tax"),
    Entry(_("Carriers"), "truck", "office-carriers"),
    Entry(_("System")),
    Entry(_("System"), "gear", "office-system"),
    Entry(_("Mail and jobs"), "bolt", "office-failures", "failures"),
    Entry(_("Audit log"), "list", "office-audit"),
    Entry(_("People"), "users", "office-people"),
)


def links(
    entries: tuple[Entry, ...],
    *,
    current: str,
    counts: Mapping[str, int],
    route_kwargs: Mapping[str, str],
    closed: Collection[str] = (),
    tones: Mapping[str, str] | None = None,
) -> list[Link]:
    """Return the entries whose pages are routed, and the labels of their groups.

    `closed` names routes that are not for whoever looks; `tones` are the colours of the
    counts, where they are not always those of the entries.
    """
    entries = tuple(
        entry
        if tones is None
        else Entry(*entry[:4], tones.get(entry.queue, ""), entry.query)
        for entry in entries
        if entry.route not in closed
    )
    found = list(_links(entries, current, counts, dict(route_kwargs)))
    # A label is for what stands below it: without that it goes too.
    return [
        link
        for link, below in zip(found, [*found[1:], None], strict=True)
        if link.href or (below and below.href)
    ]


def _links(
    entries: tuple[Entry, ...],
    current: str,
    counts: Mapping[str, int],
    route_kwargs: dict[str, str],
) -> Iterator[Link]:
    for entry in entries:
        if not entry.route:
            yield Link(entry.label)
            continue
        try:
            href = reverse(entry.route, kwargs=route_kwargs)
        except NoReverseMatch:
            continue
        yield Link(
            label=entry.label,
            icon=entry.icon,
            href=href + entry.query,
            is_current=current == entry.route + entry.query,
            waiting=counts.get(entry.queue, 0),
            tone=entry.tone,
        )
