"""One module per family of Stripe's resources."""

import importlib
import pkgutil


def load() -> None:
    """Import every resource, so that its routes and due tasks are known."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
