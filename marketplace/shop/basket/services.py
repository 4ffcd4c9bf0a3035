"""Writes to baskets. Each locks the basket, so nothing is added while it is ordered."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.basket.models import Basket, Line
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.promotions.selectors.applying import Claimant
from marketplace.shop.promotions.services import vouchers
from marketplace.shop.promotions.services.vouchers import VoucherRefusedError
from marketplace.shop.promotions.words import why_not

MOST_PIECES = 500


class BasketClosedError(RefusedError):
    """The basket is being ordered, or was."""

    code = "basket.closed"


class OfferGoneError(RefusedError):
    """The offer is not on sale."""

    code = "basket.offer_gone"


class QuantityRefusedError(RefusedError):
    """More than is left, or outside what the seller sells at once."""

    code = "basket.quantity"


class CurrencyMixedError(RefusedError):
    """The basket holds things in another currency."""

    code = "basket.currency"


@transaction.atomic
def add_offer(*, basket: Basket, offer_public_id: str, quantity: int) -> Line:
    """Put pieces of an offer into a basket, saving the basket when it is new.

    Locks the basket. Raises OfferGoneError, QuantityRefusedError, CurrencyMixedError or
    BasketClosedError; then nothing is written.
    """
    record = _offer_on_sale(offer_public_id)
    if basket.pk is None:
        basket.save()
    else:
        lock_open(basket)
    _check_currency(basket, record)
    reference = f"{record.product_id}_{record.pk}"
    line = basket.lines.filter(line_reference=reference).first()
    wanted = quantity + (line.quantity if line else 0)
    _check_quantity(record, wanted)
    _check_size(basket, quantity)
    if line is None:
        line = Line(
            basket=basket,
            line_reference=reference,
            product_id=record.product_id,
            stockrecord=record,
        )
        line.price_currency = record.price_currency
        line.price_incl_tax = record.price
    line.quantity = wanted
    line.save()
    basket.reset_offer_applications()
    return line


@transaction.atomic
def set_quantity(*, basket: Basket, line_id: int, quantity: int) -> None:
    """Change how many pieces of a line the buyer wants; zero removes it.

    Locks the basket. A line that is gone already is left gone. Raises
    QuantityRefusedError or BasketClosedError.
    """
    lock_open(basket)
    lines = basket.lines.filter(pk=line_id)
    if quantity <= 0:
        lines.delete()
    elif (line := lines.select_related("stockrecord").first()) is not None:
        _check_quantity(line.stockrecord, quantity)
        _check_size(basket, quantity - line.quantity)
        lines.update(quantity=quantity)
    basket.reset_offer_applications()


@transaction.atomic
def enter_voucher(
    *, basket: Basket, typed: str, country: str, claimant: Claimant, now: datetime
) -> str:
    """Enter the voucher with a typed code, if it gives something; return its code.

    Locks the basket. Raises VoucherRefusedError with the reason, or BasketClosedError;
    then nothing is written.
    """
    if basket.pk is None:
        raise VoucherRefusedError(
            _("There is nothing in your basket for a voucher to count on.")
        )
    lock_open(basket)
    entered = vouchers.add(basket_id=basket.pk, typed=typed, now=now)
    contents = contents_of(basket.pk, country=country, now=now, claimant=claimant)
    if not contents.groups:
        raise VoucherRefusedError(
            _("There is nothing in your basket for a voucher to count on.")
        )
    for refusal in contents.refusals:
        if refusal.terms.id == entered.pk:
            raise VoucherRefusedError(why_not(refusal), refusal=refusal)
    return entered.code


@transaction.atomic
def leave_out_vouchers(*, basket_id: int, public_ids: Collection[str]) -> None:
    """Take vouchers out of an open basket; those that are gone are left gone.

    Locks the basket. Raises BasketClosedError if it is being ordered.
    """
    lock_open(Basket(pk=basket_id))
    for public_id in public_ids:
        vouchers.remove(basket_id=basket_id, promotion_public_id=public_id)


def freeze(basket_id: int) -> bool:
    """Close an open basket for ordering; False when somebody else was first."""
    open_baskets = Basket.objects.filter(pk=basket_id, status=Basket.OPEN)
    return bool(open_baskets.update(status=Basket.FROZEN))


def submit(basket_id: int, *, now: datetime) -> None:
    """Mark a basket as ordered and paid."""
    Basket.objects.filter(pk=basket_id).update(
        status=Basket.SUBMITTED, date_submitted=now
    )


@transaction.atomic
def give_back(
    *, basket_id: int, into: Callable[[], Basket], now: datetime
) -> Basket | None:
    """Put the lines of a basket whose order died into an open basket of the buyer.

    `into` makes that basket; it is asked only when there is something to give back.
    Only once: a second call changes nothing and returns None. Of a line that both have
    the larger quantity stays.

    Locks both baskets. Raises BasketClosedError if the other one is being ordered this
    moment; then nothing is written, and it may be called again.
    """
    frozen = Basket.objects.filter(pk=basket_id, status=Basket.FROZEN)
    if not frozen.update(status=Basket.MERGED, date_merged=now):
        return None
    target = into()
    if target.pk is None:
        target.save()
    else:
        lock_open(target)
    for line in Line.objects.filter(basket_id=basket_id).order_by("id"):
        kept, created = target.lines.get_or_create(
            line_reference=line.line_reference,
            product_id=line.product_id,
            stockrecord_id=line.stockrecord_id,
            defaults={
                "quantity": line.quantity,
                "price_currency": line.price_currency,
                "price_incl_tax": line.price_incl_tax,
            },
        )
        if not created and kept.quantity < line.quantity:
            target.lines.filter(pk=kept.pk).update(quantity=line.quantity)
    return target


def lock_open_basket_of(user_id: int) -> Basket:
    """Return the open basket of somebody with an account, locked; a new one if none is.

    A new one is not saved. Waits for an order that is being placed from the basket:
    then it is not open any more.
    """
    owned = Basket.open.filter(owner_id=user_id).order_by("id")
    # What was opened while we waited is seen only when asked again.
    while owned.exists():
        if (found := owned.select_for_update(no_key=True).first()) is not None:
            return found
    return Basket(owner_id=user_id)


def lock_open(basket: Basket) -> None:
    """Lock an open basket. Raises BasketClosedError if it is being ordered."""
    locked = Basket.objects.select_for_update(no_key=True).filter(pk=basket.pk)
    if locked.values_list("status", flat=True).first() != Basket.OPEN:
        raise BasketClosedError(
            _("This basket is being ordered already. Finish paying, or cancel first.")
        )


def _offer_on_sale(public_id: str) -> StockRecord:
    offers = StockRecord.objects.on_sale().select_related("partner", "product")
    record = offers.filter(public_id=public_id, price__isnull=False).first()
    if record is None:
        raise OfferGoneError(_("This offer is not on sale any more. Choose another."))
    return record


def _check_currency(basket: Basket, record: StockRecord) -> None:
    others = basket.lines.exclude(price_currency=record.price_currency)
    other = others.values_list("price_currency", flat=True).first()
    if other is not None:
        raise CurrencyMixedError(
            _("Your basket is in %(other)s and this costs %(own)s. Order it apart.")
            % {"other": other, "own": record.price_currency}
        )


def _check_quantity(record: StockRecord, wanted: int) -> None:
    if wanted > record.available:
        words = _("Only %(left)d left.") if record.available else _("Sold out.")
        raise QuantityRefusedError(words % {"left": record.available})
    if wanted < record.min_quantity:
        raise QuantityRefusedError(
            _("This seller sells at least %(least)d of this.")
            % {"least": record.min_quantity}
        )
    if record.max_quantity is not None and wanted > record.max_quantity:
        raise QuantityRefusedError(
            _("This seller sells at most %(most)d of this to a buyer.")
            % {"most": record.max_quantity}
        )


def _check_size(basket: Basket, more: int) -> None:
    pieces = basket.lines.aggregate(all=Sum("quantity"))["all"] or 0
    if pieces + more > MOST_PIECES:
        raise QuantityRefusedError(
            _("A basket holds at most %(most)d pieces.") % {"most": MOST_PIECES}
        )
