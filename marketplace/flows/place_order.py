"""A buyer orders: everything is promised and written at once, then paid for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty import selectors as points_of
from loyalty import services as loyalty
from loyalty.worth import Spending, spend
from marketplace.accounts.services import accept_terms
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.flows.pay_order import pay_order
from marketplace.flows.split_order import open_parts, places_of, settlement_inputs
from marketplace.shop.basket import services as baskets
from marketplace.shop.basket.contents import Contents, words_of
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.basket.stock import promise
from marketplace.shop.order.models import Order
from marketplace.shop.order.selectors import living_order_of_basket
from marketplace.shop.order.services import Address, Buyer, WrittenOrder, write_order
from marketplace.shop.promotions.selectors.applying import Claimant
from marketplace.shop.promotions.services import redeeming
from marketplace.shop.promotions.words import why_not
from payouts.services import payment, settlement
from payouts.services.payment import PaymentRequest
from search import services as search
from vendors.models import VendorOrder


class BasketEmptyError(RefusedError):
    """There is nothing to order."""

    code = "order.empty"


class NotOrderableError(RefusedError):
    """Something in the basket cannot be had as it stands there."""

    code = "order.not_orderable"


class MethodGoneError(RefusedError):
    """A seller does not offer the chosen way of delivery any more."""

    code = "order.method_gone"


class ReturnsChangedError(RefusedError):
    """A seller takes things back for fewer days than the buyer was told."""

    code = "order.returns_changed"


class TotalChangedError(RefusedError):
    """The order costs something else than the buyer was shown."""

    code = "order.total_changed"

    def __init__(self, *, seen: Money, due: Money) -> None:
        super().__init__(
            _("The total is now %(due)s instead of %(seen)s. Please look again.")
            % {"due": due, "seen": seen}
        )
        self.seen, self.due = seen, due


class VoucherGoneError(RefusedError):
    """A voucher that was shown does not count any more, or not for this buyer.

    `public_ids` names those that give nothing: taken out, the order can be placed.
    """

    code = "order.voucher"

    def __init__(self, *, contents: Contents) -> None:
        super().__init__(" ".join(why_not(one) for one in contents.refusals))
        self.public_ids = [one.terms.public_id for one in contents.refusals]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What a buyer agreed to.

    `choices` maps partners to the code of a way of delivery, `returns_days` those that
    the page named to the days for sending back. `points` is how many the buyer wants to
    spend, `seen_minor` what the page said is then left to pay. In
    `success_url` and `cancel_url`, `{order}` stands for the order's public id.
    """

    basket_id: int
    buyer: Buyer
    address: Address
    choices: Mapping[int, str]
    points: int
    seen_minor: int
    terms_version: str
    success_url: str
    cancel_url: str
    returns_days: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """An order and the attempt to be paid; no attempt where nothing is to pay."""

    order: Order
    attempt_id: int | None
    is_new: bool


@transaction.atomic
def place_order(*, purchase: Purchase, now: datetime) -> Placed:
    """Place the order of a basket, once, however often it is asked.

    Takes the basket (whoever comes second gets the order of the first), promises stock,
    vouchers and points for half an hour, writes order, sellers' parts and their
    settlements, and asks for the payment. Vouchers and points that cover everything pay
    it at once.

    Locks the basket, the offers by id, the promotions with limits, then the points, in
    the order of `marketplace.flows`. Raises a RefusedError that fits the buyer; then
    nothing is written and the basket is as it was.
    """
    if not baskets.freeze(purchase.basket_id):
        return placed_before(basket_id=purchase.basket_id)
    contents = _promise_stock(purchase, now)
    spending = _spending(purchase, contents, now)
    written = write_order(
        contents=contents,
        buyer=purchase.buyer,
        address=purchase.address,
        basket_id=purchase.basket_id,
        now=now,
        expires_at=now + timedelta(minutes=settings.PAYMENT_WINDOW_MINUTES),
    )
    _redeem(contents, written, now)
    _hold_points(purchase, written.order, spending, now)
    parts = open_parts(written=written, now=now)
    _hold_to_returns(purchase, parts)
    _settle(written, parts, spending, now)
    accept_terms(
        user_id=purchase.buyer.user_id,
        email=purchase.buyer.email,
        version=purchase.terms_version,
        now=now,
    )
    products = {line.product_id for line in contents.lines}
    search.mark_changed(product_ids=products, now=now)
    return _ask_for_money(purchase, written.order, spending, now)


def _redeem(contents: Contents, written: WrittenOrder, now: datetime) -> None:
    redeeming.redeem(
        order_id=written.order.pk,
        currency=contents.currency,
        discounts=contents.discounts,
        places=places_of(contents=contents, written=written),
        now=now,
    )


def placed_before(*, basket_id: int) -> Placed:
    """Return the living order that a basket became.

    Raises BasketEmptyError if there is none: it was ordered and given up, or is gone.
    """
    order = living_order_of_basket(basket_id)
    if order is None:
        raise BasketEmptyError(
            _("This basket is not open any more. Look at your basket again.")
        )
    attempt = payment.latest_attempt(order_id=order.pk)
    return Placed(order, attempt.pk if attempt else None, is_new=False)


def _promise_stock(purchase: Purchase, now: datetime) -> Contents:
    """Reserve all pieces or none, and return the contents at the prices of now."""
    promised = promise(purchase.basket_id)
    if not promised:
        raise BasketEmptyError(_("There is nothing in your basket."))
    # Read after the offers are locked: no price moves until the order stands.
    contents = contents_of(
        purchase.basket_id,
        country=purchase.address.country,
        now=now,
        choices=purchase.choices,
        promised={offer_id for offer_id, is_kept in promised.items() if is_kept},
        claimant=Claimant(user_id=purchase.buyer.user_id, email=purchase.buyer.email),
    )
    if contents.troubles:
        raise NotOrderableError(_objections(contents))
    for group in contents.groups:
        wish = purchase.choices.get(group.seller.id)
        if wish is not None and (group.chosen is None or group.chosen.code != wish):
            raise MethodGoneError(
                _("%(seller)s has changed the ways of delivery. Choose one again.")
                % {"seller": group.seller.name}
            )
    return contents


def _objections(contents: Contents) -> str:
    return " ".join(
        f"{line.title}: {words_of(contents.troubles[line.id], line)}"
        for line in contents.lines
        if line.id in contents.troubles
    )


def _spending(purchase: Purchase, contents: Contents, now: datetime) -> Spending:
    """Return the points that the order takes, once the buyer knows the total."""
    total = contents.total
    spending = Spending(points=0, worth_minor=0, rest_minor=total.minor)
    if purchase.points > 0 and purchase.buyer.user_id is not None:
        rule = points_of.rule_at(total.currency, now=now)
        if rule is not None:
            spending = spend(
                rule,
                total_minor=total.minor,
                available=points_of.balance_of(purchase.buyer.user_id).available,
                wanted=purchase.points,
            )
    if spending.rest_minor != purchase.seen_minor:
        if contents.refusals:
            raise VoucherGoneError(contents=contents)
        raise TotalChangedError(
            seen=Money(purchase.seen_minor, total.currency),
            due=Money(spending.rest_minor, total.currency),
        )
    return spending


def _hold_points(
    purchase: Purchase, order: Order, spending: Spending, now: datetime
) -> None:
    if spending.points and purchase.buyer.user_id is not None:
        loyalty.hold(
            user_id=purchase.buyer.user_id,
            order_id=order.pk,
            amount=loyalty.Amount(
                points=spending.points,
                value_minor=spending.worth_minor,
                currency=order.currency,
            ),
            now=now,
        )


def _hold_to_returns(purchase: Purchase, parts: Sequence[VendorOrder]) -> None:
    """Refuse what could be sent back for fewer days than the buyer was told."""
    for part in parts:
        told = purchase.returns_days.get(part.vendor.partner_id, 0)
        if (part.returns_days or 0) < told:
            raise ReturnsChangedError(
                ngettext(
                    "%(seller)s now takes things back within %(now)d day instead of"
                    " %(told)d. Please look again.",
                    "%(seller)s now takes things back within %(now)d days instead of"
                    " %(told)d. Please look again.",
                    part.returns_days or 0,
                )
                % {
                    "seller": part.vendor.name,
                    "now": part.returns_days or 0,
                    "told": told,
                }
            )


def _settle(
    written: WrittenOrder,
    parts: Sequence[VendorOrder],
    spending: Spending,
    now: datetime,
) -> None:
    settlement.open_settlements(
        order=settlement.OrderInput(
            order_id=written.order.pk,
            currency=written.order.currency,
            settlements=settlement_inputs(written=written, parts=parts),
            points_minor=spending.worth_minor,
        ),
        now=now,
    )


def _ask_for_money(
    purchase: Purchase, order: Order, spending: Spending, now: datetime
) -> Placed:
    if spending.rest_minor == 0:
        payment.book_free_order(order_id=order.pk, now=now)
        pay_order(order_id=order.pk, now=now)
        return Placed(order, None, is_new=True)
    attempt = payment.request_payment(
        request=PaymentRequest(
            order_id=order.pk,
            order_public_id=order.public_id,
            description=_("Order %(number)s") % {"number": order.number},
            email=purchase.buyer.email,
            currency=order.currency,
            amount_minor=spending.rest_minor,
            success_url=purchase.success_url.replace("{order}", order.public_id),
            cancel_url=purchase.cancel_url.replace("{order}", order.public_id),
            expires_at=now + timedelta(minutes=settings.PAYMENT_WINDOW_MINUTES),
        ),
        now=now,
    )
    return Placed(order, attempt.pk, is_new=True)
