"""What the API tells a seller of itself; `settings.API_GUIDE` names who knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from vendors.models import ApiToken, Vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that the API answers; `summary` is English, as catalogues know it.

    An empty `scope` is every key's.
    """

    method: str
    path: str
    summary: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCall:
    """A call to try, with its answer: the shop's own, or an example of the shape."""

    address: str
    status: str
    answer: Mapping[str, Any]
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How often a key has asked in the minute that runs."""

    token: ApiToken
    used: int


class ApiGuide(Protocol):
    """The API, as far as it is asked about itself."""

    most_a_minute: int

    def calls(self) -> Sequence[Call]:
        """Return all calls that it answers."""
        ...

    def first_call(self, vendor: Vendor) -> FirstCall:
        """Return a call of the shop's with what it answers now."""
        ...

    def uses(self, tokens: Iterable[ApiToken], *, now: datetime) -> list[Use]:
        """Return what the keys have used of their minute, the busiest first."""
        ...


def api_guide() -> ApiGuide:
    """Return who knows the API."""
    guide: ApiGuide = import_string(settings.API_GUIDE)()
    return guide
