"""Addresses of the door, the shops, and the map for search engines."""

from django.contrib.sitemaps import views
from django.urls import path

from frontend.storefront.home import home
from frontend.storefront.seller import seller, sellers
from frontend.storefront.sitemap import MAPS

urlpatterns = [
    path("", home, name="home"),
    path("sellers/", sellers, name="sellers"),
    path("s/<slug:handle>/", seller, name="seller"),
    path(
        "sitemap.xml",
        views.index,
        {"sitemaps": MAPS, "sitemap_url_name": "sitemap-part"},
        name="sitemap",
    ),
    path(
        "sitemap-<section>.xml", views.sitemap, {"sitemaps": MAPS}, name="sitemap-part"
    ),
]
