"""What Enter in a field sends: browsers take the form's first button for it."""

from collections.abc import Iterator
from typing import Any

import html5lib


def enter_in(page: str, field: str) -> str:
    """Return `name=value` of the button that Enter in the field named so presses."""
    tree: Any = html5lib.parse(page, namespaceHTMLElements=False)
    [form] = [
        form
        for form in tree.iter("form")
        if any(each.get("name") == field for each in _fields(form))
    ]
    button = next(each for each in form.iter("button") if _submits(each))
    return f"{button.get('name', '')}={button.get('value', '')}"


def _fields(form: Any) -> Iterator[Any]:
    yield from form.iter("input")


def _submits(button: Any) -> bool:
    return button.get("type", "submit") == "submit"
