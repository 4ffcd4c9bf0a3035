"""Addresses of the door and the shops."""

from django.urls import path

from frontend.storefront.home import home
from frontend.storefront.questions import ask
from frontend.storefront.seller import seller, sellers

urlpatterns = [
    path("", home, name="home"),
    path("sellers/", sellers, name="sellers"),
    path("s/<slug:handle>/", seller, name="seller"),
    path("s/<slug:handle>/ask/", ask, name="ask"),
]
