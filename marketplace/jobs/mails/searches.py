"""Mails about saved searches: whether somebody wants to be told, and then that."""

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.languages import language_of_path
from marketplace.jobs.mails.letter import Letter
from search.models import SavedSearch
from search.saved import saved_by_key, token_of
from search.words import query_words

_SHOWN = 60
_WORDS_SHOWN = 6


def search_confirm(*, saved: int) -> list[Letter]:
    """Ask an address whether it wants to be told; it may be a stranger's."""
    row = saved_by_key(saved)
    if row is None or row.confirmed_at is not None:
        return []
    subject = _("Shall we tell you when it arrives?")
    return [_letter(row, subject, "search_confirm", words=_bare_words(row.text))]


def search_found(*, saved: int, count: int) -> list[Letter]:
    """Say that something matches; whoever has cancelled meanwhile gets nothing."""
    row = saved_by_key(saved)
    if row is None:
        return []
    subject = _("“%s” has arrived") % row.text[:_SHOWN]
    return [_letter(row, subject, "search_found", count=count)]


def _bare_words(text: str) -> str:
    """Return what is searched: words alone, for whoever gets this asked for nothing.

    No signs, which make addresses, and no numbers, which promise or want to be called.
    """
    found = [word for word in query_words(text) if word.isalpha()]
    return " ".join(found[:_WORDS_SHOWN])[:_SHOWN]


def _letter(row: SavedSearch, subject: str, template: str, **more: object) -> Letter:
    context = {
        "saved": row,
        "link": reverse("search-saved", kwargs={"token": token_of(row)}),
        **more,
    }
    return Letter(
        to=row.email,
        subject=subject,
        template=template,
        context=context,
        language=language_of_path(row.path),
    )
