"""VAT numbers of the European Union: the check digits that each country gives them."""

from stdnum.eu import vat

# Greece writes its own name into VAT numbers.
_PREFIXES = {"GR": "EL"}
# Northern Ireland has numbers of its own, and Monaco those of France.
_BESIDE = {"GB": "XI", "MC": "FR"}
# As ISO 3166 writes them.
MEMBER_STATES = frozenset(state.upper() for state in vat.MEMBER_STATES) - {"XI"}
_MEMBERS = {*MEMBER_STATES, "EL", "XI"}


def prefix_of(country: str) -> str:
    """Return the letters with which the VAT numbers of a country begin."""
    return _PREFIXES.get(country, country)


def begins_as_of(number: str, country: str) -> bool:
    """Say whether a number without spaces begins as one of a country may."""
    prefix = prefix_of(country)
    return number.startswith((prefix, _BESIDE.get(country, prefix)))


def is_at_fault(number: str, country: str) -> bool:
    """Say whether a number is not of this country, or its check digits are wrong.

    Of a number whose digits are not known here nothing is said.
    """
    number = number.replace(" ", "").upper()
    if not begins_as_of(number, country):
        return True
    return can_be_checked(number) and not is_vat_number(number)


def can_be_checked(number: str) -> bool:
    """Say whether `number` begins as one of a country whose check digits are known."""
    return number[:2].upper() in _MEMBERS


def is_vat_number(number: str) -> bool:
    """Say whether `number` has the form and the check digits of its country.

    Whether it was ever given to anybody is not asked.
    Source: the European Commission's algorithms, as python-stdnum keeps them.
    """
    return bool(vat.is_valid(number))
