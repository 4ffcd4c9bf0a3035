"""The tag of parts that are drawn once."""

from collections.abc import Hashable

from django import template
from django.utils.safestring import SafeString

from frontend.drawn import drawn as draw

register = template.Library()


@register.simple_tag
def drawn(name: str, **values: Hashable) -> SafeString:
    """Include a template that sees these values alone; see frontend/drawn.py."""
    return draw(name, **values)
