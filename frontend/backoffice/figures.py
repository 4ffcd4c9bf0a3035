"""Sales and commission of a period: by month, by seller, and each as a sheet."""

import csv
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.periods import PeriodForm, period_form, presets
from frontend.middleware import ViewerRequest
from marketplace.core.money import to_decimal
from marketplace.core.sheets import plain
from marketplace.core.viewer import OperatorPermission
from payouts.selectors.market import Sales, sales_by_month, sales_by_seller

_PER_PAGE = 50
_MONTHS, _SELLERS = "months", "sellers"
_SUMS = (
    *("currency", "sales", "orders", "average_order", "refunds", "refund_percent"),
    *("commission", "take_percent"),
)


@require_safe
@operators(OperatorPermission.FINANCE)
def figures(request: ViewerRequest) -> HttpResponse:
    """Show what was sold in a period, what went back of it and what we keep."""
    return _page(request, period_form(request))


@require_safe
@operators(OperatorPermission.FINANCE)
def figures_csv(request: ViewerRequest) -> HttpResponse:
    """Hand out one of the page's two tables as a sheet, with its last row of sums."""
    by = request.GET.get("by", _MONTHS)
    if by not in {_MONTHS, _SELLERS}:
        raise Http404
    form = period_form(request)
    if not form.is_valid():
        return _page(request, form)
    asked, currency = form.cleaned_data["period"], form.currency
    rows = (
        _month_cells(request, form) if by == _MONTHS else _seller_cells(request, form)
    )
    name = f"sales-by-{by[:-1]}-{asked.first}-{asked.last}-{currency}.csv"
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    csv.writer(answer).writerows(rows)
    return answer


def _page(request: ViewerRequest, form: PeriodForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "presets": presets(),
        "nav": "office-figures",
    }
    if not form.is_valid():
        return office_page(request, "figures", context, status=422)
    asked, viewer = form.cleaned_data["period"], request.viewer
    months = sales_by_month(viewer, asked, form.currency)
    sellers = sales_by_seller(viewer, asked, form.currency)
    context |= {
        "period": asked,
        "currency": form.currency,
        "months": months[::-1],
        "total": _total(each.sales for each in months),
        "sellers": Paginator(sellers, _PER_PAGE).get_page(request.GET.get("page")),
    }
    return office_page(request, "figures", context)


def _month_cells(request: ViewerRequest, form: PeriodForm) -> Iterable[list[object]]:
    rows = sales_by_month(request.viewer, form.cleaned_data["period"], form.currency)
    yield ["month", "first_day", "last_day", *_SUMS]
    for row in rows[::-1]:
        days = row.days
        head = [row.month.key, days.first.isoformat(), days.last.isoformat()]
        yield [*head, *_cells(row.sales, form.currency)]
    asked = form.cleaned_data["period"]
    total = _cells(_total(row.sales for row in rows), form.currency)
    yield ["total", asked.first.isoformat(), asked.last.isoformat(), *total]


def _seller_cells(request: ViewerRequest, form: PeriodForm) -> Iterable[list[object]]:
    asked, currency = form.cleaned_data["period"], form.currency
    yield ["seller", "name", *_SUMS]
    for row in sales_by_seller(request.viewer, asked, currency):
        vendor = row.vendor
        yield [plain(vendor.handle), plain(vendor.name), *_cells(row.sales, currency)]
    # An order of several sellers is one order: the sum of the months counts it once.
    months = sales_by_month(request.viewer, asked, currency)
    yield ["total", "", *_cells(_total(each.sales for each in months), currency)]


def _total(parts: Iterable[Sales]) -> Sales:
    return sum(parts, Sales())


def _cells(sales: Sales, currency: str) -> list[object]:
    return [
        currency,
        to_decimal(sales.gross_minor, currency),
        sales.orders,
        _average(sales, currency),
        to_decimal(sales.refunded_minor, currency),
        _or_nothing(sales.refund_percent),
        to_decimal(sales.commission_minor, currency),
        _or_nothing(sales.take_percent),
    ]


def _average(sales: Sales, currency: str) -> object:
    minor = sales.average_minor
    return "" if minor is None else to_decimal(minor, currency)


def _or_nothing(percent: Decimal | None) -> object:
    return "" if percent is None else percent
