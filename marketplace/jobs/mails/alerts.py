"""Mails about alerts: whether somebody wants to be told, and then that."""

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core.money import Money
from marketplace.jobs.mails.letter import Letter
from marketplace.jobs.mails.pictures import picture_of
from marketplace.shop.alerts.models import Alert
from marketplace.shop.alerts.selectors import alert_by_key, token_of

_SHOWN = 60


def alert_confirm(*, alert: int) -> list[Letter]:
    """Ask an address whether it wants to be told; it may be a stranger's."""
    row = _told_of(alert)
    if row is None or row.confirmed_at is not None:
        return []
    subject = _("Shall we tell you when it is there?")
    return [_letter(row, subject, "alert_confirm")]


def alert_found(
    *, alert: int, price_minor: int, currency: str, seller: str
) -> list[Letter]:
    """Say that it can be had; whoever has cancelled meanwhile gets nothing."""
    row = _told_of(alert)
    if row is None:
        return []
    words = _("“%s” is back") if row.below is None else _("“%s” costs less now")
    return [
        _letter(
            row,
            words % row.product.title[:_SHOWN],
            "alert_found",
            price=Money(price_minor, currency),
            seller=seller,
        )
    ]


def _told_of(key: int) -> Alert | None:
    """Return an alert unless what it is about may not be shown any more."""
    row = alert_by_key(key)
    return row if row is not None and row.product.is_public else None


def _letter(row: Alert, subject: str, template: str, **more: object) -> Letter:
    context = {
        "alert": row,
        "image": picture_of(row.product),
        "product_url": row.product.get_absolute_url(),
        "link": reverse("alert", kwargs={"token": token_of(row)}),
        **more,
    }
    return Letter(
        to=row.email,
        subject=subject,
        template=template,
        context=context,
        language=row.language,
    )
