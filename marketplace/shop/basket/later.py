"""Saved for later: lines that wait beside the basket, at the price of then.

They are lines of a basket of their own, Oscar's "Saved" one, so what a basket says of
price and stock is said of them too. An account has one; a visitor's is named by a
signed cookie and joins the account's at sign-in.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.shop.basket.models import Basket, Line
from marketplace.shop.basket.services import add_offer, lock_open

MOST_LATER = 50


class LaterFullError(RefusedError):
    """As much is saved for later as is kept."""

    code = "basket.later_full"


def later_of(*, user_id: int | None, basket_id: int | None) -> Basket | None:
    """Return the basket of what is saved: an account's, or the visitor's named one."""
    saved = Basket.objects.filter(status=Basket.SAVED)
    if user_id is not None:
        return saved.filter(owner_id=user_id).order_by("pk").first()
    if basket_id is None:
        return None
    return saved.filter(owner=None, pk=basket_id).first()


@transaction.atomic
def put_aside(
    *, basket: Basket, line_id: int, user_id: int | None, basket_id: int | None
) -> Basket | None:
    """Move a line of an open basket to what is saved; return what is, if anything.

    What is saved is named as in `later_of`; the first thing opens it. A line that is
    gone already is left gone; of an offer that is saved already the larger quantity
    stays. Locks the account, then the basket. Raises BasketClosedError, LaterFullError.
    """
    if user_id is not None:
        _lock(user_id)
    lock_open(basket)
    saved = later_of(user_id=user_id, basket_id=basket_id)
    line = basket.lines.filter(pk=line_id).first()
    if line is None:
        return saved
    into = saved or _beside(basket, user_id)
    if into.lines.count() >= MOST_LATER:
        raise LaterFullError(
            _("You have saved %(most)d things for later. Remove one first.")
            % {"most": MOST_LATER}
        )
    _move(line, into)
    basket.reset_offer_applications()
    return into


@transaction.atomic
def take_back(*, basket: Basket, line_id: int, later: Basket) -> None:
    """Move a saved line into an open basket, at the price of now; as many as there are.

    Locks the basket. Raises as `add_offer` does; then the line stays where it was.
    """
    if basket.pk is not None:
        lock_open(basket)
    line = later.lines.select_for_update().filter(pk=line_id).first()
    if line is None:
        return
    record = line.stockrecord
    quantity = max(record.min_quantity, min(line.quantity, record.available))
    add_offer(basket=basket, offer_public_id=record.public_id, quantity=quantity)
    line.delete()


def forget(*, line_id: int, later: Basket) -> None:
    """Remove a saved line; a second time changes nothing."""
    later.lines.filter(pk=line_id).delete()


@transaction.atomic
def join(*, later: Basket, user_id: int) -> Basket:
    """Give what a visitor has saved to an account; of what both have more stays.

    Locks the account, then what the visitor has saved.
    """
    _lock(user_id)
    own = later_of(user_id=user_id, basket_id=None)
    locked = Basket.objects.select_for_update(no_key=True).filter(
        pk=later.pk, status=Basket.SAVED, owner=None
    )
    if own is None:
        locked.update(owner_id=user_id)
        return Basket.objects.get(pk=later.pk)
    if locked.exists():
        for line in later.lines.order_by("pk"):
            _move(line, own)
        later.delete()
    return own


def _lock(user_id: int) -> None:
    # Two things saved at once must find one place: what the first opened is seen.
    User.objects.select_for_update(no_key=True).get(pk=user_id)


def _beside(basket: Basket, user_id: int | None) -> Basket:
    """Open what is saved, or find what a visitor opened whose cookie is on its way."""
    if user_id is not None:
        return Basket.objects.create(owner_id=user_id, status=Basket.SAVED)
    known = Basket.objects.filter(later_of=basket.pk, status=Basket.SAVED, owner=None)
    opened = known.first()
    if opened is None:
        opened = Basket.objects.create(status=Basket.SAVED)
        Basket.objects.filter(pk=basket.pk).update(later=opened)
    return opened


def _move(line: Line, into: Basket) -> None:
    there = into.lines.filter(line_reference=line.line_reference).first()
    if there is None:
        Line.objects.filter(pk=line.pk).update(basket=into)
        return
    if there.quantity < line.quantity:
        into.lines.filter(pk=there.pk).update(quantity=line.quantity)
    line.delete()
