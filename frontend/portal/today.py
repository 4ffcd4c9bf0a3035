"""The first page of a shop: what to do, by deadline, and how it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from frontend import formats
from frontend.middleware import ViewerRequest
from frontend.portal.access import ANYBODY, shop_page
from frontend.portal.frame import show, works
from frontend.portal.health import ANSWER_WITHIN, answered_of, measures_of, rise_of
from frontend.portal.money import balances_or_zero
from frontend.portal.offer_rows import TABS as OFFER_TABS
from frontend.portal.offer_rows import offers_found
from frontend.portal.order_rows import WAITING, rows_of
from frontend.portal.sales import best_of, sales_of
from marketplace.core.money import Money
from marketplace.core.viewer import SellerRole
from marketplace.db import clock
from marketplace.flows.refund_line import NotRefundableError, worth_of
from payouts.selectors.calendar import coming_days
from payouts.selectors.reserves import policy_of
from payouts.selectors.sellers import account_of, payouts_for
from reviews.selectors.questions import unanswered_by
from support.models import Problem
from support.selectors.conversation import waiting_of_shop
from support.selectors.problems import problems_to_answer
from vendors.models import Announcement, Vendor, VendorOrder
from vendors.selectors.announcements import news_for
from vendors.selectors.offers import products_sent_back
from vendors.selectors.orders import orders_of_shop
from vendors.selectors.webhooks import broken_webhooks

_FEW = 5
_NAMED = 2
# As many as are printed at once.
_SLIPS = 50
_TONES: dict[str, str] = {
    Announcement.Kind.NEWS: "brand",
    Announcement.Kind.CHANGE: "warn",
    Announcement.Kind.TROUBLE: "bad",
}


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that waits for the shop; what is past its limit comes first."""

    n: int
    title: str
    sub: str
    href: str
    due: datetime | None = None
    is_bad: bool = False


@require_safe
@shop_page(*ANYBODY)
def today(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show what to do first; each person sees what is theirs."""
    now = clock.now()
    viewer = request.viewer
    news = _news(request, vendor, now)
    context: dict[str, Any] = {
        "first_name": request.user.first_name,
        "todos": list(_todos(request, vendor, now)),
        "trouble": [(each, tone) for each, tone in news if tone == "bad"],
        "news": [(each, tone) for each, tone in news if tone != "bad"],
        "is_applying": vendor.state == Vendor.State.APPLYING,
        "is_suspended": vendor.state == Vendor.State.SUSPENDED,
    }
    if works(viewer, vendor, SellerRole.FINANCE):
        days = coming_days(viewer, vendor_id=vendor.pk, now=now)
        policy = policy_of(viewer, vendor_id=vendor.pk)
        context["policy"] = policy
        context["balances"] = balances_or_zero(request, vendor, days, policy)
        context["account"] = account_of(viewer, vendor_id=vendor.pk)
        context["last_payout"] = _last_payout(request, vendor)
    if works(viewer, vendor, SellerRole.ORDERS):
        orders = orders_of_shop(viewer, vendor.partner_id)
        newest = orders.select_related("settlement")[:_FEW]
        context["rows"] = rows_of(newest, now)
        context["measures"] = [
            *measures_of(vendor),
            answered_of(viewer, vendor, now),
        ]
        context["rise"] = rise_of(vendor)
        context |= _leaving(request, vendor, now)
    if works(viewer, vendor, SellerRole.ORDERS, SellerRole.FINANCE):
        context["sales"] = sales_of(request, vendor, now)
        context["best"] = best_of(request, vendor, now)
    context["opens_offers"] = works(viewer, vendor, SellerRole.CATALOGUE)
    return show(request, "portal/today.html", vendor, context)


def _news(
    request: ViewerRequest, vendor: Vendor, now: datetime
) -> list[tuple[Announcement, str]]:
    """Return what operators tell and the viewer has not put away, with its tone."""
    found = news_for(request.viewer, vendor=vendor, today=timezone.localdate(now))
    return [(each, _TONES[each.kind]) for each in found[:_FEW]]


def _todos(request: ViewerRequest, vendor: Vendor, now: datetime) -> Iterator[ToDo]:
    viewer = request.viewer
    found: list[ToDo] = []
    if works(viewer, vendor, SellerRole.ORDERS):
        found += _to_ship(request, vendor, now)
        found += _to_answer(request, vendor, now)
        found += _asked(request, vendor, now)
        found += _to_settle(request, vendor, now)
    if works(viewer, vendor, SellerRole.CATALOGUE):
        found += _to_mend(vendor)
        found += _running_out(vendor)
    if works(viewer, vendor, SellerRole.OWNER):
        found += _not_heard(vendor)
    far = now + timedelta(days=10_000)
    yield from sorted(found, key=lambda todo: (not todo.is_bad, todo.due or far))


def _to_ship(request: ViewerRequest, vendor: Vendor, now: datetime) -> Iterator[ToDo]:
    orders = orders_of_shop(request.viewer, vendor.partner_id).filter(state__in=WAITING)
    desk = _url("portal-orders", vendor)
    yield from _late(orders.filter(ship_by__lt=now).order_by("ship_by", "pk"), vendor)
    evening = _end_of_day(now)
    due_today = orders.filter(ship_by__gte=now, ship_by__lt=evening)
    yield from _parcels(due_today, _("Ship today"), desk)
    yield from _parcels(orders.filter(ship_by__gte=evening), _("Ship soon"), desk)


def _late(orders: Any, vendor: Vendor) -> Iterator[ToDo]:
    first, count = orders.first(), orders.count()
    if first is None:
        return
    title, href = (
        _("Late: order %s") % first.number,
        _url("portal-order", vendor, first),
    )
    sub = _("The buyer waits for it. Send it, or say that you cannot.")
    if count > 1:
        title, href = _("Late orders"), f"{_url('portal-orders', vendor)}?tab=late"
        sub = _("%(order)s waits longest. Send them, or say that you cannot.")
        sub %= {"order": first.number}
    yield ToDo(count, title, sub, href, first.ship_by, is_bad=True)


def _leaving(request: ViewerRequest, vendor: Vendor, now: datetime) -> dict[str, Any]:
    """Return the numbers of what has to go today, late ones first, and the counts.

    What is late is not counted among what leaves today.
    """
    orders = orders_of_shop(request.viewer, vendor.partner_id)
    waiting = orders.filter(state__in=WAITING)
    evening = _end_of_day(now)
    today = waiting.filter(ship_by__lt=evening).order_by("ship_by", "pk")
    counts = waiting.order_by().aggregate(
        late=Count("pk", filter=Q(ship_by__lt=now)),
        leave=Count("pk", filter=Q(ship_by__gte=now, ship_by__lt=evening)),
        to_ship=Count("pk"),
    )
    return {"slips": list(today.values_list("number", flat=True)[:_SLIPS]), **counts}


def _parcels(orders: Any, title: str, href: str) -> Iterator[ToDo]:
    sums = orders.order_by().aggregate(
        items=Sum("items_minor"), shipping=Sum("shipping_minor"), due=Min("ship_by")
    )
    count = orders.count()
    if not count:
        return
    worth = Money(sums["items"] + sums["shipping"], orders[0].currency)
    parcels = ngettext("one parcel", "%(n)d parcels", count) % {"n": count}
    words = {"amount": formats.amount(worth), "parcels": parcels}
    sub = _("%(amount)s in %(parcels)s") % words
    yield ToDo(count, title, sub, href, sums["due"])


def _to_answer(request: ViewerRequest, vendor: Vendor, now: datetime) -> Iterator[ToDo]:
    waiting = waiting_of_shop(request.viewer, vendor.partner_id)
    oldest: Any = waiting.first()
    if oldest is None:
        return
    due = oldest.last_message_at + ANSWER_WITHIN
    count = waiting.count()
    yield ToDo(
        n=count,
        title=ngettext("Unanswered message", "Unanswered messages", count),
        sub=_("The oldest: “%s”") % str(oldest.newest_text)[:80],
        href=_url("portal-messages", vendor),
        due=due,
        is_bad=due < now,
    )


def _asked(request: ViewerRequest, vendor: Vendor, now: datetime) -> Iterator[ToDo]:
    """Yield what people ask in public and no shop has answered."""
    waiting = unanswered_by(request.viewer, vendor.partner_id)
    oldest = waiting.first()
    if oldest is None:
        return
    due, count = oldest.created_at + ANSWER_WITHIN, waiting.count()
    yield ToDo(
        n=count,
        title=ngettext("Question about a product", "Questions about products", count),
        sub=_("The oldest: “%s”") % oldest.text[:80],
        href=_url("portal-asked", vendor),
        due=due,
        is_bad=due < now,
    )


def _to_settle(request: ViewerRequest, vendor: Vendor, now: datetime) -> Iterator[ToDo]:
    is_open = list(problems_to_answer(request.viewer, vendor.partner_id))
    returns = [each for each in is_open if each.kind == Problem.Kind.RETURN]
    others = [each for each in is_open if each.kind != Problem.Kind.RETURN]
    for tab, found, title in (
        (
            "problems",
            others,
            ngettext("Problem to answer", "Problems to answer", len(others)),
        ),
        (
            "returns",
            returns,
            ngettext("Return to answer", "Returns to answer", len(returns)),
        ),
    ):
        if found:
            due = found[0].answer_by
            href = f"{_url('portal-orders', vendor)}?tab={tab}"
            yield ToDo(len(found), title, _about(found[0]), href, due, due < now)


def _about(problem: Problem) -> str:
    """Say what of a sale a problem is about, and what that cost.

    Where some of it has been given back meanwhile, the sum is left to its page.
    """
    lines = list(problem.lines.all())
    quantities = {each.line_id: each.quantity for each in lines}
    words = str(problem.get_kind_display())
    if problem.kind == Problem.Kind.RETURN:
        words = problem.vendor_order.number
    if not lines:
        return _("%(what)s: the whole order") % {"what": words}
    named = [
        _("%(n)d × %(title)s")
        % {"n": each.quantity, "title": each.line.order_line.title}
        for each in lines[:_NAMED]
    ]
    things = ", ".join(named) + (" …" if len(lines) > _NAMED else "")
    try:
        found = worth_of(part=problem.vendor_order, quantities=quantities)
    except NotRefundableError:
        return f"{words}: {things}"
    worth = Money(sum(found.wanted.values()), problem.vendor_order.currency)
    return _("%(what)s: %(things)s, %(amount)s") % {
        "what": words,
        "things": things,
        "amount": formats.amount(worth),
    }


def _to_mend(vendor: Vendor) -> Iterator[ToDo]:
    refused = products_sent_back(vendor)
    found = list(refused[: _NAMED + 1])
    if not found:
        return
    count = refused.count()
    title = ngettext("Product needs a change", "Products need a change", count)
    where = reverse(
        "portal-product",
        kwargs={"handle": vendor.handle, "public_id": found[0].public_id},
    )
    href = where if count == 1 else f"{_url('portal-offers', vendor)}?tab=refused"
    yield ToDo(count, title, found[0].title, href)


def _running_out(vendor: Vendor) -> Iterator[ToDo]:
    low = offers_found(vendor, "low", "").filter(OFFER_TABS["low"])
    count = low.count()
    if not count:
        return
    names = [f"{each.product.title} ({each.available})" for each in low[:_NAMED]]
    if count > _NAMED:
        names.append(_("%(n)d more") % {"n": count - _NAMED})
    href = f"{_url('portal-offers', vendor)}?tab=low"
    yield ToDo(count, _("Running out"), get_text_list(names, _("and")), href)


def _not_heard(vendor: Vendor) -> Iterator[ToDo]:
    """Yield webhooks that were turned off because they failed for too long."""
    broken = list(broken_webhooks(vendor))
    if not broken:
        return
    count = len(broken)
    title = ngettext("Webhook turned off", "Webhooks turned off", count)
    sub = _("%(name)s took nothing for three days.") % {"name": broken[0].name}
    where = {"handle": vendor.handle, "public_id": broken[0].public_id}
    href = reverse("portal-webhook", kwargs=where)
    yield ToDo(count, title, sub, href, is_bad=True)


def _last_payout(request: ViewerRequest, vendor: Vendor) -> dict[str, Any] | None:
    payout = payouts_for(request.viewer, vendor_id=vendor.pk).first()
    if payout is None:
        return None
    return {
        "amount": Money(payout.amount_minor, payout.currency),
        "arrives": payout.arrival_date,
        "status": payout.status,
    }


def _end_of_day(now: datetime) -> datetime:
    local = timezone.localtime(now, timezone.get_default_timezone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _url(route: str, vendor: Vendor, part: VendorOrder | None = None) -> str:
    order = {"number": part.number} if part else {}
    return reverse(route, kwargs={"handle": vendor.handle, **order})
