import pytest

from vendors.vat_number import can_be_checked, is_at_fault, is_vat_number


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


@pytest.mark.parametrize(
    ("number", "country"),
    [("XI 432525179", "GB"), ("FR83404833048", "MC"), ("GB432525179", "GB")],
)
def test_northern_ireland_and_monaco_have_the_numbers_that_they_have(number, country):
    assert not is_at_fault(number, country)


@pytest.mark.parametrize(
    ("number", "country"),
    [("XI432525179", "IE"), ("FR83404833048", "BE"), ("FR84404833048", "MC")],
)
def test_a_number_of_another_country_or_with_wrong_digits_is_at_fault(number, country):
    assert is_at_fault(number, country)
