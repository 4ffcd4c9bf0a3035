"""Columns that several apps share."""

from typing import TYPE_CHECKING, Any

from django.db import models

from marketplace.core.identifiers import public_id

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField

_PUBLIC_ID_LENGTH = 40


class PublicIdField(CharField):
    """An opaque, prefixed id, given when the row is first saved (bulk_create too)."""

    def __init__(self, *args: Any, prefix: str = "", **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs.setdefault("max_length", _PUBLIC_ID_LENGTH)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Keep the prefix in migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["prefix"] = self.prefix
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Give the id just before the first insert."""
        value = getattr(model_instance, self.attname)
        if add and not value:
            value = public_id(self.prefix)
            setattr(model_instance, self.attname, value)
        return value


class CurrencyField(CharField):
    """An ISO 4217 code in capitals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)


class CountryField(CharField):
    """An ISO 3166-1 alpha-2 code in capitals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2)
        super().__init__(*args, **kwargs)
