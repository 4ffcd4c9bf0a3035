"""What is done with each message: one flow, safe to repeat."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy

from marketplace.db import audit, clock, outbox
from marketplace.db.models import Outbox
from marketplace.flows import import_offers
from marketplace.flows.after_payment import note_release, settle_refund
from marketplace.flows.call_off import keep_back_taken
from marketplace.flows.count_points import points_owed
from marketplace.flows.earn_points import settle_refund_in_points
from marketplace.flows.expire_order import expire_order
from marketplace.flows.export_person import make_export
from marketplace.flows.mail import Mail, post
from marketplace.flows.pay_order import pay_order
from marketplace.jobs import mails, sweeps, webhooks
from payouts.selectors.replays import sellers_told
from payouts.services import (
    commands,
    dispute,
    documents,
    inbox,
    matching,
    refund,
    replay,
)
from search import services as search
from vendors.models import VendorOrder, WebhookEvent
from vendors.services import webhook_news

log = logging.getLogger(__name__)

# Leases are reckoned from the moment a few rows are taken. Stripe may need twenty
# seconds for each: of a hundred, most leases would have run out before they began.
_FEW = 4
# No money moves to the card by these: the buyer is not told that it does.
_NOT_TO_THE_CARD = {
    "allocation": gettext_lazy("The buyer has the money back."),
    "dispute": gettext_lazy("The buyer’s bank has taken the money back."),
}


def export_was_asked(message: Outbox) -> None:
    """Make the file of somebody's data."""
    make_export(
        export_id=int(message.key),
        keep_days=settings.EXPORT_KEEP_DAYS,
        now=clock.now(),
    )


def order_was_paid(message: Outbox) -> None:
    """Hand an order to its sellers, and ask for their invoices to the buyer."""
    pay_order(order_id=int(message.key), now=clock.now())
    documents.want_invoices(order_id=int(message.key), now=clock.now())


def order_was_not_paid(message: Outbox) -> None:
    """Free what an order had kept."""
    expire_order(order_id=int(message.key), now=clock.now())


def payment_came_too_late(message: Outbox) -> None:
    """Tell the buyer that the money goes back."""
    post(Mail.PAYMENT_RETURNED, order=int(message.key), now=clock.now())


def refund_has_arrived(message: Outbox) -> None:
    """Let points follow a refund, and tell the buyer if their card gets it."""
    origin = message.payload.get("origin")
    if origin in _NOT_TO_THE_CARD:
        for part_id in message.payload["vendor_orders"]:
            outbox.emit(
                topic="sale.taken_back",
                key=str(part_id),
                payload={"origin": origin},
                now=clock.now(),
            )
        settle_refund_in_points(
            refund_id=int(message.key),
            order_id=message.payload["order"],
            spent_minor=message.payload["points_minor"],
            part_ids=message.payload["vendor_orders"],
            now=clock.now(),
        )
    else:
        settle_refund(
            refund_id=int(message.key),
            order_id=message.payload["order"],
            cash_minor=message.payload["cash_minor"],
            points_minor=message.payload["points_minor"],
            part_ids=message.payload["vendor_orders"],
            now=clock.now(),
        )
    documents.want_credit_notes(refund_id=int(message.key), now=clock.now())
    parts = VendorOrder.objects.filter(pk__in=message.payload["vendor_orders"])
    for part_id, vendor_id in parts.order_by("pk").values_list("pk", "vendor_id"):
        webhook_news.tell(
            WebhookEvent.REFUND_MADE,
            vendor_id=vendor_id,
            refund=int(message.key),
            part=part_id,
            now=clock.now(),
        )


def sale_was_taken_back(message: Outbox) -> None:
    """Let nobody send what was paid back without us."""
    keep_back_taken(
        part_id=int(message.key),
        reason=str(_NOT_TO_THE_CARD[message.payload["origin"]]),
        now=clock.now(),
    )


def refund_has_failed(message: Outbox) -> None:
    """Say it where somebody looks: an operator must find another way.

    The money is owed to the buyer, so points follow all the same.
    """
    log.error("Refund %s failed: %s", message.key, message.payload)
    post(Mail.REFUND_FAILED, refund=int(message.key), now=clock.now())
    if refund.is_booked(refund_id=int(message.key)):
        settle_refund_in_points(
            refund_id=int(message.key),
            order_id=message.payload["order"],
            spent_minor=message.payload["points_minor"],
            part_ids=message.payload["vendor_orders"],
            now=clock.now(),
        )
        documents.want_credit_notes(refund_id=int(message.key), now=clock.now())


def dispute_has_news(message: Outbox) -> None:
    """Fetch a dispute: something that we sent has changed it."""
    dispute.sync_dispute(dispute_id=message.key, now=clock.now())


def dispute_has_changed(kind: Mail) -> Callable[[Outbox], None]:
    """Return what tells everybody concerned of a dispute's turn."""

    def tell(message: Outbox) -> None:
        post(kind, dispute=int(message.key), now=clock.now())

    return tell


def command_has_failed(message: Outbox) -> None:
    """Say it where somebody looks; the office lists failed commands."""
    log.error("Stripe refused money command %s", message.key)


def money_was_released(message: Outbox) -> None:
    """Let the buyer's points follow the seller's money."""
    note_release(part=_part(message), now=clock.now())


def money_was_transferred(message: Outbox) -> None:
    """Keep it in the audit trail; the seller hears of it when the bank has it."""
    audit.record("settlement.transferred", subject=_part(message), now=clock.now())


def payout_has_changed(message: Outbox) -> None:
    """Tell a seller that money has reached their bank, or could not."""
    if message.payload["status"] in {"paid", "failed"}:
        post(
            Mail.PAYOUT,
            vendor=message.payload["vendor"],
            payout=int(message.key),
            now=clock.now(),
        )
    if message.payload["status"] == "paid":
        webhook_news.tell(
            WebhookEvent.PAYOUT_PAID,
            vendor_id=message.payload["vendor"],
            payout=int(message.key),
            now=clock.now(),
        )


def draft_waits_for_its_replay(message: Outbox) -> None:
    """Replay a draft of the commission plans over what was sold."""
    replay.run_replay(replay_id=int(message.key), now=clock.now())


def plans_were_asked_for(message: Outbox) -> None:
    """Tell each person who may publish a draft that it waits for one of them."""
    post(Mail.COMMISSION_ASKED, plan_list=int(message.key), now=clock.now())


def plans_were_published(message: Outbox) -> None:
    """Tell each seller to whom the new plans make a difference, each their own."""
    for vendor_id in sellers_told(list_id=int(message.key)):
        post(
            Mail.COMMISSION_CHANGED,
            plan_list=int(message.key),
            vendor=vendor_id,
            now=clock.now(),
        )


def seller_was_adjusted(message: Outbox) -> None:
    """Tell a seller what was credited or fined, and why."""
    post(
        Mail.ADJUSTMENT,
        vendor=message.payload["vendor"],
        adjustment=int(message.key),
        now=clock.now(),
    )


def account_has_changed(message: Outbox) -> None:
    """Let waiting money go when a seller has become payable."""
    sweeps.releases(clock.now())


# Messages of the outbox, one after the other.
MESSAGES: dict[str, Callable[[Outbox], None]] = {
    "account.export": export_was_asked,
    "account.changed": account_has_changed,
    "adjustment.booked": seller_was_adjusted,
    "command.failed": command_has_failed,
    "commission.asked": plans_were_asked_for,
    "commission.published": plans_were_published,
    "commission.replay": draft_waits_for_its_replay,
    "dispute.allocated": dispute_has_changed(Mail.DISPUTE_SHARED),
    "dispute.lost": dispute_has_changed(Mail.DISPUTE_LOST),
    "dispute.regained": dispute_has_changed(Mail.DISPUTE_REGAINED),
    "dispute.opened": dispute_has_changed(Mail.DISPUTE_OPENED),
    "dispute.sync": dispute_has_news,
    "dispute.won": dispute_has_changed(Mail.DISPUTE_WON),
    "mail": mails.send,
    "payment.expired": order_was_not_paid,
    "payment.failed": order_was_not_paid,
    "payment.returned": payment_came_too_late,
    "payment.succeeded": order_was_paid,
    "payout.changed": payout_has_changed,
    "refund.failed": refund_has_failed,
    "refund.succeeded": refund_has_arrived,
    "sale.taken_back": sale_was_taken_back,
    "settlement.released": money_was_released,
    "settlement.transferred": money_was_transferred,
}
# Of these what is done cannot be undone with the transaction, waits for Stripe, or has
# many transactions of its own.
OUTSIDE = frozenset({"account.changed", "dispute.sync", "mail"})


def _run_commands(now: datetime) -> None:
    while commands.run_due_commands(now=max(now, clock.now()), limit=_FEW):
        continue


def _read_inbox(now: datetime) -> None:
    while inbox.process_inbox(now=max(now, clock.now()), limit=_FEW):
        continue


def _issue_documents(now: datetime) -> None:
    while documents.issue_due(now=max(now, clock.now())):
        continue


def _compare_books(now: datetime) -> None:
    matching.run_waiting(now=now, count_points=points_owed)


def _write_documents(now: datetime) -> None:
    search.index_changed(now)


def _run_imports(now: datetime) -> None:
    import_offers.run_waiting_imports(now=now)


# Tables of their own, emptied by a service that knows them.
TABLES: dict[str, Callable[[datetime], None]] = {
    "payouts.commands": _run_commands,
    "payouts.documents": _issue_documents,
    "payouts.inbox": _read_inbox,
    "payouts.matching": _compare_books,
    "search.index": _write_documents,
    "vendors.imports": _run_imports,
    "vendors.webhooks": webhooks.send_due,
}


def _part(message: Outbox) -> VendorOrder:
    return VendorOrder.objects.get(pk=int(message.key))
