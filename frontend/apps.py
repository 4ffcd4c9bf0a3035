"""The pages that buyers, sellers and operators see."""

from django.apps import AppConfig
from django.urls import register_converter

from frontend.storefront.converters import PlainConverter


class FrontendConfig(AppConfig):
    """Pages, templates, components and their tags."""

    name = "frontend"
    label = "frontend"

    def ready(self) -> None:
        """Let addresses name their parts by our own kinds, before any is read."""
        register_converter(PlainConverter, "plain")
