"""What every resource does alike: fetch, merge metadata, check amounts."""

from typing import Any

from payouts.stripe_sandbox.errors import ApiError, invalid, missing
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import (
    CURRENCIES,
    MINIMUM_CHARGE,
    THREE_DECIMAL,
    ZERO_DECIMAL,
)
from payouts.stripe_sandbox.world import Scope

_MAX_AMOUNT = 99_999_999
_METADATA_KEYS, _METADATA_KEY, _METADATA_VALUE = 50, 40, 500


def fetch(scope: Scope, kind: str, identifier: str, *, param: str = "id") -> Body:
    """Return an object of `scope.account`.

    Raises ApiError (404) if it has none of that id.
    """
    found = scope.store.get(kind, identifier, scope.account)
    if found is None:
        raise missing(kind, identifier, param=param)
    return found


def fetch_param(scope: Scope, kind: str, identifier: str, param: str) -> Body:
    """Return the object a parameter names; a wrong one is a 400 of that parameter."""
    found = scope.store.get(kind, identifier, scope.account)
    if found is None:
        error = missing(kind, identifier, param=param)
        error.status = 400
        raise error
    return found


def new_id(scope: Scope, prefix: str, wanted: str | None) -> str:
    """Return `wanted` if it is free and has the right prefix, or a new id."""
    if not wanted:
        return make_id(prefix)
    if not wanted.startswith(f"{prefix}_"):
        raise invalid(f"The id {wanted!r} must begin with {prefix}_.", param="id")
    if scope.store.has(wanted):
        raise invalid(f"The id {wanted!r} is in use.", param="id")
    return wanted


def metadata_of(
    params: dict[str, Any], old: dict[str, str] | None = None
) -> dict[str, str]:
    """Return metadata after an update: '' unsets a key, an empty value unsets all.

    Raises ApiError past Stripe's limits.
    """
    given = params.get("metadata", {})
    if given in {"", None} if not isinstance(given, dict) else False:
        return {}
    merged = {**(old or {}), **{key: str(value) for key, value in given.items()}}
    kept = {key: value for key, value in merged.items() if value != ""}
    for key, value in kept.items():
        if len(key) > _METADATA_KEY or len(value) > _METADATA_VALUE:
            raise invalid(
                f"Metadata keys have at most {_METADATA_KEY} characters and values "
                f"{_METADATA_VALUE}: {key!r} is too long.",
                param="metadata",
            )
    if len(kept) > _METADATA_KEYS:
        raise invalid(
            f"You can have at most {_METADATA_KEYS} metadata keys.", param="metadata"
        )
    return kept


def check_currency(currency: str, *, param: str = "currency") -> str:
    """Return the currency in lower case.

    Raises ApiError if Stripe does not know it.
    """
    lowered = currency.lower()
    if lowered not in CURRENCIES:
        raise invalid(
            f"Invalid currency: {lowered}. Stripe currently supports these currencies: "
            f"{', '.join(sorted(CURRENCIES))}",
            param=param,
        )
    return lowered


def check_positive(amount: int, *, param: str = "amount") -> int:
    """Return `amount`.

    Raises ApiError unless it is a positive integer of at most eight digits.
    """
    if amount < 1:
        raise invalid(
            "Invalid positive integer"
            if amount < 0
            else "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param=param,
        )
    if amount > _MAX_AMOUNT:
        raise invalid(
            "Amount must be no more than 999,999.99",
            code="amount_too_large",
            param=param,
        )
    return amount


def check_charge(amount: int, currency: str, *, param: str = "amount") -> int:
    """Return `amount`.

    Raises ApiError if it cannot be charged: too small, too large, or a part of a unit
    the currency does not have.
    """
    check_positive(amount, param=param)
    least = MINIMUM_CHARGE.get(currency, 1)
    if amount < least:
        raise invalid(
            f"Amount must be at least {money(least, currency)} {currency}",
            code="amount_too_small",
            param=param,
        )
    check_digits(amount, currency, param=param)
    return amount


def check_digits(amount: int, currency: str, *, param: str = "amount") -> None:
    """Refuse a third decimal other than 0: card networks have two.

    Raises ApiError.
    """
    if currency in THREE_DECIMAL and amount % 10:
        raise invalid(
            f"Invalid amount: the last digit must be 0 for {currency}.", param=param
        )


_SIGNS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}


def money(amount: int, currency: str) -> str:
    """Return an amount as people read it: €1,234.50."""
    decimals = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    whole, rest = divmod(abs(amount), 10**decimals)
    text = f"{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    sign = _SIGNS.get(currency, f"{currency.upper()} ")
    return f"{'−' if amount < 0 else ''}{sign}{text}"


def wrong_state(noun: str, body: Body, verb: str, allowed: str, code: str) -> ApiError:
    """Return the refusal of an operation in the wrong state."""
    return ApiError(
        f"You cannot {verb} this {noun} because it has a status of {body['status']}. "
        f"Only a {noun} with one of the following statuses may be used: {allowed}.",
        code=code,
    )
