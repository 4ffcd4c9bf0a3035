"""Ways to ask for the addresses of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.integration.access.conftest import World
from tests.integration.access.tables import ELSEWHERE, SIGN_IN, Outcome

# Of packages: tests look at them by prefix.
OTHERS = (
    "admin:",
    "account_",
    "mfa_",
    "socialaccount_",
    "google_",
    "openid_connect_",
    "None",
    "api:None",
)


def routes(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern with the name by which pages link to it."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else ""
            yield from routes(each, space + inner)
        else:
            yield f"{space}{each.name}", each


def names() -> set[str]:
    """Return every name of our own."""
    found = {name for name, _pattern in routes(get_resolver())}
    return {name for name in found if not name.startswith(OTHERS)}


def address(world: World, name: str) -> str:
    kwargs = dict(world.known.get(name, {}))
    if name.startswith("portal-"):
        kwargs["handle"] = "bindery"
    return reverse(name, kwargs=kwargs)


def outcome(answer: HttpResponse) -> Outcome:
    if answer.streaming:
        b"".join(answer.streaming_content)  # the client closes what it has read
    if answer.status_code != 302:
        return answer.status_code
    is_sign_in = answer.headers["Location"].startswith(reverse("account_login"))
    return SIGN_IN if is_sign_in else ELSEWHERE


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is written within: the next one finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def paths(prefix: str) -> list[str]:
    """Return every address of a package, with something in each place."""
    resolver = get_resolver()
    found = []
    for name, _pattern in routes(resolver):
        if name.startswith(prefix):
            found += _reversed(name)
    return sorted({path for path in found if "jsi18n" not in path})  # words, for all


def _reversed(name: str) -> list[str]:
    space, _colon, bare = name.rpartition(":")
    inner = get_resolver()
    prefix = ""
    for part in filter(None, space.split(":")):
        more, inner = inner.namespace_dict[part]
        prefix += more
    ways = inner.reverse_dict.getlist(bare)
    return [
        f"/{prefix}{path % dict.fromkeys(places, '1')}"
        for candidates, _, _, _ in ways
        for path, places in candidates
    ]
