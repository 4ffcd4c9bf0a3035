"""What somebody keeps: lists, alerts, addresses."""

from marketplace.accounts.models import User
from marketplace.shop.wishlists import services as wishlists
from tests.integration.access.office import NOW
from tests.integration.sale import make_offer
from vendors.models import Vendor


def of_keeping(anna: User, bindery: Vendor) -> dict[str, dict[str, object]]:
    """Let Anna keep a thing on a list that she shares."""
    atlas = make_offer(bindery, "Atlas", cents=5900).product.public_id
    kept = wishlists.keep(user_id=anna.pk, product_id=atlas, country="BE", now=NOW)
    kept = wishlists.share(user_id=anna.pk, key=kept.key)
    one: dict[str, object] = {"key": kept.key}
    return {
        **dict.fromkeys(["list", "list-name", "list-remove", "list-change"], one),
        "list-thing": {**one, "product_id": atlas},
        "list-shared": {"secret": kept.share_secret},
    }
