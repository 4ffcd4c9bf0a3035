"""Mail that went out: to whom and when, for somebody who waits for one."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Filter, Rows, desk_of
from frontend.backoffice.job_words import mail_named
from frontend.middleware import ViewerRequest
from marketplace.accounts.addresses import fold
from marketplace.accounts.selectors import sent_mails
from marketplace.core.viewer import OperatorPermission

_PER_PAGE = 50


@require_safe
@operators(OperatorPermission.SUPPORT)
def sent_mail(request: ViewerRequest) -> HttpResponse:
    """List what went out in thirty days, the newest first, of a kind or to somebody."""
    rows = sent_mails(request.viewer)
    desk = desk_of(request, rows, _to(), _of_kind(rows), route="office-sent-mail")
    page = Paginator(desk.rows, _PER_PAGE).get_page(request.GET.get("page"))
    sent = [(mail, mail_named(mail.kind)) for mail in page]
    context = {"desk": desk, "page": page, "rows": sent, "nav": "office-failures"}
    return office_page(request, "sent_mail", context)


def _to() -> Filter:
    # Kept folded, so that the index of the column finds it.
    return Filter(
        name="to",
        label=gettext_lazy("Address"),
        narrow=lambda rows, words: rows.filter(to=fold(words.strip())),
    )


def _of_kind(rows: Rows) -> Filter:
    kinds = rows.order_by("kind").values_list("kind", flat=True).distinct()
    return Filter(
        name="kind",
        label=gettext_lazy("Kind"),
        every=gettext_lazy("Every kind"),
        choices=[(kind, mail_named(kind)) for kind in kinds],
        narrow=lambda found, kind: found.filter(kind=kind),
    )
