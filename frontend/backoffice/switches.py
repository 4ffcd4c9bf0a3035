"""What this copy is set to, in words; never a key, a password or an address."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.maintenance import closed_until

_HOUR, _DAY = 3_600, 86_400
_MAIL_SERVER = "django.core.mail.backends.smtp.EmailBackend"
_MAIL_FOLDER = "marketplace.config.mail_folder.EmailBackend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A setting in words; `names` are its variables, as the guide has them."""

    title: str
    says: str
    names: tuple[str, ...] = ()
    # Of what is unusual for a shop where people pay.
    tone: str = ""


def switches(*, ahead_seconds: int) -> list[Switch]:
    """Return what the copy is set to; `ahead_seconds` is how far its clock stands."""
    return [*_money(), *_machinery(), *_place(ahead_seconds)]


def provider_named() -> str:
    """Return to whom payments go."""
    if settings.STRIPE_IS_LIVE:
        return _("Stripe, with real money")
    if settings.STRIPE_IS_SANDBOX:
        return _("A sandbox: nobody is charged")
    return _("Stripe, with a test key: nobody is charged")


def mail_goes() -> str:
    """Return where mail goes."""
    if settings.EMAIL_BACKEND == _MAIL_SERVER:
        return _("A mail server")
    if settings.EMAIL_BACKEND == _MAIL_FOLDER:
        return _("A folder: nothing is sent")
    return _("A backend of its own")


def _money() -> Iterator[Switch]:
    yield Switch(
        title=_("Payments"),
        says=provider_named(),
        names=("STRIPE_SECRET_KEY", "STRIPE_API_BASE"),
        tone="" if settings.STRIPE_IS_LIVE else "warn",
    )
    yield Switch(title=_("Currency"), says=settings.CURRENCY, names=("CURRENCY",))
    yield Switch(
        title=_("Released money leaves"),
        says=_("in runs that two people approve")
        if settings.TRANSFERS == "runs"
        else _("at once"),
        names=("TRANSFERS",),
    )
    signs = bool(settings.STATEMENT_SIGNING_KEY)
    yield Switch(
        title=_("Statements of sellers"),
        says=_("Signed each month") if signs else _("Not signed"),
        names=("STATEMENT_SIGNING_KEY",),
        tone="" if signs else "warn",
    )


def _machinery() -> Iterator[Switch]:
    asks = settings.REQUIRE_SECOND_FACTOR
    yield Switch(
        title=_("Second factor"),
        says=_("Asked of operators, owners and finance") if asks else _("Not asked"),
        names=("REQUIRE_SECOND_FACTOR",),
        tone="" if asks else "warn",
    )
    yield Switch(
        title=_("Search engine"),
        says="Elasticsearch" if settings.ELASTICSEARCH_URL else "PostgreSQL",
        names=("ELASTICSEARCH_URL",),
    )
    yield Switch(
        title=_("Mail"),
        says=mail_goes(),
        names=("EMAIL_URL",),
        tone="" if settings.EMAIL_BACKEND == _MAIL_SERVER else "warn",
    )
    if settings.DEBUG:
        yield Switch(
            title=_("Errors"),
            says=_("Shown with their source"),
            names=("DEBUG",),
            tone="warn",
        )


def _place(ahead_seconds: int) -> Iterator[Switch]:
    until = closed_until()
    yield Switch(
        title=_("Maintenance"),
        says=_("Open to everybody") if until is None else _("Closed but to operators"),
        names=("MAINTENANCE", "MAINTENANCE_FILE"),
        tone="" if until is None else "warn",
    )
    yield Switch(title=_("Time zone"), says=settings.TIME_ZONE, names=("TIME_ZONE",))
    if settings.CLOCK_MAY_MOVE:
        yield Switch(
            title=_("Clock of the demo"),
            says=_ahead(ahead_seconds),
            tone="warn" if ahead_seconds else "",
        )


def _ahead(seconds: int) -> str:
    days, hours = divmod(round(seconds / _HOUR), _DAY // _HOUR)
    if days:
        return ngettext("%(n)d day ahead", "%(n)d days ahead", days) % {"n": days}
    if hours:
        return ngettext("%(n)d hour ahead", "%(n)d hours ahead", hours) % {"n": hours}
    return _("At the right time")
