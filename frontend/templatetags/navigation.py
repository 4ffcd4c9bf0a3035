"""The side bars as lists of links."""

from collections.abc import Mapping

from django import template
from django.template.context import Context

from frontend.navigation import OFFICE, PORTAL, Link, links

register = template.Library()


@register.simple_tag(takes_context=True)
def portal_links(
    context: Context, handle: str, counts: Mapping[str, int] | str = ""
) -> list[Link]:
    """Return the side bar of one shop."""
    return links(
        PORTAL,
        current=_current(context),
        counts=counts if isinstance(counts, Mapping) else {},
        route_kwargs={"handle": handle},
        closed=context.get("closed_places") or (),
    )


@register.simple_tag(takes_context=True)
def office_links(context: Context, counts: Mapping[str, int] | str = "") -> list[Link]:
    """Return the side bar of the office."""
    return links(
        OFFICE,
        current=_current(context),
        counts=counts if isinstance(counts, Mapping) else {},
        tones=context.get("tones") or {},
        route_kwargs={},
        closed=context.get("closed_places") or (),
    )


def _current(context: Context) -> str:
    """Return the place a page belongs to: its `nav`, or its own route."""
    match = getattr(context.get("request"), "resolver_match", None)
    return str(context.get("nav") or getattr(match, "url_name", ""))
