"""The checks of pages find what is broken: one broken page for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.pages import checks
from tests.pages.checks import Check, Look

pytestmark = pytest.mark.browser
POLICY = "default-src 'self'; img-src * data:; style-src 'self'; script-src 'self'"
GOOD = """<!DOCTYPE html><html lang="en"><head><title>Lamps</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/broken.css"></head>
<body><main><h1>Lamps</h1><p>Many.</p><!-- here --></main></body></html>"""
CSS = """p, h1 { color: black; background: white } .wide { width: 3000px }
@keyframes turn { to { rotate: 1turn } } .turns { animation: turn 9s infinite }
.tiny { display: inline-block; width: 9px; height: 9px; overflow: hidden }
.late { height: 300px } .grey { color: #bbb; background: white }"""
LATE = """setTimeout(() => {
  const tall = document.createElement("p");
  tall.className = "late";
  document.querySelector("main").prepend(tall);
}, 100);"""
BROKEN: list[tuple[Check, str]] = [
    (checks.asks_nobody_else, '<img src="http://127.0.0.1:1/a.png" alt="">'),
    (checks.asks_nobody_else, '<img src="/no-such-picture.png" alt="">'),
    (checks.keeps_the_policy, "<script>go()</script>"),
    (checks.keeps_the_policy, '<p style="color: red">Red</p>'),
    (checks.fits, '<p class="wide">Wide</p>'),
    (checks.cuts_nothing, '<button class="tiny">Far too many words</button>'),
    (checks.passes_axe, '<img src="data:,">'),
    (checks.passes_axe, '<p class="grey">Faint words</p>'),
    (
        checks.passes_axe,
        '<p><a class="tiny" href="/1">1</a><a class="tiny" href="/2">2</a></p>',
    ),
    (checks.passes_axe_but_colours, '<img src="data:,">'),
    (checks.stays_put, '<script src="/late.js" defer></script>'),
    (checks.is_light, "".join(f'<img src="/b{n}.png" alt="">' for n in range(31))),
    (checks.is_light, '<img src="/heavy.png" alt="">'),
    (checks.rests_when_asked, '<p class="turns">Turns</p>'),
]
ALL = {check for check, _piece in BROKEN}


@pytest.fixture(scope="module")
def shown(browser) -> Iterator[Look]:
    """A page of one's own making: no site is needed."""
    context = browser.new_context(
        base_url="http://broken.test", viewport={"width": 360, "height": 900}
    )
    look = Look(context.new_page())
    yield look
    context.close()


def serve(page: Page, body: str, *, policy: str = POLICY) -> None:
    """Answer every address of the page's own site."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://broken.test")
        headers = {"content-security-policy": policy}
        if path == "/":
            headers["content-type"] = "text/html; charset=utf-8"
            route.fulfill(body=body, headers=headers)
        elif path == "/broken.css":
            route.fulfill(body=CSS, content_type="text/css")
        elif path == "/late.js":
            route.fulfill(body=LATE, content_type="text/javascript")
        elif path == "/heavy.png":
            route.fulfill(body="x" * 500_000, content_type="image/png")
        elif path.startswith("/b"):
            route.fulfill(body="", content_type="image/png")
        else:
            route.fulfill(status=404, body="")

    page.unroute_all()
    page.route("**/*", answer)


def test_a_sound_page_passes_every_check(shown: Look):
    serve(shown.page, GOOD)

    shown.go("/")

    found = {check.__name__: check(shown) for check in ALL}
    assert found == {check.__name__: [] for check in ALL}


@pytest.mark.parametrize(
    ("check", "piece"), BROKEN, ids=lambda each: getattr(each, "__name__", "")
)
def test_what_is_broken_is_found(shown: Look, check: Check, piece: str):
    serve(shown.page, GOOD.replace("<!-- here -->", piece))

    shown.go("/")
    if check is checks.stays_put:
        shown.page.wait_for_selector(".late")

    assert check(shown) != []


@pytest.mark.parametrize("policy", ["", "script-src 'unsafe-inline'"])
def test_a_policy_that_lets_everything_through_is_found(shown: Look, policy: str):
    serve(shown.page, GOOD, policy=policy)

    shown.go("/")

    assert checks.keeps_the_policy(shown) != []
