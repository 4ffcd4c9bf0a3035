"""A seller joins: the application, and what the platform decides."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.shop.partner.models import Partner
from vendors.missing import MISSING, OTHER
from vendors.models import Application, Member, Standing, Vendor
from vendors.services.likeness import keep_likeness

_HANDLE_LENGTH = 60
_DECIDED = ["state", "reason", "missing", "decided_by", "decided_at"]
# Addresses of ours that a shop may not take.
_TAKEN_HANDLES = frozenset({"admin", "api", "comptoir", "new", "sell", "seller"})


class NameTakenError(RefusedError):
    """Another shop has this name, or one that reads the same."""

    code = "vendor.name_taken"


class ApplicationIncompleteError(RefusedError):
    """Fields that the platform must have are still empty."""

    code = "application.incomplete"

    def __init__(self, missing: list[str]) -> None:
        super().__init__(
            _("Please fill in: %(fields)s.") % {"fields": ", ".join(missing)}
        )
        self.missing = missing


class NotDecidableError(RefusedError):
    """The application is not waiting for this step, or the answer lacks something."""

    code = "application.not_waiting"

    def __init__(self, message: str, field: str = "reason") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said with a decision: kinds of `MISSING`, and the operator's words."""

    words: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who sells: the legal person as it will stand in the imprint."""

    legal_name: str
    legal_form: str
    registration_number: str
    vat_number: str
    street: str
    postcode: str
    city: str
    country: str
    contact_name: str
    contact_email: str
    contact_phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopText:
    """What buyers read of a shop."""

    tagline: str = ""
    about: str = ""
    returns_policy: str = ""
    returns_days: int | None = None
    founded_year: int | None = None


def handle_of(name: str) -> str:
    """Return the address word of a shop's name."""
    return slugify(name)[:_HANDLE_LENGTH].strip("-")


@transaction.atomic
def begin_application(*, user: User, name: str, country: str, now: datetime) -> Vendor:
    """Open a shop that sells nothing yet, with `user` as its owner.

    Raises NameTakenError when the name leads to an address that is in use.
    """
    handle = handle_of(name)
    if not handle or handle in _TAKEN_HANDLES:
        raise NameTakenError(_("Please choose another name for your shop."))
    try:
        with transaction.atomic():
            partner = Partner.objects.create(code=handle, name=name)
            vendor = Vendor.objects.create(
                partner=partner,
                handle=handle,
                name=name,
                country=country,
                contact_email=user.email,
                created_at=now,
            )
    except IntegrityError as error:
        raise NameTakenError(
            _("A shop with this name exists. Please choose another one.")
        ) from error
    Member.objects.create(user=user, vendor=vendor, role=Member.Role.OWNER, since=now)
    Standing.objects.create(vendor=vendor)
    Application.objects.create(vendor=vendor)
    keep_likeness([vendor])
    return vendor


@transaction.atomic
def save_identity(*, vendor: Vendor, identity: Identity) -> None:
    """Write the legal identity, and what shop pages and the office read of it."""
    fields = asdict(identity)
    for name, value in fields.items():
        setattr(vendor, name, value)
    vendor.save(update_fields=list(fields))
    keep_likeness([vendor])
    Partner.objects.filter(pk=vendor.partner_id).update(
        dispatch_country=identity.country, city=identity.city
    )


def save_shop_text(*, vendor: Vendor, text: ShopText) -> None:
    """Write what buyers read of the shop."""
    fields = asdict(text)
    for name, value in fields.items():
        setattr(vendor, name, value)
    vendor.save(update_fields=list(fields))


def save_assortment(*, vendor: Vendor, sells: str, category_ids: list[int]) -> None:
    """Write what the shop wants to sell."""
    application = vendor.application
    application.sells = sells
    application.save(update_fields=["sells"])
    application.categories.set(category_ids)


@transaction.atomic
def submit_application(*, vendor: Vendor, now: datetime) -> Application:
    """Send the application to the platform. Locks it.

    Raises ApplicationIncompleteError naming what is missing, NotDecidableError when it
    was sent or decided already.
    """
    application = _locked(vendor)
    if application.state not in {
        Application.State.DRAFT,
        Application.State.MORE_WANTED,
    }:
        raise NotDecidableError(_("This application has been sent already."))
    missing = missing_fields(vendor)
    if missing:
        raise ApplicationIncompleteError(missing)
    application.state = Application.State.SUBMITTED
    application.submitted_at = now
    application.save(update_fields=["state", "submitted_at"])
    return application


def missing_fields(vendor: Vendor) -> list[str]:
    """Return the names, as a form shows them, of what is still empty."""
    wanted = {
        _("Legal name"): vendor.legal_name,
        _("Street and number"): vendor.street,
        _("Postcode"): vendor.postcode,
        _("Town"): vendor.city,
        _("Contact person"): vendor.contact_name,
        _("Contact e-mail"): vendor.contact_email,
        _("What you sell"): vendor.application.sells,
    }
    return [name for name, value in wanted.items() if not value]


@transaction.atomic
def decide_application(
    *,
    application: Application,
    decision: Application.State,
    answer: Answer,
    operator_id: int,
    now: datetime,
) -> Application:
    """Approve, refuse, or ask for more; the answer is kept with it. Locks the row.

    An approved shop opens: its offers are found and bought from now on, and nothing is
    missing. Raises NotDecidableError unless the application waits for a decision, or
    when a refusal or question does not say what is missing.
    """
    application = _locked(application.vendor)
    if application.state != Application.State.SUBMITTED:
        raise NotDecidableError(
            _("This application has been decided meanwhile. Please reload the page.")
        )
    is_approved = decision == Application.State.APPROVED
    if not is_approved:
        check_answer(answer)
    application.state = decision
    application.reason = answer.words
    application.missing = [] if is_approved else list(answer.missing)
    application.decided_by_id = operator_id
    application.decided_at = now
    application.save(update_fields=_DECIDED)
    if is_approved:
        _open(application.vendor, now=now)
    return application


def check_answer(answer: Answer) -> None:
    """Raise NotDecidableError unless an answer says what is missing."""
    if not answer.missing or not set(answer.missing) <= set(MISSING):
        raise NotDecidableError(_("Please tick what is missing."), "sentences")
    if OTHER in answer.missing and not answer.words.strip():
        raise NotDecidableError(_("Please say in your words what else is missing."))


def standing_of(application: Application) -> dict[str, Any]:
    """Return what a decision changes of an application, as JSON takes it."""
    return {
        "reason": application.reason,
        "missing": application.missing,
        "state": application.state,
    }


@transaction.atomic
def reopen_application(*, public_id: str, before: dict[str, Any]) -> Vendor:
    """Let an application wait again; a shop that it opened is closed. Locks both.

    Raises NotDecidableError if it was sent again, or its shop suspended, meanwhile.
    """
    application = _locked(Vendor.objects.get(public_id=public_id))
    vendor = Vendor.objects.select_for_update().get(pk=application.vendor_id)
    waits = {Application.State.SUBMITTED, Application.State.DRAFT}
    if application.state in waits or vendor.state == Vendor.State.SUSPENDED:
        raise NotDecidableError(_("Something has happened to it meanwhile."))
    if application.state == Application.State.APPROVED:
        vendor.state, vendor.opened_at = Vendor.State.APPLYING, None
        vendor.save(update_fields=["state", "opened_at"])
        Partner.objects.filter(pk=vendor.partner_id).update(is_selling=False)
    application.state, application.reason = before["state"], before["reason"]
    application.missing = before.get("missing", [])
    application.decided_by = application.decided_at = None
    application.save(update_fields=_DECIDED)
    return vendor


def _open(vendor: Vendor, *, now: datetime) -> None:
    vendor.state = Vendor.State.OPEN
    vendor.opened_at = now
    vendor.save(update_fields=["state", "opened_at"])
    Partner.objects.filter(pk=vendor.partner_id).update(
        is_selling=True, dispatch_country=vendor.country, city=vendor.city
    )


def _locked(vendor: Vendor) -> Application:
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("vendor")
        .get(vendor=vendor)
    )
