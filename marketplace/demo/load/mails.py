"""One mail of each kind, about what has happened: the past itself writes to nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps

from marketplace.db import outbox
from marketplace.demo.load.people import BUYER

_SHOP = "brume"


@dataclass(frozen=True, slots=True)
class Sample:
    """A kind of mail, about the newest row of `model` that fits `where`.

    `about` names what the mail's writer asks for, by field of the row; `words` is what
    it is told beside that.
    """

    kind: str
    model: str
    where: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)


_ME = {"email": BUYER}
_HERS = {"order__user__email": BUYER}
_ITS = {"vendor__handle": _SHOP}
_TO_HER = {"conversation__vendor_order__order__user__email": BUYER}
_TO_IT = {"conversation__vendor_order__vendor__handle": _SHOP}
_OF_BUYERS = (
    Sample("welcome", "accounts.User", _ME, {"user": "pk"}),
    Sample(
        "order_confirmed",
        "order.Order",
        {"user__email": BUYER, "status": "paid"},
        {"order": "pk"},
    ),
    Sample(
        "parcel_sent",
        "vendors.Parcel",
        {"vendor_order__order__user__email": BUYER, "vendor_order__state": "shipped"},
        {"parcel": "pk"},
    ),
    Sample(
        "delivered",
        "vendors.VendorOrder",
        {**_HERS, "state": "delivered"},
        {"part": "pk"},
    ),
    Sample(
        "part_cancelled",
        "vendors.VendorOrder",
        {"state": "cancelled"},
        {"part": "pk"},
        {"reason": "Sold out"},
    ),
    Sample(
        "refunded",
        "payouts.RefundRequest",
        {"state": "refunded", "cash_minor__gt": 0, "is_orphan": False},
        {"order": "order_id", "cash_minor": "cash_minor", "refund": "pk"},
        {"points_minor": 0},
    ),
    Sample(
        "message",
        "support.Message",
        {**_TO_HER, "side": "seller"},
        {"message": "pk"},
    ),
    Sample(
        "problem_opened",
        "support.Problem",
        {"vendor_order__order__user__email": BUYER},
        {"problem": "pk"},
    ),
    Sample(
        "problem_decided",
        "support.Problem",
        {"state": "refunded"},
        {"problem": "pk"},
    ),
    Sample(
        "proposal_made",
        "support.Proposal",
        {"state": "open", "problem__state": "open"},
        {"proposal": "pk"},
    ),
    Sample(
        "proposal_declined",
        "support.Proposal",
        {"state": "declined", "problem__state": "open"},
        {"proposal": "pk"},
    ),
    Sample(
        "product_answered",
        "reviews.ProductAnswer",
        {"is_hidden": False},
        {"answer": "pk"},
    ),
    Sample(
        "export_ready",
        "accounts.DataExport",
        {"user__email": BUYER},
        {"export": "pk"},
    ),
    Sample(
        "search_confirm",
        "search.SavedSearch",
        {**_ME, "confirmed_at": None},
        {"saved": "pk"},
    ),
    Sample(
        "search_found",
        "search.SavedSearch",
        {**_ME, "told_at__isnull": False},
        {"saved": "pk"},
        {"count": 2},
    ),
    Sample(
        "alert_confirm", "alerts.Alert", {**_ME, "confirmed_at": None}, {"alert": "pk"}
    ),
    Sample(
        "alert_found",
        "alerts.Alert",
        {**_ME, "told_at__isnull": False, "below__isnull": False},
        {"alert": "pk"},
        {"price_minor": 590, "currency": "EUR", "seller": "Fratelli Orsini"},
    ),
    Sample(
        "words_decided",
        "reviews.ModerationCase",
        {"state": "hidden"},
        {"case": "pk"},
    ),
)
_OF_SELLERS = (
    Sample(
        "application_decided",
        "vendors.Application",
        {"state": "more_wanted"},
        {"vendor": "vendor_id"},
    ),
    Sample(
        "new_sale", "vendors.VendorOrder", {**_ITS, "state": "to_ship"}, {"part": "pk"}
    ),
    Sample(
        "message",
        "support.Message",
        {**_TO_IT, "side": "buyer"},
        {"message": "pk"},
    ),
    Sample(
        "received", "vendors.VendorOrder", {**_ITS, "state": "received"}, {"part": "pk"}
    ),
    Sample(
        "sale_cancelled",
        "vendors.VendorOrder",
        {"state": "cancelled", "cancelled_by": "buyer"},
        {"part": "pk"},
    ),
    Sample(
        "product_asked",
        "reviews.ProductQuestion",
        {"is_hidden": False},
        {"question": "pk"},
    ),
    Sample(
        "product_decided",
        "catalogue.Product",
        {"review_state": "approved", "submitted_by__vendor__handle": _SHOP},
        {"product": "pk"},
    ),
    Sample(
        "payout",
        "payouts.VendorPayout",
        {},
        {"vendor": "vendor_id", "payout": "pk"},
    ),
    Sample(
        "promotion_proposed",
        "promotions.PromotionSeller",
        {"answer": "asked"},
        {"answer": "pk"},
    ),
    Sample("team_invited", "vendors.Invitation", {}, {"invitation": "pk"}),
)
_OF_THE_OFFICE = (
    *(
        Sample(
            f"dispute_{name}", "payouts.Dispute", {"state": state}, {"dispute": "pk"}
        )
        for name, state in (("opened", "open"), ("won", "won"), ("lost", "lost"))
    ),
    Sample(
        "dispute_shared",
        "payouts.Dispute",
        {"allocated_at__isnull": False},
        {"dispute": "pk"},
    ),
)


def write_mails(*, now: datetime) -> int:
    """Ask for a mail of each kind that something in the market is about; count them."""
    asked = 0
    for number, sample in enumerate((*_OF_BUYERS, *_OF_SELLERS, *_OF_THE_OFFICE)):
        rows = apps.get_model(sample.model)._default_manager.filter(**sample.where)
        row = rows.order_by("pk").last()
        if row is None:
            continue
        about = {name: getattr(row, own) for name, own in sample.about.items()}
        outbox.emit(
            topic="mail",
            key=f"sample:{number}",
            payload={"kind": sample.kind, **about, **sample.words},
            now=now,
        )
        asked += 1
    return asked
