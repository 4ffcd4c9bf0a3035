"""The pages that buyers, sellers and operators see."""

from django.apps import AppConfig
from django.conf import settings
from django.urls import register_converter

from frontend import pseudo
from frontend.storefront.converters import PlainConverter


class FrontendConfig(AppConfig):
    """Pages, templates, components and their tags."""

    name = "frontend"
    label = "frontend"

    def ready(self) -> None:
        """Let addresses name their parts by our own kinds, before any is read.

        And hear of allauth when a second factor was set up: it has no other hook.
        """
        register_converter(PlainConverter, "plain")
        # Models, which are not loaded before.
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415

        from frontend.second_factor import note_added  # noqa: PLC0415

        authenticator_added.connect(note_added)
        if pseudo.CODE in dict(settings.LANGUAGES):
            pseudo.install()
