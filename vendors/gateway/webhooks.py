"""Speak to a shop's own systems: an address that somebody else has chosen.

Whoever types an address must not reach what stands behind our own walls by it. So the
name is resolved here, each address that it means must be one of the internet, and the
line goes to the very one that was looked at: asked again, the name may mean another.
"""

import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Timer
from time import monotonic
from typing import Self
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vendors.models import WebhookFault
from vendors.models.webhooks import LONGEST_ADDRESS

TIMEOUT_SECONDS = 10
MOST_BYTES = 2048
# What only the machine's own programs listen at is below; 443 is the web's.
_HTTP, _HTTPS, _FREE = 80, 443, range(1025, 65536)
_SUCCESS = range(200, 300)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
# An address of the inside may hide in one of these and be "global" all the same.
_DISGUISES = (
    ipaddress.IPv6Network("2002::/16"),
    ipaddress.IPv6Network("2001::/32"),
    # Of examples alone; not every Python knows.
    ipaddress.IPv6Network("3fff::/20"),
)
# All that the internet has given out of the newer kind.
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressFaultError(Exception):
    """Nothing is sent to such an address; the words are for its owner."""

    def __init__(self, words: Promise) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `status` None, and why, when no answer came at all."""

    status: int | None
    text: str = ""
    fault: str = ""
    took_ms: int = 0

    @property
    def is_good(self) -> bool:
        """Say whether it was taken: any status of success."""
        return self.status in _SUCCESS


def parts_of(address: str) -> SplitResult:
    """Take an address apart, written in one way: host in small letters, and a path.

    Raises AddressFaultError for one that is never sent to.
    """
    if not address.isascii() or not address.isprintable() or " " in address:
        raise AddressFaultError(_("Write the address without spaces or accents."))
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise AddressFaultError(_("This is no address of the web.")) from error
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise AddressFaultError(_("Begin the address with https://."))
    if parts.username is not None or parts.password is not None:
        raise AddressFaultError(
            _("Leave the name and password out: our signature says that it is us.")
        )
    if parts.scheme == "http" and not _may_stay_here(parts.hostname):
        raise AddressFaultError(
            _("Begin the address with https://: anybody could read it on the way.")
        )
    if parts.scheme == "https" and not _may_use(port):
        raise AddressFaultError(_("Use port 443, or one above 1024."))
    if not _may_stay_here(parts.hostname):
        _refuse_inside(parts.hostname)
    return _plainly(parts, parts.hostname, port)


def _plainly(parts: SplitResult, host: str, port: int | None) -> SplitResult:
    place = f"[{host}]" if ":" in host else host
    place = place if port is None else f"{place}:{port}"
    plain = SplitResult(parts.scheme, place, parts.path or "/", parts.query, "")
    if len(plain.geturl()) > LONGEST_ADDRESS:
        raise AddressFaultError(_("This address is too long."))
    return plain


def post(address: str, *, body: str, headers: dict[str, str]) -> Answer:
    """Send `body` once, within ten seconds, following nobody elsewhere.

    What goes wrong on the way is in the answer. Call it outside a transaction.
    """
    began = monotonic()
    try:
        answer = _post(parts_of(address), body.encode(), headers)
    except AddressFaultError:
        answer = Answer(None, fault=WebhookFault.ADDRESS)
    except (OSError, HTTPException, UnicodeError) as error:
        is_late = monotonic() - began >= TIMEOUT_SECONDS
        answer = Answer(None, fault=_fault_of(TimeoutError() if is_late else error))
    took_ms = round((monotonic() - began) * 1000)
    return Answer(answer.status, answer.text, answer.fault, took_ms)


def _post(parts: SplitResult, body: bytes, headers: dict[str, str]) -> Answer:
    host = parts.hostname or ""
    port = parts.port or (_HTTPS if parts.scheme == "https" else _HTTP)
    place = _place_of(host, port)
    with _Line(place, port) as line:
        if parts.scheme == "https":
            line.encrypt(host)
        talk = HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        talk.sock = line.socket
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        fixed = {"Host": parts.netloc, "Accept-Encoding": "identity"}
        talk.request("POST", path, body, {**headers, **fixed})
        return _read(talk.getresponse())


class _Line:
    """A line that is cut in ten seconds: a server that drips would keep us for ever.

    A socket's own timeout is for each wait anew.
    """

    def __init__(self, place: str, port: int) -> None:
        began = monotonic()
        self.socket = socket.create_connection((place, port), timeout=TIMEOUT_SECONDS)
        left = max(0.0, TIMEOUT_SECONDS - (monotonic() - began))
        self._clock = Timer(left, self._cut)
        self._clock.daemon = True

    def __enter__(self) -> Self:
        """Begin to count."""
        self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._clock.cancel()
        self.socket.close()

    def encrypt(self, host: str) -> None:
        """Speak TLS from now on, to whoever shows a certificate for `host`."""
        context = ssl.create_default_context()
        encrypted = context.wrap_socket(
            self.socket, server_hostname=host, do_handshake_on_connect=False
        )
        self.socket = encrypted
        encrypted.do_handshake()

    def _cut(self) -> None:
        with suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


def _read(response: HTTPResponse) -> Answer:
    """Return what was answered; the status counts even if the rest never comes."""
    text = b""
    with suppress(OSError, HTTPException):
        text = response.read(MOST_BYTES)
    said = text.decode("utf-8", "replace")
    # Signs that steer: PostgreSQL does not keep NUL, and others turn the log around.
    shown = "".join(each for each in said if each.isprintable() or each in "\t\n")
    return Answer(response.status, shown)


def _place_of(host: str, port: int) -> str:
    """Return the address to speak to. Raises AddressFaultError unless all are outside.

    All, not the first: who mixes an inner one among them tries it on.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = [str(each[4][0]).partition("%")[0] for each in found]
    for place in places:
        if not _may_stay_here(host) or not ipaddress.ip_address(place).is_loopback:
            _refuse_inside(place)
    # Not every machine reaches the newer kind.
    return min(places, key=lambda place: ":" in place)


def _refuse_inside(host: str) -> None:
    try:
        place = ipaddress.ip_address(host)
    except ValueError:
        return
    if not is_outside(place):
        raise AddressFaultError(_("This address is not on the internet."))


def is_outside(place: _Ip) -> bool:
    """Say whether an address is one of the internet, and not a disguise of another."""
    if isinstance(place, ipaddress.IPv6Address):
        if place.ipv4_mapped is not None:
            return is_outside(place.ipv4_mapped)
        if place not in _GIVEN_OUT or any(place in each for each in _DISGUISES):
            return False
    return place.is_global and not place.is_multicast


def _may_use(port: int | None) -> bool:
    return port in {None, _HTTPS} or port in _FREE


def _may_stay_here(host: str) -> bool:
    return settings.WEBHOOKS_ON_LOOPBACK and host in _LOOPBACK


def _fault_of(error: Exception) -> WebhookFault:
    faults: dict[type[Exception], WebhookFault] = {
        socket.gaierror: WebhookFault.NAME,
        UnicodeError: WebhookFault.NAME,
        TimeoutError: WebhookFault.TIMEOUT,
        ssl.SSLError: WebhookFault.CERTIFICATE,
        ConnectionRefusedError: WebhookFault.REFUSED,
    }
    found = (fault for kind, fault in faults.items() if isinstance(error, kind))
    return next(found, WebhookFault.BROKEN)
