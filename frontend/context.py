"""What the frame of every page needs; each part is read when the page asks for it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import get_language

from frontend.countries import country_name
from frontend.languages import offered
from frontend.remembered import remembered_here
from frontend.storefront.destination import country_of
from frontend.storefront.hearts import kept_here
from loyalty.selectors import balance_of
from marketplace.core.viewer import ANONYMOUS
from marketplace.db import clock
from marketplace.shop.catalogue.models import Category
from marketplace.shop.catalogue.texts import labelled

THEMES = {"light", "dark"}
_DAY = 24 * 60 * 60


class Shelf(NamedTuple):
    """A category in the head of the shop."""

    name: str
    href: str


class Notice(NamedTuple):
    """A message of Django's as the page shows it."""

    words: str
    tone: str


def shop(request: HttpRequest) -> dict[str, Any]:
    """Return who looks, what their head shows, and what Django has to tell them."""
    viewer = getattr(request, "viewer", ANONYMOUS)
    told = _once(lambda: list(messages.get_messages(request)))
    theme = request.COOKIES.get("theme", "")
    categories = _once(top_categories)
    path = request.path
    return {
        "viewer": viewer,
        "now": _once(clock.now),
        "theme": theme if theme in THEMES else "",
        "market_name": settings.MARKET_NAME,
        "public_url": settings.PUBLIC_URL,
        "platform": settings.PLATFORM,
        "needs_second_factor": settings.REQUIRE_SECOND_FACTOR,
        "is_sandbox": settings.STRIPE_IS_SANDBOX and not settings.STRIPE_IS_LIVE,
        "days_ahead": days_ahead,
        "delivers_to": lambda: country_name(country_of(request)),
        "categories": categories,
        "current_category": lambda: path if path in dict(categories()).values() else "",
        "basket_count": _once(lambda: basket_count(request)),
        "kept": _once(lambda: kept_here(request)),
        "points_balance": _once(lambda: points_balance(viewer.user_id)),
        "offered_language": _once(lambda: offered(request)),
        "notices": _once(lambda: [_notice(m) for m in told() if _is_urgent(m)]),
        "toasts": _once(lambda: [_notice(m) for m in told() if not _is_urgent(m)]),
    }


def days_ahead() -> int:
    """Return how many days the sandbox's clock is ahead, as it was just now."""
    if not settings.CLOCK_MAY_MOVE:
        return 0
    return remembered_here("clock", clock.offset_seconds) // _DAY


def top_categories() -> tuple[Shelf, ...]:
    """Return the shelves in the head of the shop; a renamed one is late by seconds."""
    return remembered_here(f"categories:{get_language()}", _top_categories)


def _top_categories() -> tuple[Shelf, ...]:
    shelves = labelled(Category.objects.browsable()).filter(depth=1).order_by("path")
    try:
        return tuple(Shelf(each.label, each.get_absolute_url()) for each in shelves)
    except NoReverseMatch:  # The page of a category is not routed yet.
        return ()


def basket_count(request: HttpRequest) -> int:
    """Return how many things lie in the basket."""
    basket = getattr(request, "basket", None)
    return int(basket.num_items) if basket is not None else 0


def points_balance(user_id: int | None) -> int:
    """Return the points that may be spent now."""
    return balance_of(user_id).available


def _once(read: Callable[[], Any]) -> Callable[[], Any]:
    """Read at most once per page; templates call what they can call."""
    kept: list[Any] = []

    def answer() -> Any:
        if not kept:
            kept.append(read())
        return kept[0]

    return answer


def _is_urgent(message: Message) -> bool:
    return message.level >= messages.WARNING


def _notice(message: Message) -> Notice:
    tone = "bad" if message.level >= messages.ERROR else "warn"
    return Notice(str(message.message), tone)
