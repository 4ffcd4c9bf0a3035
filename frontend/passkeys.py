"""How allauth's second factors behave here."""

from ipaddress import ip_address

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host

from frontend.browsers import browser_words
from marketplace.accounts.models import User


class MfaAdapter(DefaultMFAAdapter):
    """Allauth's rules; a passkey is called after the browser that made it."""

    def generate_authenticator_name(
        self,
        user: User,
        type: Authenticator.Type,  # noqa: A002 -- allauth's name
    ) -> str:
        """Return “Firefox on Windows”, with a number if there is one already."""
        agent = context.request.headers.get("User-Agent", "")
        words = browser_words(agent)
        keys = Authenticator.objects.filter(user=user, type=type)
        names = {key.wrap().name for key in keys}
        number = 2
        name = words
        while name in names:
            name = f"{words} ({number})"
            number += 1
        return name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whose passkey it is: the name that the browser shows is ours."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": settings.MARKET_NAME}


def is_named(request: HttpRequest) -> bool:
    """Say whether the address has a name: browsers keep no passkey for a number."""
    host, _port = split_domain_port(request.get_host())
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


def named_address(request: HttpRequest) -> str:
    """Return this page at `localhost`, where a demo may keep passkeys; or nothing."""
    if is_named(request) or not validate_host("localhost", settings.ALLOWED_HOSTS):
        return ""
    _host, port = split_domain_port(request.get_host())
    place = f"localhost:{port}" if port else "localhost"
    return f"{request.scheme}://{place}{request.get_full_path()}"
