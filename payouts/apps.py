from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PayoutsConfig(AppConfig):
    """Commission, ledger, Stripe, transfers and refunds."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "payouts"
    label = "payouts"
    verbose_name = _("Payouts")

    def ready(self) -> None:
        """Register the system checks."""
        import_module("payouts.checks")
