"""Every mail of the product: which there are, how each is written, and sent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils import translation

from marketplace.accounts.languages import is_spoken, languages_of
from marketplace.accounts.services import note_mail
from marketplace.db import clock
from marketplace.db.models import Outbox
from marketplace.flows.mail import Mail
from marketplace.jobs.mails import (
    accounts,
    alerts,
    asked,
    buyers,
    claims,
    commission,
    decided,
    office,
    searches,
    sellers,
    systems,
    team,
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
    Mail.PRODUCT_ASKED: asked.product_asked,
    Mail.PRODUCT_ANSWERED: asked.product_answered,
    Mail.PROBLEM_OPENED: buyers.problem_opened,
    Mail.PROBLEM_DECIDED: buyers.problem_decided,
    Mail.PROPOSAL_MADE: buyers.proposal_made,
    Mail.PROPOSAL_DECLINED: buyers.proposal_declined,
    Mail.POINTS_EXPIRE: accounts.points_expire,
    Mail.WELCOME: accounts.welcome,
    Mail.NEW_DEVICE: accounts.new_device,
    Mail.EXPORT_READY: accounts.export_ready,
    Mail.ERASURE_ASKED: accounts.erasure_asked,
    Mail.ERASED: accounts.erased,
    Mail.SEARCH_CONFIRM: searches.search_confirm,
    Mail.SEARCH_FOUND: searches.search_found,
    Mail.ALERT_CONFIRM: alerts.alert_confirm,
    Mail.ALERT_FOUND: alerts.alert_found,
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
    Mail.TEAM_INVITED: team.team_invited,
    Mail.WEBHOOK_OFF: systems.webhook_off,
    Mail.COMMISSION_ASKED: office.commission_asked,
    Mail.COMMISSION_CHANGED: commission.commission_changed,
    Mail.ADJUSTMENT: sellers.adjustment,
    "application_decided": sellers.application_decided,
    "product_decided": sellers.product_decided,
    "words_decided": decided.words_decided,
    "shop_reinstated": sellers.shop_reinstated,
    "shop_suspended": sellers.shop_suspended,
}
# A buyer who is forgotten must not live on in what was written to a shop.
_NAME_OTHERS = frozenset({Mail.MESSAGE})


def send(message: Outbox) -> None:
    """Write and send the mail that a message asks for, to everybody concerned.

    That it went is noted, except of the last word to somebody who is forgotten; its
    subject, unless that names somebody who is not its reader.
    """
    kind = message.payload["kind"]
    for number, letter in enumerate(letters_about(message.payload)):
        deliver(letter, identity=f"mail-{message.pk}-{number}")
        if kind != Mail.ERASED:
            subject = "" if kind in _NAME_OTHERS else letter.subject
            note_mail(to=letter.to, kind=kind, subject=subject, now=clock.now())


def letters_about(payload: Mapping[str, Any]) -> list[Letter]:
    """Write the letters that a message asks for, each in the language of its reader.

    That of their account, else that in which they ordered or asked. A writer says the
    same in all languages, so it is asked once for each that is read.
    """
    about = dict(payload)
    write = WRITERS[about.pop("kind")]
    first = settings.LANGUAGE_CODE
    drafts = {first: _written(write, about, first)}
    accounts = languages_of(letter.to for letter in drafts[first])
    letters = []
    for place, letter in enumerate(drafts[first]):
        code = accounts.get(letter.to.lower()) or letter.language
        code = code if is_spoken(code) else first
        if code not in drafts:
            drafts[code] = _written(write, about, code)
        letters.append(replace(_same(drafts[code], place, letter), language=code))
    return letters


def _written(
    write: Callable[..., list[Letter]], about: dict[str, Any], language: str
) -> list[Letter]:
    with translation.override(language):
        return write(**about)


def _same(letters: list[Letter], place: int, letter: Letter) -> Letter:
    """Return a letter in the other language, if nothing has changed between the two."""
    there = letters[place : place + 1]
    return there[0] if there and there[0].to == letter.to else letter
