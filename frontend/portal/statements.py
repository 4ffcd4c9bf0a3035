"""A shop's months: the list, a month as a page, and as files that can be checked."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import MONEY, shop_page
from frontend.portal.frame import asked_words, show, works
from frontend.portal.line_steps import OpenedLine, open_line
from frontend.portal.statement_paper import statement_pdf, statement_to_print
from frontend.portal.statement_words import account_words, summary_of
from marketplace.core.money import Money
from marketplace.core.printing import can_print
from marketplace.core.viewer import SellerRole
from marketplace.db import clock
from payouts.bank_words import without_codes
from payouts.selectors.line_story import line_story, names_of
from payouts.selectors.movements import account_of, note_of, reference_of, words_of
from payouts.selectors.statement import (
    SellerStatement,
    currencies_of,
    statement_months,
    statement_of,
    statements_of,
)
from vendors.models import Vendor

_A_PAGE, _A_LIST = 25, 24
_LONGEST_KEY = 19
_LINES = {
    "lines": {},
    "refunded": {"refunded_gross_minor__gt": 0},
    "funded": {"platform_discount_minor__gt": 0},
}


@require_safe
@shop_page(*MONEY)
def statements(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the months of a shop, with their balances and files."""
    currencies = currencies_of(request.viewer, vendor_id=vendor.pk)
    currency = asked_currency(request, currencies)
    rows = statements_of(
        request.viewer, vendor_id=vendor.pk, currency=currency, now=clock.now()
    )
    page = Paginator(rows, _A_LIST).get_page(request.GET.get("page"))
    context = {
        "currencies": currencies,
        "currency": currency,
        "page": page,
        "can_print": can_print(),
    }
    return show(
        request, "portal/statements.html", vendor, context, nav="portal-payouts"
    )


@require_safe
@shop_page(*MONEY)
def statement(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show a month from opening to closing; one line may be opened to every cent."""
    currencies = currencies_of(request.viewer, vendor_id=vendor.pk)
    currency = asked_currency(request, currencies)
    found = _asked(request, vendor, currency)
    plans = found.plans()
    context = {
        "statement": found,
        "months": statement_months(
            request.viewer, vendor_id=vendor.pk, currency=currency, now=clock.now()
        ),
        "currencies": currencies,
        "summary": summary_of(found, plans),
        "accounts": [(*account_words(row.account), row) for row in found.accounts],
        "plans": plans,
        "plans_total": found.sales() if plans else None,
        "words": asked_words(request),
        "opens_orders": works(request.viewer, vendor, SellerRole.ORDERS),
        "can_print": can_print(),
        "csv_name": f"{file_name(found, vendor.handle)}.csv",
        **_shown(request, found),
    }
    return show(request, "portal/statement.html", vendor, context, nav="portal-payouts")


@require_safe
@shop_page(*MONEY)
def statement_csv(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Send the file of a month: signed once it is closed."""
    found = _found(request, vendor)
    return sheet_answer(found, vendor.handle)


@require_safe
@shop_page(*MONEY)
def statement_paper(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Send a month as a PDF, or as a page to print where none can be made."""
    return paper_answer(request, _found(request, vendor), vendor.handle)


def sheet_answer(found: SellerStatement, handle: str) -> HttpResponse:
    """Answer with the file of a month."""
    answer = HttpResponse(found.sheet(), content_type="text/csv; charset=utf-8")
    name = file_name(found, handle)
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def paper_answer(
    request: ViewerRequest, found: SellerStatement, handle: str
) -> HttpResponse:
    """Answer with a month as a paper; what is closed is set once, then remembered."""
    digest = found.closed.digest if found.closed else ""
    key = f"statement-pdf:1:{digest}"
    made = caches["pages"].get(key) if digest else None
    if made is None:
        made = statement_pdf(found.sheet())
        if made is None:
            return statement_to_print(request, found.sheet())
        if digest:
            caches["pages"].set(key, made, 24 * 3600)
    answer = HttpResponse(made, content_type="application/pdf")
    name = file_name(found, handle)
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def file_name(found: SellerStatement, handle: str) -> str:
    """Return how the files of a month are called, without an ending."""
    state = "" if found.closed else "-open"
    return f"statement-{handle}-{found.month.key}-{found.currency}{state}".lower()


def asked_currency(request: ViewerRequest, currencies: list[str]) -> str:
    """Return the currency that was asked for, if it is one of them; else the first."""
    asked = request.GET.get("currency", "")
    return asked if asked in currencies else currencies[0]


def _asked(request: ViewerRequest, vendor: Vendor, currency: str) -> SellerStatement:
    """Return the month that was asked for; the open one for anything else."""
    for month in (request.GET.get("month", ""), ""):
        found = statement_of(
            request.viewer,
            vendor_id=vendor.pk,
            currency=currency,
            month=month,
            now=clock.now(),
        )
        if found is not None:
            return found
    raise Http404


def _found(request: ViewerRequest, vendor: Vendor) -> SellerStatement:
    currencies = currencies_of(request.viewer, vendor_id=vendor.pk)
    return _asked(request, vendor, asked_currency(request, currencies))


def _shown(request: ViewerRequest, found: SellerStatement) -> dict[str, Any]:
    asked = request.GET.get("show", "")
    kinds = {each.kind for each in found.totals}
    if asked == "movements" or asked in kinds:
        kind = "" if asked == "movements" else asked
        return {"show": asked, **_movements(request, found, kind)}
    asked = asked if asked in _LINES else "lines"
    return {"show": asked, **_lines(request, found, asked)}


def _movements(
    request: ViewerRequest, found: SellerStatement, kind: str
) -> dict[str, Any]:
    rows = found.movements(kind).order_by("-transaction__booked_at", "-pk")
    if words := asked_words(request):
        rows = rows.filter(settlement__vendor_order__number__icontains=words)
    page: Page[Any] = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "counts": found.line_counts(),
        "kind_words": words_of(kind) if kind else _("All movements"),
        "movements": [
            {
                "at": entry.transaction.booked_at,
                "words": words_of(entry.transaction.kind),
                "account": account_words(account_of(entry))[0],
                "amount": Money(entry.credit_minor, entry.currency),
                "order": entry.settlement.vendor_order.number
                if entry.settlement
                else "",
                "reference": reference_of(entry.transaction.ref),
                "why": without_codes(note_of(entry.transaction.ref)),
            }
            for entry in page
        ],
    }


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the month; `opened` tells every cent of it."""

    line: Any
    order: str
    name: str
    card: Money
    ours: Money
    commission: Money
    vat: Money
    net: Money
    opened: OpenedLine | None


def _lines(request: ViewerRequest, found: SellerStatement, show: str) -> dict[str, Any]:
    rows = found.sale_lines().filter(**_LINES[show])
    if words := asked_words(request):
        rows = rows.filter(settlement__vendor_order__number__icontains=words)
    page: Page[Any] = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    lines = list(page)
    asked = request.GET.get("line", "")
    is_key = asked.isascii() and asked.isdecimal() and len(asked) < _LONGEST_KEY
    key = int(asked) if is_key else 0
    if key and key not in {line.pk for line in lines}:
        lines = [*found.sale_lines().filter(pk=key), *lines]
    names = names_of(lines)
    return {
        "page": page,
        "counts": found.line_counts(),
        "rows": [
            _row(line, names[line.pk].name, is_open=line.pk == key) for line in lines
        ],
    }


def _row(line: Any, name: str, *, is_open: bool) -> LineRow:
    def money(minor: int) -> Money:
        return Money(minor, line.settlement.currency)

    return LineRow(
        line=line,
        order=line.settlement.vendor_order.number,
        name=name,
        card=money(line.cash_minor),
        ours=money(line.platform_discount_minor),
        commission=money(-line.commission_minor),
        vat=money(-line.commission_vat_minor),
        net=money(line.net_minor),
        opened=open_line(line_story(line)) if is_open else None,
    )
