"""Small things that the pages of buying need."""

from collections.abc import Mapping
from typing import Any

from django import template

from frontend import countries

register = template.Library()


@register.filter
def country_name(code: str) -> str:
    """Write a country's name."""
    return countries.country_name(code) if code else ""


@register.filter
def of(found: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return what a mapping holds for a key, or nothing."""
    return (found or {}).get(key)


@register.filter
def short_name(name: str) -> str:
    """Shorten a buyer's name as everybody may see it: `Katrien P.`."""
    first, *rest = name.split() or [""]
    return f"{first} {rest[-1][0]}." if rest else first
