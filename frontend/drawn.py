"""Parts of pages that are drawn once for all who would see the same.

Drawing is what a page costs most. A part drawn here is given its values by name and
sees nothing else: no request, no viewer, no token. What it shows can depend on its
values and the language alone, and whoever has the same values gets the same HTML.
Nothing ever has to be forgotten: other values are another part.
"""

from collections.abc import Hashable
from threading import Lock

from cachetools import LRUCache, cached
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Characters of HTML in each process; the values they are kept by are about as much.
_MOST_KEPT = 32 * 1024 * 1024


def drawn(template: str, **values: Hashable) -> SafeString:
    """Return a template with these values, drawn now or before.

    Values are compared by their type and value; lists and rows of the database do not
    qualify (TypeError, or a row that is compared by its key).
    """
    if settings.DEBUG:  # Who works on a template wants to see it.
        return render_to_string(template, values)
    typed = tuple((name, type(value), value) for name, value in values.items())
    return _drawn(template, get_language() or "", typed)


@cached(LRUCache(_MOST_KEPT, getsizeof=len), lock=Lock())
def _drawn(
    template: str, _language: str, values: tuple[tuple[str, type, Hashable], ...]
) -> SafeString:
    return render_to_string(template, {name: value for name, _, value in values})
