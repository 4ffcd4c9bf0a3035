"""How forms are drawn: fields with label, help and error tied to their control."""

from datetime import date
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import gettext as _

from frontend import formats
from marketplace.core.money import Money

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
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


class _PlainNumber(forms.Field):
    """A field of a number as people write it: Python's own 1_0 and 1e1 are typos."""

    def to_python(self, value: Any) -> Any:
        """Read it. Raises ValidationError, as the field does for what is no number."""
        if isinstance(value, str) and not _MARKS_OF_PYTHON.isdisjoint(value):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DecimalField(_PlainNumber, forms.DecimalField):
    """An amount or a percentage."""


class IntegerField(_PlainNumber, forms.IntegerField):
    """A whole number."""


class FloatField(_PlainNumber, forms.FloatField):
    """A measure."""


class ComptoirFormRenderer(TemplatesSetting):
    """Draw fields and widgets with the templates below `django/forms/`."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/group.html"


class UnitInput(forms.NumberInput):
    """A number with its unit behind it: `980 g`."""

    template_name = "django/forms/widgets/unit.html"
    layout = "text"

    def __init__(self, unit: str, attrs: dict[str, Any] | None = None) -> None:
        self.unit = unit
        super().__init__({"inputmode": "decimal", **(attrs or {})})

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
