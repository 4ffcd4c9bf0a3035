"""What no template may hold, and what every page must."""

import gzip
import re
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from django.template import Engine

from frontend.views.styleguide import examples
from tests.unit.frontend.drawing import draw_page

TEMPLATES = Path("frontend/templates")
STATIC = Path("frontend/static")
PAGES = [
    *(f"pages/{file.name}" for file in (TEMPLATES / "pages").glob("*.html")),
    *(f"{code}.html" for code in (400, 403, "403_csrf", 404, 500, 503)),
    "styleguide.html",
]
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "handler": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "htmx handler": re.compile(r"\shx-on", re.IGNORECASE),
    "inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", re.IGNORECASE
    ),
    "style element": re.compile(r"<style", re.IGNORECASE),
    "other origin": re.compile(r"""(src|href)=["'](https?:)?//(?!{{)""", re.IGNORECASE),
}
BUDGET = {"css": 30 * 1024, "js": 40 * 1024 - 17 * 1024}  # 17 KB of them is htmx


def faults(source: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(source)]


def errors_of(page: str) -> list[object]:
    parser = html5lib.HTMLParser()
    parser.parse(page)
    return list(parser.errors)


def headings(page: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])\b", page)]


def templates() -> list[Path]:
    return [file for file in TEMPLATES.rglob("*") if file.suffix in {".html", ".txt"}]


@pytest.mark.parametrize("file", templates(), ids=str)
def test_a_template_holds_nothing_that_the_policy_forbids(file):
    found = faults(file.read_text())

    # A mail is no page of ours: programs want its styles inside.
    allowed = ["style element"] if file == TEMPLATES / "mail/base.html" else []
    assert found == allowed


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('<p style="color: red">', "inline style"),
        ('<a onclick="go()">', "handler"),
        ('<a hx-on:click="go()">', "htmx handler"),
        ("<script>go()</script>", "inline script"),
        ("<style>p {}</style>", "style element"),
        ('<img src="https://elsewhere.example/a.png">', "other origin"),
    ],
)
def test_what_the_policy_forbids_is_found(source, fault):
    assert faults(source) == [fault]


@pytest.mark.parametrize("file", templates(), ids=str)
def test_a_template_compiles(file):
    name = file.relative_to(TEMPLATES).as_posix()

    assert Engine.get_default().get_template(name).name == name


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_valid_and_in_order(name):
    page = draw_page(name, **examples(), days={"release": 14, "returns": 14})

    assert errors_of(page) == []
    levels = headings(page)
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    assert re.search(r'<html lang="en"', page)
    assert re.search(r"<title>[^<]+</title>", page)


def test_a_broken_page_is_found():
    assert errors_of("<!doctype html><title>x</title><p><div></p></b>") != []
    assert headings("<h1>a</h1><h3>b</h3>") == [1, 3]


def test_every_icon_is_in_the_sprite():
    sprite = (STATIC / "brand/icons.svg").read_text()
    drawn = set(re.findall(r'id="i-([a-z0-9]+)"', sprite))
    asked = set()
    for file in templates():
        source = file.read_text()
        asked |= set(re.findall(r'{% icon "([a-z0-9]+)"', source))
        asked |= set(re.findall(r'\s(?:icon|after)="([a-z0-9]+)"', source))

    assert asked - drawn == set()


def test_every_behaviour_that_is_asked_for_exists():
    registry = (STATIC / "js/app.js").read_text()
    modules = set(re.findall(r'": "([a-z-]+)"', registry))

    assert modules == {file.stem for file in (STATIC / "js").glob("*.js")} - {"app"}


@pytest.mark.parametrize("kind", BUDGET)
def test_styles_and_scripts_stay_light(kind):
    files = sorted((STATIC / kind).glob(f"*.{kind}"))

    sent = sum(len(gzip.compress(file.read_bytes())) for file in files)

    assert sent <= BUDGET[kind]


def test_every_mail_of_the_sign_in_has_a_plain_twin():
    # Mails of a sale derive their text from the page; tests/integration/jobs reads it.
    pages = {
        file.with_suffix("")
        for folder in ("account/email", "mfa/email")
        for file in (TEMPLATES / folder).glob("[!_]*.html")
    }

    assert [page for page in pages if not page.with_suffix(".txt").exists()] == []
