"""Mail and other work that failed: what, since when, why; tried again by one press."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.desk import Desk, Filter, desk_of
from frontend.backoffice.job_words import job_named, mail_named
from frontend.backoffice.narrow import by_age
from frontend.middleware import ViewerRequest
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock, outbox
from marketplace.db.models import Outbox
from marketplace.flows.retry_message import retry_messages

_PER_PAGE = 50
_MOST_AT_ONCE = 200
_LONGEST = 200
_KEY = re.compile(r"[0-9]{1,18}")
# What an error may say of others: addresses of people, passwords in addresses, keys
# with a prefix and other long words without meaning, what follows an equals sign.
_SECRETS = re.compile(
    r"//[^\s/@]+@|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:sk|rk|pk|whsec|tok|acct|cus|pi)_\w+|\b[A-Za-z0-9_\-+/=]{24,}"
    r"|(?<==)[^\s,;)&]+"
)

# An answer in the words of Python: SMTPDataError(451, b'4.7.1 Try again later').
_MAIL_SERVER = re.compile(
    r"^SMTP\w*\(.*?(?P<code>\d{3}), b?(?P<mark>['\"])(?P<words>.*?)(?P=mark)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message that failed, without what nobody has to read."""

    pk: int
    what: str
    # As the logs call it.
    name: str
    about: str
    error: str
    attempts: int
    since: datetime
    again_at: datetime


@require_safe
@operators(OperatorPermission.SUPPORT)
def failures(request: ViewerRequest) -> HttpResponse:
    """List what failed, the oldest first, and when it is tried again by itself."""
    desk = _desk(request)
    page = Paginator(desk.rows, _PER_PAGE).get_page(request.GET.get("page"))
    rows = [_failure(message) for message in page]
    return office_page(request, "failures", {"desk": desk, "page": page, "rows": rows})


@require_POST
@operators(OperatorPermission.SUPPORT)
def retry(request: ViewerRequest) -> HttpResponse:
    """Try what was chosen again, at once."""
    chosen = request.POST.getlist("message")[:_MOST_AT_ONCE]
    sent = retry_messages(
        message_ids=[int(key) for key in chosen if _KEY.fullmatch(key)],
        operator_id=request.user.pk,
        now=clock.now(),
    )
    if sent:
        words = ngettext(
            "%(n)d is tried again now.", "%(n)d are tried again now.", sent
        )
        messages.success(request, words % {"n": sent})
    elif chosen:
        messages.success(request, _("It has gone out meanwhile."))
    else:
        messages.error(request, _("Choose at least one message."))
    return redirect(_desk(request).address("office-failures"))


def _desk(request: ViewerRequest) -> Desk:
    topics = outbox.failed().order_by("topic").values_list("topic", flat=True)
    return desk_of(
        request,
        outbox.failed(),
        Filter(
            name="topic",
            label=gettext_lazy("Kind"),
            every=gettext_lazy("Every kind"),
            choices=[(topic, job_named(topic)) for topic in topics.distinct()],
            narrow=lambda rows, topic: rows.filter(topic=topic),
        ),
        by_age("created_at"),
        route="office-failures",
    )


def _failure(message: Outbox) -> Failure:
    kind = message.payload.get("kind", "") if message.topic == "mail" else ""
    about = (
        f"{name} {value}"
        for name, value in message.payload.items()
        if isinstance(value, int) and not isinstance(value, bool)
    )
    return Failure(
        pk=message.pk,
        what=_("Mail: %s") % mail_named(kind) if kind else job_named(message.topic),
        name=f"mail.{kind}" if kind else message.topic,
        about=", ".join(about) or without_secrets(message.key),
        error=without_secrets(message.error),
        attempts=message.attempts,
        since=message.created_at,
        again_at=message.available_at,
    )


def without_secrets(text: str) -> str:
    """Return what an error says, without addresses, keys and passwords.

    Of what a mail server answered, its code and its words.
    """
    said = _MAIL_SERVER.search(text)
    if said:
        text = f"{said['code']} {said['words']}".replace("\\n", " ")
    return _SECRETS.sub("…", text)[:_LONGEST]
