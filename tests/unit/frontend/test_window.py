"""Which things stand on a shelf of the home page."""

from frontend.storefront.window import chosen
from search.backends.base import Hit


def hit(number: int, seller: str) -> Hit:
    return Hit(product_id=number, score=1.0, card={"seller": seller})


def found(*sellers: str) -> list[Hit]:
    return [hit(number, seller) for number, seller in enumerate(sellers, start=1)]


def numbers(hits: list[Hit]) -> list[int]:
    return [each.product_id for each in hits]


def test_a_shelf_holds_at_most_two_things_of_one_seller():
    hits = found("melas", "melas", "melas", "brume", "hult", "melas")

    assert numbers(chosen(hits, shown=set(), most=4)) == [1, 2, 4, 5]


def test_more_of_one_seller_fill_a_shelf_that_others_do_not():
    hits = found("melas", "melas", "melas", "brume", "melas")

    assert numbers(chosen(hits, shown=set(), most=4)) == [1, 2, 4, 3]


def test_a_later_shelf_does_not_repeat_what_an_earlier_one_shows():
    hits, shown = found("melas", "brume", "hult", "sol"), {4}

    first = chosen(hits, shown=shown, most=2)
    second = chosen(hits, shown=shown, most=2)

    assert (numbers(first), numbers(second)) == ([1, 2], [3])
    assert shown == {1, 2, 3, 4}
