"""What leads astray on a page that is drawn at another address than its own."""

import re

_FORM_OR_LINK = re.compile(r'<form(?![^>]*\saction=)[^>]*>|href="\?[^"]*"')


def relative_in(page: str) -> list[str]:
    """Return the forms and links of the page's middle that name no address."""
    middle = page.partition("<main")[2].partition("</main>")[0]
    return _FORM_OR_LINK.findall(middle)
