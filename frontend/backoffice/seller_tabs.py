"""The sides of a seller: everything at a glance, then each in full."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from frontend.backoffice.events import told
from frontend.middleware import ViewerRequest
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock
from payouts.selectors.seller_ledger import payable_movements
from payouts.selectors.sellers import balances_of, settlements_for
from support.selectors.problems import problems_of_shops, problems_with
from vendors.models import Vendor
from vendors.selectors.offers import offers_of
from vendors.selectors.sales import parts_for_office
from vendors.selectors.suspension import TO_SHIP
from vendors.selectors.trail import events_of_shops

_PER_PAGE = 25
_SHORT, _LONG = 5, 50
_FINANCE, _SUPPORT = OperatorPermission.FINANCE, OperatorPermission.SUPPORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A side of a seller, and what it shows."""

    name: str
    label: str | Promise
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """Return the piece that draws it."""
        return f"office/_seller_{self.name}.html"


# For whom each is; nobody named: for all operators.
_TABS: dict[str, tuple[Promise, tuple[OperatorPermission, ...]]] = {
    "all": (gettext_lazy("Everything"), ()),
    "money": (gettext_lazy("Money"), (_FINANCE,)),
    "cases": (gettext_lazy("Problems"), (_SUPPORT,)),
    "orders": (gettext_lazy("Orders"), (_FINANCE, _SUPPORT)),
    "offers": (gettext_lazy("Offers"), ()),
    "audit": (gettext_lazy("Audit"), ()),
}


def tabs_for(viewer: Viewer, shop: Vendor) -> list[Tab]:
    """Return the sides that the viewer may see."""
    return [
        Tab(name=name, label=label)
        for name, (label, needed) in _TABS.items()
        if not needed or any(map(viewer.may, needed))
    ]


def tab_of(request: ViewerRequest, shop: Vendor) -> Tab:
    """Return the side that the address asks for, filled; else the first."""
    open_tabs = {tab.name: tab for tab in tabs_for(request.viewer, shop)}
    tab = open_tabs.get(request.GET.get("tab", ""), open_tabs["all"])
    return Tab(name=tab.name, label=tab.label, shown=_FILL[tab.name](request, shop))


def _page(request: HttpRequest, rows: Any) -> dict[str, Any]:
    return {"page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))}


def _ledger(viewer: Viewer, shop: Vendor, most: int) -> list[tuple[str, Any]]:
    """Return what is due, movement by movement, for each currency."""
    return [
        (
            balance.currency,
            payable_movements(
                viewer, vendor_id=shop.pk, currency=balance.currency, most=most
            ),
        )
        for balance in balances_of(viewer, vendor_id=shop.pk)
    ]


def _all(request: ViewerRequest, shop: Vendor) -> dict[str, Any]:
    viewer = request.viewer
    return {
        "ledger": _ledger(viewer, shop, _SHORT),
        "settlements": settlements_for(viewer, vendor_id=shop.pk)[:_SHORT],
    }


def _money(request: ViewerRequest, shop: Vendor) -> dict[str, Any]:
    rows = settlements_for(request.viewer, vendor_id=shop.pk)
    return {"ledger": _ledger(request.viewer, shop, _LONG), **_page(request, rows)}


def _cases(request: ViewerRequest, shop: Vendor) -> dict[str, Any]:
    return _page(request, problems_with(request.viewer, shop.pk))


def _orders(request: ViewerRequest, shop: Vendor) -> dict[str, Any]:
    rows = parts_for_office(request.viewer, shop.pk)
    if is_narrowed := request.GET.get("only") == "to-ship":
        rows = rows.filter(state__in=TO_SHIP)
    return _page(request, rows) | {"is_narrowed": is_narrowed}


def _offers(request: ViewerRequest, shop: Vendor) -> dict[str, Any]:
    rows = offers_of(shop)
    if is_narrowed := request.GET.get("only") == "on-sale":
        rows = rows.filter(is_active=True)
    return _page(request, rows) | {"is_narrowed": is_narrowed}


def _audit(request: ViewerRequest, shop: Vendor) -> dict[str, Any]:
    problems = ("support.problem", problems_of_shops([shop.pk]))
    shown = _page(request, events_of_shops([shop.pk], problems))
    lines = told(shown["page"].object_list, request.viewer, now=clock.now())
    return {**shown, "lines": lines}


_FILL: dict[str, Callable[[ViewerRequest, Vendor], dict[str, Any]]] = {
    "all": _all,
    "money": _money,
    "cases": _cases,
    "orders": _orders,
    "offers": _offers,
    "audit": _audit,
}
