"""How the pages write times, amounts and ids; and how they are rendered."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.wrappers import Response

from payouts.stripe_sandbox.clock import moment
from payouts.stripe_sandbox.resources.common import money

_GOOD = ("active", "paid", "delivered", "succeeded", "complete", "won", "available")
_OPEN = (
    *("pending", "in_transit", "waiting", "open"),
    *("needs_response", "under_review", "requires_action", "requires_payment_method"),
    *("warning_needs_response", "warning_under_review"),
)
_BAD = (
    *("failed", "dropped", "lost"),
    *("restricted", "rejected", "unsupported", "closed"),
)
_TONES = (
    dict.fromkeys(_GOOD, "ok")
    | dict.fromkeys(_OPEN, "warn")
    | dict.fromkeys(_BAD, "bad")
)


_LONGEST = 20


def shortened(identifier: str) -> str:
    """Return the beginning and end of a long id."""
    if len(identifier) <= _LONGEST:
        return identifier
    return f"{identifier[:12]}…{identifier[-4:]}"


def short_path(path: str) -> str:
    """Return a path whose long ids are shortened."""
    return "/".join(shortened(part) for part in path.split("/"))


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
_ENVIRONMENT.filters |= {
    "clock": lambda at: moment(at).strftime("%H:%M:%S"),
    "day": lambda at: moment(at).strftime("%-d %b %Y"),
    "day_iso": lambda at: moment(at).strftime("%Y-%m-%d"),
    "money": money,
    "short_path": short_path,
    "shortened": shortened,
    "tone": lambda state: _TONES.get(state, ""),
}


def page(
    template: str,
    *,
    status: int = 200,
    leads_to: Iterable[str | None] = (),
    **context: Any,
) -> Response:
    """Render a page under a policy that allows nothing but our own style.

    `leads_to` are the URLs a form may redirect to: Chromium blocks others.
    """
    text = _ENVIRONMENT.get_template(template).render(**context)
    response = Response(text, status=status, mimetype="text/html")
    origins = sorted({_origin(url) for url in leads_to if url} - {""})
    response.headers["Content-Security-Policy"] = "; ".join(
        [
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            " ".join(["form-action 'self'", *origins]),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
    return secured(response)


def secured(response: Response) -> Response:
    """Add what every page's answer carries."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def redirect(url: str) -> Response:
    """Send the browser on with a GET."""
    return secured(Response("", status=303, headers={"Location": url}))


def balance_rows(sums: dict[str, tuple[int, int]]) -> list[dict[str, str]]:
    """Return balances as the pages show them."""
    return [
        {
            "total": money(available + pending, currency),
            "available": money(available, currency),
            "pending": money(pending, currency),
        }
        for currency, (available, pending) in sums.items()
    ]
