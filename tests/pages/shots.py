"""`make shots`: pictures of every page of the demo, at both widths in both schemes.

Walks through a running market as each kind of person does, so that what no link leads
to is in no picture. `--address` takes a copy that runs already; without it one is
started beside the pictures and stopped at the end.
"""

import argparse
import html
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from marketplace.config.embedded.process import wait_until
from marketplace.config.run.programs import answers
from tests.pages.guides import GUIDES, Guide
from tests.pages.tour import walk
from tests.servers import CHROMIUM_FLAGS, chromium

PASSWORD = "comptoir-demo"
PORT = "8199"
WIDTHS = {1280: 900, 360: 800}
SCHEMES = ("light", "dark")
PATIENCE = 900
# A month of papers in one file is written when it is asked for.
SLOWEST_MS = 180_000
# Taller pictures say nothing more, and take seconds to draw.
TALLEST = 7000


def main(address: str, folder: Path, only: str) -> None:
    """Take the pictures and write the page that shows them."""
    # Only the addresses are read: nothing of a database.
    os.environ.update(DJANGO_SETTINGS_MODULE="marketplace.config.settings", DEBUG="1")
    django.setup()
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_FLAGS
        )
        shown = [
            shot
            for guide in GUIDES
            for shot in guided(browser, guide, address, folder, re.compile(only))
        ]
        browser.close()
    (folder / "index.html").write_text(sheet(shown))
    sys.stdout.write(f"{len(shown)} pages: {folder / 'index.html'}\n")


def guided(
    browser: Browser, guide: Guide, address: str, folder: Path, only: re.Pattern[str]
) -> Iterator[tuple[str, str]]:
    """Take the pictures of one guide's pages; yield their name and address."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    if guide.email:
        sign_in(page, guide.email)
    if guide.with_basket:
        fill_basket(page)
    starts = [landing(page, path) for path in guide.starts]
    seen: Counter[str] = Counter()
    for stop in walk(lambda path: fetch(context, path), starts, world=guide.world):
        seen[stop.kind] += 1
        number = f"-{seen[stop.kind]}" if seen[stop.kind] > 1 else ""
        name = f"{guide.name}-{stop.kind}{number}"
        if only.search(name):
            sys.stdout.write(f"{name} {stop.path}\n")
            shoot(page, stop.path, folder, name)
            yield name, stop.path
    context.close()


def landing(page: Page, path: str) -> str:
    """Return where an address leads: the only shop, the task that waits longest."""
    page.goto(path)
    place = urlsplit(page.url)
    return place.path + (f"?{place.query}" if place.query else "")


def fetch(context: BrowserContext, path: str) -> str | None:
    """Return the markup of a page; None for a file or where there is none."""
    answer = context.request.get(path, max_redirects=0, timeout=SLOWEST_MS)
    if "html" not in answer.headers.get("content-type", ""):
        return None
    return answer.text() if answer.status in {200, 404} else None


def sign_in(page: Page, email: str) -> None:
    """Sign in by the form, as the welcome of `make run` says."""
    page.goto("/accounts/login/")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()


def fill_basket(page: Page) -> None:
    """Put the first things of the first shelves into the basket."""
    page.goto("/")
    links = page.locator("a[href^='/p/']").evaluate_all("all => all.map(a => a.href)")
    for link in list(dict.fromkeys(links))[:3]:
        page.goto(link)
        button = page.get_by_role("button", name="Add to basket").first
        if button.count():
            button.click()
            page.wait_for_load_state()


def shoot(page: Page, path: str, folder: Path, name: str) -> None:
    """Take a page at each width in each scheme."""
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path, wait_until="load")
        # Below the fold they come when somebody gets there.
        page.evaluate("for (const image of document.images) image.loading = 'eager'")
        page.wait_for_load_state("networkidle")
        tall = page.evaluate("document.documentElement.scrollHeight")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            clip = {"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)}
            page.screenshot(
                path=folder / f"{name}-{width}-{scheme}.png", full_page=True, clip=clip
            )


def sheet(shown: Sequence[tuple[str, str]]) -> str:
    """Return the page on which all pictures stand side by side."""
    rows = []
    for name, path in shown:
        pictures = "".join(
            f'<a href="{name}-{width}-{scheme}.png">'
            f'<img src="{name}-{width}-{scheme}.png" alt="{width} px, {scheme}"'
            f' height="420" loading="lazy"></a> '
            for width in WIDTHS
            for scheme in SCHEMES
        )
        rows.append(f"<h2>{name}</h2><p>{html.escape(path)}</p><p>{pictures}</p>")
    head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Shots</title>'
    return head + "<h1>Every page of the demo</h1>" + "".join(rows) + "</html>"


@contextmanager
def copy_of_its_own(state: Path) -> Iterator[str]:
    """Run a stocked market, as `make run` does, until the pictures are taken."""
    environment = {**os.environ, "PORT": PORT, "STATE": str(state)}
    program = [sys.executable, "-m", "marketplace.config.run"]
    child = subprocess.Popen(program, env=environment)
    address = f"http://127.0.0.1:{PORT}"
    try:
        health = f"{address}/health/"
        wait_until(
            lambda: answers(health) or child.poll() is not None, seconds=PATIENCE
        )
        if child.poll() is not None:
            sys.exit("The market did not start; its words are above.")
        yield address
    finally:
        child.terminate()
        child.wait(60)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("shots"))
    parser.add_argument("--address", help="of a copy that runs already")
    parser.add_argument("--only", default="", help="names to take, as a pattern")
    given = parser.parse_args()
    if given.address:
        main(given.address, given.folder, given.only)
    else:
        with copy_of_its_own(given.folder / ".state") as started:
            main(started, given.folder, given.only)
