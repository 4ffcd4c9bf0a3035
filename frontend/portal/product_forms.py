"""A product as a seller describes it: its kind decides what is asked."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _

from frontend.forms import DecimalInput, FloatField, IntegerField, UnitInput, filled
from frontend.portal.fields import ShelfChoice
from frontend.portal.offer_forms import OfferForm
from frontend.storefront.sale_forms import PhotosField
from frontend.tongues import other_tongues
from marketplace.accounts.languages import Tongue
from marketplace.shop.catalogue.models import (
    Category,
    Product,
    ProductAttribute,
    ProductClass,
)
from marketplace.shop.catalogue.texts import FactWords, Texts, fact_words
from marketplace.shop.tax.models import TaxClass
from search.words import without_tags
from vendors.services.pictures import MOST_PICTURES

PREFIX = "fact_"
_LONGEST = 300
_MOST_NUMBER = 10**9
_YES_NO = (("", _("Not said")), ("yes", _("Yes")), ("no", _("No")))
_NO_FIELD = frozenset({"entity", "file", "image"})


class DescriptionForm(forms.Form):
    """Title, brand, text, and the typed attributes of a kind of product."""

    title = forms.CharField(
        label=_("Title"),
        min_length=3,
        max_length=255,
        help_text=_("What it is, its size or colour. No brand of others, no prices."),
    )
    brand = forms.CharField(label=_("Brand or maker"), max_length=120, required=False)
    description = forms.CharField(
        label=_("Description"),
        max_length=10_000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("What a buyer must know before it arrives."),
    )
    pictures = PhotosField(
        label=_("Pictures"),
        required=False,
        help_text=filled(
            _("Square JPG, PNG or WebP of 600 pixels or more, up to %(most)d."),
            most=MOST_PICTURES,
        ),
    )

    def __init__(
        self, *args: Any, attributes: Iterable[ProductAttribute] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.attributes = [each for each in attributes if each.type not in _NO_FIELD]
        said = fact_words(attribute.code for attribute in self.attributes)
        for attribute in self.attributes:
            self.fields[PREFIX + attribute.code] = field_of(attribute, said)
        for tongue in other_tongues():
            for name, field in _words_in(tongue).items():
                self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Ask for a title where there is a text in a language."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for tongue in other_tongues():
            title, text = (f"{name}_{tongue.code}" for name in ("title", "text"))
            if given.get(text) and not given.get(title):
                self.add_error(title, _("Give it a title in this language, too."))
        return given

    @property
    def tongues(self) -> list[tuple[Tongue, list[forms.BoundField], bool]]:
        """Return the fields of each other language, and whether any is filled in."""
        found = []
        for tongue in other_tongues():
            fields = [self[name] for name in _words_in(tongue)]
            is_open = any(field.value() or field.errors for field in fields)
            found.append((tongue, fields, is_open))
        return found

    @property
    def texts(self) -> Texts:
        """Return title and description by language, once the form is valid."""
        return {
            tongue.code: {
                "title": self.cleaned_data[f"title_{tongue.code}"],
                "description": _as_markup(self.cleaned_data[f"text_{tongue.code}"]),
            }
            for tongue in other_tongues()
            if self.cleaned_data[f"title_{tongue.code}"]
        }

    @property
    def fact_fields(self) -> Iterator[forms.BoundField]:
        """Return the fields of the attributes."""
        return (self[PREFIX + attribute.code] for attribute in self.attributes)

    @property
    def markup(self) -> str:
        """Return the description as the product keeps it: paragraphs, no other tags."""
        return _as_markup(self.cleaned_data["description"])

    @property
    def facts(self) -> dict[str, Any]:
        """Return attribute codes with values, once the form is valid."""
        given = {
            attribute.code: fact_of(
                attribute, self.cleaned_data[PREFIX + attribute.code]
            )
            for attribute in self.attributes
        }
        return {code: value for code, value in given.items() if value is not None}


class ShelfForm(DescriptionForm):
    """A new product: where it is found, and its VAT."""

    category = ShelfChoice(
        label=_("Shelf"),
        empty_label=_("Choose a shelf"),
        help_text=_("Where buyers look for it."),
    )
    tax_class = forms.ChoiceField(
        label=_("VAT"),
        choices=(
            (TaxClass.STANDARD, _("Standard rate")),
            (TaxClass.REDUCED, _("Reduced rate: books, food")),
            (TaxClass.ZERO, _("No VAT")),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nothing to choose in a market that has no shelves yet.
        self.fields["category"].required = Category.objects.browsable().exists()


class ProductForm(ShelfForm, OfferForm):
    """A new product with the first offer of it."""

    ean = forms.CharField(
        label=_("EAN"),
        max_length=24,
        required=False,
        help_text=_("The number below the bars, if it has one."),
    )

    def clean_ean(self) -> str:
        """Read an EAN that was typed with spaces."""
        return "".join(str(self.cleaned_data["ean"]).split())


def _words_in(tongue: Tongue) -> dict[str, forms.Field]:
    area = forms.Textarea({"rows": 4, "lang": tongue.code})
    return {
        f"title_{tongue.code}": forms.CharField(
            label=_("Title"),
            max_length=255,
            required=False,
            widget=forms.TextInput({"lang": tongue.code}),
        ),
        f"text_{tongue.code}": forms.CharField(
            label=_("Description"), max_length=10_000, required=False, widget=area
        ),
    }


def _as_markup(text: str) -> str:
    return str(linebreaks(text, autoescape=True)) if text else ""


def field_of(attribute: ProductAttribute, said: FactWords) -> forms.Field:
    """Return the field in which a seller states an attribute, in the seller's words."""
    label = said.name(attribute.code, attribute.name)
    words = {"label": label, "required": attribute.required}
    if attribute.type in {"option", "multi_option"}:
        return _choice(attribute, said, words)
    if attribute.type in {"integer", "float"}:
        return _number(attribute, said.unit(attribute.unit), words)
    match attribute.type:
        case "boolean":
            return forms.ChoiceField(choices=_YES_NO, **words)
        case "date":
            day = forms.DateInput({"type": "date"}, "%Y-%m-%d")
            return forms.DateField(widget=day, **words)
        case "richtext":
            area = forms.Textarea({"rows": 3})
            return forms.CharField(max_length=4000, widget=area, **words)
    return forms.CharField(max_length=_LONGEST, **words)


def fact_of(attribute: ProductAttribute, value: Any) -> Any:
    """Return what `Product.facts` keeps of an answer; None for no answer."""
    if value in (None, "", []):
        return None
    if attribute.type == "boolean":
        return value == "yes"
    if attribute.type in {"date", "datetime"}:
        return value.isoformat()
    return value


def answers_of(product: Product, texts: Texts) -> dict[str, Any]:
    """Return a product as the first values of its form."""
    written = {True: "yes", False: "no"}
    facts = {
        PREFIX + code: written[value] if isinstance(value, bool) else value
        for code, value in product.facts.items()
    }
    return {
        "title": product.title,
        "brand": product.brand,
        "description": text_of(product.description),
        **facts,
        **{f"title_{code}": said["title"] for code, said in texts.items()},
        **{
            f"text_{code}": text_of(said["description"]) for code, said in texts.items()
        },
    }


def text_of(markup: str) -> str:
    """Return a description as its seller typed it."""
    spaced = re.sub(r"</p>\s*", "\n\n", re.sub(r"<br\s*/?>", "\n", markup))
    return without_tags(spaced).strip()


def attributes_of(kind: ProductClass | None) -> list[ProductAttribute]:
    """Return what is asked of a kind of product; two queries."""
    if kind is None:
        return []
    found = kind.attributes.select_related("option_group")
    return list(found.prefetch_related("option_group__options").order_by("name"))


def _number(
    attribute: ProductAttribute, unit: str, words: dict[str, Any]
) -> forms.Field:
    most = _MOST_NUMBER
    if attribute.type == "float":
        measure = UnitInput(unit) if unit else DecimalInput()
        return FloatField(widget=measure, min_value=-most, max_value=most, **words)
    whole = UnitInput(unit, {"inputmode": "numeric"}) if unit else forms.NumberInput()
    return IntegerField(widget=whole, min_value=-most, max_value=most, **words)


def _choice(
    attribute: ProductAttribute, said: FactWords, words: dict[str, Any]
) -> forms.Field:
    group = attribute.option_group
    options = [each.option for each in group.options.all()] if group else []
    choices = [(option, said.value(attribute.code, option)) for option in options]
    if attribute.type == "multi_option":
        boxes = forms.CheckboxSelectMultiple()
        return forms.MultipleChoiceField(choices=choices, widget=boxes, **words)
    return forms.ChoiceField(choices=[("", _("Not said")), *choices], **words)
