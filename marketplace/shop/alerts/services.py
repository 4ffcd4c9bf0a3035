"""Writes to alerts. An address gets nothing but a question until it has said yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.shop.alerts.models import Alert
from marketplace.shop.alerts.selectors import offer_for, theirs
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.families import family_boxes
from marketplace.shop.partner.models import StockRecord

# What was never confirmed, what was told, and what never came.
UNCONFIRMED, TOLD, KEPT = timedelta(days=7), timedelta(days=30), timedelta(days=365)
MOST_PER_ADDRESS = 50
# What strangers may leave for an address; none of it counts against its owner.
MOST_UNCONFIRMED = 20


class TrueAlreadyError(RefusedError):
    """There is nothing to wait for."""

    code = "alert.true_already"


class TooManyAlertsError(RefusedError):
    """An address waits for as much as is kept for one."""

    code = "alert.full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to be told of; a product must be public, an offer its own."""

    product: Product
    offer: StockRecord | None
    below: Money | None
    currency: str
    country: str
    language: str = ""

    def row(self, *, email: str, now: datetime) -> Alert:
        """Return it as an alert that is not written."""
        return Alert(
            product=self.product,
            offer=self.offer,
            below=self.below.amount if self.below else None,
            currency=self.currency,
            country=self.country,
            language=self.language,
            email=email,
            created_at=now,
        )


@transaction.atomic
def save(
    asked: Asked, *, email: str, is_confirmed: bool, now: datetime
) -> Alert | None:
    """Keep an alert for an address; return it if the address must still confirm it.

    Asked for again, the newer price counts; but a stranger changes nothing that the
    address has confirmed. Raises TrueAlreadyError, and TooManyAlertsError where the
    address is known to be the asker's own. For any other None is all the same to
    whoever asks.
    """
    _check_to_come(asked, now)
    own = theirs([email]).filter(told_at=None)
    row = own.select_for_update().filter(product=asked.product, offer=asked.offer)
    found = row.first()
    if found is None:
        left = own.filter(confirmed_at=None)
        if not is_confirmed and left.count() >= MOST_UNCONFIRMED:
            return None
        found = _made(asked, email=email, now=now)
    elif is_confirmed or found.confirmed_at is None:
        found.below = asked.below.amount if asked.below else None
        found.currency, found.country = asked.currency, asked.country
        found.looked_at = None
        found.save(update_fields=["below", "currency", "country", "looked_at"])
    if is_confirmed:
        _confirm(found, now)
    return found if found.confirmed_at is None else None


@transaction.atomic
def confirm(*, key: int, now: datetime) -> None:
    """Begin to look for it; a second time changes nothing.

    Raises TooManyAlertsError if the address waits for as much as is kept already.
    """
    for row in Alert.objects.filter(pk=key, confirmed_at=None):
        _confirm(row, now)


def cancel(*, key: int) -> None:
    """Forget an alert and its address."""
    Alert.objects.filter(pk=key).delete()


def mark_told(*, key: int, now: datetime) -> bool:
    """Say that somebody is told, in the transaction that writes to them.

    Returns False if they were already, or do not want it any more, or it may not be
    shown any more.
    """
    waiting = Alert.objects.filter(
        pk=key,
        told_at=None,
        confirmed_at__isnull=False,
        product__in=Product.objects.filter(is_public=True),
    )
    return bool(waiting.update(told_at=now))


def forget_old(now: datetime) -> None:
    """Delete what was not confirmed in a week, told a month ago, or kept for a year."""
    Alert.objects.filter(
        Q(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
        | Q(told_at__lt=now - TOLD)
        | Q(created_at__lt=now - KEPT)
    ).delete()


def forget_address(email: str) -> None:
    """Delete what somebody waits for who is to be forgotten."""
    theirs([email]).delete()


def _check_to_come(asked: Asked, now: datetime) -> None:
    product_id = asked.product.pk
    boxes = family_boxes([product_id], country=asked.country, now=now)
    found = offer_for(asked.row(email="", now=now), boxes.get(product_id))
    if found is None:
        return
    if asked.below is None:
        raise TrueAlreadyError(_("It is in stock: there is nothing to wait for."))
    raise TrueAlreadyError(
        _("It costs no more than that today. Enter less than it costs now.")
    )


def _made(asked: Asked, *, email: str, now: datetime) -> Alert:
    # Who clicks twice at once keeps one: the second finds the first one's row.
    new = asked.row(email=email, now=now)
    row, _made_now = theirs([email]).get_or_create(
        told_at=None,
        product=asked.product,
        offer=asked.offer,
        defaults={
            "email": email,
            "below": new.below,
            "currency": new.currency,
            "country": new.country,
            "language": new.language,
            "created_at": now,
        },
    )
    return row


def _confirm(row: Alert, now: datetime) -> None:
    if row.confirmed_at is not None:
        return
    # All of the address is locked, or of two who confirm at once each would be the last
    # with room; and counted anew, for a lock does not see what it waited for.
    waiting = theirs([row.email]).filter(told_at=None)
    list(waiting.order_by("pk").select_for_update())
    if waiting.filter(confirmed_at__isnull=False).count() >= MOST_PER_ADDRESS:
        raise TooManyAlertsError(
            _(
                "We keep %(most)d alerts for an address, and this one waits for as "
                "many. Remove one of them, then ask again."
            )
            % {"most": MOST_PER_ADDRESS}
        )
    row.confirmed_at = now
    row.save(update_fields=["confirmed_at"])
