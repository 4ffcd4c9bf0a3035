"""How a shop stands against what buyers may expect of it."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend import formats
from marketplace.core.money import half_up
from marketplace.core.viewer import Viewer
from marketplace.db.amounts import NO_BREAK
from support.selectors.answering import answered_by_shop
from vendors.models import Standing, Vendor
from vendors.outlook import Outlook, outlook_of
from vendors.ranks import Rank
from vendors.score import Counters

# A share of fewer orders than this says nothing.
ENOUGH = 5
# Within this a shop is expected to answer; counted are its last days.
ANSWER_WITHIN, ANSWERED_IN = timedelta(hours=24), timedelta(days=90)
_THOUSAND = 1000
_NEAR = 10


_COSTS = {
    "note": gettext_lazy("What costs you most now: the ratings of buyers."),
    "punctual": gettext_lazy("What costs you most now: parcels that leave late."),
    "kept": gettext_lazy("What costs you most now: orders that you cancel."),
    "untroubled": gettext_lazy("What costs you most now: problems and returns."),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A share with its target; `state` is ok, near or off (nothing: too few)."""

    title: str
    value: str
    target: str
    at: Decimal
    state: str


def on_time_of(vendor: Vendor) -> str:
    """Return the share of orders that left in time, or nothing after too few."""
    standing = _standing(vendor)
    share = _share(standing.shipped - standing.shipped_late, standing.shipped)
    return "" if share is None else _percent(share)


def answered_of(viewer: Viewer, vendor: Vendor, now: datetime) -> Measure:
    """Return the share of buyers' messages that were answered in time; one query."""
    answered = answered_by_shop(
        viewer,
        vendor.partner_id,
        within=ANSWER_WITHIN,
        since=now - ANSWERED_IN,
        now=now,
    )
    title = _("Answered in 24 h")
    return _at_least(title, answered.in_time, answered.asked, target=900)


def measures_of(vendor: Vendor) -> list[Measure]:
    """Return the shop's measures: shares of a thousand against their limits."""
    standing = _standing(vendor)
    on_time = standing.shipped - standing.shipped_late
    return [
        _at_least(_("Shipped on time"), on_time, standing.shipped, target=950),
        _at_most(
            _("Cancelled by you"),
            standing.cancelled_by_seller,
            standing.orders,
            limit=25,
        ),
        _at_most(_("Problems reported"), standing.problems, standing.orders, limit=20),
        _at_most(_("Sent back"), standing.returned, standing.orders, limit=80),
    ]


def _at_least(title: str, good: int, all_of_them: int, *, target: int) -> Measure:
    share = _share(good, all_of_them)
    words = _("Buyers may expect %s or more") % _percent(target)
    if share is None:
        return _too_few(title, words)
    state = "ok" if share >= target + _NEAR else "near" if share >= target else "off"
    return Measure(title, _percent(share), words, _at(share), state)


def _at_most(title: str, bad: int, all_of_them: int, *, limit: int) -> Measure:
    share = _share(bad, all_of_them)
    words = _("Limit %s") % _percent(limit)
    if share is None:
        return _too_few(title, words)
    state = "ok" if share <= limit - _NEAR else "near" if share <= limit else "off"
    # The limit stands in the middle of the bar: of a hundred it would be a speck.
    return Measure(
        title,
        _percent(share),
        words,
        _at(min(_THOUSAND, share * _THOUSAND // 2 // limit)),
        state,
    )


def _too_few(title: str, words: str) -> Measure:
    return Measure(title, NO_BREAK + "–", words, Decimal(0), "")


def _share(part: int, whole: int) -> int | None:
    """Return so many of a thousand, or None where there are too few to tell."""
    return half_up(part * _THOUSAND, whole) if whole >= ENOUGH else None


def _percent(thousandths: int) -> str:
    places = 0 if thousandths % 10 == 0 else 1
    return formats.percent(_at(thousandths), places)


def _at(thousandths: int) -> Decimal:
    return Decimal(thousandths) / 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A shop's rank in words: what keeps it, what leads to the next."""

    rank: Rank
    title: str
    keeps: str
    leads: str
    costs: str


def rise_of(vendor: Vendor) -> Rise:
    """Return what a shop's rank is, and what would change it."""
    standing = _standing(vendor)
    names = [each.name for each in fields(Counters)]
    outlook = outlook_of(Counters(**{name: getattr(standing, name) for name in names}))
    rank, following = outlook.rank, outlook.following
    has_sold = standing.shipped >= ENOUGH
    if outlook.late_to_lose is not None:
        title = _("Stay %(rank)s.") % {"rank": rank.label}
    elif following is not None:
        title = _("On the way to %(rank)s.") % {"rank": following.rank.label}
    else:
        title = _("There is no higher rank.")
    return Rise(
        rank=rank,
        title=title,
        keeps=_keeps(outlook),
        leads=_leads(outlook),
        costs=str(_COSTS[outlook.costs_most]) if following and has_sold else "",
    )


def _keeps(outlook: Outlook) -> str:
    if outlook.late_to_lose is None or outlook.needs is None:
        return ""
    words = ngettext(
        "Your score is %(score)d and %(rank)s needs %(needs)d:"
        " one more order that leaves late would cost it.",
        "Your score is %(score)d and %(rank)s needs %(needs)d:"
        " %(n)d more orders that leave late would cost it.",
        outlook.late_to_lose,
    )
    return words % {
        "score": outlook.score,
        "rank": outlook.rank.label,
        "needs": outlook.needs.score,
        "n": outlook.late_to_lose,
    }


def _leads(outlook: Outlook) -> str:
    step = outlook.following
    if step is None:
        return ""
    has_score, has_sent = outlook.score >= step.score, outlook.shipped >= step.shipped
    if has_score:
        words = _(
            "%(rank)s comes with %(shipped)d orders sent; you have sent %(sent)d,"
            " and your score is enough."
        )
    elif has_sent:
        words = _(
            "%(rank)s comes with a score of %(score)d; yours is %(mine)d, and you have"
            " sent enough orders."
        )
    else:
        words = _(
            "%(rank)s comes with a score of %(score)d and %(shipped)d orders sent;"
            " you have %(mine)d and %(sent)d."
        )
    return words % {
        "rank": step.rank.label,
        "score": step.score,
        "shipped": step.shipped,
        "mine": outlook.score,
        "sent": outlook.shipped,
    }


def _standing(vendor: Vendor) -> Standing:
    """Return a shop's counters; zeros before the first order."""
    try:
        return vendor.standing
    except ObjectDoesNotExist:
        return Standing(vendor=vendor)
