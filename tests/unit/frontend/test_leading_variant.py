"""Which variant the page of a product shows: the one that its card shows too."""

from frontend.storefront.variants import leading
from marketplace.shop.catalogue.families import Member
from marketplace.shop.partner.offers import rank
from tests.unit.shop.test_buy_box import offer

INK, MOSS = (
    Member(number, f"prd_{number}", "jumper", "Jumper", {}, None) for number in (1, 2)
)


def boxes(*offers):
    return {
        one: rank(each for each in offers if each.product_id == one)
        for one in {each.product_id for each in offers}
    }


def test_it_is_that_of_the_cheaper_offer():
    found = boxes(offer(1, 2600, product_id=1), offer(2, 2400, product_id=2))

    assert leading([INK, MOSS], found) is MOSS


def test_a_used_one_does_not_lead_where_there_is_a_new_one():
    used = offer(2, 900, product_id=2, condition="very_good")

    assert leading([INK, MOSS], boxes(offer(1, 2600, product_id=1), used)) is INK
    assert leading([INK, MOSS], boxes(used)) is MOSS


def test_what_can_be_bought_leads_and_without_offers_the_first():
    gone = offer(1, 900, product_id=1, available=0)

    assert leading([INK, MOSS], boxes(gone, offer(2, 2400, product_id=2))) is MOSS
    assert leading([INK, MOSS], {}) is INK
