"""Addresses of pages.

The names that pages link to, so that a name is written the same everywhere:

shop      home, category (/c/<path>), search, suggest, product (/p/<slug>-<public_id>),
          seller (/s/<handle>), deliver-to, basket, basket-add, basket-line, checkout,
          checkout-return, checkout-cancel, order (/order/<number>), order-guest
          (/order/g/<token>), account, account-orders, points, messages, case-new, case,
          lists, list, list-shared, list-heart
sell      sell, sell-apply
portal    portal (all shops of the viewer); below /seller/<handle>/: portal-today,
          portal-orders, portal-order, portal-offers, portal-offer-new,
          portal-product-new, portal-import, portal-onboarding, portal-payouts,
          portal-statements, portal-statement, portal-messages, portal-settings,
          portal-team, portal-tokens
office    below /office/: office-home, office-applications, office-application,
          office-products, office-product, office-problems, office-problem,
          office-payouts, office-plans, office-categories, office-tax,
          office-carriers, office-commands, office-audit, office-seller
else      terms, privacy, imprint, ranking, protection, rules, accessibility, robots,
          sitemap, api-reference, statement-help, statement-keys, statement-program,
          health, outbox, styleguide; allauth's account_login, account_logout, ...

What programs know by its address is in fixed_urls.py, the same in every language.
Side bars and the foot show a page once its name is routed.
"""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from frontend.views import api_reference, static, styleguide, verification

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("frontend.storefront.urls_browsing")),
    path("", include("frontend.storefront.urls_buying")),
    path("language/", set_language, name="set-language"),
    path("terms/", static.terms, name="terms"),
    path("privacy/", static.privacy, name="privacy"),
    path("imprint/", static.imprint, name="imprint"),
    path("protection/", static.protection, name="protection"),
    path("rules/", static.rules, name="rules"),
    path("accessibility/", static.accessibility, name="accessibility"),
    path("api-reference/", api_reference.reference, name="api-reference"),
    path("statements/verify/", verification.page, name="statement-help"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("", include("frontend.storefront.urls_search")),
    path("", include("frontend.storefront.urls_keeping")),
    path("", include("frontend.storefront.urls_after")),
    path("", include("frontend.portal.urls")),
    path("office/", include("frontend.backoffice.urls")),
]
