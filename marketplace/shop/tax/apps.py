from django.apps import AppConfig


class TaxConfig(AppConfig):
    name = "marketplace.shop.tax"
    label = "tax"
    default_auto_field = "django.db.models.BigAutoField"
