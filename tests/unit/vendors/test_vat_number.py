import pytest

from vendors.vat_number import can_be_checked, is_vat_number


@pytest.mark.parametrize(
    "number", ["BE0123456749", "FR83404833048", "DE318772459", "EL801273641"]
)
def test_a_number_with_the_check_digits_of_its_country_is_one(number):
    assert can_be_checked(number)
    assert is_vat_number(number)


@pytest.mark.parametrize(
    "number", ["BE0123456789", "BE012345674", "FR84404833048", "BE"]
)
def test_a_number_with_other_digits_is_none(number):
    assert can_be_checked(number)
    assert not is_vat_number(number)


@pytest.mark.parametrize("number", ["CHE123456788", "US12345", "12345", ""])
def test_a_number_from_elsewhere_cannot_be_checked(number):
    assert not can_be_checked(number)
