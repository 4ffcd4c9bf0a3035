"""What a shop may see and offer, and who may see how it sends."""

from datetime import UTC, datetime

import pytest

from marketplace.accounts.models import User
from marketplace.core.viewer import ANONYMOUS, SellerRole, Viewer
from marketplace.shop.catalogue.models import Product, ProductClass, ProductIdentifier
from marketplace.shop.shipping.models import Zone
from vendors.models import Vendor
from vendors.selectors.offers import (
    product_to_offer,
    products_named,
    products_to_offer,
)
from vendors.selectors.shipping import zone_for, zones_for
from vendors.services.application import begin_application
from vendors.services.shipping import ZoneTerms, save_zone

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def shop(name: str) -> Vendor:
    user = User.objects.create_user(f"{name.lower()}@example.com")
    return begin_application(user=user, name=name, country="BE", now=NOW)


def product(title: str, ean: str, *, by: Vendor, is_public: bool) -> Product:
    goods, _made = ProductClass.objects.get_or_create(slug="goods", name="Goods")
    states = Product.Review
    made: Product = Product.objects.create(
        title=title,
        product_class=goods,
        submitted_by_id=by.partner_id,
        is_public=is_public,
        review_state=states.APPROVED if is_public else states.IN_REVIEW,
    )
    ProductIdentifier.objects.create(product=made, value=ean)
    return made


def test_a_shop_may_offer_what_is_public_and_what_it_proposed() -> None:
    bakery, bindery = shop("Bakery"), shop("Bindery")
    public = product("Loaf, rye", "4006381333931", by=bindery, is_public=True)
    own = product("Loaf, oat", "96385074", by=bakery, is_public=False)
    foreign = product("Loaf, spelt", "5901234123457", by=bindery, is_public=False)
    eans = {"4006381333931", "96385074", "5901234123457"}

    found = products_to_offer(vendor=bakery, words="Loaf")
    by_ean = products_to_offer(vendor=bakery, words="5901234123457")
    named = products_named(vendor=bakery, ids={foreign.public_id}, eans=eans)

    assert found == [own, public]
    assert by_ean == []
    assert named == {"4006381333931": public, "96385074": own}
    assert product_to_offer(vendor=bakery, public_id=own.public_id) == own
    with pytest.raises(Product.DoesNotExist):
        product_to_offer(vendor=bakery, public_id=foreign.public_id)


@pytest.mark.parametrize("role", [None, *SellerRole])
def test_only_the_owner_sees_where_a_shop_sends(role: SellerRole | None) -> None:
    bakery, bindery = shop("Bakery"), shop("Bindery")
    home = ZoneTerms(name="Home", countries=["BE"])
    zone = save_zone(vendor=bakery, terms=home)
    foreign = save_zone(vendor=bindery, terms=home)
    viewer = Viewer(roles={bakery.partner_id: role}) if role else ANONYMOUS

    seen = list(zones_for(viewer, vendor=bakery))

    assert seen == ([zone] if role == SellerRole.OWNER else [])
    with pytest.raises(Zone.DoesNotExist):
        zone_for(viewer, vendor=bakery, zone_id=foreign.pk)
