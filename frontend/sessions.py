"""Where somebody is signed in: noted as they come by, listed, ended."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from frontend import countries
from frontend.browsers import browser_words
from marketplace.accounts.models import User
from marketplace.accounts.services import meet_device
from marketplace.db import clock

_SEEN = "seen"
_EVERY_SECONDS = 300
_MOST = 50
_COOKIE = "device"
_COOKIE_SECONDS = 400 * 24 * 60 * 60  # the longest that browsers keep one


class SeenMiddleware:
    """Note every few minutes that somebody's session is in use, and from where.

    The session itself knows when that was last, so that most pages ask nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note it and go on."""
        # Whoever brings no cookie has no session to look for.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            now = clock.now()
            if _is_due(request, now) and request.user.is_authenticated:
                note_session(request, now)
        return self.get_response(request)


def _is_due(request: HttpRequest, now: datetime) -> bool:
    if SESSION_KEY not in request.session:
        return False
    seen = request.session.get(_SEEN, 0)
    return not 0 <= now.timestamp() - seen < _EVERY_SECONDS


def note_session(request: HttpRequest, now: datetime) -> None:
    """Write down that this session was used just now."""
    noted = {
        "user_id": request.user.pk,
        "ip": address_of(request),
        "user_agent": request.headers.get("User-Agent", "")[: _agent_length()],
        "last_seen_at": now,
        "data": {"country": country_of(request)},
    }
    UserSession.objects.update_or_create(
        session_key=request.session.session_key, defaults=noted
    )
    request.session[_SEEN] = int(now.timestamp())


def address_of(request: HttpRequest) -> str:
    """Return from where somebody comes; on a socket of this machine it is nowhere."""
    return request.META.get("REMOTE_ADDR") or "::"


def _agent_length() -> int:
    return int(UserSession._meta.get_field("user_agent").max_length or 0)


def country_of(request: HttpRequest) -> str:
    """Return the visitor's country as the front server says; nobody else is asked."""
    if not settings.COUNTRY_HEADER:
        return ""
    said = request.headers.get(settings.COUNTRY_HEADER, "").upper()
    return said if said in countries.NAMES else ""


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as the page shows it."""

    pk: int
    words: str
    place: str
    ip: str
    begun_at: datetime
    seen_at: datetime
    is_here: bool


def sessions_of(request: HttpRequest) -> list[SessionView]:
    """Return where the viewer is signed in: here first, then the latest; so many."""
    here = request.session.session_key
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    rows = UserSession.objects.filter(user=request.user.pk).filter(
        Q(session_key__in=alive) | Q(session_key=here)
    )
    first = rows.annotate(is_here=Q(session_key=here)).order_by(
        "-is_here", "-last_seen_at"
    )
    return [_shown(row, is_here=row.session_key == here) for row in first[:_MOST]]


def _shown(row: UserSession, *, is_here: bool) -> SessionView:
    country = row.data.get("country", "")
    return SessionView(
        pk=row.pk,
        words=browser_words(row.user_agent),
        place=countries.country_name(country),
        ip=row.ip,
        begun_at=row.created_at,
        seen_at=row.last_seen_at,
        is_here=is_here,
    )


def end_session(request: HttpRequest, pk: int) -> bool:
    """End one other session of the viewer's; say whether there was one."""
    row = UserSession.objects.filter(user_id=request.user.pk, pk=pk).first()
    if row is None or row.session_key == request.session.session_key:
        return False
    row.end()
    return True


def end_others(request: HttpRequest) -> int:
    """End every session of the viewer's but this one; return how many."""
    others = UserSession.objects.filter(user_id=request.user.pk).exclude(
        session_key=request.session.session_key
    )
    ended = list(others)
    for row in ended:
        row.end()
    return len(ended)


def greet_device(request: HttpRequest, user: User, answer: HttpResponse) -> bool:
    """Remember the browser that `user` has signed in with; say whether it is new.

    The first one of an account is not: there is nobody to warn.
    """
    key = request.COOKIES.get(_COOKIE) or secrets.token_urlsafe(24)
    is_new = meet_device(user_id=user.pk, key=key, now=clock.now())
    answer.set_cookie(
        _COOKIE,
        key,
        max_age=_COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return is_new
