"""What a replay found, as the page shows it: figures, tables, what to look at first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.formats import amount, number, percent
from marketplace.core.money import Money, half_up
from marketplace.shop.partner.models import Partner
from payouts.plan_lists import Fault
from payouts.plans import Plan
from payouts.selectors.replays import Replay, ReplayRow, rows_of
from payouts.tally import DELIVERY, NO_CATEGORY
from vendors.models import Vendor

SELLERS_SHOWN = 12
# A plan that keeps less than this share of its lines is as good as gone.
_FEW = 5
_NAMED = 3
_HALF, _SPAN = 50, 47


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Something to look at before publishing; `tone` is bad, warn or empty."""

    tone: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """A change as a bar left or right of zero, in hundredths of the picture."""

    x: str
    width: str
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One seller or category: amounts in the row's currency."""

    row: ReplayRow
    name: str
    before: Money
    after: Money
    change: Money
    net: Money
    swing: Swing
    seller: Partner | None = None
    handle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A replay in words and figures; sums are in the market's currency."""

    replay: Replay
    total: ReportRow | None
    changed: int
    changed_share: str
    commission_share: str
    less: int
    more: int
    sellers: list[ReportRow]
    sellers_in_all: int
    categories: list[ReportRow]
    looks: list[Look] = field(default_factory=list)
    lines_of_plan: dict[int, "PlanLines"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLines:
    """How many lines a plan takes in the draft, and took when they were sold."""

    lines: int
    before: int


def report_of(
    replay: Replay, *, plans: list[Plan], faults: Iterable[Fault] = ()
) -> Report:
    """Return a finished replay as its page shows it; five queries."""
    everything = rows_of(replay, "all")
    changed = sum(row.lines_changed for row in everything)
    main = (_row(row, _("Together")) for row in everything if _is_main(row))
    total = next(main, None)
    sellers = [row for row in rows_of(replay, "seller") if row.lines_changed]
    by_plan = _lines_of_plans(rows_of(replay, "plan"))
    return Report(
        replay=replay,
        total=total,
        changed=changed,
        changed_share=_share(changed, replay.lines),
        commission_share=_share(total.change.minor, total.before.minor)
        if total
        else "",
        less=sum(row.change_minor < 0 for row in sellers),
        more=sum(row.change_minor > 0 for row in sellers),
        sellers=_seller_rows(sellers[:SELLERS_SHOWN]),
        sellers_in_all=len(sellers),
        categories=[
            _row(row, _category(row))
            for row in rows_of(replay, "category")
            if row.lines_changed
        ],
        looks=[*_looks(replay, plans, by_plan, sellers, faults)],
        lines_of_plan=by_plan,
    )


def _is_main(row: ReplayRow) -> bool:
    return row.currency == settings.CURRENCY


def _share(part: int, whole: int) -> str:
    if not whole:
        return ""
    tenths = half_up(1000 * part, whole)
    return percent(tenths / 10, 1)


def _row(row: ReplayRow, name: str, widest: int = 0) -> ReportRow:
    def money(minor: int) -> Money:
        return Money(minor, row.currency)

    return ReportRow(
        row=row,
        name=name,
        before=money(row.commission_before_minor),
        after=money(row.commission_after_minor),
        change=money(row.change_minor),
        net=money(row.net_change_minor),
        swing=_swing(row.change_minor, widest),
    )


def _seller_rows(rows: list[ReplayRow]) -> list[ReportRow]:
    widest = max((abs(row.change_minor) for row in rows), default=0)
    shops = Vendor.objects.select_related("partner").in_bulk([row.key for row in rows])
    found = []
    for row in rows:
        drawn, shop = _row(row, row.label, widest), shops.get(row.key)
        if shop is not None:
            drawn = replace(drawn, seller=shop.partner, handle=shop.handle)
        found.append(drawn)
    return found


def _swing(change: int, widest: int) -> Swing:
    width = _SPAN * abs(change) / widest if widest else 0
    x = _HALF - width if change < 0 else _HALF
    return Swing(
        x=f"{x:.1f}", width=f"{width:.1f}", side="neg" if change < 0 else "pos"
    )


def _category(row: ReplayRow) -> str:
    special = {DELIVERY: _("Delivery charges"), NO_CATEGORY: _("Without a category")}
    return special.get(row.key) or row.label


def _lines_of_plans(rows: Iterable[ReplayRow]) -> dict[int, PlanLines]:
    found: dict[int, PlanLines] = {}
    for row in rows:
        known = found.get(row.key, PlanLines(lines=0, before=0))
        found[row.key] = PlanLines(
            lines=known.lines + row.lines, before=known.before + row.lines_before
        )
    return found


def _looks(
    replay: Replay,
    plans: list[Plan],
    by_plan: dict[int, PlanLines],
    sellers: list[ReplayRow],
    faults: Iterable[Fault],
) -> Iterator[Look]:
    for fault in faults:
        yield Look(
            tone="bad",
            title=fault.message,
            text=_("The list cannot be published like this."),
        )
    for plan in plans:
        yield from _looks_at_plan(replay, plan, by_plan)
    dearer = [row for row in sellers if row.change_minor > 0]
    for row in dearer[:_NAMED]:
        words = {
            "seller": row.label,
            "amount": amount(Money(row.change_minor, row.currency)),
        }
        yield Look(tone="warn", title=_("%(seller)s pays %(amount)s more.") % words)
    more = len(dearer) - _NAMED
    if more > 0:
        words_more = ngettext(
            "%(n)s more seller pays more.", "%(n)s more sellers pay more.", more
        )
        yield Look(tone="warn", title=words_more % {"n": number(more)})
    if replay.told_by_today:
        told = ngettext(
            "%(n)s line was told by what is known today.",
            "%(n)s lines were told by what is known today.",
            replay.told_by_today,
        )
        yield Look(
            tone="",
            title=told % {"n": number(replay.told_by_today)},
            text=_("They were sold before a line kept all that plans look at."),
        )


def _looks_at_plan(
    replay: Replay, plan: Plan, by_plan: dict[int, PlanLines]
) -> Iterator[Look]:
    took = by_plan.get(plan.id, PlanLines(lines=0, before=0))
    name = {"plan": plan.name, "n": number(took.lines), "all": number(took.before)}
    if plan.is_catch_all or not plan.is_enabled or not replay.lines:
        return
    if not plan.holds_at(replay.asked_of):
        yield Look(
            tone="",
            title=_("“%(plan)s” does not hold on the first day.") % name,
            text=_(
                "The replay asks all plans as of that day, so this one took nothing."
            ),
        )
    elif took.lines == 0:
        yield Look(
            tone="warn",
            title=_("“%(plan)s” would match nothing.") % name,
            text=_("No line of the 90 days is one of its kind."),
        )
    elif took.lines == replay.lines:
        yield Look(
            tone="warn",
            title=_("“%(plan)s” would match everything.") % name,
            text=_("No other plan is ever asked."),
        )
    elif took.before and took.lines * _FEW < took.before:
        yield Look(
            tone="warn",
            title=_("“%(plan)s” would almost never match.") % name,
            text=_("%(n)s of its %(all)s lines stay.") % name,
        )
