"""Who shows the pages of the demo."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    """Somebody who shows the pages of their world: where they start, which kinds."""

    name: str
    email: str
    starts: Sequence[str]
    world: str = ""
    with_basket: bool = False


MINE = r"account|order|case|points|messages|basket|checkout|mfa|lists?|alerts?"
GUIDES = (
    Guide(
        "guest",
        "",
        [
            *("/", "/basket/", "/checkout/", "/search?q=lamp", "/search?q=qqzzqq"),
            *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"),
            *("/outbox/", "/nothing-is-here", "/sell/"),
        ],
        with_basket=True,
    ),
    Guide("buyer", "anna@demo.test", ["/account/", "/basket/"], MINE),
    Guide("newcomer", "ines@demo.test", ["/account/", "/basket/"], MINE),
    Guide("seller", "brume@demo.test", ["/seller/"], "portal"),
    Guide("operator", "operator@demo.test", ["/office/"], "office"),
)
