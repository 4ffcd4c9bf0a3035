"""What buyers say of a shop."""

from typing import Any

from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.base import SellerView
from marketplace.api.describing import problems
from marketplace.api.pagination import CursorPagination
from reviews.models import SellerNote
from reviews.selectors import notes_of

_YES_NO = ["yes", "no"]


class RatingSerializer(serializers.ModelSerializer[SellerNote]):
    """Stars from 1 to 5 for one order; an aspect is null where none was given."""

    id = serializers.CharField(source="public_id")
    order = serializers.CharField(source="vendor_order.number")
    author = serializers.CharField(
        source="author_name", help_text="Empty once the account is gone."
    )
    answered_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = SellerNote
        fields: Any = [
            *("id", "order", "author", "score"),
            *("described", "dispatch", "packing", "contact"),
            *("text", "answer", "answered_at", "created_at"),
        ]
        read_only_fields = fields


class RatingsView(SellerView):
    """The ratings of the token's shop."""

    pagination_class = CursorPagination
    scopes = {"GET": "orders:read"}

    @extend_schema(
        operation_id="listRatings",
        tags=["Orders"],
        summary=gettext_noop("List what buyers say of your shop"),
        parameters=[
            OpenApiParameter(
                "answered",
                str,
                enum=_YES_NO,
                description="Only with an answer, or not.",
            ),
        ],
        responses={200: RatingSerializer(many=True), **problems()},
    )
    def get(self, request: Request) -> Response:
        """List the ratings that everybody reads, newest first."""
        notes = notes_of(self.vendor.partner_id).select_related("vendor_order")
        answered = request.query_params.get("answered", "")
        if answered and answered not in _YES_NO:
            raise ValidationError({"answered": [f"One of: {', '.join(_YES_NO)}."]})
        if answered:
            unanswered = notes.filter(answer="")
            notes = notes.exclude(answer="") if answered == "yes" else unanswered
        paginator = self.pagination_class()
        page = paginator.paginate_queryset(notes, request, view=self)
        return paginator.get_paginated_response(RatingSerializer(page, many=True).data)
