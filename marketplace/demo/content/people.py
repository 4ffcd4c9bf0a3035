"""The people who buy."""

from .countries import BUYERS_COUNTRY
from .designs import slug
from .reading import read
from .specs import BuyerSpec

DEMO_DOMAIN = "demo.test"


def build_buyers() -> tuple[BuyerSpec, ...]:
    """Read every buyer; the first one is the demo's login."""
    return tuple(_buyer(line, i) for i, line in enumerate(read("buyers")["buyers"]))


def _buyer(line: str, number: int) -> BuyerSpec:
    first, last, street, postcode, city = line.split("|")
    login = slug(f"{first} {last}").replace("-", ".") if number else "anna"
    return BuyerSpec(
        first_name=first,
        last_name=last,
        email=f"{login}@{DEMO_DOMAIN}",
        phone=f"+32 47{number % 9} {number * 7 % 90 + 10} {number * 13 % 90 + 10} "
        f"{number * 29 % 90 + 10}",
        street=street,
        postcode=postcode,
        city=city,
        country=BUYERS_COUNTRY,
    )
