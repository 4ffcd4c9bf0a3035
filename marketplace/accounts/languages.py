"""The languages of the product: which there are, whose is which, and their addresses.

The language stands at the head of an address, `/fr/p/...`; the first one has none.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language

from marketplace.accounts.addresses import fold, folded
from marketplace.accounts.models import User


class Tongue(NamedTuple):
    """A language by its code, and as it calls itself."""

    code: str
    name: str


def tongues() -> tuple[Tongue, ...]:
    """Return the languages that a visitor may choose."""
    return tuple(Tongue(code, str(name)) for code, name in settings.LANGUAGES)


def is_spoken(code: str) -> bool:
    """Say whether the product has a language."""
    return code in _codes()


def is_complete(code: str) -> bool:
    """Say whether all of a language is there, so that search engines may know of it."""
    return code in settings.COMPLETE_LANGUAGES


def current_language() -> str:
    """Return the language of now: of the page, the mail, the file; never none."""
    code = get_language() or settings.LANGUAGE_CODE
    return code if is_spoken(code) else settings.LANGUAGE_CODE


def language_of_path(path: str) -> str:
    """Return the language that stands at the head of a path, or the first."""
    head = path.lstrip("/").split("/", 1)[0].split("?", 1)[0]
    is_headed = is_spoken(head) and head != settings.LANGUAGE_CODE
    return head if is_headed else settings.LANGUAGE_CODE


def in_language(path: str, code: str) -> str:
    """Return the path of the same page in another language."""
    first, now = settings.LANGUAGE_CODE, language_of_path(path)
    bare = path if now == first else path.removeprefix(f"/{now}") or "/"
    return bare if code == first else f"/{code}{bare}"


def languages_of(emails: Iterable[str]) -> dict[str, str]:
    """Map addresses, in small letters, to the language of their account; one query.

    An address without an account is left out.
    """
    wanted = {fold(email) for email in emails}
    found = User.objects.annotate(plain=folded("email")).filter(plain__in=wanted)
    return dict(found.values_list("plain", "language"))


def _codes() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
