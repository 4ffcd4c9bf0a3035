"""Writes to address books. Each locks the owner, so that one address is the usual."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.shop.addresses.models import UserAddress
from marketplace.shop.addresses.selectors import address_of
from marketplace.shop.order.services import Address

MOST = 20


class AddressKnownError(RefusedError):
    """The very same address is in the book already."""

    code = "address.known"


class BookFullError(RefusedError):
    """The book holds as many addresses as are kept."""

    code = "address.full"


@transaction.atomic
def keep(*, user_id: int, address: Address, key: int | None = None) -> UserAddress:
    """Write a new address, or change the one with this key.

    The first one becomes the usual one. Locks the owner. Raises AddressKnownError,
    BookFullError, or UserAddress.DoesNotExist for another's.
    """
    _lock(user_id)
    own = UserAddress.objects.filter(user_id=user_id)
    if key is None and own.count() >= MOST:
        raise BookFullError(
            _("You have %(most)d addresses, which is as many as we keep.")
            % {"most": MOST}
        )
    row = UserAddress(user_id=user_id) if key is None else address_of(user_id, key)
    first, _space, last = address.name.partition(" ")
    row.first_name, row.last_name = first, last
    row.line1, row.line4 = address.street, address.city
    row.postcode, row.country_id = address.postcode, address.country
    row.phone_number = address.phone
    if own.exclude(pk=row.pk).filter(hash=row.generate_hash()).exists():
        raise AddressKnownError(_("This address is in your book already."))
    if not own.exclude(pk=row.pk).filter(is_default_for_shipping=True).exists():
        row.is_default_for_shipping = row.is_default_for_billing = True
    row.save()
    return row


@transaction.atomic
def make_usual(*, user_id: int, key: int) -> None:
    """Let the checkout begin with this address.

    Raises UserAddress.DoesNotExist for another's.
    """
    _lock(user_id)
    row = address_of(user_id, key)
    row.is_default_for_shipping = row.is_default_for_billing = True
    row.save()


@transaction.atomic
def remove(*, user_id: int, key: int) -> None:
    """Take an address out of the book; where it was the usual, the newest is.

    Orders keep where they went. Raises UserAddress.DoesNotExist for another's.
    """
    _lock(user_id)
    row = address_of(user_id, key)
    was_usual = row.is_default_for_shipping
    row.delete()
    rest = UserAddress.objects.filter(user_id=user_id).order_by("-pk").first()
    if was_usual and rest is not None:
        make_usual(user_id=user_id, key=rest.pk)


def _lock(user_id: int) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user_id)
