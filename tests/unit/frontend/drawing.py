"""Draws templates and components without a database."""

from typing import Any

from django.template import Context, Engine
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from marketplace.core.viewer import ANONYMOUS


def draw(source: str, **context: Any) -> str:
    """Draw a piece of template, components included."""
    compiled = CottonCompiler().process("{% load comptoir i18n %}" + source)
    request = RequestFactory().get("/here", {"page": "5"})
    return (
        Engine.get_default()
        .from_string(compiled)
        .render(Context({"request": request, **context}))
    )


def draw_page(name: str, **context: Any) -> str:
    """Draw a whole page for a stranger, without what the database adds to its frame."""
    frame = {
        "request": RequestFactory().get("/here"),
        "viewer": ANONYMOUS,
        "categories": (),
        "basket_count": 0,
        "is_sandbox": True,
        "market_name": "Comptoir",
        "public_url": "https://comptoir.example",
    }
    return render_to_string(name, {**frame, **context})
