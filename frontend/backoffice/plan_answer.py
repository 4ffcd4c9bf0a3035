"""“Which plan applies to …”: any product of any seller, on any day, at any price."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.backoffice.shop_fields import ShopField
from frontend.formats import rate
from frontend.forms import DecimalField, UnitInput, of_this_age
from frontend.plan_terms import terms_of
from marketplace.core.money import Money, exponent, from_decimal
from marketplace.shop.catalogue.models import Product
from payouts.plans import Plan, Verdict
from payouts.selectors.commission import Trial, subject_of, try_sale
from vendors.models import Vendor
from vendors.selectors.offers import offers_of


class AskForm(forms.Form):
    """A seller, and what else is known of a sale."""

    seller = ShopField(label=gettext_lazy("Seller"))
    product = forms.CharField(
        label=gettext_lazy("Product"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Its EAN or number; empty for the delivery charge."),
    )
    price = DecimalField(
        label=gettext_lazy("Price"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=exponent(settings.CURRENCY),
        widget=UnitInput(settings.CURRENCY),
        help_text=gettext_lazy("Of one piece; empty for the seller's own."),
    )
    on = forms.DateTimeField(
        label=gettext_lazy("Ordered at"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        validators=[of_this_age],
        help_text=gettext_lazy("Empty for now."),
    )

    def clean_product(self) -> Product | None:
        """Find the product. Raises ValidationError if there is none."""
        asked = self.cleaned_data["product"].replace("\0", "").strip()
        if not asked:
            return None
        found = (
            Product.objects.filter(public_id=asked)
            | Product.objects.filter(identifiers__value=asked)
        ).first()
        if found is None:
            raise forms.ValidationError(_("No product has this number."))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the plans say, in order, and what the one that counts takes."""

    vendor: Vendor
    product: Product | None
    at: datetime
    verdicts: list[Verdict]
    winner: Plan | None
    terms: str
    sums: list[tuple[str, Money]]


def asked(given: QueryDict, *, prefix: str = "") -> AskForm:
    """Return the question, bound if there is one."""
    return AskForm(given if "seller" in given else None, prefix=prefix or None)


def answer_to(form: AskForm, *, plans: list[Plan], at: datetime) -> Answer | None:
    """Ask a list of plans what the form asks."""
    if not form.is_bound or not form.is_valid():
        return None
    given = form.cleaned_data
    vendor, product = given["seller"], given["product"]
    gross = _price(given["price"], vendor, product)
    subject = subject_of(
        vendor=vendor,
        product_id=product.pk if product else None,
        unit_minor=gross,
        currency=settings.CURRENCY,
    )
    trial = try_sale(
        plans=plans, vendor=vendor, subject=subject, gross_minor=gross, at=at
    )
    winner = trial.winner
    passed = [one.plan for one in trial.verdicts].index(winner) if winner else 0
    return Answer(
        vendor=vendor,
        product=product,
        at=localtime(at),
        # Nobody asks the plans below the one that counts.
        verdicts=trial.verdicts[: passed + 1] if winner else trial.verdicts,
        winner=winner,
        terms=terms_of(winner, settings.CURRENCY) if winner else "",
        sums=list(_sums(trial, gross)),
    )


def _price(given: Any, vendor: Vendor, product: Product | None) -> int | None:
    """Return the price that was asked about, or that of the seller's own offer."""
    if given is not None:
        return from_decimal(given, settings.CURRENCY)
    if product is None:
        return None
    own = offers_of(vendor).filter(
        product=product, price_currency=settings.CURRENCY, is_active=True
    )
    price = own.values_list("price", flat=True).order_by("price").first()
    return None if price is None else from_decimal(price, settings.CURRENCY)


def _sums(trial: Trial, gross: int | None) -> Any:
    if trial.priced is None or gross is None:
        return
    currency, fee, vat = settings.CURRENCY, trial.priced.fee, trial.priced.vat
    yield _("Price"), Money(gross, currency)
    yield _("Commission"), Money(-fee.commission_minor, currency)
    if fee.vat_minor:
        words = _("VAT on it, %s") % rate(vat.rate_bps)
        yield words, Money(-fee.vat_minor, currency)
    left = gross - fee.commission_minor - fee.vat_minor
    yield _("Seller gets"), Money(left, currency)
