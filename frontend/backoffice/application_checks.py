"""What is looked over of an application before a person decides on it."""

import re
from collections.abc import Collection, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend.backoffice.checks import Check
from payouts.selectors.sellers import readiness_of
from vendors.models import Application, ApplicationFile, Vendor
from vendors.selectors.likeness import BANK, PAPER, Alike, shops_alike
from vendors.selectors.offers import offers_of
from vendors.selectors.shops import has_confirmed_address
from vendors.vat_number import begins_as_of, can_be_checked, is_at_fault, prefix_of

_MOST_ALIKE, _MOST_DRAFTS = 5, 100
_SHARES: dict[str, Promise] = {
    "vat_number": gettext_lazy("VAT number"),
    "registration_number": gettext_lazy("register number"),
    "legal_name": gettext_lazy("name of the trader"),
    "contact_phone": gettext_lazy("phone"),
    "contact_email": gettext_lazy("e-mail"),
    "address": gettext_lazy("address"),
    PAPER: gettext_lazy("a paper"),
    BANK: gettext_lazy("bank account"),
}


def checks_of_application(
    application: Application, *, paid_alike: Collection[Collection[int]] = ()
) -> list[Check]:
    """Return what can be told about a trader without asking anybody. Eight queries.

    `paid_alike` are sets of shops that are paid to one bank account.
    """
    vendor = application.vendor
    return [
        _vat(vendor),
        _stated(_("Trade register"), vendor.registration_number),
        _stated(_("Phone"), vendor.contact_phone),
        _email(vendor),
        _papers(application),
        _payments(vendor),
        _seen_before(vendor, paid_alike),
        _drafts(vendor),
    ]


def _vat(vendor: Vendor) -> Check:
    title, number = _("VAT number"), vendor.vat_number.replace(" ", "").upper()
    if not number:
        return Check(title=title, found=_("None stated, as small traders may"))
    if not begins_as_of(number, vendor.country):
        found = _("%(number)s does not begin with %(prefix)s") % {
            "number": vendor.vat_number,
            "prefix": prefix_of(vendor.country),
        }
        return Check(title=title, found=found, is_good=False)
    if not can_be_checked(number):
        found = _("%(number)s: the check digits of that country are not known here")
        return Check(title=title, found=found % {"number": number}, is_good=False)
    if is_at_fault(number, vendor.country):
        found = _("%(number)s: the check digits are wrong") % {"number": number}
        return Check(title=title, found=found, is_good=False)
    return Check(
        title=title,
        found=_("%(number)s: the check digits are right") % {"number": number},
    )


def _stated(title: str, value: str) -> Check:
    return Check(title=title, found=value or _("None stated"), is_good=bool(value))


def _email(vendor: Vendor) -> Check:
    is_good = has_confirmed_address(vendor)
    found = _("Whoever signs in has shown that the address is theirs")
    if not is_good:
        found = _("Nobody of the shop has confirmed an address")
    return Check(title=_("E-mail"), found=found, is_good=is_good)


def _papers(application: Application) -> Check:
    states = list(application.files.values_list("state", flat=True))
    said = {
        ApplicationFile.State.ACCEPTED: _("%(n)d accepted"),
        ApplicationFile.State.WAITING: _("%(n)d to decide"),
        ApplicationFile.State.REFUSED: _("%(n)d refused"),
    }
    found = [
        words % {"n": states.count(state)}
        for state, words in said.items()
        if state in states
    ]
    is_good = set(states) == {ApplicationFile.State.ACCEPTED.value}
    return Check(
        title=_("Documents"),
        found=", ".join(found) or _("None was sent"),
        is_good=is_good,
    )


def _payments(vendor: Vendor) -> Check:
    found = readiness_of(vendor_id=vendor.pk)
    words, is_good = found or (_("Not begun yet"), False)
    return Check(title=_("Payments"), found=words, is_good=is_good)


def _seen_before(vendor: Vendor, paid_alike: Collection[Collection[int]]) -> Check:
    same = {shop for each in paid_alike if vendor.pk in each for shop in each}
    others = shops_alike(vendor, paid_alike=same - {vendor.pk}, most=_MOST_ALIKE)
    title = _("Seen before")
    if not others:
        return Check(
            title=title,
            found=_(
                "No other shop has this VAT or register number, name, phone, e-mail,"
                " address, paper or bank account"
            ),
        )
    return Check(
        title=title,
        found=_("Other shops share something with it:"),
        is_good=False,
        links=[
            (_alike(each), reverse("office-seller", args=[each.shop.handle]))
            for each in others
        ],
    )


def _alike(other: Alike) -> str:
    """Name a shop, what became of it if that is bad, and what it shares."""
    shares = ", ".join(str(_SHARES[name]) for name in other.shares)
    name = other.shop.name
    if other.is_barred:
        is_applying = other.shop.state == Vendor.State.APPLYING
        state = _("refused") if is_applying else other.shop.get_state_display()
        name = f"{name} ({state})"
    return _("%(shop)s: %(shares)s") % {"shop": name, "shares": shares}


def _drafts(vendor: Vendor) -> Check:
    offers = offers_of(vendor)
    count = offers.count()
    words = ngettext("%d offer is written", "%d offers are written", count) % count
    claims = sorted(_claims(offer.product.title for offer in offers[:_MOST_DRAFTS]))
    if claims:
        words = _("%(offers)s; claims that need a proof: %(claims)s") % {
            "offers": words,
            "claims": ", ".join(claims),
        }
    found = words if count else _("No offer yet")
    return Check(title=_("Drafts"), found=found, is_good=not claims)


def _claims(titles: Iterator[str]) -> set[str]:
    """Return the words that need a proof among those of some titles."""
    said = " ".join(titles).lower()
    return {
        word
        for word in settings.CLAIM_WORDS
        if re.search(rf"\b{re.escape(word.lower())}", said)
    }
