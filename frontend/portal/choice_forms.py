"""The choices of a product as a seller states them: a row for each colour or size."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from frontend.portal.offer_forms import OfferForm, terms_of
from frontend.portal.product_forms import ShelfForm, fact_of, field_of
from frontend.storefront.sale_forms import PhotosField
from marketplace.shop.catalogue.models import (
    Product,
    ProductAttribute,
    ProductIdentifier,
)
from marketplace.shop.catalogue.texts import NO_WORDS, FactWords, fact_words
from marketplace.shop.partner.models import StockRecord
from vendors.gtin import is_gtin
from vendors.models import Vendor
from vendors.selectors.offers import products_open_to
from vendors.services.families import (
    FEWEST_CHOICES,
    MOST_CHOICES,
    Choice,
    ChoiceRefusedError,
)
from vendors.services.offers import OfferTerms

if TYPE_CHECKING:
    from frontend.middleware import ViewerRequest
    from frontend.portal.drafts import Kept

    _FormSet = forms.BaseFormSet["ChoiceRow"]
else:
    _FormSet = forms.BaseFormSet

PREFIX = "choice"
VALUE = "value_"
MOST_AXES = 2
_MORE = 3
_CAN_VARY = frozenset({"text", "option", "integer", "float"})
_OFFER = OfferForm.base_fields


def that_vary(attributes: Iterable[ProductAttribute]) -> list[ProductAttribute]:
    """Return the attributes in which the choices of a product may differ."""
    return [each for each in attributes if each.type in _CAN_VARY]


def axes_asked(
    sent: QueryDict, attributes: Iterable[ProductAttribute]
) -> list[ProductAttribute]:
    """Return the attributes that somebody chose, each once, two at most."""
    wanted = dict.fromkeys(filter(None, sent.getlist("axis")))
    known = {each.code: each for each in that_vary(attributes)}
    return [known[code] for code in wanted if code in known][:MOST_AXES]


class SharedTermsForm(forms.Form):
    """What the offers of all choices have in common."""

    condition = _OFFER["condition"]
    condition_note = _OFFER["condition_note"]
    handling_days = _OFFER["handling_days"]

    def terms(self, row: Mapping[str, Any]) -> OfferTerms:
        """Return the terms of one choice, once the form is valid."""
        given = self.cleaned_data
        return OfferTerms(
            sku=row["sku"],
            price_minor=row["price"],
            currency=settings.CURRENCY,
            stock=row["stock"],
            condition=given["condition"],
            condition_note=given["condition_note"],
            handling_days=given["handling_days"],
        )


class FamilyForm(ShelfForm, SharedTermsForm):
    """A new product that comes in choices: all but the choices."""


class ChoicePicturesField(PhotosField):
    """Pictures of a choice; a row in which none was chosen has not changed."""

    def has_changed(self, _initial: Any, data: Any) -> bool:
        """Say whether a picture was chosen."""
        return bool(data)


class ChoiceRow(forms.Form):
    """One choice: its values, its EAN, and what its offer says."""

    child = forms.CharField(required=False, widget=forms.HiddenInput)
    ean = forms.CharField(label=_("EAN"), max_length=24, required=False)
    sku = forms.CharField(label=_("Your number"), max_length=128)
    price = _OFFER["price"]
    stock = _OFFER["stock"]
    pictures = ChoicePicturesField(
        label=_("Pictures of this choice"),
        required=False,
        help_text=_("Shown when it is picked; without any, those of the product."),
    )

    def __init__(
        self,
        *args: Any,
        axes: Sequence[ProductAttribute],
        words: FactWords = NO_WORDS,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.axes = axes
        # What the catalogue has under the same EAN, if this shop may offer it.
        self.known: Product | None = None
        # Its pictures, those of an earlier try first.
        self.kept: list[Kept] = []
        values = {VALUE + axis.code: _value_field(axis, words) for axis in axes}
        self.fields = {**values, **self.fields}

    def clean_ean(self) -> str:
        """Read an EAN that was typed with spaces."""
        ean = "".join(str(self.cleaned_data["ean"]).split())
        if ean and not is_gtin(ean):
            raise forms.ValidationError(
                _("Check this EAN: its last digit does not fit the others.")
            )
        return ean

    @property
    def number(self) -> int:
        """Return which row it is, from 1."""
        return int(str(self.prefix).rpartition("-")[2]) + 1

    @property
    def values(self) -> dict[str, Any]:
        """Return attribute codes with values, of those that are right."""
        given = self.cleaned_data
        return {
            axis.code: fact_of(axis, given[VALUE + axis.code])
            for axis in self.axes
            if VALUE + axis.code in given
        }

    @property
    def shown(self) -> list[forms.BoundField]:
        """Return the fields that are seen, without the box that takes it out."""
        return [each for each in self.visible_fields() if each.name != "DELETE"]

    @property
    def takes_out(self) -> forms.BoundField | None:
        """Return the box that takes out a choice that is there."""
        return self["DELETE"] if "DELETE" in self.fields else None

    def refuse(self, field: str, message: Any) -> None:
        """Show what is wrong at a field; of the values, at the first."""
        first = VALUE + self.axes[0].code
        self.add_error(field if field in self.fields else first, message)


class _Rows(_FormSet):
    """The rows that were filled in; those left empty are none."""

    vendor: Vendor
    fewest = 1

    @property
    def used(self) -> list[ChoiceRow]:
        """Return the rows that say something and stay."""
        stated = (each for each in self.forms if each.has_changed() or each.initial)
        return [each for each in stated if not each.cleaned_data.get("DELETE")]

    def clean(self) -> None:
        """Refuse twins, and EANs and numbers that are somewhere else already."""
        rows = self.used
        if len(rows) < self.fewest:
            raise forms.ValidationError(
                _("Describe at least two choices; one alone is a product of one kind.")
                if self.fewest == FEWEST_CHOICES
                else _("Fill in at least one row.")
            )
        _refuse_twins(rows)
        _refuse_known_eans(self.vendor, rows)
        _refuse_used_numbers(self.vendor, rows)

    def choices(self, shared: SharedTermsForm) -> list[Choice]:
        """Return what was stated, once all is valid."""
        return [
            Choice(
                values=row.values,
                terms=shared.terms(row.cleaned_data),
                ean=row.cleaned_data["ean"],
                child=row.cleaned_data["child"],
                pictures=[picture.file for picture in row.kept],
            )
            for row in self.used
        ]

    def refuse(self, error: ChoiceRefusedError) -> None:
        """Show a refusal at the row that it names."""
        self.used[error.row].refuse(error.field, error.message)


def rows_of(
    request: "ViewerRequest",
    *,
    vendor: Vendor,
    axes: Sequence[ProductAttribute],
    initial: Sequence[Mapping[str, Any]] = (),
    fewest: int = 1,
) -> _Rows:
    """Return the rows as they were sent, or as they are; who asks is given more."""
    made = forms.formset_factory(
        ChoiceRow,
        formset=_Rows,
        extra=0 if initial and fewest == FEWEST_CHOICES else _MORE,
        can_delete=bool(initial),
        can_delete_extra=False,
        absolute_max=MOST_CHOICES,
        max_num=MOST_CHOICES,
    )
    has_rows = f"{PREFIX}-TOTAL_FORMS" in request.POST
    data = request.POST.copy() if has_rows else None
    if data is not None and data.get("do") == "row":
        count = str(data[f"{PREFIX}-TOTAL_FORMS"])
        total = int(count) if count.isdecimal() and len(count) < _MORE + 1 else 0
        data[f"{PREFIX}-TOTAL_FORMS"] = str(min(total + _MORE, MOST_CHOICES))
    given = {"axes": axes, "words": fact_words(axis.code for axis in axes)}
    files = request.FILES if has_rows else None
    rows: Any = made(data, files, prefix=PREFIX, initial=initial, form_kwargs=given)
    rows.vendor, rows.fewest = vendor, fewest
    return cast("_Rows", rows)


def unchecked(form: Any, rows: Any = None) -> None:
    """Let a form be shown as it was filled in so far: nothing is wrong with it yet."""
    # Django has no word of its own for it.
    vars(form).update(_errors=ErrorDict(), cleaned_data={})
    if rows is not None and rows.is_bound:
        for each in rows.forms:
            unchecked(each)
        errors = [each.errors for each in rows.forms]
        vars(rows).update(_errors=errors, _non_form_errors=ErrorList())


def row_of(child: Product, axes: Iterable[ProductAttribute]) -> dict[str, Any]:
    """Return a choice as the first values of its row."""
    offer = next(iter(child.stockrecords.all()), None)
    terms = terms_of(offer) if offer else {}
    eans = [each.value for each in child.identifiers.all() if each.kind == "ean"]
    said = child.choice or {}
    return {
        "child": child.public_id,
        "ean": next(iter(eans), ""),
        **{VALUE + axis.code: said.get(axis.code, "") for axis in axes},
        **{name: terms[name] for name in ("sku", "price", "stock") if name in terms},
    }


def _value_field(axis: ProductAttribute, words: FactWords) -> forms.Field:
    field = field_of(axis, words)
    field.required = True
    if isinstance(field, forms.CharField):
        field.max_length = 60
        field.widget.attrs["maxlength"] = 60
    return field


def _refuse_twins(rows: Iterable[ChoiceRow]) -> None:
    values_seen: dict[tuple[str, ...], int] = {}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        values = tuple(str(value).casefold() for value in row.values.values())
        first = values_seen.setdefault(values, row.number)
        if len(values) == len(row.axes) and first != row.number:
            words = _("Choice %(n)d has the same values: change one of the two.")
            row.refuse("value", words % {"n": first})
        for field in ("ean", "sku"):
            said = row.cleaned_data.get(field)
            first = seen.setdefault((field, said or ""), row.number)
            if said and first != row.number:
                words = _("Choice %(n)d has the same: change one of the two.")
                row.refuse(field, words % {"n": first})


def _refuse_known_eans(vendor: Vendor, rows: Sequence[ChoiceRow]) -> None:
    """Refuse EANs of other products, and know those that could be offered instead."""
    eans = {row.cleaned_data.get("ean") for row in rows} - {"", None}
    found = {
        each.value: each.product
        for each in ProductIdentifier.objects.filter(
            kind=ProductIdentifier.Kind.EAN, value__in=eans
        ).select_related("product")
    }
    ids = {product.pk for product in found.values()}
    open_ids = set(
        products_open_to(vendor).filter(pk__in=ids).values_list("pk", flat=True)
    )
    mine = {row.cleaned_data.get("child") for row in rows}
    for row in rows:
        product = found.get(row.cleaned_data.get("ean", ""))
        if product is None or product.public_id in mine:
            continue
        row.known = product if product.pk in open_ids else None
        row.refuse(
            "ean", _("A product with this EAN exists already: list your offer on it.")
        )


def _refuse_used_numbers(vendor: Vendor, rows: Sequence[ChoiceRow]) -> None:
    skus = {row.cleaned_data.get("sku") for row in rows} - {"", None}
    mine = {row.cleaned_data.get("child") for row in rows} - {"", None}
    used = set(
        StockRecord.objects.filter(partner_id=vendor.partner_id, partner_sku__in=skus)
        .exclude(product__public_id__in=mine)
        .values_list("partner_sku", flat=True)
    )
    for row in rows:
        if row.cleaned_data.get("sku") in used:
            row.refuse("sku", _("You already have an offer with this number."))
