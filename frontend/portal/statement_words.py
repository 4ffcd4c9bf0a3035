"""What lies between the opening and the closing balance, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats
from marketplace.core.money import Money
from payouts.selectors.period import KindSum
from payouts.selectors.statement import REFUND, SALE, PlanSum, SellerStatement


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A row from opening to closing; `kind` names its movements."""

    title: str
    note: str
    amount: Money
    kind: str


def summary_of(found: SellerStatement, plans: list[PlanSum]) -> list[SummaryRow]:
    """Return what changed the balance; what moves within it stands elsewhere."""
    return list(_summary(found, plans))


def account_words(account: str) -> tuple[str, str]:
    """Return how an account is called, and what lies there."""
    words = {
        "held": (_("Held"), _("Waiting for delivery, or held for a problem")),
        "due": (_("Due"), _("For the next payout; below zero it is what you owe")),
        "reserve": (_("In reserve"), _("Kept for refunds, and yours in the end")),
    }
    return words[account]


def _summary(found: SellerStatement, plans: list[PlanSum]) -> Iterator[SummaryRow]:
    for each in found.totals:
        if each.kind == SALE:
            yield from _sales(found, each, plans)
        elif each.kind == REFUND:
            yield from _refunds(found, each)
        elif each.minor:
            yield _plain(found, each)


def _sales(
    found: SellerStatement, each: KindSum, plans: list[PlanSum]
) -> Iterator[SummaryRow]:
    sums = found.sales()
    if (sums.gross - sums.commission - sums.vat).minor != each.minor:
        yield _plain(found, each)
        return
    note = _("What buyers paid, with delivery.")
    if sums.funded:
        note += " " + _("%(amount)s of it came from %(market)s.") % {
            "amount": formats.amount(sums.funded),
            "market": settings.MARKET_NAME,
        }
    orders = ngettext("%(n)d order", "%(n)d orders", sums.orders) % {"n": sums.orders}
    yield SummaryRow(_("Sales, %s") % orders, note, sums.gross, SALE)
    plan = ngettext("%(n)d plan, see below", "%(n)d plans, see below", len(plans)) % {
        "n": len(plans)
    }
    yield SummaryRow(_("Commission"), plan, -sums.commission, "")
    if sums.vat:
        yield SummaryRow(_("VAT on the commission"), "", -sums.vat, "")


def _refunds(found: SellerStatement, each: KindSum) -> Iterator[SummaryRow]:
    sums = found.refunds()
    if (sums.back - sums.gross).minor != each.minor:
        yield _plain(found, each)
        return
    title = ngettext("%(n)d refund", "%(n)d refunds", sums.count) % {"n": sums.count}
    note = f"{_times(each)}. {refunded_words(sums.gross - sums.promo, sums.promo)}"
    yield SummaryRow(title, note, -sums.gross, REFUND)
    if sums.back:
        yield SummaryRow(
            _("Commission and VAT given back"),
            _("In the same share as the refunds"),
            sums.back,
            "",
        )


def _plain(found: SellerStatement, each: KindSum) -> SummaryRow:
    amount = Money(each.minor, found.currency)
    return SummaryRow(each.words, _times(each), amount, each.kind)


def _times(each: KindSum) -> str:
    """Count the movements, as the file and the paper do."""
    words = ngettext("%(n)d movement", "%(n)d movements", each.count)
    return words % {"n": each.count}


def refunded_words(to_buyers: Money, to_market: Money) -> str:
    """Say to whom what was given back went."""
    if not to_market:
        return _("To buyers, from us or through their bank.")
    words = _(
        "%(buyers)s to buyers, from us or through their bank; %(back)s back to "
        "%(market)s, which had paid it."
    )
    return words % {
        "buyers": formats.amount(to_buyers),
        "back": formats.amount(to_market),
        "market": settings.MARKET_NAME,
    }
