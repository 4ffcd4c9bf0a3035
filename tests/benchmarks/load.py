"""Visitors without a browser, and the load that many of them make."""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from statistics import quantiles
from time import perf_counter
from typing import Any
from urllib.parse import urlencode, urlsplit

_FIELD = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str

    def fields(self) -> dict[str, str]:
        """Return the hidden fields of the page's forms."""
        return dict(_FIELD.findall(self.text))


class UnexpectedAnswerError(Exception):
    """The site answered otherwise than the visitor needs."""

    def __init__(self, asked: str, answer: Answer) -> None:
        super().__init__(f"{asked}: {answer.status}")
        self.answer = answer


@dataclass
class Visitor:
    """A person with cookies; each request has a connection of its own."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Ask for a page, and expect one."""
        return self._ask("GET", path, None, expected=200)

    def post(self, path: str, form: Mapping[str, Any]) -> Answer:
        """Send a form, and expect to be sent on."""
        token = self.cookies.get("csrftoken", "")
        body = urlencode({"csrfmiddlewaretoken": token, **form})
        return self._ask("POST", path, body, expected=302)

    def _ask(
        self, method: str, path: str, body: str | None, *, expected: int
    ) -> Answer:
        headers = {
            "Cookie": "; ".join(f"{key}={one}" for key, one in self.cookies.items()),
            "Accept": "text/html",
            "Accept-Language": "en",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        place = urlsplit(self.address)
        line = HTTPConnection(place.hostname or "", place.port, timeout=_PATIENCE)
        with closing(line):
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read().decode()
        self._keep_cookies(answer)
        found = Answer(answer.status, answer.headers.get("Location", ""), text)
        if found.status != expected:
            raise UnexpectedAnswerError(f"{method} {path}", found)
        return found

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]


@dataclass(frozen=True, slots=True)
class Load:
    """How long each request took, and all of them together."""

    seconds: Sequence[float]
    whole_seconds: float

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.whole_seconds

    def percentile_ms(self, percent: int) -> float:
        """Return the milliseconds in which so many of a hundred were answered."""
        return 1000 * quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


def put_load(steps: Sequence[Callable[[], object]], *, visitors: int) -> Load:
    """Carry the steps out, so many at the same time; a failing one ends it all."""

    def timed(step: Callable[[], object]) -> float:
        started = perf_counter()
        step()
        return perf_counter() - started

    started = perf_counter()
    with ThreadPoolExecutor(visitors) as pool:
        seconds = list(pool.map(timed, steps))
    return Load(seconds, perf_counter() - started)
