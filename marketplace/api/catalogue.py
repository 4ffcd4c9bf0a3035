"""The public catalogue, as search finds it."""

from django.conf import settings
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.base import SellerView
from marketplace.api.describing import problems
from marketplace.api.permissions import OPEN
from marketplace.api.serializers import SearchAnswerSerializer
from search.backends.base import MAX_PAGE, ProductQuery, Sort
from search.selectors import find


class QuerySerializer(serializers.Serializer[None]):
    """What to look for."""

    q = serializers.CharField(
        max_length=200, required=False, default="", allow_blank=True
    )
    category = serializers.RegexField(
        r"^[a-z0-9/-]*$", max_length=200, required=False, default="", allow_blank=True
    )
    sort = serializers.ChoiceField(
        [sort.value for sort in Sort], default=Sort.RELEVANCE.value
    )
    page = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=1)


class ProductsView(SellerView):
    """Products on sale."""

    scopes = {"GET": OPEN}

    @extend_schema(
        operation_id="searchProducts",
        tags=["Catalogue"],
        summary=gettext_noop("Search the catalogue"),
        parameters=[
            OpenApiParameter("q", str, description="Words, or an EAN."),
            OpenApiParameter("category", str, description="A path such as kitchen."),
            OpenApiParameter("sort", str, enum=[sort.value for sort in Sort]),
            OpenApiParameter("page", int),
        ],
        responses={200: SearchAnswerSerializer, **problems()},
    )
    def get(self, request: Request) -> Response:
        """Find products that somebody sells, as the shop's own search does."""
        asked = QuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        page = find(
            ProductQuery(
                text=given["q"],
                scope=given["category"].strip("/"),
                sort=Sort(given["sort"]),
                page=given["page"],
                currency=settings.CURRENCY,
            )
        )
        return Response(
            SearchAnswerSerializer(
                {
                    "total": page.total,
                    "page": given["page"],
                    "results": [hit.card for hit in page.hits],
                }
            ).data
        )
