"""The points that plain orders earned."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from loyalty.models import PointsAccount, PointsEntry
from loyalty.selectors import rule_at
from loyalty.worth import earned
from marketplace.demo.load.past.chapter import Chapter
from marketplace.demo.load.past.world import World
from payouts.services.points import book_many_earned

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
        for part, journey in chapter.stories:
            if journey.delivered_at is None or journey.received_at is None:
                continue
            points = earned(rule, cash_minor=part.items_minor)
            spendable_at = max(
                journey.received_at,
                journey.delivered_at + timedelta(days=settings.RETURN_WINDOW_DAYS),
            )
            if points:
                earning = PointsEntry(
                    account=account,
                    key=f"earn:{part.pk}",
                    kind=Kind.EARN,
                    order=order,
                    vendor_order=part,
                    pending_delta=points,
                    value_minor=rule.worth_of(points),
                    currency=part.currency,
                    spendable_at=spendable_at,
                    created_at=journey.received_at,
                )
                entries += [earning, *_vesting(earning, world.diary.until)]
    PointsEntry.objects.bulk_create(entries)
    for entry in entries:
        entry.account.available += entry.available_delta
        entry.account.pending += entry.pending_delta
    PointsAccount.objects.bulk_update(accounts.values(), ["available", "pending"])
    book_many_earned(
        gains=[
            (entry.key, entry.value_minor, entry.currency, entry.created_at)
            for entry in entries
            if entry.kind == Kind.EARN
        ]
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
