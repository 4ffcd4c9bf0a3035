"""The seven steps from an application to an open shop, each with its state."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import formats
from frontend.countries import country_name
from marketplace.core.viewer import Viewer
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.shipping.models import Zone
from payouts.selectors.sellers import account_of
from vendors.models import Application, Vendor
from vendors.selectors.offers import offers_of

DONE, NEEDS_YOU, WAITS, OPEN = "done", "bad", "warn", ""
_SHOWN, _SHOWN_OFFERS = 2, 4


@dataclass(frozen=True, slots=True)
class Step:
    """A step: what it is, what is known, where it is done."""

    key: str
    title: str
    sub: str
    state: str
    href: str

    @property
    def is_done(self) -> bool:
        """Say whether nothing is left to do here."""
        return self.state == DONE


def steps_of(viewer: Viewer, vendor: Vendor) -> list[Step]:
    """Return the steps in the order in which they are shown; five queries."""
    return list(_steps(viewer, vendor))


def _steps(viewer: Viewer, vendor: Vendor) -> Iterator[Step]:
    yield _step(vendor, "identity", _("Who you are"), *_identity(vendor))
    yield _step(vendor, "goods", _("What you sell"), *_goods(vendor))
    yield _step(vendor, "texts", _("Your shop window"), *_texts(vendor))
    yield _step(vendor, "delivery", _("Delivery"), *_delivery(vendor))
    yield _step(vendor, "payments", _("Payments"), *_payments(viewer, vendor))
    yield _step(vendor, "offer", _("Your first offer"), *_offer(vendor))
    yield _step(vendor, "decision", _("Our answer"), *_decision(vendor))


_ROUTES = {
    "identity": "portal-settings",
    "goods": "portal-settings-goods",
    "texts": "portal-settings-texts",
    "delivery": "portal-settings-delivery",
    "payments": "portal-payments",
    "offer": "portal-offer-new",
    "decision": "portal-onboarding",
}


def _step(vendor: Vendor, key: str, title: str, state: str, sub: str) -> Step:
    href = reverse(_ROUTES[key], kwargs={"handle": vendor.handle})
    return Step(key, title, sub, state, href)


def _identity(vendor: Vendor) -> tuple[str, str]:
    wanted = {
        _("legal name"): vendor.legal_name,
        _("address"): vendor.street and vendor.postcode and vendor.city,
        _("contact person"): vendor.contact_name,
        _("contact e-mail"): vendor.contact_email,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        return OPEN, _("Still missing: %s") % ", ".join(missing)
    return DONE, _("%(name)s, %(city)s, %(country)s") % {
        "name": vendor.legal_name,
        "city": vendor.city,
        "country": country_name(vendor.country),
    }


def _goods(vendor: Vendor) -> tuple[str, str]:
    sells = vendor.application.sells
    if not sells:
        return OPEN, _("Tell us in a few words, and choose your shelves.")
    return DONE, sells.splitlines()[0][:120]


def _texts(vendor: Vendor) -> tuple[str, str]:
    wanted = {_("about you"): vendor.about, _("returns"): vendor.returns_policy}
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        return OPEN, _("Still missing: %s") % ", ".join(missing)
    return DONE, vendor.tagline or _("A text about you and how returns work")


def _delivery(vendor: Vendor) -> tuple[str, str]:
    zones = list(
        Zone.objects.filter(
            partner_id=vendor.partner_id, rates__is_active=True
        ).distinct()
    )
    if not zones:
        return OPEN, _("Say where you send things, and for how much.")
    names = ", ".join(zone.name for zone in zones[:_SHOWN])
    more = len(zones) - _SHOWN
    if more > 0:
        names = _("%(names)s and %(more)d more") % {"names": names, "more": more}
    return DONE, names


def _payments(viewer: Viewer, vendor: Vendor) -> tuple[str, str]:
    account = account_of(viewer, vendor_id=vendor.pk)
    if account is None or account.recipient_status == "none":
        return OPEN, _(
            "Stripe checks your identity and bank account on a page of its own."
        )
    says = {
        "active": (DONE, _("Stripe can pay you.")),
        "requested": (OPEN, _("Stripe still has questions for you.")),
        "pending": (WAITS, _("Stripe checks what you sent.")),
        "restricted": (NEEDS_YOU, _("Stripe asks for more before it can pay you.")),
        "rejected": (NEEDS_YOU, _("Stripe has refused the account.")),
        "unsupported": (NEEDS_YOU, _("Stripe pays no sellers in your country.")),
        "closed": (NEEDS_YOU, _("The account at Stripe is closed.")),
    }
    # Stripe may invent a status tomorrow.
    unknown = (WAITS, _("Stripe says: %s") % account.recipient_status)
    return says.get(account.recipient_status, unknown)


def _offer(vendor: Vendor) -> tuple[str, str]:
    count = StockRecord.objects.filter(partner_id=vendor.partner_id).count()
    if not count:
        return OPEN, _("You can list while we check; nothing shows before you open.")
    return DONE, ngettext("%(n)d offer", "%(n)d offers", count) % {"n": count}


@dataclass(frozen=True, slots=True)
class FirstOffer:
    """An offer of a shop that is not open: its picture, and what it lacks."""

    title: str
    image: object
    words: str
    tone: str
    badge: str


def first_offers(vendor: Vendor) -> list[FirstOffer]:
    """Return the newest offers of an applying shop, with what they lack."""
    offers = offers_of(vendor).prefetch_related("product__images")
    return [_first(offer) for offer in offers[:_SHOWN_OFFERS]]


def _first(offer: StockRecord) -> FirstOffer:
    product = offer.product
    pictures = list(product.images.all())
    words, tone, badge = _("Complete, goes live with the shop"), "good", _("Ready")
    if product.review_state == Product.Review.REFUSED:
        words, tone, badge = _("We could not take it as it is"), "bad", _("Needs you")
    elif not pictures:
        words, tone, badge = _("A picture is missing"), "warn", _("Needs you")
    elif not offer.available:
        words, tone, badge = _("Nothing on the shelf"), "warn", _("Needs you")
    elif product.review_state == Product.Review.IN_REVIEW:
        words, tone, badge = _("We look at it"), "info", _("Being checked")
    image = pictures[0].original if pictures else None
    return FirstOffer(product.get_title(), image, words, tone, badge)


def _decision(vendor: Vendor) -> tuple[str, str]:
    application = vendor.application
    says = {
        Application.State.DRAFT: (OPEN, _("Send it when the steps above are done.")),
        Application.State.SUBMITTED: (WAITS, _sent(application)),
        Application.State.MORE_WANTED: (NEEDS_YOU, application.answer),
        Application.State.REFUSED: (NEEDS_YOU, application.answer),
        Application.State.APPROVED: (
            DONE,
            application.answer or _("Approved. Your shop is open."),
        ),
    }
    return says[Application.State(application.state)]


def _sent(application: Application) -> str:
    if application.submitted_at is None:
        return _("We have it.")
    return _("Sent %s. It usually takes a day.") % formats.moment(
        application.submitted_at
    )
