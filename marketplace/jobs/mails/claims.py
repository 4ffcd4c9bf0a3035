"""Mails about payments that a bank calls into question, and refunds that fail."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from marketplace.accounts.selectors import emails_of_operators
from marketplace.core.money import Money
from marketplace.core.viewer import OperatorPermission
from marketplace.jobs.mails.facts import part_context, part_with_contents
from marketplace.jobs.mails.letter import Letter
from marketplace.jobs.mails.sellers import to_seller
from payouts.selectors.disputes import dispute_by_id, shares_of
from payouts.selectors.refunds import refund_by_id
from vendors.models import VendorOrder

if TYPE_CHECKING:
    from payouts.models import Dispute


def dispute_opened(*, dispute: int) -> list[Letter]:
    """Tell each seller that their money waits, and whoever answers banks by when."""
    told = dispute_by_id(dispute)
    subject = _("The bank questions the payment of order %s")
    return [
        *_to_sellers(told, subject, "dispute_opened"),
        *_to_finance(told, _("Answer the bank about order %s"), "dispute_to_answer"),
    ]


def dispute_won(*, dispute: int) -> list[Letter]:
    """Tell each seller that their money goes on."""
    told = dispute_by_id(dispute)
    subject = _("The bank has decided for you: order %s")
    return _to_sellers(told, subject, "dispute_won")


def dispute_lost(*, dispute: int) -> list[Letter]:
    """Tell each seller that it was lost, and whoever decides that they are asked."""
    told = dispute_by_id(dispute)
    return [
        *_to_sellers(told, _("The bank has decided: order %s"), "dispute_lost"),
        *_to_finance(told, _("Lost: who bears order %s?"), "dispute_to_allocate"),
    ]


def dispute_regained(*, dispute: int) -> list[Letter]:
    """Ask whoever pays to credit the sellers who bore what the bank gave back."""
    told = dispute_by_id(dispute)
    subject = _("The bank gave it back after all: order %s")
    return _to_finance(told, subject, "dispute_regained")


def dispute_shared(*, dispute: int) -> list[Letter]:
    """Tell each seller what they bear of a lost dispute, and why."""
    told = dispute_by_id(dispute)
    letters = []
    for share in shares_of(told):
        if share.settlement is None:
            continue
        part = part_with_contents(share.settlement.vendor_order_id)
        lines = share.refund.lines.all() if share.refund else ()
        taken = sum(line.vendor_minor for line in lines)
        context = {
            **part_context(part),
            **_context(told),
            "taken": Money(taken, told.currency),
            "fee": Money(share.fee_minor, told.currency),
            "is_yours": bool(taken or share.fee_minor),
        }
        subject = _("What the lost dispute of order %s means for you") % part.number
        letters.append(to_seller(part.vendor, subject, "dispute_shared", context))
    return letters


def refund_failed(*, refund: int) -> list[Letter]:
    """Ask whoever pays to find another way to the buyer."""
    failed = refund_by_id(refund)
    context = {
        "order": failed.order,
        "refund": failed,
        "amount": Money(failed.cash_minor, failed.currency),
        "is_refused": failed.state == "refused" and not failed.is_orphan,
    }
    subject = _("A refund failed: order %s") % failed.order.number
    return [
        Letter(to=address, subject=subject, template="refund_failed", context=context)
        for address in emails_of_operators(OperatorPermission.FINANCE)
    ]


def _context(told: "Dispute") -> dict[str, Any]:
    return {
        "dispute": told,
        "amount": Money(told.amount_minor, told.currency),
        "reason": told.reason_words,
    }


def _to_sellers(told: "Dispute", subject: str, template: str) -> list[Letter]:
    order_id = told.payment.order_id
    keys = VendorOrder.objects.filter(order_id=order_id).order_by("pk")
    letters = []
    for key in keys.values_list("pk", flat=True):
        part = part_with_contents(key)
        context = {**part_context(part), **_context(told)}
        letters.append(to_seller(part.vendor, subject % part.number, template, context))
    return letters


def _to_finance(told: "Dispute", subject: str, template: str) -> list[Letter]:
    order = told.payment.order
    context = {"order": order, **_context(told)}
    return [
        Letter(
            to=address,
            subject=subject % order.number,
            template=template,
            context=context,
        )
        for address in emails_of_operators(OperatorPermission.FINANCE)
    ]
