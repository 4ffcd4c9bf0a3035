"""The pages that buyers, sellers and operators see."""

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    """Pages, templates, components and their tags."""

    name = "frontend"
    label = "frontend"
