"""Hearts: cards are drawn once for all, so what somebody keeps is marked afterwards."""

import re
from collections.abc import Set as AbstractSet

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# As components/heart.html writes it. A title cannot: its quotes are escaped.
_OPEN = re.compile(r'name="keep" value="([0-9a-z_]+)" aria-pressed="false"')


@register.filter
def hearted(card: SafeString, kept: AbstractSet[str]) -> SafeString:
    """Fill the heart of a drawn card whose product somebody keeps."""
    if not kept:
        return card

    def marked(found: re.Match[str]) -> str:
        if found[1] not in kept:
            return found[0]
        return f'name="drop" value="{found[1]}" aria-pressed="true"'

    return mark_safe(_OPEN.sub(marked, card))  # noqa: S308 (drawn and escaped by us)
