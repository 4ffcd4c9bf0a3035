"""A shop's money: its balance and the lines of its statement."""

from django.utils.translation import gettext_noop
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.base import SellerView
from marketplace.api.describing import problems
from marketplace.api.pagination import CursorPagination
from marketplace.api.serializers import BalanceSerializer, StatementLineSerializer
from payouts.selectors.sellers import balances_of, statement_lines


class BalanceView(SellerView):
    """What the shop has coming."""

    scopes = {"GET": "balance:read"}

    @extend_schema(
        operation_id="getBalance",
        tags=["Money"],
        summary=gettext_noop("Read your balance"),
        responses={200: BalanceSerializer(many=True), **problems()},
    )
    def get(self, _request: Request) -> Response:
        """Return the balance in each currency."""
        balances = balances_of(self.viewer, vendor_id=self.vendor.pk)
        return Response(BalanceSerializer(balances, many=True).data)


class StatementView(SellerView):
    """The lines of the shop's books."""

    pagination_class = CursorPagination
    scopes = {"GET": "balance:read"}

    @extend_schema(
        operation_id="listStatementLines",
        tags=["Money"],
        summary=gettext_noop("List the lines of your statement"),
        responses={200: StatementLineSerializer(many=True), **problems()},
    )
    def get(self, request: Request) -> Response:
        """Return the lines, newest first; they sum to what the books owe the shop."""
        lines = statement_lines(self.viewer, vendor_id=self.vendor.pk)
        paginator = self.pagination_class()
        page = paginator.paginate_queryset(lines, request, view=self)
        return paginator.get_paginated_response(
            StatementLineSerializer(page, many=True).data
        )
