"""Addresses that programs know: they are the same in every language."""

from django.urls import URLPattern, URLResolver, include, path

from frontend.storefront.sitemap import index, part
from frontend.views import health, pwa, static, verification

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
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("service-worker.js", pwa.service_worker, name="service-worker"),
    path("offline/", pwa.offline, name="offline"),
    path("health/", health.health, name="health"),
]
