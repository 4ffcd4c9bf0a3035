"""A bank calls a payment into question: gather what is known, answer, and decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.errors import ReasonMissingError, RefusedError
from marketplace.core.money import Money
from marketplace.db import audit
from marketplace.db.dates import written_day
from marketplace.shop.order.models import Order
from payouts.selectors.disputes import parts_in
from payouts.services import dispute_allocation, dispute_evidence
from payouts.services.dispute_allocation import Share
from support.models import Message, Problem
from support.selectors.conversation import messages_of
from vendors.models import Parcel, VendorOrder
from vendors.selectors.card import returns_days_of
from vendors.selectors.orders import buyer_email, buyer_name, parts_of_order
from vendors.services import pictures

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from payouts.models import Dispute, DisputeStatement

MOST_PICTURES = 8
_LONGEST_MESSAGE = 2000


class TooManyPicturesError(RefusedError):
    """More than anybody at a bank looks at."""

    code = "dispute.pictures"


def gathered_evidence(
    dispute: "Dispute", statements: "Sequence[DisputeStatement]" = ()
) -> dict[str, str]:
    """Return what the order itself tells the bank, by Stripe's names of evidence.

    Things, address, parcels with their tracking, receipts, messages, refunds, terms,
    and what the sellers have added. A person reads and edits it before it is sent.
    """
    order = dispute.payment.order
    parts = list(parts_of_order(order))
    parcels = Parcel.objects.filter(vendor_order__in=parts).order_by("pk")
    sent = list(parcels)
    return {
        "customer_name": buyer_name(order),
        "customer_email_address": buyer_email(order),
        "shipping_address": _address(order),
        "product_description": _things(parts),
        "shipping_carrier": ", ".join(
            dict.fromkeys(each.carrier_name for each in sent if each.carrier_name)
        ),
        "shipping_tracking_number": ", ".join(
            each.tracking_number for each in sent if each.tracking_number
        ),
        "shipping_date": ", ".join(
            dict.fromkeys(_day(each.shipped_at) for each in sent)
        ),
        "refund_policy_disclosure": _terms(order, parts),
        "uncategorized_text": _story(dispute, parts, sent, statements),
    }


@transaction.atomic
def save_evidence(
    *, dispute: "Dispute", texts: Mapping[str, str], actor_id: int, now: datetime
) -> None:
    """Keep a version of the evidence. Locks the dispute.

    Raises EvidenceRefusedError once the bank has heard enough.
    """
    dispute_evidence.save_evidence(
        dispute_id=dispute.pk, texts=texts, author_id=actor_id, now=now
    )


@transaction.atomic
def send_evidence(
    *, dispute: "Dispute", texts: Mapping[str, str], actor_id: int, now: datetime
) -> None:
    """Keep the evidence as it is now and send it to the bank, which takes it once.

    Locks the dispute. A second time sends nothing more. Raises EvidenceRefusedError if
    nothing is written, or the bank has heard enough.
    """
    save_evidence(dispute=dispute, texts=texts, actor_id=actor_id, now=now)
    dispute_evidence.submit_evidence(dispute_id=dispute.pk, now=now)
    audit.record("dispute.answered", subject=dispute, actor_id=actor_id, now=now)


@transaction.atomic
def concede_dispute(
    *, dispute: "Dispute", reason: str, actor_id: int, now: datetime
) -> None:
    """Tell the bank that the buyer is right. Locks the dispute.

    Raises ReasonMissingError, or EvidenceRefusedError once it is decided.
    """
    if not reason.strip():
        raise ReasonMissingError(_("Say why you accept it."))
    dispute_evidence.concede(dispute_id=dispute.pk, now=now)
    audit.record(
        "dispute.conceded",
        subject=dispute,
        actor_id=actor_id,
        reason=reason.strip(),
        now=now,
    )


@transaction.atomic
def share_dispute(
    *,
    dispute: "Dispute",
    shares: Sequence[Share],
    decision: str,
    actor_id: int,
    now: datetime,
) -> None:
    """Say who bears a lost dispute; the sellers concerned read why.

    Locks the payment, the dispute, the settlements and lines. The same again changes
    nothing. Raises ReasonMissingError or NotAllocatableError.
    """
    if not decision.strip():
        raise ReasonMissingError(_("Say why: every seller of the order reads it."))
    dispute_allocation.allocate(
        dispute_id=dispute.pk,
        shares=shares,
        decision=decision,
        decided_by=actor_id,
        now=now,
    )
    details: dict[str, Any] = {"currency": dispute.currency}
    details |= {
        str(share.settlement_id): {
            "amount_minor": share.amount_minor,
            "fee_minor": share.fee_minor,
            "bearer": str(share.bearer),
        }
        for share in shares
    }
    audit.record(
        "dispute.shared",
        subject=dispute,
        actor_id=actor_id,
        reason=decision.strip(),
        details=details,
        now=now,
    )


@transaction.atomic
def add_statement(
    *,
    dispute: "Dispute",
    vendor_id: int,
    text: str,
    photos: "Sequence[UploadedFile[Any]]" = (),
    actor_id: int | None,
    now: datetime,
) -> None:
    """Keep what a seller knows about it. Locks the dispute.

    Raises EvidenceRefusedError if it is too late or says nothing, TooManyPicturesError,
    or PictureRefusedError for a file that is no picture.
    """
    if len(photos) > MOST_PICTURES:
        raise TooManyPicturesError(
            _("Add at most %(most)d pictures.") % {"most": MOST_PICTURES}
        )
    dispute_evidence.add_statement(
        dispute_id=dispute.pk,
        vendor_id=vendor_id,
        text=text,
        pictures=[pictures.redrawn(photo) for photo in photos],
        author_id=actor_id,
        now=now,
    )


def _address(order: Order) -> str:
    address = order.shipping_address
    return ", ".join(address.active_address_fields()) if address else ""


def _things(parts: Sequence[VendorOrder]) -> str:
    return "\n".join(
        f"{line.quantity} × {line.order_line.title} ({part.vendor.name})"
        for part in parts
        for line in part.lines.all()
    )


def _terms(order: Order, parts: Sequence[VendorOrder]) -> str:
    return _(
        "The buyer accepted the terms of %(market)s with the order of %(day)s: goods "
        "may be returned within %(days)d days of delivery, and what arrives damaged, "
        "wrong or not at all is refunded by the market."
    ) % {
        "market": settings.MARKET_NAME,
        "day": _day(order.date_placed),
        # The least that any of its sellers gave.
        "days": min(returns_days_of(part.returns_days) for part in parts),
    }


def _story(
    dispute: "Dispute",
    parts: Sequence[VendorOrder],
    parcels: Sequence[Parcel],
    statements: "Sequence[DisputeStatement]",
) -> str:
    order = dispute.payment.order
    lines = [
        _("Order %(number)s, placed %(when)s and paid %(amount)s by card.")
        % {
            "number": order.number,
            "when": _moment(order.date_placed),
            "amount": Money(dispute.payment.amount_minor, dispute.currency),
        },
        *map(_journey, parcels),
        *(_receipt(part) for part in parts if part.received_at),
        *_given_back(dispute),
        *_problems(parts),
        *_messages(parts),
        *(
            f"{told.vendor.name}, {_moment(told.created_at)}: {told.text}"
            for told in statements
        ),
    ]
    return "\n".join(lines)


def _journey(parcel: Parcel) -> str:
    words = _("%(carrier)s %(number)s: handed over %(when)s") % {
        "carrier": parcel.carrier_name,
        "number": parcel.tracking_number,
        "when": _moment(parcel.shipped_at),
    }
    if parcel.delivered_at is None:
        return f"{words}."
    return f"{words}, {_('delivered')} {_moment(parcel.delivered_at)}."


def _receipt(part: VendorOrder) -> str:
    return _("The receipt of %(number)s was confirmed %(when)s.") % {
        "number": part.number,
        "when": _moment(part.received_at),
    }


def _given_back(dispute: "Dispute") -> list[str]:
    given = sum(part.refunded_cash_minor for part in parts_in(dispute))
    if not given:
        return [_("Nothing was refunded before the dispute.")]
    amount = Money(given, dispute.currency)
    return [_("Refunded before the dispute: %(amount)s.") % {"amount": amount}]


def _problems(parts: Sequence[VendorOrder]) -> list[str]:
    found = Problem.objects.filter(vendor_order__in=parts).order_by("pk")
    if not found:
        return [_("The buyer reported no problem to us.")]
    return [
        _("Reported to us %(when)s: %(kind)s. %(outcome)s %(decision)s")
        % {
            "when": _moment(problem.opened_at),
            "kind": problem.get_kind_display(),
            "outcome": problem.get_state_display(),
            "decision": problem.decision,
        }
        for problem in found
    ]


def _messages(parts: Sequence[VendorOrder]) -> list[str]:
    return [
        _written(message)
        for part in parts
        for message in messages_of(part.pk)
        if message.side in {"buyer", "seller"}
    ]


def _written(message: Message) -> str:
    who = message.get_side_display()
    text = message.text[:_LONGEST_MESSAGE]
    return f"{who}, {_moment(message.created_at)}: {text}"


def _day(at: datetime | None) -> str:
    return written_day(timezone.localtime(at), "d MMMM y") if at else ""


def _moment(at: datetime | None) -> str:
    return written_day(timezone.localtime(at), "d MMMM y HH:mm") if at else ""
