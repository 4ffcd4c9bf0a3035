"""Addresses of what somebody keeps: lists, what was looked at, what is saved."""

from django.urls import URLPattern, path

from frontend.storefront import addresses, alerts, lists, seen

urlpatterns: list[URLPattern] = [
    path("recently-viewed/", seen.seen, name="seen"),
    path("alerts/new/<plain:public_id>/", alerts.new, name="alert-new"),
    path("alerts/<plain:token>/", alerts.alert, name="alert"),
    path("account/alerts/", alerts.alerts, name="account-alerts"),
    path("account/addresses/", addresses.addresses, name="account-addresses"),
    path("account/addresses/new/", addresses.new, name="account-address-new"),
    path("account/addresses/<int:key>/", addresses.change, name="account-address"),
    path(
        "account/addresses/<int:key>/usual/",
        addresses.usual,
        name="account-address-usual",
    ),
    path(
        "account/addresses/<int:key>/remove/",
        addresses.remove,
        name="account-address-remove",
    ),
    path("lists/", lists.lists, name="lists"),
    path("lists/heart/", lists.heart, name="list-heart"),
    path("lists/new/", lists.new, name="list-new"),
    path("lists/shared/<plain:secret>/", lists.shared, name="list-shared"),
    path("lists/<plain:key>/", lists.wishlist, name="list"),
    path("lists/<plain:key>/name/", lists.name, name="list-name"),
    path("lists/<plain:key>/remove/", lists.remove, name="list-remove"),
    path("lists/<plain:key>/change/", lists.change, name="list-change"),
    path(
        "lists/<plain:key>/things/<plain:product_id>/", lists.thing, name="list-thing"
    ),
]
