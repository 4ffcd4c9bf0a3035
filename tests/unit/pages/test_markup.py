"""The checks of a page's markup find what is broken, and nothing else."""

import pytest

from tests.pages.markup import MOST_HTML, faults_of, weight_faults

GOOD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Lamps</title>
<link rel="canonical" href="https://example.org/lamps">
<script src="/app.js" type="module"></script>
<script type="application/ld+json">{"@type": "Thing"}</script></head>
<body><h1 id="top">Lamps</h1><h2>Of paper</h2><p>Many.</p></body></html>"""
BROKEN = {
    "an unclosed tag": ("<p>Many.</p>", "<p><b>Many.</p>"),
    "no language": (' lang="en"', ""),
    "an empty title": ("<title>Lamps</title>", "<title> </title>"),
    "no title": ("<title>Lamps</title>", ""),
    "two canonical addresses": (
        "</head>",
        '<link rel="canonical" href="/two"></head>',
    ),
    "two first headings": ("<h2>Of paper</h2>", "<h1>Of paper</h1>"),
    "no first heading": ('<h1 id="top">Lamps</h1>', ""),
    "a skipped level": ("<h2>Of paper</h2>", "<h4>Of paper</h4>"),
    "an id twice": ("<p>", '<p id="top">'),
    "a style of its own": ("<p>", '<p style="color: red">'),
    "a handler": ("<p>", '<p onclick="go()">'),
    "a script within": ("</body>", "<script>go()</script></body>"),
    "a sheet within": ("</head>", "<style>p {}</style></head>"),
    "data that is none": ('{"@type": "Thing"}', '{"@type": }'),
}


def test_a_sound_page_has_no_fault():
    assert faults_of(GOOD) == []
    assert weight_faults(GOOD) == []


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found(name: str):
    before, after = BROKEN[name]
    assert before in GOOD

    assert faults_of(GOOD.replace(before, after, 1)) != []


def test_a_heavy_page_is_found():
    heavy = "".join(f"{n:x}" for n in range(MOST_HTML))

    assert weight_faults(GOOD.replace("Many", heavy)) != []
