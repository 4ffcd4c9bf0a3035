"""Replay a draft over the sales of the last weeks, line by line, as they were priced.

Requested by an operator, run by a worker: the lines are streamed from one query and
priced by the code of the sale (`payouts.pricing`) from the facts frozen with them.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.money import from_decimal
from marketplace.db import audit, outbox
from marketplace.shop.catalogue.models import Category
from marketplace.shop.partner.models import StockRecord
from payouts.models import CommissionReplay, CommissionReplayRow, ReplayKind
from payouts.plan_lists import PlanRefusedError
from payouts.plans import Plan, Subject, resolve
from payouts.pricing import price_by
from payouts.selectors.commission import plans_of
from payouts.selectors.products import NO_FACTS, facts_of_products
from payouts.selectors.replays import faults_in, is_stale, moment_of
from payouts.selectors.sold_lines import CHUNK, SoldLine, sold_lines
from payouts.services.drafts import check_seen, lock_draft
from payouts.tally import DELIVERY, NO_CATEGORY, Tally
from payouts.terms import Terms, commission_of
from vendors.models import Vendor
from vendors.selectors.ranks import rank_of_shop

TOPIC = "commission.replay"
SPAN = timedelta(days=90)
Shelves = dict[int, str]


@transaction.atomic
def request_replay(
    *, draft_id: int, seen: int | None, actor_id: int, now: datetime
) -> CommissionReplay:
    """Ask for a replay of the draft as it is; `seen` is the revision looked at.

    A second request while one runs is the same request. Locks the draft. Raises
    DraftGoneError, DraftChangedError, PlanRefusedError if the list is malformed.
    """
    draft = lock_draft(draft_id)
    running = draft.replays.filter(finished_at=None).first()
    if running is not None and running.revision == draft.revision:
        return running
    check_seen(draft, seen)
    if is_stale(draft) or draft.base_id is None:
        raise PlanRefusedError(stale_words())
    for fault in faults_in(plans_of(draft)):
        raise PlanRefusedError(fault.message)
    if running is not None:
        running.delete()
    replay = CommissionReplay.objects.create(
        list=draft,
        revision=draft.revision,
        base_id=draft.base_id,
        since=now - SPAN,
        until=now,
        asked_of=moment_of(draft=draft, now=now),
        requested_at=now,
        requested_by_id=actor_id,
    )
    outbox.emit(topic=TOPIC, key=str(replay.pk), now=now)
    audit.record(
        "commission.replay_asked",
        subject=draft,
        actor_id=actor_id,
        now=now,
        details={"revision": draft.revision},
    )
    return replay


@transaction.atomic
def run_replay(*, replay_id: int, now: datetime) -> None:
    """Price the lines of the span by the draft, and keep what came of it.

    One that is finished stays so; one whose draft has changed meanwhile goes.
    """
    replay = (
        CommissionReplay.objects.select_for_update(no_key=True, of=("self",))
        .select_related("list", "base")
        .filter(pk=replay_id, finished_at=None)
        .first()
    )
    if replay is None:
        return
    plans = plans_of(replay.list)
    replay.list.refresh_from_db()
    if not replay.list.is_open or replay.list.revision != replay.revision:
        replay.delete()
        return
    began = monotonic()
    tally = Tally()
    _count_lines(tally, plans, replay)
    _count_offers(tally, plans, replay)
    _write(tally, plans, replay)
    replay.lines, replay.told_by_today = tally.lines, tally.told_by_today
    replay.took_ms = round(1000 * (monotonic() - began))
    replay.finished_at = now
    replay.save()


def stale_words() -> str:
    """Say that a draft was begun from a list that is not the newest any more."""
    return _(
        "Another list was published since this draft was begun. Drop the draft, and"
        " begin from that list."
    )


class Asker:
    """Finds the plan of each subject; equal ones are asked once."""

    def __init__(self, plans: list[Plan], at: datetime) -> None:
        self._plans = [plan for plan in plans if plan.holds_at(at)]
        self._at = at
        self._known: dict[Subject, Plan] = {}

    def plan_of(self, subject: Subject) -> Plan:
        """Return the plan that applies. Raises NoPlanError."""
        known = self._known.get(subject)
        if known is None:
            known = resolve(plans=self._plans, subject=subject, at=self._at)
            self._known[subject] = known
        return known


def _count_lines(tally: Tally, plans: list[Plan], replay: CommissionReplay) -> None:
    asker = Asker(plans, replay.asked_of)
    roots = _first_level()
    for line in sold_lines(since=replay.since, until=replay.until):
        plan = asker.plan_of(line.sold.subject)
        _count_line(tally, line, plan, _shelf_of(line, roots))


def _count_line(tally: Tally, line: SoldLine, plan: Plan, shelf: int) -> None:
    subject, after = line.sold.subject, price_by(sold=line.sold, plan=plan).fee
    tally.lines += 1
    tally.told_by_today += line.is_told_by_today
    for kind, key in (
        (ReplayKind.ALL, 0),
        (ReplayKind.SELLER, subject.vendor_id),
        (ReplayKind.CATEGORY, shelf),
        (ReplayKind.PLAN, plan.id),
    ):
        tally.of(kind, key, subject.currency).add(
            gross_minor=line.sold.gross_minor, before=line.fee, after=after
        )
    was = tally.of(ReplayKind.PLAN, line.plan_key, subject.currency)
    was.lines_before += 1


def _first_level() -> Shelves:
    return dict(Category.objects.filter(depth=1).values_list("pk", "name"))


def _shelf_of(line: SoldLine, roots: Shelves) -> int:
    """Return the first-level category that a line is counted in: the lowest of them."""
    if line.sold.is_shipping:
        return DELIVERY
    return min(
        (one for one in line.sold.subject.categories if one in roots),
        default=NO_CATEGORY,
    )


def _count_offers(tally: Tally, plans: list[Plan], replay: CommissionReplay) -> None:
    """Count the offers of which the terms would differ, so that each seller is told."""
    new = Asker(plans, replay.asked_of)
    old = Asker(plans_of(replay.base), replay.asked_of)
    for subject in _offers():
        share = tally.of(ReplayKind.SELLER, subject.vendor_id, subject.currency)
        after, before = new.plan_of(subject), old.plan_of(subject)
        share.offers += 1
        share.offers_changed += _takes(after, subject.currency) != (
            _takes(before, subject.currency)
        )
        share.offers_dearer += _is_dearer(after, before, subject)


def _takes(plan: Plan, currency: str) -> tuple[object, ...]:
    flags = (plan.excludes_tax, plan.include_shipping, plan.charge_vat)
    return (plan.terms_in(currency), *flags)


def _is_dearer(after: Plan, before: Plan, subject: Subject) -> bool:
    """Whether a piece would cost more, or the plan asks for more besides."""
    is_wider = (
        (after.include_shipping and not before.include_shipping)
        or (after.charge_vat and not before.charge_vat)
        or (before.excludes_tax and not after.excludes_tax)
    )
    costs = [
        _costs(plan.terms_in(subject.currency), subject) for plan in (after, before)
    ]
    return is_wider or costs[0] > costs[1]


def _costs(terms: Terms, subject: Subject) -> int:
    minor = subject.unit_minor or 0
    fee = commission_of(terms=terms, base_minor=minor, quantity=1, vat_bps=0)
    return fee.commission_minor


def _offers() -> Iterator[Subject]:
    shops = Vendor.objects.select_related("partner", "standing").in_bulk(
        field_name="partner_id"
    )
    rows = StockRecord.objects.on_sale().order_by()
    offers = rows.values_list(
        "partner_id", "product_id", "price", "price_currency"
    ).iterator(chunk_size=CHUNK)
    while chunk := list(islice(offers, CHUNK)):
        facts = facts_of_products(product for _, product, _, _ in chunk)
        for partner, product, price, currency in chunk:
            shop, known = shops.get(partner), facts.get(product, NO_FACTS)
            if shop is not None:
                yield Subject(
                    vendor_id=shop.pk,
                    product_id=product,
                    categories=known.categories,
                    brand=known.brand,
                    rank=rank_of_shop(shop),
                    country=shop.country,
                    currency=currency,
                    unit_minor=from_decimal(price, currency),
                )


def _write(tally: Tally, plans: list[Plan], replay: CommissionReplay) -> None:
    labels = {
        ReplayKind.SELLER: dict(Vendor.objects.values_list("pk", "name")),
        ReplayKind.CATEGORY: _first_level(),
        ReplayKind.PLAN: {
            plan.id: plan.name for plan in (*plans_of(replay.base), *plans)
        },
    }
    CommissionReplayRow.objects.bulk_create(
        (
            CommissionReplayRow(
                replay=replay,
                kind=kind,
                key=key,
                currency=currency,
                label=labels.get(ReplayKind(kind), {}).get(key, ""),
                **asdict(share),
            )
            for (kind, key, currency), share in tally.items()
        ),
        batch_size=CHUNK,
    )
