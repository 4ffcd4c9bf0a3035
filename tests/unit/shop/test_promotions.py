"""Promotions on paper: who gives how much on which line."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import minimum_charge
from marketplace.shop.promotions.reckoning import Piece, reckon
from marketplace.shop.promotions.terms import Benefit, Obstacle, Terms

BAKERY, BINDERY = 1, 2


def goods(*prices, seller=BAKERY, shelves=()):
    return [
        Piece(seller_id=seller, minor=price, categories=frozenset(shelves))
        for price in prices
    ]


def delivery(price, seller=BAKERY):
    return Piece(seller_id=seller, minor=price, is_delivery=True)


def amount(minor, *, number=1, code="SAVE", **more):
    return Terms(
        id=number,
        public_id=f"pro_{number}",
        code=code,
        name="Save",
        benefit=Benefit.AMOUNT,
        currency=more.pop("currency", "EUR"),
        amount_minor=minor,
        **more,
    )


def percent(bps, *, number=1, code="SAVE", **more):
    return Terms(
        id=number,
        public_id=f"pro_{number}",
        code=code,
        name="Save",
        benefit=Benefit.PERCENT,
        currency="EUR",
        bps=bps,
        **more,
    )


def free_delivery(*, number=1, code="SAVE", **more):
    return Terms(
        id=number,
        public_id=f"pro_{number}",
        code=code,
        name="Free delivery",
        benefit=Benefit.FREE_SHIPPING,
        currency="EUR",
        **more,
    )


def taken(terms, pieces, currency="EUR", least=0):
    """Return for each discount its shares as (index, platform, vendor)."""
    found = reckon(terms, pieces, currency=currency, least_minor=least)
    return [
        [(one.index, one.platform_minor, one.vendor_minor) for one in given.shares]
        for given in found.discounts
    ]


def refused(terms, pieces, currency="EUR", least=0):
    found = reckon(terms, pieces, currency=currency, least_minor=least)
    return [(one.terms.code, one.obstacle, one.missing_minor) for one in found.refusals]


def test_a_voucher_for_another_currency_gives_nothing():
    assert refused([amount(500, currency="USD")], goods(1000)) == [
        ("SAVE", Obstacle.OTHER_CURRENCY, 0)
    ]


def test_what_is_missing_to_the_least_worth_is_said():
    assert refused([amount(500, min_spend_minor=3000)], goods(1800, 900)) == [
        ("SAVE", Obstacle.SPEND_MORE, 300)
    ]


def test_delivery_does_not_count_towards_the_least_worth():
    pieces = [*goods(2900), delivery(490)]

    assert refused([amount(500, min_spend_minor=3000)], pieces) == [
        ("SAVE", Obstacle.SPEND_MORE, 100)
    ]


def test_a_sellers_voucher_without_that_sellers_things_is_refused():
    mine = amount(500, owner_id=BINDERY, sellers={BINDERY}, platform_bps=0)

    assert refused([mine], goods(1000)) == [("SAVE", Obstacle.NOT_FOR_BASKET, 0)]


def test_a_shared_campaign_that_nobody_has_accepted_gives_nothing():
    shared = percent(1000, code="", platform_bps=5000, sellers=frozenset())

    assert taken([shared], goods(1000)) == []


def test_a_second_gift_of_free_delivery_says_that_nothing_is_left():
    twice = [
        free_delivery(number=1, code="ONE"),
        free_delivery(number=2, code="TWO"),
    ]

    assert refused(twice, [*goods(1000), delivery(490)]) == [
        ("TWO", Obstacle.NOTHING_LEFT, 0)
    ]


def test_a_voucher_of_1000_over_three_lines_loses_no_cent():
    assert taken([amount(1000)], goods(3333, 3333, 3334)) == [
        [(0, 333, 0), (1, 333, 0), (2, 334, 0)]
    ]


def test_a_cent_that_cannot_be_shared_goes_to_the_first_line():
    assert taken([amount(100)], goods(1000, 1000, 1000)) == [
        [(0, 34, 0), (1, 33, 0), (2, 33, 0)]
    ]


def test_yen_have_no_cents():
    assert taken([amount(100, currency="JPY")], goods(100, 100, 100), "JPY") == [
        [(0, 34, 0), (1, 33, 0), (2, 33, 0)]
    ]


def test_a_sellers_voucher_touches_only_that_sellers_lines():
    pieces = [*goods(1000), delivery(490), *goods(2000, seller=BINDERY)]
    mine = amount(700, owner_id=BINDERY, sellers={BINDERY}, platform_bps=0)

    assert taken([mine], pieces) == [[(2, 0, 700)]]


def test_a_shared_discount_is_paid_by_both_in_their_shares():
    shared = amount(1001, platform_bps=2500, sellers={BAKERY})

    assert taken([shared], goods(3000, 3000)) == [[(0, 125, 376), (1, 125, 375)]]


def test_a_seller_and_the_platform_give_on_the_same_line():
    both = [
        amount(1000, number=1, code="MARKET"),
        amount(
            1000,
            number=2,
            code="SHOP",
            owner_id=BAKERY,
            sellers={BAKERY},
            platform_bps=0,
        ),
    ]

    assert taken(both, goods(10_000)) == [[(0, 0, 1000)], [(0, 1000, 0)]]


def test_the_platforms_percentage_is_of_what_the_seller_has_left():
    both = [
        percent(1000, number=1, code="MARKET"),
        percent(2000, number=2, code="SHOP", sellers={BAKERY}, platform_bps=0),
    ]

    assert taken(both, goods(10_000)) == [[(0, 0, 2000)], [(0, 800, 0)]]


def test_a_line_has_the_best_campaign_and_no_second_one():
    both = [
        percent(1000, number=1, code=""),
        percent(2000, number=2, code="", category_id=7),
    ]
    pieces = [*goods(1000, shelves={7}), *goods(1000)]

    assert taken(both, pieces) == [[(0, 200, 0)], [(1, 100, 0)]]


def test_a_percentage_stops_at_the_most_that_an_order_gets():
    assert taken([percent(5000, most_minor=1500)], goods(4000, 4000)) == [
        [(0, 750, 0), (1, 750, 0)]
    ]


def test_free_delivery_is_for_the_sellers_whose_things_it_counts_on():
    pieces = [
        *goods(1000, shelves={7}),
        delivery(490),
        *goods(1000, seller=BINDERY),
        delivery(350, seller=BINDERY),
    ]

    assert taken([free_delivery(category_id=7)], pieces) == [[(1, 490, 0)]]


def test_a_rest_too_small_to_pay_is_rounded_up_to_the_smallest_payment():
    found = reckon([amount(980)], goods(1000), currency="EUR", least_minor=50)

    assert [(one.minor, one.is_cut) for one in found.discounts] == [(950, True)]


def test_a_voucher_may_pay_everything():
    assert taken([amount(5000)], goods(1000), least=50) == [[(0, 1000, 0)]]


def test_a_voucher_that_can_only_leave_too_little_says_so():
    assert refused([amount(30)], goods(50), least=50) == [
        ("SAVE", Obstacle.SMALLEST_PAYMENT, 0)
    ]


sellers = st.integers(min_value=1, max_value=3)
pieces_of_baskets = st.lists(
    st.builds(
        Piece,
        seller_id=sellers,
        minor=st.integers(min_value=0, max_value=50_000),
        categories=st.frozensets(st.integers(1, 3)),
        is_delivery=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def offered(draw):
    """Return any promotions, campaigns and vouchers, of anybody."""
    found = []
    for number in range(draw(st.integers(0, 5))):
        owner = draw(st.none() | sellers)
        found.append(
            Terms(
                id=number,
                public_id=f"pro_{number}",
                code=draw(st.sampled_from(["", f"CODE{number}"])),
                name="Any",
                benefit=draw(st.sampled_from(Benefit)),
                currency=draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"])),
                bps=draw(st.integers(1, 10_000)),
                amount_minor=draw(st.integers(1, 60_000)),
                most_minor=draw(st.none() | st.integers(1, 20_000)),
                min_spend_minor=draw(st.integers(0, 20_000)),
                platform_bps=0 if owner else draw(st.integers(0, 10_000)),
                owner_id=owner,
                sellers={owner} if owner else draw(st.none() | st.frozensets(sellers)),
                category_id=draw(st.none() | st.integers(1, 3)),
            )
        )
    return found


@given(offered(), pieces_of_baskets)
def test_no_line_goes_below_zero_and_no_cent_is_lost(terms, pieces):
    found = reckon(terms, pieces, currency="EUR", least_minor=minimum_charge("EUR"))

    given_on = [0] * len(pieces)
    for discount in found.discounts:
        assert discount.minor > 0
        for share in discount.shares:
            assert min(share.platform_minor, share.vendor_minor) >= 0
            given_on[share.index] += share.minor
    assert all(
        0 <= less <= piece.minor for less, piece in zip(given_on, pieces, strict=True)
    )
    assert sum(given_on) == sum(one.minor for one in found.discounts)


@given(offered(), pieces_of_baskets)
def test_a_discounted_rest_is_nothing_or_can_be_charged(terms, pieces):
    found = reckon(terms, pieces, currency="EUR", least_minor=50)

    rest = sum(piece.minor for piece in pieces) - sum(
        one.minor for one in found.discounts
    )
    assert rest == 0 or rest >= 50 or not found.discounts


@given(offered(), pieces_of_baskets)
def test_each_pays_the_agreed_share_and_only_for_their_own_lines(terms, pieces):
    found = reckon(terms, pieces, currency="EUR")

    for discount in found.discounts:
        rate = discount.terms.platform_bps
        exact = discount.minor * rate / 10_000
        assert abs(discount.platform_minor - exact) <= 0.5
        scope = discount.terms.sellers
        touched = {pieces[share.index].seller_id for share in discount.shares}
        assert scope is None or touched <= set(scope)


@given(offered(), pieces_of_baskets)
def test_every_voucher_gives_something_or_is_refused_with_a_reason(terms, pieces):
    found = reckon(terms, pieces, currency="EUR", least_minor=50)

    given_codes = [one.terms.code for one in found.discounts if one.terms.code]
    refused_codes = [one.terms.code for one in found.refusals]
    assert sorted(given_codes + refused_codes) == sorted(
        one.code for one in terms if one.code
    )
