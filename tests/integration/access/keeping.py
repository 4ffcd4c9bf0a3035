"""What somebody keeps: lists, alerts, addresses."""

from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.shop.addresses import services as addresses
from marketplace.shop.alerts import services as alerts
from marketplace.shop.alerts.models import Alert
from marketplace.shop.alerts.selectors import token_of
from marketplace.shop.catalogue.models import Product
from marketplace.shop.order.services import Address
from marketplace.shop.wishlists import services as wishlists
from tests.integration.access.office import NOW
from tests.integration.sale import make_offer
from vendors.models import Vendor

HOME = Address(
    name="Anna Peeters",
    street="Elsensesteenweg 214",
    postcode="1050",
    city="Elsene",
    country="BE",
)


def of_keeping(anna: User, bindery: Vendor) -> dict[str, dict[str, object]]:
    """Let Anna keep a thing on a list that she shares."""
    atlas = make_offer(bindery, "Atlas", cents=5900).product.public_id
    kept = wishlists.keep(user_id=anna.pk, product_id=atlas, country="BE", now=NOW)
    kept = wishlists.share(user_id=anna.pk, key=kept.key)
    one: dict[str, object] = {"key": kept.key}
    home = addresses.keep(user_id=anna.pk, address=HOME)
    there: dict[str, object] = {"key": home.pk}
    return {
        **dict.fromkeys(
            ["account-address", "account-address-usual", "account-address-remove"],
            there,
        ),
        "alert-new": {"public_id": atlas},
        "alert": {"token": token_of(_alert(atlas, anna))},
        **dict.fromkeys(["list", "list-name", "list-remove", "list-change"], one),
        "list-thing": {**one, "product_id": atlas},
        "list-shared": {"secret": kept.share_secret},
    }


def _alert(product_id: str, anna: User) -> Alert:
    asked = alerts.Asked(
        product=Product.objects.get(public_id=product_id),
        offer=None,
        below=Money(100, "EUR"),
        currency="EUR",
        country="BE",
    )
    alert = alerts.save(asked, email=anna.email, is_confirmed=False, now=NOW)
    assert alert is not None
    return alert
