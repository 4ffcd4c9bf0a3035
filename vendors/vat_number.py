"""VAT numbers of the European Union: the check digits that each country gives them."""

from stdnum.eu import vat

_MEMBERS = {*(state.upper() for state in vat.MEMBER_STATES), "EL", "XI"}


def can_be_checked(number: str) -> bool:
    """Say whether `number` begins as one of a country whose check digits are known."""
    return number[:2].upper() in _MEMBERS


def is_vat_number(number: str) -> bool:
    """Say whether `number` has the form and the check digits of its country.

    Whether it was ever given to anybody is not asked.
    Source: the European Commission's algorithms, as python-stdnum keeps them.
    """
    return bool(vat.is_valid(number))
