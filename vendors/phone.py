"""Phone numbers that are written in many ways, and are one."""

import re

import phonenumbers


def plain_phone(number: str, country: str) -> str:
    """Return a number as +32…, however it was written; one without + is of `country`.

    What is no number of any country is left with its digits, and nothing without any.
    """
    # Most of the world dials 00 for +, and whoever does not writes it so for strangers.
    stated = re.sub(r"^\D*00", "+", number)
    try:
        found = phonenumbers.parse(stated, country)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", number)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
