"""Promotions in words and numbers, for whoever keeps them."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats
from marketplace.core.money import BASIS_POINTS, Money
from marketplace.shop.promotions.models import Promotion
from marketplace.shop.promotions.selectors.keeping import KeptPromotion, State
from payouts.selectors.promotions import PromotionCost

TONES = {
    State.WAITING: "warn",
    State.SCHEDULED: "info",
    State.RUNNING: "good",
    State.USED_UP: "",
    State.ENDED: "",
    State.STOPPED: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRow:
    """A promotion as lists and pages show it; amounts are what it has cost so far."""

    kept: KeptPromotion
    gives: str
    conditions: str
    payers: str
    days: str
    state: str
    tone: str
    platform: Money
    sellers: Money
    back: Money

    @property
    def promotion(self) -> Promotion:
        """Return the row of the database."""
        return self.kept.promotion

    @property
    def total(self) -> Money:
        """Return what buyers have saved so far."""
        return self.platform + self.sellers


def row_of(kept: KeptPromotion, cost: PromotionCost | None) -> PromotionRow:
    """Put a promotion into words."""
    row, spent = kept.promotion, cost or PromotionCost()
    back = spent.platform_back_minor + spent.vendor_back_minor
    return PromotionRow(
        kept=kept,
        gives=gives(row),
        conditions=conditions(row),
        payers=payers(row),
        days=days(row),
        state=state_words(kept),
        tone=TONES[kept.state],
        platform=Money(spent.platform_cost_minor, row.currency),
        sellers=Money(spent.vendor_cost_minor, row.currency),
        back=Money(back, row.currency),
    )


def gives(row: Promotion) -> str:
    """Say what a buyer gets: `10 % off`, `€5.00 off`, `Free delivery`."""
    if row.benefit == Promotion.Benefit.PERCENT:
        words = _("%s off") % formats.rate(row.bps)
    elif row.benefit == Promotion.Benefit.AMOUNT:
        words = _("%s off") % _amount(row.amount_minor, row)
    else:
        words = _("Free delivery")
    if row.most_minor is None:
        return words
    return _("%(gives)s, at most %(most)s") % {
        "gives": words,
        "most": _amount(row.most_minor, row),
    }


def conditions(row: Promotion) -> str:
    """Say on what and how often it counts, in one sentence; empty for no condition."""
    found = []
    if row.category is not None:
        found.append(_("on %s") % row.category.name)
    if row.min_spend_minor:
        found.append(spend_from(row))
    if row.is_first_order:
        found.append(_("first order only"))
    if row.uses_per_buyer is not None:
        found.append(
            ngettext(
                "once for each buyer", "%(n)d times for each buyer", row.uses_per_buyer
            )
            % {"n": row.uses_per_buyer}
        )
    if row.uses_total is not None:
        found.append(
            ngettext("for %(n)d order", "for %(n)d orders", row.uses_total)
            % {"n": row.uses_total}
        )
    return ", ".join(found)


def spend_from(row: Promotion) -> str:
    """Say from which sum on it counts; empty where from the first cent."""
    if not row.min_spend_minor:
        return ""
    return _("from %s") % _amount(row.min_spend_minor, row)


def payers(row: Promotion) -> str:
    """Say who pays it, in which shares."""
    if row.owner is not None:
        return row.owner.name
    facts = {
        "market": settings.MARKET_NAME,
        "ours": formats.rate(row.platform_bps),
        "theirs": formats.rate(BASIS_POINTS - row.platform_bps),
    }
    if row.platform_bps == BASIS_POINTS:
        return str(settings.MARKET_NAME)
    if row.platform_bps == 0:
        return _("The sellers who take part")
    return _("%(market)s %(ours)s, sellers %(theirs)s") % facts


def days(row: Promotion) -> str:
    """Say on which days it counts."""
    first = timezone.localtime(row.starts_at).date()
    if row.stopped_at is not None:
        last = max(first, timezone.localtime(row.stopped_at).date())
        return formats.date_range(first, last)
    if row.ends_at is None:
        return _("from %s") % formats.date_range(first)
    last = timezone.localtime(row.ends_at - timedelta(seconds=1)).date()
    return formats.date_range(first, last)


def state_words(kept: KeptPromotion) -> str:
    """Say where it stands."""
    return {
        State.WAITING: _("Waits for sellers"),
        State.SCHEDULED: _("Begins later"),
        State.RUNNING: _("Running"),
        State.USED_UP: _("Used up"),
        State.ENDED: _("Ended"),
        State.STOPPED: _("Stopped"),
    }[kept.state]


def _amount(minor: int, row: Promotion) -> str:
    return formats.amount(Money(minor, row.currency))
