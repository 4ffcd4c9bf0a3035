"""What the product is put together from: apps, Oscar's forks, middleware.

Nothing here depends on the environment.
"""

import oscar

FORKS = {
    "oscar.apps.catalogue.apps.CatalogueConfig": "marketplace.shop.catalogue",
    "oscar.apps.partner.apps.PartnerConfig": "marketplace.shop.partner",
    "oscar.apps.order.apps.OrderConfig": "marketplace.shop.order",
    "oscar.apps.shipping.apps.ShippingConfig": "marketplace.shop.shipping",
    "oscar.apps.basket.apps.BasketConfig": "marketplace.shop.basket",
    "oscar.apps.wishlists.apps.WishlistsConfig": "marketplace.shop.wishlists",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig": "reviews",
    "oscar.apps.search.apps.SearchConfig": "search",
}
INSTALLED_APPS = [
    "frontend",
    *(FORKS.get(app, app) for app in oscar.INSTALLED_APPS if app != "haystack"),
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "easy_thumbnails",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "marketplace.db",
    "marketplace.accounts",
    "marketplace.shop.tax",
    "marketplace.shop.promotions",
    "marketplace.shop.alerts",
    "marketplace.jobs",
    "marketplace.api",
    "marketplace.demo",
    "marketplace.scenarios",
    "vendors",
    "payouts",
    "loyalty",
    "support",
]
# The first is the language of addresses without a prefix, and of the sources.
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
# Those whose catalogue has no gap. `make check` keeps them so, and search engines are
# told of these alone: half a page in English is no German page.
COMPLETE_LANGUAGES = ["en", "fr"]
# One generated first migration for each of Oscar's apps: docs/decisions/0001.
MIGRATION_MODULES = {
    label: f"marketplace.shop.migrations.{label}"
    for label in (
        "address",
        "analytics",
        "basket",
        "communication",
        "customer",
        "offer",
        "payment",
        "voucher",
        "wishlists",
    )
}

MIDDLEWARE = [
    "frontend.middleware.AddressMiddleware",
    "frontend.references.ReferenceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "frontend.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "frontend.sessions.SeenMiddleware",
    "frontend.middleware.ViewerMiddleware",
    "frontend.maintenance.MaintenanceMiddleware",
    "marketplace.shop.basket.middleware.BasketMiddleware",
    "frontend.middleware.CrossedMiddleware",
]
