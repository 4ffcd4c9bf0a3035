"""The languages of a page: how it is known to search engines, and how to change it."""

from typing import NamedTuple

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from frontend.addresses import versions_of
from marketplace.accounts.languages import current_language, in_language, tongues

register = template.Library()


class Choice(NamedTuple):
    """A language with the address of the same page in it."""

    code: str
    name: str
    href: str
    is_current: bool


@register.simple_tag(takes_context=True)
def language_choices(context: Context) -> list[Choice]:
    """Return the page that is shown in every language; nothing without a request."""
    request = context.get("request")
    if request is None:
        return []
    here, current = request.get_full_path(), current_language()
    return [
        Choice(code, name, in_language(here, code), code == current)
        for code, name in tongues()
    ]


@register.simple_tag
def known_as(path: str) -> SafeString:
    """Link the address of a page that search engines shall know, and its versions."""
    own = format_html('<link rel="canonical" href="{}{}">', settings.PUBLIC_URL, path)
    versions = versions_of(path)
    if len(versions) == 1:
        return own
    return own + format_html_join(
        "", '<link rel="alternate" hreflang="{}" href="{}">', versions
    )
