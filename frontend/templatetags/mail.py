"""What mails need: they are drawn without a request."""

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def house() -> dict[str, Any]:
    """Return who sends: `name`, `url`, and the legal person behind it."""
    return {
        "name": settings.MARKET_NAME,
        "url": settings.PUBLIC_URL,
        **settings.PLATFORM,
    }


@register.filter
def absolute(path: str) -> str:
    """Return a path with the address of the market before it."""
    return path if "://" in path else f"{settings.PUBLIC_URL}{path}"
