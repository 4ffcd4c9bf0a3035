"""Who a document is from and to, as it is printed; and what of it is missing."""

from typing import Any

from django.conf import settings

from marketplace.shop.order.models import Order
from payouts.vat import EU_STANDARD_BPS
from vendors.models import Vendor

Party = dict[str, Any]

# What an invoice must say of its seller: Directive 2006/112/EC, article 226.
_SELLER_FIELDS = ("legal_name", "street", "postcode", "city")
PLATFORM, VAT_NUMBER, INVOICE = "platform", "vat_number", "invoice"


def seller_lacks(vendor: Vendor, *, charges_vat: bool) -> list[str]:
    """Name what a seller has still to fill in before a document may bear their name.

    A seller in the EU who charges VAT must have a VAT number.
    """
    missing = [field for field in _SELLER_FIELDS if not getattr(vendor, field).strip()]
    if charges_vat and vendor.country in EU_STANDARD_BPS and not vendor.vat_number:
        missing.append(VAT_NUMBER)
    return missing


def platform_lacks() -> list[str]:
    """Name the platform if its own identity is not configured."""
    wanted = ("legal_name", "address", "vat_number")
    return [] if all(settings.PLATFORM[name] for name in wanted) else [PLATFORM]


def seller_party(vendor: Vendor) -> Party:
    """Return a seller as the legal person that documents name."""
    return {
        "name": vendor.legal_name.strip(),
        "trades_as": vendor.name if vendor.name != vendor.legal_name else "",
        "legal_form": vendor.legal_form,
        "address": [vendor.street, f"{vendor.postcode} {vendor.city}"],
        "country": vendor.country,
        "registration": vendor.registration_number,
        "vat_number": vendor.vat_number,
        "email": vendor.contact_email,
    }


def platform_party() -> Party:
    """Return the platform as the legal person that documents name."""
    own = settings.PLATFORM
    return {
        "name": own["legal_name"],
        "trades_as": settings.MARKET_NAME,
        "legal_form": "",
        "address": [line.strip() for line in own["address"].split(",", 1)],
        "country": own["country"],
        # It is one line of settings, and ends with the country in words.
        "names_country": True,
        "registration": own["registration_number"],
        "vat_number": own["vat_number"],
        "email": own["email"],
    }


def buyer_party(order: Order) -> Party:
    """Return the buyer as the parcel bears them; without an address, their e-mail."""
    to = order.shipping_address
    email = order.user.email if order.user else str(order.guest_email)
    if to is None:
        return {"name": email, "address": [], "country": "", "email": email}
    lines = [to.line1, f"{to.postcode} {to.line4}".strip()]
    return {
        "name": f"{to.first_name} {to.last_name}".strip() or email,
        "address": [line for line in lines if line],
        "country": to.country_id or "",
        "email": email,
    }
