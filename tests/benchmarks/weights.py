"""Every page of the demo in one table: its SQL statements and its weight."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import frontend
from marketplace.accounts.models import User
from tests.benchmarks.pages import count_of, fill_basket_by
from tests.pages.guides import GUIDES, Guide
from tests.pages.markup import MOST_CSS, MOST_HTML, MOST_JS, compressed
from tests.pages.tour import walk

HEAD = "{:38} {:>5} {:>8} {:>8} {:>8}\n"
_ROW = "{:38} {:5} {:8,} {:8,} {:8,}\n"
_SHEET = re.compile(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"')
_HASH = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")


@dataclass(frozen=True, slots=True)
class Weight:
    """What a page costs when it is warm: statements, compressed bytes."""

    name: str
    sql: int
    html: int
    css: int
    js: int

    @property
    def is_too_heavy(self) -> bool:
        """Tell whether a limit is passed."""
        return self.html > MOST_HTML or self.css > MOST_CSS or self.js > MOST_JS


def measure_weights() -> None:
    """Print a line for each kind of page, the heaviest of each kind."""
    sys.stdout.write("\n" + HEAD.format("", "SQL", "HTML", "CSS", "JS"))
    found = [weight for guide in GUIDES for weight in weights_of(guide)]
    for weight in sorted(found, key=lambda each: each.name):
        sign = "  too heavy" if weight.is_too_heavy else ""
        row = _ROW.format(weight.name, weight.sql, weight.html, weight.css, weight.js)
        sys.stdout.write(row.rstrip("\n") + sign + "\n")


def weights_of(guide: Guide) -> Iterator[Weight]:
    """Walk through somebody's pages and weigh one of each kind, the heaviest."""
    client = Client(headers={"host": urlsplit(settings.PUBLIC_URL).netloc})
    if guide.email:
        client.force_login(User.objects.get(email=guide.email))
    if guide.with_basket:
        fill_basket_by(client)
    heaviest: dict[str, Weight] = {}
    starts = [_landing(client, path) for path in guide.starts]
    for stop in walk(lambda path: _fetch(client, path), starts, world=guide.world):
        weight = _weigh(client, f"{guide.name} {stop.kind}", stop.path, stop.markup)
        known = heaviest.get(stop.kind)
        if known is None or (weight.sql, weight.html) > (known.sql, known.html):
            heaviest[stop.kind] = weight
    yield from heaviest.values()


def _landing(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    return answer.redirect_chain[-1][0] if answer.redirect_chain else path


def _fetch(client: Client, path: str) -> str | None:
    answer = client.get(path)
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return None
    return answer.text if answer.status_code == 200 else None


def _weigh(client: Client, name: str, path: str, markup: str) -> Weight:
    with CaptureQueriesContext(connection) as taken:
        client.get(path)
    return Weight(
        name=name,
        sql=count_of(taken),
        html=compressed(markup.encode()),
        css=sum(_size_of(each) for each in _SHEET.findall(markup)),
        js=_size_of_scripts(),
    )


@cache
def _size_of_scripts() -> int:
    """Return the weight of all scripts; a page fetches those that its parts want."""
    folder = Path(frontend.__file__).parent / "static" / "js"
    htmx = Path(str(finders.find("django_htmx/htmx-2.min.js")))
    scripts = [*folder.glob("*.js"), htmx]
    return sum(compressed(each.read_bytes()) for each in scripts)


@cache
def _size_of(address: str) -> int:
    name = _HASH.sub("", urlsplit(address).path.removeprefix(settings.STATIC_URL))
    path = finders.find(name)
    assert isinstance(path, str), address
    return compressed(Path(path).read_bytes())
