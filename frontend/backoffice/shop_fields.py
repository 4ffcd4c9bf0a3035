"""How an operator names a shop in a form: by its handle, or as the search offers it.

A market has more shops than a list can hold, and several may bear one name.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vendors.models import Vendor
from vendors.selectors.shops import shops_called, shops_numbered, shops_to_name

_FEW = 5
_LONGEST = 400


def label_of(shop: Vendor) -> str:
    """Return a shop as the search offers it, told from others of its name."""
    return f"{shop.name} ({shop.handle})"


class ShopInput(forms.TextInput):
    """A field that offers shops while somebody types."""

    template_name = "django/forms/widgets/shop.html"
    layout = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "autocomplete": "off",
                "spellcheck": "false",
                "data-suggest": reverse_lazy("office-shops"),
                **(attrs or {}),
            }
        )

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Tie the field to its list, and fill that for browsers without scripts."""
        context = super().get_context(name, value, attrs)
        listed = f"{context['widget']['attrs'].get('id') or name}-shops"
        context["widget"]["attrs"]["list"] = context["widget"]["listed"] = listed
        context["widget"]["offered"] = [
            label_of(shop) for shop in (shops_to_name(_plain(value)) if value else [])
        ]
        return context


class ShopsInput(forms.Textarea):
    """Shops, one a line; a search beside it adds them."""

    template_name = "django/forms/widgets/shops.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4, "spellcheck": "false", **(attrs or {})})

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Say where the search looks."""
        context = super().get_context(name, value, attrs)
        context["widget"]["suggest"] = reverse_lazy("office-shops")
        return context


class ShopField(forms.CharField):
    """One shop; cleaned it is a `Vendor`."""

    widget = ShopInput

    def __init__(self, **more: Any) -> None:
        more.setdefault("help_text", gettext_lazy("Its handle, or a part of its name."))
        super().__init__(max_length=_LONGEST, **more)

    def clean(self, value: Any) -> Any:
        """Find the shop. Raises ValidationError that says what to write."""
        written = super().clean(_plain(value))
        return _found([written])[0] if written else None

    def prepare_value(self, value: Any) -> Any:
        """Show a shop that a link names by its handle with its name."""
        return label_of(value) if isinstance(value, Vendor) else value


class ShopsField(forms.CharField):
    """Several shops, one a line; cleaned they are a list of `Vendor`s, each once."""

    widget = ShopsInput

    def __init__(self, *, only_open: bool = False, **more: Any) -> None:
        self.only_open = only_open
        super().__init__(max_length=100_000, **more)

    def clean(self, value: Any) -> Any:
        """Find the shops. Raises ValidationError for the first that is none."""
        lines = [line.strip() for line in super().clean(_plain(value)).splitlines()]
        found = list(dict.fromkeys(_found([line for line in lines if line])))
        for shop in found:
            if self.only_open and shop.state != Vendor.State.OPEN:
                words = _("%s does not sell now: take it out.")
                raise forms.ValidationError(words % label_of(shop))
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show shops, or their keys, as lines."""
        if value is None or isinstance(value, str):
            return value
        return "\n".join(label_of(shop) for shop in shops_numbered(list(value)))


def _plain(value: Any) -> str:
    return str(value or "").replace("\0", " ")


def _found(lines: list[str]) -> list[Vendor]:
    """Return the shop of each line. Raises ValidationError for the first without."""
    called = shops_called(lines)
    return [_only(line, called[line]) for line in lines]


def _only(written: str, shops: list[Vendor]) -> Vendor:
    if len(shops) == 1:
        return shops[0]
    if shops:
        words = _("Several shops: %s. Write one so.")
        raise forms.ValidationError(words % _listed(shops[:_FEW]))
    near = shops_to_name(written, most=_FEW)
    if near:
        words = _("There is no such shop. Did you mean %s?")
        raise forms.ValidationError(words % _listed(near))
    raise forms.ValidationError(
        _("There is no such shop. Write its handle, or a part of its name.")
    )


def _listed(shops: Iterable[Vendor]) -> str:
    return ", ".join(label_of(shop) for shop in shops)
