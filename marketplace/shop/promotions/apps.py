from django.apps import AppConfig


class PromotionsConfig(AppConfig):
    name = "marketplace.shop.promotions"
    label = "promotions"
    default_auto_field = "django.db.models.BigAutoField"
