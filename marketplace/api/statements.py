"""A shop's months, and each as its signed file."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.base import SellerView
from marketplace.api.describing import problems
from marketplace.db import clock
from payouts.selectors.statement import currencies_of, statement_of, statements_of

_CURRENCY = OpenApiParameter(
    "currency", str, description="Such as EUR; the market's if it is left out."
)


class StatementMonthSerializer(serializers.Serializer[Any]):
    """A month of the shop; without `closed_at` it is still open and not signed."""

    period = serializers.CharField(source="month.key")
    number = serializers.CharField()
    currency = serializers.CharField()
    opening_minor = serializers.IntegerField(source="opening.minor")
    closing_minor = serializers.IntegerField(source="closing.minor")
    movements = serializers.IntegerField()
    closed_at = serializers.DateTimeField(allow_null=True)


class StatementsView(SellerView):
    """The months of the token's shop."""

    scopes = {"GET": "balance:read"}

    @extend_schema(
        operation_id="listStatements",
        tags=["Money"],
        summary=gettext_noop("List your monthly statements"),
        parameters=[_CURRENCY],
        responses={200: StatementMonthSerializer(many=True), **problems(404)},
    )
    def get(self, request: Request) -> Response:
        """Return every month from the shop's first movement to now, newest first."""
        rows = statements_of(
            self.viewer,
            vendor_id=self.vendor.pk,
            currency=_currency(self, request),
            now=clock.now(),
        )
        return Response(StatementMonthSerializer(rows, many=True).data)


class StatementFileView(SellerView):
    """One month as the file that anybody can check."""

    scopes = {"GET": "balance:read"}

    @extend_schema(
        operation_id="getStatementFile",
        tags=["Money"],
        summary=gettext_noop("Download a statement as CSV"),
        parameters=[_CURRENCY],
        responses={(200, "text/csv"): OpenApiTypes.STR, **problems(404)},
    )
    def get(self, request: Request, period: str) -> HttpResponse:
        """Return the rows of a month; signed once it is closed."""
        found = statement_of(
            self.viewer,
            vendor_id=self.vendor.pk,
            currency=_currency(self, request),
            month=period,
            now=clock.now(),
        )
        if found is None:
            raise Http404
        answer = HttpResponse(found.sheet(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{found.number}.csv"'
        return answer


def _currency(view: SellerView, request: Request) -> str:
    known = currencies_of(view.viewer, vendor_id=view.vendor.pk)
    asked = request.query_params.get("currency", "")
    if asked and asked not in known:
        raise Http404
    return asked or next(iter(known), settings.CURRENCY)
