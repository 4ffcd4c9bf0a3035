"""Addresses that programs know: they are the same in every language."""

from django.urls import URLPattern, URLResolver, include, path

from frontend.storefront.sitemap import index, part
from frontend.views import health, static, verification

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("frontend.webhooks")),
    path("robots.txt", static.robots, name="robots"),
    path("sitemap.xml", index, name="sitemap"),
    path("sitemap-<section>.xml", part, name="sitemap-part"),
    path("statements/verify.py", verification.program, name="statement-program"),
    path(
        ".well-known/comptoir-statement-keys.json",
        verification.keys,
        name="statement-keys",
    ),
    path("health/", health.health, name="health"),
]
