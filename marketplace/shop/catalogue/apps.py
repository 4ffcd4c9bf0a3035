from oscar.apps.catalogue import apps


class CatalogueConfig(apps.CatalogueConfig):
    """Oscar's catalogue without its views: pages live in the frontend."""

    name = "marketplace.shop.catalogue"

    def ready(self) -> None:
        """Connect Oscar's receivers, and nothing of its pages."""
        from oscar.apps.catalogue import receivers  # noqa: PLC0415 (needs the models)

        assert receivers  # noqa: S101 (imported for what it connects)
