"""Small things that the pages of buying need."""

from collections.abc import Mapping
from typing import Any

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe

from frontend import countries
from marketplace.core import words
from vendors.ranks import Rank

register = template.Library()

_TIERS = {rank.value.capitalize(): rank.label for rank in Rank}
_MARKUP = {"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "h3", "h4"}


@register.filter
def country_name(code: str) -> str:
    """Write a country's name."""
    return countries.country_name(code) if code else ""


@register.filter
def of(found: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return what a mapping holds for a key, or nothing."""
    return (found or {}).get(key)


register.filter("short_name", words.short_name)


@register.filter
def tier_name(name: str) -> str:
    """Write a tier's name: one that sellers have too reads the same for both."""
    return str(_TIERS.get(name, name))


@register.filter
def clean_markup(markup: str) -> SafeString:
    """Let through what may be in a description: paragraphs, lists, emphasis."""
    clean = nh3.clean(markup, tags=_MARKUP, attributes={})
    return mark_safe(clean)  # noqa: S308 (cleaned above)
