"""Refuse to serve with settings that are only good for trying out."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

_WEB = ("http", "https")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def require_safe_settings() -> None:
    """Raise ImproperlyConfigured, naming every reason, when this site must not serve.

    Called when a web process or a worker starts; commands and tests need no permission.
    """
    errors = [
        *problems(),
        *checks.run_checks(tags=["payouts"], include_deployment_checks=True),
    ]
    reasons = [f"- {error.msg} {error.hint or ''}".rstrip() for error in errors]
    if reasons:
        raise ImproperlyConfigured(
            "\n".join(["This configuration is not safe to serve:", *reasons])
        )


def problems() -> Iterator[checks.CheckMessage]:
    """Yield what is wrong with the settings that every site has."""
    is_public = urlsplit(settings.PUBLIC_URL).hostname not in LOOPBACK
    if settings.DEBUG and is_public:
        yield checks.Error(
            "DEBUG is on at a public address: its error pages show secrets.",
            hint="Unset DEBUG.",
        )
    if settings.SECRET_KEY == settings.DEVELOPMENT_SECRET and not settings.DEBUG:
        yield checks.Error(
            "SECRET_KEY is unset: anybody could sign in as anybody.",
            hint="Set SECRET_KEY to fifty or more random characters, and keep it.",
        )
    if is_public and not settings.ALLOW_SANDBOX and not settings.IS_SECURE:
        yield checks.Error(
            "PUBLIC_URL is not https: passwords would travel in the clear.",
            hint="Set PUBLIC_URL to the https:// address that visitors use.",
        )
    if settings.STRIPE_IS_LIVE and not settings.REQUIRE_SECOND_FACTOR:
        yield checks.Error(
            "REQUIRE_SECOND_FACTOR is off: one stolen password moves real money.",
            hint="Unset REQUIRE_SECOND_FACTOR.",
        )
    if settings.STRIPE_IS_LIVE and settings.WEBHOOKS_ON_LOOPBACK:
        yield checks.Error(
            "WEBHOOKS_ON_LOOPBACK is on: a seller could speak to this machine.",
            hint="Unset WEBHOOKS_ON_LOOPBACK.",
        )
    if is_public and not settings.ALLOW_SANDBOX and settings.SHOW_OUTBOX:
        yield checks.Error(
            "EMAIL_URL is unset: anybody could read all mails at /outbox/.",
            hint="Set EMAIL_URL to the server that sends them.",
        )
    if settings.STATUS_URL and urlsplit(settings.STATUS_URL).scheme not in _WEB:
        yield checks.Error(
            "STATUS_URL is not an address of the web: nobody could follow it.",
            hint="Begin it with https://, or unset it.",
        )
