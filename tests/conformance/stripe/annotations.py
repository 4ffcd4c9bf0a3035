"""Check JSON against the annotations of the SDK's own classes."""

import importlib
import pkgutil
import typing
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Literal, Union

import stripe
import typing_extensions
from stripe._list_object import ListObject
from stripe._stripe_object import StripeObject, UntypedStripeObject

NOTHING = type(None)


@cache
def classes() -> dict[str, type[StripeObject]]:
    """Return the SDK's class of each `object`."""
    found: dict[str, type[StripeObject]] = {}
    for module in pkgutil.walk_packages(stripe.__path__, "stripe."):
        if "test_helpers" in module.name or ".params" in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            name = getattr(value, "OBJECT_NAME", None)
            if isinstance(name, str) and isinstance(value, type):
                found[name] = value
    return found


def problems(body: dict[str, Any], path: str = "") -> list[str]:
    """Return what is wrong with an object, each with its path."""
    here = path or body["object"]
    if body["object"] == "list":
        return [
            problem
            for index, entry in enumerate(body["data"])
            for problem in problems(entry, f"{here}[{index}]:{entry['object']}")
        ]
    return list(_object(body, classes()[body["object"]], here))


def _origin(hint: Any) -> Any:
    return typing_extensions.get_origin(hint)


@cache
def hints(cls: type) -> dict[str, Any]:
    """Return a class's annotations, forward references left as they are."""
    return {
        name: hint
        for name, hint in cls.__annotations__.items()
        if not name.startswith("_") and _origin(hint) is not ClassVar
    }


def _object(body: Any, cls: type, path: str) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f"{path}: {body!r} is no {cls.__name__}"
        return
    known = hints(cls)
    for name in body.keys() - known.keys():
        yield f"{path}.{name}: unknown to {cls.__name__}"
    for name, hint in known.items():
        if name in body:
            yield from check(body[name], hint, f"{path}.{name}")
        elif not _is_optional(hint):
            yield f"{path}.{name}: missing"


def _is_optional(hint: Any) -> bool:
    return NOTHING in typing.get_args(hint)


def check(value: Any, hint: Any, path: str) -> list[str]:
    """Return what is wrong with a value of this annotation."""
    origin, arguments = typing_extensions.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return []
    if isinstance(hint, str | typing.ForwardRef):
        return _named(value, path)
    if origin == Union:
        return _union(value, list(arguments), path)
    if origin == Literal:
        return [] if value in arguments else [f"{path}: {value!r} not in {arguments}"]
    if origin in {list, ListObject}:
        return _list(value, arguments[0], path)
    return _plain(value, hint if origin is None else origin, path)


def _named(value: Any, path: str) -> list[str]:
    """Check an object whose class the SDK names only for type checkers."""
    if isinstance(value, dict) and value.get("object") in classes():
        return problems(value, path)
    return [f"{path}: {value!r} is no object"]


def _union(value: Any, arguments: list[Any], path: str) -> list[str]:
    if value is None and NOTHING in arguments:
        return []
    members = [member for member in arguments if member is not NOTHING]
    # `Literal[...] | str` is an enum that may grow: today's values are the Literal's.
    if any(typing_extensions.get_origin(member) == Literal for member in members):
        members = [member for member in members if member is not str]
    found = [check(value, member, path) for member in members]
    return min(found, key=len)


def _list(value: Any, hint: Any, path: str) -> list[str]:
    if isinstance(value, dict) and value.get("object") == "list":
        return _list(value["data"], hint, f"{path}.data")
    if not isinstance(value, list):
        return [f"{path}: {value!r} is no list"]
    return [
        problem
        for index, entry in enumerate(value)
        for problem in check(entry, hint, f"{path}[{index}]")
    ]


def _plain(value: Any, hint: Any, path: str) -> list[str]:
    if hint is UntypedStripeObject:
        return [] if isinstance(value, dict) else [f"{path}: {value!r} is no hash"]
    if isinstance(hint, type) and issubclass(hint, StripeObject):
        return list(_object(value, hint, path))
    wanted = {Decimal: str, float: int | float}.get(hint, hint)
    is_right = isinstance(value, wanted) and (
        not isinstance(value, bool) or hint is bool
    )
    return [] if is_right else [f"{path}: {value!r} is no {hint.__name__}"]
