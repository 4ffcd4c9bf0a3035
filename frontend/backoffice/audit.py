"""The audit trail: who did what to whom, when and why; found, and taken along."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Choices, Desk, Filter, Rows, desk_of
from frontend.backoffice.events import DEEDS, choices, told
from frontend.middleware import ViewerRequest
from marketplace.accounts.selectors import operators_named
from marketplace.core.sheets import plain
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from support.selectors.problems import problems_of_orders
from vendors.selectors.shops import shops_to_name
from vendors.selectors.trail import events_of_shops

_PER_PAGE = 40
# A file that a spreadsheet opens; who needs more narrows the days.
MOST_LINES = 50_000
_SYSTEM = "system"
_COLUMNS = (
    *("at", "who", "action", "thing_kind", "thing_id", "thing", "reason"),
    *("before", "after"),
)
_THINGS = {
    "catalogue.product": gettext_lazy("Product"),
    "catalogue.category": gettext_lazy("Category"),
    "loyalty.pointsrule": gettext_lazy("Points"),
    "order.order": gettext_lazy("Order"),
    "payouts.dispute": gettext_lazy("Dispute"),
    "payouts.moneycommand": gettext_lazy("Command"),
    "payouts.payoutrun": gettext_lazy("Payout run"),
    "payouts.planlist": gettext_lazy("Commission plans"),
    "payouts.refundrequest": gettext_lazy("Refund"),
    "support.problem": gettext_lazy("Problem"),
    "vendors.vendor": gettext_lazy("Shop"),
    "vendors.vendororder": gettext_lazy("Order of a seller"),
    "accounts.user": gettext_lazy("Person"),
}


@require_safe
@operators()
def audit(request: ViewerRequest) -> HttpResponse:
    """List events, newest first, filtered by who, what, the thing, words and days."""
    desk = _desk(request)
    page = Paginator(desk.rows, _PER_PAGE).get_page(request.GET.get("page"))
    return office_page(
        request,
        "audit",
        {
            "desk": desk,
            "page": page,
            "lines": told(page.object_list, request.viewer, now=clock.now()),
            "most": MOST_LINES,
        },
    )


@require_safe
@operators()
def audit_csv(request: ViewerRequest) -> HttpResponseBase:
    """Hand out what the filters leave as a sheet, line by line, newest first."""
    events = _desk(request).rows[:MOST_LINES]
    answer = StreamingHttpResponse(
        _lines(events), content_type="text/csv; charset=utf-8"
    )
    day = timezone.localdate(clock.now()).isoformat()
    answer["Content-Disposition"] = f'attachment; filename="audit-{day}.csv"'
    return answer


class _Echo:
    """What csv writes to; each line is handed on at once."""

    def write(self, line: str) -> str:
        return line


def _lines(events: QuerySet[AuditEvent]) -> Iterator[str]:
    sheet = csv.writer(_Echo())
    yield sheet.writerow(_COLUMNS)
    for event in events.iterator(chunk_size=1000):
        details = event.details
        before, after = details.get("before", ""), details.get("after", details)
        cells = (
            event.at.isoformat(),
            event.actor_label,
            event.action,
            event.subject_type,
            event.subject_id,
            event.subject_label,
            event.reason,
            json.dumps(before, ensure_ascii=False) if before else "",
            json.dumps(after, ensure_ascii=False) if after else "",
        )
        yield sheet.writerow([plain(cell) for cell in cells])


def _desk(request: ViewerRequest) -> Desk:
    every = AuditEvent.objects.select_related("actor").order_by("-at", "-id")
    return desk_of(
        request,
        every,
        Filter(
            name="q",
            label=gettext_lazy("Person, order, shop or reason"),
            narrow=_naming,
        ),
        Filter(
            name="who",
            label=gettext_lazy("Who"),
            every=gettext_lazy("Everybody"),
            choices=_people(),
            narrow=_of_person,
        ),
        Filter(
            name="action",
            label=gettext_lazy("What was done"),
            every=gettext_lazy("Everything"),
            choices=_actions(),
            narrow=lambda rows, action: rows.filter(action=action),
        ),
        Filter(
            name="thing",
            label=gettext_lazy("What it was done to"),
            every=gettext_lazy("All things"),
            choices=tuple(_THINGS.items()),
            narrow=lambda rows, kind: rows.filter(subject_type=kind),
        ),
        *_days(),
        route="office-audit",
    )


def _days() -> tuple[Filter, Filter]:
    """Return the first and the last day, which is whole."""
    first = Filter(
        name="from",
        label=gettext_lazy("From"),
        kind="date",
        narrow=lambda rows, day: rows.filter(at__gte=_midnight(day)),
    )
    last = Filter(
        name="to",
        label=gettext_lazy("To"),
        kind="date",
        narrow=lambda rows, day: rows.filter(at__lt=_midnight(day, days=1)),
    )
    return first, last


def _people() -> Choices:
    people = operators_named()
    return [
        (_SYSTEM, gettext_lazy("System")),
        *((str(pk), name) for pk, name in people),
    ]


def _of_person(rows: Rows, who: str) -> Rows:
    if who == _SYSTEM:
        return rows.filter(actor=None, actor_label="")
    return rows.filter(actor_id=int(who))


def _actions() -> Choices:
    """Return all that can be done: to ask what was would read the whole trail."""
    return list(choices(DEEDS))


def _midnight(day: str, *, days: int = 0) -> datetime:
    begins = date.fromisoformat(day) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(begins, time.min))


def _naming(events: Rows, words: str) -> Rows:
    """Keep what names these words: a person, an order, a shop, a raw action.

    Of a shop it is also what happened to its things.
    """
    shops = [shop.pk for shop in shops_to_name(words)]
    own = events_of_shops(shops).order_by().values("pk")
    wanted = (
        Q(action__icontains=words)
        | Q(subject_label__icontains=words)
        | Q(subject_id=words)
        | Q(subject_type="support.problem", subject_id__in=problems_of_orders(words))
        | Q(actor_label__icontains=words)
        | Q(reason__icontains=words)
        | Q(pk__in=own)
    )
    for name in ("first_name", "last_name"):
        wanted |= Q(**{f"actor__{name}__icontains": words})
    return events.filter(wanted)
