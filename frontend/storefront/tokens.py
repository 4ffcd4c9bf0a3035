"""Short lists that a browser keeps for us, signed: no row is written for a visitor."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_PREFIX = "prd_"
# A product's id without its prefix, perhaps with a price in minor units behind it.
_TOKEN = re.compile(r"([0-9a-z]{26})(?:-([0-9]{1,12}))?")
_BETWEEN = "."


@dataclass(frozen=True, slots=True)
class Jar:
    """A cookie with product ids, the newest first, and for how long it is kept."""

    name: str
    most: int
    seconds: int

    def read(self, request: HttpRequest) -> dict[str, int | None]:
        """Return products with the price beside them; nothing of what was forged."""
        found = (_TOKEN.fullmatch(each) for each in self._words(request))
        pairs = [(each[1], each[2]) for each in found if each][: self.most]
        return {_PREFIX + key: int(price) if price else None for key, price in pairs}

    def write(
        self, response: HttpResponse, products: Iterable[tuple[str, int | None]]
    ) -> None:
        """Let the browser keep these products, or nothing of any."""
        tokens = [_written(key, price) for key, price in products][: self.most]
        if tokens:
            self.write_words(response, _BETWEEN.join(tokens))
        else:
            response.delete_cookie(self.name, samesite="Lax")

    def write_words(self, response: HttpResponse, words: str) -> None:
        """Let the browser keep words of ours."""
        response.set_signed_cookie(
            self.name,
            words,
            salt=self._salt,
            max_age=self.seconds,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )

    def says(self, request: HttpRequest, words: str) -> bool:
        """Say whether the browser keeps exactly these words."""
        return self._words(request) == [words]

    def _words(self, request: HttpRequest) -> list[str]:
        written = request.get_signed_cookie(
            self.name, default="", salt=self._salt, max_age=self.seconds
        )
        return (written or "").split(_BETWEEN)

    @property
    def _salt(self) -> str:
        return f"frontend.{self.name}"


def _written(key: str, price: int | None) -> str:
    bare = key.removeprefix(_PREFIX)
    return bare if price is None else f"{bare}-{price}"
