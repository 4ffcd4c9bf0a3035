"""What we keep of somebody, section by section: for the file that they take home."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from loyalty.models import PointsEntry
from marketplace.accounts.models import User
from marketplace.accounts.selectors import mails_to, verified_emails_of
from marketplace.db.models import AuditEvent
from marketplace.shop.alerts.selectors import everything_of as alerts_of
from marketplace.shop.order.models import Order
from payouts.selectors.documents import documents_of_parts
from reviews.models import ProductQuestion, ProductReview, SellerNote
from search.saved import of_addresses
from support.models import (
    ListingReport,
    Message,
    MessageFile,
    Problem,
    ProblemAnswer,
    Side,
)
from vendors.models import ApplicationFile, Member, Parcel, VendorOrder

_ADDRESS = (
    *("first_name", "last_name", "line1", "line2", "line3", "line4", "state"),
    *("postcode", "country", "phone_number", "notes"),
)
Rows = list[dict[str, Any]]


def _values(rows: QuerySet[Any], *fields: str) -> Rows:
    return list(rows.order_by("pk").values(*fields))


def _account(user: User) -> Rows:
    return [
        {
            "id": user.public_id,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "since": user.date_joined,
            "last_sign_in": user.last_login,
            "has_password": user.has_usable_password(),
            "shops": _values(
                Member.objects.filter(user=user), "vendor__name", "role", "since"
            ),
        }
    ]


def _emails(user: User) -> Rows:
    rows = EmailAddress.objects.filter(user=user)
    return _values(rows, "email", "verified", "primary")


def _terms(user: User) -> Rows:
    return _values(user.terms_acceptances.all(), "document", "version", "accepted_at")


def _factors(user: User) -> Rows:
    rows = Authenticator.objects.filter(user=user)
    return _values(rows, "type", "created_at", "last_used_at")


def _connected(user: User) -> Rows:
    rows = SocialAccount.objects.filter(user=user)
    return _values(rows, "provider", "uid", "extra_data", "date_joined", "last_login")


def _sessions(user: User) -> Rows:
    rows = UserSession.objects.filter(user=user)
    return _values(rows, "created_at", "last_seen_at", "ip", "user_agent", "data")


def _devices(user: User) -> Rows:
    return _values(user.devices.all(), "first_seen_at", "last_seen_at")


def _addresses(user: User) -> Rows:
    return _values(user.addresses.all(), *_ADDRESS)


def _orders(user: User) -> Rows:
    orders = Order.objects.filter(user=user).select_related("shipping_address")
    return [
        {
            "number": order.number,
            "placed_at": order.date_placed,
            "paid_at": order.paid_at,
            "state": order.status,
            "total": order.total_incl_tax,
            "currency": order.currency,
            "delivered_to": _address(order.shipping_address),
            "things": _values(
                order.lines.all(),
                *("title", "partner_name", "quantity", "line_price_incl_tax"),
            ),
            "vouchers": _values(order.discounts.all(), "offer_name", "amount"),
        }
        for order in orders.order_by("pk")
    ]


def _address(address: Model | None) -> dict[str, str]:
    if address is None:
        return {}
    return {name: str(getattr(address, name, "") or "") for name in _ADDRESS}


def _parts(user: User) -> Rows:
    parts = VendorOrder.objects.filter(order__user=user)
    rows = _values(
        parts,
        *("pk", "number", "vendor__name", "state", "items_minor", "shipping_minor"),
        *("shipping_name", "placed_at", "shipped_at", "delivered_at", "received_at"),
        *("cancelled_at", "cancel_reason"),
    )
    papers = documents_of_parts([row["pk"] for row in rows])
    for row in rows:
        row["documents"] = [paper.number for paper in papers.get(row.pop("pk"), [])]
    return rows


def _parcels(user: User) -> Rows:
    return _values(
        Parcel.objects.filter(vendor_order__order__user=user),
        *("vendor_order__number", "carrier_name", "tracking_number", "shipped_at"),
        "delivered_at",
    )


def _notes(user: User) -> Rows:
    return _values(
        SellerNote.objects.filter(user=user),
        *("vendor_order__number", "score", "text", "author_name", "created_at"),
        "answer",
    )


def _reviews(user: User) -> Rows:
    return _values(
        ProductReview.objects.filter(user=user),
        *("product__title", "score", "title", "body", "name", "date_created"),
    )


def _votes(user: User) -> Rows:
    rows = apps.get_model("reviews.vote").objects.filter(user=user)
    return _values(rows, "review__product__title", "date_created")


def _questions(user: User) -> Rows:
    return _values(
        ProductQuestion.objects.filter(user=user),
        *("product__title", "text", "author_name", "created_at"),
    )


def _messages(user: User) -> Rows:
    rows = Message.objects.filter(
        Q(conversation__vendor_order__order__user=user)
        | Q(conversation__buyer=user)
        | Q(author=user)
    )
    return _values(
        rows.exclude(side=Side.SYSTEM).distinct(),
        *("conversation__vendor_order__number", "conversation__vendor__name"),
        *("conversation__product__title", "side", "author_name", "text"),
        "created_at",
    )


def _message_files(user: User) -> Rows:
    rows = MessageFile.objects.filter(
        Q(message__conversation__vendor_order__order__user=user)
        | Q(message__conversation__buyer=user)
        | Q(message__author=user)
    )
    return _values(
        rows.distinct(),
        *("message__conversation__vendor_order__number", "message__side"),
        *("name", "size", "message__created_at"),
    )


def _application_files(user: User) -> Rows:
    owned = Member.objects.filter(user=user, role=Member.Role.OWNER)
    return _values(
        ApplicationFile.objects.filter(application__vendor__members__in=owned),
        *("application__vendor__name", "name", "size", "added_at", "state", "reason"),
    )


def _problems(user: User) -> Rows:
    return _values(
        Problem.objects.filter(vendor_order__order__user=user),
        *("vendor_order__number", "kind", "state", "wanted", "text", "opened_at"),
        *("decided_at", "rule", "decision"),
    )


def _problem_answers(user: User) -> Rows:
    given = ProblemAnswer.objects.filter(
        problem__vendor_order__order__user=user, side=Side.BUYER
    )
    return _values(
        given.order_by("problem", "pk"),
        *("problem__vendor_order__number", "point", "answer", "given_at"),
    )


def _reports(user: User) -> Rows:
    rows = ListingReport.objects.filter(reporter=user)
    return _values(rows, "product__title", "kind", "text", "state", "created_at")


def _points(user: User) -> Rows:
    return _values(
        PointsEntry.objects.filter(account__user=user),
        *("kind", "available_delta", "pending_delta", "held_delta", "order__number"),
        *("reason", "created_at"),
    )


def _searches(user: User) -> Rows:
    rows = of_addresses(verified_emails_of(user.pk))
    return [
        {"text": row.text, "path": row.path, "created_at": row.created_at}
        for row in rows
    ]


def _wishes(user: User) -> Rows:
    rows = apps.get_model("wishlists.line").objects.filter(wishlist__owner=user)
    return _values(
        *(rows, "wishlist__name", "title", "product__title", "added_at"),
        *("price_minor", "price_currency"),
    )


def _alerts(user: User) -> Rows:
    return alerts_of(verified_emails_of(user.pk))


def _mails(user: User) -> Rows:
    rows = mails_to(verified_emails_of(user.pk))
    return _values(rows, "to", "kind", "subject", "sent_at")


def _deeds(user: User) -> Rows:
    done = AuditEvent.objects.filter(actor=user)
    suffered = AuditEvent.objects.filter(
        subject_type="accounts.user", subject_id=user.public_id
    )
    return _values(done | suffered, "action", "subject_label", "reason", "at")


SECTIONS: dict[str, Callable[[User], Rows]] = {
    "account": _account,
    "emails": _emails,
    "terms": _terms,
    "second-factors": _factors,
    "connected-accounts": _connected,
    "sessions": _sessions,
    "devices": _devices,
    "addresses": _addresses,
    "orders": _orders,
    "parts-of-orders": _parts,
    "parcels": _parcels,
    "notes-of-sellers": _notes,
    "reviews": _reviews,
    "helpful-votes": _votes,
    "questions": _questions,
    "messages": _messages,
    "message-files": _message_files,
    "application-files": _application_files,
    "problems": _problems,
    "problem-answers": _problem_answers,
    "reports": _reports,
    "points": _points,
    "searches": _searches,
    "wish-lists": _wishes,
    "alerts": _alerts,
    "mails": _mails,
    "audit": _deeds,
}
TITLES = {
    "account": _("Your account"),
    "emails": _("Your e-mail addresses"),
    "terms": _("Terms that you accepted"),
    "second-factors": _("Your second factors"),
    "connected-accounts": _("Accounts elsewhere that open yours"),
    "sessions": _("Where you are signed in"),
    "devices": _("Browsers that we know"),
    "addresses": _("Your addresses"),
    "orders": _("Your orders"),
    "parts-of-orders": _("Parts of orders, by seller"),
    "parcels": _("Your parcels"),
    "notes-of-sellers": _("Your notes of sellers"),
    "reviews": _("Your reviews"),
    "helpful-votes": _("Reviews that helped you"),
    "questions": _("Your questions about products"),
    "messages": _("Your messages"),
    "message-files": _("Files that came with messages"),
    "application-files": _("Files of your shops’ applications"),
    "problems": _("Problems that you reported"),
    "problem-answers": _("What you answered about problems"),
    "reports": _("Things that you reported"),
    "points": _("Your points"),
    "searches": _("Your saved searches"),
    "wish-lists": _("Your lists"),
    "alerts": _("Alerts that you asked for"),
    "mails": _("Mails that we sent you in the last 30 days"),
    "audit": _("What was done by you, or to your account"),
}
# In which section a table's rows about a person stand.
EXPORTED = {
    "account.emailaddress": "emails",
    "accounts.device": "devices",
    "accounts.termsacceptance": "terms",
    "address.useraddress": "addresses",
    "db.auditevent": "audit",
    "loyalty.pointsaccount": "points",
    "mfa.authenticator": "second-factors",
    "order.order": "orders",
    "reviews.productquestion": "questions",
    "reviews.productreview": "reviews",
    "reviews.sellernote": "notes-of-sellers",
    "reviews.vote": "helpful-votes",
    "socialaccount.socialaccount": "connected-accounts",
    "support.conversation": "messages",
    "support.message": "messages",
    "support.problem": "problems",
    "usersessions.usersession": "sessions",
    "support.listingreport": "reports",
    "vendors.member": "account",
    "wishlists.wishlist": "wish-lists",
}
# Tables that name a person and are not in the file, and why.
NOT_EXPORTED = {
    "accounts.dataexport": "the files themselves",
    "accounts.erasure": "the wish to go; the page shows it",
    "accounts.user_groups": "in the audit trail, as what was given and taken",
    "accounts.user_user_permissions": "not used",
    "admin.logentry": "what an administrator did to others",
    "analytics.userproductview": "not written",
    "analytics.userrecord": "not written",
    "analytics.usersearch": "not written",
    "customer.productalert": "not written: alerts are kept by address",
    "basket.basket": "shown in the shop; nothing that was not typed there",
    "communication.email": "not written: mails are drawn when they are sent",
    "communication.notification": "not written",
    "db.decision": "decisions of an operator about others",
    "loyalty.pointsrule": "decisions of an operator about all",
    "offer.rangeproductfileupload": "not used",
    "order.ordernote": "what the market noted for itself",
    "partner.partner_users": "not used: members of shops are in the account",
    "payment.bankcard": "not written: cards stay with the payment provider",
    "promotions.promotionseller": "a seller's business",
    "reviews.moderationcase": "decisions of an operator about others",
    "reviews.moderationreport": "in the case that somebody looks into",
    "vendors.announcement": "what the market told its sellers",
    "vendors.apitoken": "a seller's business",
    "vendors.application": "decisions of an operator about others",
    "vendors.applicationfile": "with the shops of whoever sent them",
    "vendors.importjob": "a seller's business",
    "vendors.importundo": "a seller's business",
    "vendors.invitation": "a seller's business; who accepted one is in the account",
    "vendors.shopnote": "what the market noted for itself",
    "vendors.webhook": "a seller's business",
    "voucher.voucherapplication": "with the orders, as discounts",
}
