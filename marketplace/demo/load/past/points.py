"""The points that plain orders earned."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from loyalty.models import PointsAccount, PointsEntry
from loyalty.selectors import rule_at
from loyalty.worth import Rule, earned
from marketplace.demo.load.past.chapter import Chapter
from marketplace.demo.load.past.drafts import Journey
from marketplace.demo.load.past.world import World
from payouts.services.points import book_many_earned
from vendors.models import VendorOrder
from vendors.selectors.card import returns_days_of

Kind = PointsEntry.Kind


def give(world: World, chapters: Iterable[Chapter]) -> None:
    """Write the points that the plain orders earned, and book what they are worth."""
    rule = rule_at(settings.CURRENCY, now=world.diary.until)
    if rule is None:
        return
    accounts = _accounts(chapters)
    entries: list[PointsEntry] = []
    for chapter in chapters:
        order = chapter.written.order
        account = accounts[order.user_id or order.guest_email]
        cash = {
            group.seller.id: sum(line.due.minor for line in group.lines)
            for group in chapter.draft.contents.groups
        }
        for part, journey in chapter.stories:
            earning = _earning(rule, part, journey, cash[part.vendor.partner_id])
            if earning is not None:
                earning.account, earning.order = account, order
                entries += [earning, *_vesting(earning, world.diary.until)]
    PointsEntry.objects.bulk_create(entries)
    for entry in entries:
        entry.account.available += entry.available_delta
        entry.account.pending += entry.pending_delta
    PointsAccount.objects.bulk_update(accounts.values(), ["available", "pending"])
    gains = [entry for entry in entries if entry.kind == Kind.EARN]
    book_many_earned(
        gains=[
            (row.key, row.value_minor, row.currency, row.created_at) for row in gains
        ]
    )


def _earning(
    rule: Rule, part: VendorOrder, journey: Journey, cash_minor: int
) -> PointsEntry | None:
    """Return what a part brings once it is received; none for what costs nothing."""
    points = earned(rule, cash_minor=cash_minor)
    if journey.received_at is None or journey.delivered_at is None or not points:
        return None
    days = returns_days_of(part.returns_days)
    returns_end = journey.delivered_at + timedelta(days=days)
    return PointsEntry(
        key=f"earn:{part.pk}",
        kind=Kind.EARN,
        vendor_order=part,
        pending_delta=points,
        value_minor=rule.worth_of(points),
        currency=part.currency,
        spendable_at=max(journey.received_at, returns_end),
        rate_bps=rule.earn_bps,
        created_at=journey.received_at,
    )


def _accounts(chapters: Iterable[Chapter]) -> dict[object, PointsAccount]:
    """Return the points account of every buyer, by user or e-mail."""
    known: dict[object, PointsAccount] = {}
    for account in PointsAccount.objects.all():
        known[account.user_id or account.email] = account
    fresh: dict[object, PointsAccount] = {}
    for chapter in chapters:
        order = chapter.written.order
        key = order.user_id or order.guest_email
        if key not in known and key not in fresh:
            fresh[key] = PointsAccount(user_id=order.user_id, email=order.guest_email)
    PointsAccount.objects.bulk_create(fresh.values())
    return {**known, **fresh}


def _vesting(earning: PointsEntry, until: datetime) -> list[PointsEntry]:
    spendable_at = earning.spendable_at
    if spendable_at is None or spendable_at > until:
        return []
    return [
        PointsEntry(
            account=earning.account,
            key=f"vest:{earning.vendor_order_id}",
            kind=Kind.VEST,
            order_id=earning.order_id,
            vendor_order_id=earning.vendor_order_id,
            pending_delta=-earning.pending_delta,
            available_delta=earning.pending_delta,
            currency=earning.currency,
            created_at=spendable_at,
        )
    ]
