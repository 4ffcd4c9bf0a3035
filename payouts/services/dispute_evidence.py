"""What the bank is told: gathered, edited, sent once, and kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import outbox
from payouts.gateway import Gateway
from payouts.models import (
    CommandKind,
    Dispute,
    DisputeEvidence,
    DisputeStatement,
    EvidenceState,
    MoneyCommand,
    Settlement,
    StatementPicture,
)
from payouts.services.dispute import SYNC_TOPIC
from payouts.services.handlers import Answer
from payouts.services.issuing import NewCommand, issue

if TYPE_CHECKING:
    from django.core.files.base import ContentFile

# Stripe takes so many characters in all; each text has a place of its own there.
LONGEST = 150_000
TEXTS = (
    "product_description",
    "customer_name",
    "customer_email_address",
    "shipping_address",
    "shipping_carrier",
    "shipping_tracking_number",
    "shipping_date",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "uncategorized_text",
)


class EvidenceRefusedError(RefusedError):
    """It is too late, nothing is written, or it is too long."""

    code = "dispute.evidence"


@transaction.atomic
def save_evidence(
    *, dispute_id: int, texts: Mapping[str, str], author_id: int | None, now: datetime
) -> DisputeEvidence:
    """Keep a version of the evidence; the same words again make none.

    Locks the dispute. Raises EvidenceRefusedError if the bank does not listen any more,
    or there is more than it takes.
    """
    dispute = _lock_open(dispute_id)
    clean = {name: words for name in TEXTS if (words := texts.get(name, "").strip())}
    if sum(map(len, clean.values())) > LONGEST:
        raise EvidenceRefusedError(
            _("The bank takes at most %(most)d characters in all.") % {"most": LONGEST}
        )
    newest = newest_evidence(dispute)
    if newest is not None and newest.texts == clean and _may_be_sent(newest):
        return newest
    return DisputeEvidence.objects.create(
        dispute=dispute, texts=clean, author_id=author_id, created_at=now
    )


@transaction.atomic
def submit_evidence(*, dispute_id: int, now: datetime) -> DisputeEvidence:
    """Send the newest version to the bank, which takes it once.

    Locks the dispute. What is on its way is not sent again. Raises EvidenceRefusedError
    if the bank does not listen any more, or nothing is written.
    """
    dispute = _lock_open(dispute_id)
    newest = newest_evidence(dispute)
    if newest is None or not newest.texts:
        raise EvidenceRefusedError(_("Nothing is written yet that could be sent."))
    if newest.state != EvidenceState.DRAFT:
        return newest
    natural_key = f"evidence:{newest.pk}"
    newest.command = issue(
        NewCommand(
            kind=CommandKind.EVIDENCE,
            natural_key=natural_key,
            payload={
                "dispute": dispute.stripe_id,
                "evidence": newest.texts,
                "submit": True,
                "metadata": {"command": natural_key},
            },
            at=now,
        )
    )
    newest.state = EvidenceState.SENDING
    newest.save(update_fields=["command", "state"])
    return newest


@transaction.atomic
def concede(*, dispute_id: int, now: datetime) -> None:
    """Accept a dispute: tell the bank that the buyer is right. It cannot be undone.

    Locks the dispute. A second time changes nothing. Raises EvidenceRefusedError once
    it is decided, or where the bank only asks.
    """
    dispute = _lock_open(dispute_id)
    if dispute.status.startswith("warning_"):
        raise EvidenceRefusedError(
            _("The bank only asks: refund the buyer instead, that ends it.")
        )
    issue(
        NewCommand(
            kind=CommandKind.CONCEDE,
            natural_key=f"concede:{dispute.pk}",
            payload={"dispute": dispute.stripe_id},
            at=now,
        )
    )


@transaction.atomic
def add_statement(
    *,
    dispute_id: int,
    vendor_id: int,
    text: str,
    pictures: "Sequence[ContentFile[bytes]]" = (),
    author_id: int | None,
    now: datetime,
) -> DisputeStatement:
    """Keep what a seller of the payment says; an operator uses it for the evidence.

    Locks the dispute. Raises EvidenceRefusedError if it is too late, or says nothing.
    """
    dispute = _lock_open(dispute_id)
    if dispute.due_by is not None and dispute.due_by < now:
        raise EvidenceRefusedError(_("The bank’s time for evidence has ended."))
    # A foreign dispute is no dispute of this seller's.
    Settlement.objects.get(order_id=dispute.payment.order_id, vendor_id=vendor_id)
    if not text.strip():
        raise EvidenceRefusedError(_("Say in a few words what happened."))
    statement = DisputeStatement.objects.create(
        dispute=dispute,
        vendor_id=vendor_id,
        author_id=author_id,
        text=text.strip(),
        created_at=now,
    )
    for number, picture in enumerate(pictures, start=1):
        kind = str(picture.name).rpartition(".")[2]
        row = StatementPicture(statement=statement)
        row.file.save(f"{dispute.public_id}-{statement.pk}-{number}.{kind}", picture)
    return statement


def newest_evidence(dispute: Dispute) -> DisputeEvidence | None:
    """Return the version in force, with its author."""
    versions = dispute.evidence.select_related("author").order_by("-pk")
    return versions.first()


def _may_be_sent(evidence: DisputeEvidence) -> bool:
    return evidence.state != EvidenceState.REFUSED


def _lock_open(dispute_id: int) -> Dispute:
    disputes = Dispute.objects.select_for_update(no_key=True)
    dispute = disputes.get(pk=dispute_id)
    if not dispute.takes_evidence:
        raise EvidenceRefusedError(
            _("The bank does not take anything more: %(state)s.")
            % {"state": dispute.get_state_display()}
        )
    return dispute


class SendEvidence:
    """Put a dispute before the bank."""

    is_final_without_funds = False

    def call(self, gateway: Gateway, command: MoneyCommand) -> Answer:
        """Send the texts and submit them."""
        payload = dict(command.payload)
        dispute_id = payload.pop("dispute")
        facts = gateway.answer_dispute(
            dispute_id, payload, key=str(command.idempotency_key)
        )
        return Answer(command.natural_key, facts)

    def find(self, gateway: Gateway, command: MoneyCommand) -> Answer | None:
        """Look whether the dispute carries this command's name."""
        facts = gateway.dispute(command.payload["dispute"])
        is_done = facts.command == command.natural_key
        return Answer(command.natural_key, facts) if is_done else None

    def record(self, command: MoneyCommand, _answer: Answer, now: datetime) -> None:
        """Mark it as sent; what it changed is fetched by whoever is alone with it."""
        DisputeEvidence.objects.filter(command=command).update(
            state=EvidenceState.SENT, sent_at=now
        )
        _ask_for_news(command, now)

    def refuse(self, command: MoneyCommand, error: Exception, now: datetime) -> None:
        """Keep the version with the reason: the next one may be sent."""
        DisputeEvidence.objects.filter(command=command).update(
            state=EvidenceState.REFUSED, failure=str(error)[:2000]
        )
        _ask_for_news(command, now)


class ConcedeDispute:
    """Tell the bank that the buyer is right."""

    is_final_without_funds = False

    def call(self, gateway: Gateway, command: MoneyCommand) -> Answer:
        """Close the dispute."""
        facts = gateway.concede_dispute(
            command.payload["dispute"], key=str(command.idempotency_key)
        )
        return Answer(command.natural_key, facts)

    def find(self, gateway: Gateway, command: MoneyCommand) -> Answer | None:
        """Look whether it is lost: nobody can tell by whose doing."""
        facts = gateway.dispute(command.payload["dispute"])
        is_done = facts.status == "lost"
        return Answer(command.natural_key, facts) if is_done else None

    def record(self, command: MoneyCommand, _answer: Answer, now: datetime) -> None:
        """Ask for what became of it."""
        _ask_for_news(command, now)

    def refuse(self, command: MoneyCommand, _error: Exception, now: datetime) -> None:
        """Ask for what is true instead."""
        _ask_for_news(command, now)


def _ask_for_news(command: MoneyCommand, now: datetime) -> None:
    outbox.emit(topic=SYNC_TOPIC, key=command.payload["dispute"], now=now)
