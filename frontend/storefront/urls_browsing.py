"""Addresses of the door, the shops, and the map for search engines."""

from django.urls import path

from frontend.storefront.home import home
from frontend.storefront.seller import seller, sellers
from frontend.storefront.sitemap import index, part

urlpatterns = [
    path("", home, name="home"),
    path("sellers/", sellers, name="sellers"),
    path("s/<slug:handle>/", seller, name="seller"),
    path("sitemap.xml", index, name="sitemap"),
    path("sitemap-<section>.xml", part, name="sitemap-part"),
]
