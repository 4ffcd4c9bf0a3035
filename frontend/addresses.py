"""Addresses of ours that leave the site, in mails and in the map for search engines."""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings


def at_home(address: str) -> str:
    """Return an address of ours below PUBLIC_URL.

    Django and its packages build it from the Host header, which is the visitor's word.
    """
    _scheme, _host, *rest = urlsplit(address)
    return settings.PUBLIC_URL + urlunsplit(("", "", *rest))
