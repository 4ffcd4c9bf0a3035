"""Forget somebody, and keep the books: what is refused, what goes, what stays.

The account becomes a number without a name. Orders, invoices and the ledger go on to
point to it, so the books hold as before; everything else of the person is deleted or
taken out of its row. `personal.FATES` says what becomes of each table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core import signing
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from loyalty.selectors import balance_of
from marketplace.accounts.addresses import is_address
from marketplace.accounts.models import Erasure, User
from marketplace.accounts.selectors import verified_emails_of
from marketplace.accounts.services import forget_mails_to, make_neutral
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import SellerRole
from marketplace.db import audit
from marketplace.db.models import AuditEvent
from marketplace.db.storage import delete_on_commit
from marketplace.flows.cancel_order import why_cancelled
from marketplace.flows.mail import Mail, post
from marketplace.flows.personal import FATES, Fate
from marketplace.shop.alerts import services as alerts
from marketplace.shop.order.models import Order
from payouts.selectors.disputes import has_undecided
from payouts.selectors.refunds import has_refunds_to_arrive
from payouts.services.forgetting import forget_payer
from reviews.services.authors import forget_author
from search.saved import forget_address
from support.models import Message, MessageFile, Problem, Side
from support.services import conversation
from vendors.models import Invitation, Member, VendorOrder
from vendors.services import fulfilment, progress, webhook_news

_LINK_SALT = "erasure"
_AGAIN = timedelta(days=1)
_SETTLED = (VendorOrder.State.RECEIVED, VendorOrder.State.CANCELLED)


class NotErasableError(RefusedError):
    """Something of the account is still open; `reasons` say what, and the way out."""

    code = "not_erasable"

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes with the account, to be told before."""

    points: int


def reasons_against(user: User) -> list[str]:
    """Return why an account cannot be erased now, each with what would help."""
    return list(_reasons(user))


def _reasons(user: User) -> Iterator[str]:
    orders = Order.objects.filter(user=user)
    parts = VendorOrder.objects.filter(order__user=user)
    paid = parts.exclude(state=VendorOrder.State.AWAITING_PAYMENT)
    if user.is_staff:
        yield _("You work for the market: an administrator must take your role first.")
    if Member.objects.filter(user=user, role=SellerRole.OWNER).exists():
        yield _(
            "You own a shop. Make somebody else its owner on its page “Team”, or write "
            "to us to close it; then come back."
        )
    if orders.filter(status=Order.PENDING).exists():
        yield _(
            "A payment is still open. Pay it or call it off; it ends in 30 minutes."
        )
    if paid.exclude(state__in=_SETTLED).exists():
        yield _(
            "An order is still on its way. Say that you have it when it arrives, or "
            "cancel it; then come back."
        )
    if Problem.objects.filter(
        vendor_order__order__user=user, state=Problem.State.OPEN
    ).exists():
        yield _("A problem that you reported is not decided yet.")
    order_ids = list(orders.values_list("pk", flat=True))
    if has_undecided(order_ids):
        yield _("Your bank has questioned a payment and not decided yet.")
    if has_refunds_to_arrive(order_ids):
        yield _("Money is on its way back to you. Wait until it has arrived.")


def loss_of(user: User) -> Loss:
    """Return what an account loses when it goes."""
    balance = balance_of(user.pk)
    return Loss(points=max(0, balance.available) + balance.pending)


@transaction.atomic
def ask_erasure(*, user: User, grace_days: int, now: datetime) -> Erasure:
    """Let an account be erased after `grace_days`, and tell its owner how to keep it.

    Locks the person. Asking twice changes nothing. Raises NotErasableError while
    something is open.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    reasons = reasons_against(locked)
    if reasons:
        raise NotErasableError(reasons)
    erasure, is_new = Erasure.objects.get_or_create(
        user=locked,
        cancelled_at=None,
        defaults={"asked_at": now, "due_at": now + timedelta(days=grace_days)},
    )
    if is_new:
        audit.record(
            "account.erasure_asked", subject=erasure, actor_id=user.pk, now=now
        )
        post(Mail.ERASURE_ASKED, erasure=erasure.pk, now=now)
    return erasure


def cancel_key(erasure: Erasure) -> str:
    """Return what opens the page where an erasure is called off; nobody guesses it."""
    return signing.dumps(erasure.pk, salt=_LINK_SALT)


def erasure_by_key(key: str) -> Erasure | None:
    """Return the erasure that a link is about, while it can be called off."""
    try:
        pk = signing.loads(key, salt=_LINK_SALT)
    except signing.BadSignature:
        return None
    return open_erasures().filter(pk=pk).first()


def open_erasures() -> QuerySet[Erasure]:
    """Return the erasures that are to be done."""
    return Erasure.objects.filter(cancelled_at=None, done_at=None)


def erasure_of(user: User) -> Erasure | None:
    """Return the erasure that somebody has asked for and can still call off."""
    return open_erasures().filter(user=user).first()


@transaction.atomic
def cancel_erasure(*, erasure: Erasure, now: datetime) -> bool:
    """Keep the account after all; say whether there was still something to call off."""
    found = open_erasures().select_for_update(no_key=True).filter(pk=erasure.pk).first()
    if found is None:
        return False
    found.cancelled_at = now
    found.save(update_fields=["cancelled_at"])
    audit.record("account.erasure_cancelled", subject=found, now=now)
    return True


def due_erasures(now: datetime) -> list[int]:
    """Return the erasures whose days are over."""
    return list(open_erasures().filter(due_at__lte=now).values_list("pk", flat=True))


@transaction.atomic
def erase(*, erasure_id: int, now: datetime) -> bool:
    """Forget the person; say whether it is done.

    Locks the erasure, the person, then what is theirs. Files go after the commit. What
    has been opened meanwhile puts it off by a day. Done twice it changes nothing.
    """
    erasure = (
        open_erasures()
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=erasure_id, due_at__lte=now)
        .first()
    )
    if erasure is None:
        return False
    user = User.objects.select_for_update().get(pk=erasure.user_id)
    if reasons_against(user):
        erasure.due_at = now + _AGAIN
        erasure.save(update_fields=["due_at"])
        return False
    words = {"email": user.email, "language": user.language}
    post(Mail.ERASED, erasure=erasure.pk, words=words, now=now)
    _forget(user)
    erasure.done_at = now
    erasure.save(update_fields=["done_at"])
    audit.record("account.erased", subject=erasure, now=now)
    return True


def _forget(user: User) -> None:
    addresses = {user.email, *verified_emails_of(user.pk)}
    orders = list(Order.objects.filter(user=user).values_list("pk", flat=True))
    forget_payer(orders)
    webhook_news.forget_orders(orders)
    for email in addresses:
        forget_address(email)
        alerts.forget_address(email)
        forget_mails_to(email)
        _take_out_invitations(is_address("email", email))
    _take_out_invitations(Q(accepted_by=user))
    _take_out_words(user)
    _take_out_cancellations(user)
    _take_out_addresses(user)
    for session in UserSession.objects.filter(user_id=user.pk):
        session.end()
    # A worker that writes one just now is waited for.
    for export in user.exports.select_for_update(no_key=True):
        delete_on_commit(export.stored_as)
    forget_author(user_id=user.pk)
    for place, fate in FATES.items():
        label, _dot, field = place.rpartition(".")
        rows = apps.get_model(label)._default_manager.filter(**{field: user.pk})
        if fate is Fate.DELETED:
            rows.delete()
        elif fate is Fate.EMPTIED:
            rows.update(**{field: None})
    make_neutral(user)


def _take_out_words(user: User) -> None:
    """Take what somebody wrote or was called out of rows that stay."""
    gone = _("Deleted with the account.")
    # As buyers only: what they wrote for a shop are the letters of the shop.
    said = Message.objects.filter(side=Side.BUYER)
    for own in (
        Q(author=user),
        Q(conversation__vendor_order__order__user=user),
        Q(conversation__buyer=user),
    ):
        for file in MessageFile.objects.filter(message__in=said.filter(own)):
            delete_on_commit(str(file.file))
            file.delete()
        said.filter(own).update(text=gone, author_name="")
    problems = Problem.objects.filter(vendor_order__order__user=user)
    for problem in problems:
        for photo in problem.photos.all():
            delete_on_commit(str(photo.file))
            photo.delete()
    problems.update(text=gone)
    events = AuditEvent.objects.filter(actor=user)
    events.update(actor_label=user.public_id)
    AuditEvent.objects.filter(
        subject_type="accounts.user", subject_id=user.public_id
    ).update(subject_label=F("subject_id"))


def _take_out_invitations(which: Exact | Q) -> None:
    """Delete invitations; the trail, which names them by their address, keeps a key."""
    found = Invitation.objects.filter(which)
    AuditEvent.objects.filter(
        subject_type=Invitation._meta.label_lower,
        subject_id__in=list(found.values_list("public_id", flat=True)),
    ).update(subject_label=F("subject_id"))
    found.delete()


def _take_out_cancellations(user: User) -> None:
    """Take why somebody cancelled out of the order and its thread."""
    gone = _("Deleted with the account.")
    by_them = VendorOrder.objects.filter(
        order__user=user, cancelled_by=VendorOrder.CancelledBy.BUYER
    )
    for key in by_them.order_by("pk").values_list("pk", flat=True):
        part = fulfilment.lock(key)
        conversation.retell(
            vendor_order_id=part.pk,
            said=why_cancelled(part.cancel_reason),
            instead=why_cancelled(gone),
        )
        progress.reword_reason(part, gone)


def _take_out_addresses(user: User) -> None:
    """Leave of an order's addresses what says where it was taxed."""
    blank = dict.fromkeys(
        ("title", "first_name", "last_name", "line1", "line2", "line3", "line4"), ""
    )
    orders = Order.objects.filter(user=user)
    for kind in ("shippingaddress", "billingaddress"):
        model = apps.get_model(f"order.{kind}")
        more = {"phone_number": "", "notes": ""} if kind == "shippingaddress" else {}
        model.objects.filter(order__in=orders).update(search_text="", **blank, **more)
    orders.update(guest_email="")
    apps.get_model("loyalty.pointsaccount").objects.filter(user=user).update(email="")
    user.terms_acceptances.update(email="")
