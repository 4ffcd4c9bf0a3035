"""Fields that the portal's forms share: amounts, countries, shelves."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from frontend.countries import NAMES, country_name
from frontend.forms import IntegerField, UnitInput
from marketplace.core.amounts import SYMBOLS, UnclearAmountError, read_amount
from marketplace.core.money import InexactAmountError, from_decimal, to_decimal
from marketplace.shop.catalogue.models import Category

_LONGEST = 16

if TYPE_CHECKING:
    OneCategory = forms.ModelChoiceField[Category]
    SomeCategories = forms.ModelMultipleChoiceField[Category]
else:
    OneCategory = forms.ModelChoiceField
    SomeCategories = forms.ModelMultipleChoiceField


class AmountField(forms.CharField):
    """An amount of major units as it is typed; its value is minor units.

    Without a currency it is the market's.
    """

    default_error_messages = {
        "amount": _("Enter an amount such as 24.90."),
        "unclear": _(
            "Enter an amount such as 24.90. If thousands are meant, write %(large)s."
        ),
    }

    def __init__(self, *, currency: str = "", **more: Any) -> None:
        self.currency = currency or settings.CURRENCY
        widget = UnitInput(SYMBOLS.get(self.currency, self.currency))
        super().__init__(**{"widget": widget, "max_length": _LONGEST, **more})

    def to_python(self, value: Any) -> Any:
        """Return minor units, or None for an empty field."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return minor_of(text, self.currency)
        except UnclearAmountError as error:
            raise forms.ValidationError(
                self.error_messages["unclear"],
                code="unclear",
                params={"large": error.large},
            ) from error
        except InexactAmountError as error:
            raise forms.ValidationError(
                self.error_messages["amount"], code="amount"
            ) from error

    def prepare_value(self, value: Any) -> Any:
        """Write minor units as an amount; what was typed stays as it was typed."""
        if isinstance(value, int):
            return number_format(to_decimal(value, self.currency))
        return value

    def run_validators(self, value: Any) -> None:
        """Measure what was typed, which `max_length` is about."""
        super().run_validators("" if value is None else str(value))

    def validate(self, value: Any) -> None:
        """Ask for an amount where one must be."""
        if self.required and value is None:
            raise forms.ValidationError(
                self.error_messages["required"], code="required"
            )


def minor_of(text: str, currency: str) -> int:
    """Return the minor units of an amount as people in Europe type it.

    Raises UnclearAmountError for 1.000, and InexactAmountError for all that is no
    amount, or too fine.
    """
    return from_decimal(read_amount(text, currency), currency)


class WholeField(IntegerField):
    """A whole number in digits alone: Django would read 1 from 1.000, 10 from 1_0."""

    def to_python(self, value: Any) -> int | None:
        """Refuse what has any other sign than a digit."""
        text = str(value or "").strip()
        if text and not (text.isascii() and text.isdecimal()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


def countries(codes: Any = None) -> list[tuple[str, str]]:
    """Return countries as choices, by name."""
    named = [(code, country_name(code)) for code in codes or NAMES]
    return sorted(named, key=lambda each: each[1])


def offer_choices(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    """Set what a field of choices offers."""
    cast("forms.ChoiceField", field).choices = choices


class ShelfChoice(OneCategory):
    """One category of the whole tree, indented by its depth."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Category.objects.browsable().order_by("path"), **more)

    def label_from_instance(self, obj: Any) -> str:
        """Show the place in the tree."""
        return f"{(obj.depth - 1) * '– '}{obj.name}"


class ShelvesChoice(SomeCategories):
    """Some categories of the first level."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        shelves = Category.objects.browsable().filter(depth=1).order_by("path")
        super().__init__(shelves, **more)

    def label_from_instance(self, obj: Any) -> str:
        """Show its name."""
        return str(obj.name)
