"""Many offers changed alike: looked at first, then done, then perhaps undone."""

import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from frontend.middleware import ViewerRequest
from frontend.portal.access import OFFERS, shop_page
from frontend.portal.fields import minor_of
from frontend.portal.frame import back_to, show
from frontend.portal.standing import Standing, standings
from marketplace.core.money import BASIS_POINTS, InexactAmountError, Money, half_up
from marketplace.db import clock
from marketplace.flows.edit_offers import Cells, OfferEdit, cells_of, edit_offers
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor
from vendors.services.offers import MOST_HANDLING_DAYS, MOST_MINOR, MOST_STOCK

ACTIONS = {
    "percent": gettext_lazy("Price by percent"),
    "amount": gettext_lazy("Price by an amount"),
    "match": gettext_lazy("Price as the best offer"),
    "stock": gettext_lazy("Stock to"),
    "days": gettext_lazy("Days until dispatch to"),
    "on": gettext_lazy("Put on sale"),
    "off": gettext_lazy("Take off sale"),
}
SESSION_KEY = "offers_undo"
_SALT = "portal.offers.bulk"
_PERCENT = re.compile(r"(?P<sign>[+−-]?)\s*(?P<number>\d{1,3}([.,]\d{1,2})?)\s*%?")
_MOST_BPS = 10 * BASIS_POINTS
# A plan waits for its yes no longer than this; the offers have moved on by then.
_SECONDS = 24 * 3600


class UnclearValueError(Exception):
    """What was typed says not by how much; the message says what to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """An offer as it is and as it would be."""

    offer: StockRecord
    seen: Cells
    wanted: Cells
    problem: str = ""

    @property
    def is_changed(self) -> bool:
        """Say whether anything would be different."""
        return not self.problem and self.seen != self.wanted

    @property
    def price_now(self) -> Money:
        """Return the price as it is."""
        return Money(self.seen.price_minor, self.offer.price_currency)

    @property
    def price_new(self) -> Money:
        """Return the price as it would be."""
        return Money(self.wanted.price_minor, self.offer.price_currency)


def look(
    request: ViewerRequest, vendor: Vendor, offers: Sequence[StockRecord]
) -> HttpResponse | None:
    """Show what a change would do to each chosen offer; None if it says nothing."""
    action, value = request.POST.get("action", ""), request.POST.get("value", "")
    if action not in ACTIONS:
        raise Http404
    if not offers:
        messages.info(request, _("Choose the offers to change first."))
        return None
    places = standings(vendor, offers, clock.now()) if action == "match" else {}
    try:
        rows = [_row(offer, action, value, places) for offer in offers]
    except UnclearValueError as error:
        messages.warning(request, str(error))
        return None
    changed = [row for row in rows if row.is_changed]
    context = {
        "rows": rows,
        "changed": len(changed),
        "plan": _signed(vendor, [(row.offer.public_id, row) for row in changed]),
        "action": ACTIONS[action],
        "value": value,
    }
    return show(
        request, "portal/offers_bulk.html", vendor, context, nav="portal-offers"
    )


@require_POST
@shop_page(*OFFERS)
def bulk(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Do what a look has shown, or undo it; rows that changed meanwhile are told."""
    edits = _edits(vendor, request.POST.get("plan", ""))
    answers = edit_offers(vendor=vendor, edits=edits, now=clock.now())
    done = {answer.offer_id for answer in answers if answer.outcome == "changed"}
    is_undo = request.POST.get("do") == "undo"
    if is_undo:
        words = ngettext(
            "%(n)d offer is as before.", "%(n)d offers are as before.", len(done)
        )
        messages.success(request, words % {"n": len(done)})
    elif done:
        back = [
            (edit.offer_id, BackRow(edit.wanted, edit.seen))
            for edit in edits
            if edit.offer_id in done
        ]
        request.session[SESSION_KEY] = {
            "shop": vendor.pk,
            "plan": _signed(vendor, back),
            "count": len(done),
        }
    refused = [answer for answer in answers if answer.outcome == "refused"]
    if refused:
        return _tell(request, vendor, refused)
    return back_to("portal-offers", vendor)


def undoable(request: ViewerRequest, vendor: Vendor) -> dict[str, Any] | None:
    """Return the last change of many offers, once, for whoever made it."""
    last = request.session.get(SESSION_KEY)
    if not last or last["shop"] != vendor.pk:
        return None
    del request.session[SESSION_KEY]
    return dict(last)


@dataclass(frozen=True, slots=True)
class BackRow:
    """A change on its way back."""

    seen: Cells
    wanted: Cells


def _tell(
    request: ViewerRequest, vendor: Vendor, refused: Sequence[Any]
) -> HttpResponse:
    """Show the rows that could not be changed, each with its reason."""
    wanted = [answer.offer_id for answer in refused]
    offers = {
        offer.public_id: offer
        for offer in StockRecord.objects.filter(
            partner_id=vendor.partner_id, public_id__in=wanted
        ).select_related("product")
    }
    rows = [
        {"offer": offers.get(answer.offer_id), "problem": answer.message}
        for answer in refused
    ]
    context = {"refused": rows}
    return show(
        request, "portal/offers_bulk.html", vendor, context, nav="portal-offers"
    )


# --- what a change makes of an offer ------------------------------------------------


def _row(
    offer: StockRecord, action: str, value: str, places: dict[str, Standing]
) -> BulkRow:
    seen = cells_of(offer)
    if action == "match":
        return _matched(offer, seen, places.get(offer.public_id))
    wanted = _CHANGES[action](offer, seen, value)
    problem = ""
    if wanted.price_minor <= 0:
        problem, wanted = _("Its price would not be above zero."), seen
    elif wanted.price_minor > MOST_MINOR:
        problem, wanted = _("Its price would be too high."), seen
    return BulkRow(offer=offer, seen=seen, wanted=wanted, problem=problem)


def _matched(offer: StockRecord, seen: Cells, place: Standing | None) -> BulkRow:
    if place is None:
        words = _("Nobody can buy it now, so there is nothing to match.")
        return BulkRow(offer=offer, seen=seen, wanted=seen, problem=words)
    if place.match is None:
        return BulkRow(offer=offer, seen=seen, wanted=seen)
    wanted = replace(seen, price_minor=place.match.minor)
    return BulkRow(offer=offer, seen=seen, wanted=wanted)


def _by_percent(_offer: StockRecord, seen: Cells, value: str) -> Cells:
    said = _PERCENT.fullmatch(value.strip())
    if said is None:
        raise UnclearValueError(_("Say by how many percent, such as 5 or -10."))
    bps = int(Decimal(said["number"].replace(",", ".")) * 100)
    signed = bps if said["sign"] in {"", "+"} else -bps
    if not -BASIS_POINTS < signed <= _MOST_BPS:
        raise UnclearValueError(_("Say by how many percent, such as 5 or -10."))
    price = half_up(seen.price_minor * (BASIS_POINTS + signed), BASIS_POINTS)
    return replace(seen, price_minor=price)


def _by_amount(offer: StockRecord, seen: Cells, value: str) -> Cells:
    written = value.strip().replace("−", "-")
    try:
        minor = minor_of(written.lstrip("+-"), offer.price_currency)
    except InexactAmountError as error:
        raise UnclearValueError(_("Say by how much, such as 1.50 or -2.")) from error
    return replace(
        seen, price_minor=seen.price_minor + (-minor if written[:1] == "-" else minor)
    )


def _to_stock(_offer: StockRecord, seen: Cells, value: str) -> Cells:
    words = _("Say how many there are: a whole number, 0 or more.")
    return replace(seen, stock=_whole(value, MOST_STOCK, words))


def _to_days(_offer: StockRecord, seen: Cells, value: str) -> Cells:
    words = _("Say in how many working days it leaves, from 0 to %(most)d.") % {
        "most": MOST_HANDLING_DAYS
    }
    return replace(seen, handling_days=_whole(value, MOST_HANDLING_DAYS, words))


def _whole(value: str, most: int, words: str) -> int:
    text = value.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        raise UnclearValueError(words)
    if int(text) > most:
        raise UnclearValueError(words)
    return int(text)


def _put_on_sale(_offer: StockRecord, seen: Cells, _value: str) -> Cells:
    return replace(seen, is_active=True)


def _take_off_sale(_offer: StockRecord, seen: Cells, _value: str) -> Cells:
    return replace(seen, is_active=False)


_CHANGES: dict[str, Callable[[StockRecord, Cells, str], Cells]] = {
    "percent": _by_percent,
    "amount": _by_amount,
    "stock": _to_stock,
    "days": _to_days,
    "on": _put_on_sale,
    "off": _take_off_sale,
}


# --- a plan on its way through the browser ------------------------------------------


def _signed(vendor: Vendor, rows: Sequence[tuple[str, BulkRow | BackRow]]) -> str:
    plan = [
        (offer_id, *astuple(row.seen), *astuple(row.wanted)) for offer_id, row in rows
    ]
    return signing.dumps([vendor.pk, plan], salt=_SALT, compress=True)


def _edits(vendor: Vendor, plan: str) -> list[OfferEdit]:
    try:
        shop, rows = signing.loads(plan, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    if shop != vendor.pk:
        raise Http404
    return [
        OfferEdit(offer_id=row[0], seen=_cells(row[1:5]), wanted=_cells(row[5:9]))
        for row in rows
    ]


def _cells(parts: Sequence[Any]) -> Cells:
    price, stock, is_active, days = parts
    return Cells(
        price_minor=price, stock=stock, is_active=is_active, handling_days=days
    )
