"""People who press again when the line breaks: same form, same token."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from time import sleep
from typing import Any

from django.db import connections

from tests.benchmarks.load import Answer, UnexpectedAnswerError, Visitor

TRIES = 400
PAUSE = 0.5
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


@dataclass
class Person(Visitor):
    """Somebody at a browser whose site dies under their hands.

    `troubles` counts what they met: connections that broke, and pages of 5xx.
    """

    troubles: Counter[str] = field(default_factory=Counter)

    def looks(self, path: str) -> Answer:
        """Ask for a page until there is an answer that is the site's own."""
        return self._until_answered("GET", path, None)

    def sends(self, path: str, form: Mapping[str, Any]) -> Answer:
        """Send a form until there is an answer; a redirect says that it was taken."""
        return self._until_answered("POST", path, form)

    def _until_answered(
        self, method: str, path: str, form: Mapping[str, Any] | None
    ) -> Answer:
        for _ in range(TRIES):
            try:
                return self.post(path, form) if form is not None else self.get(path)
            except UnexpectedAnswerError as other:
                if other.answer.status < 500:
                    return other.answer
                self.troubles[str(other.answer.status)] += 1
            except (OSError, HTTPException):
                self.troubles["cut"] += 1
            sleep(PAUSE)
        raise AssertionError(f"{method} {path}: no answer; met {self.troubles}")


def inputs_of(page: Answer) -> dict[str, str]:
    """Return the named inputs of a page with their values."""
    found = (dict(_ATTRIBUTE.findall(one)) for one in _INPUT.findall(page.text))
    return {one["name"]: one.get("value", "") for one in found if "name" in one}


def at_once(*acts: Callable[[], object]) -> None:
    """Let several people act in the same moment."""
    with ThreadPoolExecutor(len(acts)) as pool:
        for acting in [pool.submit(_act, act) for act in acts]:
            acting.result()


def _act(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connections.close_all()
