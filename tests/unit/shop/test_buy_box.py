from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money
from marketplace.shop.partner.offers import Offer, Reason, Seller, rank
from marketplace.shop.shipping.quotes import Method

TODAY = date(2026, 11, 23)


def seller(number=1, *, score=50):
    return Seller(
        id=number,
        name=f"Seller {number}",
        handle=f"seller-{number}",
        city="",
        country="BE",
        note_mean=None,
        note_count=0,
        score=score,
    )


def offer(number, price, *, delivery=490, days=3, score=50, **changes):
    method = Method(
        code="home",
        name="Home",
        carrier_code="",
        price=Money(delivery, "EUR"),
        free_from_minor=None,
        arrives_from=TODAY + timedelta(days=max(1, days - 1)),
        arrives_until=TODAY + timedelta(days=days),
    )
    facts = {
        "id": number,
        "public_id": f"off_{number}",
        "product_id": 1,
        "seller": seller(number, score=score),
        "price": Money(price, "EUR"),
        "available": 5,
        "min_quantity": 1,
        "max_quantity": None,
        "condition": "new",
        "condition_label": "New",
        "condition_note": "",
        "dispatch_on": TODAY,
        "today": TODAY,
        "methods": (method,),
    }
    return Offer(**{**facts, **changes})


def test_the_worked_example_of_the_documentation():
    brume = offer(1, 6800, delivery=490, days=5, score=95)
    orsini = offer(2, 7150, delivery=390, days=9, score=88)
    optik = offer(3, 5200, delivery=950, days=8, condition="very_good")

    box = rank([orsini, optik, brume])

    assert [one.weight for one in (brume, orsini)] == [74_904_750, 79_245_400]
    assert box.offers == (brume, optik, orsini)
    assert box.reasons == (Reason.CHEAPEST, Reason.EARLIEST, Reason.BEST_SCORE)


def test_one_day_sooner_weighs_almost_half_a_percent():
    dear_and_soon = offer(1, 10_048, delivery=0, days=1)
    cheap_and_late = offer(2, 10_000, delivery=0, days=2)

    box = rank([cheap_and_late, dear_and_soon])

    assert box.winner == dear_and_soon
    assert box.reasons == (Reason.EARLIEST, Reason.BEST_SCORE)


def test_a_used_piece_wins_only_where_nothing_new_can_be_bought():
    used = offer(1, 1000, condition="good")
    new = offer(2, 9000)
    sold_out = offer(3, 8000, available=0)

    assert rank([used, new]).winner == new
    assert rank([used, sold_out]).winner == used


def test_without_anything_to_buy_there_is_no_winner_and_no_reason():
    sold_out = offer(1, 1000, available=0)
    does_not_deliver = offer(2, 1000, methods=())

    box = rank([sold_out, does_not_deliver])

    assert (box.winner, box.reasons) == (None, ())
    assert set(box.others) == {sold_out, does_not_deliver}


def test_the_only_offer_says_so():
    assert rank([offer(1, 1000)]).reasons == (Reason.ONLY,)


def test_an_offer_that_is_first_in_nothing_wins_by_balance():
    box = rank(
        [
            offer(1, 10_000, delivery=0, days=9, score=60),
            offer(2, 10_050, delivery=0, days=2, score=90),
            offer(3, 12_000, delivery=0, days=1, score=60),
            offer(4, 12_000, delivery=0, days=9, score=99),
        ]
    )

    assert (box.winner.id, box.reasons) == (2, (Reason.BALANCE,))


@given(
    st.lists(
        st.builds(
            offer,
            st.integers(1, 10**6),
            st.integers(1, 3),
            delivery=st.integers(0, 1),
            days=st.integers(1, 2),
            available=st.integers(0, 2),
        ),
        unique_by=lambda one: one.id,
        max_size=6,
    ),
    st.randoms(),
)
def test_the_order_does_not_depend_on_the_order_of_asking(offers, chance):
    shuffled = list(offers)
    chance.shuffle(shuffled)

    assert rank(offers) == rank(shuffled)
    assert sorted(one.id for one in rank(offers).offers) == sorted(
        one.id for one in offers
    )
