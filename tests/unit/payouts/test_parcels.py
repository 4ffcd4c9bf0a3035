"""What parcels release of a line; docs/algorithms/release.md has the worked example."""

from hypothesis import given
from hypothesis import strategies as st

from payouts.parcels import Pocket, due_of_line
from tests.unit.payouts.test_documented import rows

CUPS = Pocket(net=879)


def test_parcels_bring_what_the_page_says() -> None:
    for cells in rows("release.md", "elsewhere"):
        elsewhere, held, keeps, brings = (int(cell) for cell in cells)

        due = due_of_line(
            frozen=CUPS, held=Pocket(held), quantity=3, elsewhere=elsewhere
        )

        assert (due.net, held - due.net) == (brings, keeps)


@given(
    net=st.integers(0, 10**9),
    commission=st.integers(0, 10**9),
    pieces=st.lists(st.integers(1, 50), min_size=1, max_size=6),
)
def test_parcels_bring_the_whole_whatever_lies_in_which(
    net: int, commission: int, pieces: list[int]
) -> None:
    frozen = held = Pocket(net, commission)
    elsewhere = quantity = sum(pieces)
    brought = Pocket()
    for inside in pieces:
        elsewhere -= inside
        due = due_of_line(
            frozen=frozen, held=held, quantity=quantity, elsewhere=elsewhere
        )
        held -= due
        brought += due

    assert (brought, held) == (frozen, Pocket())


@given(
    net=st.integers(0, 10**6),
    back=st.integers(0, 10**6),
    quantity=st.integers(1, 50),
    elsewhere=st.integers(0, 50),
)
def test_a_parcel_never_brings_more_than_is_held(
    net: int, back: int, quantity: int, elsewhere: int
) -> None:
    held = max(0, net - back)

    due = due_of_line(
        frozen=Pocket(net),
        held=Pocket(held),
        quantity=quantity,
        elsewhere=min(elsewhere, quantity),
    )

    assert 0 <= due.net <= held
