"""A shop's offers: read, and write up to 1,000 at once."""

from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.base import SellerView
from marketplace.api.describing import IDEMPOTENCY, problems
from marketplace.api.idempotency import once
from marketplace.api.pagination import CursorPagination
from marketplace.api.serializers import (
    OfferAnswerSerializer,
    OfferInSerializer,
    OffersAnswerSerializer,
    OfferSerializer,
    OffersInSerializer,
)
from marketplace.db import clock
from marketplace.flows.upsert_offers import OfferAnswer, OfferWish, upsert_offers
from vendors.selectors.offers import offers_of
from vendors.services.offers import OfferTerms

_EXAMPLE = OpenApiExample(
    "Two offers",
    value={
        "offers": [
            {
                "sku": "BRU-1042",
                "ean": "3760123450988",
                "price_minor": 6800,
                "stock": 6,
            },
            {
                "sku": "BRU-1043",
                "ean": "3760123450995",
                "price_minor": 2400,
                "stock": 0,
                "handling_days": 3,
            },
        ]
    },
    request_only=True,
)


class OffersView(SellerView):
    """The offers of the token's shop."""

    pagination_class = CursorPagination
    scopes = {"GET": "offers:read", "PUT": "offers:write"}

    @extend_schema(
        operation_id="listOffers",
        tags=["Offers"],
        summary=gettext_noop("List your offers"),
        responses={200: OfferSerializer(many=True), **problems()},
    )
    def get(self, request: Request) -> Response:
        """List the shop's offers, newest first."""
        paginator = self.pagination_class()
        page = paginator.paginate_queryset(offers_of(self.vendor), request, view=self)
        return paginator.get_paginated_response(OfferSerializer(page, many=True).data)

    @extend_schema(
        operation_id="upsertOffers",
        tags=["Offers"],
        summary=gettext_noop("Create or change up to 1,000 offers"),
        description=(
            "Each offer is found by your own number (`sku`) and changed, or created on "
            "the product that `product_id` or `ean` names. One that cannot be taken is "
            "answered with the reason and spoils no other."
        ),
        parameters=[IDEMPOTENCY],
        request=OffersInSerializer,
        responses={
            200: OffersAnswerSerializer,
            **problems(409, 415),
        },
        examples=[_EXAMPLE],
    )
    def put(self, request: Request) -> Response:
        """Create or change offers, each with its own answer."""
        wanted = OffersInSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        return once(
            request,
            lambda: self._upsert(wanted.validated_data["offers"]),
            scope=f"api:{self.vendor.pk}:offers",
            now=clock.now(),
        )

    def _upsert(self, items: list[dict[str, Any]]) -> Response:
        # One reader for all: DRF copies every field for each serializer it makes.
        reader = OfferInSerializer()
        read = [_read(reader, item) for item in items]
        written = iter(
            upsert_offers(
                vendor=self.vendor,
                wishes=[wish for wish in read if isinstance(wish, OfferWish)],
                now=clock.now(),
            )
        )
        results = [next(written) if isinstance(one, OfferWish) else one for one in read]
        return Response({"results": OfferAnswerSerializer(results, many=True).data})


def _read(reader: OfferInSerializer, item: dict[str, Any]) -> OfferWish | OfferAnswer:
    try:
        return _wish(reader.run_validation(item))
    except ValidationError as error:
        return _unreadable(error, item)


def _wish(given: dict[str, Any]) -> OfferWish:
    terms = OfferTerms(
        sku=given["sku"],
        price_minor=given["price_minor"],
        currency=settings.CURRENCY,
        stock=given["stock"],
        condition=given["condition"],
        condition_note=given["condition_note"],
        handling_days=given["handling_days"],
        is_active=given["is_active"],
    )
    return OfferWish(terms=terms, product_id=given["product_id"], ean=given["ean"])


def _unreadable(error: ValidationError, item: dict[str, Any]) -> OfferAnswer:
    detail = cast("dict[str, list[str]]", error.detail)
    field, messages = next(iter(detail.items()))
    return OfferAnswer(
        sku=str(item.get("sku", ""))[:128],
        outcome="refused",
        field=field,
        message=str(messages[0]),
    )
