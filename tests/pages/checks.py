"""Checks of an open page in a browser; each returns what is wrong, in words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response

from tests.pages.markup import MOST_CSS, MOST_JS, compressed

MOST_SHIFT = 0.02
MOST_REQUESTS = 30
MOST_BYTES = 400_000
SMALLEST_TARGET = 24
_REFUSED = 400
# They lead on, or say that what the browser kept still holds.
_NO_BODY = range(300, 400)

# What moved after it was drawn, not by the visitor's own doing.
_SHIFT = """() => new Promise(done => {
  let sum = 0;
  const moved = [];
  const add = list => list.getEntries().filter(each => !each.hadRecentInput)
    .forEach(each => {
      sum += each.value;
      moved.push(...each.sources.map(source => source.node?.outerHTML?.slice(0, 80)));
    });
  new PerformanceObserver(add).observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done([sum, moved])));
})"""
_TOO_WIDE = """() => {
  const root = document.documentElement;
  return root.scrollWidth - root.clientWidth;
}"""
# What should show all of its words: the rest of a table may scroll.
_CUT = """() => [...document.querySelectorAll("button, .btn, .badge, .chip, summary")]
  .filter(each => getComputedStyle(each).display !== "inline")
  .filter(each => !each.matches(".sr"))
  .filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 2)
  .map(each => each.outerHTML.slice(0, 120))"""
_MOVING = """() => document.getAnimations()
  .filter(each => each.playState === "running")
  .map(each => each.effect.target.outerHTML.slice(0, 80))"""


@dataclass
class Look:
    """A page as a visitor meets it: what it asked for, what the browser said."""

    page: Page
    path: str = ""
    answer: Response | None = None
    asked: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("response", self._keep)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _keep(self, answer: Response) -> None:
        self.answers.append(answer)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.said.append(message.text)

    def go(self, path: str) -> None:
        """Open an address and forget the one before."""
        self.asked.clear()
        self.answers.clear()
        self.said.clear()
        self.path = path
        self.answer = self.page.goto(path, wait_until="load")


def asks_nobody_else(look: Look) -> list[str]:
    """Everything comes from the site itself, and is there."""
    home = urlsplit(look.page.url).netloc
    return [
        *(url for url in look.asked if urlsplit(url).netloc not in {home, ""}),
        *(
            f"{each.status} {each.url}"
            for each in look.answers
            if each.status >= _REFUSED and each is not look.answer
        ),
    ]


def keeps_the_policy(look: Look) -> list[str]:
    """A strict policy is sent, and nothing on the page breaks it."""
    assert look.answer
    policy = look.answer.headers.get("content-security-policy", "")
    faults = [] if policy else ["no policy"]
    if "unsafe-" in policy:
        faults.append(policy)
    return faults + [f"said: {each}" for each in look.said if _is_ours(look, each)]


def _is_ours(look: Look, said: str) -> bool:
    """Leave out the line about a page that is itself a refusal, such as a 404."""
    assert look.answer
    return look.answer.status < _REFUSED or "Failed to load resource" not in said


def fits(look: Look) -> list[str]:
    """Nothing scrolls sideways."""
    wide = look.page.evaluate(_TOO_WIDE)
    return [f"{wide} px too wide"] if wide else []


def cuts_nothing(look: Look) -> list[str]:
    """No button, badge or menu is too small for its words."""
    return [f"cut: {each}" for each in look.page.evaluate(_CUT)]


def passes_axe(look: Look) -> list[str]:
    """No rule of WCAG 2.2 AA and of good practice is broken, targets included."""
    return _axe(look, {"target-size": {"enabled": True}})


def passes_axe_but_colours(look: Look) -> list[str]:
    """As passes_axe without contrast, which takes two thirds of its time."""
    rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}
    return _axe(look, rules)


def _axe(look: Look, rules: dict[str, object]) -> list[str]:
    options: dict[str, object] = {"resultTypes": ["violations"], "rules": rules}
    found = Axe().run(look.page, options=options).response["violations"]
    return [f"{each['id']} {each['nodes'][0]['html'][:200]}" for each in found]


def stays_put(look: Look) -> list[str]:
    """Nothing jumps while the page is drawn."""
    shift, moved = look.page.evaluate(_SHIFT)
    return [f"shifts by {shift:.3f}: {moved}"] if shift > MOST_SHIFT else []


def is_light(look: Look) -> list[str]:
    """Few requests, few bytes at the first view, compressed as the server does it."""
    fetched = [each for each in look.answers if not each.url.startswith("data:")]
    weights = {
        "requests": (len(fetched), MOST_REQUESTS),
        "bytes": (sum(map(_bytes_of, fetched)), MOST_BYTES),
        "bytes of CSS": (bytes_of(look, "stylesheet"), MOST_CSS),
        "bytes of JS": (bytes_of(look, "script"), MOST_JS),
    }
    return [f"{n} {what}" for what, (n, most) in weights.items() if n > most]


def bytes_of(look: Look, kind: str) -> int:
    """Return the compressed size of all that a page fetches of a kind."""
    return sum(
        _bytes_of(each) for each in look.answers if each.request.resource_type == kind
    )


def _bytes_of(answer: Response) -> int:
    if answer.status in _NO_BODY:
        return 0
    if answer.request.resource_type in {"document", "stylesheet", "script"}:
        return compressed(answer.body())
    return answer.request.sizes()["responseBodySize"]


def rests_when_asked(look: Look) -> list[str]:
    """Nothing moves for who asked for less motion."""
    return [f"moves: {each}" for each in look.page.evaluate(_MOVING)]


Check = Callable[[Look], list[str]]
# At every width of every page.
EVERYWHERE: tuple[Check, ...] = (fits,)
# Once for each page.
ONCE: tuple[Check, ...] = (
    asks_nobody_else,
    keeps_the_policy,
    stays_put,
    rests_when_asked,
)
