"""Addresses below /api/."""

from typing import Any

from django.urls import path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from marketplace.api import (
    catalogue,
    documents,
    money,
    offers,
    orders,
    problems,
    ratings,
    statements,
)

app_name = "api"
_PUBLIC: dict[str, Any] = {"authentication_classes": [], "permission_classes": []}

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(**_PUBLIC), name="schema"),
    # Where it was before it had the frame of the shop.
    path("docs/", RedirectView.as_view(pattern_name="api-reference"), name="docs"),
    path("v1/products/", catalogue.ProductsView.as_view(), name="products"),
    path("v1/offers/", offers.OffersView.as_view(), name="offers"),
    path("v1/orders/", orders.OrdersView.as_view(), name="orders"),
    path(
        "v1/orders/<slug:number>/",
        orders.OrderDetailView.as_view(),
        name="order",
    ),
    path(
        "v1/orders/<slug:number>/accept/",
        orders.AcceptView.as_view(),
        name="order-accept",
    ),
    path("v1/orders/<slug:number>/ship/", orders.ShipView.as_view(), name="order-ship"),
    path(
        "v1/orders/<slug:number>/refuse/",
        orders.RefuseView.as_view(),
        name="order-refuse",
    ),
    path("v1/ratings/", ratings.RatingsView.as_view(), name="ratings"),
    path("v1/balance/", money.BalanceView.as_view(), name="balance"),
    path("v1/statement-lines/", money.StatementView.as_view(), name="statement-lines"),
    path("v1/statements/", statements.StatementsView.as_view(), name="statements"),
    path(
        "v1/statements/<slug:period>/file/",
        statements.StatementFileView.as_view(),
        name="statement-file",
    ),
    path("v1/documents/", documents.DocumentsView.as_view(), name="documents"),
    path(
        "v1/documents/<slug:number>/file/",
        documents.DocumentFileView.as_view(),
        name="document-file",
    ),
    # An address that is none of ours is answered in the API's own way too.
    re_path(r"^", problems.nothing_here),
]
