"""How the price of one line became what its seller keeps: words and bars."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats
from frontend.countries import country_name
from marketplace.core.money import Money
from marketplace.db.dates import written_day
from payouts.bank_words import without_codes
from payouts.selectors.line_story import GivenBack, LineStory
from payouts.vocabulary import SettlementState

_Step = tuple[str, str, int | None]


@dataclass(frozen=True, slots=True)
class DerivedStep:
    """A step: what happened, its amount, what is left after it."""

    title: str
    why: str
    amount: Money | None
    left: Money


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a whole as a bar shows it; `at` and `width` are percentages."""

    tone: str
    legend: str
    words: str
    amount: Money
    at: str
    width: str


@dataclass(frozen=True, slots=True)
class OpenedLine:
    """A line opened to every cent."""

    story: LineStory
    title: str
    steps: list[DerivedStep]
    payers: list[Bar]
    holders: list[Bar]


def open_line(story: LineStory) -> OpenedLine:
    """Return a line with its steps; each left is the one before plus the amount."""
    steps, left = [], 0
    for title, why, minor in _steps(story):
        left += minor or 0
        amount = None if minor is None else Money(minor, story.currency)
        steps.append(DerivedStep(title, why, amount, Money(left, story.currency)))
    return OpenedLine(
        story=story,
        title=_("How %(price)s became %(left)s")
        % {
            "price": _money(story, _full(story)),
            "left": _money(story, story.left),
        },
        steps=steps,
        payers=_bars(story, _payers(story)),
        holders=_bars(story, _holders(story)),
    )


def _full(story: LineStory) -> int:
    """Return the price before anything was given."""
    return story.line.gross_minor + story.line.vendor_discount_minor


def name_of(story: LineStory) -> str:
    """Return what a line is."""
    return _("Delivery") if story.is_shipping else story.title or _("Item")


def _steps(story: LineStory) -> Iterator[_Step]:
    yield (
        _("Your price"),
        _price(story),
        _full(story),
    )
    if story.line.vendor_discount_minor:
        yield (
            _("Your own reduction%s") % _named(story, is_ours=False),
            _("You fund it, so commission is counted on what is left."),
            -story.line.vendor_discount_minor,
        )
    if story.promo or story.line.points_minor:
        yield _funded_title(story), _funding(story), 0
    yield from _fees(story)
    if story.transfers or story.sale.released_at:
        yield _paid_title(story), _paid(story), None
    elif story.left:
        yield _("Not paid to you yet"), _waiting(story), None
    for refund in story.refunds:
        yield from _given_back(story, refund)
    if story.reserved:
        yield (
            _("In your reserve"),
            _("%s of this whole sale waits there; it is yours already.")
            % _money(story, story.reserved),
            None,
        )


def _price(story: LineStory) -> str:
    when = _moment(story.sale.created_at)
    if story.line.quantity == 1:
        return _("Ordered %s.") % when
    if story.unit_price is None:
        return ngettext(
            "%(n)d piece. Ordered %(when)s.",
            "%(n)d pieces together. Ordered %(when)s.",
            story.line.quantity,
        ) % {"n": story.line.quantity, "when": when}
    return _("%(n)d × %(price)s. Ordered %(when)s.") % {
        "n": story.line.quantity,
        "price": _money(story, story.unit_price),
        "when": when,
    }


def _named(story: LineStory, *, is_ours: bool) -> str:
    names = [
        gift.code or gift.name
        for gift in story.gifts
        if (gift.platform if is_ours else gift.vendor)
    ]
    return " " + ", ".join(f"“{name}”" for name in names) if names else ""


def _funded_title(story: LineStory) -> str:
    what = {
        (True, False): _("Voucher%(name)s, funded by %(market)s"),
        (False, True): _("Points, funded by %(market)s"),
        (True, True): _("Voucher%(name)s and points, funded by %(market)s"),
    }[bool(story.promo), bool(story.line.points_minor)]
    name = _named(story, is_ours=True)
    return what % {"name": name, "market": settings.MARKET_NAME}


def _funding(story: LineStory) -> str:
    parts = []
    if story.promo:
        parts.append(_("%s by voucher") % _money(story, story.promo))
    if story.line.points_minor:
        parts.append(_("%s in points") % _money(story, story.line.points_minor))
    return _(
        "%(parts)s fall on this line: gifts on an order are split over its lines by"
        " largest remainder. The card paid %(card)s. You lose nothing."
    ) % {"parts": _(" and ").join(parts), "card": _money(story, story.line.cash_minor)}


def _fees(story: LineStory) -> Iterator[_Step]:
    title = _("Commission")
    if story.frozen.get("bps") is not None and story.terms.bps:
        title = _("Commission, %(percent)s of %(base)s") % {
            "percent": formats.rate(story.terms.bps),
            "base": _money(story, story.base),
        }
    yield title, _plan(story), -story.line.commission_minor
    if story.line.commission_vat_minor or story.vat_bps:
        title = _("VAT on the commission, %s") % formats.rate(story.vat_bps)
        yield title, _vat(story), -story.line.commission_vat_minor
    elif story.frozen.get("vat_reason", ""):
        yield _("No VAT on the commission"), _vat(story), 0


def _plan(story: LineStory) -> str:
    words = [
        _("Plan “%(plan)s”, version %(version)d, frozen when the order was placed.")
        % {"plan": story.frozen.get("plan", ""), "version": story.line.plan_version}
    ]
    if story.why:
        words.append(_("It applies by %s.") % story.why)
    terms = story.terms
    more = [
        (terms.fixed_minor, _("plus %s for each piece")),
        (terms.min_minor, _("at least %s")),
        (terms.max_minor, _("at most %s")),
    ]
    said = [words % _money(story, minor) for minor, words in more if minor]
    if said:
        words.append(_("Terms: %s.") % ", ".join(said))
    words.append(_reckoned(story))
    return " ".join(words)


def _reckoned(story: LineStory) -> str:
    share = _("%(base)s × %(percent)s") % {
        "base": _money(story, story.base),
        "percent": formats.rate(story.terms.bps),
    }
    fixed = story.terms.fixed_minor * story.line.quantity
    if fixed:
        share += f" + {_money(story, fixed)}"
    return _("%(sum)s, rounded half up and within the terms: %(result)s.") % {
        "sum": share,
        "result": _money(story, story.line.commission_minor),
    }


def _vat(story: LineStory) -> str:
    country = (
        country_name(story.frozen.get("vat_country", ""))
        if story.frozen.get("vat_country", "")
        else ""
    )
    reasons = {
        "domestic": _("You and we are in %s."),
        "reverse_charge": _("Reverse charge: you declare it in %s yourself."),
        "sellers_country": _("Without a VAT number the rate of %s counts."),
        "outside_scope": _("Outside the scope of EU VAT: %s."),
        "not_charged": _("This plan charges none."),
    }
    reason = reasons.get(story.frozen.get("vat_reason", ""), "")
    words = reason % country if "%s" in reason else reason
    if not story.line.commission_vat_minor:
        return words
    return (
        words
        + " "
        + _("%(fee)s × %(percent)s, rounded half up: %(vat)s.")
        % {
            "fee": _money(story, story.line.commission_minor),
            "percent": formats.rate(story.vat_bps),
            "vat": _money(story, story.line.commission_vat_minor),
        }
    )


def _paid(story: LineStory) -> str:
    words = []
    if story.sale.delivered_at:
        words.append(_("Delivered %s.") % _day(story.sale.delivered_at))
    if story.sale.released_at:
        words.append(_("Released %s.") % _day(story.sale.released_at))
    words += [
        _("Transfer %(id)s of %(amount)s for the whole sale.")
        % {"id": sent.stripe_id, "amount": _money(story, sent.minor)}
        for sent in story.transfers
    ]
    if story.transfers and story.kept:
        words.append(
            _("%s of it was kept for what you owed, or as your reserve.")
            % _money(story, story.kept)
        )
    elif not story.transfers and story.sale.state != SettlementState.TRANSFERRED:
        words.append(_("It is on its way to your account."))
    elif story.kept and not story.transfers:
        words.append(_("Kept for what you owed, or as your reserve."))
    return " ".join(words)


def _paid_title(story: LineStory) -> str:
    if story.transfers:
        return _("Paid to you")
    is_kept = story.sale.state == SettlementState.TRANSFERRED and story.left
    return _("Kept back") if is_kept else _("Released to you")


def _waiting(story: LineStory) -> str:
    if story.sale.release_after is None:
        return str(story.sale.get_state_display()) + "."
    return _("%(state)s. Released on %(day)s at the latest.") % {
        "state": str(story.sale.get_state_display()),
        "day": _day(story.sale.release_after),
    }


def _given_back(story: LineStory, refund: GivenBack) -> Iterator[_Step]:
    paid = [
        (refund.cash, _("%s to the card")),
        (refund.points, _("%s in points")),
        (refund.promo, _("%s back to us, for the voucher")),
    ]
    parts = ", ".join(words % _money(story, minor) for minor, words in paid if minor)
    title = _("Taken by the buyer’s bank, %s") if refund.is_dispute else _("Refund, %s")
    reason = without_codes(refund.reason).rstrip(".")
    yield (
        title % _day(refund.at),
        f"{reason}. {refund.state}: {parts}. {refund.stripe_id}".strip(),
        -refund.gross,
    )
    back = refund.commission + refund.vat
    if back:
        shares = [
            _money(story, each) for each in (refund.commission, refund.vat) if each
        ]
        why = _("In the same share: %s.") % _(" and ").join(shares)
        if refund.reversals:
            why += " " + _("Taken back by %s.") % ", ".join(refund.reversals)
        yield _("Commission and VAT given back"), why, back
    if refund.kept:
        yield (
            _("Kept for the work of the refund"),
            _("A part of the commission, with its VAT, as your terms say."),
            -refund.kept,
        )


def _payers(story: LineStory) -> Iterable[tuple[str, str, str, int]]:
    yield "k1", "", _("Buyer’s card"), story.line.cash_minor
    yield "k2", "k2", _("%s, voucher") % settings.MARKET_NAME, story.promo
    yield "k3", "k3", _("%s, points") % settings.MARKET_NAME, story.line.points_minor


def _holders(story: LineStory) -> Iterable[tuple[str, str, str, int]]:
    kept = sum(refund.kept for refund in story.refunds)
    back = sum(refund.commission for refund in story.refunds) - kept
    vat_back = sum(refund.vat for refund in story.refunds)
    yield "k1", "", _("You"), story.left
    yield "k3", "k3", _("Commission"), story.line.commission_minor - back
    yield "k4", "past", _("VAT"), story.line.commission_vat_minor - vat_back
    yield "k2", "k2", _("Refunded"), story.line.refunded_gross_minor


def _bars(story: LineStory, parts: Iterable[tuple[str, str, str, int]]) -> list[Bar]:
    bars, done, whole = [], 0, max(story.line.gross_minor, 1)
    for tone, legend, words, minor in parts:
        if minor <= 0:
            continue
        at, width = (f"{100 * part / whole:.2f}%" for part in (done, minor))
        amount = Money(minor, story.currency)
        bars.append(Bar(tone, legend, words, amount, at, width))
        done += minor
    return bars


def _money(story: LineStory, minor: int) -> str:
    return formats.amount(Money(minor, story.currency))


def _day(at: datetime) -> str:
    return written_day(timezone.localtime(at), "d MMMM")


def _moment(at: datetime) -> str:
    return written_day(timezone.localtime(at), "d MMMM, HH:mm")
