"""A shop's invoices, credit notes and commission invoices."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_noop
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.api.base import SellerView
from marketplace.api.describing import problems
from marketplace.api.pagination import CursorPagination
from marketplace.api.serializers import DocumentSerializer
from payouts.documents.printing import printed
from payouts.months import month_named
from payouts.selectors.documents import documents_for, documents_in


class DocumentsView(SellerView):
    """The documents of the token's shop."""

    pagination_class = CursorPagination
    scopes = {"GET": "balance:read"}

    @extend_schema(
        operation_id="listDocuments",
        tags=["Money"],
        summary=gettext_noop("List your invoices and credit notes"),
        parameters=[OpenApiParameter("month", str, description="Such as 2026-10.")],
        responses={200: DocumentSerializer(many=True), **problems()},
    )
    def get(self, request: Request) -> Response:
        """List what was issued in the shop's name and to it, newest first."""
        rows = documents_for(self.viewer, vendor_id=self.vendor.pk)
        if asked := request.query_params.get("month", ""):
            try:
                rows = documents_in(rows, month_named(asked))
            except ValueError as error:
                raise ValidationError({"month": ["Write it as 2026-10."]}) from error
        paginator = self.pagination_class()
        page = paginator.paginate_queryset(rows, request, view=self)
        return paginator.get_paginated_response(
            DocumentSerializer(page, many=True).data
        )


class DocumentFileView(SellerView):
    """One document as its file."""

    scopes = {"GET": "balance:read"}

    @extend_schema(
        operation_id="getDocumentFile",
        tags=["Money"],
        summary=gettext_noop("Download an invoice or credit note"),
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "text/html"): OpenApiTypes.STR,
            **problems(404),
        },
    )
    def get(self, _request: Request, number: str) -> HttpResponse:
        """Return the PDF; a printable page where the server makes no PDFs."""
        rows = documents_for(self.viewer, vendor_id=self.vendor.pk)
        found = rows.filter(number=number).first()
        if found is None:
            raise Http404
        paper = printed(found)
        kind = "application/pdf" if paper.is_pdf else "text/html; charset=utf-8"
        answer = HttpResponse(paper.content, content_type=kind)
        answer["Content-Disposition"] = f'attachment; filename="{paper.file_name}"'
        return answer
