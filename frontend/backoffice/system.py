"""The system: whether it runs, what waits, the work of the night, and its switches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Count, Min
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.counts import every_queue, in_side_bar
from frontend.backoffice.failures import without_secrets
from frontend.backoffice.faults import SYSTEM, Fault, Part, Seen, faults, look
from frontend.backoffice.job_words import job_named, mail_named, night_named
from frontend.backoffice.switches import mail_goes, provider_named, switches
from frontend.formats import duration, moment, number
from frontend.middleware import ViewerRequest
from marketplace.accounts.selectors import sent_mails
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db import clock, outbox
from marketplace.db.nights import PATIENCE
from payouts.selectors.provider import last_heard
from vendors.selectors.imports import unfinished_imports
from vendors.selectors.webhooks import DUE_SINCE, can_be_sent, waiting_deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A part of the system: well unless it has faults, and what is known of it."""

    title: str
    known: list[str]
    faults: Sequence[Fault] = ()


@require_safe
@operators(OperatorPermission.SUPPORT)
def system(request: ViewerRequest) -> HttpResponse:
    """Show how the machinery is; nothing is changed here."""
    now, every = clock.now(), every_queue(request.viewer)
    seen = look(now)
    found = faults(every, seen, now=now)
    return office_page(
        request,
        "system",
        {
            **in_side_bar(every),
            "faults": found,
            "system_route": SYSTEM,
            "rows": list(_rows(request.viewer, seen, found)),
            "waiting": [(job_named(each.topic), each) for each in _waiting(now)],
            "nights": [(night_named(each.job), each) for each in seen.nights],
            "switches": switches(ahead_seconds=clock.offset_seconds()),
        },
    )


def _rows(viewer: Viewer, seen: Seen, found: Sequence[Fault]) -> Iterator[Row]:
    of = {part: [each for each in found if each.part == part] for part in Part}
    yield Row(title=_("Database"), known=[f"PostgreSQL {_version()}"])
    yield Row(title="Valkey", known=[_of_cache(seen)], faults=of[Part.CACHE])
    yield Row(title=_("Search engine"), known=_of_search(seen), faults=of[Part.SEARCH])
    yield Row(title=_("Workers"), known=[_of_workers(found)], faults=of[Part.WORKERS])
    yield Row(
        title=_("Payment provider"),
        known=_of_provider(viewer),
        faults=of[Part.PROVIDER],
    )
    mails = of[Part.MAIL]
    yield Row(title=_("Mail"), known=_of_mail(viewer, is_well=not mails), faults=mails)


def _waiting(now: datetime) -> list[outbox.Waiting]:
    """Return what waits: messages, then what has tables of its own. Three queries."""
    is_due = can_be_sent(now)
    told = waiting_deliveries().aggregate(
        every=Count("pk"),
        due=Count("pk", filter=is_due),
        oldest=Min(DUE_SINCE, filter=is_due),
    )
    told["later"] = told.pop("every") - told["due"]
    since = Coalesce("retry_at", "approved_at", "created_at")
    imports = unfinished_imports(due_by=now).order_by()
    brought = imports.aggregate(due=Count("pk"), oldest=Min(since))
    rows = [
        outbox.Waiting(topic="vendors.webhooks", failed=0, **told),
        outbox.Waiting(topic="vendors.imports", later=0, failed=0, **brought),
    ]
    return [*outbox.waiting(now), *(row for row in rows if row.due or row.later)]


def _version() -> str:
    # As the connection was told when it was opened: nothing is asked.
    connection: Any = connections[DEFAULT_DB_ALIAS]
    major, minor = divmod(connection.pg_version, 10_000)
    return f"{major}.{minor}"


def _of_cache(seen: Seen) -> str:
    if seen.has_cache:
        return _("Keeps parts of pages and wakes the workers")
    return _("Pages and jobs go on without it, more slowly; the log says why.")


def _of_search(seen: Seen) -> list[str]:
    engine, count = seen.engine, number(seen.engine.documents)
    words = ngettext("%(n)s product", "%(n)s products", engine.documents) % {"n": count}
    if not engine.is_elasticsearch:
        return ["PostgreSQL", words]
    if engine.answers and not engine.is_behind:
        return ["Elasticsearch", words]
    return [
        "Elasticsearch",
        _("PostgreSQL answers meanwhile; the workers’ log says what is missing."),
    ]


def _of_workers(found: Sequence[Fault]) -> str:
    if any(each.part == Part.WORKERS and each.route == SYSTEM for each in found):
        return _("See below, and whether worker and scheduler are up.")
    span = duration(PATIENCE)
    return _("Nothing that is due waits for longer than %(span)s") % {"span": span}


def _of_provider(viewer: Viewer) -> list[str]:
    heard = last_heard(viewer)
    known = [provider_named()]
    if heard.event_at:
        at = moment(heard.event_at)
        known.append(_("last event %(at)s") % {"at": at})
    if heard.answer_at:
        at = moment(heard.answer_at)
        known.append(_("last command answered %(at)s") % {"at": at})
    return known


def _of_mail(viewer: Viewer, *, is_well: bool) -> list[str]:
    known, sent = [mail_goes()], sent_mails(viewer).first()
    if sent is not None:
        known.append(_("last sent %(at)s") % {"at": moment(sent.sent_at)})
    failed = outbox.failed().filter(topic="mail").order_by("created_at", "id")
    last = None if is_well else failed.last()
    if last is not None:
        mail = mail_named(str(last.payload.get("kind", "")))
        about = {"mail": mail, "at": moment(last.created_at)}
        known.append(_("last to fail: %(mail)s, %(at)s") % about)
        known.append(without_secrets(last.error))
    return known
