"""VAT on the platform's commission: a service from one business to another."""

from dataclasses import dataclass

# Standard rates in basis points, as of 2026. Source: the Commission's "VAT rates
# applied in the Member States", https://taxation-customs.ec.europa.eu.
EU_STANDARD_BPS = {
    "AT": 2000,
    "BE": 2100,
    "BG": 2000,
    "CY": 1900,
    "CZ": 2100,
    "DE": 1900,
    "DK": 2500,
    "EE": 2400,
    "ES": 2100,
    "FI": 2550,
    "FR": 2000,
    "GR": 2400,
    "HR": 2500,
    "HU": 2700,
    "IE": 2300,
    "IT": 2200,
    "LT": 2100,
    "LU": 1700,
    "LV": 2100,
    "MT": 1800,
    "NL": 2100,
    "PL": 2300,
    "PT": 2300,
    "RO": 2100,
    "SE": 2500,
    "SI": 2200,
    "SK": 2300,
}

DOMESTIC = "domestic"
REVERSE_CHARGE = "reverse_charge"
SELLERS_COUNTRY = "sellers_country"
OUTSIDE_SCOPE = "outside_scope"
NOT_CHARGED = "not_charged"


@dataclass(frozen=True, slots=True)
class CommissionVat:
    """A rate, and why it is the one."""

    rate_bps: int
    reason: str
    country: str


def commission_vat(
    *, seller_country: str, seller_vat_number: str, platform_country: str
) -> CommissionVat:
    """Return the VAT rate on a commission invoiced to a seller.

    A seller of the platform's own country pays its rate. One elsewhere in the EU owes
    the VAT itself if it has a VAT number (Directive 2006/112/EC, articles 44 and 196),
    and is charged the rate of its own country otherwise (article 58: a service by
    electronic means). A seller outside the EU is outside its scope. A platform outside
    the EU has no EU VAT to charge.
    """
    if platform_country not in EU_STANDARD_BPS or seller_country not in EU_STANDARD_BPS:
        return CommissionVat(0, OUTSIDE_SCOPE, seller_country)
    if seller_country == platform_country:
        return CommissionVat(EU_STANDARD_BPS[seller_country], DOMESTIC, seller_country)
    if seller_vat_number:
        return CommissionVat(0, REVERSE_CHARGE, seller_country)
    return CommissionVat(
        EU_STANDARD_BPS[seller_country], SELLERS_COUNTRY, seller_country
    )
