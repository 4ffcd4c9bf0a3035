"""What two traders do not share, as it is compared: however it was written."""

from typing import TYPE_CHECKING, Any

from vendors.phone import plain_phone
from vendors.vat_number import is_at_fault

if TYPE_CHECKING:
    from vendors.models import Vendor


def traits_of(vendor: "Vendor") -> dict[str, Any]:
    """Return the columns of `Likeness` for a shop as it stands."""
    number, street = _plain(vendor.vat_number), _plain(vendor.street)
    address = f"{street}|{_plain(vendor.postcode)}|{vendor.country.lower()}"
    return {
        "vat_number": number,
        "registration_number": _plain(vendor.registration_number),
        "legal_name": vendor.legal_name.strip().lower(),
        "contact_phone": plain_phone(vendor.contact_phone, vendor.country),
        "contact_email": vendor.contact_email.strip().lower(),
        "address": address if street else "",
        "has_wrong_vat": bool(number) and is_at_fault(number, vendor.country),
    }


def _plain(words: str) -> str:
    """Leave out spaces and case, which people write as they like."""
    return "".join(words.split()).lower()
