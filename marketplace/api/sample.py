"""An answer without rows: made of the serializer, so that its shape is the true one."""

from typing import Any

from rest_framework import serializers

from marketplace.db import clock

WORDS = "…"
_MOMENT = serializers.DateTimeField()


def sample_of(serializer: Any) -> dict[str, Any]:
    """Return an example of what a serializer writes; what may be null is null."""
    return {name: _sample(field) for name, field in serializer.fields.items()}


def _sample(field: Any) -> Any:
    if isinstance(field, serializers.ListSerializer):
        return [sample_of(field.child)]
    if isinstance(field, serializers.BaseSerializer):
        return sample_of(field)
    if field.allow_null or getattr(field, "allow_blank", False):
        return None if field.allow_null else ""
    return _leaf(field)


def _leaf(field: Any) -> Any:
    if isinstance(field, serializers.DateTimeField):
        return _MOMENT.to_representation(clock.now())
    if isinstance(field, serializers.IntegerField):
        return 1
    if isinstance(field, serializers.ChoiceField):
        return next(iter(field.choices))
    return WORDS
