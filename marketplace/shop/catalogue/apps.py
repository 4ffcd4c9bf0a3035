from importlib import import_module

from oscar.apps.catalogue import apps


class CatalogueConfig(apps.CatalogueConfig):
    """Oscar's catalogue without its views: pages live in the frontend."""

    name = "marketplace.shop.catalogue"

    def ready(self) -> None:
        """Connect Oscar's receivers, and nothing of its pages."""
        import_module("oscar.apps.catalogue.receivers")
