"""Mails that sellers get."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.core.money import BASIS_POINTS, Money
from marketplace.jobs.mails.facts import (
    NO_PIECES,
    given_things,
    part_context,
    part_with_contents,
    some_things,
    thing_of,
)
from marketplace.jobs.mails.letter import Letter
from marketplace.shop.catalogue.models import Product
from marketplace.shop.promotions.models import PromotionSeller
from payouts.payout_failures import remedy
from payouts.selectors.refunds import refund_by_id, sent_by
from vendors.models import Application, Member, Vendor, VendorOrder

if TYPE_CHECKING:
    from payouts.models import RefundRequest


def new_sale(*, part: int) -> list[Letter]:
    """Say what was sold, by when it must leave, and what it brings."""
    found = part_with_contents(part)
    money = found.settlement
    currency = found.currency
    context = {
        **part_context(found),
        "gross": Money(money.gross_minor, currency),
        "commission": Money(-money.commission_minor, currency),
        "commission_vat": Money(-money.commission_vat_minor, currency),
        "payable": Money(money.payable_minor, currency),
    }
    subject = _("New sale %s") % found.number
    return [to_seller(found.vendor, subject, "new_sale", context)]


def ship_late(*, part: int) -> list[Letter]:
    """Warn that an order should have left, and say when it ends by itself."""
    found = part_with_contents(part)
    context = {**part_context(found), "grace_hours": settings.SHIP_GRACE_HOURS}
    subject = _("Order %s should have left") % found.number
    return [to_seller(found.vendor, subject, "ship_late", context)]


def sale_cancelled(*, part: int) -> list[Letter]:
    """Say that a sale has ended before it left: by its buyer, or by its time."""
    found = part_with_contents(part)
    subject = _("Order %s is cancelled: do not send it") % found.number
    return [to_seller(found.vendor, subject, "sale_cancelled", part_context(found))]


def sale_given_back(
    *,
    part: int,
    pieces: Mapping[str, int] = NO_PIECES,
    reason: str = "",
    refund: int | None = None,
) -> list[Letter]:
    """Say what is not to be sent any more, and what it costs the seller.

    Without a refund of ours the money has gone back another way.
    """
    found = part_with_contents(part)
    stays = some_things(found, pieces)
    context = {
        **part_context(found),
        **(_of_refund(refund, found) if refund else {}),
        "reason": reason,
        "stays": stays,
        "waits": [
            thing_of(line, line.left_to_ship)
            for line in found.lines.all()
            if line.left_to_ship
        ],
        "is_over": bool(stays) and found.state == VendorOrder.State.CANCELLED,
    }
    subject = _("Order %s: money was given back")
    if stays:
        subject = _("Order %s: do not send what was given back")
    letter = to_seller(found.vendor, subject % found.number, "sale_given_back", context)
    return [letter]


def received(*, part: int) -> list[Letter]:
    """Say that the buyer has it, so the money goes."""
    found = part_with_contents(part)
    left = Money(found.settlement.left_minor, found.currency)
    context = {**part_context(found), "payable": left}
    subject = _("Order %s has arrived") % found.number
    return [to_seller(found.vendor, subject, "received", context)]


def payout(*, vendor: int, payout: int) -> list[Letter]:
    """Say that money has reached the seller's bank, or that the bank refused it."""
    shop = Vendor.objects.get(pk=vendor)
    made = shop.payouts.get(pk=payout)
    amount = Money(made.amount_minor, made.currency)
    is_paid = made.status == "paid"
    subject = (
        _("Money has reached your bank") if is_paid else _("Your bank refused a payout")
    )
    context = {
        "seller": shop,
        "payout": made,
        "amount": amount,
        "is_paid": is_paid,
        "remedy": remedy(made.failure_code),
    }
    return [to_seller(shop, subject, "payout", context)]


def adjustment(*, vendor: int, adjustment: int) -> list[Letter]:
    """Say what was credited to a seller or taken from them, and why."""
    shop = Vendor.objects.get(pk=vendor)
    row = shop.adjustments.get(pk=adjustment)
    is_gain = row.amount_minor > 0
    subject = (
        _("We have credited your account")
        if is_gain
        else _("We have charged your account")
    )
    context = {
        "seller": shop,
        "row": row,
        "amount": Money(abs(row.amount_minor), row.currency),
        "is_gain": is_gain,
    }
    return [to_seller(shop, subject, "adjustment", context)]


def application_decided(*, vendor: int) -> list[Letter]:
    """Say what was decided about a shop's application, or what more is wanted."""
    shop = Vendor.objects.get(pk=vendor)
    application = Application.objects.get(vendor=shop)
    subjects = {
        Application.State.APPROVED: _("%s may sell"),
        Application.State.MORE_WANTED: _("One more thing about %s"),
        Application.State.REFUSED: _("About your application for %s"),
    }
    subject = subjects[Application.State(application.state)] % shop.name
    is_open = application.state == Application.State.APPROVED
    refused = application.files.filter(state="refused") if not is_open else []
    context = {"seller": shop, "application": application, "refused": refused}
    return [to_seller(shop, subject, "application_decided", context)]


def shop_suspended(*, vendor: int, reason: str) -> list[Letter]:
    """Say that a shop does not sell for now, why, and what becomes of its orders."""
    shop = Vendor.objects.get(pk=vendor)
    subject = _("%s is suspended") % shop.name
    context = {"seller": shop, "reason": reason, "is_suspended": True}
    return [to_seller(shop, subject, "shop_standing", context)]


def shop_reinstated(*, vendor: int, reason: str) -> list[Letter]:
    """Say that a shop sells again."""
    shop = Vendor.objects.get(pk=vendor)
    subject = _("%s is open again") % shop.name
    context = {"seller": shop, "reason": reason, "is_suspended": False}
    return [to_seller(shop, subject, "shop_standing", context)]


def product_decided(
    *, product: int, is_approved: bool | None = None, is_change: bool = False
) -> list[Letter]:
    """Say whether a product that a seller proposed, or a change of it, is shown now."""
    found = Product.objects.get(pk=product)
    shop = Vendor.objects.filter(partner=found.submitted_by_id).first()
    if shop is None:
        return []
    is_public = found.review_state == Product.Review.APPROVED
    is_shown = is_public if is_approved is None else is_approved
    subjects = {
        (True, False): _("“%s” is on sale"),
        (True, True): _("“%s” says what you changed"),
        (False, False): _("Please change “%s”"),
        (False, True): _("About your change of “%s”"),
    }
    subject = subjects[is_shown, is_change] % found.title
    context = {
        "seller": shop,
        "product": found,
        "is_shown": is_shown,
        "is_change": is_change,
    }
    return [to_seller(shop, subject, "product_decided", context)]


def promotion_proposed(*, answer: int) -> list[Letter]:
    """Ask a shop to share a promotion; nothing where it was asked anew meanwhile."""
    asked = PromotionSeller.objects.filter(pk=answer, answer="asked")
    found = asked.select_related("promotion").first()
    if found is None:
        return []
    shop = Vendor.objects.get(partner=found.partner_id)
    promotion = found.promotion
    context = {
        "seller": shop,
        "promotion": promotion,
        "market_name": settings.MARKET_NAME,
        "percent": (BASIS_POINTS - promotion.platform_bps) / 100,
    }
    subject = _("Will you take part in “%s”?") % promotion.name
    return [to_seller(shop, subject, "promotion_proposed", context)]


def _of_refund(refund: int, part: VendorOrder) -> dict[str, Any]:
    request = refund_by_id(refund)
    return {
        **cost_of(request),
        "given": given_things(part, request, that_left=True),
    }


def cost_of(request: "RefundRequest") -> dict[str, Money]:
    """Return what a refund gives the buyer, and what of it the seller bears."""
    bears = sum(
        line.vendor_minor + line.kept_commission_minor + line.kept_vat_minor
        for line in request.lines.all()
    )
    return {
        "amount": Money(sent_by(request), request.currency),
        "bears": Money(bears, request.currency),
    }


def to_seller(
    vendor: Vendor, subject: str, template: str, context: dict[str, Any]
) -> Letter:
    """Address a letter to a shop: its contact address, else the owner's.

    The owner's language is the shop's.
    """
    owners = vendor.members.filter(role=Member.Role.OWNER).order_by("pk")
    email, language = owners.values_list("user__email", "user__language").first() or (
        "",
        "",
    )
    return Letter(
        to=vendor.contact_email or email,
        subject=subject,
        template=template,
        context=context,
        language=language,
    )
