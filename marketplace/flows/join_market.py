"""A seller joins, is suspended and comes back: the platform decides."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from marketplace.accounts.selectors import names_of
from marketplace.db import audit, decisions
from marketplace.db.decisions import Decided, decide_each
from marketplace.db.models import Decision
from search import services as search
from vendors.models import Application, Vendor
from vendors.services import application as joining
from vendors.services import notes, shop
from vendors.services.application import Answer, NotDecidableError

# The kinds of its decisions.
APPLICATION, SHOP = "application", "shop"
# What the audit calls them.
_AUDITED = {APPLICATION: "application", SHOP: "vendor"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What becomes of a shop or its application, what it was, and what is said."""

    kind: str
    outcome: str
    before: dict[str, Any]
    reason: str
    mail: dict[str, Any]
    details: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def submit_application(*, vendor: Vendor, user_id: int, now: datetime) -> Application:
    """Send a shop's application to the operators.

    Raises ApplicationIncompleteError naming what is missing, NotDecidableError when it
    was sent already.
    """
    application = joining.submit_application(vendor=vendor, now=now)
    audit.record("application.submitted", subject=vendor, actor_id=user_id, now=now)
    return application


@transaction.atomic
def decide_application(
    *,
    application: Application,
    decision: Application.State,
    answer: Answer,
    operator_id: int,
    batch: UUID | None = None,
    now: datetime,
) -> Application:
    """Approve a shop, refuse it, or ask for more; the seller gets a mail.

    It can be taken back for UNDO_SECONDS, with all else of its `batch`; the mail waits
    until then. Locks the application. Raises NotDecidableError when it was decided
    meanwhile, or a refusal or question does not say what is missing.
    """
    before = joining.standing_of(application)
    application = joining.decide_application(
        application=application,
        decision=decision,
        answer=answer,
        operator_id=operator_id,
        now=now,
    )
    missing = application.missing
    turn = _Turn(
        kind=APPLICATION,
        outcome=decision,
        before=before,
        reason=application.reason,
        mail={"kind": "application_decided"},
        details={"missing": missing} if missing else {},
    )
    _keep(turn, application.vendor, batch=batch, operator_id=operator_id, now=now)
    return application


@transaction.atomic
def decide_applications(
    *,
    applications: Iterable[Application],
    decision: Application.State,
    answer: Answer,
    operator_id: int,
    now: datetime,
) -> Decided[Application]:
    """Decide several applications alike, with one answer; what is decided is left.

    Locks them in the order of their keys. Raises NotDecidableError, with nothing
    decided, when a refusal or question does not say what is missing.
    """
    if decision != Application.State.APPROVED:
        joining.check_answer(answer)

    def decide(application: Application, batch: UUID) -> None:
        decide_application(
            application=application,
            decision=decision,
            answer=answer,
            operator_id=operator_id,
            batch=batch,
            now=now,
        )

    return decide_each(applications, decide, late=NotDecidableError)


def reopen_application(decision: Decision, *, operator_id: int, now: datetime) -> None:
    """Let an application wait again, for `undo_decisions`. Raises NotDecidableError.

    A shop that was admitted is closed again; what was ordered meanwhile goes on.
    """
    vendor = joining.reopen_application(
        public_id=decision.subject_id, before=decision.before
    )
    audit.record("application.reopened", subject=vendor, actor_id=operator_id, now=now)
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


@transaction.atomic
def suspend_shop(
    *, vendor: Vendor, reason: str, operator_id: int, now: datetime
) -> Decision:
    """Take a shop's offers out of buy box, search and baskets at once; orders go on.

    Its seller reads the reason in a mail, which waits while it can be taken back. Locks
    the shop. Raises ShopStateError unless it is open.
    """
    shop.suspend(vendor=vendor)
    return _stands_otherwise(
        vendor,
        "suspended",
        before=Vendor.State.OPEN,
        reason=reason,
        operator_id=operator_id,
        now=now,
    )


@transaction.atomic
def reinstate_shop(
    *, vendor: Vendor, reason: str, operator_id: int, now: datetime
) -> Decision:
    """Put a suspended shop back on sale; its seller gets a mail.

    It can be taken back as a suspension can. Locks it; raises ShopStateError.
    """
    shop.reinstate(vendor=vendor)
    return _stands_otherwise(
        vendor,
        "reinstated",
        before=Vendor.State.SUSPENDED,
        reason=reason,
        operator_id=operator_id,
        now=now,
    )


@transaction.atomic
def note_shop(*, vendor: Vendor, text: str, operator_id: int, now: datetime) -> None:
    """Keep an operator's note about a shop; sellers never see it.

    Raises NoteRefusedError if it says nothing.
    """
    names = names_of([operator_id])
    notes.write_note(
        vendor=vendor,
        text=text,
        author_id=operator_id,
        author=names.get(operator_id, ""),
        now=now,
    )
    audit.record("vendor.noted", subject=vendor, actor_id=operator_id, now=now)


def reopen_standing(decision: Decision, *, operator_id: int, now: datetime) -> None:
    """Put a shop where it stood, for `undo_decisions`. Raises ShopStateError."""
    vendor = Vendor.objects.get(public_id=decision.subject_id)
    back = shop.reinstate if decision.outcome == "suspended" else shop.suspend
    back(vendor=vendor)
    audit.record("vendor.reopened", subject=vendor, actor_id=operator_id, now=now)
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


def _stands_otherwise(
    vendor: Vendor,
    outcome: str,
    *,
    before: str,
    reason: str,
    operator_id: int,
    now: datetime,
) -> Decision:
    turn = _Turn(
        kind=SHOP,
        outcome=outcome,
        before={"state": before},
        reason=reason,
        mail={"kind": f"shop_{outcome}", "reason": reason},
    )
    return _keep(turn, vendor, operator_id=operator_id, now=now)


def _keep(
    turn: _Turn,
    vendor: Vendor,
    *,
    batch: UUID | None = None,
    operator_id: int,
    now: datetime,
) -> Decision:
    """Let the audit, the search and the seller know, and let it be taken back."""
    audit.record(
        f"{_AUDITED[turn.kind]}.{turn.outcome}",
        subject=vendor,
        actor_id=operator_id,
        reason=turn.reason,
        details=turn.details,
        now=now,
    )
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)
    return decisions.remember(
        kind=turn.kind,
        outcome=turn.outcome,
        subject_id=vendor.public_id,
        label=vendor.name,
        before=turn.before,
        mail={**turn.mail, "vendor": vendor.pk},
        batch=batch or uuid4(),
        operator_id=operator_id,
        now=now,
    )
