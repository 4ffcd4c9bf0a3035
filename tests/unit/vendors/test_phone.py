"""One phone is found alike however people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.phone import plain_phone


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("+32 2 555 01 02", "BE"),
        ("+32 2 555 01 02", "FR"),
        ("0032 2 555 01 02", "BE"),
        ("(0032) 2/555.01.02", "DE"),
        ("02 555 01 02", "BE"),
        ("02/555.01.02", "BE"),
        ("+32 (0)2 555 01 02", "BE"),
    ],
)
def test_every_way_to_write_a_number_is_the_same(written: str, country: str) -> None:
    assert plain_phone(written, country) == "+3225550102"


def test_a_number_without_country_is_of_the_country_of_the_shop() -> None:
    assert plain_phone("02 555 01 02", "FR") != plain_phone("02 555 01 02", "BE")


@pytest.mark.parametrize("nothing", ["", " ", "-", "none", "+"])
def test_what_has_no_digits_is_no_number(nothing: str) -> None:
    assert plain_phone(nothing, "BE") == ""


def test_what_is_no_number_is_left_with_its_digits() -> None:
    assert plain_phone("ask for 7", "BE") == "7"


@given(st.text(max_size=30), st.sampled_from(["BE", "CH", "US", "IT", "XX", ""]))
def test_whatever_is_typed_is_read(typed: str, country: str) -> None:
    found = plain_phone(typed, country)

    assert found == plain_phone(f" {found}", country) or not found.startswith("+")
