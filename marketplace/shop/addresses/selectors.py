"""Reads of address books; another's address is not there."""

from typing import Any

from marketplace.shop.addresses.models import UserAddress


def addresses_of(user_id: int) -> list[UserAddress]:
    """Return somebody's addresses, the usual one first."""
    rows = UserAddress.objects.filter(user_id=user_id).select_related("country")
    return list(rows.order_by("-is_default_for_shipping", "-pk"))


def address_of(user_id: int, key: int) -> UserAddress:
    """Return an address of somebody. Raises UserAddress.DoesNotExist for another's."""
    return UserAddress.objects.select_related("country").get(user_id=user_id, pk=key)


def fields_of(address: UserAddress) -> dict[str, str]:
    """Return an address by the names of the checkout's fields."""
    return {
        "name": f"{address.first_name} {address.last_name}".strip(),
        "street": address.line1,
        "postcode": address.postcode,
        "city": address.line4,
        "country": address.country_id,
        "phone": str(address.phone_number or ""),
    }
