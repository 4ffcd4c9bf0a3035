"""Addresses of finding."""

from django.urls import path
from django.views.generic import RedirectView

from frontend.storefront.category import category
from frontend.storefront.search import how_we_rank, opened, search
from frontend.storefront.suggest import suggest
from frontend.storefront.tell import saved_search, tell
from frontend.storefront.why import why

urlpatterns = [
    path("search", search, name="search"),
    path("search/opened", opened, name="search-opened"),
    path("search/tell", tell, name="search-tell"),
    path("search/saved/<str:token>/", saved_search, name="search-saved"),
    path("search/why/<slug:public_id>/", why, name="search-why"),
    # Most other addresses end in one.
    path("search/", RedirectView.as_view(pattern_name="search", query_string=True)),
    path("suggest", suggest, name="suggest"),
    path("c/<path:path>", category, name="category"),
    path("how-we-rank/", how_we_rank, name="how-we-rank"),
    # The name by which the foot and mails link to it.
    path("how-we-rank/", how_we_rank, name="ranking"),
]
