"""Every mail of the product: which there are, how each is written, and sent."""

from collections.abc import Callable

from marketplace.db.models import Outbox
from marketplace.flows.mail import Mail
from marketplace.jobs.mails import (
    accounts,
    buyers,
    claims,
    commission,
    office,
    searches,
    sellers,
)
from marketplace.jobs.mails.letter import Letter, deliver

WRITERS: dict[str, Callable[..., list[Letter]]] = {
    Mail.ORDER_CONFIRMED: buyers.order_confirmed,
    Mail.PARCEL_SENT: buyers.parcel_sent,
    Mail.DELIVERED: buyers.delivered,
    Mail.PART_CANCELLED: buyers.part_cancelled,
    Mail.REFUNDED: buyers.refunded,
    Mail.PAYMENT_RETURNED: buyers.payment_returned,
    Mail.MESSAGE: buyers.message,
    Mail.PROBLEM_OPENED: buyers.problem_opened,
    Mail.PROBLEM_DECIDED: buyers.problem_decided,
    Mail.WELCOME: accounts.welcome,
    Mail.NEW_DEVICE: accounts.new_device,
    Mail.SEARCH_CONFIRM: searches.search_confirm,
    Mail.SEARCH_FOUND: searches.search_found,
    Mail.NEW_SALE: sellers.new_sale,
    Mail.SHIP_LATE: sellers.ship_late,
    Mail.SALE_CANCELLED: sellers.sale_cancelled,
    Mail.SALE_GIVEN_BACK: sellers.sale_given_back,
    Mail.RECEIVED: sellers.received,
    Mail.PAYOUT: sellers.payout,
    Mail.DISPUTE_OPENED: claims.dispute_opened,
    Mail.DISPUTE_WON: claims.dispute_won,
    Mail.DISPUTE_LOST: claims.dispute_lost,
    Mail.DISPUTE_SHARED: claims.dispute_shared,
    Mail.DISPUTE_REGAINED: claims.dispute_regained,
    Mail.REFUND_FAILED: claims.refund_failed,
    Mail.LONG_HOLD: office.long_hold,
    Mail.PROMOTION_PROPOSED: sellers.promotion_proposed,
    Mail.COMMISSION_ASKED: office.commission_asked,
    Mail.COMMISSION_CHANGED: commission.commission_changed,
    Mail.ADJUSTMENT: sellers.adjustment,
    "application_decided": sellers.application_decided,
    "product_decided": sellers.product_decided,
}


def send(message: Outbox) -> None:
    """Write and send the mail that a message asks for, to everybody concerned."""
    about = dict(message.payload)
    letters = WRITERS[about.pop("kind")](**about)
    for number, letter in enumerate(letters):
        deliver(letter, identity=f"mail-{message.pk}-{number}")
