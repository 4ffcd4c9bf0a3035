"""When the largest part of a page is drawn, as a new visitor's browser tells it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from urllib.parse import urlsplit

from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from marketplace.accounts.models import User
from tests import servers
from tests.benchmarks.pages import fill_basket_by, pages
from tests.benchmarks.site import Site

VISITS = 3
WIDTHS = (360, 1280)
# Milliseconds, on this machine: a shop's visitor waits less than who works here.
GOAL, GOAL_AT_WORK = 1_000, 1_500
_AT_WORK = {
    "brume@demo.test": [
        "/seller/brume/",
        "/seller/brume/orders/",
        "/seller/brume/offers/",
        "/seller/brume/payouts/",
    ],
    "operator@demo.test": ["/office/", "/office/orders/", "/office/audit/"],
}
_HEAD = "{:38} {:>8} {:>8}\n"
_LARGEST = """() => new Promise(done => {
  new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => done(null), 5000);
})"""


def measure_paint(site: Site) -> None:
    """Print a line for each page: the median of some first visits, at each width."""
    heads = [f"{width} px" for width in WIDTHS]
    sys.stdout.write("\nLargest contentful paint, ms\n" + _HEAD.format("", *heads))
    # Read before: Playwright's loop in this thread lets nobody ask the database.
    visits = list(_visits(site))
    with _browser() as browser:
        for path, cookies, goal in visits:
            found = [_painted(browser, site, path, cookies, width) for width in WIDTHS]
            sign = "  too late" if max(found) > goal else ""
            row = _HEAD.format(path[:38], *(f"{each:.0f}" for each in found))
            sys.stdout.write(row.rstrip("\n") + sign + "\n")
            sys.stdout.flush()


@contextmanager
def _browser() -> Iterator[Browser]:
    executable = servers.chromium()
    if executable is None:
        sys.exit("Paint is measured in Chromium, and there is none on this machine.")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=executable, args=servers.CHROMIUM_FLAGS
        )


def _visits(site: Site) -> Iterator[tuple[str, dict[str, str], int]]:
    buyer = Client(headers={"host": urlsplit(site.address).netloc})
    fill_basket_by(buyer)
    basket = {name: morsel.value for name, morsel in buyer.cookies.items()}
    for page in pages():
        yield page.paths[0], basket if page.with_basket else {}, GOAL
    for email, paths in _AT_WORK.items():
        client = Client()
        client.force_login(User.objects.get(email=email))
        session = {"sessionid": client.cookies["sessionid"].value}
        for path in paths:
            yield path, session, GOAL_AT_WORK


def _painted(
    browser: Browser, site: Site, path: str, cookies: dict[str, str], width: int
) -> float:
    """Return the median over new visitors, whose browsers keep nothing yet.

    The first one is for the server: others have asked for the page before.
    """
    _once(browser, site, path, cookies, width)
    return median(_once(browser, site, path, cookies, width) for _ in range(VISITS))


def _once(
    browser: Browser, site: Site, path: str, cookies: dict[str, str], width: int
) -> float:
    size = {"width": width, "height": 800}
    context = browser.new_context(base_url=site.address, viewport=size)
    for name, value in cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": site.address}])
    page = context.new_page()
    answer = page.goto(path, wait_until="load")
    assert answer
    assert answer.status == 200, path
    largest = page.evaluate(_LARGEST)
    context.close()
    assert largest is not None, f"{path}: nothing was painted"
    return float(largest)
