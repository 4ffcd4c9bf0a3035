"""How forms are drawn: fields with label, help and error tied to their control."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.formats import get_format, number_format
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _

from frontend import formats
from marketplace.core.amounts import UnclearAmountError, read_number
from marketplace.core.money import InexactAmountError, Money

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_THOUSAND = 1000
_MARKS_OF_PYTHON = frozenset("_eE")


def of_this_age(day: date) -> None:
    """Refuse a date with a mistyped year, which the edges of the calendar break on.

    Raises ValidationError. For the `validators` of a field.
    """
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise forms.ValidationError(
            _("Enter a year from %(first)s to %(last)s."),
            params={"first": _FIRST_YEAR, "last": _LAST_YEAR},
        )


def words_of(request: HttpRequest, name: str, *, most: int = 500) -> str:
    """Return a line that was typed without a form around it.

    Without NUL, which the database does not take, and no longer than its field.
    """
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def at_most(minor: int, currency: str) -> str:
    """Return the hint below a field for an amount that has a limit."""
    return _("at most %(most)s") % {"most": formats.amount(Money(minor, currency))}


def filled(words: Promise | str, **named: object) -> str:
    """Fill words in when they are shown: a `%` beside them does when they are read.

    Which is in no language but the first, for all.
    """
    return lazy(lambda: str(words) % named, str)()


class _PlainNumber(forms.Field):
    """A field of a number as people write it: Python's own 1_0 and 1e1 are typos.

    So are the digits of other alphabets: who looks at what was typed may not read them.
    """

    def to_python(self, value: Any) -> Any:
        """Read it. Raises ValidationError, as the field does for what is no number."""
        if isinstance(value, str) and (
            not _MARKS_OF_PYTHON.isdisjoint(value)
            or any(sign.isdecimal() and not sign.isascii() for sign in value)
        ):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DecimalInput(forms.TextInput):
    """A number with decimals; text, as number fields of browsers lose a comma."""

    layout = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__({**usual, **(attrs or {})})


class _Written(forms.Field):
    """A number with decimals as its writer's language has them: 12.5, or 12,5.

    What may be thousands or decimals is asked about, never guessed.
    """

    decimals = 2

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"widget": DecimalInput, "localize": True, **more})

    def to_python(self, value: Any) -> Any:
        """Read it. Raises ValidationError for what is unclear, or no number."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        sign = get_format("DECIMAL_SEPARATOR")
        try:
            value = read_number(value, decimals=self.decimals, sign=sign)
        except UnclearAmountError as error:
            raise forms.ValidationError(
                _("Is this %(large)s or %(small)s? Write it so."),
                code="unclear",
                params=_meanings(error.large),
            ) from error
        except InexactAmountError as error:
            raise forms.ValidationError(
                self.error_messages["invalid"], code="invalid"
            ) from error
        return super().to_python(value)


class DecimalField(_Written, forms.DecimalField):
    """An amount or a percentage."""

    # What its label says instead of “optional”.
    when_optional: Promise | str = ""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.decimals = self.decimal_places or self.decimals


class IntegerField(_PlainNumber, forms.IntegerField):
    """A whole number."""


class FloatField(_Written, forms.FloatField):
    """A measure."""

    decimals = 6


class ComptoirFormRenderer(TemplatesSetting):
    """Draw fields and widgets with the templates below `django/forms/`."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/group.html"


class UnitInput(DecimalInput):
    """A number with its unit behind it: `980 g`."""

    template_name = "django/forms/widgets/unit.html"

    def __init__(self, unit: str, attrs: dict[str, Any] | None = None) -> None:
        self.unit = unit
        super().__init__(attrs)

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Add the unit to what the template sees."""
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


class SwitchInput(forms.CheckboxInput):
    """On or off, at once understood."""

    layout = "switch"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "switch", "role": "switch", **(attrs or {})})


class StarInput(forms.RadioSelect):
    """A note from 1 to 5 as stars."""

    template_name = "django/forms/widgets/stars.html"
    layout = "radio"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, choices=[(str(n), str(n)) for n in range(5, 0, -1)])


class ChoiceCards(forms.RadioSelect):
    """One of a few, each in its own frame; a label of two lines has a second part."""

    template_name = "django/forms/widgets/cards.html"
    layout = "radio"
    # What stands at the end of some cards, by their values; a look may change it.
    beside: Mapping[str, str] = MappingProxyType({})

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return a card with what stands at its end; None where nothing ever does."""
        option = super().create_option(*args, **kwargs)
        return {**option, "beside": self.beside.get(str(option["value"]))}


class ChoiceLines(forms.RadioSelect):
    """One of a few, a line each."""

    template_name = "django/forms/widgets/lines.html"
    layout = "radio"
    # The key of the keyboard that chooses a value.
    keys: Mapping[str, str] = MappingProxyType({})

    def create_option(self, name: str, value: Any, *rest: Any, **more: Any) -> Any:
        """Return one choice with its key."""
        option = super().create_option(name, value, *rest, **more)
        return {**option, "key": self.keys.get(str(value), "")}


def _meanings(large: str) -> dict[str, str]:
    """Return what 1.250 may mean: 1250, or 1.25."""
    small = (Decimal(large) / _THOUSAND).normalize()
    return {"large": large, "small": number_format(small)}
