"""A shop's orders: read, accept, ship, refuse."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.base import SellerView
from marketplace.api.describing import IDEMPOTENCY, problems
from marketplace.api.idempotency import once
from marketplace.api.pagination import CursorPagination
from marketplace.api.serializers import (
    DispatchSerializer,
    OrderSerializer,
    RefusalSerializer,
)
from marketplace.db import clock
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.ship_parcel import accept_order, ship_parcel
from vendors.models import VendorOrder
from vendors.selectors.orders import order_of_shop, orders_of_shop
from vendors.services.fulfilment import CancelReason, Dispatch

_STATES = [state for state in VendorOrder.State.values if state != "awaiting_payment"]
_ANSWERS: dict[Any, Any] = {
    200: OrderSerializer,
    **problems(404, 409, 415, 422),
}


class OrderView(SellerView):
    """One order of the token's shop."""

    scopes = {"GET": "orders:read", "POST": "orders:write"}

    def part(self, number: str) -> VendorOrder:
        """Return the order; somebody else's is not there. Raises Http404."""
        part = order_of_shop(self.viewer, self.vendor.partner_id, number)
        if part is None:
            raise Http404
        return part

    def act(
        self,
        request: Request,
        number: str,
        do: Callable[[VendorOrder, datetime], object],
    ) -> Response:
        """Do something to the order once, and answer with how it stands then."""
        part, now = self.part(number), clock.now()

        def run() -> Response:
            do(part, now)
            return Response(OrderSerializer(self.part(number)).data)

        return once(request, run, scope=f"api:{self.vendor.pk}:{number}", now=now)


class OrdersView(SellerView):
    """The orders of the token's shop."""

    pagination_class = CursorPagination
    scopes = {"GET": "orders:read"}

    @extend_schema(
        operation_id="listOrders",
        tags=["Orders"],
        summary=gettext_noop("List your orders"),
        parameters=[
            OpenApiParameter("state", str, enum=_STATES),
        ],
        responses={200: OrderSerializer(many=True), **problems()},
    )
    def get(self, request: Request) -> Response:
        """List the shop's paid orders, newest first."""
        orders = orders_of_shop(self.viewer, self.vendor.partner_id)
        state = request.query_params.get("state", "")
        if state and state not in _STATES:
            raise ValidationError({"state": [f"One of: {', '.join(_STATES)}."]})
        if state:
            orders = orders.filter(state=state)
        paginator = self.pagination_class()
        page = paginator.paginate_queryset(orders, request, view=self)
        return paginator.get_paginated_response(OrderSerializer(page, many=True).data)


class OrderDetailView(OrderView):
    """One order."""

    @extend_schema(
        operation_id="getOrder",
        tags=["Orders"],
        summary=gettext_noop("Read one order"),
        responses={200: OrderSerializer, **problems(404)},
    )
    def get(self, _request: Request, number: str) -> Response:
        """Return the order with lines, address and parcels."""
        return Response(OrderSerializer(self.part(number)).data)


class AcceptView(OrderView):
    """Say that the order will be delivered."""

    @extend_schema(
        operation_id="acceptOrder",
        tags=["Orders"],
        summary=gettext_noop("Accept an order"),
        parameters=[IDEMPOTENCY],
        request=None,
        responses=_ANSWERS,
    )
    def post(self, request: Request, number: str) -> Response:
        """Accept the order."""
        return self.act(
            request,
            number,
            lambda part, now: accept_order(part=part, actor_id=self.system.pk, now=now),
        )


class ShipView(OrderView):
    """Say that a parcel has left."""

    @extend_schema(
        operation_id="shipOrder",
        tags=["Orders"],
        summary=gettext_noop("Ship an order, or some of it"),
        parameters=[IDEMPOTENCY],
        request=DispatchSerializer,
        responses=_ANSWERS,
        examples=[
            OpenApiExample(
                "All that is left",
                value={
                    "carrier_code": "bpost",
                    "tracking_number": "323205128840011723401030",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, number: str) -> Response:
        """Write the parcel and tell the buyer."""
        told = DispatchSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        given = told.validated_data
        lines = given.get("lines")
        dispatch = Dispatch(
            carrier_code=given["carrier_code"],
            tracking_number=given["tracking_number"],
            quantities={one["line"]: one["quantity"] for one in lines}
            if lines
            else None,
        )
        return self.act(
            request,
            number,
            lambda part, now: ship_parcel(
                part=part, dispatch=dispatch, actor_id=self.system.pk, now=now
            ),
        )


class RefuseView(OrderView):
    """Say that what is still here will not come; the buyer is refunded."""

    @extend_schema(
        operation_id="refuseOrder",
        tags=["Orders"],
        summary=gettext_noop("Refuse an order"),
        parameters=[IDEMPOTENCY],
        request=RefusalSerializer,
        responses=_ANSWERS,
        examples=[
            OpenApiExample(
                "Sold out",
                value={"reason": "sold_out", "text": "The last one broke."},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, number: str) -> Response:
        """Refuse the order and refund the buyer."""
        told = RefusalSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        reason = CancelReason(told.validated_data["reason"])
        text = told.validated_data["text"]
        return self.act(
            request,
            number,
            lambda part, now: refuse_order(
                part=part,
                reason=reason,
                text=text,
                actor_id=self.system.pk,
                now=now,
            ),
        )
