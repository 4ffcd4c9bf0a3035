"""Which parameters Stripe takes, read from the SDK's own `stripe.params` types.

Only types are read: the sandbox makes no call through the SDK.
"""

import importlib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NotRequired, Required, Union

import typing_extensions
from stripe import RequestOptions
from stripe._stripe_object import UntypedStripeObject

from .errors import ApiError, invalid

# v1 parameters inherit the SDK's request options, whose annotations name these.
_REQUEST_NAMES = {"StripeContext": str, "Mapping": Mapping, "Dict": dict}
_UNIONS: tuple[Any, ...] = (Union, types.UnionType)
_TRANSPORT = frozenset(RequestOptions.__annotations__)
_RETIRED = frozenset(["payment_method_types"])


@dataclass
class Shape:
    """What a parameter may look like; several members when it is a union."""

    fields: dict[str, "Shape"] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    is_object: bool = False
    item: "Shape | None" = None
    value: "Shape | None" = None
    scalars: set[type] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    is_anything: bool = False


@cache
def shape_of(name: str) -> Shape:
    """Return the shape of `module:TypedDict`, such as `v2.core:AccountCreateParams`."""
    module, _, typed_dict = name.rpartition(":")
    package = f"stripe.params.{module}" if module else "stripe.params"
    return _object(getattr(importlib.import_module(package), typed_dict))


@cache
def _object(typed_dict: type) -> Shape:
    hints = typing_extensions.get_type_hints(
        typed_dict, localns=_REQUEST_NAMES, include_extras=True
    )
    shape = Shape(is_object=True)
    for key, hint in hints.items():
        if key in _TRANSPORT:
            continue
        shape.fields[key] = _shape(hint)
        if _origin(hint) is not NotRequired:
            shape.required.add(key)
    return shape


def _origin(hint: Any) -> Any:
    return typing_extensions.get_origin(hint)


def _shape(hint: Any) -> Shape:
    origin = _origin(hint)
    arguments = typing.get_args(hint)
    if origin in {NotRequired, Required}:
        return _shape(arguments[0])
    if origin in _UNIONS:
        return _union([_shape(argument) for argument in arguments])
    if origin is Literal:
        return Shape(
            choices={str(choice) for choice in arguments}, scalars=_typed(arguments)
        )
    if origin is list:
        return Shape(item=_shape(arguments[0]))
    if origin in {dict, UntypedStripeObject}:
        return Shape(value=_shape(arguments[-1]))
    return _plain(hint)


def _typed(choices: tuple[Any, ...]) -> set[type]:
    return {bool} if any(isinstance(choice, bool) for choice in choices) else set()


def _plain(hint: Any) -> Shape:
    if typing_extensions.is_typeddict(hint):
        return _object(hint)
    if isinstance(hint, type) and hint is not object:
        return Shape(scalars={hint})
    return Shape(is_anything=True)


def _union(shapes: list[Shape]) -> Shape:
    merged = Shape()
    for shape in shapes:
        merged.fields |= shape.fields
        merged.required |= shape.required
        merged.is_object |= shape.is_object
        merged.item = shape.item or merged.item
        merged.value = shape.value or merged.value
        merged.scalars |= shape.scalars
        merged.choices |= shape.choices
        merged.is_anything |= shape.is_anything
    # The SDK adds `str` to every enum for the future's sake; Stripe does not.
    if merged.choices - {""}:
        merged.scalars.discard(str)
    return merged


def check(given: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Return `given` with forms' text turned into integers, booleans and lists.

    Raises ApiError for unknown, missing and malformed parameters, worded like Stripe.
    """
    unknown = sorted(_unknown(given, shape, ""))
    if unknown:
        raise _unknown_error(unknown)
    return _fields(given, shape, "")


def _unknown(given: Any, shape: Shape | None, path: str) -> typing.Iterator[str]:
    if shape is None or shape.is_anything:
        return
    if isinstance(given, list):
        for index, entry in enumerate(given):
            yield from _unknown(entry, shape.item, f"{path}[{index}]")
    elif isinstance(given, dict) and shape.is_object and not shape.value:
        for key, entry in given.items():
            name = f"{path}[{key}]" if path else key
            if key in shape.fields:
                yield from _unknown(entry, shape.fields[key], name)
            else:
                yield name


def _unknown_error(names: list[str]) -> ApiError:
    for name in names:
        if name in _RETIRED:
            return invalid(
                f"The parameter {name} is no longer supported. Use "
                "automatic_payment_methods or allowed_payment_method_types.",
                code=f"{name}_no_longer_supported",
                param=name,
            )
    plural = "s" if len(names) > 1 else ""
    return invalid(
        f"Received unknown parameter{plural}: {', '.join(names)}",
        code="parameter_unknown",
        param=names[0],
    )


def _fields(given: dict[str, Any], shape: Shape, path: str) -> dict[str, Any]:
    for key in sorted(shape.required - set(given)):
        name = f"{path}[{key}]" if path else key
        raise invalid(
            f"Missing required param: {name}.", code="parameter_missing", param=name
        )
    return {
        key: _coerced(value, shape.fields[key], f"{path}[{key}]" if path else key)
        for key, value in given.items()
    }


def _coerced(value: Any, shape: Shape, path: str) -> Any:
    if shape.is_anything or value is None:
        return value
    if isinstance(value, dict):
        return _mapping(value, shape, path)
    if isinstance(value, list):
        return _sequence(value, shape, path)
    return _scalar(value, shape, path)


def _mapping(value: dict[str, Any], shape: Shape, path: str) -> Any:
    if shape.value is not None:
        return {
            key: _coerced(entry, shape.value, f"{path}[{key}]")
            for key, entry in value.items()
        }
    if shape.is_object:
        return _fields(value, shape, path)
    raise invalid(f"Invalid {path}: a hash is not allowed here.", param=path)


def _sequence(value: list[Any], shape: Shape, path: str) -> Any:
    if shape.item is not None:
        return [
            _coerced(entry, shape.item, f"{path}[{index}]")
            for index, entry in enumerate(value)
        ]
    if shape.value is not None:  # metadata[0]=x reads like a list in a form
        return _mapping({str(i): v for i, v in enumerate(value)}, shape, path)
    raise invalid(f"Invalid {path}: an array is not allowed here.", param=path)


def _scalar(value: Any, shape: Shape, path: str) -> Any:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if text in shape.choices:
        return value
    for kind, parse in _PARSERS:
        if kind in shape.scalars:
            parsed = parse(value, text)
            if parsed is not None:
                return parsed
    raise _malformed(text, shape, path)


def _integer(value: Any, text: str) -> int | None:
    if isinstance(value, bool) or not text.removeprefix("-").isdecimal():
        return None
    return int(text)


def _number(_value: Any, text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _boolean(_value: Any, text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


_PARSERS: tuple[tuple[type, Any], ...] = (
    (int, _integer),
    (bool, _boolean),
    (float, _number),
    (str, lambda value, _text: value if isinstance(value, str) else None),
)


def _malformed(text: str, shape: Shape, path: str) -> ApiError:
    options = sorted(shape.choices - {""})
    if text == "":
        return invalid(
            f"You passed an empty string for '{path}'. We assume empty values are an "
            f"attempt to unset a field; however '{path}' cannot be unset. You should "
            f"remove '{path}' from your request or supply a non-empty value.",
            code="parameter_invalid_empty",
            param=path,
        )
    if options:
        return invalid(
            f"Invalid {path}: must be one of {', '.join(options)}", param=path
        )
    if int in shape.scalars:
        code = "parameter_invalid_integer"
        return invalid(f"Invalid integer: {text}", code=code, param=path)
    return invalid(f"Invalid {_noun(shape)}: {text}", param=path)


def _noun(shape: Shape) -> str:
    if bool in shape.scalars:
        return "boolean"
    if shape.is_object or shape.value is not None:
        return "object"
    return "array" if shape.item is not None else "string"
