"""Mails that buyers get; each function says to whom, about what, in which words."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from loyalty.selectors import rule_at, rule_for
from marketplace.core.money import Money
from marketplace.core.words import given_name
from marketplace.flows.agreed_order import agreed_order
from marketplace.flows.earn_points import points_to_earn
from marketplace.jobs.mails.facts import (
    NO_PIECES,
    agreed_things,
    given_things,
    order_url,
    part_context,
    part_urls,
    part_with_contents,
    some_things,
    thing_of,
)
from marketplace.jobs.mails.letter import Letter
from marketplace.jobs.mails.questions import letters_of_question
from marketplace.jobs.mails.sellers import cost_of, to_seller
from marketplace.shop.order.models import Order
from payouts.selectors.refunds import refund_by_id, refund_by_token
from support.models import Message, Problem, Proposal, Side
from vendors.models import Parcel, VendorOrder
from vendors.selectors.orders import buyer_email, buyer_name, parts_of_order


def order_confirmed(*, order: int) -> list[Letter]:
    """Thank for an order and say what comes when."""
    found = _order(order)
    parts = parts_of_order(found)
    context = {
        "order": found,
        "buyer": given_name(buyer_name(found)),
        "order_url": order_url(found),
        "parts": [
            {"part": part, "things": things, **part_urls(part)}
            for part, things in zip(parts, agreed_things(parts), strict=True)
        ],
        "all_by": max(
            (part.deliver_until for part in parts if part.deliver_until), default=None
        ),
        "sums": agreed_order(found, parts),
        "earns": _earns(*parts),
    }
    subject = _("Your order %s") % found.number
    return [_to_buyer(found, subject, "order_confirmed", context)]


def parcel_sent(*, parcel: int) -> list[Letter]:
    """Say that a parcel is on its way, and ask for stars when it has come."""
    sent = Parcel.objects.get(pk=parcel)
    part = part_with_contents(sent.vendor_order_id)
    contents = sent.lines.select_related(
        "line__order_line__product", "line__vendor_order"
    )
    context = {
        **part_context(part),
        "parcel": sent,
        "things": [thing_of(each.line, each.quantity) for each in contents],
        "is_all": part.state == VendorOrder.State.SHIPPED,
        "earns": _earns(part),
    }
    subject = _("Your parcel from %s is on its way") % part.vendor.name
    return [_to_buyer(part.order, subject, "parcel_sent", context)]


def delivered(*, part: int) -> list[Letter]:
    """Ask how it was, now that the carrier has brought it."""
    found = part_with_contents(part)
    context = {
        **part_context(found),
        "earns": _earns(found),
        "days": settings.RELEASE_DAYS_AFTER_DELIVERY,
    }
    subject = _("How was %s?") % found.vendor.name
    return [_to_buyer(found.order, subject, "delivered", context)]


def part_cancelled(
    *, part: int, pieces: Mapping[str, int] = NO_PIECES, reason: str = ""
) -> list[Letter]:
    """Say what will not come, why, and that the money is on its way back.

    Just what was cancelled now: there was a mail about the pieces before.
    """
    found = part_with_contents(part)
    context = part_context(found)
    subject = _("Order %s is cancelled") % found.number
    if found.state != VendorOrder.State.CANCELLED:
        subject = _("A part of order %s is cancelled") % found.number
    context |= {"things": some_things(found, pieces), "reason": reason}
    return [_to_buyer(found.order, subject, "part_cancelled", context)]


def refunded(
    *, order: int, cash_minor: int, points_minor: int, refund: int | None = None
) -> list[Letter]:
    """Say how much went back, to the card and as points, for which things and why."""
    if not cash_minor and not points_minor:
        # Goodwill gave it before.
        return []
    found = _order(order)
    rule = rule_at(found.currency, now=found.date_placed)
    context = {
        "order": found,
        "order_url": order_url(found),
        "cash": Money(cash_minor, found.currency),
        "points_worth": Money(points_minor, found.currency),
        "points": rule.points_of(points_minor) if rule else 0,
        **(_of_refund(refund, found) if refund else {}),
    }
    subject = _("Your points for order %s are back")
    if cash_minor:
        subject = _("Your money for order %s is on its way back")
    return [_to_buyer(found, subject % found.number, "refunded", context)]


def payment_returned(*, order: int) -> list[Letter]:
    """Say that a payment came after the order had ended, and goes back."""
    found = _order(order)
    context = {"order": found}
    subject = _("Your payment for order %s goes back") % found.number
    return [_to_buyer(found, subject, "payment_returned", context)]


def message(*, message: int) -> list[Letter]:
    """Bring a message to the other side; what Comptoir writes goes to both."""
    written = Message.objects.select_related("conversation").get(pk=message)
    if written.conversation.vendor_order_id is None:
        return letters_of_question(written)
    part = part_with_contents(written.conversation.vendor_order_id)
    sender = _sender(written, part)
    context = {**part_context(part), "message": written, "sender": sender}
    subject = _("%(sender)s wrote about order %(number)s") % {
        "sender": sender,
        "number": part.number,
    }
    letters = []
    if written.side != Side.BUYER:
        letters.append(_to_buyer(part.order, subject, "message", context))
    if written.side != Side.SELLER:
        letters.append(to_seller(part.vendor, subject, "message_to_seller", context))
    return letters


def problem_opened(*, problem: int) -> list[Letter]:
    """Tell the seller what is wrong and by when to answer, the buyer that we know."""
    found, context = _problem(problem)
    part = found.vendor_order
    number = {"number": part.number}
    return [
        to_seller(
            part.vendor,
            _("A problem with order %(number)s") % number,
            "problem_to_seller",
            context,
        ),
        _to_buyer(
            part.order,
            _("We have your report about order %(number)s") % number,
            "problem_opened",
            context,
        ),
    ]


def problem_decided(*, problem: int) -> list[Letter]:
    """Tell both sides what was decided, and why, or what they agreed on."""
    found, context = _problem(problem)
    part = found.vendor_order
    refund = refund_by_token(f"problem:{found.pk}")
    if refund is not None:
        context |= cost_of(refund)
    is_agreed = found.state == Problem.State.AGREED
    words = _("Agreed: order %s") if is_agreed else _("Decided: order %s")
    subject = words % part.number
    return [
        _to_buyer(part.order, subject, "problem_decided", context),
        to_seller(part.vendor, subject, "problem_decided_to_seller", context),
    ]


def proposal_made(*, proposal: int) -> list[Letter]:
    """Tell the buyer what the seller offers, unless it is answered by now."""
    found, context = _proposal(proposal)
    if found.state != Proposal.State.OPEN or found.problem.state != Problem.State.OPEN:
        return []
    part = found.problem.vendor_order
    subject = _("%(seller)s makes you an offer about order %(number)s") % {
        "seller": part.vendor.name,
        "number": part.number,
    }
    return [_to_buyer(part.order, subject, "proposal_made", context)]


def proposal_declined(*, proposal: int) -> list[Letter]:
    """Tell the seller that the buyer declined, unless it does not stand any more."""
    found, context = _proposal(proposal)
    if not found.is_standing or found.problem.state != Problem.State.OPEN:
        return []
    part = found.problem.vendor_order
    subject = _("The buyer declined your offer about order %s") % part.number
    return [to_seller(part.vendor, subject, "proposal_declined", context)]


def _proposal(key: int) -> tuple[Proposal, dict[str, Any]]:
    proposal = Proposal.objects.select_related("message").get(pk=key)
    proposal.problem, context = _problem(proposal.problem_id)
    currency = proposal.problem.vendor_order.currency
    offered = Money(proposal.amount_minor, currency)
    return proposal, {**context, "proposal": proposal, "offered": offered}


def _earns(*parts: VendorOrder) -> int:
    first = parts[0]
    rule = rule_for(first.currency, user_id=first.order.user_id, now=first.placed_at)
    return points_to_earn(parts, rule)


def _order(key: int) -> Order:
    return Order.objects.select_related("user", "shipping_address").get(pk=key)


def _problem(key: int) -> tuple[Problem, dict[str, Any]]:
    problem = Problem.objects.get(pk=key)
    problem.vendor_order = part_with_contents(problem.vendor_order_id)
    lines = problem.lines.select_related(
        "line__order_line__product", "line__vendor_order"
    )
    context = {
        **part_context(problem.vendor_order),
        "problem": problem,
        "things": [thing_of(each.line, each.quantity) for each in lines],
    }
    return problem, context


def _of_refund(refund: int, order: Order) -> dict[str, Any]:
    """Return what a refund was for, by seller; our own gift names nothing and no why.

    What the office gives for nothing it says why to its books alone.
    """
    request = refund_by_id(refund)
    given = [
        (part.vendor, things)
        for part in parts_of_order(order)
        if (things := given_things(part, request))
    ]
    return {"given_by": given, "reason": request.reason if given else ""}


def _sender(message: Message, part: VendorOrder) -> str:
    names = {
        Side.BUYER: buyer_name(part.order),
        Side.SELLER: part.vendor.name,
    }
    return names.get(Side(message.side)) or settings.MARKET_NAME


def _to_buyer(
    order: Order, subject: str, template: str, context: dict[str, Any]
) -> Letter:
    return Letter(
        to=buyer_email(order),
        subject=subject,
        template=template,
        context=context,
        language=order.language,
    )
