"""What the security and the data of accounts look like: devices, a file, a farewell."""

from datetime import datetime, timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from marketplace.accounts.models import User
from marketplace.accounts.services import meet_device
from marketplace.db import outbox
from marketplace.demo.load.people import BUYER, People
from marketplace.flows.erase_person import NotErasableError, ask_erasure
from marketplace.flows.export_person import ask_export, make_export

_PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1"
)
_LAPTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
)
# Addresses that documentation may use (RFC 5737), with the country of each.
_ELSEWHERE = ((_PHONE, "192.0.2.17", "BE", 1), (_LAPTOP, "198.51.100.4", "FR", 6))


def write_security(people: People, *, now: datetime) -> int:
    """Let the buyer of the demo's login be signed in elsewhere, and have a file.

    Returns how many wait to be forgotten.
    """
    anna = people.by_email[BUYER]
    for agent, address, country, days in _ELSEWHERE:
        _sign_in(anna, agent, address, country, at=now - timedelta(days=days))
    with outbox.muted("mail", "account.export"):
        export = ask_export(user=anna, now=now - timedelta(days=2))
        make_export(export_id=export.pk, keep_days=settings.EXPORT_KEEP_DAYS, now=now)
        return _let_one_go(people, now=now)


def _sign_in(
    user: User, agent: str, address: str, country: str, *, at: datetime
) -> None:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    UserSession.objects.create(
        user=user,
        session_key=session.session_key,
        user_agent=agent,
        ip=address,
        data={"country": country},
        created_at=at - timedelta(days=20),
        last_seen_at=at,
    )
    meet_device(user_id=user.pk, key=agent, now=at)


def _let_one_go(people: People, *, now: datetime) -> int:
    """Let the first buyer who has nothing open ask to be forgotten."""
    buyers = User.objects.filter(
        pk__in=[user.pk for user in people.by_email.values()],
        is_staff=False,
        memberships__isnull=True,
    ).exclude(email=BUYER)
    for buyer in buyers.order_by("-pk"):
        try:
            ask_erasure(
                user=buyer,
                grace_days=settings.ERASURE_GRACE_DAYS,
                now=now - timedelta(days=3),
            )
        except NotErasableError:
            continue
        return 1
    return 0
